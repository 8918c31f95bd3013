"""What every algorithm shares: the protocol, the record of an iteration, the checks of arguments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, Protocol, TypeAlias, TypeVar

import torch
from torch import Generator, Tensor
from torch.distributions import LowRankMultivariateNormal, MultivariateNormal, Normal

from oedipus.dsl.bounds import MOST_ALPHA
from oedipus.runtime.density import Density
from oedipus.runtime.flowed import Flows

S = TypeVar("S")
Begin: TypeAlias = Literal["prior", "modes", "mode"]


@dataclass(frozen=True, slots=True)
class Approximation:
    """q = N(mean, diag exp(2 log_sigma)), both ``[runs, dim]``; a start, and a result."""

    mean: Tensor
    log_sigma: Tensor

    def push(self, noise: Tensor) -> Tensor:
        """Standard normal ``noise`` ``[rows, dim]`` to samples of the first run."""
        return self.mean[:1] + self.log_sigma[:1].exp() * noise

    def log_prob(self, latents: Tensor) -> Tensor:
        """log q ``[rows]`` in nats of ``latents`` ``[rows, dim]`` under the first run."""
        return Normal(self.mean[0], self.log_sigma[0].exp()).log_prob(latents).sum(dim=1)

    def draw(self, number: int, rng: Generator) -> Tensor:
        """``number`` samples ``[number, dim]`` of the first run, in antithetic pairs."""
        return self.push(antithetic(number, self.mean[0], rng))


@dataclass(frozen=True, slots=True)
class LowRank:
    """q = N(mean, diag exp(2 log_sigma) + factor factorᵀ): ``[dim]``, ``[dim]`` and ``[dim, rank]``."""

    mean: Tensor
    log_sigma: Tensor
    factor: Tensor

    def push(self, noise: Tensor) -> Tensor:
        """Standard normal ``noise`` ``[rows, dim + rank]`` to samples."""
        own, shared = noise.split([len(self.mean), self.factor.shape[1]], dim=1)
        return self.mean + self.log_sigma.exp() * own + shared @ self.factor.T

    def log_prob(self, latents: Tensor) -> Tensor:
        """log q ``[rows]`` in nats of ``latents`` ``[rows, dim]``."""
        return LowRankMultivariateNormal(self.mean, self.factor, (2 * self.log_sigma).exp()).log_prob(latents)

    def draw(self, number: int, rng: Generator) -> Tensor:
        """``number`` samples ``[number, dim]``, in antithetic pairs."""
        like = torch.cat([self.mean, self.factor[0]])
        return self.push(antithetic(number, like, rng))


@dataclass(frozen=True, slots=True)
class FullRank:
    """q = N(mean, L Lᵀ), ``mean`` ``[dim]`` and ``scale`` L ``[dim, dim]``, lower triangular."""

    mean: Tensor
    scale: Tensor

    def push(self, noise: Tensor) -> Tensor:
        """Standard normal ``noise`` ``[rows, dim]`` to samples."""
        return self.mean + noise @ self.scale.T

    def log_prob(self, latents: Tensor) -> Tensor:
        """log q ``[rows]`` in nats of ``latents`` ``[rows, dim]``."""
        return MultivariateNormal(self.mean, scale_tril=self.scale, validate_args=False).log_prob(latents)

    def draw(self, number: int, rng: Generator) -> Tensor:
        """``number`` samples ``[number, dim]``, in antithetic pairs."""
        return self.push(antithetic(number, self.mean, rng))


def antithetic(number: int, like: Tensor, rng: Generator) -> Tensor:
    """Standard normal noise ``[number, len(like)]``, the second half the first with its sign turned."""
    noise = torch.randn((number + 1) // 2, len(like), generator=rng).to(like.device)
    return torch.cat([noise, -noise])[:number]


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws of the posterior, ``latents`` ``[draws, chains, dim]``.

    ``log_evidence`` in nats where the algorithm estimates it: log ∫ likelihood^α dprior. Of draws that an
    approximation has given, Pareto ``khat`` of their weights; ``doubt``: what its makers would warn of.
    """

    latents: Tensor
    log_evidence: float | None = None
    khat: float | None = None
    doubt: str = ""

    def draw(self, number: int, rng: Generator) -> Tensor:
        """``number`` of the draws ``[number, dim]``, different ones as far as there are enough."""
        pool = self.latents.flatten(0, 1)
        rounds = -(-number // len(pool))
        chosen = torch.cat([torch.randperm(len(pool), generator=rng) for _ in range(rounds)])[:number]
        return pool[chosen.to(pool.device)]


Gaussian: TypeAlias = Approximation | LowRank | FullRank
Posterior: TypeAlias = Gaussian | Flows | Draws


@dataclass(frozen=True, slots=True)
class Info:
    """One iteration: ``details`` of its samples, and ``elbo`` in nats at ``alpha`` on its noise, or None.

    A sampler gives the ``draws`` ``[chains, dim]`` that are to be kept, and of each of
    them ``stats`` ``[chains]``, called as ArviZ calls them. ``rejected`` counts the
    densities of this iteration that were not finite, each of them a step not taken.
    ``ahead``: iterations that are still to come, of a run whose length is found on the way None until it is known.
    """

    iteration: int
    alpha: float
    elbo: float | None
    details: Mapping[str, Tensor] = field(default_factory=dict)
    draws: Tensor | None = None
    stats: Mapping[str, Tensor] = field(default_factory=dict)
    rejected: int = 0
    ahead: int | None = None

    @property
    def last(self) -> bool:
        """Whether the run ends with this iteration, however many it might have had."""
        return self.ahead == 0


class Algorithm(Protocol[S]):
    """Hyper-parameters that know how to begin, how to go on, and what came out."""

    @property
    def name(self) -> str:
        """What the command line calls it."""

    @property
    def iterations(self) -> int:
        """Iterations of a whole run."""

    @property
    def begins(self) -> Begin:
        """Where a run begins: the prior, several modes of which it keeps one, or inside one that it cannot leave."""

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> S:
        """The first state; randomness only through ``rng``."""

    def step(self, density: Density, state: S, rng: Generator) -> tuple[S, Info]:
        """One iteration."""

    def result(self, state: S) -> Posterior:
        """The posterior as the state has it."""


def validate_schedule(schedule: tuple[float, ...]) -> None:
    """Raise ``ValueError`` for a schedule of α that is empty, does not increase, or leaves its range."""
    shown = ", ".join(f"{alpha:g}" for alpha in schedule)
    if not schedule or not all(0 < alpha < float("inf") for alpha in schedule):
        raise ValueError(f"alpha: a schedule has positive numbers, not '{shown}'")
    if schedule[-1] > MOST_ALPHA:
        raise ValueError(f"alpha: a schedule has numbers up to {MOST_ALPHA:,.0f}, not {schedule[-1]:g}")
    if any(first >= second for first, second in pairwise(schedule)):
        raise ValueError(f"alpha: a schedule increases, '{shown}' does not")
