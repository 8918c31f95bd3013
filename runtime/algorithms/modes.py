"""The modes of a measured picture, one for each plausible reading: where they are, their Gaussians, their masses.

The best prior draws of every reading climb to the height of the density beside them. A mode that comes near enough to
the highest is given a Gaussian by MGVI, which holds the reading fixed, and its mass by annealed importance sampling.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from oedipus.compiler.program import Diagram, Factor, Gaussian, Program, Readout
from oedipus.runtime.algorithms.base import Approximation, FullRank
from oedipus.runtime.algorithms.metric import FreeMetric
from oedipus.runtime.algorithms.mgvi import EXPLICIT, MGVI, covariance_root
from oedipus.runtime.algorithms.whitened import Passage, Whitened
from oedipus.runtime.density import Density, Evaluation
from oedipus.runtime.posterior import Posterior

DRAWN, CHUNK, CLIMBERS = 1024, 64, 2
STEPS, RATE = 100, 0.1
GENTLE, GENTLY = 10.0, 0.7
"""The α at which climbers take most of their steps: at 300 a network's border is a cliff, and few get up it."""
NEAR = 1.0
"""Ends of climbs that are closer than this in the prior's units are one, where nothing reads them."""
WALKERS, WALKED = 8, 3
"""Chains that are led to a mode's posterior, and trajectories that they take there."""
LEAPFROG, ACCEPTANCE = 12, 0.75


@dataclass(frozen=True, slots=True)
class Component:
    """A Gaussian of one block of latents, the log of the likelihood's mass where it is, in nats, and ``walkers``
    ``[any, width]``, draws of the posterior there."""

    gaussian: FullRank
    log_mass: float
    walkers: Tensor


@dataclass(frozen=True, slots=True)
class Climbed:
    """Where a climb for ``block`` ended: ``latents`` ``[width]``, its ``label``, its height in nats."""

    block: int
    label: tuple[int, ...]
    latents: Tensor
    height: float


def fitted_blocks(density: Density) -> tuple[int, ...]:
    """The blocks of latents that get Gaussians: of pictures that are measured; all there are of any other density."""
    if not isinstance(density, Posterior) or density.coupled:
        return (0,)
    bodies = [factor.body for factor in density.program.factors]
    measured = {body.variable for body in bodies if isinstance(body, Gaussian)}
    found = [at for at, one in enumerate(density.program.variables) if one.name in measured]
    return tuple(at for at in found if density.widths[at] <= EXPLICIT)


def part_of(density: Density, block: int, label: tuple[int, ...] = ()) -> Density:
    """What concerns one picture alone, and that it reads ``label``; any other density as it is."""
    if not isinstance(density, Posterior) or density.coupled:
        return density
    program, variable = density.program, density.program.variables[block]
    readouts = [one for one in program.readouts if one.variable == variable.name]
    own = [
        replace(one, readouts=tuple(readouts.index(program.readouts[at]) for at in one.readouts))
        for one in program.factors
        if _subjects(program, one) == {variable.name}
    ]
    network = density.value_networks[block]
    if label and network is not None:
        asked = Readout(variable.name, network, len(density.cards[network].classes), None)
        readouts, held = [*readouts, asked], Diagram((_only(asked, label[0]),))
        own.append(Factor("reading", (len(readouts) - 1,), held))
    alone = replace(
        program, variables=(variable,), readouts=tuple(readouts), factors=tuple(own), solution=None, find=()
    )
    return replace(density, program=alone, prior=density.sources[block].prior)


def _subjects(program: Program, factor: Factor) -> set[str]:
    """The variables that a clause is about."""
    names = {program.readouts[at].variable for at in factor.readouts}
    return names | ({factor.body.variable} if isinstance(factor.body, Gaussian) else set())


def _only(readout: Readout, label: int) -> NDArray[np.int32]:
    """The diagram's layer that lets one class through."""
    layer = np.zeros((1, readout.classes), dtype=np.int32)
    layer[0, label] = 1
    return layer


def climbs(density: Density, rng: Generator, *, most: int, window: float) -> tuple[Climbed, ...]:
    """Up to ``most`` modes of each block that is fitted, the highest first, none ``window`` nats below it."""
    found: list[Climbed] = []
    for block in fitted_blocks(density):
        own = _climbed(part_of(density, block), block, rng)
        found += [one for one in own[:most] if one.height > own[0].height - window]
    return tuple(found)


def _climbed(part: Density, block: int, rng: Generator) -> list[Climbed]:
    """The ends of climbs from the best of many prior draws, one for each label, the highest first."""
    drawn = torch.randn(DRAWN, part.dim, generator=rng)
    if isinstance(part, Posterior):
        drawn = drawn.to(part.device)
    with torch.no_grad():
        seen = [part.evaluate(some, _alpha(part)) for some in drawn.split(CHUNK)]
    likelihood = torch.nan_to_num(torch.cat([one.log_likelihood for one in seen]), nan=-torch.inf)
    chosen = _best(likelihood, [label for one in seen for label in _labels(one)])
    ends, heights, labels = _climb(part, drawn[chosen])
    found: list[Climbed] = []
    for at in heights.argsort(descending=True).tolist():
        end = Climbed(block, labels[at], ends[at], heights[at].item())
        if not any(_same(part, end, other) for other in found):
            found.append(end)
    return found


def _best(likelihood: Tensor, labels: Sequence[tuple[int, ...]]) -> Tensor:
    """The likeliest draws: a few of each label, and more where all labels are the same."""
    each = CLIMBERS if len(set(labels)) > 1 else 8 * CLIMBERS
    counted: dict[tuple[int, ...], list[int]] = {}
    for at in likelihood.argsort(descending=True).tolist():
        places = counted.setdefault(labels[at], [])
        if len(places) < each:
            places.append(at)
    return torch.tensor([at for places in counted.values() for at in places], device=likelihood.device)


def _climb(part: Density, latents: Tensor) -> tuple[Tensor, Tensor, list[tuple[int, ...]]]:
    """Ends ``[rows, dim]`` of Adam's steps up the log density, their heights ``[rows]``, and labels."""
    leaf = latents.clone().requires_grad_()
    optimiser = torch.optim.Adam([leaf], lr=RATE)
    for step in range(STEPS):
        optimiser.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        optimiser.zero_grad()
        with torch.enable_grad():
            alpha = min(_alpha(part), GENTLE) if step < GENTLY * STEPS else _alpha(part)
            energy = leaf.square().sum() / 2 - part.evaluate(leaf, alpha).log_likelihood.sum()
            energy.backward()
        leaf.grad = torch.nan_to_num(leaf.grad) if leaf.grad is not None else None
        optimiser.step()
    ends = leaf.detach()
    with torch.no_grad():
        last = part.evaluate(ends, _alpha(part))
    heights = torch.nan_to_num(last.log_likelihood - ends.square().sum(dim=1) / 2, nan=-torch.inf)
    return ends, heights, _labels(last)


def _alpha(part: Density) -> float:
    return part.alpha if isinstance(part, Posterior) else 1.0


def _labels(seen: Evaluation) -> list[tuple[int, ...]]:
    """What the pictures read; nothing where they show no value."""
    if "values" not in seen.details:
        return [()] * len(seen.log_likelihood)
    return [tuple(row) for row in seen.details["values"].argmax(dim=2).tolist()]


def _same(part: Density, one: Climbed, other: Climbed) -> bool:
    """Whether two ends are of one mode: by what they read, else by how near they are."""
    if one.label or isinstance(part, Posterior):
        return one.label == other.label
    return bool((one.latents - other.latents).norm() < NEAR)


def fit(density: Density, climbed: Climbed, alpha: float, rng: Generator) -> Component:
    """A Gaussian at the mode and the mass there.

    MGVI's Gaussian has draws that spill over a clause's border, where α = 300 costs hundreds of nats; a mean over them,
    as in the bound E_q[log L] − KL(q ‖ N(0, 1)), says nothing of the mass. So a few chains are led from it to the
    posterior of this reading, and their weights are averaged (Neal 2001). Where they end the metric is that of typical
    draws, and not of the mode, about which pixels are saturated and flat."""
    part = part_of(density, climbed.block, climbed.label)
    mgvi = MGVI(schedule=(alpha,), rounds=2, pairs=4, newton=15, trajectories=0)
    mean = climbed.latents[None]
    state = mgvi.init(part, rng, Approximation(mean, torch.zeros_like(mean)))
    while not state.over:
        state, _ = mgvi.step(part, state, rng)
    assert state.scale is not None
    gaussian = FullRank(state.mean, state.scale)
    ends, log_mass = annealed(part, gaussian, alpha, rng)
    return Component(averaged(part, ends, alpha, metrics=WALKERS), log_mass, ends[-WALKERS:])


def annealed(part: Density, gaussian: FullRank, alpha: float, rng: Generator) -> tuple[Tensor, float]:
    """Where chains ``[WALKERS, dim]`` end that are led from a Gaussian q to the posterior through q^(1−β) p^β, and the
    log of the likelihood's mass in nats by annealed importance sampling (Neal 2001)."""
    passage = Passage(Whitened(part, gaussian), alpha, warmup=WALKED, leapfrog=LEAPFROG, acceptance=ACCEPTANCE)
    chains = passage.begin(gaussian.draw(WALKERS, rng))
    weights = torch.zeros_like(chains.point.log_likelihood)
    while chains.beta < 1:
        before, likelihood = chains.beta, torch.nan_to_num(chains.point.log_likelihood, nan=-1e9, neginf=-1e9)
        chains, _ = passage.step(chains, rng, 0)
        weights = weights + (chains.beta - before) * likelihood
    ends = []
    for _ in range(WALKED):
        chains, _ = passage.step(chains, rng, 0)
        ends.append(passage.latents(chains))
    log_mass = weights.logsumexp(dim=0) - math.log(WALKERS) + gaussian.scale.diagonal().log().sum()
    return torch.cat(ends), log_mass.item()


def averaged(part: Density, points: Tensor, alpha: float, *, metrics: int) -> FullRank:
    """The Gaussian about ``points`` ``[rows, dim]`` whose precision is the mean of the metric 1 + JᵀJ at the last
    ``metrics`` of them."""
    found = [FreeMetric(part, point, alpha) for point in points[-metrics:]]
    return FullRank(points.mean(dim=0), covariance_root(*found, dim=points.shape[1]))
