"""The truth of a checked formula under many readings at once: columns of digits in, a column of truths out.

The reference is :mod:`oedipus.compiler.logic.evaluate`, which takes one reading after
another; ``python benchmarks/composed.py`` asks it wherever the two sides differ.
"""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler import checked as c
from oedipus.compiler.logic.evaluate import COMPARE, has_property
from oedipus.networks.cards import Card

Numbers: TypeAlias = NDArray[np.float64]
Truths: TypeAlias = NDArray[np.bool_]
ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "-": operator.sub,
    "/": np.true_divide,
    "//": np.floor_divide,
    "%": np.mod,
    "**": np.power,
}


class Columns:
    """Digits of many readings, one column for each variable; what a network reads follows from the digit shown."""

    def __init__(self, digits: Mapping[str, NDArray[np.int64]], cards: Mapping[str, Card]) -> None:
        self.digits = digits
        self.rows = len(next(iter(digits.values())))
        self._tables = {name: np.array(card.table) for name, card in cards.items() if card.table is not None}

    def holds(self, formula: c.Formula) -> Truths:
        """Where ``formula`` holds; raises KeyError for a variable that has no column."""
        match formula:
            case c.Compare(op, left, right):
                one, two = self.value(left), self.value(right)
                return COMPARE[op](one, two) & ~np.isnan(one) & ~np.isnan(two)
            case c.Property(name, term):
                return _property(name, self.value(term))
            case c.Seen(variable, network, label):
                return self._tables[network][self.digits[variable]] == label
            case c.Not(inner):
                return ~self.holds(inner)
            case c.And(formulas):
                return reduce(operator.and_, map(self.holds, formulas), self._all(True))
            case c.Or(formulas):
                return reduce(operator.or_, map(self.holds, formulas), self._all(False))
            case c.ExactlyOne(formulas):
                return self._count(formulas) == 1
            case c.Implies(condition, consequence):
                return ~self.holds(condition) | self.holds(consequence)
            case c.Iff(left_formula, right_formula):
                return self.holds(left_formula) == self.holds(right_formula)
            case c.AllDifferent(terms):
                values = np.sort(np.stack([self.value(one) for one in terms]), axis=0)
                return ~np.isnan(values).any(axis=0) & (np.diff(values, axis=0) != 0).all(axis=0)
            case c.Truth(truth):
                return self._all(truth)
        assert_never(formula)

    def value(self, term: c.Term) -> Numbers:
        """The values of a term, not a number where it is undefined."""
        match term:
            case c.Constant(constant):
                return np.full(self.rows, float(constant))
            case c.Value(variable):
                return self.digits[variable].astype(float)
            case c.Count(formulas):
                return self._count(formulas).astype(float)
            case c.Arithmetic(op, left, right):
                return self._arithmetic(op, self.value(left), self.value(right))
            case c.Absolute(inner):
                return np.abs(self.value(inner))
            case c.Lookup(_, inner, table):
                return _lookup(table, self.value(inner))
            case c.Sum(terms):
                return reduce(operator.add, map(self.value, terms), np.zeros(self.rows))
            case c.Product(terms):
                return reduce(operator.mul, map(self.value, terms), np.ones(self.rows))
            case c.Extreme(which, terms):
                if not terms:
                    return np.full(self.rows, np.nan)
                return reduce(np.minimum if which == "min" else np.maximum, map(self.value, terms))
        assert_never(term)

    def _arithmetic(self, op: str, left: Numbers, right: Numbers) -> Numbers:
        with np.errstate(all="ignore"):
            found: Numbers = ARITHMETIC[op](left, right)
        whole = (right >= 0) & (right == np.floor(right))
        return np.where(whole if op == "**" else right != 0, found, np.nan) if op != "-" else found

    def _count(self, formulas: tuple[c.Formula, ...]) -> NDArray[np.int64]:
        return reduce(operator.add, (self.holds(one).astype(np.int64) for one in formulas), self._all(False) * 1)

    def _all(self, truth: bool) -> Truths:
        return np.full(self.rows, truth)


def _property(name: str, values: Numbers) -> Truths:
    each, places = np.unique(values, return_inverse=True)
    known = [has_property(name, None if np.isnan(one) else Fraction(float(one))) for one in each]
    return np.array(known, dtype=bool)[places.reshape(-1)]


def _lookup(table: tuple[int, ...], places: Numbers) -> Numbers:
    inside = (places >= 0) & (places < len(table)) & (places == np.floor(places))
    return np.where(inside, np.array(table, dtype=float)[np.where(inside, places, 0).astype(int)], np.nan)
