"""Predicates applied to subjects: ``is odd`` of a digit, ``add up to 12`` of several."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Literal, cast

from oedipus.compiler.arithmetic import bounds, constant, minus
from oedipus.compiler.checked import (
    Absolute,
    And,
    Arithmetic,
    Compare,
    CompareOp,
    Constant,
    ExactlyOne,
    Extreme,
    Formula,
    Lookup,
    Not,
    Product,
    Property,
    Seen,
    Sum,
    Term,
    Truth,
    Value,
)
from oedipus.compiler.collective import COLLECTIVE, consecutive, some_of, steps, times, together
from oedipus.compiler.connectives import both, either, negate, quantify
from oedipus.compiler.evaluate import subformulas
from oedipus.compiler.numerals import numeral
from oedipus.compiler.positions import standing
from oedipus.compiler.resolve_terms import CIRCLES, Terms
from oedipus.compiler.scope import Scope, Subject, decimal
from oedipus.compiler.vocabulary import Meaning
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span

PropertyName = Literal["odd", "even", "prime", "square", "power of two"]
PROPERTIES: Mapping[str, PropertyName] = {
    "odd": "odd",
    "even": "even",
    "prime": "prime",
    "square": "square",
    "power": "power of two",
}


_DECLARE = "declare a number for it: 'There is a three-digit number: p.' and say what p equals"


class Predicates:
    """Applies predicates in a scope. ``by`` is the clause's own judge: ``logic``, a network, or None."""

    def __init__(self, scope: Scope, terms: Terms) -> None:
        self.scope = scope
        self.terms = terms
        self.by: str | None = None
        self.by_span = Span(0, 0)

    def apply(self, predicate: s.Predicate, subject: Subject) -> Formula:
        """The formula that ``predicate`` says of ``subject``."""
        if subject.computed or (_spells(predicate) and self._is_computed(subject)):
            written = numeral(subject.terms[0], subject.span).forms()
            return either(
                [both([fits, self.apply(predicate, self._spelled(subject, digits))]) for fits, digits in written]
            )
        return self._apply(predicate, subject)

    def _apply(self, predicate: s.Predicate, subject: Subject) -> Formula:
        match predicate:
            case s.Combined():
                return self._combined(predicate, subject)
            case s.Adjectives(words):
                return both([self._adjective(word, subject, predicate.span, words) for word in words])
            case s.Folded(op, said):
                members = subject.members
                folded: Term = Sum(members) if op == "+" else Product(members)
                one = Subject((folded if len(members) > 1 else members[0],), span=predicate.span)
                return self.apply(said, one)
            case s.Shifted(op, by, said):
                return both([self.apply(said, self._shifted(term, op, by, subject)) for term in subject.terms])
            case s.Stepped(word, by):
                return self._stepped(word, self.terms.term(by), subject, predicate.span)
            case s.Arranged(items, any_order):
                return self._arranged(items, any_order, subject, predicate.span)
            case s.Differing():
                return self._differing(predicate, subject)
            case s.Showing(digit, wanted):
                return Compare("=", self.terms.term(digit), self.terms.term(wanted))
            case s.Ending(said, front):
                return self._ending(said, front, subject, predicate.span)
            case s.Containing(items):
                return both([self._somewhere(item, subject) for item in items])
            case s.Having(quantifier, counted):
                return self.having(quantifier, counted, subject)
        return both([self._one(predicate, term, subject) for term in subject.terms])

    def _is_computed(self, subject: Subject) -> bool:
        """Whether a subject is one number that is neither declared nor spelled."""
        one = not subject.several and subject.whole is None and not subject.parts
        return one and not isinstance(subject.terms[0], Value | Constant)

    def _spelled(self, subject: Subject, digits: tuple[Term, ...]) -> Subject:
        """The computed number, or its digits, with a certain number of them."""
        if subject.computed:
            return Subject(digits, len(digits) > 1, span=subject.span)
        return Subject(subject.terms, span=subject.span, parts=digits)

    def _combined(self, predicate: s.Combined, subject: Subject) -> Formula:
        match predicate.connective:
            case "not":
                inner = predicate.parts[0]
                if subject.several and not self.is_collective(inner):
                    singles = [Subject((term,), span=subject.span) for term in subject.terms]
                    return both([negate(self.apply(inner, one)) for one in singles])
                return negate(self.apply(inner, subject))
            case "all" if subject.whole is not None and not subject.several:
                every = Subject(subject.members, True, span=subject.span)
                return both([self.apply(part, every) for part in predicate.parts])
            case "and" if subject.parts and any(self._of_each(part) for part in predicate.parts):
                every = Subject(subject.parts, True, span=subject.span)
                return both([self._in_turn(part, every) for part in predicate.parts])
            case "and" | "all":
                return both([self._in_turn(part, subject) for part in predicate.parts])
            case "or" if subject.several and not self.is_collective(predicate):
                singles = [Subject((term,), span=subject.span) for term in subject.terms]
                return both([self.apply(predicate, one) for one in singles])
            case "or":
                return either([self.apply(part, subject) for part in predicate.parts])
            case "xor":
                return ExactlyOne(tuple(self.apply(part, subject) for part in predicate.parts))
            case "nor":
                return both([negate(self.apply(part, subject)) for part in predicate.parts])
        raise AssertionError(f"no such connective: {predicate.connective}")

    def _of_each(self, predicate: s.Predicate) -> bool:
        """Whether a predicate of a number's digits is one that no single number has: ``are the same``."""
        return (
            isinstance(predicate, s.Adjectives) and self.is_collective(predicate) and predicate.words != ("palindrome",)
        )

    def _in_turn(self, predicate: s.Predicate, subject: Subject) -> Formula:
        """One of several predicates; the digits it names are what *their* means in the next."""
        made = self.apply(predicate, subject)
        named = [one for one in subformulas(made) if isinstance(one, Value) and one not in subject.terms]
        if len(set(named)) > 1:
            self.scope.pair = tuple(dict.fromkeys(named))
        elif named and self.scope.earlier is not None:
            self.scope.earlier = Subject((named[0],), span=predicate.span)
        return made

    def is_collective(self, predicate: s.Predicate) -> bool:
        """Whether a predicate speaks of several things together."""
        match predicate:
            case s.Adjectives(words):
                return any(word in COLLECTIVE for word in words)
            case (
                s.Combined("all")
                | s.Arranged()
                | s.Folded()
                | s.Stepped()
                | s.Having()
                | s.Ending()
                | s.Showing()
                | s.Containing()
            ):
                return True
            case s.Differing(other):
                return other is None
            case s.Combined(_, parts):
                return any(self.is_collective(part) for part in parts)
        return False

    def _one(self, predicate: s.Predicate, term: Term, subject: Subject) -> Formula:
        """A predicate of one term."""
        if isinstance(predicate, s.Feature):
            whole = subject.whole is not None
            return self._feature_of_number(predicate, subject) if whole else self._feature(predicate, term)
        if isinstance(predicate, s.Within):
            help_ = "write it alone: age(x) = 33 ± 1"
            raise Mistake("E601", predicate.span, "a measurement is a clause of its own", help_)
        self._valued(term, subject.span)
        number = self.terms.term
        match predicate:
            case s.Related():
                return self._related(predicate, term, subject)
            case s.Between(low, high, inclusive):
                below: CompareOp = "<=" if inclusive else "<"
                ends = (number(low), number(high))
                known = any(isinstance(one, Constant) for one in ends)
                first, last = ends if known else (Extreme("min", ends), Extreme("max", ends))
                return And((Compare(below, first, term), Compare(below, term, last)))
            case s.OneOf(items):
                return either([Compare("=", term, one) for item in items for one in self._choices(item)])
            case s.Divisible() | s.DivisibleBySome():
                return self._divided(predicate, term)
            case s.PowerOf(base):
                return self._power_of(term, number(base), base.span)
            case s.Remainder(_, s.Operation("%") as divisor):
                raise Mistake("E201", divisor.span, "it is not clear what is divided by this", "say 'leaves' once more")
            case s.Remainder(remainder, divisor):
                return Compare(
                    "=", Arithmetic("%", term, self._divisor(number(divisor), divisor.span)), number(remainder)
                )
            case s.Wide(width):
                return self._wide(term, width, predicate.span)
            case s.Standing():
                return self._standing(predicate, term)
        raise AssertionError(f"no such predicate: {predicate}")

    def _divided(self, predicate: s.Divisible | s.DivisibleBySome, term: Term) -> Formula:
        """Divisible by a number, by each of several digits, or by some of several numbers."""
        number = self.terms.term
        if isinstance(predicate, s.DivisibleBySome):
            found = [self._divisible(term, number(one), predicate.inverse, one.span) for one in predicate.items]
            return quantify(predicate.quantifier, found)
        other = predicate.term
        others = self.terms.group(other) if isinstance(other, s.Digits | s.Relative) else (number(other),)
        return both([self._divisible(term, one, predicate.inverse, other.span) for one in others])

    def _related(self, predicate: s.Related, term: Term, subject: Subject) -> Formula:
        match predicate:
            case s.Related(op="anagram", term=other):
                one = Subject((term,), span=subject.span) if subject.several else subject
                return self._same_digits(one, other, predicate.span)
            case s.Related(term=s.Relative("others") as rest, by=None, factor=None):
                return both([Compare(cast(CompareOp, predicate.op), term, one) for one in self.terms.group(rest)])
        return Compare(cast(CompareOp, self.related_op(predicate)), term, self.related(predicate))

    def _choices(self, item: s.Expression) -> tuple[Term, ...]:
        """What an item of ``one of …`` stands for: itself, or each of several digits."""
        return self.terms.group(item) if isinstance(item, s.Digits) else (self.terms.term(item),)

    def related_op(self, predicate: s.Related) -> str:
        """The comparison; with an offset or a factor it is an equation."""
        return predicate.compared if predicate.by is not None or predicate.factor is not None else predicate.op

    def related(self, predicate: s.Related) -> Term:
        """The right side of a relation, offset and factor applied."""
        term = self.terms.term(predicate.term)
        if predicate.by is not None:
            by = self.terms.term(predicate.by)
            return Sum((term, by)) if predicate.op == ">" else minus(term, by)
        if predicate.factor is not None:
            factor = self.terms.term(predicate.factor)
            return Product((factor, term)) if predicate.op == ">" else Arithmetic("/", term, factor)
        return term

    def _valued(self, term: Term, span: Span) -> Term:
        if isinstance(term, Value) and term.variable not in self.scope.digits:
            kind = self.scope.variables[term.variable.lower()].kind
            raise Mistake("E406", span, f"'{term.variable}' is a {kind}: it shows no number")
        return term

    def _divisor(self, term: Term, span: Span) -> Term:
        if term == constant(0):
            raise Mistake("E404", span, "nothing can be divided by 0")
        return term

    def _divisible(self, term: Term, other: Term, inverse: bool, span: Span) -> Formula:
        if inverse:
            factor = Compare("=", Arithmetic("%", other, term), constant(0))
            return factor if isinstance(term, Constant) else And((Compare("!=", term, constant(0)), factor))
        return Compare("=", Arithmetic("%", term, self._divisor(other, span)), constant(0))

    def _wide(self, term: Term, width: int, span: Span) -> Formula:
        if not 1 <= width <= 15:
            raise Mistake("E307", span, "numbers have 1 to 15 digits")
        low = constant(0 if width == 1 else 10 ** (width - 1))
        return And((Compare("<=", low, term), Compare("<", term, constant(10**width))))

    def _power_of(self, term: Term, base: Term, span: Span) -> Formula:
        if not isinstance(base, Constant) or base.value.denominator != 1 or base.value < 2:
            raise Mistake("E402", span, "a power of a plain number from 2 up is needed here")
        if base.value == 2:
            return Property("power of two", term)
        return self._among(term, lambda k: int(base.value) ** k, start=0)

    def _among(self, term: Term, value: Callable[[int], int], start: int) -> Formula:
        """``term`` is value(start), value(start + 1), … as far as it can reach."""
        _, high = bounds(term)
        values, k = [], start
        while value(k) <= high and k < 1000:
            values.append(value(k))
            k += 1
        return either([Compare("=", term, constant(one)) for one in values]) if values else Truth(False)

    # Adjectives and features: seen where there is a network, computed otherwise

    def _adjective(self, word: str, subject: Subject, span: Span, beside: tuple[str, ...]) -> Formula:
        if word == "consecutive" and {"odd", "even"} & set(beside) and len(subject.members) > 1:
            return consecutive(subject.members, 2)
        if word in COLLECTIVE:
            return self._collective(word, subject, span)
        return both([self._single(word, term, span) for term in subject.terms])

    def _single(self, word: str, term: Term, span: Span) -> Formula:
        seen = self._seen(self.scope.words.adjectives.get(word, {}), word, term)
        if seen is not None:
            return seen
        if word in PROPERTIES:
            return Property(PROPERTIES[word], self._valued(term, span))
        match word:
            case "composite":
                return And((Compare(">", term, constant(1)), Not(Property("prime", term))))
            case "cube":
                return self._among(term, lambda k: k**3, start=0)
            case "positive":
                return Compare(">", term, constant(0))
            case "negative":
                return Compare("<", term, constant(0))
            case "nonzero":
                return Compare("!=", term, constant(0))
        return self._by_table(self.scope.words.adjectives.get(word, {}), word, term, span)

    def _feature_of_number(self, predicate: s.Feature, subject: Subject) -> Formula:
        """What a number has, some of its digits have; circles are counted over all of them."""
        if predicate.count is None:
            return either([self._feature(predicate, digit) for digit in subject.members])
        meanings = self.scope.words.features.get(predicate.name, {})
        if not any(one.network == "circle" for one in meanings.values()):
            raise Mistake("E411", predicate.span, f"no network counts '{predicate.name}' here")
        circles = Sum(tuple(Lookup("circles", digit, CIRCLES) for digit in subject.members))
        return Compare(cast(CompareOp, predicate.op), circles, self.terms.term(predicate.count))

    def _feature(self, predicate: s.Feature, term: Term) -> Formula:
        meanings = self.scope.words.features.get(predicate.name, {})
        if predicate.count is not None:
            if not isinstance(term, Value) or not any(one.network == "circle" for one in meanings.values()):
                raise Mistake("E411", predicate.span, f"no network counts '{predicate.name}' here")
            circles = Lookup("circles", self._valued(term, predicate.span), CIRCLES)
            return Compare(cast(CompareOp, predicate.op), circles, self.terms.term(predicate.count))
        seen = self._seen(meanings, predicate.name, term)
        return seen if seen is not None else self._by_table(meanings, predicate.name, term, predicate.span)

    def _seen(self, meanings: Mapping[str, Meaning], word: str, term: Term) -> Formula | None:
        """The network's verdict where the subject is a picture, and nothing else is asked for."""
        if not isinstance(term, Value) or self.by == "logic":
            return None
        kind = self.scope.variables[term.variable.lower()].kind
        meaning = meanings.get(kind)
        if self.by is not None:
            return Seen(term.variable, self.by, self._label(self.by, kind, word, meaning))
        return Seen(term.variable, meaning.network, meaning.label) if meaning else None

    def _label(self, network: str, kind: str, word: str, meaning: Meaning | None) -> int:
        card = self.scope.words.cards[network]
        if card.kind != kind:
            raise Mistake("E406", self.by_span, f"'{network}' reads a {card.kind}, not a {kind}")
        own = {**card.language.get("adjectives", {}), **card.language.get("features", {})}.get(word)
        usual = self.scope.words.cards[meaning.network].classes[meaning.label] if meaning else None
        for label in (own, usual, word):
            if label in card.classes:
                return card.classes.index(label)
        raise Mistake(
            "E411", self.by_span, f"'{network}' knows nothing of '{word}'", f"its classes are {', '.join(card.classes)}"
        )

    def _by_table(self, meanings: Mapping[str, Meaning], word: str, term: Term, span: Span) -> Formula:
        """A network's predicate computed from its table of digits."""
        meaning = next((one for one in meanings.values() if one.table is not None), None)
        if meaning is None:
            kind = self.scope.variables[term.variable.lower()].kind if isinstance(term, Value) else "number"
            raise Mistake("E411", span, f"no network judges '{word}' of a {kind}")
        if not isinstance(term, Value):
            raise Mistake("E407", span, f"'{word}' is seen on single digits, this is a computed number")
        self._valued(term, span)
        table = tuple(int(entry == meaning.label) for entry in meaning.table or ())
        return Compare("=", Lookup(word, term, table), constant(1))

    # Several things together

    def _collective(self, word: str, subject: Subject, span: Span) -> Formula:
        members = subject.members
        if word == "leading":
            first = [whole.digits[0] for whole in self.scope.wholes]
            return both([Compare("!=", Value(name), constant(0)) for name in first]) if first else Truth(True)
        if word in ("least", "greatest"):
            help_ = "write it as a sentence: 'The number is the smallest possible.'"
            raise Mistake("E403", span, "this speaks of all numbers that fit and stands in a clause of its own", help_)
        if len(members) < 2:
            if word == "palindrome":
                return Truth(True)
            raise Mistake("E306", span, f"'{word}' takes several digits", "name them: a, b and c are all different")
        if word in ("arithmetic", "geometric") and len(members) < 3:
            raise Mistake("E306", span, "a progression takes at least three numbers")
        return together(word, members, lambda term: self._single("odd", term, span))

    def _arranged(self, items: Sequence[s.Expression], any_order: bool | None, subject: Subject, span: Span) -> Formula:
        values = [self.terms.term(item) for item in items]
        members = subject.members
        if len(values) != len(members):
            raise Mistake("E304", span, f"{len(members)} things cannot be these {len(values)}")
        if any_order is None:
            any_order = subject.whole is not None or not subject.named
        if not any_order:
            return both([Compare("=", member, value) for member, value in zip(members, values, strict=True)])
        if all(isinstance(value, Constant) for value in values):
            return both([self._occurs(members, value, count) for value, count in Counter(values).items()])
        if len(values) > 5:
            raise Mistake("E412", span, "at most five things that are no plain numbers can stand in any order")
        orders = [
            both([Compare("=", a, b) for a, b in zip(members, order, strict=True)]) for order in permutations(values)
        ]
        return either(orders)

    def _same_digits(self, subject: Subject, other: s.Expression, span: Span) -> Formula:
        """``has the same digits as q``: each digit as often in both."""

        def forms(digits: tuple[Term, ...], term: Term) -> list[tuple[Formula, tuple[Term, ...]]]:
            return [(Truth(True), digits)] if len(digits) > 1 else list(numeral(term, span).forms())

        ours = forms(subject.members, subject.terms[0])
        theirs = forms(self.terms.digits(other) or (), self.terms.term(other))
        found = []
        for fits, a in ours:
            for also, b in theirs:
                if len(a) == len(b):
                    alike = [Compare("=", times(digit, a), times(digit, b)) for digit in map(constant, range(10))]
                    found.append(both([fits, also, *alike]))
        return either(found) if found else Truth(False)

    def _standing(self, predicate: s.Standing, term: Term) -> Formula:
        digits = self.terms.group(s.Digits(None, predicate.span))
        others = [self.terms.term(one) for one in predicate.others]
        gap = self.terms.term(predicate.gap) if predicate.gap is not None else constant(0)
        if not isinstance(gap, Constant) or gap.value not in range(len(digits)):
            raise Mistake("E402", predicate.span, "how many digits lie between is a small whole number")
        return standing(predicate.where, digits, term, others, int(gap.value))

    def _somewhere(self, item: s.Expression, subject: Subject) -> Formula:
        value = self.terms.term(item)
        return either([Compare("=", member, value) for member in subject.members])

    def _shifted(self, term: Term, op: str, by: s.Expression, subject: Subject) -> Subject:
        """The number that is ``by`` less, or more where ``op`` is ``<``."""
        amount = self.terms.term(by)
        return Subject((minus(term, amount) if op == ">" else Sum((term, amount)),), span=subject.span)

    def _stepped(self, word: str, by: Term, subject: Subject, span: Span) -> Formula:
        """``increase by 2``: each is 2 more than the one before."""
        if word not in ("increasing", "decreasing"):
            raise Mistake("E201", span, "only what increases or decreases does so by a number")
        up = word == "increasing"
        return both(steps(subject.members, lambda a, b: Compare("=", b if up else a, Sum((a if up else b, by)))))

    def _ending(self, said: s.Predicate, front: bool, subject: Subject, span: Span) -> Formula:
        """``ends in 25``: its last digits are 2 and 5; ``starts with an odd digit``."""
        members = subject.members
        at_end = Subject((members[0 if front else -1],), span=span)
        if not isinstance(said, s.Related) or said.by is not None or said.factor is not None or said.op != "=":
            return self.apply(said, at_end)
        wanted = self.terms.term(said.term)
        spelled = self.terms.digits(said.term)
        if spelled and len(spelled) > 1:
            return self._ends_with(spelled, front, subject, span)
        if not isinstance(wanted, Constant):
            return Compare("=", members[0 if front else -1], wanted)
        chars = "0" * (said.term.zeros if isinstance(said.term, s.Number) else 0) + str(wanted.value)
        if not chars.isdecimal():
            raise Mistake("E407", span, "only a number of several digits starts or ends with some")
        return self._ends_with(tuple(constant(int(char)) for char in chars), front, subject, span)

    def _ends_with(self, wanted: tuple[Term, ...], front: bool, subject: Subject, span: Span) -> Formula:
        """The first or last digits are those."""
        members, count = subject.members, len(wanted)
        if self._is_computed(subject) and not front:
            return Compare("=", Arithmetic("%", members[0], constant(10**count)), decimal(wanted))
        if subject.parts and count > len(members):
            return Truth(False)
        if count > len(members) or (len(members) < 2 and not subject.parts):
            raise Mistake("E407", span, "only a number of several digits starts or ends with some")
        part = members[:count] if front else members[-count:]
        return both([Compare("=", member, one) for member, one in zip(part, wanted, strict=True)])

    def _occurs(self, members: Sequence[Term], value: Term, count: int) -> Formula:
        return Compare("=", times(value, members), constant(count))

    def _differing(self, predicate: s.Differing, subject: Subject) -> Formula:
        if predicate.other is not None:
            other = self.terms.term(predicate.other)
            pairs = [(term, other) for term in subject.terms]
        elif len(subject.members) == 2:
            pairs = [(subject.members[0], subject.members[1])]
        else:
            raise Mistake("E306", predicate.span, f"'differ by' takes two numbers, here are {len(subject.members)}")
        if predicate.by is None:
            return both([Compare("!=", a, b) for a, b in pairs])
        by = self.terms.term(predicate.by)
        return both([Compare(cast(CompareOp, predicate.op), Absolute(minus(a, b)), by) for a, b in pairs])

    def having(self, quantifier: s.Quantifier, counted: s.Described, subject: Subject) -> Formula:
        """``has two odd digits``, ``has exactly two different digits``, ``has no repeated digit``."""
        members, said = subject.members, counted.predicate
        if not self.is_collective(said):
            found = [self.apply(said, Subject((term,), span=subject.span)) for term in members]
            return quantify(quantifier, found)
        word = said.words[0] if isinstance(said, s.Adjectives) and len(said.words) == 1 else ""
        several = quantifier.op not in ("all", "some", "none") and quantifier.count != len(members)
        if word == "repeated":
            quantifier = replace(quantifier, op="some") if quantifier.op == "all" else quantifier
        if word == "repeated" or (several and word in ("different", "equal")):
            return some_of(word, quantifier, members, counted.span)
        if several:
            raise Mistake("E403", counted.span, "this cannot be said of some of several only")
        made = self.apply(said, subject)
        return negate(made) if quantifier.op == "none" else made


def _spells(predicate: s.Predicate) -> bool:
    """Whether a predicate of a number speaks of its digits, however it came about."""
    match predicate:
        case s.Adjectives(words):
            return words == ("palindrome",)
        case s.Ending(front=front):
            return front
        case s.Having() | s.Containing():
            return True
    return False
