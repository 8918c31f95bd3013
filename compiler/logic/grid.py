"""Dense evaluation: a formula's truth at every joint class of its axes, at once.

A term becomes an array that is broadcast over the axes it does not depend on.
Arrays are int64 where every entry is a whole number of safe size, else objects:
exact fractions, None where undefined.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from operator import add, and_, mul, or_
from typing import Any, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler import checked as c
from oedipus.compiler.budget import Effort
from oedipus.compiler.logic import evaluate
from oedipus.compiler.logic.axes import Axis

Numbers: TypeAlias = NDArray[Any]
Truths: TypeAlias = NDArray[np.bool_]
SAFE = 2**62
NODE, WHOLE, OBJECT = 500, 2, 200
"""Steps for a formula or term, and for each of its entries: in 64 bits, or as an object."""

NUMPY_COMPARE = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


def tensor(formula: c.Formula, axes: Sequence[Axis], effort: Effort | None = None) -> Truths:
    """The 0/1 logic tensor of ``formula``, one dimension an axis (the paper's A and B, section 5.2).

    Raises :class:`oedipus.compiler.budget.TooManySteps` beyond the steps of ``effort``.
    """
    shape = tuple(axis.classes for axis in axes)
    return np.array(np.broadcast_to(Grid(axes, effort).truth(formula), shape), order="C")


class Grid:
    """The joint classes of some axes, and what formulas and terms are on them."""

    def __init__(self, axes: Sequence[Axis], effort: Effort | None = None):
        self.effort = Effort() if effort is None else effort
        self.values: dict[str, Numbers] = {}
        self.classes: dict[tuple[str, str], NDArray[np.int64]] = {}
        for place, axis in enumerate(axes):
            shape = [1] * len(axes)
            shape[place] = axis.classes
            readout = axis.readout
            self.classes[readout.variable, readout.network] = np.arange(axis.classes).reshape(shape)
            if axis.numbers is not None:
                self.values[readout.variable] = np.array(axis.numbers, dtype=np.int64).reshape(shape)
        self.one = np.ones([1] * len(axes), dtype=np.int64)
        self.true: Truths = self.one > 0

    def truth(self, formula: c.Formula) -> Truths:
        """Where a formula holds; broadcasts against every other result of this grid."""
        self.effort.spend(NODE + WHOLE * self.true.size)
        match formula:
            case c.Compare(op, left, right):
                return _compare(op, self.number(left), self.number(right))
            case c.Property(name, term):
                return self._property(name, self.number(term))
            case c.Seen(variable, network, label):
                return np.equal(self.classes[variable, network], label)
            case c.Not(inner):
                return ~self.truth(inner)
            case c.And(formulas):
                return reduce(and_, map(self.truth, formulas), self.true)
            case c.Or(formulas):
                return reduce(or_, map(self.truth, formulas), ~self.true)
            case c.ExactlyOne(formulas):
                return _compare("=", self._count(formulas), self.one)
            case c.Implies(condition, consequence):
                return ~self.truth(condition) | self.truth(consequence)
            case c.Iff(first, second):
                return ~(self.truth(first) ^ self.truth(second))
            case c.AllDifferent(terms):
                return self._all_different(terms)
            case c.Truth(holds):
                return self.true if holds else ~self.true
        assert_never(formula)

    def number(self, term: c.Term) -> Numbers:
        """A term's values; int64, or objects that are Fraction or None."""
        result = self._number(term)
        self.effort.spend(NODE + result.size * (WHOLE if _is_whole(result) else OBJECT + _bits(result)))
        return result

    def _number(self, term: c.Term) -> Numbers:
        match term:
            case c.Constant(constant):
                whole = constant.denominator == 1 and abs(constant) < SAFE
                return self.one * int(constant) if whole else np.full(self.one.shape, Fraction(constant), dtype=object)
            case c.Value(variable):
                return self.values[variable]
            case c.Sum(terms):
                return reduce(_add, map(self.number, terms), 0 * self.one)
            case c.Product(terms):
                return reduce(_multiply, map(self.number, terms), self.one)
            case c.Arithmetic("-", left, right):
                return _add(self.number(left), _multiply(self.number(right), -self.one))
            case c.Arithmetic(op, left, right):
                return _arithmetic(op, self.number(left), self.number(right))
            case c.Absolute(inner):
                return _apply(abs, self.number(inner))
            case c.Extreme(which, terms):
                return _extreme(which, [self.number(one) for one in terms], self.one)
            case c.Lookup(_, inner, table):
                return _tidy(_apply(lambda place: evaluate.lookup(table, place), self.number(inner)))
            case c.Count(formulas):
                return self._count(formulas)
        assert_never(term)

    def _property(self, name: str, numbers: Numbers) -> Truths:
        largest = max((abs(one) for one in numbers.flat if one is not None), default=0)
        self.effort.spend(numbers.size * (OBJECT + evaluate.property_steps(name, Fraction(largest))))
        return _apply(lambda number: evaluate.has_property(name, number), numbers).astype(np.bool_)

    def _count(self, formulas: Sequence[c.Formula]) -> Numbers:
        return reduce(np.add, (self.truth(one).astype(np.int64) for one in formulas), 0 * self.one)

    def _all_different(self, terms: Sequence[c.Term]) -> Truths:
        numbers = [self.number(term) for term in terms]
        result = self.true
        for place, one in enumerate(numbers):
            result = result & _defined(one)
            for other in numbers[:place]:
                result = result & _compare("!=", one, other)
        return result


def _is_whole(*arrays: Numbers) -> bool:
    return all(array.dtype == np.int64 for array in arrays)


def _size(array: Numbers) -> int:
    return int(np.abs(array).max())


def _bits(array: Numbers) -> int:
    """Binary digits of the largest of many objects."""
    return max(
        (max(one.numerator.bit_length(), one.denominator.bit_length()) for one in array.flat if one is not None),
        default=0,
    )


def _tidy(array: Numbers) -> Numbers:
    """Objects as int64 where that loses nothing."""
    if all(one is not None and one.denominator == 1 and abs(one) < SAFE for one in array.flat):
        return array.astype(np.int64)
    return array


def _fractions(array: Numbers) -> Numbers:
    if not _is_whole(array):
        return array
    return np.asarray(np.frompyfunc(lambda one: Fraction(int(one)), 1, 1)(array), dtype=object)


def _apply(function: Callable[..., object], *arrays: Numbers) -> Numbers:
    """``function`` entry by entry; None where an argument is None."""

    def strict(*values: Fraction | None) -> object:
        return None if None in values else function(*values)

    return np.asarray(np.frompyfunc(strict, len(arrays), 1)(*map(_fractions, arrays)), dtype=object)


def _defined(array: Numbers) -> Truths:
    return array != np.array(None) if array.dtype == object else np.ones(array.shape, dtype=np.bool_)


def _compare(op: c.CompareOp, left: Numbers, right: Numbers) -> Truths:
    if _is_whole(left, right):
        result: Truths = NUMPY_COMPARE[op](left, right)
        return result
    return _apply(evaluate.COMPARE[op], left, right).astype(np.bool_)


def _add(left: Numbers, right: Numbers) -> Numbers:
    if _is_whole(left, right) and _size(left) + _size(right) < SAFE:
        return left + right
    return _apply(add, left, right)


def _multiply(left: Numbers, right: Numbers) -> Numbers:
    if _is_whole(left, right) and _size(left) * _size(right) < SAFE:
        return left * right
    return _apply(mul, left, right)


def _arithmetic(op: c.ArithmeticOp, left: Numbers, right: Numbers) -> Numbers:
    if _is_whole(left, right) and op in ("//", "%") and right.all():
        return left // right if op == "//" else left % right
    return _tidy(_apply(lambda one, two: evaluate.arithmetic(op, one, two), left, right))


def _extreme(which: str, arrays: Sequence[Numbers], one: Numbers) -> Numbers:
    if not arrays:
        return np.full(one.shape, None, dtype=object)
    if _is_whole(*arrays):
        return reduce(np.minimum if which == "min" else np.maximum, arrays)
    return reduce(lambda first, second: _apply(min if which == "min" else max, first, second), arrays)
