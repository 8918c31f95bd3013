"""A mixture of Gaussians that covers a posterior: for every picture one component for each plausible reading.

A picture that was measured has the Gaussians of its modes (:mod:`oedipus.runtime.algorithms.modes`); the others keep
their prior. Pictures are independent under the mixture q, whatever clauses bind them: q is where chains begin and what
they are tempered towards (:mod:`oedipus.runtime.algorithms.tempered`), and p / q mends the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import FullRank
from oedipus.runtime.algorithms.jumps import widths
from oedipus.runtime.algorithms.modes import Component
from oedipus.runtime.density import Density, Evaluation
from oedipus.runtime.held import Held
from oedipus.runtime.posterior import Posterior


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
