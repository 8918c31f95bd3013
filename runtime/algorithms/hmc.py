"""Hamiltonian Monte Carlo, all chains in one batch (paper section 5.1).

Target: exp(−U(ξ)), U(ξ) = ½‖ξ‖² − Σ_c α_c log P_c(ξ). With momenta p ~ N(0, M), M
diagonal, ``leapfrog`` steps of length ε follow the Hamiltonian U + ½ pᵀM⁻¹p, and
the end point is accepted with probability min(1, exp(−ΔH)) (Neal 2011). During
warm-up ε is tuned by dual averaging to a target acceptance (Hoffman & Gelman
2014), and M⁻¹ is set to the chains' pooled variances, shrunk towards the prior's.
A density that is not finite is a rejected step.
"""

import math
from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, Info, validate
from oedipus.runtime.algorithms.hamiltonian import Point, Target
from oedipus.runtime.density import Density

# Dual averaging: how strongly and how early the step length reacts (Hoffman & Gelman 2014, section 3.2).
GAMMA, DELAY, FORGET = 0.05, 10.0, 0.75
JITTER = 0.1
LONGEST = math.log(math.pi / 2)
"""A quarter turn of the prior's own motion: a longer step forgets no more."""
PRIOR_DRAWS = 50


@dataclass(frozen=True, slots=True)
class Tuning:
    """What warm-up adapts: log ε, its running average, and the moments behind M⁻¹ ``[dim]``."""

    log_step: float
    log_step_average: float
    centre: float
    error: float
    updates: int
    inverse_mass: Tensor
    count: int
    mean: Tensor
    squares: Tensor


@dataclass(frozen=True, slots=True)
class State:
    """``accepted`` is the last mean acceptance; ``divergent`` counts the trajectories after warm-up
    whose energy was not finite. Draws are not part of it: a run's memory does not grow.
    """

    point: Point
    tuning: Tuning
    iteration: int = 0
    accepted: float = 0.0
    divergent: int = 0


@dataclass(frozen=True, slots=True)
class HMC:
    """Hyper-parameters.

    ``chains``: all in one batch; ``draws``: kept of each chain, every ``thin``-th
    trajectory; ``warmup``: trajectories before the first; ``leapfrog``: steps of
    a trajectory; ``acceptance``: what ε is tuned to. The last α of ``schedule`` is
    sampled at. Raises ``ValueError`` naming the argument that makes no sense.
    """

    schedule: tuple[float, ...] = (10.0,)
    chains: int = 8
    draws: int = 100
    warmup: int = 150
    leapfrog: int = 10
    thin: int = 1
    acceptance: float = 0.6
    name: str = field(default="hmc", init=False)
    begins: Begin = field(default="mode", init=False)

    def __post_init__(self) -> None:
        validate(
            schedule=self.schedule, chains=self.chains, draws=self.draws, warmup=self.warmup,
            leapfrog=self.leapfrog, thin=self.thin,
        )  # fmt: skip
        if not 0 < self.acceptance < 1:
            raise ValueError(f"acceptance: must lie between 0 and 1, not {self.acceptance}")

    @property
    def iterations(self) -> int:
        """Trajectories of a whole run."""
        return self.warmup + self.draws * self.thin

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:
        """Begin each chain at a draw of ``start``, by default of the prior."""
        position = torch.randn(self.chains, density.dim, generator=rng)
        if start is not None:
            position = start.draw(self.chains, rng)
        blank = torch.zeros(density.dim, device=position.device)
        first = math.log(0.5 / density.dim**0.25)
        tuning = Tuning(first, first, math.log(10) + first, 0.0, 0, blank + 1, 0, blank, blank)
        return State(Target(density, self.schedule[-1]).at(position), tuning)

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """One trajectory of every chain."""
        warming = state.iteration < self.warmup
        tuning = state.tuning
        length = math.exp(tuning.log_step if warming else tuning.log_step_average)
        length *= 1 + JITTER * (2 * torch.rand(1, generator=rng).item() - 1)
        moved = Target(density, self.schedule[-1]).transition(
            state.point, rng, length=length, leapfrog=self.leapfrog, inverse_mass=tuning.inverse_mass
        )
        point, accepted = moved.point, moved.chance.mean().item()
        if warming:
            tuning = self._tune(tuning, accepted, point, state.iteration)
        iteration = state.iteration + 1
        # While ε is still being found, steps far too long are part of the search.
        lost = torch.zeros_like(moved.chance) if warming else moved.lost.float()
        rejected = int(lost.sum())
        state = State(point, tuning, iteration, accepted, state.divergent + rejected)
        info = Info(iteration, self.schedule[-1], None, point.details, rejected=rejected)
        if iteration > self.warmup and (iteration - self.warmup) % self.thin == 0:
            sized = torch.full_like(moved.chance, length)
            stats = {"lp": point.log_density, "acceptance_rate": moved.chance, "diverging": lost, "step_size": sized}
            info = replace(info, draws=point.position, stats=stats)
        return state, info

    def result(self, state: State) -> Draws:
        """Where the chains are; the draws are the run's to keep."""
        return Draws(state.point.position[None])

    def _tune(self, tuning: Tuning, accepted: float, point: Point, iteration: int) -> Tuning:
        """Dual averaging of log ε; variances gathered over the middle of warm-up and then used."""
        updates = tuning.updates + 1
        weight = 1 / (updates + DELAY)
        error = (1 - weight) * tuning.error + weight * (self.acceptance - accepted)
        log_step = min(tuning.centre - math.sqrt(updates) / GAMMA * error, LONGEST)
        blend = updates**-FORGET
        tuning = replace(
            tuning,
            updates=updates,
            error=error,
            log_step=log_step,
            log_step_average=blend * log_step + (1 - blend) * tuning.log_step_average,
        )
        begin, end = self.warmup // 3, 2 * self.warmup // 3
        if begin <= iteration < end:
            tuning = _gather(tuning, point.position)
        if iteration == end - 1 and tuning.count > 1:
            variance = tuning.squares / (tuning.count - 1)
            trust = tuning.count / (tuning.count + PRIOR_DRAWS)
            # A new metric asks for a new step length: averaging begins again from the present one.
            centre = math.log(10) + tuning.log_step_average
            mixed = trust * variance + (1 - trust)
            tuning = replace(tuning, inverse_mass=mixed, centre=centre, error=0.0, updates=0)
        return tuning


def _gather(tuning: Tuning, positions: Tensor) -> Tuning:
    """Welford's update of mean and squared deviations by every chain's position."""
    count, mean, squares = tuning.count, tuning.mean, tuning.squares
    for position in positions:
        count += 1
        shift = position - mean
        mean = mean + shift / count
        squares = squares + shift * (position - mean)
    return replace(tuning, count=count, mean=mean, squares=squares)


ALGORITHM = HMC
