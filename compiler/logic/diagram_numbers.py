"""Columns of exact numbers: arithmetic for all rows at once, in 64 bits or not at all."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler.logic import evaluate

Column: TypeAlias = NDArray[Any]
LARGEST = 2.0**62
SIEVE = 2**24


class Beyond(Exception):  # noqa: N818 - an outcome; residuals take over
    """A number does not fit 64 bits."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """``top / bottom`` in lowest terms for each row, 0 where not ``defined``; no ``bottom`` where all are whole."""

    top: Column
    bottom: Column | None
    defined: Column

    def columns(self) -> list[Column]:
        """The same as columns of integers, equal where the numbers are."""
        return [self.top, self.defined] if self.bottom is None else [self.top, self.bottom, self.defined]

    def at(self, rows: Column) -> "Numbers":
        """The numbers of some rows."""
        return Numbers(self.top[rows], None if self.bottom is None else self.bottom[rows], self.defined[rows])

    def floats(self) -> Column:
        """The nearest floating-point numbers."""
        return self.top.astype(np.float64) if self.bottom is None else self.top / self.bottom


def constant(value: Any, rows: int) -> Numbers:
    """One number for every row. Raises :class:`Beyond`."""
    _fits(abs(value.numerator), value.denominator)
    bottom = None if value.denominator == 1 else np.full(rows, value.denominator, dtype=np.int64)
    return Numbers(np.full(rows, value.numerator, dtype=np.int64), bottom, np.ones(rows, dtype=np.bool_))


def entries(values: Any, labels: Column) -> Numbers:
    """``values[label]`` for each row; None is undefined. Raises :class:`Beyond`."""
    known = [0 if one is None else one for one in values]
    _fits(*(abs(one.numerator) for one in known), *(one.denominator for one in known))
    top = np.array([one.numerator for one in known], dtype=np.int64)[labels]
    defined = np.array([one is not None for one in values])[labels]
    if all(one.denominator == 1 for one in known):
        return Numbers(top, None, defined)
    return Numbers(top, np.array([one.denominator for one in known], dtype=np.int64)[labels], defined)


def add(one: Numbers, two: Numbers) -> Numbers:
    """The sum. Raises :class:`Beyond`, as all of these do."""
    defined = one.defined & two.defined
    if one.bottom is None and two.bottom is None:
        _fits(_size(one.top) + _size(two.top))
        return _masked(one.top + two.top, None, defined)
    left, right, bottom = _times(one.top, two.bottom), _times(two.top, one.bottom), _bottoms(one.bottom, two.bottom)
    _fits(_size(left) + _size(right))
    return _lowest(left + right, bottom, defined)


def multiply(one: Numbers, two: Numbers) -> Numbers:
    """The product."""
    return _lowest(_times(one.top, two.top), _bottoms(one.bottom, two.bottom), one.defined & two.defined)


def divide(one: Numbers, two: Numbers) -> Numbers:
    """The quotient, undefined for a divisor of 0."""
    defined = one.defined & two.defined & (two.top != 0)
    divisor = np.where(defined, two.top, 1)
    top, bottom = _times(one.top, two.bottom), _times(divisor, one.bottom)
    return _lowest(np.where(bottom < 0, -top, top), np.abs(bottom), defined)


def floor(one: Numbers, two: Numbers) -> Numbers:
    """The quotient rounded down."""
    defined = one.defined & two.defined & (two.top != 0)
    divisor = _times(np.where(defined, two.top, 1), one.bottom)
    return _masked(np.floor_divide(_times(one.top, two.bottom), divisor), None, defined)


def remainder(one: Numbers, two: Numbers) -> Numbers:
    """What the rounded quotient leaves, with the sign of the divisor."""
    defined = one.defined & two.defined & (two.top != 0)
    divisor = _times(np.where(defined, two.top, 1), one.bottom)
    return _lowest(np.remainder(_times(one.top, two.bottom), divisor), _bottoms(one.bottom, two.bottom), defined)


def power(one: Numbers, two: Numbers) -> Numbers:
    """The power, undefined for 0 to a negative one. Raises :class:`Beyond` for roots, too."""
    defined = one.defined & two.defined & ((two.top >= 0) | (one.top != 0))
    if two.bottom is not None and (two.bottom[defined] != 1).any():
        raise Beyond
    exponents = np.where(defined, np.abs(two.top), 0)
    bottom = None if one.bottom is None else _raised(one.bottom, exponents)
    top, turned = _raised(one.top, exponents), defined & (two.top < 0)
    if not turned.any():
        return _masked(top, bottom, defined)
    below = np.ones_like(top) if bottom is None else bottom
    signs = np.where(top < 0, -1, 1)
    return _lowest(np.where(turned, signs * below, top), np.where(turned, signs * top, below), defined)


def _raised(base: Column, exponents: Column) -> Column:
    with np.errstate(over="ignore"):
        _fits(_size(base.astype(np.float64) ** exponents))
    return np.asarray(base**exponents)


def absolute(one: Numbers) -> Numbers:
    """The size."""
    return Numbers(np.abs(one.top), one.bottom, one.defined)


def smaller(one: Numbers, two: Numbers) -> Numbers:
    """The minimum."""
    defined = one.defined & two.defined
    if one.bottom is None and two.bottom is None:
        return _masked(np.minimum(one.top, two.top), None, defined)
    first = _times(one.top, two.bottom) <= _times(two.top, one.bottom)
    rows = np.ones(len(one.top), dtype=np.int64)
    bottoms = [rows if each.bottom is None else each.bottom for each in (one, two)]
    return _masked(np.where(first, one.top, two.top), np.where(first, *bottoms), defined)


def look_up(table: Any, place: Numbers) -> Numbers:
    """``table[place]``, undefined outside and between."""
    defined = place.defined & (place.top >= 0) & (place.top < len(table))
    if place.bottom is not None:
        defined = defined & (place.bottom == 1)
    return _masked(np.array(table, dtype=np.int64)[np.where(defined, place.top, 0)], None, defined)


def having(name: str, one: Numbers) -> Column:
    """Which rows have a property of integers."""
    whole = one.defined if one.bottom is None else one.defined & (one.bottom == 1)
    numbers = np.where(whole, one.top, 0)
    match name:
        case "square":
            roots = np.sqrt(np.maximum(numbers, 0).astype(np.float64)).astype(np.int64)
            found = np.logical_or.reduce([(roots + extra) ** 2 == numbers for extra in (-1, 0, 1)])
        case "power of two":
            found = (numbers > 0) & (numbers & (numbers - 1) == 0)
        case "prime" if (largest := int(numbers.max(initial=0))) < SIEVE:
            found = primes(largest)[np.maximum(numbers, 0)]
        case _:
            values, names = np.unique(numbers, return_inverse=True)
            found = np.array([evaluate.has_property(name, Fraction(int(value))) for value in values])[names.reshape(-1)]
    return np.asarray(found & whole)


def primes(largest: int) -> Column:
    """Which numbers up to ``largest`` are prime: the sieve of Eratosthenes."""
    sieve = np.ones(max(largest, 1) + 1, dtype=np.bool_)
    sieve[:2] = False
    for one in range(2, int(len(sieve) ** 0.5) + 1):
        if sieve[one]:
            sieve[one * one :: one] = False
    return sieve


def _fits(*sizes: float) -> None:
    if max(sizes) > LARGEST:
        raise Beyond


def _size(column: Column) -> float:
    return float(np.abs(column).max(initial=0))


def _times(one: Column, two: Column | None) -> Column:
    if two is None:
        return one
    _fits(_size(one) * _size(two))
    return one * two


def _bottoms(one: Column | None, two: Column | None) -> Column | None:
    return two if one is None else _times(one, two)


def _masked(top: Column, bottom: Column | None, defined: Column) -> Numbers:
    if not defined.all():
        top = np.where(defined, top, 0)
        bottom = None if bottom is None else np.where(defined, bottom, 1)
    return Numbers(top, bottom, defined)


def _lowest(top: Column, bottom: Column | None, defined: Column) -> Numbers:
    """In lowest terms; ``bottom`` is positive."""
    if bottom is None:
        return _masked(top, None, defined)
    common = np.gcd(top, bottom)
    bottom = bottom // common
    return _masked(top // common, None if (bottom == 1).all() else bottom, defined)
