"""Trees to syntax nodes: one method for each alternative of grammar.lark."""

import itertools
from fractions import Fraction
from typing import Any

from oedipus.dsl import syntax as s
from oedipus.dsl.builder_predicates import PredicateBuilder
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.reductions import (
    Children,
    count_of,
    is_a,
    names_of,
    nodes_of,
    number_of,
    own,
    quantifier_of,
    span,
    values,
)
from oedipus.dsl.spans import Span
from oedipus.dsl.terminals import Token, span_of


class Builder(PredicateBuilder):
    """Called by the parser at each reduction; leaves hold terminals, nodes hold nodes."""

    # Statements

    def statement(self, c: Children) -> s.Statement:
        alpha, by, by_span = None, None, Span(0, 0)
        for kind, value, place in c[1:]:
            alpha = value if kind == "alpha" else alpha
            by, by_span = (value, place) if kind == "by" else (by, by_span)
        return s.Statement(c[0], alpha, by, by_span, c[0].span)

    def qualifier(self, c: Children) -> tuple[str, Any, Span]:
        if c[0].type == "WITH_ALPHA":
            return "alpha", _positive(c[1]), span(c)
        return "by", "logic" if c[0].type == "BY_LOGIC" else c[0].value, span(c)

    def tail(self, c: Children) -> s.Expression:
        return nodes_of(c)[0]

    def declare(self, c: Children) -> s.Declare:
        count, source = [one for one in c if is_a(one, "NUM")], values(c, "STRING")
        return s.Declare(
            c[0].value,
            names_of(c),
            count_of(count[0].value, count[0]) if count else None,
            source[0] if source else None,
            tuple(values(c, "ADJ")),
            span(c),
        )

    def declare_number(self, c: Children) -> s.DeclareNumber:
        count = values(c, "NUM")
        width = values(c, "NDIGIT")[0]
        tail = nodes_of(c)
        return s.DeclareNumber(
            tuple(range(width - 1, -1, -1)),
            c[0].value,
            names_of(c),
            int(count[0]) if count else None,
            tuple(values(c, "ADJ")),
            tail[0] if tail else None,
            span(c),
        )

    def declare_places(self, c: Children) -> s.DeclareNumber:
        return s.DeclareNumber(tuple(values(c, "PLACE")), False, span=span(c))

    def let(self, c: Children) -> s.Let:
        return s.Let(s.Name(c[1].value, span_of(c[1])), c[3], span(c))

    def data(self, c: Children) -> s.Data:
        return s.Data(s.Name(c[1].value, span_of(c[1])), c[3].value, span(c))

    def path_setting(self, c: Children) -> s.Setting:
        return s.Setting(c[0].type.lower(), (c[1].value,), span=span(c))

    def evidence(self, c: Children) -> s.Setting:
        if c[1].value.lower() not in ("joint", "product"):
            raise Mistake("E503", span_of(c[1]), "evidence is joint or product")
        return s.Setting("evidence", (c[1].value.lower(),), span=span(c))

    def schedule(self, c: Children) -> s.Setting:
        powers = [_positive(one) for one in c if is_a(one, "NUM")]
        if any(later <= earlier for earlier, later in itertools.pairwise(powers)):
            raise Mistake("E503", span(c), "an annealing schedule increases", "write alpha 0.5, 1, 3, 10")
        return s.Setting("alpha", tuple(s.Number(Fraction(str(power))) for power in powers), span=span(c))

    def solution(self, c: Children) -> s.Setting:
        digits = tuple(s.Number(number_of(one), span_of(one)) for one in c if is_a(one, "NUM"))
        return s.Setting("solution", digits, span=span(c))

    def solve(self, c: Children) -> s.Setting:
        words = [one for one in c[2:] if is_a(one, "IDENT", "NUM")]
        options: dict[str, float | str] = {}
        for name, value in zip(words[::2], words[1::2], strict=False):
            options[str(name.value).lower()] = _plain(value)
        return s.Setting("solve", (c[1].value.lower(),), options, span(c))

    def find(self, c: Children) -> s.Setting:
        return s.Setting("find", tuple(nodes_of(c)), span=span(c))

    def how_many(self, c: Children) -> s.Setting:
        return s.Setting("how many", span=span(c))

    # Formulas

    def junction(self, c: Children) -> s.Junction:
        words = {"AND": "and", "OR": "or", "XOR": "xor", "NOR": "nor"}
        connective = next(words[one.type] for one in c if is_a(one, *words))
        return s.Junction(connective, tuple(nodes_of(c)), span(c))

    def conjunction(self, c: Children) -> s.Junction:
        parts: list[Any] = []
        for before, one in zip([None, *c], c, strict=False):
            if is_a(one, "AND", "AND_WHICH"):
                continue
            if is_a(before, "AND_WHICH"):
                one = s.Claim(_last_term(parts[-1]), one, one.span)
            parts.append(one)
        return s.Junction("and", tuple(parts), span(c))

    def no_neighbours(self, c: Children) -> s.Neighbours:
        return s.Neighbours(None, s.Combined("not", (s.Combined("all", (c[1],), c[1].span),), c[1].span), None, span(c))

    def divided(self, c: Children) -> s.Claim:
        return s.Claim(c[1], s.Remainder(c[7], c[3], "remainder", span(c)), span(c))

    def negation(self, c: Children) -> s.Junction:
        return s.Junction("not", (c[1],), span(c))

    def iff(self, c: Children) -> s.Junction:
        return s.Junction("iff", tuple(nodes_of(c)), span(c))

    def if_then(self, c: Children) -> s.Junction:
        return s.Junction("if", (c[1], c[3]), span(c))

    def then(self, c: Children) -> s.Junction:
        return s.Junction("if", (c[0], c[2]), span(c))

    def backward_if(self, c: Children) -> s.Junction:
        return s.Junction("if", (c[2], c[0]), span(c))

    def chain(self, c: Children) -> s.Chain | s.Claim:
        if len(c) == 3 and c[1].value == "anagram":
            return s.Claim(c[0], s.Related("anagram", c[2], span=span(c[1:])), span(c))
        if "anagram" in values(c, "RELOP"):
            raise Mistake("E201", span(c), "two numbers are compared here", "write one sentence for each two")
        return s.Chain(tuple(nodes_of(c)), tuple(values(c, "RELOP")), span(c))

    def measured(self, c: Children) -> s.Claim:
        unit = values(c, "UNIT")
        term, data, sigma = nodes_of(c)
        if c[1].value != "=":
            raise Mistake("E601", span_of(c[1]), "a measurement is written with '=' or 'is'")
        return s.Claim(term, s.Within(data, sigma, unit[0] if unit else None, span(c[2:])), span(c))

    def claim(self, c: Children) -> s.Claim:
        return s.Claim(c[0], c[1], span(c))

    def each_related(self, c: Children) -> s.Claim:
        return s.Claim(c[0], s.Related(c[1].value, c[2], span=span(c[1:])), span(c))

    def elided(self, c: Children) -> s.Claim:
        return s.Claim(None, c[0], span(c))

    def elided_verb(self, c: Children) -> s.Claim:
        infinitive = isinstance(c[0], s.Ending) and c[0].infinitive
        return s.Claim(None, c[0], span(c), verbal=not infinitive)

    def digits_claim(self, c: Children) -> s.Claim:
        nodes = nodes_of(c)
        owner = nodes[0] if len(nodes) > 1 else own(c)
        return s.Claim(s.Digits(owner, span(c[:-1])), nodes[-1], span(c))

    def digits_adjectives(self, c: Children) -> s.Claim:
        return s.Claim(s.Digits(own(c[:1]), span_of(c[0])), self.adjectives(c[1:]), span(c))

    def quantified_adjectives(self, c: Children) -> s.Quantified:
        return s.Quantified(c[0], s.Digits(None, span_of(c[1])), self.adjectives(c[2:]), span(c))

    def claim_described(self, c: Children) -> s.Claim:
        return s.Claim(c[1], c[2], span(c[1:]))

    def quantified_described(self, c: Children) -> s.Quantified:
        return s.Quantified(c[0], c[2], c[3], span(c))

    def only(self, c: Children) -> s.Only:
        return s.Only(c[1], c[2], span(c))

    def them(self, c: Children) -> s.Digits:
        return s.Digits(s.Pronoun("them", span_of(c[1]), plural=True), span(c))

    def quantified(self, c: Children) -> s.Quantified:
        return s.Quantified(c[0], c[1], c[2], span(c))

    def counted_formulas(self, c: Children) -> s.Quantified:
        return s.Quantified(c[0], c[2], None, span(c))

    def exists(self, c: Children) -> s.Exists:
        return s.Exists(c[1], c[2], span(c))

    def about_group(self, c: Children) -> s.Claim:
        return s.Claim(c[0], s.Adjectives((c[1].value,), span_of(c[1])), span(c))

    def members_all(self, c: Children) -> s.Expression:
        return s.Digits(own(c), span(c)) if isinstance(c[0], Token) else c[0]

    def neighbours(self, c: Children) -> s.Neighbours:
        fold = {"SUM_OF": c[0].value, "DIFFERENCE": "difference", "FORMED": "number"}.get(c[0].type)
        return s.Neighbours(fold, c[-1], None, span(c))

    def some_pairs(self, c: Children) -> s.Neighbours:
        return s.Neighbours(None, c[2], None, span(c), count_of(c[0].value, c[0]))

    def hint(self, c: Children) -> s.Hint:
        parts = tuple(part for part, _, _ in c[1:])
        placed_only = len(parts) == 1 and not any(is_a(one, "CORRECT") for one in c[1][2]) and parts[0][1] is True
        at_least = any(is_a(one[0], "QUANT") and one[0].value == "some" for _, _, one in c[1:])
        if at_least and len(parts) > 1:
            raise Mistake("E201", span_of(c[0]), "this does not tell how many are right", "say exactly how many")
        return s.Hint(c[0].value, parts, placed_only, at_least, _hint_span(c))

    def hint_part(self, c: Children) -> tuple[tuple[int, bool | None], Span, Children]:
        placed = values(c, "PLACED")
        quantifier = quantifier_of(c[0])
        count = {"none": 0, "all": -1, "some": 1}.get(quantifier.op, quantifier.count)
        return (count, placed[0] if placed else None), span(c), c

    def quantifier(self, c: Children) -> s.Quantifier:
        return quantifier_of(c[0])

    def some(self, c: Children) -> s.Quantifier:
        return quantifier_of(c[0])

    def all_members(self, c: Children) -> s.Digits:
        nodes = nodes_of(c)
        return s.Digits(nodes[0] if nodes else own(c), span(c))

    def listed_members(self, c: Children) -> s.Expression:
        return c[1]

    def unit(self, c: Children) -> Token:
        return c[0]

    noun = unit


def _last_term(node: Any) -> s.Expression:
    """What ``which`` behind a claim speaks of: the last thing it named."""
    match node:
        case s.Claim(_, s.Related(term=s.Operation("*", (s.Number(), term)))):
            return term
        case s.Claim(_, s.Related(term=term)):
            return term
        case s.Chain(terms):
            return terms[-1]
        case s.Claim(_, s.Divisible(term=term)) if not isinstance(term, s.Number):
            return term
        case s.Claim(subject, s.Divisible()) if subject is not None:
            return subject
        case s.Claim(subject, s.Adjectives()) if subject is not None:
            return subject
    raise Mistake("E201", node.span, "it is not clear what 'which' speaks of", "write it as a clause of its own")


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
    return span([c[0]]).to(c[-1][1])
