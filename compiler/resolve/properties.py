"""Properties of one number, decided by arithmetic."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from oedipus.compiler.checked import And, Arithmetic, Compare, Constant, Formula, Not, Property, Term, Truth
from oedipus.compiler.resolve.arithmetic import bounds, constant, is_whole
from oedipus.compiler.resolve.connectives import both, either
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.compiler.resolve.judged import seen_or
from oedipus.compiler.resolve.numerals import numeral
from oedipus.compiler.resolve.values import Path, Spelt
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import NOWHERE, Span


def of_number(make: Callable[[Term], Formula]) -> tuple[int, int, Any]:
    """A property of one number; of a picture a network judges it, where there is one."""
    return 1, 1, lambda resolver, node: seen_or(resolver, node, make)


MOST_VALUES = 1000
"""Values that are written out one by one."""


def among(term: Term, value: Callable[[int], int], start: int, span: Span) -> Formula:
    """``term`` is value(start), value(start + 1), … as far as it can reach. Raises :class:`Mistake` beyond reason."""
    _, high = bounds(term)
    values: list[int] = []
    k = start
    while value(k) <= high:
        if len(values) > MOST_VALUES:
            raise Mistake("E412", span, "this may be a larger number than is looked at", "say what it is less than")
        values.append(value(k))
        k += 1
    return either([Compare("=", term, constant(one)) for one in values]) if values else Truth(False)


def divisible(term: Term, other: Term, span: Span) -> Formula:
    """``other`` divides ``term``. Raises :class:`Mistake` for a literal 0."""
    if other == constant(0):
        raise Mistake("E404", span, "nothing can be divided by 0")
    return Compare("=", Arithmetic("%", term, other), constant(0))


def _divisible(resolver: Resolver, node: s.Call) -> Formula:
    term = resolver.term(node.arguments[0])
    others = resolver.terms(node.arguments[1])
    return both([divisible(term, one, node.arguments[1].span) for one in others])


def _divides(resolver: Resolver, node: s.Call) -> Formula:
    term, other = resolver.term(node.arguments[0]), resolver.term(node.arguments[1])
    if isinstance(term, Constant):
        return divisible(other, term, node.arguments[0].span)
    return And((Compare("!=", term, constant(0)), Compare("=", Arithmetic("%", other, term), constant(0))))


def _power_of(resolver: Resolver, node: s.Call) -> Formula:
    term, base = resolver.term(node.arguments[0]), resolver.term(node.arguments[1])
    if not isinstance(base, Constant) or base.value.denominator != 1 or base.value < 2:
        raise Mistake("E402", node.arguments[1].span, "a power of a plain number from 2 up is needed here")
    if base.value == 2:
        return Property("power of two", term)
    return among(term, lambda k: int(base.value) ** k, start=0, span=node.span)


def _palindrome(resolver: Resolver, node: s.Call) -> Formula:
    digits = resolver.terms(s.Call("digits", node.arguments, node.span))
    half = len(digits) // 2
    parts: list[Formula] = [Compare("=", digits[place], digits[-1 - place]) for place in range(half)]
    return both(parts) if parts else Truth(True)


def _ends(front: bool) -> Callable[[Resolver, s.Call], Formula]:
    def make(resolver: Resolver, node: s.Call) -> Formula:
        wanted = _spelled(resolver, node.arguments[1])
        value = resolver.value(node.arguments[0])
        if not isinstance(value, Spelt) and not front:
            term = resolver.term(node.arguments[0])
            if term not in resolver.written:
                last = numeral(term, node.span).last(len(wanted))
                from oedipus.compiler.resolve.values import spelt

                return Compare("=", last, spelt(wanted).term)
        digits = resolver.terms(s.Call("digits", (node.arguments[0],), node.span))
        if len(wanted) > len(digits):
            return Truth(False)
        part = digits[: len(wanted)] if front else digits[-len(wanted) :]
        return both([Compare("=", a, b) for a, b in zip(part, wanted, strict=True)])

    return make


def _spelled(resolver: Resolver, node: s.Expression) -> tuple[Term, ...]:
    """The digits of a numeral, zeros in front and all."""
    value = resolver.value(node)
    if isinstance(value, Path):
        if not value.text.isdecimal():
            raise Mistake("E402", node.span, "a numeral is needed here")
        return tuple(constant(int(char)) for char in value.text)
    return value.digits if isinstance(value, Spelt) else (resolver.term(node),)


def _composite(term: Term) -> Formula:
    return And((Compare(">", term, constant(1)), Not(Property("prime", term))))


def _cube(term: Term) -> Formula:
    """A whole number's cube, 0 among them; where many could be, by their root."""
    if bounds(term)[1] > MOST_VALUES**3:
        return And((Compare(">=", Arithmetic("**", term, constant(Fraction(1, 3))), constant(0)), is_whole(term)))
    return among(term, lambda k: k**3, start=0, span=NOWHERE)


PROPERTIES: Mapping[str, tuple[int, int, Any]] = {
    "odd": of_number(lambda term: Property("odd", term)),
    "even": of_number(lambda term: Property("even", term)),
    "prime": of_number(lambda term: Property("prime", term)),
    "composite": of_number(_composite),
    "perfect_square": of_number(lambda term: Property("square", term)),
    "perfect_cube": of_number(_cube),
    "divisible": (2, 2, _divisible),
    "divides": (2, 2, _divides),
    "power_of": (2, 2, _power_of),
    "palindrome": (1, 1, _palindrome),
    "ends": (2, 2, _ends(front=False)),
    "starts": (2, 2, _ends(front=True)),
}
