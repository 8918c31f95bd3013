"""Diagrams of formulas with many states: all prefixes of a layer at once, in numpy.

A state is one prefix that stands for all with the same *cut*: the values of
whatever in the formula depends on known axes only (partial sums and products,
sorted lists of used values, the truth of finished parts). Coarser than the
residual formula, whose bounds it does not see, but thousands of times quicker;
reduction finds the same diagram in the end.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler import evaluate
from oedipus.compiler.diagram_reduce import MIXERS, Layers, TooManyStates, reduced
from oedipus.compiler.simplify import Formulas
from oedipus.compiler.simplify_nodes import All, Different, Known, Negation, Node, Property, Relation, Table
from oedipus.compiler.simplify_shapes import Compound, Sum, whole_valued

Column: TypeAlias = NDArray[Any]
LARGEST = 2.0**62


class NotWhole(Exception):  # noqa: N818 - an outcome; residuals take over
    """The formula needs fractions or numbers beyond 64 bits."""


def by_prefixes(formulas: Formulas, node: Node, budget: int) -> Layers:
    """The reduced diagram of a node. Raises :class:`TooManyStates` and :class:`NotWhole`."""
    layers: Layers = []
    prefixes = np.zeros((1, 0), dtype=np.uint8)
    total = 0
    for axis, count in enumerate(formulas.classes):
        states = len(prefixes)
        total += states
        if total > budget:
            raise TooManyStates(total, budget)
        labels = np.tile(np.arange(count, dtype=np.uint8), states)
        longer = np.column_stack([np.repeat(prefixes, count, axis=0), labels])
        reader = Prefixes(longer)
        if axis + 1 == len(formulas.classes):
            layers.append(reader.truth(node).reshape(states, count).astype(np.int32))
            break
        first, names = distinct(reader.cut(node), len(longer))
        layers.append(names.reshape(states, count))
        prefixes = longer[first]
    return reduced(layers)


def distinct(columns: Sequence[Column], rows: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The first of each set of equal rows, and for each row the number of its set."""
    prints = np.zeros(rows, dtype=np.uint64)
    for place, column in enumerate(columns):
        mixed = (column.astype(np.int64).view(np.uint64) + MIXERS[place % 1000]) * MIXERS[1000 + place % 1000]
        prints = (prints ^ mixed ^ (mixed >> np.uint64(31))) * MIXERS[2000]
    _, first, inverse = np.unique(prints, return_index=True, return_inverse=True)
    names = inverse.reshape(-1)
    if any(not np.array_equal(column[first][names], column) for column in columns):  # two rows with one print
        _, first, inverse = np.unique(np.column_stack(columns), axis=0, return_index=True, return_inverse=True)
        names = inverse.reshape(-1)
    return first, names.astype(np.int32)


class Prefixes:
    """What formulas and terms are where the first axes have the classes ``known`` [rows, axes]."""

    def __init__(self, known: NDArray[np.uint8]):
        self.known = known
        self.mask = (1 << known.shape[1]) - 1
        self.finished: dict[Compound, tuple[Column, Column]] = {}

    # Truth of finished formulas ---------------------------------------------

    def truth(self, node: Node) -> Column:
        """Whether a formula holds, all of whose axes are known."""
        match node:
            case Known(holds):
                return np.full(len(self.known), holds)
            case Table(axis, truths):
                return np.array(truths)[self.known[:, axis]]
            case Relation(op, term):
                value, defined = self.value(term)
                return np.asarray(evaluate.COMPARE[op](value, 0) & defined)
            case Property(name, term):
                value, defined = self.value(term)
                numbers, names = np.unique(value, return_inverse=True)
                having = [evaluate.has_property(name, Fraction(int(one))) for one in numbers]
                return np.asarray(np.array(having)[names.reshape(-1)] & defined)
            case Different(used, terms):
                return self._all_different(sorted(used), [self.value(one) for one in terms])
            case All(parts):
                return np.logical_and.reduce([self.truth(one) for one in parts])
            case Negation(part):
                return ~self.truth(part)
        assert_never(node)

    def _all_different(self, used: Sequence[Any], values: Sequence[tuple[Column, Column]]) -> Column:
        columns = np.sort(np.column_stack([value for value, _ in values]), axis=1)
        distinct_values = (columns[:, 1:] != columns[:, :-1]).all(axis=1) & ~np.isin(columns, used).any(axis=1)
        return np.asarray(np.logical_and.reduce([defined for _, defined in values]) & distinct_values)

    # Values of finished terms -------------------------------------------------

    def value(self, term: Sum) -> tuple[Column, Column]:
        """A term's integers and where it is defined, all of its axes known. Raises :class:`NotWhole`."""
        return self._total(term, self.mask)

    def _total(self, term: Sum, mask: int) -> tuple[Column, Column]:
        """The part of a term that axes in ``mask`` decide."""
        shape = term.shape
        if not whole_valued(term):
            raise NotWhole
        size: Any = abs(term.constant)
        _small(size)
        total = np.full(len(self.known), term.constant, dtype=np.int64)
        defined = np.ones(len(self.known), dtype=np.bool_)
        for axis, entries in shape.tables:
            if mask >> axis & 1:
                labels = self.known[:, axis]
                size += max(entry or 0 for entry in entries)
                _small(size)
                total += np.array([entry or 0 for entry in entries], dtype=np.int64)[labels]
                defined &= np.array([entry is not None for entry in entries])[labels]
        for compound, factor in shape.compounds:
            if compound.axes & ~mask == 0:
                value, known = self.finish(compound)
                size += abs(int(factor)) * int(np.abs(value).max())
                _small(size)
                total += int(factor) * value
                defined &= known
        return np.where(defined, total, 0), defined

    def finish(self, compound: Compound) -> tuple[Column, Column]:
        """A compound's integers and where it is defined."""
        if compound not in self.finished:
            self.finished[compound] = self._compute(compound)
        return self.finished[compound]

    def _compute(self, compound: Compound) -> tuple[Column, Column]:
        if compound.operator == "holds":
            return self.truth(compound.arguments[0]).astype(np.int64), np.ones(len(self.known), dtype=np.bool_)
        arguments = [self.value(one) for one in compound.arguments if isinstance(one, Sum)]
        values = [value for value, _ in arguments]
        defined = np.logical_and.reduce([known for _, known in arguments])
        match compound.operator:
            case "*":
                result = _checked(np.multiply, values)
            case "abs":
                result = np.abs(values[0])
            case "min":
                result = np.minimum.reduce(values)
            case "//" | "%":
                defined = defined & (values[1] != 0)
                divide = np.floor_divide if compound.operator == "//" else np.remainder
                result = divide(values[0], np.where(values[1] == 0, 1, values[1]))
            case "**":
                defined = defined & (values[1] >= 0)
                exponents = np.where(defined, values[1], 0)
                with np.errstate(over="ignore"):
                    _small(np.abs(values[0].astype(np.float64) ** exponents).max())
                result = values[0] ** exponents
            case "lookup":
                table = np.array(compound.arguments[0], dtype=np.int64)
                defined = defined & (values[0] >= 0) & (values[0] < len(table))
                result = table[np.where(defined, values[0], 0)]
            case _:
                raise NotWhole
        return np.where(defined, result, 0), defined

    # Cuts ---------------------------------------------------------------------

    def cut(self, node: Node) -> list[Column]:
        """What the known axes decide of a formula, as columns of integers."""
        if node.axes & self.mask == 0:
            return []
        if node.axes & ~self.mask == 0:
            return [self.truth(node)]
        match node:
            case Relation(_, term) | Property(_, term):
                return self._cut_term(term)
            case Different(_, terms):
                return self._cut_different(terms)
            case All(parts):
                finished = [self.truth(one) for one in parts if one.axes & ~self.mask == 0]
                several = [column for one in parts if one.axes & ~self.mask for column in self.cut(one)]
                return [np.logical_and.reduce(finished), *several] if finished else several
            case Negation(part):
                return self.cut(part)
            case Known() | Table():
                return []
        assert_never(node)

    def _cut_term(self, term: Sum) -> list[Column]:
        if term.shape.axes & self.mask == 0:
            return []
        total, defined = self._total(term, self.mask)
        columns = [total, defined]
        for compound, _ in term.shape.compounds:
            if compound.axes & self.mask and compound.axes & ~self.mask:
                columns += self._cut_compound(compound)
        return columns

    def _cut_compound(self, compound: Compound) -> list[Column]:
        if compound.operator == "holds":
            return self.cut(compound.arguments[0])
        terms = [one for one in compound.arguments if isinstance(one, Sum)]
        finished = [self.value(one) for one in terms if one.shape.axes & ~self.mask == 0]
        several = [column for one in terms if one.shape.axes & ~self.mask for column in self._cut_term(one)]
        merge = {"*": np.multiply, "min": np.minimum}.get(compound.operator)
        if merge is None or not finished:
            return [column for pair in finished for column in pair] + several
        defined = np.logical_and.reduce([known for _, known in finished])
        return [np.where(defined, _checked(merge, [value for value, _ in finished]), 0), defined, *several]

    def _cut_different(self, terms: Sequence[Sum]) -> list[Column]:
        finished = [self.value(one) for one in terms if one.shape.axes & ~self.mask == 0]
        several = [column for one in terms if one.shape.axes & ~self.mask for column in self._cut_term(one)]
        if not finished:
            return several
        fine = self._all_different((), finished)
        used = np.sort(np.column_stack([value for value, _ in finished]), axis=1) * fine[:, None]
        return [fine, *used.T, *several]


def _small(size: Any) -> None:
    if size > LARGEST:
        raise NotWhole


def _checked(merge: Callable[[Column, Column], Column], values: Sequence[Column]) -> Column:
    """All values merged by a binary operation, products with a look at their size."""
    result = values[0]
    for value in values[1:]:
        if merge is np.multiply:
            _small(float(np.abs(result).max()) * float(np.abs(value).max()))
        result = merge(result, value)
    return result
