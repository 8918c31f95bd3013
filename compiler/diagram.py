"""Formulas as layered decision diagrams: the state after some readouts is what is left of the formula.

Conjunctions at the top are multiplied from the diagrams of their parts; linear
relations are built from arrays of partial sums; everything else derives the
residual formula class by class.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler import checked as c
from oedipus.compiler.axes import Axis
from oedipus.compiler.diagram_prefixes import NotWhole, by_prefixes
from oedipus.compiler.diagram_reduce import Layers, TooManyStates, complement, conjunction, reduced
from oedipus.compiler.order import orders
from oedipus.compiler.program import Diagram
from oedipus.compiler.simplify import Formulas
from oedipus.compiler.simplify_nodes import TRUE, All, Negation, Node, Relation

BUDGET = 1_000_000
"""States a factor may have (and may pass through while it is built)."""

SMALL = 1_000
"""A diagram of no more states is good enough to stop looking for a better order."""

FEW = 2_000
"""So many residual formulas take a fraction of a second."""

MANY = 8_000
"""So many residual formulas take seconds, and formulas with fractions have no quicker way."""

LONGEST_INTEGER = 2**62

Tables: TypeAlias = Mapping[str, Sequence[int]]
"""For each network, the class of each digit."""


def compile_diagram(
    formula: c.Formula, axes: Sequence[Axis], budget: int = BUDGET, tables: Tables | None = None
) -> tuple[tuple[int, ...], Diagram]:
    """The diagram of ``formula`` and the order of its readouts, as places in ``axes``.

    A few orders are tried, with a growing allowance of states, and the smallest
    result kept. Networks without an axis are judged by ``tables``. Raises
    :class:`TooManyStates` where no order stays within ``budget``.
    """
    candidates = orders(formula, axes, tables)
    allowance = min(FEW, budget)
    while True:
        try:
            return _smallest(formula, axes, candidates, allowance, tables)
        except TooManyStates as error:
            if error.limit == budget or error.limit < allowance:
                raise
            allowance = min(allowance * 30, budget)
            candidates = candidates[:2]


def _smallest(
    formula: c.Formula,
    axes: Sequence[Axis],
    candidates: Sequence[tuple[int, ...]],
    allowance: int,
    tables: Tables | None,
) -> tuple[tuple[int, ...], Diagram]:
    best: tuple[tuple[int, ...], Diagram] | None = None
    fault: TooManyStates | None = None
    for order in candidates:
        try:
            diagram = Diagram(tuple(build(formula, [axes[place] for place in order], allowance, tables)))
        except TooManyStates as error:
            fault = error
            continue
        if best is None or diagram.states < best[1].states:
            best = order, diagram
        if diagram.states <= SMALL:
            break
    if best is None:
        assert fault is not None
        raise fault
    return best


def build(formula: c.Formula, axes: Sequence[Axis], budget: int = BUDGET, tables: Tables | None = None) -> Layers:
    """The reduced diagram of ``formula`` with its readouts in the order given."""
    formulas = Formulas(axes, tables)
    return _build(formulas, formulas.of(formula), budget)


def _build(formulas: Formulas, node: Node, budget: int) -> Layers:
    match node:
        case Negation(part):
            return complement(_build(formulas, part, budget))
        case All(parts):
            return _conjunction(formulas, parts, budget)
        case Relation() if is_linear(node):
            return _expanded(node, formulas.classes, budget)
        case _:
            return _residuals_or_prefixes(formulas, node, budget)


def _residuals_or_prefixes(formulas: Formulas, node: Node, budget: int) -> Layers:
    """Residuals while they are few, since they merge best; else prefixes, which are quick."""
    try:
        return residuals(formulas, node, min(FEW, budget))
    except TooManyStates:
        if budget <= FEW:
            raise
    try:
        return by_prefixes(formulas, node, budget)
    except NotWhole:
        return residuals(formulas, node, min(MANY, budget))


def _conjunction(formulas: Formulas, parts: Sequence[Node], budget: int) -> Layers:
    """Smallest diagrams first: they make the later products small."""
    factors = sorted((_build(formulas, part, budget) for part in parts), key=lambda one: sum(map(len, one)))
    result = factors[0]
    for factor in factors[1:]:
        result = conjunction(result, factor, budget)
    return result


# Residuals ----------------------------------------------------------------


def residuals(formulas: Formulas, node: Node, budget: int) -> Layers:
    """Layer by layer, the distinct formulas that remain."""
    layers: Layers = []
    states: dict[Node, int] = {node: 0}
    total = 0
    for axis in range(len(formulas.classes)):
        rows = []
        found: dict[Node, int] = {}
        for state in states:
            rows.append([found.setdefault(one, len(found)) for one in formulas.next_node(state, axis)])
            if total + len(found) > budget:
                raise TooManyStates(total + len(found), budget)
        total += len(found)
        layers.append(np.array(rows, dtype=np.int32))
        states = found
    final = np.array([one is TRUE for one in states], dtype=np.int32)
    layers[-1] = final[layers[-1]]
    return reduced(layers)


# Linear relations -----------------------------------------------------------


def is_linear(node: Relation) -> bool:
    """Whether the relation is between a constant and whole values of single axes, small enough for int64."""
    shape = node.term.shape
    if shape.compounds or not shape.whole or not shape.total or not isinstance(node.term.constant, int):
        return False
    return abs(node.term.constant) + shape.high < LONGEST_INTEGER


def _expanded(node: Relation, classes: Sequence[int], budget: int) -> Layers:
    """Layer by layer, the distinct partial sums that bounds and divisors leave undecided."""
    tables = dict(node.term.shape.tables)
    rest = _Rest.after(tables, len(classes))
    layers: Layers = []
    sums: NDArray[np.int64] = np.array([node.term.constant], dtype=np.int64)
    total = 0
    for axis, count in enumerate(classes):
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
