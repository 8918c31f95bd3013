"""What formulas and terms are on rows of known classes, as far as these decide them."""

from collections.abc import Sequence
from functools import reduce
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler.budget import Effort
from oedipus.compiler.logic import diagram_numbers as numbers
from oedipus.compiler.logic import evaluate
from oedipus.compiler.logic.diagram_numbers import Column, Numbers
from oedipus.compiler.logic.simplify import Formulas
from oedipus.compiler.logic.simplify_nodes import All, Different, Known, Negation, Node, Property, Relation, Table
from oedipus.compiler.logic.simplify_shapes import Compound, Sum

ENTRY = 2
"""Steps for an entry of a column of whole numbers."""

FRACTION = 8
"""Steps for an entry of a column of fractions, each with its greatest common divisor."""

BITS = 62
OPERATIONS = {
    "*": numbers.multiply,
    "/": numbers.divide,
    "//": numbers.floor,
    "%": numbers.remainder,
    "**": numbers.power,
    "min": numbers.smaller,
}


class Values:
    """Rows ``known`` [rows, axes] of classes; of the axes, those in ``mask`` (all by default) are known."""

    def __init__(self, known: NDArray[np.uint8], formulas: Formulas, effort: Effort, mask: int | None = None):
        self.known, self.formulas, self.effort = known, formulas, effort
        self.rows = len(known)
        self.mask = (1 << known.shape[1]) - 1 if mask is None else mask
        self.finished: dict[Any, Any] = {}

    def is_known(self, axes: int) -> bool:
        """Whether all of these axes are known."""
        return axes & ~self.mask == 0

    def untouched(self, axes: int) -> bool:
        """Whether none of these axes is known."""
        return axes & self.mask == 0

    def truth(self, node: Node) -> Column:
        """Whether a formula holds, all of whose axes are known."""
        found: Column | None = self.finished.get(node)
        if found is None:
            self.effort.spend(ENTRY * self.rows)
            found = self.finished[node] = self._truth(node)
        return found

    def _truth(self, node: Node) -> Column:
        match node:
            case Known(holds):
                return np.full(self.rows, holds)
            case Table(axis, truths):
                return np.array(truths)[self.known[:, axis]]
            case Relation(op, term):
                value = self.value(term)
                return np.asarray(evaluate.COMPARE[op](value.top, 0) & value.defined)
            case Property(name, term):
                value = self.value(term)
                self.effort.spend((40 if name == "prime" else 4) * self.rows)
                return numbers.having(name, value)
            case Different(used, terms):
                return self.all_different(used, [self.value(one) for one in terms])
            case All(parts):
                return np.logical_and.reduce([self.truth(one) for one in parts])
            case Negation(part):
                return ~self.truth(part)
        assert_never(node)

    def all_different(self, used: frozenset[Any], values: Sequence[Numbers]) -> Column:
        """Whether the values differ from each other and from ``used``, all of them defined."""
        defined = np.logical_and.reduce([one.defined for one in values])
        low, high = _range(values)
        if low is None or high - low >= BITS:
            return self._different_pairs(used, values) & defined
        taken = np.full(self.rows, sum(1 << int(one) - low for one in used if _is_within(one, low, high)), np.int64)
        fine = defined
        for one in values:
            bit = np.left_shift(1, np.where(defined, one.top - low, 0))
            fine = fine & (taken & bit == 0)
            taken |= bit
        return fine

    def _different_pairs(self, used: frozenset[Any], values: Sequence[Numbers]) -> Column:
        self.effort.spend(ENTRY * self.rows * len(values) * (len(values) + len(used)))
        fine = np.ones(self.rows, dtype=np.bool_)
        for place, one in enumerate(values):
            for other in [*values[:place], *(numbers.constant(each, self.rows) for each in used)]:
                fine &= (one.top != other.top) | (_bottom(one) != _bottom(other))
        return fine

    def value(self, term: Sum) -> Numbers:
        """A term's numbers, all of its axes known. Raises :class:`oedipus.compiler.logic.diagram_numbers.Beyond`."""
        return self.total(term)

    def total(self, term: Sum) -> Numbers:
        """The sum of those parts of a term that known axes decide."""
        key = "total", term
        if key not in self.finished:
            self.finished[key] = self._total(term)
        found: Numbers = self.finished[key]
        return found

    def _total(self, term: Sum) -> Numbers:
        result = numbers.constant(term.constant, self.rows)
        for axis, entries in term.shape.tables:
            if self.mask >> axis & 1:
                result = self._added(result, numbers.entries(entries, self.known[:, axis]))
        for compound, factor in term.shape.compounds:
            if self.is_known(compound.axes):
                value = self.compound(compound)
                if factor != 1:
                    value = numbers.multiply(value, numbers.constant(factor, self.rows))
                result = self._added(result, value)
        return result

    def _added(self, one: Numbers, two: Numbers) -> Numbers:
        self.effort.spend(self.rows * (ENTRY if one.bottom is None and two.bottom is None else FRACTION))
        return numbers.add(one, two)

    def compound(self, compound: Compound) -> Numbers:
        """A compound's numbers, all of its axes known."""
        if compound not in self.finished:
            self.finished[compound] = self._compound(compound)
        found: Numbers = self.finished[compound]
        return found

    def _compound(self, compound: Compound) -> Numbers:
        if compound.operator == "holds":
            every = np.ones(self.rows, dtype=np.bool_)
            return Numbers(self.truth(compound.arguments[0]).astype(np.int64), None, every)
        values = [self.value(one) for one in compound.arguments if isinstance(one, Sum)]
        whole = compound.operator != "/" and all(one.bottom is None for one in values)
        self.effort.spend(self.rows * len(values) * (2 * ENTRY if whole else FRACTION))
        match compound.operator:
            case "abs":
                return numbers.absolute(values[0])
            case "lookup":
                return numbers.look_up(compound.arguments[0], values[0])
            case operator:
                return reduce(OPERATIONS[operator], values)


def _range(values: Sequence[Numbers]) -> tuple[Any, Any]:
    """Least and greatest value where all are whole, else None."""
    if any(one.bottom is not None for one in values):
        return None, None
    return min(int(one.top.min()) for one in values), max(int(one.top.max()) for one in values)


def _is_within(one: Any, low: int, high: int) -> bool:
    return one.denominator == 1 and low <= one <= high


def _bottom(one: Numbers) -> Any:
    return 1 if one.bottom is None else one.bottom
