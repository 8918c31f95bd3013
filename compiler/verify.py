"""The verifier that runs between passes, always: what each stage promises, checked.

A broken promise is a fault of the compiler, never of the riddle.
"""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import assert_never

import numpy as np

from oedipus.compiler import checked as c
from oedipus.compiler import program as p
from oedipus.compiler.logic.evaluate import subformulas
from oedipus.compiler.operators import OPERATORS
from oedipus.networks.cards import Card, value_cards


class InternalError(Exception):
    """The compiler broke one of its own promises."""

    def __init__(self, message: str):
        self.what = message
        super().__init__(f"{message} (this is a fault of Oedipus, not of the riddle: please report it)")


def require(promise: bool, message: str) -> None:
    """Raise :class:`InternalError` where a promise is broken."""
    if not promise:
        raise InternalError(message)


# The checked IR -----------------------------------------------------------


def verify_riddle(riddle: c.Riddle, cards: Mapping[str, Card]) -> None:
    """Every name is declared and every class exists. Raises :class:`InternalError`."""
    kinds = {variable.name: variable.kind for variable in riddle.variables}
    valued = set(value_cards(cards.values()))
    require(len(kinds) == len(riddle.variables), "a variable is declared twice")
    _unique((clause.name for clause in riddle.clauses), "clause")
    for variable in riddle.variables:
        require(variable.generator in cards, f"generator '{variable.generator}' has no card")
    for clause in riddle.clauses:
        _verify_alpha(clause.alpha, clause.name)
        if isinstance(clause.body, c.Measurement):
            require(clause.body.variable in kinds, f"clause {clause.name}: '{clause.body.variable}' is not declared")
            require(clause.body.sigma > 0, f"clause {clause.name}: sigma is not positive")
            _verify_regressor(clause.name, clause.body, kinds, cards)
        else:
            _verify_formula(clause.name, clause.body, kinds, valued, cards)


def _verify_regressor(name: str, body: c.Measurement, kinds: Mapping[str, str], cards: Mapping[str, Card]) -> None:
    if body.network is not None:
        card = cards.get(body.network)
        right = card is not None and card.role == "regressor" and card.kind == kinds[body.variable]
        require(right, f"clause {name}: '{body.network}' measures no '{body.variable}'")
        require(not isinstance(body.data, str), f"clause {name}: a regressor's value is a number")


def _verify_formula(
    name: str, formula: c.Formula, kinds: Mapping[str, str], valued: set[str], cards: Mapping[str, Card]
) -> None:
    for node in subformulas(formula):
        match node:
            case c.Value(variable):
                require(variable in kinds, f"clause {name}: '{variable}' is not declared")
                require(kinds[variable] in valued, f"clause {name}: '{variable}' shows no value")
            case c.Seen(variable, network, label):
                require(variable in kinds, f"clause {name}: '{variable}' is not declared")
                require(network in cards, f"clause {name}: network '{network}' has no card")
                require(cards[network].kind == kinds[variable], f"clause {name}: '{network}' cannot read '{variable}'")
                require(0 <= label < len(cards[network].classes), f"clause {name}: '{network}' has no class {label}")


def _verify_alpha(alpha: float | None, name: str) -> None:
    require(alpha is None or (alpha > 0 and math.isfinite(alpha)), f"clause {name}: alpha {alpha} is not positive")


def _unique(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        require(name not in seen, f"{what} '{name}' occurs twice")
        seen.add(name)


# The program --------------------------------------------------------------


def verify_program(program: p.Program) -> None:
    """Readouts are of declared variables and each listed once; every factor's body fits
    its readouts. Raises :class:`InternalError`."""
    names = {variable.name for variable in program.variables}
    _unique((variable.name for variable in program.variables), "variable")
    _unique((f"{one.network} of {one.variable}" for one in program.readouts), "readout")
    _unique((factor.name for factor in program.factors), "factor")
    for readout in program.readouts:
        require(readout.variable in names, f"readout of '{readout.variable}', which is not declared")
        require(
            readout.table is None or all(0 <= entry < readout.classes for entry in readout.table),
            f"the table of '{readout.network}' names a class it does not have",
        )
    for factor in program.factors:
        verify_factor(factor, program.readouts, names)


def verify_factor(factor: p.Factor, readouts: tuple[p.Readout, ...], names: set[str]) -> None:
    """One factor against the program it stands in. Raises :class:`InternalError`."""
    where = f"factor {factor.name}"
    _verify_alpha(factor.alpha, factor.name)
    require(all(0 <= place < len(readouts) for place in factor.readouts), f"{where}: no such readout")
    require(len(set(factor.readouts)) == len(factor.readouts), f"{where}: a readout is used twice")
    shape = tuple(readouts[place].classes for place in factor.readouts)
    match factor.body:
        case p.Tensor(values):
            require(values.dtype == np.bool_, f"{where}: the tensor is not 0/1")
            require(values.shape == shape, f"{where}: the tensor has shape {values.shape}, its readouts {shape}")
        case p.Choice(values):
            require(values.dtype == np.bool_, f"{where}: the tensors are not 0/1")
            require(values.shape[1:] == shape and len(values) > 0, f"{where}: tensors of shape {values.shape[1:]}")
        case p.Diagram() as diagram:
            verify_diagram(diagram, shape, where)
        case p.Gaussian(variable=variable, operators=operators, sigma=sigma):
            require(variable in names, f"{where}: '{variable}' is not declared")
            require(sigma > 0, f"{where}: sigma is not positive")
            require(all(one in OPERATORS for one, _ in operators), f"{where}: an operator that does not exist")
            require(not factor.readouts, f"{where}: a measurement has no readouts")
        case other:
            assert_never(other)


def verify_diagram(diagram: p.Diagram, shape: tuple[int, ...], where: str) -> None:
    """Each layer has one column a class and leads to states that exist. Raises :class:`InternalError`."""
    layers = diagram.layers
    require(len(layers) == len(shape) > 0, f"{where}: {len(layers)} layers for {len(shape)} readouts")
    require(len(layers[0]) == 1, f"{where}: the diagram has {len(layers[0])} starts")
    for layer, classes in zip(layers, shape, strict=True):
        require(layer.dtype == np.int32, f"{where}: a layer is not int32")
        require(layer.ndim == 2 and layer.shape[1] == classes, f"{where}: a layer of shape {layer.shape}")
    targets = [len(after) for _, after in pairwise(layers)] + [2]
    for layer, states in zip(layers, targets, strict=True):
        require(bool(((layer >= 0) & (layer < states)).all()), f"{where}: a layer leads to a state that is not there")
