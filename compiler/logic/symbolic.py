"""Clauses as diagrams over the digits themselves, networks judged by their cards' tables.

What the solver decides one assignment at a time, these answer for all at once:
how many solutions there are, and which values each digit can still take.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler import checked as c
from oedipus.compiler.budget import CLAUSE_STEPS, RIDDLE_STEPS, Effort, OverBudget
from oedipus.compiler.logic import semirings
from oedipus.compiler.logic.axes import Axis, Readers
from oedipus.compiler.logic.diagram import build, compile_diagram
from oedipus.compiler.logic.diagram_reduce import Layers, conjunction, widened
from oedipus.compiler.logic.evaluate import holds, subformulas
from oedipus.compiler.logic.order import orders
from oedipus.networks.cards import Card

BUDGET = 100_000
"""States: a verdict must not wait for the largest diagrams."""


class Symbolic:
    """A riddle's digits, and what is needed to make diagrams over them."""

    def __init__(self, riddle: c.Riddle, cards: Mapping[str, Card]):
        self.readers = Readers.of(riddle, cards)
        self.tables = self.readers.tables
        self.axes: dict[str, Axis] = {}
        for variable in riddle.variables:
            network = self.readers.value_network(variable.name)
            if network is not None:
                self.axes[variable.name] = self.readers.axis(variable.name, network)

    def covers(self, formula: c.Formula) -> bool:
        """Whether the digits alone decide the formula."""
        return all(
            node.variable in self.axes and node.network in self.tables
            for node in subformulas(formula)
            if isinstance(node, c.Seen)
        )

    def digits(self, formula: c.Formula) -> list[str]:
        """The digits a formula mentions."""
        return list(dict.fromkeys(variable for variable, _ in self.readers.keys(formula)))

    def count(self, formulas: Sequence[c.Formula], budget: int = BUDGET) -> int | None:
        """How many assignments of all digits fulfil all formulas; None where that takes too many states."""
        whole = c.And(tuple(formulas))
        if not self.covers(whole):
            return None
        names = self.digits(whole)
        free = int(np.prod([axis.classes for name, axis in self.axes.items() if name not in names], dtype=object))
        if not names:
            return free * holds(whole, {}, {})
        try:
            _, diagram = compile_diagram(whole, [self.axes[name] for name in names], budget, self.tables)
        except OverBudget:
            return None
        return free * semirings.count(diagram)

    def possible(self, formulas: Sequence[c.Formula], budget: int = BUDGET) -> dict[str, tuple[int, ...]]:
        """The values each digit has in some solution; empty where that takes too many states."""
        parts = Parts(self, formulas, budget)
        whole = parts.together(range(len(formulas))) if formulas else Part((), [])
        if whole is None:
            return {}
        masks = [np.ones(axis.classes, dtype=np.bool_) for axis in parts.axes]
        found = supported(whole.layers, [masks[place] for place in whole.places])
        for place, mask in zip(whole.places, found, strict=True):
            masks[place] = mask
        consistent = all(mask.any() for mask in masks)
        return parts.values([mask & consistent for mask in masks])


@dataclass(frozen=True, slots=True)
class Part:
    """Some clauses as one diagram over ``places`` in the order of all digits, ascending."""

    places: tuple[int, ...]
    layers: Layers


class Parts:
    """The diagrams of single clauses in one common order, and their conjunctions.

    Where more states are allowed than usual, other orders are tried until all clauses fit.
    """

    def __init__(self, symbolic: Symbolic, formulas: Sequence[c.Formula], budget: int = BUDGET):
        self.declared = list(symbolic.axes)
        self.budget = budget
        axes = [symbolic.axes[name] for name in self.declared]
        for order in orders(c.And(tuple(formulas)), axes, symbolic.tables)[: 1 if budget <= BUDGET else None]:
            self.names = [self.declared[place] for place in order]
            self.axes = [axes[place] for place in order]
            effort = Effort(RIDDLE_STEPS)
            self.parts = [self._part(symbolic, formula, effort) for formula in formulas]
            if None not in self.parts:
                break

    def _part(self, symbolic: Symbolic, formula: c.Formula, whole: Effort) -> Part | None:
        if not symbolic.covers(formula):
            return None
        mentioned = symbolic.digits(formula)
        places = tuple(place for place, name in enumerate(self.names) if name in mentioned) or (0,)
        axes, effort = [self.axes[place] for place in places], Effort(CLAUSE_STEPS, whole)
        try:
            return Part(places, build(formula, axes, self.budget, symbolic.tables, effort))
        except OverBudget:
            return None

    def together(self, chosen: Iterable[int]) -> Part | None:
        """The conjunction of some clauses, by number; None where it takes too many states."""
        parts = [self.parts[place] for place in chosen]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        places = tuple(sorted({place for part in known for place in part.places}))
        classes = [self.axes[place].classes for place in places]
        wide = [widened(part.layers, [places.index(one) for one in part.places], classes) for part in known]
        try:
            result = wide[0]
            for other in wide[1:]:
                result = conjunction(result, other, self.budget)
        except OverBudget:
            return None
        return Part(places, result)

    def values(self, masks: Sequence[NDArray[np.bool_]]) -> dict[str, tuple[int, ...]]:
        """Integers for masks over classes, digits in the order they were declared."""
        found = {}
        for name, axis, mask in zip(self.names, self.axes, masks, strict=True):
            numbers = axis.numbers or tuple(range(axis.classes))
            found[name] = tuple(sorted(numbers[place] for place in np.flatnonzero(mask)))
        return {name: found[name] for name in self.declared}


def supported(layers: Layers, allowed: Sequence[NDArray[np.bool_]]) -> list[NDArray[np.bool_]]:
    """For each readout, which of its ``allowed`` classes occur in a satisfying joint class of allowed ones."""
    backward = [np.array([False, True])]
    for layer, mask in zip(reversed(layers), reversed(allowed), strict=True):
        backward.append(np.asarray((backward[-1][layer] & mask).any(axis=1)))
    backward.reverse()
    found = []
    forward = np.ones(1, dtype=np.bool_)
    for place, (layer, mask) in enumerate(zip(layers, allowed, strict=True)):
        live = forward[:, None] & mask & backward[place + 1][layer]
        found.append(np.asarray(live.any(axis=0)))
        forward = np.zeros(len(backward[place + 1]), dtype=np.bool_)
        forward[layer[live]] = True
    return found
