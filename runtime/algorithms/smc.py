"""Tempered sequential Monte Carlo on the latents themselves (Del Moral, Doucet and Jasra 2006).

For rare events and image data, where no bank helps: particles drawn from the prior, the power
β of the whole likelihood raised from 0 to 1 in steps that leave a share ``ess`` of the
particles effective, systematic resampling, and Hamiltonian trajectories at each power
whose step length follows the acceptance. The mean weights multiply to the evidence.
"""

from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, Info
from oedipus.runtime.algorithms.hamiltonian import Point, Target, select
from oedipus.runtime.algorithms.options import alphas, count, share, validate
from oedipus.runtime.algorithms.tempering import advance
from oedipus.runtime.density import Density

STAGES = 500
PATIENCE = 30
"""Particles' worth of trust in the prior's widths when the metric is adapted."""


@dataclass(frozen=True, slots=True)
class State:
    """The particles at likelihood power ``beta``, ``log_evidence`` in nats, the next moves' step length."""

    point: Point
    beta: float = 0.0
    log_evidence: float = 0.0
    length: float = 0.3
    iteration: int = 0


@dataclass(frozen=True, slots=True)
class SMC:
    """Hyper-parameters.

    ``particles``; ``ess``: share of them that stays effective from one power to the
    next; ``moves``: trajectories at each power, of ``leapfrog`` steps; ``rest``: more of them
    at the end. The last α of ``schedule`` is the posterior's. Raises ``ValueError``
    naming the argument that makes no sense.
    """

    schedule: tuple[float, ...] = alphas(10.0)
    particles: int = count(100)
    ess: float = share(0.6)
    moves: int = count(3)
    leapfrog: int = count(6)
    rest: int = count(6)
    acceptance: float = share(0.75)
    name: str = field(default="smc", init=False)
    begins: Begin = field(default="prior", init=False)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def iterations(self) -> int:
        """At most; a run ends when β is 1 and the particles have rested."""
        return STAGES

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:  # noqa: ARG002
        """Particles drawn from the prior; a start would spoil the evidence and is not used."""
        position = torch.randn(self.particles, density.dim, generator=rng)
        return State(Target(density, self.schedule[-1], 0.0).at(position))

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """The next power and moves at it."""
        alpha = self.schedule[-1]
        beta, gained, chosen = advance(state.point.log_likelihood, state.beta, self.ess, rng)
        target = Target(density, alpha, beta)
        chosen = chosen.to(state.point.position.device)
        point = select(state.point, chosen)
        point = retarget(point, state.beta, beta) if state.beta else target.at(point.position)
        inverse_mass = self._widths(point.position)
        length, rejected = state.length, 0
        for _ in range(self.rest if beta == 1 else self.moves):
            jittered = length * (0.8 + 0.4 * torch.rand(1, generator=rng).item())
            moved = target.transition(point, rng, length=jittered, leapfrog=self.leapfrog, inverse_mass=inverse_mass)
            point, rejected = moved.point, rejected + int(moved.lost.sum())
            length *= 1.2 if moved.chance.mean() > self.acceptance else 0.75
        iteration = state.iteration + 1
        state = replace(
            state, point=point, beta=beta, length=length, iteration=iteration, log_evidence=state.log_evidence + gained
        )
        info = Info(
            iteration, max(beta, 1e-12) * alpha, None, point.details, rejected=rejected, ahead=0 if beta == 1 else None
        )
        return state, info

    def _widths(self, positions: Tensor) -> Tensor:
        """Variances ``[dim]`` of the particles, shrunk towards the prior's."""
        trust = len(positions) / (len(positions) + PATIENCE)
        return trust * positions.var(dim=0) + (1 - trust)

    def result(self, state: State) -> Draws:
        """The particles, a chain each."""
        return Draws(state.point.position[None], state.log_evidence if state.beta == 1 else None)


def retarget(point: Point, before: float, after: float) -> Point:
    """The same point under another power of the likelihood: its density and gradient follow from the parts."""
    prior = -point.position.square().sum(dim=1) / 2
    log_density = prior + after * point.log_likelihood
    gradient = -point.position + (point.gradient + point.position) * (after / before)
    return replace(point, log_density=log_density, gradient=gradient)


ALGORITHM = SMC
