"""A mixture of Gaussians that covers a posterior: for every picture one component for each plausible reading.

A picture that was measured is looked for among prior draws: the best draws of every reading climb to the height of
the density beside them, and those that come near enough to the highest are given a Gaussian by MGVI, which holds the
reading fixed. The other pictures keep their prior. Pictures are independent under the mixture q, whatever clauses bind
them: q is where chains begin and what they are tempered towards (:mod:`oedipus.runtime.algorithms.tempered`), and p / q
mends the rest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from oedipus.compiler.program import Diagram, Factor, Gaussian, Program, Readout
from oedipus.runtime.algorithms.base import Approximation, FullRank
from oedipus.runtime.algorithms.jumps import widths
from oedipus.runtime.algorithms.metric import FreeMetric
from oedipus.runtime.algorithms.mgvi import EXPLICIT, MGVI, covariance_root
from oedipus.runtime.algorithms.whitened import Passage, Whitened
from oedipus.runtime.density import Density, Evaluation
from oedipus.runtime.posterior import Held, Posterior

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


@dataclass(frozen=True)
class Mixture:
    """q: ``blocks`` of ``widths`` latents, each a mixture of its components with ``log_weights``, or the prior where
    it has none; where it is known, ``walkers`` of each component."""

    widths: tuple[int, ...]
    blocks: tuple[tuple[FullRank, ...], ...]
    log_weights: tuple[tuple[float, ...], ...]
    walkers: tuple[tuple[Tensor, ...], ...] = ()

    @staticmethod
    def of(density: Density, found: Sequence[tuple[int, Component]], *, window: float, least: float) -> "Mixture":
        """Of fitted components and their blocks; those ``window`` nats below the best of a block are left out, and
        none weighs less than ``least``: what is too rare in q is seldom proposed."""
        parts = widths(density)
        blocks: list[tuple[FullRank, ...]] = []
        weights: list[tuple[float, ...]] = []
        walkers: list[tuple[Tensor, ...]] = []
        for block in range(len(parts)):
            own = [one for at, one in found if at == block]
            best = max((one.log_mass for one in own), default=0.0)
            own = [one for one in own if one.log_mass > best - window]
            mass = torch.tensor([one.log_mass for one in own], dtype=torch.float64).softmax(dim=0).clamp_min(least)
            blocks.append(tuple(one.gaussian for one in own))
            weights.append(tuple((mass / mass.sum()).log().tolist()))
            walkers.append(tuple(one.walkers for one in own))
        return Mixture(parts, tuple(blocks), tuple(weights), tuple(walkers))

    @property
    def columns(self) -> Tensor:
        """Which latents ``[dim]`` have components."""
        return torch.cat([torch.full((width,), bool(own)) for width, own in zip(self.widths, self.blocks, strict=True)])

    @property
    def single(self) -> bool:
        """Whether there is something fitted and no block with two components."""
        return any(self.blocks) and all(len(one) < 2 for one in self.blocks)

    @cached_property
    def _stacked(self) -> list[tuple[Tensor, Tensor, Tensor] | None]:
        """Means ``[components, width]``, roots ``[components, width, width]`` and their inverses."""
        found: list[tuple[Tensor, Tensor, Tensor] | None] = []
        for own in self.blocks:
            if not own:
                found.append(None)
                continue
            scales = torch.stack([one.scale for one in own])
            unit = torch.eye(scales.shape[1], dtype=torch.float64, device=scales.device).expand(scales.shape)
            inverse = torch.linalg.solve_triangular(scales.double(), unit, upper=False).to(scales.dtype)
            found.append((torch.stack([one.mean for one in own]), scales, inverse))
        return found

    def push(self, noise: Tensor, which: Tensor) -> Tensor:
        """ξ = m + L η of ``noise`` η ``[rows, dim]`` by the components ``which`` ``[rows, blocks]``."""
        parts = []
        for at, part in enumerate(noise.split(self.widths, dim=1)):
            stacked = self._stacked[at]
            if stacked is not None:
                means, scales, _ = stacked
                part = means[which[:, at]] + _apply(scales, which[:, at], part)
            parts.append(part)
        return torch.cat(parts, dim=1)

    def noise(self, latents: Tensor, which: Tensor) -> Tensor:
        """η of ``latents`` ξ, both ``[rows, dim]``."""
        parts = []
        for at, part in enumerate(latents.split(self.widths, dim=1)):
            stacked = self._stacked[at]
            if stacked is not None:
                means, _, inverses = stacked
                part = _apply(inverses, which[:, at], part - means[which[:, at]])
            parts.append(part)
        return torch.cat(parts, dim=1)

    def log_prob(self, latents: Tensor) -> Tensor:
        """log q ``[rows]`` in nats, without the (2π)^(−dim / 2) that the prior has too."""
        total = torch.zeros_like(latents[:, 0])
        for at, part in enumerate(latents.split(self.widths, dim=1)):
            each = self._each(at, part)
            total = total + (-part.square().sum(dim=1) / 2 if each is None else each.logsumexp(dim=1))
        return total

    def _each(self, at: int, part: Tensor) -> Tensor | None:
        """log w N ``[rows, components]`` of a block's latents; None of the prior."""
        stacked = self._stacked[at]
        if stacked is None:
            return None
        means, scales, inverses = stacked
        noise = torch.einsum("cij,rcj->rci", inverses, part[:, None] - means)
        weights = torch.tensor(self.log_weights[at], device=part.device, dtype=part.dtype)
        return weights - noise.square().sum(dim=2) / 2 - scales.diagonal(dim1=1, dim2=2).log().sum(dim=1)

    def draw(self, rows: int, rng: Generator) -> tuple[Tensor, Tensor]:
        """Independent draws ``[rows, dim]`` and the components ``[rows, blocks]`` that they are of."""
        which = torch.zeros(rows, len(self.widths), dtype=torch.long)
        for at, weights in enumerate(self.log_weights):
            if weights:
                which[:, at] = torch.multinomial(torch.tensor(weights).exp(), rows, replacement=True, generator=rng)
        noise, there = torch.randn(rows, sum(self.widths), generator=rng), self._device()
        return self.push(noise.to(there), which.to(there)), which.to(there)

    def start(self, rows: int, rng: Generator) -> Tensor:
        """Draws ``[rows, dim]`` whose fitted blocks are where walkers of their components are."""
        drawn, which = self.draw(rows, rng)
        parts = list(drawn.split(self.widths, dim=1))
        for at, walkers in enumerate(self.walkers):
            if walkers:
                order = torch.randperm(rows, generator=rng).tolist()
                chosen = [walkers[component] for component in which[:, at].tolist()]
                parts[at] = torch.stack([one[place % len(one)] for one, place in zip(chosen, order, strict=True)])
        return torch.cat(parts, dim=1)

    def component(self, latents: Tensor, rng: Generator) -> Tensor:
        """A component for each block of ``latents``, drawn in proportion to its density there, ``[rows, blocks]``."""
        columns = []
        for at, part in enumerate(latents.split(self.widths, dim=1)):
            each = self._each(at, part)
            if each is None or each.shape[1] == 1:
                columns.append(torch.zeros(len(latents), dtype=torch.long))
                continue
            chance = torch.nan_to_num(each).softmax(dim=1).cpu()
            columns.append(torch.multinomial(chance, 1, generator=rng).squeeze(1))
        return torch.stack(columns, dim=1).to(latents.device)

    def _device(self) -> torch.device:
        return next((own[0].mean.device for own in self.blocks if own), torch.device("cpu"))


def _apply(matrices: Tensor, which: Tensor, rows: Tensor) -> Tensor:
    """``matrices[which]`` ``[rows, width, width]`` times ``rows`` ``[rows, width]``."""
    if len(matrices) == 1:
        return rows @ matrices[0].T
    return (matrices[which] @ rows[:, :, None]).squeeze(2)


@dataclass(frozen=True)
class Mixed:
    """log p − log q as a function of η, of each row's component ``which``: what is N(0, 1) of η is q's component.

    Where ``moving`` ``[dim]`` is not true, η stays ``held`` ``[rows, dim]``, and what is given for it does not count.
    """

    density: Density
    mixture: Mixture
    which: Tensor
    held: Tensor
    moving: Tensor

    @property
    def dim(self) -> int:
        """Number of latents."""
        return self.density.dim

    def evaluate(self, noise: Tensor, alpha: float) -> Evaluation:
        """log p − log q ``[rows]`` in nats at η = ``noise``, p and q both with N(0, 1) as measure of reference."""
        return ratio(self.density, self.mixture, self.push(noise), alpha, self.still)

    @cached_property
    def still(self) -> Held | None:
        """The pictures of blocks that do not move."""
        if not isinstance(self.density, Posterior) or bool(self.moving.all()):
            return None
        parts = self.moving.split(self.mixture.widths)
        places = [at for at, moves in enumerate(parts) if not moves.any()]
        return self.density.hold(self.push(self.held), places)

    def push(self, noise: Tensor) -> Tensor:
        """ξ of η."""
        return self.mixture.push(torch.where(self.moving, noise, self.held), self.which)

    def coordinates(self, noise: Tensor, alpha: float) -> Tensor:
        """The likelihood's own, at ξ."""
        return self.density.coordinates(self.push(noise), alpha)


def ratio(density: Density, mixture: Mixture, latents: Tensor, alpha: float, still: Held | None = None) -> Evaluation:
    """log p − log q ``[rows]`` in nats at ξ = ``latents`` ``[rows, dim]``, pictures that stand ``still`` not drawn
    again."""
    if still is not None and isinstance(density, Posterior):
        found = density.evaluate(latents, alpha, still)
    else:
        found = density.evaluate(latents, alpha)
    bent = -latents.square().sum(dim=1) / 2 - mixture.log_prob(latents)
    return Evaluation(found.log_likelihood + bent, found.details)
