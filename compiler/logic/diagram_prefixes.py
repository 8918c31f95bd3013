"""Diagrams of formulas with many states: all prefixes of a layer at once, in numpy.

A state is one prefix that stands for all with the same *cut*: the values of
whatever in the formula depends on known axes only (partial sums and products,
used values, the truth of finished parts), with nothing of the parts that are
settled already (:mod:`oedipus.compiler.logic.diagram_cuts`). Nearly as coarse as the
residual formula and thousands of times quicker; reduction finds the same diagram.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler.budget import Effort, TooManyStates
from oedipus.compiler.logic.diagram_cuts import Prefixes
from oedipus.compiler.logic.diagram_numbers import Column
from oedipus.compiler.logic.diagram_reduce import MIXERS, Layers, reduced
from oedipus.compiler.logic.simplify import Formulas
from oedipus.compiler.logic.simplify_nodes import Node

ROW = 20
"""Steps that a row takes whatever the formula: made, sorted, stored and reduced."""

LARGEST_CODE = 2**62


def by_prefixes(formulas: Formulas, node: Node, budget: float, effort: Effort) -> Layers:
    """The reduced diagram of a node. Raises :class:`OverBudget`, and
    :class:`oedipus.compiler.logic.diagram_numbers.Beyond` where 64 bits are too few."""
    layers: Layers = []
    prefixes = np.zeros((1, 0), dtype=np.uint8)
    total = 0
    for axis, count in enumerate(formulas.classes):
        states = len(prefixes)
        total += states + 2 * (axis > 0)
        if total > budget:
            raise TooManyStates(total, budget)
        if not states:
            layers.append(np.repeat(np.arange(2, dtype=np.int32)[:, None], count, axis=1))
            continue
        effort.spend(ROW * states * count)
        labels = np.tile(np.arange(count, dtype=np.uint8), states)
        longer = np.column_stack([np.repeat(prefixes, count, axis=0), labels])
        truth, first, names = _distinguished(Prefixes(longer, formulas, effort), node)
        layers.append(_layer(truth, names, states, count, first=axis == 0))
        prefixes = longer[first]
    return reduced(layers)


def _distinguished(reader: Prefixes, node: Node) -> tuple[Column, NDArray[np.int64], NDArray[np.int32]]:
    """What is settled, the rows that stand for the open states, and the state of each open row."""
    truth = reader.settled(node)
    rows = np.flatnonzero(truth < 0)
    if not len(rows):
        return truth, rows, np.zeros(0, dtype=np.int32)
    columns = [column[rows] for column in reader.cut(node)]
    first, names = distinct(columns, len(rows))
    return truth, rows[first], names


def _layer(truth: Column, names: Column, states: int, count: int, *, first: bool) -> NDArray[np.int32]:
    """The rows of the open states, behind those of the two settled ones."""
    settled = 2 * (not first)
    layer = np.empty((settled + states, count), dtype=np.int32)
    layer[:settled] = np.arange(settled, dtype=np.int32)[:, None]
    after = truth.astype(np.int32)
    after[truth < 0] = names + 2
    layer[settled:] = after.reshape(states, count)
    return layer


def distinct(columns: Sequence[Column], rows: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """A row of each set of equal rows, and for each row the number of its set."""
    code, size = _packed(columns, rows)
    if code is None:
        return _distinct_hashed(columns, rows)
    if size > 4 * rows + 1000:
        _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        return first, inverse.reshape(-1).astype(np.int32)
    place = np.full(size, -1, dtype=np.int64)
    place[code] = np.arange(rows)
    met = np.flatnonzero(place >= 0)
    first = place[met]
    place[met] = np.arange(len(met))
    return first, place[code].astype(np.int32)


def _packed(columns: Sequence[Column], rows: int) -> tuple[Column | None, int]:
    """The columns as digits of one integer below the size returned; None where it takes too many bits."""
    code, size = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        low, high = int(column.min()), int(column.max())
        if low == high:
            continue
        size *= high - low + 1
        if size > LARGEST_CODE:
            return None, 0
        code = code * (high - low + 1) + (column.astype(np.int64) - low)
    return code, size


def _distinct_hashed(columns: Sequence[Column], rows: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    prints = np.zeros(rows, dtype=np.uint64)
    for place, column in enumerate(columns):
        mixed = (column.astype(np.int64).view(np.uint64) + MIXERS[place % 1000]) * MIXERS[1000 + place % 1000]
        prints = (prints ^ mixed ^ (mixed >> np.uint64(31))) * MIXERS[2000]
    found: Any = np.unique(prints, return_index=True, return_inverse=True)
    first, names = found[1], found[2].reshape(-1)
    if any(not np.array_equal(column[first][names], column) for column in columns):  # two rows with one print
        found = np.unique(np.column_stack(columns), axis=0, return_index=True, return_inverse=True)
        first, names = found[1], found[2].reshape(-1)
    return first, names.astype(np.int32)
