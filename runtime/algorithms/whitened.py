"""Hamiltonian trajectories in the coordinates of a Gaussian that approximates the posterior.

With q = N(m, L Lᵀ) at hand, ξ = m + L η. Where q is right the posterior of η is N(0, 1), whose motion
:mod:`oedipus.runtime.algorithms.hamiltonian` solves exactly; only what q misses kicks the momenta.
This is q's covariance as a dense mass matrix (Neal 2011, section 4.1; Parno and Marzouk 2018): every
latent is as far from its neighbours as the next, and steps are as long as the posterior's bends
allow. The chains begin at draws of q and are led to the posterior p through q^(1−β) p^β, β rising from 0
to 1 (Neal 2001): a likelihood so sharp and bent that trajectories would take long to go round it comes
in by degrees. Chains are not resampled on the way: a few dozen would soon be copies of a few.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import FullRank, Info
from oedipus.runtime.algorithms.hamiltonian import Point, Target, Transition
from oedipus.runtime.algorithms.smc import retarget
from oedipus.runtime.algorithms.tempering import advance
from oedipus.runtime.density import Density, Evaluation

FIRST_STEP = 0.2
EFFECTIVE, MOVES = 0.5, 2
GAIN, FORGET = 0.7, 0.6
"""How far log ε moves for each unit of acceptance missed, and how fast that falls (Robbins and Monro 1951)."""
SHORTEST = 0.4
"""The shortest step of a trajectory, in units of the longest."""
QUARTER = math.pi / 2
"""The angle after which the motion of N(0, 1) has forgotten where it began."""


@dataclass(frozen=True, slots=True)
class Whitened:
    """``density`` and its prior as functions of η, the prior now N(0, 1) of η and all else the likelihood."""

    density: Density
    gaussian: FullRank

    @property
    def dim(self) -> int:
        """Number of latents."""
        return self.density.dim

    def evaluate(self, noise: Tensor, alpha: float) -> Evaluation:
        """log L(ξ) − ½‖ξ‖² + ½‖η‖² ``[rows]`` at η = ``noise`` ``[rows, dim]``."""
        latents = self.gaussian.push(noise)
        found = self.density.evaluate(latents, alpha)
        bent = (noise.square() - latents.square()).sum(dim=1) / 2
        return Evaluation(found.log_likelihood + bent, found.details)

    def coordinates(self, noise: Tensor, alpha: float) -> Tensor:
        """The likelihood's own, at ξ."""
        return self.density.coordinates(self.gaussian.push(noise), alpha)

    def noise(self, latents: Tensor) -> Tensor:
        """η of ``latents`` ξ, both ``[rows, dim]``."""
        shifted = (latents - self.gaussian.mean).T
        return torch.linalg.solve_triangular(self.gaussian.scale, shifted, upper=False).T


@dataclass(frozen=True, slots=True)
class Chains:
    """Where they are in η, at the power ``beta`` of p over q; each one's ``log_step`` ``[chains]``, log ε, and the
    running mean of all; how many ``trajectories`` at full power are behind them."""

    point: Point
    log_step: Tensor
    beta: float = 0.0
    settled: float = math.log(FIRST_STEP)
    trajectories: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """From draws of q to draws of p, and on.

    First β rises in q (p / q)^β from 0 to 1, each time as far as would leave the share :data:`EFFECTIVE` of
    the chains effective if they were weighted, and the chains move by :data:`MOVES` trajectories. Then come
    those at full power, the first ``warmup`` of which are not kept. Each is a quarter turn long, a fourth more or less,
    but at most ``leapfrog`` steps; ε is tuned to ``acceptance`` until warm-up is over.
    """

    density: Whitened
    alpha: float
    warmup: int
    leapfrog: int
    acceptance: float

    def begin(self, latents: Tensor, *, beta: float = 0.0) -> Chains:
        """A chain at each of ``latents`` ξ ``[chains, dim]``, which are draws at the power ``beta``."""
        point = self._target(1.0).at(self.density.noise(latents))
        return Chains(point, torch.full_like(point.log_density, math.log(FIRST_STEP)), beta)

    def step(self, chains: Chains, rng: Generator, iteration: int) -> tuple[Chains, Info]:
        """The next power and moves at it, or one trajectory of every chain."""
        if chains.beta < 1:
            chains, failed = self._temper(chains, rng)
            alpha = max(chains.beta, 1e-12) * self.alpha
            return chains, Info(iteration, alpha, None, chains.point.details, rejected=failed)
        warming = chains.trajectories < self.warmup
        steps = chains.log_step if warming else torch.full_like(chains.log_step, chains.settled)
        moved, length = self._move(chains, rng, steps.exp())
        if warming:
            count = max(1, chains.trajectories - self.warmup // 2 + 1)
            gain = GAIN / (1 + chains.trajectories / 4) ** FORGET
            chains = self._tuned(chains, moved, gain)
            mean = chains.settled + (chains.log_step.mean().item() - chains.settled) / count
            chains = replace(chains, settled=mean)
        chains = replace(chains, point=moved.point, trajectories=chains.trajectories + 1)
        # While ε is still being found, steps far too long are part of the search.
        lost = torch.zeros_like(moved.chance) if warming else moved.lost.float()
        info = Info(iteration, self.alpha, None, moved.point.details, rejected=int(lost.sum()))
        if not warming:
            density = moved.point.log_density
            stats = {"lp": density, "acceptance_rate": moved.chance, "diverging": lost, "step_size": length}
            info = replace(info, draws=self.latents(chains), stats=stats)
        return chains, info

    def latents(self, chains: Chains) -> Tensor:
        """ξ of the chains ``[chains, dim]``."""
        return self.density.gaussian.push(chains.point.position)

    def _target(self, beta: float) -> Target:
        return Target(self.density, self.alpha, beta)

    def _temper(self, chains: Chains, rng: Generator) -> tuple[Chains, int]:
        """The next power, and moves at it; how many energies were not finite."""
        beta, _, _ = advance(chains.point.log_likelihood, chains.beta, EFFECTIVE, rng)
        # The first gradient was taken at full power.
        chains = replace(chains, point=retarget(chains.point, chains.beta or 1.0, beta), beta=beta)
        for _ in range(MOVES):
            moved, _ = self._move(chains, rng, chains.log_step.exp())
            chains = replace(self._tuned(chains, moved, GAIN), point=moved.point)
        return replace(chains, settled=chains.log_step.mean().item()), int(moved.lost.sum())

    def _move(self, chains: Chains, rng: Generator, longest: Tensor) -> tuple[Transition, Tensor]:
        """A trajectory, and the length of its steps, both for each chain."""
        # Where the posterior bends most only short steps are taken, and chains would stay out of there.
        length = longest * (SHORTEST + (1 - SHORTEST) * torch.rand(1, generator=rng).item())
        # Turns of one length would come back to where they began in some latents. The cosine of the angle is what a
        # draw keeps of the one before, and is 0 in the mean about a quarter turn.
        angle = QUARTER * (0.75 + 0.5 * torch.rand(1, generator=rng).item())
        moved = self._target(chains.beta).transition(
            chains.point,
            rng,
            length=length[:, None],
            leapfrog=max(1, min(self.leapfrog, round(angle / length.median().item()))),
            inverse_mass=torch.ones_like(chains.point.position[0]),
        )
        return moved, length

    def _tuned(self, chains: Chains, moved: Transition, gain: float) -> Chains:
        """log ε after a trajectory: each chain has its own, so that one where it is steep is not left behind."""
        log_step = chains.log_step + gain * (moved.chance - self.acceptance)
        return replace(chains, log_step=log_step.clamp(max=math.log(QUARTER)))
