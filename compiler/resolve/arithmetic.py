"""Making checked terms, and what is known of their values before any digit is."""

import math
from fractions import Fraction
from functools import reduce
from math import ceil, floor
from typing import TypeGuard

from oedipus.compiler.checked import (
    Absolute,
    Arithmetic,
    Compare,
    Constant,
    Count,
    Extreme,
    Formula,
    Lookup,
    Product,
    Sum,
    Term,
    Value,
)
from oedipus.compiler.logic.evaluate import POWER_BITS

LARGEST = 10**15
"""Numbers beyond are refused."""
MOST_ROOTS = 1000
"""Roots that are written out one by one, which diagrams take best; where there may be more, the root is a power."""
UNBOUNDED_BITS = 1 << 12
UNBOUNDED = Fraction(1 << UNBOUNDED_BITS)
"""Bounds of terms of which none is known, or only larger ones."""
ZERO = Fraction(0)
_TERMS = (Constant, Value, Sum, Product, Arithmetic, Absolute, Extreme, Lookup, Count)


def is_term(node: Term | Formula) -> TypeGuard[Term]:
    """Whether a checked node is a term, not a formula."""
    return isinstance(node, _TERMS)


def constant(value: int | Fraction) -> Constant:
    """A constant term."""
    return Constant(Fraction(value))


def minus(left: Term, right: Term) -> Term:
    """left − right."""
    return Arithmetic("-", left, right)


def square_root(term: Term) -> Term:
    """The number whose square ``term`` is; undefined where that is no fraction."""
    largest = math.isqrt(int(max(Fraction(0), bounds(term)[1])))
    if largest > MOST_ROOTS or not always_whole(term):
        return Arithmetic("**", term, constant(Fraction(1, 2)))
    roots = range(largest + 1)
    squares = [Compare("=", term, constant(root * root)) for root in roots]
    root = Sum(tuple(Product((constant(root), Count((one,)))) for root, one in zip(roots, squares, strict=True)))
    return Arithmetic("/", root, Count(tuple(squares)))


def always_defined(term: Term) -> bool:
    """Whether a term has a value whatever the digits are; False where that is hard to tell."""
    match term:
        case Constant() | Value() | Lookup() | Count():
            return True
        case Sum(terms) | Product(terms):
            return all(always_defined(one) for one in terms)
        case Extreme(_, terms):
            return bool(terms) and all(always_defined(one) for one in terms)
        case Absolute(inner):
            return always_defined(inner)
        case Arithmetic(op, left, right):
            known = op == "-" or (isinstance(right, Constant) and right.value > 0 and right.value.denominator == 1)
            return known and always_defined(left) and always_defined(right)


def always_whole(term: Term) -> bool:
    """Whether a term is a whole number wherever it has a value; False where that is hard to tell."""
    match term:
        case Constant(value):
            return value.denominator == 1
        case Value() | Lookup() | Count() | Arithmetic("//"):
            return True
        case Sum(terms) | Product(terms) | Extreme(_, terms):
            return all(map(always_whole, terms))
        case Absolute(inner):
            return always_whole(inner)
        case Arithmetic("**", left, right):
            return always_whole(left) and bounds(right)[0] >= 0
        case Arithmetic(op, left, right):
            return op != "/" and always_whole(left) and always_whole(right)
    raise AssertionError(f"no term: {term}")


def only_where(condition: Formula, term: Term) -> Term:
    """The term where ``condition`` holds, undefined elsewhere."""
    return Arithmetic("/", term, Count((condition,)))


def is_whole(term: Term) -> Formula:
    """That a term is a whole number."""
    return Compare("=", Arithmetic("%", term, constant(1)), constant(0))


def bounds(term: Term) -> tuple[Fraction, Fraction]:
    """Numbers that a term cannot fall below or exceed where it has a value; :data:`UNBOUNDED` where none is known."""
    known = _KNOWN.get(id(term))
    if known is None:
        low, high = _bounds(term)
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[id(term)] = term, (max(low, -UNBOUNDED), min(high, UNBOUNDED))
    return known[1]


MOST_KNOWN = 10_000
_KNOWN: dict[int, tuple[Term, tuple[Fraction, Fraction]]] = {}
"""Bounds by the identity of a term, which is kept alive so that no other can have it: every level of an expression
asks for those of all levels below it."""


def _bounds(term: Term) -> tuple[Fraction, Fraction]:  # noqa: C901 - one case for each kind of term
    match term:
        case Constant(value):
            return value, value
        case Value(_, smallest, largest):
            return Fraction(smallest), Fraction(largest)
        case Lookup(_, _, table):
            return Fraction(min(table)), Fraction(max(table))
        case Count(formulas):
            return Fraction(0), Fraction(len(formulas))
        case Sum(terms):
            found = [bounds(one) for one in terms]
            return Fraction(sum(low for low, _ in found)), Fraction(sum(high for _, high in found))
        case Product(terms):
            return reduce(_times, map(bounds, terms), (Fraction(1), Fraction(1)))
        case Extreme(which, terms):
            found = [bounds(one) for one in terms]
            choose = min if which == "min" else max
            return choose((low for low, _ in found), default=ZERO), choose((high for _, high in found), default=ZERO)
        case Absolute(inner):
            low, high = bounds(inner)
            return max(low, -high, ZERO), max(abs(low), abs(high))
        case Arithmetic("**", left, right):
            return _bounds_of_power(left, right)
        case Arithmetic("-", left, right):
            return bounds(left)[0] - bounds(right)[1], bounds(left)[1] - bounds(right)[0]
        case Arithmetic("%", left, right):
            low, high = bounds(right)
            least, most = bounds(left)
            return min(low, ZERO), min(high, most) if low >= 0 and least >= 0 else max(high, ZERO)
        case Arithmetic(op, left, right):
            low, high = _bounds_of_quotient(bounds(left), bounds(right), whole=always_whole(right))
            return (Fraction(floor(low)), Fraction(floor(high))) if op == "//" else (low, high)
    raise AssertionError(f"no term: {term}")


def clamped(term: Term, limit: Fraction) -> Term:
    """The same term as far as anything up to ``limit`` can be told from it, with no power too large to be computed.

    From 2 up, a power whose exponent is larger than the binary digits of the limit is beyond it.
    """
    match term:
        case Arithmetic("**", base, exponent) if bounds(base)[0] >= 0 and always_whole(base) and always_whole(exponent):
            enough = max(ceil(limit), 1).bit_length() + 1
            large = ceil(bounds(exponent)[1]) * ceil(bounds(base)[1]).bit_length() > POWER_BITS
            if large and enough < UNBOUNDED_BITS:
                most = constant(enough)
                return Arithmetic("**", base, Extreme("min", (clamped(exponent, most.value), most)))
    return term


Interval = tuple[Fraction, Fraction]


def _times(one: Interval, two: Interval) -> Interval:
    corners = [left * right for left in one for right in two]
    return min(corners), max(corners)


def _bounds_of_quotient(left: Interval, right: Interval, *, whole: bool) -> Interval:
    """Where a divisor can be 0, that makes it undefined; a whole one is 1 away from it."""
    low, high = right
    if whole:
        low, high = low or Fraction(1), high or Fraction(-1)
        low, high = (low, high) if low <= high else right
    if low > 0 or high < 0:
        return _times(left, (1 / high, 1 / low))
    if not whole:
        return -UNBOUNDED, UNBOUNDED
    size = max(map(abs, left))
    return -size, size


def _bounds_of_power(base: Term, exponent: Term) -> Interval:
    low, high = bounds(base)
    least, most = bounds(exponent)
    size, times = max(abs(low), abs(high), Fraction(1)), max(ceil(most), 0)
    inverse = least < 0 and not always_whole(base)
    if inverse or times * (size.numerator.bit_length() - size.denominator.bit_length() + 1) > UNBOUNDED_BITS:
        return (ZERO if low >= 0 else -UNBOUNDED), UNBOUNDED
    if least == most == times and low >= 0:
        return low**times, high**times
    return (ZERO if low >= 0 else -(size**times)), size**times
