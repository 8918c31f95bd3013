"""Trees to syntax nodes: one method for each alternative of grammar.lark."""

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span
from oedipus.dsl.terminals import Token, span_of

Children = list[Any]
LARGEST_INTEGER = 10**15


def _span(children: Sequence[Any]) -> Span:
    """The smallest span over all children that have a place."""
    spans = [span_of(one) if isinstance(one, Token) else one.span for one in children if one is not None]
    return Span(min(one.start for one in spans), max(one.end for one in spans))


def _is(child: Any, *types: str) -> bool:
    return isinstance(child, Token) and child.type in types


def _values(children: Children, terminal: str) -> list[Any]:
    return [child.value for child in children if _is(child, terminal)]


def _nodes(children: Children) -> list[Any]:
    return [child for child in children if not isinstance(child, Token)]


def number_of(token: Token) -> Fraction:
    """The value of a number token. Raises :class:`Mistake` beyond 10^15."""
    written = str(token.value)
    if len(written) > 40 or abs(Fraction(written)) > LARGEST_INTEGER:
        raise Mistake("E405", span_of(token), f"numbers go up to {LARGEST_INTEGER:,}".replace(",", " "))
    return Fraction(written)


def count_of(value: Any, at: Token) -> int:
    """How many a number token counts. Raises :class:`Mistake` for a fraction, and beyond 10^15."""
    written = str(value)
    if not written.isdecimal() or len(written) > 15:
        raise Mistake("E201", span_of(at), "a count is a whole number", "write 'two digits', '3 of a, b, c and d'")
    return int(written)


class Builder:
    """Called by the parser at each reduction; leaves hold terminals, nodes hold nodes."""

    # Statements

    def statement(self, c: Children) -> s.Statement:
        alpha, by, by_span = None, None, Span(0, 0)
        for kind, value, span in c[1:]:
            alpha = value if kind == "alpha" else alpha
            by, by_span = (value, span) if kind == "by" else (by, by_span)
        return s.Statement(c[0], alpha, by, by_span, c[0].span)

    def qualifier(self, c: Children) -> tuple[str, Any, Span]:
        if c[0].type == "WITH_ALPHA":
            return "alpha", _positive(c[1]), _span(c)
        return "by", "logic" if c[0].type == "BY_LOGIC" else c[0].value, _span(c)

    def tail(self, c: Children) -> s.Expression:
        return _nodes(c)[0]

    def declare(self, c: Children) -> s.Declare:
        count, source = [one for one in c if _is(one, "NUM")], _values(c, "STRING")
        return s.Declare(
            c[0].value,
            _names(c),
            count_of(count[0].value, count[0]) if count else None,
            source[0] if source else None,
            tuple(_values(c, "ADJ")),
            _span(c),
        )

    def declare_number(self, c: Children) -> s.DeclareNumber:
        count = _values(c, "NUM")
        width = _values(c, "NDIGIT")[0]
        tail = _nodes(c)
        return s.DeclareNumber(
            tuple(range(width - 1, -1, -1)),
            c[0].value,
            _names(c),
            int(count[0]) if count else None,
            tuple(_values(c, "ADJ")),
            tail[0] if tail else None,
            _span(c),
        )

    def declare_places(self, c: Children) -> s.DeclareNumber:
        return s.DeclareNumber(tuple(_values(c, "PLACE")), False, span=_span(c))

    def let(self, c: Children) -> s.Let:
        return s.Let(s.Name(c[1].value, span_of(c[1])), c[3], _span(c))

    def data(self, c: Children) -> s.Data:
        return s.Data(s.Name(c[1].value, span_of(c[1])), c[3].value, _span(c))

    def path_setting(self, c: Children) -> s.Setting:
        return s.Setting(c[0].type.lower(), (c[1].value,), span=_span(c))

    def evidence(self, c: Children) -> s.Setting:
        if c[1].value.lower() not in ("joint", "product"):
            raise Mistake("E503", span_of(c[1]), "evidence is joint or product")
        return s.Setting("evidence", (c[1].value.lower(),), span=_span(c))

    def schedule(self, c: Children) -> s.Setting:
        powers = [_positive(one) for one in c if _is(one, "NUM")]
        if any(later <= earlier for earlier, later in itertools.pairwise(powers)):
            raise Mistake("E503", _span(c), "an annealing schedule increases", "write alpha 0.5, 1, 3, 10")
        return s.Setting("alpha", tuple(s.Number(Fraction(str(power))) for power in powers), span=_span(c))

    def solution(self, c: Children) -> s.Setting:
        digits = tuple(s.Number(number_of(one), span_of(one)) for one in c if _is(one, "NUM"))
        return s.Setting("solution", digits, span=_span(c))

    def solve(self, c: Children) -> s.Setting:
        words = [one for one in c[2:] if _is(one, "IDENT", "NUM")]
        options: dict[str, float | str] = {}
        for name, value in zip(words[::2], words[1::2], strict=False):
            options[str(name.value).lower()] = _plain(value)
        return s.Setting("solve", (c[1].value.lower(),), options, _span(c))

    def find(self, c: Children) -> s.Setting:
        return s.Setting("find", tuple(_nodes(c)), span=_span(c))

    def how_many(self, c: Children) -> s.Setting:
        return s.Setting("how many", span=_span(c))

    # Formulas

    def junction(self, c: Children) -> s.Junction:
        words = {"AND": "and", "OR": "or", "XOR": "xor", "NOR": "nor"}
        connective = next(words[one.type] for one in c if _is(one, *words))
        return s.Junction(connective, tuple(_nodes(c)), _span(c))

    def conjunction(self, c: Children) -> s.Junction:
        parts: list[Any] = []
        for before, one in zip([None, *c], c, strict=False):
            if _is(one, "AND", "AND_WHICH"):
                continue
            if _is(before, "AND_WHICH"):
                one = s.Claim(_last_term(parts[-1]), one, one.span)
            parts.append(one)
        return s.Junction("and", tuple(parts), _span(c))

    def no_neighbours(self, c: Children) -> s.Neighbours:
        return s.Neighbours(
            None, s.Combined("not", (s.Combined("all", (c[1],), c[1].span),), c[1].span), None, _span(c)
        )

    def divided(self, c: Children) -> s.Claim:
        return s.Claim(c[1], s.Remainder(c[7], c[3], _span(c)), _span(c))

    def negation(self, c: Children) -> s.Junction:
        return s.Junction("not", (c[1],), _span(c))

    def iff(self, c: Children) -> s.Junction:
        return s.Junction("iff", tuple(_nodes(c)), _span(c))

    def if_then(self, c: Children) -> s.Junction:
        return s.Junction("if", (c[1], c[3]), _span(c))

    def then(self, c: Children) -> s.Junction:
        return s.Junction("if", (c[0], c[2]), _span(c))

    def backward_if(self, c: Children) -> s.Junction:
        return s.Junction("if", (c[2], c[0]), _span(c))

    def chain(self, c: Children) -> s.Chain:
        return s.Chain(tuple(_nodes(c)), tuple(_values(c, "RELOP")), _span(c))

    def measured(self, c: Children) -> s.Claim:
        unit = _values(c, "UNIT")
        term, data, sigma = _nodes(c)
        if c[1].value != "=":
            raise Mistake("E601", span_of(c[1]), "a measurement is written with '=' or 'is'")
        return s.Claim(term, s.Within(data, sigma, unit[0] if unit else None, _span(c[2:])), _span(c))

    def claim(self, c: Children) -> s.Claim:
        return s.Claim(c[0], c[1], _span(c))

    def elided(self, c: Children) -> s.Claim:
        return s.Claim(None, c[0], _span(c))

    def elided_verb(self, c: Children) -> s.Claim:
        return s.Claim(None, c[0], _span(c), verbal=True)

    def digits_claim(self, c: Children) -> s.Claim:
        nodes = _nodes(c)
        owner = nodes[0] if len(nodes) > 1 else _own(c)
        return s.Claim(s.Digits(owner, _span(c[:-1])), nodes[-1], _span(c))

    def digits_adjectives(self, c: Children) -> s.Claim:
        return s.Claim(s.Digits(_own(c[:1]), span_of(c[0])), self.adjectives(c[1:]), _span(c))

    def quantified_adjectives(self, c: Children) -> s.Quantified:
        return s.Quantified(c[0], s.Digits(None, span_of(c[1])), self.adjectives(c[2:]), _span(c))

    def claim_described(self, c: Children) -> s.Claim:
        return s.Claim(c[1], c[2], _span(c[1:]))

    def quantified_described(self, c: Children) -> s.Quantified:
        return s.Quantified(c[0], c[2], c[3], _span(c))

    def only(self, c: Children) -> s.Only:
        return s.Only(c[1], c[2], _span(c))

    def them(self, c: Children) -> s.Digits:
        return s.Digits(s.Pronoun("it", span_of(c[1]), plural=True), _span(c))

    def quantified(self, c: Children) -> s.Quantified:
        return s.Quantified(c[0], c[1], c[2], _span(c))

    def counted_formulas(self, c: Children) -> s.Quantified:
        return s.Quantified(c[0], c[2], None, _span(c))

    def exists(self, c: Children) -> s.Exists:
        return s.Exists(c[1], c[2], _span(c))

    def about_group(self, c: Children) -> s.Claim:
        return s.Claim(c[0], s.Adjectives((c[1].value,), span_of(c[1])), _span(c))

    def members_all(self, c: Children) -> s.Expression:
        return s.Digits(_own(c), _span(c)) if isinstance(c[0], Token) else c[0]

    def neighbours(self, c: Children) -> s.Neighbours:
        fold = {"SUM_OF": c[0].value, "DIFFERENCE": "difference"}.get(c[0].type)
        return s.Neighbours(fold, c[-1], None, _span(c))

    def hint(self, c: Children) -> s.Hint:
        parts = tuple(part for part, _, _ in c[1:])
        placed_only = len(parts) == 1 and not any(_is(one, "CORRECT") for one in c[1][2]) and parts[0][1] is True
        return s.Hint(c[0].value, parts, placed_only, _hint_span(c))

    def hint_part(self, c: Children) -> tuple[tuple[int, bool | None], Span, Children]:
        placed = _values(c, "PLACED")
        quantifier = _quantifier(c[0])
        count = {"none": 0, "all": -1, "some": 1}.get(quantifier.op, quantifier.count)
        return (count, placed[0] if placed else None), _span(c), c

    def quantifier(self, c: Children) -> s.Quantifier:
        return _quantifier(c[0])

    def some(self, c: Children) -> s.Quantifier:
        return _quantifier(c[0])

    def all_members(self, c: Children) -> s.Digits:
        nodes = _nodes(c)
        return s.Digits(nodes[0] if nodes else _own(c), _span(c))

    def listed_members(self, c: Children) -> s.Expression:
        return c[1]

    def unit(self, c: Children) -> Token:
        return c[0]

    noun = unit

    # Predicates

    def said(self, c: Children) -> s.Predicate:
        return c[1]

    def denied(self, c: Children) -> s.Combined:
        return s.Combined("not", (_nodes(c)[0],), _span(c))

    def combined(self, c: Children) -> s.Combined:
        return s.Combined("xor" if c[0].type == "EITHER_IS" else "nor", tuple(_nodes(c)), _span(c))

    def equal_to(self, c: Children) -> s.Related:
        return s.Related("=", c[0], span=_span(c))

    def within(self, c: Children) -> s.Within:
        unit = _values(c, "UNIT")
        data, sigma = _nodes(c)
        return s.Within(data, sigma, unit[0] if unit else None, _span(c))

    def compare(self, c: Children) -> s.Related:
        return s.Related(c[0].value, c[1], span=_span(c))

    related = compare

    def compare_by(self, c: Children) -> s.Related:
        return s.Related(c[0].value, c[1], by=c[3], span=_span(c))

    def standing(self, c: Children) -> s.Standing:
        return s.Standing(c[0].value, (c[1],), span=_span(c))

    def apart(self, c: Children) -> s.Standing:
        return s.Standing("apart", (c[2],), c[0], _span(c))

    def standing_between(self, c: Children) -> s.Standing:
        return s.Standing("between", tuple(_nodes(c)), span=_span(c))

    def offset(self, c: Children) -> s.Related:
        if c[1].value not in ("<", ">"):
            raise Mistake("E201", span_of(c[1]), "a number cannot stand before this", "write 'two larger than b'")
        return s.Related(c[1].value, c[2], by=c[0], span=_span(c))

    def shifted(self, c: Children) -> s.Shifted:
        if c[1].value not in ("<", ">"):
            raise Mistake("E201", span_of(c[1]), "a number cannot stand before this", "write 'one more than a square'")
        return s.Shifted(c[1].value, c[0], c[2], _span(c))

    def compare_offset(self, c: Children) -> s.Related:
        if c[2].value not in ("<", ">"):
            raise Mistake(
                "E201", span_of(c[2]), "two bounds cannot follow each other", "write 'at least 3 more than b'"
            )
        turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        compared = c[0].value if c[2].value == ">" else turned[c[0].value]
        return s.Related(c[2].value, c[3], by=c[1], compared=compared, span=_span(c))

    def mult_as_much(self, c: Children) -> s.Related:
        if c[1].value not in ("<", ">"):
            raise Mistake("E201", span_of(c[1]), "a multiple cannot stand before this", "write 'twice b'")
        factor = s.Number(Fraction(c[0].value), span_of(c[0]))
        return s.Related(c[1].value, c[2], factor=factor, span=_span(c))

    def scaled(self, c: Children) -> s.Related:
        if c[2].value not in ("<", ">"):
            raise Mistake(
                "E201", span_of(c[2]), "a number cannot stand before this", "write 'four times smaller than b'"
            )
        return s.Related(c[2].value, c[3], factor=c[0], span=_span(c))

    def scaled_as(self, c: Children) -> s.Related:
        return s.Related(">", c[3], factor=c[0], span=_span(c))

    def mult_as(self, c: Children) -> s.Related:
        factor = s.Number(Fraction(c[0].value), span_of(c[0]))
        return s.Related(">", c[2], factor=factor, span=_span(c))

    def as_much(self, c: Children) -> s.Related:
        return s.Related("=", c[1], span=_span(c))

    def or_more(self, c: Children) -> s.Related:
        return s.Related(c[1].value, c[0], span=_span(c))

    def between(self, c: Children) -> s.Between:
        low, high = _nodes(c)
        return s.Between(low, high, c[0].value is not False, _span(c))

    def one_of(self, c: Children) -> s.OneOf:
        return s.OneOf(c[1].items if isinstance(c[1], s.Listing) else (c[1],), _span(c))

    def adjectives(self, c: Children) -> s.Adjectives:
        return s.Adjectives(tuple(_values(c, "ADJ")), _span(c))

    def all_adjectives(self, c: Children) -> s.Combined:
        return s.Combined("all", (self.adjectives(c),), _span(c))

    def adjectives_and(self, c: Children) -> s.Combined:
        return s.Combined("and", (self.adjectives(c[:-1]), c[-1]), _span(c))

    def noun_and(self, c: Children) -> s.Predicate:
        return c[1]

    def collective(self, c: Children) -> s.Adjectives:
        return s.Adjectives((c[0].value,), _span(c))

    verb = collective

    def verb_by(self, c: Children) -> s.Stepped:
        return s.Stepped(c[0].value, c[2], _span(c))

    def wide(self, c: Children) -> s.Wide:
        return s.Wide(c[0].value, _span(c))

    def noun_which(self, c: Children) -> s.Predicate:
        return c[2]

    def listed_values(self, c: Children) -> s.Arranged:
        return s.Arranged(c[0].items, None, _span(c))

    def ends(self, c: Children) -> s.Ending:
        return s.Ending(c[1], c[0].value > 0, _span(c))

    def ends_not(self, c: Children) -> s.Combined:
        return s.Combined("not", (self.ends(c),), _span(c))

    def has_digits(self, c: Children) -> s.Containing:
        return s.Containing(c[-1].items, _span(c))

    def has_which(self, c: Children) -> s.Having:
        return s.Having(s.Quantifier("all", span=_span(c)), s.Described(c[2], None, _span(c)), _span(c))

    def divisible(self, c: Children) -> s.Divisible:
        return s.Divisible(c[1], c[0].value == "divides", _span(c))

    def divides(self, c: Children) -> s.Divisible:
        return s.Divisible(c[1], True, _span(c))

    def power_of(self, c: Children) -> s.PowerOf:
        return s.PowerOf(c[1], _span(c))

    def any_order(self, c: Children) -> s.Arranged:
        return s.Arranged(c[0].items, True, _span(c))

    def respectively(self, c: Children) -> s.Arranged:
        return s.Arranged(c[0].items, False, _span(c))

    def folded(self, c: Children) -> s.Folded:
        return s.Folded(c[0].value, c[1], _span(c))

    def differs_from_by(self, c: Children) -> s.Differing:
        nodes = _nodes(c)
        return s.Differing(nodes[0], nodes[1], span=_span(c))

    def differs_from(self, c: Children) -> s.Differing:
        return s.Differing(c[1], None, span=_span(c))

    def differ_by(self, c: Children) -> s.Differing:
        op, amount = c[2]
        return s.Differing(None, amount, op, _span([*c[:2], amount]))

    def differ(self, c: Children) -> s.Adjectives:
        return s.Adjectives(("different",), _span(c))

    def amount(self, c: Children) -> tuple[str, Any]:
        return (c[0].value, c[1]) if isinstance(c[0], Token) else ("=", c[0])

    def exceeds(self, c: Children) -> s.Related:
        return s.Related(c[0].value, c[1], span=_span(c))

    def exceeds_by(self, c: Children) -> s.Related:
        return s.Related(c[0].value, c[1], by=c[3], span=_span(c))

    def leaves(self, c: Children) -> s.Remainder:
        return s.Remainder(c[1], c[3], _span(c))

    def feature(self, c: Children) -> s.Predicate:
        found = s.Feature(c[-1].value, None, _span(c))
        return s.Combined("not", (found,), _span(c)) if _is(c[0], "NO") else found

    def features(self, c: Children) -> s.Feature:
        value = c[0].value[1] if isinstance(c[0].value, tuple) else c[0].value
        return s.Feature(c[1].value, s.Number(Fraction(str(value)), span_of(c[0])), _span(c))

    def has_digit(self, c: Children) -> s.Having:
        quantifier = s.Quantifier("none" if _is(c[0], "NO") else "some", span=_span(c))
        return s.Having(quantifier, self.described_number(c[-1:]), _span(c))

    def has_claim(self, c: Children) -> s.Having:
        said = s.Described(s.Adjectives((c[0].value,), _span(c)), None, _span(c))
        return s.Having(s.Quantifier("all", span=_span(c)), said, _span(c))

    def has_none(self, c: Children) -> s.Having:
        return s.Having(s.Quantifier("none", span=span_of(c[0])), c[1], _span(c))

    def has_some(self, c: Children) -> s.Having:
        return s.Having(_quantifier(c[0]), c[1], _span(c))

    def has_any(self, c: Children) -> s.Having:
        collective = isinstance(c[0].predicate, s.Adjectives)
        return s.Having(s.Quantifier("all" if collective else "some", span=_span(c)), c[0], _span(c))

    def has_at(self, c: Children) -> s.Showing:
        return s.Showing(c[2], self.number(c[:1]), _span(c))

    def has_place(self, c: Children) -> s.Showing:
        return s.Showing(s.Place(c[0].value, None, span_of(c[0])), self.number(c[2:]), _span(c))

    def described(self, c: Children) -> s.Described:
        return s.Described(self.adjectives(c), None, _span(c))

    def described_number(self, c: Children) -> s.Described:
        return s.Described(s.Related("=", self.number(c), span=_span(c)), None, _span(c))

    described_bare = described

    def described_noun(self, c: Children) -> s.Described:
        return s.Described(c[1], None, _span(c))

    def described_which(self, c: Children) -> s.Described:
        nodes = _nodes(c)
        return s.Described(nodes[0] if nodes else self.adjectives(c[3:]), None, _span(c))

    def described_not(self, c: Children) -> s.Described:
        said = self.adjectives(c[4:])
        return s.Described(s.Combined("not", (said,), said.span), None, _span(c))

    def described_feature(self, c: Children) -> s.Described:
        return s.Described(self.feature(c[3:]), None, _span(c))

    # Terms

    def listing(self, c: Children) -> s.Listing:
        return s.Listing(tuple(_nodes(c)), _span(c))

    def one_item(self, c: Children) -> s.Expression:
        return c[0]

    def plus(self, c: Children) -> s.Operation:
        return _flat("+", c)

    def times(self, c: Children) -> s.Operation:
        return _flat("*", c)

    def minus(self, c: Children) -> s.Operation:
        return s.Operation("-", (c[0], c[2]), _span(c))

    def over(self, c: Children) -> s.Operation:
        return s.Operation(c[1].value, (c[0], c[2]), _span(c))

    def power(self, c: Children) -> s.Operation:
        return s.Operation("**", (c[0], c[2]), _span(c))

    def squared(self, c: Children) -> s.Operation:
        return s.Operation("**", (c[0], s.Number(Fraction(c[1].value), span_of(c[1]))), _span(c))

    def negative(self, c: Children) -> s.Expression:
        if isinstance(c[1], s.Number):
            return s.Number(-c[1].value, _span(c))
        return s.Operation("neg", (c[1],), _span(c))

    def multiple(self, c: Children) -> s.Operation:
        factor = Fraction(c[0].value)
        if factor.numerator == 1 and factor.denominator > 1:
            return s.Operation("/", (c[1], s.Number(Fraction(factor.denominator), span_of(c[0]))), _span(c))
        return s.Operation("*", (s.Number(factor, span_of(c[0])), c[1]), _span(c))

    def fold(self, c: Children) -> s.Call:
        function = "number" if c[0].type == "FORMED" else c[0].value
        return s.Call(function, _items(c[1]), _span(c))

    def difference(self, c: Children) -> s.Call:
        return s.Call("difference", (c[1], c[3]), _span(c))

    def call(self, c: Children) -> s.Call:
        return s.Call(c[0].value, _items(c[2]), _span(c))

    def call_one(self, c: Children) -> s.Call:
        return s.Call(c[0].value, (c[1],), _span(c))

    def own_unary(self, c: Children) -> s.Call:
        return s.Call(c[1].value, (_owner(c[0]),), _span(c))

    def reversed(self, c: Children) -> s.Call:
        nodes = _nodes(c)
        owner = nodes[0] if nodes else _own(c) or s.Pronoun("whole", _span(c))
        made = next(one.value for one in c if _is(one, "REVERSED"))
        return s.Call(made or "reverse", (owner,), _span(c))

    def powers(self, c: Children) -> s.Call:
        return s.Call("squares" if c[0].value == 2 else "cubes", tuple(_nodes(c)), _span(c))

    def digit_sum(self, c: Children) -> s.Call:
        nodes = _nodes(c)
        function = next(one.value for one in c if _is(one, "DIGIT_SUM"))
        return s.Call(function, (s.Digits(nodes[0] if nodes else _own(c), _span(c)),), _span(c))

    def tally(self, c: Children) -> s.Tally:
        return s.Tally(c[1], _span(c))

    def tally_all(self, c: Children) -> s.Tally:
        every = s.Related(">=", s.Number(Fraction(0)), span=_span(c))
        return s.Tally(s.Described(every, _own(c), _span(c)), _span(c))

    def remainder(self, c: Children) -> s.Operation:
        return s.Operation("%", (c[1], c[3]), _span(c))

    def parenthesis(self, c: Children) -> s.Expression:
        return c[1]

    def all_digits(self, c: Children) -> s.Digits:
        nodes = _nodes(c)
        return s.Digits(nodes[0] if nodes else _own(c), _span(c))

    def number(self, c: Children) -> s.Number:
        return s.Number(number_of(c[0]), span_of(c[0]))

    def letters(self, c: Children) -> s.Letters:
        return s.Letters(c[0].value, span_of(c[0]))

    def text(self, c: Children) -> s.Text:
        return s.Text(c[0].value, span_of(c[0]))

    def name(self, c: Children) -> s.Name:
        return s.Name(c[0].value, span_of(c[0]))

    def ordinal(self, c: Children) -> s.Ordinal:
        return s.Ordinal(int(_values(c, "ORD")[0]), _owner_in(c), _span(c))

    def place(self, c: Children) -> s.Place:
        return s.Place(_values(c, "PLACE")[0], _owner_in(c), _span(c))

    def slice(self, c: Children) -> s.Slice:
        at = next(one for one in c if _is(one, "SLICE"))
        start, count = at.value
        return s.Slice(start, count_of(count, at), _owner_in(c), _span(c))

    def owner(self, c: Children) -> s.Expression:
        return _owner(c[0])

    def that(self, c: Children) -> s.Pronoun:
        return s.Pronoun("that", _span(c))

    def neighbour(self, c: Children) -> s.Relative:
        return s.Relative("before" if c[0].value < 0 else "behind", _span(c))

    def another(self, c: Children) -> s.Relative:
        return s.Relative("another", _span(c))

    def others(self, c: Children) -> s.Relative:
        return s.Relative("others", _span(c))

    def whole(self, c: Children) -> s.Pronoun:
        return s.Pronoun("whole", _span(c))

    def it(self, c: Children) -> s.Pronoun:
        return s.Pronoun("it", _span(c), plural=c[0].value == "they")


def _last_term(node: Any) -> s.Expression:
    """What ``which`` behind a claim speaks of: the last thing it named."""
    match node:
        case s.Claim(_, s.Related(term=term)):
            return term
        case s.Chain(terms):
            return terms[-1]
        case s.Claim(subject) if subject is not None:
            return subject
    raise Mistake("E201", node.span, "it is not clear what 'which' speaks of", "write it as a clause of its own")


def _flat(op: str, c: Children) -> s.Operation:
    """``a + b + c`` as one sum; a sum in parentheses keeps its own node where it stands to the right."""
    left = c[0].operands if isinstance(c[0], s.Operation) and c[0].op == op else (c[0],)
    return s.Operation(op, (*left, c[2]), _span(c))


def _items(node: s.Expression) -> tuple[s.Expression, ...]:
    return node.items if isinstance(node, s.Listing) else (node,)


def _names(c: Children) -> tuple[s.Name, ...]:
    return tuple(s.Name(one.value, span_of(one)) for one in c if _is(one, "NEWNAME"))


def _owner(one: Token) -> s.Expression:
    match one.type:
        case "NAME":
            return s.Name(one.value, span_of(one))
        case "POSS" | "IT":
            if one.value == NUMBERS:
                return s.Pronoun("numbers", span_of(one))
            return s.Pronoun("whole" if one.value == "i" else "it", span_of(one))
    return s.Pronoun("whole", span_of(one))


def _own(c: Children) -> s.Expression | None:
    numbers = next((one for one in c if _is(one, "DIGITS") and one.value == NUMBERS), None)
    if numbers is not None:
        return s.Pronoun("numbers", span_of(numbers))
    return next((_owner(one) for one in c if _is(one, "POSS")), None)


NUMBERS = "numbers"
"""Value of the terminal where *numbers* means the numbers declared, not digits."""


def _owner_in(c: Children) -> s.Expression | None:
    nodes = _nodes(c)
    return nodes[0] if nodes else _own(c)


def _quantifier(one: Token) -> s.Quantifier:
    match one.type:
        case "NO" | "NOTHING":
            return s.Quantifier("none", span=span_of(one))
        case "ALL" | "ANY":
            return s.Quantifier("all" if one.type == "ALL" else "some", span=span_of(one))
        case "NUM":
            return s.Quantifier("=", count_of(one.value, one), span_of(one))
    if isinstance(one.value, tuple):
        op, count = one.value
        return s.Quantifier(op, count_of(count, one), span_of(one))
    return s.Quantifier(one.value, 0, span_of(one))


def _positive(one: Token) -> float:
    value = float(number_of(one))
    if value <= 0:
        raise Mistake("E503", span_of(one), "alpha is a positive number")
    return value


def _plain(one: Token) -> float | str:
    if one.type == "IDENT":
        return str(one.value)
    value = number_of(one)
    return int(value) if value.denominator == 1 else float(value)


def _hint_span(c: Children) -> Span:
    return _span([c[0]]).to(c[-1][1])
