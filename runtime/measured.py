"""What samples say of what was measured: residuals of every measurement, and what networks read in the pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from oedipus.compiler.program import Gaussian
from oedipus.networks.cards import Card
from oedipus.networks.library import WeightsError, load_network
from oedipus.runtime.posterior import Posterior


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement ``[values]`` of the clause ``name``, and ``chi2`` ``[samples]``, each sample's mean of r².

    ``bias`` is the mean residual over samples and values, in σ; ``data`` the picture that was observed
    ``[channels, rows, columns]``, or the number.
    """

    name: str
    variable: str
    values: int
    sigma: float
    chi2: Tensor
    bias: float
    data: Tensor | float

    @property
    def figures(self) -> dict[str, Any]:
        """Plain numbers, for files."""
        return {
            "clause": self.name,
            "variable": self.variable,
            "values": self.values,
            "sigma": self.sigma,
            "reduced_chi2": self.chi2.mean().item(),
            "reduced_chi2_spread": self.chi2.std(correction=0).item(),
            "mean_residual": self.bias,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What ``network`` reads in the samples of ``variable``.

    Of a regressor ``values`` ``[samples]`` in its ``unit``; of a classifier the
    probabilities ``[samples, classes]`` of its ``classes``.
    """

    variable: str
    network: str
    values: Tensor
    unit: str = ""
    classes: tuple[str, ...] = ()

    @property
    def shares(self) -> dict[str, float]:
        """Share of the samples in which each class is the likeliest."""
        best = self.values.argmax(dim=1)
        return {name: (best == at).float().mean().item() for at, name in enumerate(self.classes)}

    @property
    def figures(self) -> dict[str, Any]:
        """Plain numbers, for files."""
        named = {"variable": self.variable, "network": self.network}
        if self.classes:
            return named | {"shares": self.shares}
        mean, spread = self.values.mean().item(), self.values.std(correction=0).item()
        return named | {"mean": mean, "standard_deviation": spread, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Findings:
    """Both, of all variables."""

    measured: tuple[Measured, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def figures(self) -> dict[str, Any]:
        """Plain numbers, for files."""
        return {
            "measured": [one.figures for one in self.measured],
            "read": [one.figures for one in self.readings],
        }


def findings_of(posterior: Posterior, pictures: Sequence[Tensor]) -> Findings:
    """What samples, ``[samples, channels, height, width]`` of each variable, say of what was measured."""
    return Findings(measurements_of(posterior, pictures), readings_of(posterior, pictures))


@torch.no_grad()
def measurements_of(posterior: Posterior, pictures: Sequence[Tensor]) -> tuple[Measured, ...]:
    """Every measurement of the program against one ``[samples, …]`` of pictures a variable, in the clauses' order."""
    found = []
    for number, residual in posterior.residuals(pictures).items():
        factor = posterior.program.factors[number]
        assert isinstance(factor.body, Gaussian)
        data = factor.body.data
        if data is None:  # left open: nothing was measured
            continue
        shown = torch.tensor(factor.body.files[data]) if isinstance(data, str) else data
        found.append(
            Measured(
                name=factor.name,
                variable=factor.body.variable,
                values=residual.shape[1],
                sigma=factor.body.sigma,
                chi2=residual.square().mean(dim=1),
                bias=residual.mean().item(),
                data=shown,
            )
        )
    return tuple(found)


@torch.no_grad()
def readings_of(posterior: Posterior, pictures: Sequence[Tensor]) -> tuple[Reading, ...]:
    """What every network says that the riddle asks; of pictures that show no value, every network that reads them."""
    asked = {(one.network, one.variable) for one in posterior.program.readouts}
    bodies = [factor.body for factor in posterior.program.factors]
    asked |= {(one.network, one.variable) for one in bodies if isinstance(one, Gaussian) and one.network}
    found = []
    for place, variable in enumerate(posterior.program.variables):
        valued = posterior.value_networks[place] is not None
        for card in _readers(posterior, variable.kind):
            if (card.name, variable.name) in asked or not valued:
                found += _read(card, variable.name, pictures[place])
    return tuple(found)


def _readers(posterior: Posterior, kind: str) -> Iterator[Card]:
    for card in posterior.cards.values():
        if card.kind == kind and card.role in ("classifier", "regressor") and not card.language.get("value"):
            yield card


def _read(card: Card, variable: str, pictures: Tensor) -> list[Reading]:
    try:
        network = load_network(card, pictures.device)
    except WeightsError:
        return []  # a card whose weights are not there is no reason to lose a result
    shown = torch.cat([network(part) for part in pictures.split(64)])
    if card.role == "regressor":
        unit = next(iter(card.language.get("units", ())), "")
        return [Reading(variable, card.name, shown.reshape(len(pictures)), unit=unit)]
    return [Reading(variable, card.name, shown.softmax(dim=1), classes=card.classes)]
