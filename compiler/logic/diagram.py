"""Formulas as layered decision diagrams: the state after some readouts is what is left of the formula.

Conjunctions at the top are multiplied from the diagrams of their parts; linear
relations are built from arrays of partial sums; everything else derives the
residual formula class by class while that is quick, and takes prefixes otherwise.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler import checked as c
from oedipus.compiler.budget import CLAUSE_STEPS, STATES, Effort, OverBudget, TooManyStates, TooManySteps
from oedipus.compiler.logic.axes import Axis, Tables
from oedipus.compiler.logic.diagram_counts import by_counting, is_count
from oedipus.compiler.logic.diagram_numbers import Beyond
from oedipus.compiler.logic.diagram_prefixes import by_prefixes
from oedipus.compiler.logic.diagram_reduce import Layers, complement, conjunction, reduced
from oedipus.compiler.logic.order import orders
from oedipus.compiler.logic.simplify import Formulas
from oedipus.compiler.logic.simplify_nodes import TRUE, All, Negation, Node, Relation
from oedipus.compiler.program import Diagram

SMALL = 1_000
"""A diagram of no more states is good enough to stop looking for a better order."""

SHARES = (0.01, 0.05, 0.5)
"""What a single order may take of all steps, in the first round and in later ones."""

QUICK = 1_500_000
"""Steps that residuals may take before prefixes are tried."""

SUM = 20
"""Steps for a class of a partial sum: added, sorted and reduced."""

RESIDUAL = 30
"""Steps for a class of a residual formula, besides those of the formula itself."""

LONGEST_INTEGER = 2**62


def compile_diagram(
    formula: c.Formula,
    axes: Sequence[Axis],
    budget: float = STATES,
    tables: Tables | None = None,
    effort: Effort | None = None,
) -> tuple[tuple[int, ...], Diagram]:
    """The diagram of ``formula`` and the order of its readouts, as places in ``axes``.

    A few orders are tried, with growing shares of the steps allowed, and the
    smallest result kept. Networks without an axis are judged by ``tables``. Raises
    :class:`oedipus.compiler.budget.OverBudget` where no order stays within
    ``budget`` states and, all of them together, within the steps of ``effort``.
    """
    effort = Effort(CLAUSE_STEPS) if effort is None else effort
    candidates = orders(formula, axes, tables, effort)
    for share in SHARES:
        found, faults = _smallest(formula, axes, candidates, budget, tables, effort, share * effort.limit)
        if found is not None:
            return found
        candidates = [order for order, fault in faults.items() if isinstance(fault, TooManySteps)]
        if not candidates:
            raise next(iter(faults.values()))
    raise TooManySteps(effort.limit, effort.limit)


def _smallest(
    formula: c.Formula,
    axes: Sequence[Axis],
    candidates: Sequence[tuple[int, ...]],
    budget: float,
    tables: Tables | None,
    effort: Effort,
    steps: float,
) -> tuple[tuple[tuple[int, ...], Diagram] | None, dict[tuple[int, ...], OverBudget]]:
    """The smallest diagram of all orders that are done within their steps, and what the others ended in."""
    best: tuple[tuple[int, ...], Diagram] | None = None
    faults: dict[tuple[int, ...], OverBudget] = {}
    for order in candidates:
        try:
            ordered = [axes[place] for place in order]
            diagram = Diagram(tuple(build(formula, ordered, budget, tables, Effort(steps, effort))))
        except OverBudget as error:
            faults[order] = error
            continue
        if best is None or diagram.states < best[1].states:
            best = order, diagram
        if diagram.states <= SMALL:
            break
    return best, faults


def build(
    formula: c.Formula,
    axes: Sequence[Axis],
    budget: float = STATES,
    tables: Tables | None = None,
    effort: Effort | None = None,
) -> Layers:
    """The reduced diagram of ``formula`` with its readouts in the order given. Raises :class:`OverBudget`."""
    effort = Effort(CLAUSE_STEPS) if effort is None else effort
    formulas = Formulas(axes, tables, effort)
    return _build(formulas, formulas.of(formula), budget, effort)


def _build(formulas: Formulas, node: Node, budget: float, effort: Effort) -> Layers:
    match node:
        case Negation(part):
            return complement(_build(formulas, part, budget, effort))
        case All(parts):
            return _conjunction(formulas, parts, budget, effort)
        case Relation() if is_linear(node):
            return _expanded(node, formulas.classes, budget, effort)
        case _:
            return _searched(formulas, node, budget, effort)


def _searched(formulas: Formulas, node: Node, budget: float, effort: Effort) -> Layers:
    """Residuals while that is quick, since they merge best; else counts of the diagrams of parts, or prefixes,
    unless their numbers are too large."""
    try:
        return residuals(formulas, node, budget, Effort(QUICK, effort))
    except OverBudget:
        pass
    if is_count(node):
        share = Effort((effort.limit - effort.spent) / 2, effort)
        try:
            return by_counting(node, formulas.classes, lambda one: _build(formulas, one, budget, share), budget, share)
        except OverBudget:
            pass
    try:
        return by_prefixes(formulas, node, budget, effort)
    except Beyond:
        return residuals(formulas, node, budget, effort)


def _conjunction(formulas: Formulas, parts: Sequence[Node], budget: float, effort: Effort) -> Layers:
    """Smallest diagrams first: they make the later products small."""
    factors = sorted((_build(formulas, part, budget, effort) for part in parts), key=lambda one: sum(map(len, one)))
    result = factors[0]
    for factor in factors[1:]:
        result = conjunction(result, factor, budget, effort)
    return result


# Residuals ----------------------------------------------------------------


def residuals(formulas: Formulas, node: Node, budget: float, effort: Effort) -> Layers:
    """Layer by layer, the distinct formulas that remain. Raises :class:`OverBudget`."""
    outer, formulas.effort = formulas.effort, effort
    try:
        return reduced(_residual_layers(formulas, node, budget))
    finally:
        formulas.effort = outer


def _residual_layers(formulas: Formulas, node: Node, budget: float) -> Layers:
    layers: Layers = []
    states: dict[Node, int] = {node: 0}
    total = 0
    for axis in range(len(formulas.classes)):
        rows = []
        found: dict[Node, int] = {}
        for state in states:
            formulas.effort.spend(RESIDUAL * formulas.classes[axis])
            rows.append([found.setdefault(one, len(found)) for one in formulas.next_node(state, axis)])
            if total + len(found) > budget:
                raise TooManyStates(total + len(found), budget)
        total += len(found)
        layers.append(np.array(rows, dtype=np.int32))
        states = found
    final = np.array([one is TRUE for one in states], dtype=np.int32)
    layers[-1] = final[layers[-1]]
    return layers


# Linear relations -----------------------------------------------------------


def is_linear(node: Relation) -> bool:
    """Whether the relation is between a constant and whole values of single axes, small enough for int64."""
    shape = node.term.shape
    if shape.compounds or not shape.whole or not shape.total or not isinstance(node.term.constant, int):
        return False
    return abs(node.term.constant) + shape.high < LONGEST_INTEGER


def _expanded(node: Relation, classes: Sequence[int], budget: float, effort: Effort) -> Layers:
    """Layer by layer, the distinct partial sums that bounds and divisors leave undecided."""
    tables = dict(node.term.shape.tables)
    rest = _Rest.after(tables, len(classes))
    layers: Layers = []
    sums: NDArray[np.int64] = np.array([node.term.constant], dtype=np.int64)
    total = 0
    for axis, count in enumerate(classes):
        effort.spend(SUM * len(sums) * count)
        entries = np.array(tables.get(axis, (0,) * count), dtype=np.int64)
        # The two settled states come first; the others are the sums still open.
        after = sums[:, None] + entries
        truth = rest[axis].decided(node.op, after)
        open_sums, names = np.unique(after[truth < 0], return_inverse=True)
        layer = np.empty((len(sums) + 2 * (axis > 0), count), dtype=np.int32)
        if axis:
            layer[0], layer[1] = 0, 1
        layer[2 * (axis > 0) :] = np.maximum(truth, 0)
        layer[2 * (axis > 0) :][truth < 0] = names + 2
        layers.append(layer)
        sums = open_sums
        total += len(sums) + 2
        if total > budget:
            raise TooManyStates(total, budget)
    return reduced(layers)


class _Rest:
    """What the axes still to come can add: at most ``high``, in steps of ``divisor``."""

    def __init__(self, high: int, divisor: int):
        self.high, self.divisor = high, divisor

    @classmethod
    def after(cls, tables: dict[int, Any], axes: int) -> "list[_Rest]":
        """One for each axis, of the axes behind it."""
        found = [cls(0, 0)]
        for axis in range(axes - 1, 0, -1):
            entries = tables.get(axis, (0,))
            found.append(cls(found[-1].high + max(entries), int(np.gcd.reduce([found[-1].divisor, *entries]))))
        return found[::-1]

    def decided(self, op: str, sums: NDArray[np.int64]) -> NDArray[np.int8]:
        """1 where ``sum + rest op 0`` is true whatever comes, 0 where it is false, -1 where open."""
        if op == "<=":
            return np.where(sums + self.high <= 0, 1, np.where(sums > 0, 0, -1)).astype(np.int8)
        impossible = (sums > 0) | (sums + self.high < 0)
        if self.divisor:
            impossible |= sums % self.divisor != 0
            return np.where(impossible, 0, -1).astype(np.int8)
        return (~impossible).astype(np.int8)
