"""Trees to syntax nodes: predicates, what is said of a subject."""

from fractions import Fraction
from typing import Any

from oedipus.dsl import syntax as s
from oedipus.dsl.builder_terms import TermBuilder
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.reductions import (
    Children,
    is_a,
    nodes_of,
    quantifier_of,
    span,
    values,
)
from oedipus.dsl.terminals import Token, span_of


class PredicateBuilder(TermBuilder):
    """One method for each alternative of a predicate in grammar.lark."""

    def said(self, c: Children) -> s.Predicate:
        return c[1]

    def denied(self, c: Children) -> s.Combined:
        return s.Combined("not", (nodes_of(c)[0],), span(c))

    def combined(self, c: Children) -> s.Combined:
        return s.Combined("xor" if c[0].type == "EITHER_IS" else "nor", tuple(nodes_of(c)), span(c))

    def equal_to(self, c: Children) -> s.Related:
        return s.Related("=", c[0], span=span(c))

    def within(self, c: Children) -> s.Within:
        unit = values(c, "UNIT")
        data, sigma = nodes_of(c)
        return s.Within(data, sigma, unit[0] if unit else None, span(c))

    def compare(self, c: Children) -> s.Related:
        return s.Related(c[0].value, c[1], span=span(c))

    related = compare

    def compare_by(self, c: Children) -> s.Related:
        return s.Related(c[0].value, c[1], by=c[3], span=span(c))

    def standing(self, c: Children) -> s.Standing:
        return s.Standing(c[0].value, (c[1],), span=span(c))

    def apart(self, c: Children) -> s.Standing:
        return s.Standing("apart", (c[2],), c[0], span(c))

    def standing_between(self, c: Children) -> s.Standing:
        return s.Standing("between", tuple(nodes_of(c)), span=span(c))

    def offset(self, c: Children) -> s.Related:
        if c[1].value not in ("<", ">"):
            raise Mistake("E201", span_of(c[1]), "a number cannot stand before this", "write 'two larger than b'")
        return s.Related(c[1].value, c[2], by=c[0], span=span(c))

    def shifted(self, c: Children) -> s.Shifted:
        if c[1].value not in ("<", ">"):
            raise Mistake("E201", span_of(c[1]), "a number cannot stand before this", "write 'one more than a square'")
        return s.Shifted(c[1].value, c[0], c[2], span(c))

    def compare_offset(self, c: Children) -> s.Related:
        if c[2].value not in ("<", ">"):
            raise Mistake(
                "E201", span_of(c[2]), "two bounds cannot follow each other", "write 'at least 3 more than b'"
            )
        turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        compared = c[0].value if c[2].value == ">" else turned[c[0].value]
        return s.Related(c[2].value, c[3], by=c[1], compared=compared, span=span(c))

    def mult_as_much(self, c: Children) -> s.Related:
        if c[1].value not in ("<", ">"):
            raise Mistake("E201", span_of(c[1]), "a multiple cannot stand before this", "write 'twice b'")
        factor = s.Number(Fraction(c[0].value), span_of(c[0]))
        return s.Related(c[1].value, c[2], factor=factor, span=span(c))

    def scaled(self, c: Children) -> s.Related:
        if c[2].value not in ("<", ">"):
            raise Mistake(
                "E201", span_of(c[2]), "a number cannot stand before this", "write 'four times smaller than b'"
            )
        return s.Related(c[2].value, c[3], factor=c[0], span=span(c))

    def scaled_as(self, c: Children) -> s.Related:
        return s.Related(">", c[3], factor=c[0], span=span(c))

    def mult_as(self, c: Children) -> s.Related:
        factor = s.Number(Fraction(c[0].value), span_of(c[0]))
        return s.Related(">", c[2], factor=factor, span=span(c))

    def as_much(self, c: Children) -> s.Related:
        return s.Related("=", c[1], span=span(c))

    def or_more(self, c: Children) -> s.Related:
        return s.Related(c[1].value, c[0], span=span(c))

    def between(self, c: Children) -> s.Between:
        low, high = nodes_of(c)
        return s.Between(low, high, c[0].value is not False, span(c))

    def one_of(self, c: Children) -> s.OneOf:
        return s.OneOf(c[1].items if isinstance(c[1], s.Listing) else (c[1],), span(c))

    def adjectives(self, c: Children) -> s.Adjectives:
        return s.Adjectives(tuple(values(c, "ADJ")), span(c))

    def all_adjectives(self, c: Children) -> s.Combined:
        return s.Combined("all", (self.adjectives(c),), span(c))

    def adjectives_and(self, c: Children) -> s.Combined:
        return s.Combined("and", (self.adjectives(c[:-1]), c[-1]), span(c))

    def noun_and(self, c: Children) -> s.Predicate:
        return c[1]

    def collective(self, c: Children) -> s.Adjectives:
        return s.Adjectives((c[0].value,), span(c))

    verb = collective

    def verb_by(self, c: Children) -> s.Stepped:
        return s.Stepped(c[0].value, c[2], span(c))

    def wide(self, c: Children) -> s.Wide:
        return s.Wide(c[0].value, span(c))

    def noun_which(self, c: Children) -> s.Predicate:
        return c[2]

    def listed_values(self, c: Children) -> s.Arranged:
        return s.Arranged(c[0].items, None, span(c))

    def ends(self, c: Children) -> s.Ending:
        return s.Ending(c[1], c[0].value > 0, abs(c[0].value) > 1, span(c))

    def ends_not(self, c: Children) -> s.Combined:
        return s.Combined("not", (self.ends(c),), span(c))

    def has_digits(self, c: Children) -> s.Containing:
        return s.Containing(c[-1].items, span(c))

    def has_which(self, c: Children) -> s.Having:
        op = "some" if is_a(c[0], "NOUN") else "all"
        return s.Having(s.Quantifier(op, span=span(c)), s.Described(c[2], None, span(c)), span(c))

    def divisible_by_some(self, c: Children) -> s.DivisibleBySome:
        return s.DivisibleBySome(quantifier_of(c[1]), c[3].items, c[0].value == "divides", span(c))

    def divisible(self, c: Children) -> s.Divisible:
        return s.Divisible(c[1], c[0].value == "divides", span(c))

    def divides(self, c: Children) -> s.Divisible:
        return s.Divisible(c[1], True, span(c))

    def power_of(self, c: Children) -> s.PowerOf:
        return s.PowerOf(c[1], span(c))

    def any_order(self, c: Children) -> s.Arranged:
        return s.Arranged(c[0].items, True, span(c))

    def respectively(self, c: Children) -> s.Arranged:
        return s.Arranged(c[0].items, False, span(c))

    def folded(self, c: Children) -> s.Folded:
        return s.Folded(c[0].value, c[1], span(c))

    def differs_from_by(self, c: Children) -> s.Differing:
        op, amount = c[-1]
        return s.Differing(nodes_of(c[:-1])[0], amount, op, span([*c[:-1], amount]))

    def differs_from(self, c: Children) -> s.Differing:
        return s.Differing(c[1], None, span=span(c))

    def differ_by(self, c: Children) -> s.Differing:
        op, amount = c[2]
        return s.Differing(None, amount, op, span([*c[:2], amount]))

    def differ(self, c: Children) -> s.Adjectives:
        return s.Adjectives(("different",), span(c))

    def amount(self, c: Children) -> tuple[str, Any]:
        return (c[0].value, c[1]) if isinstance(c[0], Token) else ("=", c[0])

    def exceeds(self, c: Children) -> s.Related:
        return s.Related(c[0].value, c[1], span=span(c))

    def exceeds_by(self, c: Children) -> s.Related:
        op, amount = c[3]
        return s.Related(c[0].value, c[1], by=amount, compared=op, span=span([*c[:3], amount]))

    def leaves(self, c: Children) -> s.Remainder:
        return s.Remainder(c[1], c[3], span=span(c))

    def feature(self, c: Children) -> s.Predicate:
        found = s.Feature(c[-1].value, span=span(c))
        return s.Combined("not", (found,), span(c)) if is_a(c[0], "NO") else found

    def features(self, c: Children) -> s.Predicate:
        op, count = c[0].value if isinstance(c[0].value, tuple) else ("=", c[0].value)
        if count in ("some", "none"):
            found = s.Feature(c[1].value, span=span(c))
            return s.Combined("not", (found,), span(c)) if count == "none" else found
        if count == "all":
            raise Mistake("E201", span(c), "here is needed how many", "write 'has a …' or 'has two …s'")
        return s.Feature(c[1].value, s.Number(Fraction(str(count)), span_of(c[0])), op, span(c))

    def features_compared(self, c: Children) -> s.Feature:
        return s.Feature(c[2].value, s.Number(Fraction(str(c[1].value)), span_of(c[1])), c[0].value, span(c))

    def has_digit(self, c: Children) -> s.Having:
        quantifier = s.Quantifier("none" if is_a(c[0], "NO") else "some", span=span(c))
        return s.Having(quantifier, self.described_number(c[-1:]), span(c))

    def has_claim(self, c: Children) -> s.Having:
        said = s.Described(s.Adjectives((c[0].value,), span(c)), None, span(c))
        return s.Having(s.Quantifier("all", span=span(c)), said, span(c))

    def has_none(self, c: Children) -> s.Having:
        return s.Having(s.Quantifier("none", span=span_of(c[0])), c[1], span(c))

    def has_some(self, c: Children) -> s.Having:
        return s.Having(quantifier_of(c[0]), c[1], span(c))

    def has_any(self, c: Children) -> s.Having:
        described = s.Described(self.adjectives(c[:-1]), None, span(c))
        return s.Having(s.Quantifier("all", span=span(c)), described, span(c))

    def has_one(self, c: Children) -> s.Having:
        described = s.Described(self.adjectives(c[:-1]), None, span(c))
        return s.Having(s.Quantifier("some", span=span(c)), described, span(c))

    def has_at(self, c: Children) -> s.Showing:
        return s.Showing(c[2], self.number(c[:1]), span(c))

    def has_place(self, c: Children) -> s.Showing:
        return s.Showing(s.Place(c[0].value, None, span_of(c[0])), self.number(c[2:]), span(c))

    def described(self, c: Children) -> s.Described:
        return s.Described(self.adjectives(c), None, span(c))

    def described_number(self, c: Children) -> s.Described:
        return s.Described(s.Related("=", self.number(c), span=span(c)), None, span(c))

    described_bare = described

    def described_noun(self, c: Children) -> s.Described:
        return s.Described(c[1], None, span(c))

    def described_which(self, c: Children) -> s.Described:
        nodes = nodes_of(c)
        return s.Described(nodes[0] if nodes else self.adjectives(c[3:]), None, span(c))

    def described_not(self, c: Children) -> s.Described:
        said = self.adjectives(c[4:])
        return s.Described(s.Combined("not", (said,), said.span), None, span(c))

    def described_feature(self, c: Children) -> s.Described:
        return s.Described(self.feature(c[3:]), None, span(c))
