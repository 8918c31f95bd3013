"""Hamiltonian Monte Carlo, all chains in one batch (paper section 5.1).

Target: exp(−U(ξ)), U(ξ) = ½‖ξ‖² − Σ_c α_c log P_c(ξ). With momenta p ~ N(0, M), M
diagonal, ``leapfrog`` steps of length ε follow the Hamiltonian U + ½ pᵀM⁻¹p, and
the end point is accepted with probability min(1, exp(−ΔH)) (Neal 2011). During
warm-up ε is tuned by dual averaging to a target acceptance (Hoffman & Gelman
2014), and M⁻¹ is set to the chains' pooled variances, shrunk towards the prior's.
A density that is not finite is a rejected step.

After each trajectory every picture may jump: ``jumps`` draws from its prior are proposed in turn
(:mod:`oedipus.runtime.algorithms.jumps`), so that chains forget where they began. A picture of which
a third of warm-up accepts none jumps no more.
"""

import math
from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, Info
from oedipus.runtime.algorithms.hamiltonian import Point, Target, merge
from oedipus.runtime.algorithms.jumps import jump, widths
from oedipus.runtime.algorithms.mending import mend
from oedipus.runtime.algorithms.options import alphas, count, share, validate
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
    whose energy was not finite; ``jumping`` are the pictures that still jump, and ``landed`` ``[pictures]`` their
    accepted proposals since that was last looked at. Draws are not part of it: a run's memory does not grow.
    """

    point: Point
    tuning: Tuning
    jumping: tuple[int, ...]
    landed: Tensor
    iteration: int = 0
    accepted: float = 0.0
    divergent: int = 0


@dataclass(frozen=True, slots=True)
class HMC:
    """Hyper-parameters.

    ``chains``: all in one batch; ``draws``: kept of each chain, every ``thin``-th
    trajectory; ``warmup``: trajectories before the first; ``leapfrog``: steps of
    a trajectory; ``acceptance``: what ε is tuned to; ``jumps``: proposals from the prior for each
    picture after each trajectory, or 0. The last α of ``schedule`` is sampled at. Raises
    ``ValueError`` naming the argument that makes no sense.
    """

    schedule: tuple[float, ...] = alphas(10.0)
    chains: int = count(8)
    draws: int = count(100)
    warmup: int = count(150)
    leapfrog: int = count(10)
    thin: int = count(1)
    acceptance: float = share(0.6)
    jumps: int = count(8, 0)
    name: str = field(default="hmc", init=False)
    begins: Begin = field(default="mode", init=False)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def iterations(self) -> int:
        """Trajectories of a whole run."""
        return self.warmup + self.draws * self.thin

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:
        """Begin each chain at a draw of ``start``, mended where pictures jump, by default at one of the prior."""
        position = torch.randn(self.chains, density.dim, generator=rng)
        if start is not None:
            position = start.draw(self.chains, rng)
        if start is not None and self.jumps:
            # A chain that begins in a wrong answer of several pictures would have to change them all at once.
            position, _ = mend(density, self.schedule[-1], start, position, rng, proposals=self.jumps)
        blank = torch.zeros(density.dim, device=position.device)
        first = math.log(0.5 / density.dim**0.25)
        tuning = Tuning(first, first, math.log(10) + first, 0.0, 0, blank + 1, 0, blank, blank)
        blocks = len(widths(density))
        jumping = tuple(range(blocks)) if self.jumps else ()
        landed = torch.zeros(blocks, device=position.device)
        return State(Target(density, self.schedule[-1]).at(position), tuning, jumping, landed)

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """One trajectory of every chain, and the jumps of its pictures."""
        warming = state.iteration < self.warmup
        tuning = state.tuning
        length = math.exp(tuning.log_step if warming else tuning.log_step_average)
        length *= 1 + JITTER * (2 * torch.rand(1, generator=rng).item() - 1)
        target = Target(density, self.schedule[-1])
        moved = target.transition(
            state.point, rng, length=length, leapfrog=self.leapfrog, inverse_mass=tuning.inverse_mass
        )
        accepted = moved.chance.mean().item()
        # While ε is still being found, steps far too long are part of the search.
        lost = torch.zeros_like(moved.chance) if warming else moved.lost.float()
        state, landed, missed = self._jump(target, replace(state, point=moved.point), rng)
        if warming:
            tuning = self._tune(tuning, accepted, state.point, state.iteration)
        iteration, rejected = state.iteration + 1, int(lost.sum())
        state = replace(
            state, tuning=tuning, iteration=iteration, accepted=accepted, divergent=state.divergent + rejected
        )
        info = Info(
            iteration, self.schedule[-1], None, state.point.details, rejected=rejected + missed,
            ahead=self.iterations - iteration,
        )  # fmt: skip
        if iteration > self.warmup and (iteration - self.warmup) % self.thin == 0:
            stats = {
                "lp": state.point.log_density,
                "acceptance_rate": moved.chance,
                "jump_rate": landed,
                "diverging": lost,
                "step_size": torch.full_like(moved.chance, length),
            }
            info = replace(info, draws=state.point.position, stats=stats)
        return state, info

    def _jump(self, target: Target, state: State, rng: Generator) -> tuple[State, Tensor, int]:
        """Proposals from the prior for every picture that still jumps; the share ``[chains]`` that was accepted, and
        how many had no density."""
        point, tried = state.point, len(state.jumping)
        if not tried:
            return state, torch.zeros_like(point.log_density), 0
        jumped = jump(target.density, target.alpha, point.position, rng, number=self.jumps, blocks=state.jumping)
        rows = jumped.accepted.any(dim=1).nonzero().squeeze(1)
        if len(rows):
            point = merge(point, target.at(jumped.position[rows]), rows)
        state = replace(state, point=point, landed=state.landed + jumped.accepted.sum(dim=0))
        if state.iteration < self.warmup and (state.iteration + 1) % max(self.warmup // 3, 1) == 0:
            still = tuple(at for at in state.jumping if state.landed[at] > 0)
            state = replace(state, jumping=still, landed=torch.zeros_like(state.landed))
        return state, jumped.accepted.sum(dim=1) / (self.jumps * tried), jumped.lost

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
