"""A family of riddles: a program whose data are left open, and what one of its members has in their place."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from oedipus.compiler import program as p
from oedipus.compiler.operators import mask_file
from oedipus.compiler.program import Program
from oedipus.runtime.dream.surrogate import Condition
from oedipus.runtime.posterior import Posterior


class FamilyError(ValueError):
    """A riddle that is none of a family; the message says in what it differs."""


@dataclass(frozen=True)
class Family:
    """A program with data left open; logic clauses without an α of their own have the power ``alpha``."""

    program: Program
    alpha: float

    @cached_property
    def measured(self) -> tuple[int, ...]:
        """Numbers of the factors that measure something that is left open."""
        return tuple(at for at in self.program.open if isinstance(self.program.factors[at].body, p.Gaussian))

    @cached_property
    def chosen(self) -> tuple[int, ...]:
        """Numbers of the factors that leave a choice."""
        return tuple(at for at in self.program.open if isinstance(self.program.factors[at].body, p.Choice))

    @property
    def sigmas(self) -> tuple[float, ...]:
        """σ of each open measurement as the riddle says it."""
        return tuple(
            body.sigma for at in self.measured if isinstance(body := self.program.factors[at].body, p.Gaussian)
        )

    @cached_property
    def structure(self) -> str:
        """sha256 of everything but names, lines, σ of what is open, and settings of the run."""
        kinds = [(one.kind, one.generator) for one in self.program.variables]
        factors = [self.written(factor) for factor in self.program.factors]
        return hashlib.sha256(json.dumps([kinds, factors], sort_keys=True).encode()).hexdigest()

    def power(self, factor: p.Factor) -> float:
        """α of a factor at the end of a run."""
        return 1.0 if isinstance(factor.body, p.Gaussian) else factor.alpha or self.alpha

    def written(self, factor: p.Factor) -> Any:
        """What a factor says, as plain data that JSON can hold."""
        return _written(factor, self.program, self.power(factor))

    def simulator(self) -> Program:
        """A program without open data whose residuals are the open measurements themselves, and whose last factors
        are the options of every open choice, one by one."""
        factors: list[p.Factor] = []
        for at, factor in enumerate(self.program.factors):
            if isinstance(factor.body, p.Gaussian) and at in self.measured:
                factors.append(replace(factor, body=replace(factor.body, data=0.0, sigma=1.0)))
            elif at not in self.chosen:
                factors.append(factor)
        for at in self.chosen:
            factor = self.program.factors[at]
            assert isinstance(factor.body, p.Choice)
            factors += [
                replace(factor, name=f"{factor.name}, option {turn}", body=p.Tensor(values))
                for turn, values in enumerate(factor.body.values)
            ]
        return replace(self.program, factors=tuple(factors))

    # A member

    def ask(self, posterior: Posterior) -> Condition:
        """What a riddle of this family has where data are left open. Raises :class:`FamilyError` for another riddle."""
        other = posterior.program
        own = Family(other, posterior.alpha)
        if [(one.kind, one.generator) for one in other.variables] != [
            (one.kind, one.generator) for one in self.program.variables
        ]:
            raise FamilyError(f"its pictures are {_pictures(self.program)}, and here are {_pictures(other)}")
        left = dict(enumerate(other.factors))
        found: dict[int, tuple[int, int]] = {}
        for at, factor in enumerate(self.program.factors):
            matches = ((there, self._option(factor, one, own)) for there, one in left.items())
            match = next(((there, option) for there, option in matches if option is not None), None)
            if match is None:
                raise FamilyError(f"none of its clauses is like '{factor.text or factor.name}'")
            found[at] = match
            del left[match[0]]
        if left:
            extra = next(iter(left.values()))
            raise FamilyError(f"'{extra.text or extra.name}' is a clause that was not dreamt of")
        measured = [posterior.measurements[found[at][0]] for at in self.measured]
        return Condition(
            tuple(one.data[None] for one in measured),
            tuple(torch.tensor([one.sigma]).log() for one in measured),
            tuple(torch.tensor([found[at][1]]) for at in self.chosen),
        )

    def _option(self, factor: p.Factor, other: p.Factor, own: "Family") -> int | None:
        """Which option of ``factor`` the clause ``other`` of a member is, 0 where there is one; None for none."""
        body, theirs = factor.body, other.body
        told = own.written(other)
        if isinstance(body, p.Gaussian) and body.data is None and isinstance(theirs, p.Gaussian):
            return 0 if self.written(factor) == own.written(replace(other, body=replace(theirs, data=None))) else None
        if isinstance(body, p.Choice):
            options = (replace(factor, body=p.Tensor(values)) for values in body.values)
            return next((turn for turn, one in enumerate(options) if self.written(one) == told), None)
        return 0 if self.written(factor) == told else None


def _pictures(program: Program) -> str:
    return ", ".join(f"a {one.kind} by '{one.generator}'" for one in program.variables)


def _written(factor: p.Factor, program: Program, power: float) -> Any:
    places = {variable.name: at for at, variable in enumerate(program.variables)}
    match factor.body:
        case p.Gaussian() as body:
            said = _measurement(body, places[body.variable])
        case p.Tensor(values):
            said = ["tensor", _hash(values), list(values.shape)]
        case p.Choice(values):
            said = ["choice", _hash(values), list(values.shape)]
        case p.Diagram(layers):
            said = ["diagram", [_hash(layer) for layer in layers]]
    readouts = [(places[one.variable], one.network) for one in (program.readouts[at] for at in factor.readouts)]
    # JSON knows no tuples: what was read from a file compares equal to what was not.
    return json.loads(json.dumps([said, readouts, power]))


def _measurement(body: p.Gaussian, place: int) -> list[Any]:
    data: Any = _hash(body.files[body.data]) if isinstance(body.data, str) else body.data
    sigma = None if body.data is None else body.sigma
    return ["gaussian", place, list(_operators(body)), data, sigma, body.network]


def _operators(body: p.Gaussian) -> Iterator[list[Any]]:
    for call in body.operators:
        path = mask_file(call)
        yield [call[0], list(call[1]) if path is None else [_hash(body.files[path])]]


def _hash(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
