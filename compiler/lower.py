"""Checked riddle → Program: every clause becomes a likelihood factor over readouts.

Holds afterwards: one readout for each (variable, network) that a clause needs, in
order of first mention; a logic clause is a 0/1 tensor or a decision diagram over
its readouts, whichever is smaller; a measurement is a Gaussian with none. With
``evidence joint`` the logic clauses of one power α are one factor.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from oedipus.compiler import checked as c
from oedipus.compiler import grid
from oedipus.compiler import program as p
from oedipus.compiler.axes import Axis, Readers
from oedipus.compiler.diagram import BUDGET, compile_diagram
from oedipus.compiler.diagram_reduce import TooManyStates
from oedipus.networks.cards import Card

DENSE_CELLS = 1_024
"""Tensors of no more cells are always dense: three digits, as in the paper."""

MOST_CELLS = 1_000_000
"""Tensors of more cells are never dense."""

STATE_BYTES = 4


class TooLarge(Exception):  # noqa: N818 - reported to the user as a diagnostic
    """A clause whose factor would exceed the state budget."""

    def __init__(self, clause: c.Clause, states: int, limit: int):
        self.clause, self.states, self.limit = clause, states, limit
        super().__init__(f"clause {clause.name} needs {states:,} states and more; the limit is {limit:,}")


def lower(riddle: c.Riddle, cards: Mapping[str, Card], budget: int = BUDGET) -> p.Program:
    """The factor graph of a checked riddle. Raises :class:`TooLarge`."""
    readers = Readers.of(riddle, cards)
    readouts: dict[tuple[str, str], p.Readout] = {}
    clauses = joined(riddle.clauses) if riddle.settings.evidence == "joint" else riddle.clauses
    factors = tuple(_factor(clause, readers, readouts, budget) for clause in clauses)
    settings = riddle.settings
    return p.Program(
        variables=tuple(p.Variable(one.name, one.kind, one.generator) for one in riddle.variables),
        readouts=tuple(readouts.values()),
        factors=factors,
        evidence=settings.evidence,
        schedule=settings.schedule,
        find=settings.find,
        solution=settings.solution,
        algorithm=settings.algorithm,
        options=settings.options,
        libraries=settings.libraries,
        given=settings.given,
    )


def joined(clauses: Sequence[c.Clause]) -> Iterator[c.Clause]:
    """The logic clauses of each power α as one conjunction, where the first of them stood."""
    groups: dict[float | None, list[c.Clause]] = {}
    for clause in clauses:
        if not isinstance(clause.body, c.Measurement):
            groups.setdefault(clause.alpha, []).append(clause)
    for clause in clauses:
        if isinstance(clause.body, c.Measurement):
            yield clause
        elif (group := groups.pop(clause.alpha, None)) is not None:
            yield group[0] if len(group) == 1 else conjunction(group)


def conjunction(clauses: Sequence[c.Clause]) -> c.Clause:
    """One clause that says what several logic clauses say."""
    body = c.And(tuple(one.body for one in clauses if not isinstance(one.body, c.Measurement)))
    name = ", ".join(clause.name for clause in clauses)
    text = "; ".join(clause.text for clause in clauses if clause.text)
    return c.Clause(name, body, clauses[0].alpha, clauses[0].line, clauses[0].span, text)


def _factor(clause: c.Clause, readers: Readers, readouts: dict[tuple[str, str], p.Readout], budget: int) -> p.Factor:
    match clause.body:
        case c.Measurement(variable, operators, data, sigma, network, files):
            places: tuple[int, ...] = ()
            body: p.Body = p.Gaussian(variable, operators, data, sigma, network, files)
        case formula:
            axes = [readers.axis(*key) for key in readers.keys(formula)] or readers.any_axis()
            own = [_place(axis.readout, readouts) for axis in axes]
            try:
                order, body = logic(formula, axes, budget)
            except TooManyStates as error:
                raise TooLarge(clause, error.states, error.limit) from error
            places = tuple(own[place] for place in order)
    return p.Factor(clause.name, places, body, clause.alpha, clause.line, clause.text)


def _place(readout: p.Readout, readouts: dict[tuple[str, str], p.Readout]) -> int:
    key = readout.variable, readout.network
    readouts.setdefault(key, readout)
    return list(readouts).index(key)


def logic(
    formula: c.Formula, axes: Sequence[Axis], budget: int = BUDGET
) -> tuple[tuple[int, ...], p.Tensor | p.Diagram]:
    """The body of a formula, and the order of its readouts as places in ``axes``.

    Raises :class:`TooManyStates` where neither form is small enough.
    """
    mentioned = tuple(range(len(axes)))
    cells = math.prod(axis.classes for axis in axes)
    if cells <= DENSE_CELLS:
        return mentioned, p.Tensor(grid.tensor(formula, axes))
    try:
        order, diagram = compile_diagram(formula, axes, min(budget, cells) if cells <= MOST_CELLS else budget)
    except TooManyStates:
        if cells > min(MOST_CELLS, budget):
            raise
        return mentioned, p.Tensor(grid.tensor(formula, axes))
    if cells < STATE_BYTES * sum(layer.size for layer in diagram.layers):
        return mentioned, p.Tensor(grid.tensor(formula, axes))
    return order, diagram
