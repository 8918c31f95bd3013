"""Checked riddle → Program: every clause becomes a likelihood factor over readouts.

Holds afterwards: one readout for each (variable, network) that a clause needs, in
order of first mention; a logic clause is a 0/1 tensor or a decision diagram over
its readouts; a measurement is a Gaussian with none.
"""

import math
from collections.abc import Mapping, Sequence

from oedipus.compiler import checked as c
from oedipus.compiler import grid
from oedipus.compiler import program as p
from oedipus.compiler.axes import Axis, Readers
from oedipus.networks.cards import Card

DENSE_CELLS = 1_000_000


def lower(riddle: c.Riddle, cards: Mapping[str, Card]) -> p.Program:
    """The factor graph of a checked riddle."""
    readers = Readers.of(riddle, cards)
    readouts: dict[tuple[str, str], p.Readout] = {}
    factors = tuple(_factor(clause, readers, readouts) for clause in riddle.clauses)
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


def _factor(clause: c.Clause, readers: Readers, readouts: dict[tuple[str, str], p.Readout]) -> p.Factor:
    match clause.body:
        case c.Measurement(variable, operators, data, sigma):
            places: tuple[int, ...] = ()
            body: p.Body = p.Gaussian(variable, operators, data, sigma)
        case formula:
            axes = [readers.axis(*key) for key in readers.keys(formula)]
            places = tuple(_place(axis.readout, readouts) for axis in axes)
            body = logic(formula, axes)
    return p.Factor(clause.name, places, body, clause.alpha, clause.line, clause.text)


def _place(readout: p.Readout, readouts: dict[tuple[str, str], p.Readout]) -> int:
    key = readout.variable, readout.network
    readouts.setdefault(key, readout)
    return list(readouts).index(key)


def logic(formula: c.Formula, axes: Sequence[Axis]) -> p.Tensor | p.Diagram:
    """The tensor of a formula over its axes."""
    cells = math.prod(axis.classes for axis in axes)
    if cells > DENSE_CELLS:
        raise NotImplementedError
    return p.Tensor(grid.tensor(formula, axes))
