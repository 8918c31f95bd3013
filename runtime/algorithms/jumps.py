"""Independence moves, one picture after the other (Tierney 1994).

A picture's latents are drawn anew from the prior N(0, 1), and the draw is accepted with probability
min(1, L(new)^α / L(old)^α): Metropolis and Hastings with the prior as proposal, which leaves the
posterior as it is. Draws from a fitted q are accepted by L^α N(ξ | 0, 1) / q(ξ) instead.

At high α the styles of a digit are islands. A trajectory does not cross the sea between them; a
jump does not see it.

Several proposals in a row cost little more than one: what networks read in a proposed picture does
not depend on where the chain is by then. So all of them are drawn and read in one batch without
gradients, and then accepted or not, one after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Generator, Tensor

from oedipus.compiler.program import Gaussian
from oedipus.runtime.density import Density
from oedipus.runtime.held import Readings
from oedipus.runtime.posterior import Posterior

PICTURES = 48
"""Drawn and read at once: more of them no longer fit into the processor's cache."""


@dataclass(frozen=True, slots=True)
class Jumped:
    """``position`` ``[chains, dim]`` after all proposals, ``accepted`` ``[chains, blocks]`` how many of them were
    taken, and ``lost``, how many had a likelihood that was no number."""

    position: Tensor
    accepted: Tensor
    lost: int


class Proposal(Protocol):
    """Where new latents come from."""

    def draw(self, rows: int, rng: Generator) -> Tensor:
        """Independent draws ``[rows, dim]``."""

    def log_ratio(self, latents: Tensor, block: slice) -> Tensor:
        """log N(ξ | 0, 1) − log q(ξ) ``[…]`` in nats of a block's latents ``[…, width]``, up to a constant."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The prior itself, N(0, 1) on ``dim`` latents."""

    dim: int

    def draw(self, rows: int, rng: Generator) -> Tensor:
        """Independent draws ``[rows, dim]``."""
        return torch.randn(rows, self.dim, generator=rng)

    def log_ratio(self, latents: Tensor, block: slice) -> Tensor:  # noqa: ARG002
        """Zero: prior and proposal are the same."""
        return torch.zeros_like(latents[..., 0])


def widths(density: Density) -> tuple[int, ...]:
    """Latents of each block that jumps alone: a picture's; all of them where there are no pictures or the prior
    lets one depend on another."""
    return density.widths if isinstance(density, Posterior) and not density.coupled else (density.dim,)


@torch.no_grad()
def jump(
    density: Density,
    alpha: float,
    position: Tensor,
    rng: Generator,
    *,
    number: int,
    blocks: Sequence[int],
    proposal: Proposal | None = None,
) -> Jumped:
    """``number`` proposals for each of ``blocks`` in turn, from ``position`` ``[chains, dim]``; by default the
    prior's."""
    chains, dim = position.shape
    proposal = Prior(dim) if proposal is None else proposal
    proposed = proposal.draw(number * chains, rng).to(position.device).unflatten(0, (number, chains))
    candidates = torch.cat([position[None], proposed])
    parts = widths(density)
    known: _Read | _Evaluated
    if isinstance(density, Posterior) and not density.coupled:
        known = _Read(density, alpha, candidates, blocks)
    else:
        known = _Evaluated(density, alpha, candidates)
    chosen = torch.zeros(chains, len(parts), dtype=torch.long, device=position.device)
    accepted, lost = torch.zeros(chains, len(parts), device=position.device), 0
    for block in blocks:
        own = slice(sum(parts[:block]), sum(parts[: block + 1]))
        likelihood = known.log_likelihood(block, chosen)
        heights = torch.rand(number, chains, generator=rng).log().to(position.device)
        merit = likelihood + proposal.log_ratio(candidates[..., own], own)
        chosen[:, block], accepted[:, block] = _sequence(merit, heights)
        lost += int((likelihood[1:].isnan() | likelihood[1:].isposinf()).sum())
    every = torch.arange(chains, device=position.device)
    pieces = [piece[chosen[:, at], every] for at, piece in enumerate(candidates.split(parts, dim=2))]
    return Jumped(torch.cat(pieces, dim=1), accepted, lost)


def _sequence(merit: Tensor, heights: Tensor) -> tuple[Tensor, Tensor]:
    """The candidate ``[chains]`` that each chain ends at, and how many it accepted on the way.

    ``merit`` ``[1 + proposals, chains]`` is the log of target over proposal in nats, the first where the
    chain is; ``heights`` are log-uniform. What is no number is not accepted, and always left.
    """
    merit = torch.nan_to_num(merit, nan=-torch.inf, posinf=-torch.inf, neginf=-torch.inf)
    at, here = torch.zeros_like(merit[0], dtype=torch.long), merit[0]
    count = torch.zeros_like(here)
    for number, (there, height) in enumerate(zip(merit[1:], heights, strict=True), start=1):
        # From −∞ to −∞ the difference is no number, and no comparison with it holds.
        taken = height < there - here
        at, here, count = torch.where(taken, number, at), torch.where(taken, there, here), count + taken
    return at, count


class _Read:
    """Likelihoods of candidates ``[candidates, chains, dim]`` whose pictures were read once, those of all but
    ``blocks`` where the chains are."""

    def __init__(self, posterior: Posterior, alpha: float, candidates: Tensor, blocks: Sequence[int]) -> None:
        self.posterior, self.shape = posterior, candidates.shape[:2]
        self.powers = posterior.powers(alpha)
        still = posterior.hold(candidates[0], [at for at in range(len(posterior.widths)) if at not in blocks])
        chain = torch.arange(self.shape[1], device=candidates.device).repeat(self.shape[0])
        rows = max(1, PICTURES // max(1, len(blocks)))
        parts: list[Readings] = []
        for latents, places in zip(candidates.flatten(0, 1).split(rows), chain.split(rows), strict=True):
            held = still.at(places)
            parts.append(posterior.read(posterior.pictures(latents, held), held=held))
        self.readings = {key: torch.cat([part[key] for part in parts]).unflatten(0, self.shape) for key in parts[0]}

    def log_likelihood(self, block: int, chosen: Tensor) -> Tensor:
        """``[candidates, chains]`` in nats of every candidate as picture ``block``, the others being the candidates
        ``chosen`` ``[chains, pictures]``; clauses that do not concern the picture are left out."""
        clauses = _concerning(self.posterior, block)
        if not clauses:
            return torch.zeros(self.shape, device=chosen.device)
        chains = torch.arange(self.shape[1], device=chosen.device)
        readings: Readings = {}
        for (asked, at), reading in self.readings.items():
            one = reading if at == block else reading[chosen[:, at], chains].expand_as(reading)
            readings[asked, at] = one.flatten(0, 1)
        true = torch.stack([self.posterior.clause(number, readings) for number in clauses], dim=1)
        return (true @ self.powers[clauses]).unflatten(0, self.shape)


class _Evaluated:
    """Likelihoods of candidates ``[candidates, chains, dim]`` of any density, which jump whole."""

    def __init__(self, density: Density, alpha: float, candidates: Tensor) -> None:
        evaluation = density.evaluate(candidates.flatten(0, 1), alpha)
        self.likelihood = evaluation.log_likelihood.unflatten(0, candidates.shape[:2])

    def log_likelihood(self, block: int, chosen: Tensor) -> Tensor:  # noqa: ARG002
        """``[candidates, chains]`` in nats."""
        return self.likelihood


def _concerning(posterior: Posterior, at: int) -> list[int]:
    """The clauses that ask anything about the variable at place ``at``, or measure it."""
    name, program = posterior.program.variables[at].name, posterior.program
    found = []
    for number, factor in enumerate(program.factors):
        asked = {program.readouts[one].variable for one in factor.readouts}
        if isinstance(factor.body, Gaussian):
            asked.add(factor.body.variable)
        if name in asked:
            found.append(number)
    return found
