"""Bounds of terms where only some axes are known: intervals in floating point, widened wherever rounding could tell.

An interval holds wherever the term is defined.
"""

from collections.abc import Sequence
from functools import reduce
from typing import TypeAlias

import numpy as np

from oedipus.compiler.logic.diagram_numbers import Beyond, Column
from oedipus.compiler.logic.diagram_values import ENTRY, Values
from oedipus.compiler.logic.simplify_nodes import Node
from oedipus.compiler.logic.simplify_shapes import Bound, Compound, Number, Sum, span, whole_valued

Interval: TypeAlias = tuple[Column, Column]
ROUNDING = 1e-12
"""Relative error that many sums and a few products of doubles stay below."""

HUGE = 10**300
"""Bounds beyond are infinite."""


class Bounded(Values):
    """Rows of known classes, and intervals of what they leave open."""

    def settled(self, node: Node) -> Column:
        """1 for rows where a formula is true whatever comes, 0 where false, -1 where open."""
        raise NotImplementedError

    def bounds(self, term: Sum) -> Interval:
        """Least and greatest value of a term, row by row."""
        key = "bounds", term
        if key not in self.finished:
            self.finished[key] = self._fixed(*span(term)) if self.untouched(term.shape.axes) else self._bounds(term)
        found: Interval = self.finished[key]
        return found

    def _fixed(self, low: Bound, high: Bound) -> Interval:
        ends = [np.array([float(max(-HUGE, min(HUGE, one)))]) for one in (low, high)]
        least, greatest = _widened(*ends, *map(np.abs, ends), whole=False)
        return np.where(ends[0] <= -HUGE, -np.inf, least), np.where(ends[1] >= HUGE, np.inf, greatest)

    def _bounds(self, term: Sum) -> Interval:
        known = self.total(term).floats()
        lows, highs = [known], [known]
        for axis, entries in term.shape.tables:
            if not self.mask >> axis & 1:
                highs.append(np.array([_float(max(one for one in entries if one is not None))]))
        for compound, factor in term.shape.compounds:
            if factor and not self.is_known(compound.axes):
                low, high = self.compound_bounds(compound)
                ends = _float(factor) * low, _float(factor) * high
                lows.append(ends[factor < 0])
                highs.append(ends[factor > 0])
        self.effort.spend(ENTRY * self.rows * len(lows))
        sizes = [sum(map(np.abs, some)) for some in (lows, highs)]
        return _widened(sum(lows), sum(highs), *sizes, whole=whole_valued(term))  # type: ignore[arg-type]

    def compound_bounds(self, compound: Compound) -> Interval:
        """The same of a compound."""
        fixed = self._fixed(compound.low, compound.high)
        if self.untouched(compound.axes):
            return fixed
        self.effort.spend(4 * ENTRY * self.rows)
        if compound.operator == "holds":
            truth = self.settled(compound.arguments[0])
            return (truth == 1).astype(np.float64), (truth != 0).astype(np.float64)
        terms = [one for one in compound.arguments if isinstance(one, Sum)]
        low, high = self._operation(compound.operator, terms, [self.bounds(one) for one in terms], fixed)
        return np.maximum(low, fixed[0]), np.minimum(high, fixed[1])

    def _operation(self, operator: str, terms: Sequence[Sum], ends: Sequence[Interval], fixed: Interval) -> Interval:
        low, high = ends[0]
        match operator:
            case "*":
                for other in ends[1:]:
                    low, high = _corners(np.multiply, (low, high), other)
                return low, high
            case "min":
                return reduce(np.minimum, (one for one, _ in ends)), reduce(np.minimum, (one for _, one in ends))
            case "abs":
                return np.maximum(np.maximum(low, -high), 0.0), np.maximum(-low, high)
            case "%":
                return np.minimum(ends[1][0], 0.0), np.maximum(ends[1][1], 0.0)
            case "/" | "//":
                low, high = _quotient(ends[0], ends[1], whole=whole_valued(terms[1]))
                return (np.floor(low), np.floor(high)) if operator == "//" else (low, high)
        return fixed


def _float(number: Number) -> float:
    if not -HUGE < number < HUGE:
        raise Beyond
    return float(number)


def _quotient(left: Interval, right: Interval, *, whole: bool) -> Interval:
    low, high = right
    if whole:  # a divisor is not 0
        low, high = np.where(low == 0, 1.0, low), np.where(high == 0, -1.0, high)
    unbounded = (low <= 0) & (high >= 0)
    divisor = np.where(unbounded, 1.0, low), np.where(unbounded, 1.0, high)
    least, greatest = _corners(np.divide, left, divisor)
    return np.where(unbounded, -np.inf, least), np.where(unbounded, np.inf, greatest)


def _corners(function: np.ufunc, left: Interval, right: Interval) -> Interval:
    with np.errstate(invalid="ignore", over="ignore"):
        values = [function(one, two) for one in left for two in right]
    values = [np.where(np.isnan(one), 0.0, one) for one in values]
    low, high = np.minimum.reduce(values), np.maximum.reduce(values)
    return _widened(low, high, np.abs(low), np.abs(high), whole=False)


def _widened(low: Column, high: Column, low_size: Column, high_size: Column, *, whole: bool) -> Interval:
    with np.errstate(invalid="ignore"):
        low, high = low - ROUNDING * low_size, high + ROUNDING * high_size
    return (np.ceil(low), np.floor(high)) if whole else (low, high)
