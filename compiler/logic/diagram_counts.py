"""Diagrams of counts: how many of some formulas hold, from the diagrams of the formulas.

A diagram of numbers ends in places of a list of values instead of 0 and 1.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeGuard

import numpy as np

from oedipus.compiler.budget import Effort
from oedipus.compiler.logic import evaluate
from oedipus.compiler.logic.diagram_reduce import Layers, paired, reduced, widened
from oedipus.compiler.logic.simplify_nodes import Node, Relation


class Tally(NamedTuple):
    """A diagram of numbers: it ends in the place of one of the ascending ``values``."""

    layers: Layers
    values: list[Any]


def is_count(node: Node) -> TypeGuard[Relation]:
    """Whether the node says how many formulas hold, some of them of several axes."""
    if not isinstance(node, Relation):
        return False
    compounds = node.term.shape.compounds
    return bool(compounds) and node.term.shape.total and all(one.operator == "holds" for one, _ in compounds)


def by_counting(
    node: Relation, classes: Sequence[int], part: Callable[[Node], Layers], budget: float, effort: Effort
) -> Layers:
    """The reduced diagram of a count, from those that ``part`` gives of its formulas. Raises :class:`OverBudget`."""
    tallies = [_of_table(axis, entries, classes) for axis, entries in node.term.shape.tables]
    for compound, factor in node.term.shape.compounds:
        tallies.append(_told(part(compound.arguments[0]), [0, factor]))
    tallies.sort(key=lambda one: sum(map(len, one.layers)))
    whole = tallies[0]
    for other in tallies[1:]:
        whole = _added(whole, other, budget, effort)
    truths = [int(evaluate.COMPARE[node.op](node.term.constant + value, 0)) for value in whole.values]
    return reduced([*whole.layers[:-1], np.array(truths, dtype=np.int32)[whole.layers[-1]]])


def _of_table(axis: int, entries: Sequence[Any], classes: Sequence[int]) -> Tally:
    layers = widened([np.arange(len(entries), dtype=np.int32)[None]], [axis], classes)
    for place in range(axis + 1, len(classes)):
        layers[place] = np.repeat(np.arange(len(entries), dtype=np.int32)[:, None], classes[place], axis=1)
    return _told(layers, entries)


def _told(layers: Layers, values: Sequence[Any]) -> Tally:
    """The diagram whose ends have these values, equal ones merged."""
    ascending = sorted(set(values))
    places = np.array([ascending.index(value) for value in values], dtype=np.int32)
    return Tally(reduced([*layers[:-1], places[layers[-1]]]), ascending)


def _added(one: Tally, two: Tally, budget: float, effort: Effort) -> Tally:
    layers = paired(one.layers, two.layers, len(two.values), budget, effort)
    return _told(layers, [left + right for left in one.values for right in two.values])
