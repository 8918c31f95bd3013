"""Checked riddle → Program: every clause becomes a likelihood factor over readouts.

Holds afterwards: one readout for each (variable, network) that a clause needs, in
order of first mention; a logic clause is a 0/1 tensor or a decision diagram over
its readouts, whichever is smaller; a measurement is a Gaussian with none. With
``evidence joint`` the logic clauses of one power α are one factor.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler import checked as c
from oedipus.compiler import program as p
from oedipus.compiler.budget import (
    CLAUSE_STEPS,
    RIDDLE_STEPS,
    STATES,
    Effort,
    OverBudget,
    TooLargeNumber,
    TooManyStates,
    TooManySteps,
)
from oedipus.compiler.logic import grid
from oedipus.compiler.logic.axes import Axis, Readers
from oedipus.compiler.logic.diagram import compile_diagram
from oedipus.networks.cards import Card

DENSE_CELLS = 1_024
"""Tensors of no more cells are always dense: three digits, as in the paper."""

MOST_CELLS = 20_000
"""Tensors of no more cells are dense where a diagram takes too much, numbers beyond 64 bits for one."""

STATE_BYTES = 4

DIAGRAM_SHARE = 0.9
"""Of a clause's steps, for its diagram; the rest is for the tensor, should that be the only way."""


class TooLarge(Exception):  # noqa: N818 - reported to the user as a diagnostic
    """A clause whose factor would exceed the state budget, or the steps of work that may go into it;
    or that has a ``number`` in it which is too large to be computed."""

    def __init__(self, clause: c.Clause, said: str, *, number: bool = False):
        self.clause, self.number = clause, number
        super().__init__(said)


def lower(riddle: c.Riddle, cards: Mapping[str, Card], budget: int = STATES, steps: float = RIDDLE_STEPS) -> p.Program:
    """The factor graph of a checked riddle. Raises :class:`TooLarge` for a clause of more states
    than ``budget``, or with which the clauses take more than ``steps`` of work."""
    factory = _Factory(Readers.of(riddle, cards), budget, Effort(steps))
    clauses = joined(riddle.clauses) if riddle.settings.evidence == "joint" else riddle.clauses
    factors = tuple(map(factory.factor, clauses))
    settings = riddle.settings
    return p.Program(
        variables=tuple(p.Variable(one.name, one.kind, one.generator) for one in riddle.variables),
        readouts=tuple(factory.readouts.values()),
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
        if not isinstance(clause.body, c.Measurement) and not clause.options:
            groups.setdefault(clause.alpha, []).append(clause)
    for clause in clauses:
        if isinstance(clause.body, c.Measurement) or clause.options:
            yield clause
        elif (group := groups.pop(clause.alpha, None)) is not None:
            yield group[0] if len(group) == 1 else conjunction(group)


def conjunction(clauses: Sequence[c.Clause]) -> c.Clause:
    """One clause that says what several logic clauses say."""
    body = c.And(tuple(one.body for one in clauses if not isinstance(one.body, c.Measurement)))
    name = ", ".join(clause.name for clause in clauses)
    text = "; ".join(clause.text for clause in clauses if clause.text)
    return c.Clause(name, body, clauses[0].alpha, clauses[0].line, clauses[0].span, text)


class _Factory:
    """Makes factors of clauses one by one; equal formulas share one body."""

    def __init__(self, readers: Readers, budget: int, effort: Effort):
        self.readers, self.budget, self.effort = readers, budget, effort
        self.readouts: dict[tuple[str, str], p.Readout] = {}
        self.places: dict[tuple[str, str], int] = {}
        self.known: dict[c.Formula, tuple[tuple[int, ...], p.Body]] = {}

    def factor(self, clause: c.Clause) -> p.Factor:
        """The factor of the next clause. Raises :class:`TooLarge`."""
        if clause.options:
            chosen, values = self._choice(clause)
            return p.Factor(clause.name, chosen, p.Choice(values), clause.alpha, clause.line, clause.text)
        match clause.body:
            case c.Measurement(variable, operators, data, sigma, network, files):
                places: tuple[int, ...] = ()
                body: p.Body = p.Gaussian(variable, operators, data, sigma, network, files)
            case formula:
                if formula not in self.known:
                    self.known[formula] = self._logic(clause, formula)
                places, body = self.known[formula]
        return p.Factor(clause.name, places, body, clause.alpha, clause.line, clause.text)

    def _choice(self, clause: c.Clause) -> tuple[tuple[int, ...], NDArray[np.bool_]]:
        """The readouts of all options together, and the tensor of each ``[options, classes, …]``."""
        assert not isinstance(clause.body, c.Measurement)
        axes = [self.readers.axis(*key) for key in self.readers.keys(clause.body)] or self.readers.any_axis()
        cells = math.prod(axis.classes for axis in axes) * len(clause.options)
        if cells > MOST_CELLS:
            raise TooLarge(clause, f"clause {clause.name} leaves {cells:,} cells open; the limit is {MOST_CELLS:,}")
        effort = Effort(CLAUSE_STEPS, self.effort)
        values = np.stack([grid.tensor(one, axes, effort) for one in clause.options])
        return tuple(self._place(axis.readout) for axis in axes), values

    def _logic(self, clause: c.Clause, formula: c.Formula) -> tuple[tuple[int, ...], p.Body]:
        axes = [self.readers.axis(*key) for key in self.readers.keys(formula)] or self.readers.any_axis()
        own = [self._place(axis.readout) for axis in axes]
        left = self.effort.limit - self.effort.spent
        try:
            order, body = logic(formula, axes, self.budget, Effort(min(CLAUSE_STEPS, left), self.effort))
        except TooManyStates as error:
            said = f"needs at least {error.size:,} states; the limit is {error.limit:,}"
            raise TooLarge(clause, f"clause {clause.name} {said}") from error
        except TooLargeNumber as error:
            said = f"a power here has {error.size:,} binary digits; {error.limit:,} are the most"
            raise TooLarge(clause, said, number=True) from error
        except TooManySteps as error:
            raise TooLarge(clause, self._too_long(clause, len(axes), left)) from error
        return tuple(own[place] for place in order), body

    def _too_long(self, clause: c.Clause, readouts: int, left: float) -> str:
        if left < CLAUSE_STEPS:
            limit = f"the limit is {self.effort.limit:,.0f}"
            return f"the clauses up to {clause.name} take more steps to compile than a riddle may; {limit}"
        said = f"on {readouts} readouts takes more steps to compile than a clause may"
        return f"clause {clause.name} {said}; the limit is {CLAUSE_STEPS:,}"

    def _place(self, readout: p.Readout) -> int:
        key = readout.variable, readout.network
        self.readouts.setdefault(key, readout)
        return self.places.setdefault(key, len(self.places))


def logic(
    formula: c.Formula, axes: Sequence[Axis], budget: int = STATES, effort: Effort | None = None
) -> tuple[tuple[int, ...], p.Tensor | p.Diagram]:
    """The body of a formula, and the order of its readouts as places in ``axes``.

    Raises :class:`oedipus.compiler.budget.OverBudget` where neither form is small enough.
    """
    effort = Effort(CLAUSE_STEPS) if effort is None else effort
    mentioned = tuple(range(len(axes)))
    cells = math.prod(axis.classes for axis in axes)
    if cells <= DENSE_CELLS:
        return mentioned, p.Tensor(grid.tensor(formula, axes, effort))
    try:
        share = Effort(DIAGRAM_SHARE * effort.limit, effort)
        order, diagram = compile_diagram(formula, axes, min(budget, cells), None, share)
    except OverBudget:
        if cells > min(MOST_CELLS, budget):
            raise
        return mentioned, p.Tensor(grid.tensor(formula, axes, effort))
    if cells < STATE_BYTES * sum(layer.size for layer in diagram.layers):
        return mentioned, p.Tensor(spelled_out(diagram).transpose([order.index(place) for place in mentioned]).copy())
    return order, diagram


def spelled_out(diagram: p.Diagram) -> NDArray[np.bool_]:
    """The tensor of a diagram, one dimension a layer."""
    values = np.array([False, True])
    for layer in reversed(diagram.layers):
        values = values[layer]
    return np.asarray(values[0])
