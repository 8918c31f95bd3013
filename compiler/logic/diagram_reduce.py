"""Decision diagrams as plain tables: reduction, complement and conjunction, all in numpy.

Inside this file a diagram is a list of layers as in :class:`Diagram`; the verifier's
promises hold for every list that goes in and out.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler.budget import Effort, TooManyStates

Layers: TypeAlias = list[NDArray[np.int32]]
MIXERS = np.random.default_rng(20_240_607).integers(1, 2**63, size=4096, dtype=np.uint64) | np.uint64(1)
PAIR = 20
"""Steps for a class of a pair of states: met, sorted and reduced."""


def reduced(layers: Layers) -> Layers:
    """The smallest diagram of the same function and order: no state unreachable, no two alike.

    States are numbered as they are first met, so equal functions give equal arrays.
    """
    return _numbered(_merged(_reachable(layers)))


def _numbered(layers: Layers) -> Layers:
    result = []
    order: NDArray[Any] = np.zeros(1, dtype=np.int64)
    for layer in layers[:-1]:
        chosen = layer[order]
        met, first = np.unique(chosen, return_index=True)
        order = met[np.argsort(first)]
        names = np.empty(int(met[-1]) + 1, dtype=np.int32)
        names[order] = np.arange(len(order), dtype=np.int32)
        result.append(names[chosen])
    return [*result, layers[-1][order]]


def _reachable(layers: Layers) -> Layers:
    kept = []
    states: NDArray[Any] = np.zeros(1, dtype=np.int64)
    for depth, layer in enumerate(layers):
        chosen = layer[states]
        if depth == len(layers) - 1:
            kept.append(chosen)
            break
        used = np.zeros(int(chosen.max()) + 1, dtype=np.bool_)
        used[chosen] = True
        states = np.flatnonzero(used)
        renumbered = np.cumsum(used, dtype=np.int32) - 1
        kept.append(renumbered[chosen].astype(np.int32))
    return kept


def _merged(layers: Layers) -> Layers:
    result: Layers = []
    names: NDArray[np.int32] | None = None
    for layer in reversed(layers):
        renamed = layer if names is None else names[layer]
        rows, names = distinct_rows(renamed)
        result.append(rows)
    return result[::-1]


def distinct_rows(rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The distinct rows, and for each row the number of its like."""
    if len(rows) == 1:
        return rows, np.zeros(1, dtype=np.int32)
    _, first, inverse = np.unique(_fingerprints(rows), return_index=True, return_inverse=True)
    representatives, names = rows[first], inverse.reshape(-1).astype(np.int32)
    if not np.array_equal(representatives[names], rows):  # two rows with one fingerprint
        return _distinct_rows_slowly(rows)
    return representatives, names


def _fingerprints(rows: NDArray[np.int32]) -> NDArray[np.uint64]:
    mixed = rows.astype(np.uint64) * MIXERS[0] + MIXERS[1]
    mixed ^= mixed >> np.uint64(29)
    result: NDArray[np.uint64] = (mixed * MIXERS[2 : 2 + rows.shape[1]]).sum(axis=1, dtype=np.uint64)
    return result


def _distinct_rows_slowly(rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    found, inverse = np.unique(rows, axis=0, return_inverse=True)
    return found, inverse.reshape(-1).astype(np.int32)


def complement(layers: Layers) -> Layers:
    """The diagram of the negation: the final states swapped."""
    return [*layers[:-1], (1 - layers[-1]).astype(np.int32)]


def dead_states(layers: Layers) -> list[NDArray[np.bool_]]:
    """For each layer, and for the final states, which states lead nowhere true."""
    dead = [np.array([True, False])]
    for layer in reversed(layers):
        dead.append(np.asarray(dead[-1][layer].all(axis=1)))
    return dead[::-1]


def conjunction(left: Layers, right: Layers, budget: float, effort: Effort | None = None) -> Layers:
    """The reduced diagram of both, over the same readouts in the same order.

    Raises :class:`TooManyStates` when the pairs reached are more than ``budget``, and
    :class:`oedipus.compiler.budget.TooManySteps`.
    """
    dead_left, dead_right = dead_states(left), dead_states(right)
    layers: Layers = []
    pairs: NDArray[Any] = np.zeros(1, dtype=np.int64)
    total = 0
    width = 1
    for depth, (one, two) in enumerate(zip(left, right, strict=True)):
        total += len(pairs)
        if total > budget:
            raise TooManyStates(total, budget)
        if effort is not None:
            effort.spend(PAIR * len(pairs) * one.shape[1])
        # A pair is left * width + right, or -1 once either side can no longer be true.
        alive = pairs >= 0
        places = np.where(alive, pairs, 0)
        to_left, to_right = one[places // width], two[places % width].astype(np.int64)
        width = len(right[depth + 1]) if depth + 1 < len(right) else 2
        dead = dead_left[depth + 1][to_left] | dead_right[depth + 1][to_right] | ~alive[:, None]
        codes = np.where(dead, -1, to_left.astype(np.int64) * width + to_right)
        if depth + 1 == len(left):
            layers.append((codes >= 0).astype(np.int32))
        else:
            pairs, names = np.unique(codes, return_inverse=True)
            layers.append(names.reshape(codes.shape).astype(np.int32))
    return reduced(layers)


def paired(left: Layers, right: Layers, ends: int, budget: float, effort: Effort) -> Layers:
    """Both diagrams side by side, not reduced: it ends in ``ends`` times the end of ``left`` plus that of ``right``.

    ``ends`` is how many the right one has. Raises :class:`oedipus.compiler.budget.OverBudget`.
    """
    layers: Layers = []
    pairs: NDArray[Any] = np.zeros(1, dtype=np.int64)
    total, width = 0, 1
    for depth, (one, two) in enumerate(zip(left, right, strict=True)):
        total += len(pairs)
        if total > budget:
            raise TooManyStates(total, budget)
        effort.spend(PAIR * len(pairs) * one.shape[1])
        to_left, to_right = one[pairs // width].astype(np.int64), two[pairs % width]
        width = len(right[depth + 1]) if depth + 1 < len(right) else ends
        codes = to_left * width + to_right
        if depth + 1 == len(left):
            layers.append(codes.astype(np.int32))
        else:
            pairs, names = np.unique(codes, return_inverse=True)
            layers.append(names.reshape(codes.shape).astype(np.int32))
    return layers


def widened(layers: Layers, places: Sequence[int], classes: Sequence[int]) -> Layers:
    """The diagram over more readouts: its layers go to ``places`` (ascending), the others change nothing."""
    wide: Layers = []
    own = dict(zip(places, layers, strict=True))
    width = 1
    for place, count in enumerate(classes):
        layer = own.get(place)
        if layer is None:
            layer = np.repeat(np.arange(width, dtype=np.int32)[:, None], count, axis=1)
        later = [other for other in places if other > place]
        width = len(own[later[0]]) if later else 2
        wide.append(layer)
    return wide
