"""What terms are made of in normal form: constants, shapes and compounds, and what can be told of them at once."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from typing import Any, NamedTuple, Protocol, TypeAlias

Number: TypeAlias = int | Fraction
Bound: TypeAlias = int | Fraction | float
Entries: TypeAlias = tuple[Number | None, ...]


class Formula(Protocol):
    """What terms need to know of formulas, for counting those that hold."""

    axes: int


@dataclass(eq=False, slots=True)
class Compound:
    """``operator(arguments)`` of several axes; ``low`` to ``high`` bound it wherever it is defined."""

    operator: str
    arguments: tuple[Any, ...]
    axes: int
    low: Bound
    high: Bound
    whole: bool
    total: bool
    place: int
    successors: "list[Term] | None" = None


@dataclass(eq=False, slots=True)
class Shape:
    """What a term adds to its constant; tables by axis, compounds with their coefficients."""

    tables: tuple[tuple[int, Entries], ...]
    compounds: tuple[tuple[Compound, Number], ...]
    axes: int = 0
    low: Bound = 0
    high: Bound = 0
    whole: bool = True
    total: bool = True
    divisor: int = 1
    place: int = 0
    cache: dict[Any, Any] = field(default_factory=dict)


class Sum(NamedTuple):
    """A defined term."""

    constant: Number
    shape: Shape


Term: TypeAlias = Sum | None


def tidy(number: Number) -> Number:
    """Whole fractions as integers."""
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


def is_whole(number: Number) -> bool:
    """Whether a tidy number is an integer."""
    return isinstance(number, int)


def term_order(term: Sum) -> tuple[Any, ...]:
    """A fixed order of terms, the same in every run."""
    shape = term.shape
    return shape.axes, shape.place, term.constant


def span(term: Sum, constant: Number | None = None) -> tuple[Bound, Bound]:
    """Least and greatest value wherever the term is defined."""
    base = term.constant if constant is None else constant
    return base + term.shape.low, base + term.shape.high


def whole_valued(term: Sum) -> bool:
    """Whether the term is an integer wherever it is defined."""
    return term.shape.whole and is_whole(term.constant)


def never_zero(term: Sum) -> bool:
    """Whether bounds alone exclude 0."""
    low, high = span(term)
    return term.shape.total and (low > 0 or high < 0)


def measured(shape: Shape) -> Shape:
    """The shape with axes, bounds, wholeness and greatest common divisor filled in."""
    numbers: list[Number] = []
    for axis, entries in shape.tables:
        defined = [one for one in entries if one is not None]
        numbers += defined
        shape.axes |= 1 << axis
        shape.high += max(defined)
        shape.total &= len(defined) == len(entries)
    for compound, factor in shape.compounds:
        numbers.append(factor)
        shape.axes |= compound.axes
        ends = [factor * end if factor else 0 for end in (compound.low, compound.high)]
        shape.low, shape.high = shape.low + min(ends), shape.high + max(ends)
        shape.total &= compound.total
        shape.whole &= compound.whole
    shape.whole &= all(map(is_whole, numbers))
    shape.divisor = gcd(*(int(one) for one in numbers)) if shape.whole else 1
    return shape


def common_denominator(shape: Shape, constant: Number) -> int:
    """What a term must be multiplied by so that all its numbers are whole."""
    numbers = [one for _, entries in shape.tables for one in entries if one is not None]
    numbers += [factor for _, factor in shape.compounds]
    return lcm(*(one.denominator for one in (*numbers, constant)))
