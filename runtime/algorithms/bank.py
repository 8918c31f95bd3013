"""Tempered sequential Monte Carlo over a bank of prior draws, then a few steps of HMC out of it.

A riddle over readouts is a discrete problem once the prior is a bank
(:mod:`oedipus.runtime.bank`): every variable is one of its members. Particles begin
as prior draws; the power β of the likelihood rises from 0 to 1, each time as far as
leaves ``ess`` of the particles effective (Del Moral, Doucet and Jasra 2006; 2012);
they are resampled and moved, one variable after the other from its exact
conditional over all members, and all variables of a clause at once
(:mod:`oedipus.runtime.blocks`). The weights' means multiply to the evidence
∫ L^α dprior, and the particles' readings are the modes with their masses.

At the end the particles are ordinary latents, and Hamiltonian trajectories at the final
α carry them away from the bank's finite members.
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar

import torch
from torch import Generator, Tensor

from oedipus.compiler.suited import NEEDS
from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, Info
from oedipus.runtime.algorithms.hamiltonian import Point, Target
from oedipus.runtime.algorithms.options import alphas, count, share, validate
from oedipus.runtime.algorithms.tempering import advance
from oedipus.runtime.bank import Bank
from oedipus.runtime.blocks import move
from oedipus.runtime.density import Density
from oedipus.runtime.posterior import Posterior

STAGES = 200
FIRST_STEP = 0.12
ACCEPTANCE = 0.7


@dataclass(frozen=True, slots=True)
class State:
    """``chosen`` ``[particles, variables]`` members at likelihood power ``beta``; ``point``, where the
    particles are once they have left the bank; ``log_evidence`` in nats."""

    chosen: Tensor
    latents: Tensor
    beta: float = 0.0
    log_evidence: float = 0.0
    point: Point | None = None
    step_length: float = FIRST_STEP
    polished: int = 0
    iteration: int = 0


@dataclass(frozen=True, slots=True)
class BankSampler:
    """Hyper-parameters.

    ``pool``: members of the bank; ``particles``; ``ess``: share of them that stays
    effective from one power to the next; ``sweeps``: moves of every variable at each
    power; ``trajectories``: Hamiltonian ones at the end, each of ``leapfrog`` steps.
    The last α of ``schedule`` is the posterior's. Raises ``ValueError`` naming the
    argument that makes no sense.
    """

    NEEDS: ClassVar = ("readings", "independent")

    schedule: tuple[float, ...] = alphas(10.0)
    pool: int = count(4096)
    particles: int = count(256)
    samples: int = count(100)
    ess: float = share(0.5)
    sweeps: int = count(1)
    trajectories: int = count(1, 0)
    leapfrog: int = count(1)
    name: str = field(default="bank", init=False)
    begins: Begin = field(default="prior", init=False)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def iterations(self) -> int:
        """At most; a run ends when β is 1 and the particles are polished."""
        return STAGES + self.trajectories

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:  # noqa: ARG002
        """Particles drawn from the prior; ``start`` is not needed. Raises ``ValueError`` without readouts."""
        bank = self._bank(density)
        chosen = torch.randint(bank.members, (self.particles, len(bank.latents)), generator=rng)
        chosen = chosen.to(bank.posterior.device)
        return State(chosen, bank.gather(chosen))

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """One power of the likelihood, or one Hamiltonian trajectory."""
        bank = self._bank(density)
        if state.beta < 1:
            state, rejected = self._temper(bank, state, rng)
            details = bank.details(state.chosen)
        else:
            state, rejected = self._polish(density, state, rng)
            assert state.point is not None
            details = dict(state.point.details)
        state = replace(state, iteration=state.iteration + 1)
        ahead = self.trajectories - state.polished if state.beta == 1 else None
        alpha = max(state.beta, 1e-12) * self.schedule[-1]
        return state, Info(state.iteration, alpha, None, details, rejected=rejected, ahead=ahead)

    def result(self, state: State) -> Draws:
        """The particles, a chain each."""
        return Draws(state.latents[None], state.log_evidence if state.beta == 1 else None)

    def _bank(self, density: Density) -> Bank:
        if not isinstance(density, Posterior):
            raise ValueError(f"algorithm: bank needs {NEEDS['readings']}")
        return density.bank(self.pool)

    def _temper(self, bank: Bank, state: State, rng: Generator) -> tuple[State, int]:
        """The next power, the particles that are worth it, and moves at it; and how many had no likelihood."""
        alpha = self.schedule[-1]
        likelihood = (bank.clauses(state.chosen) @ bank.posterior.powers(alpha)).double()
        unknown = int((~likelihood.isfinite()).sum())
        beta, gained, chosen = advance(likelihood, state.beta, self.ess, rng)
        particles = state.chosen[chosen.to(state.chosen.device)]
        for _ in range(self.sweeps):
            particles = self._sweep(bank, particles, beta * alpha, rng)
        latents = bank.gather(particles)
        if beta == 1 and self.trajectories:
            keep = torch.randperm(len(particles), generator=rng)[: self.samples].to(particles.device)
            particles, latents = particles[keep], latents[keep]
        state = replace(state, chosen=particles, latents=latents, beta=beta, log_evidence=state.log_evidence + gained)
        return state, unknown

    def _sweep(self, bank: Bank, particles: Tensor, alpha: float, rng: Generator) -> Tensor:
        for block in bank.blocks:
            particles, _ = move(bank, block, particles, alpha, rng)
        for variable in torch.randperm(particles.shape[1], generator=rng).tolist():
            particles = particles.clone()
            particles[:, variable] = _draw(bank.conditional(particles, variable, alpha), rng)
        return particles

    def _polish(self, density: Density, state: State, rng: Generator) -> tuple[State, int]:
        """One trajectory of every particle, its length by the share that was accepted; and how many were lost."""
        target = Target(density, self.schedule[-1])
        point = target.at(state.latents) if state.point is None else state.point
        step = target.transition(
            point,
            rng,
            length=state.step_length,
            leapfrog=self.leapfrog,
            inverse_mass=torch.ones_like(point.position[0]),
        )
        length = state.step_length * (1.5 if step.chance.mean() > ACCEPTANCE else 0.6)
        state = replace(
            state, point=step.point, latents=step.point.position, step_length=length, polished=state.polished + 1
        )
        return state, int(step.lost.sum())


def _draw(log_weights: Tensor, rng: Generator) -> Tensor:
    """One index a row of ``log_weights`` ``[rows, members]``, by the inverse of the distribution function.

    A weight that is no number is none.
    """
    log_weights = torch.nan_to_num(log_weights, nan=-torch.inf, posinf=-torch.inf, neginf=-torch.inf)
    ladder = (log_weights - log_weights.amax(dim=1, keepdim=True)).exp_().cumsum(dim=1)
    height = torch.rand(len(ladder), 1, generator=rng).to(ladder.device) * ladder[:, -1:]
    return torch.searchsorted(ladder, height).squeeze(1).clamp_max(ladder.shape[1] - 1)


ALGORITHM = BankSampler
