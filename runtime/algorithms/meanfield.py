"""Mean-field variational inference with antithetic pairs and a line search (paper section 5.2).

Target: the posterior, approximated by q(ξ) = N(m, diag σ²). The evidence lower bound

    ELBO(m, σ) = E_q[ Σ_c α_c log P_c(ξ) ] − KL(q ‖ N(0, 1))

is estimated on antithetic pairs with the divergence in closed form. With the
noise held fixed it is a deterministic function, which every accepted step raises
(Armijo 1966). The direction is the natural gradient of the diagonal Gaussian,
σ² ∇_m and ½ ∇_log σ. α follows the annealing schedule.

A bound that is maximised on a few fixed pairs fits those pairs and not the
posterior (Giordano et al. 2018), so a run ends with ``polish`` iterations on
fresh pairs, their noise averaged out by Adam at a falling rate. Begun at a mode
(:mod:`oedipus.runtime.bank`) there is nothing to anneal, and ``steps`` may be 0.
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Info
from oedipus.runtime.algorithms.elbo import elbo_on
from oedipus.runtime.algorithms.options import alphas, count, positive, validate
from oedipus.runtime.density import Density

ARMIJO = 1e-2
GROW, SHRINK = 1.6, 0.5
FIRST, LONGEST, SHORTEST = 0.1, 1.0, 1e-5
MEMORY, SCALE_MEMORY, TINY = 0.9, 0.95, 1e-8
SCREEN = 4


@dataclass(frozen=True, slots=True)
class State:
    """Where the search is; tensors have one row per run.

    ``mean``, ``log_sigma`` ``[runs, dim]``; ``noise`` ``[runs, pairs, dim]``; ``elbo``
    ``[runs]`` in nats on that noise and ``slope`` ``[runs, 2 dim]``, its gradient;
    ``reach`` ``[runs]``, the length of the next step; ``moments`` ``[runs, 2, 2 dim]``
    of the gradients while polishing; ``details`` of the points accepted last;
    ``rejected`` bounds of the last iteration that were not finite.
    """

    mean: Tensor
    log_sigma: Tensor
    noise: Tensor
    elbo: Tensor
    slope: Tensor
    reach: Tensor
    moments: Tensor
    details: dict[str, Tensor]
    alpha: float = 0.0
    iteration: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class MeanField:
    """Hyper-parameters.

    ``schedule``: α of each stage, increasing; ``steps``: line-search iterations
    of a stage, each one forward and backward pass; ``pairs``: antithetic pairs;
    ``hold``: iterations between new noise; ``restarts``: independent runs in one
    batch, of which the best by ELBO on fresh noise goes on after ``screened``
    iterations; ``polish``: last iterations, on fresh pairs, at ``rate``.

    Raises ``ValueError`` naming the argument that makes no sense.
    """

    schedule: tuple[float, ...] = alphas(0.5, 1.0, 3.0, 10.0)
    ITERATING: ClassVar = ("steps", "polish")

    steps: int = count(40, 0, banked=0)
    pairs: int = count(5)
    hold: int = count(5)
    restarts: int = count(1)
    screened: int = count(8)
    polish: int = count(180, 0)
    rate: float = positive(0.05)
    name: str = field(default="meanfield", init=False)
    begins: Begin = field(default="modes", init=False)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def iterations(self) -> int:
        """Iterations of a whole run."""
        return self.steps * len(self.schedule) + self.polish

    def alpha(self, iteration: int) -> float:
        """α at an iteration."""
        stage = iteration // self.steps if self.steps else len(self.schedule)
        return self.schedule[min(stage, len(self.schedule) - 1)]

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:
        """Begin at ``start``, by default near the prior's mean with its width."""
        if start is None:
            mean = 0.1 * torch.randn(self.restarts, density.dim, generator=rng)
            start = Approximation(mean, torch.zeros_like(mean))
        runs, dim = start.mean.shape
        blank = torch.zeros(runs, 2 * dim, device=start.mean.device)
        state = State(
            mean=start.mean,
            log_sigma=start.log_sigma,
            noise=torch.empty(runs, self.pairs, dim, device=start.mean.device),
            elbo=blank[:, 0],
            slope=blank,
            reach=torch.full_like(blank[:, 0], FIRST),
            moments=torch.stack([blank, blank], dim=1),
            details={},
        )
        return self._renew(density, state, rng, self.alpha(0))

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """One iteration of every run: a trial step of the line search, or a polishing step."""
        alpha, searching = self.alpha(state.iteration), state.iteration < self.iterations - self.polish
        if state.iteration == self.screened and len(state.mean) > 1:
            state = self._screen(density, state, rng)
        if searching:
            if alpha != state.alpha or state.iteration % self.hold == 0:
                state = self._renew(density, state, rng, alpha)
            state = self._search(density, state)
        else:
            state = self._polish(density, state, rng)
        state = replace(state, iteration=state.iteration + 1)
        best, ahead = _only(state), self.iterations - state.iteration
        return state, Info(state.iteration, alpha, best.elbo.item(), best.details, rejected=state.rejected, ahead=ahead)

    def result(self, state: State) -> Approximation:
        """The approximation of the best run."""
        best = _only(state)
        return Approximation(best.mean, best.log_sigma)

    def _search(self, density: Density, state: State) -> State:
        """Try one step for every run, keep it where the bound rises enough on the same noise."""
        slope_mean, slope_sigma = state.slope.chunk(2, dim=1)
        step_mean, step_sigma = (2 * state.log_sigma).exp() * slope_mean, slope_sigma / 2
        reach = state.reach[:, None]
        moved = state.mean + reach * step_mean, state.log_sigma + (reach * step_sigma).clamp(-1, 1)
        trial = _measure(density, state, *moved, state.alpha)
        promise = (step_mean * slope_mean + step_sigma * slope_sigma).sum(dim=1)
        good = trial.elbo.isfinite() & (trial.elbo >= state.elbo + ARMIJO * state.reach * promise)
        reach = torch.where(good, state.reach * GROW, state.reach * SHRINK).clamp(SHORTEST, LONGEST)
        return replace(_choose(good, trial, state), reach=reach)

    def _polish(self, density: Density, state: State, rng: Generator) -> State:
        """One step of Adam (Kingma & Ba 2015) up the bound, then the bound on fresh noise."""
        # One sample without a finite density must not end the run: it has no say in this step.
        slope = torch.nan_to_num(state.slope, nan=0.0, posinf=0.0, neginf=0.0)
        first = MEMORY * state.moments[:, 0] + (1 - MEMORY) * slope
        second = SCALE_MEMORY * state.moments[:, 1] + (1 - SCALE_MEMORY) * slope.square()
        done = state.iteration - (self.iterations - self.polish)
        corrected = first / (1 - MEMORY ** (done + 1)), second / (1 - SCALE_MEMORY ** (done + 1))
        rate = self.rate * min(1.0, 2 * (1 - done / self.polish))
        move_mean, move_sigma = (rate * corrected[0] / (corrected[1].sqrt() + TINY)).chunk(2, dim=1)
        state = replace(state, mean=state.mean + move_mean, log_sigma=state.log_sigma + move_sigma)
        state = self._renew(density, state, rng, state.alpha)
        return replace(state, moments=torch.stack([first, second], dim=1))

    @torch.no_grad()
    def _screen(self, density: Density, state: State, rng: Generator) -> State:
        """The run with the highest bound on noise that none of them was fitted to."""
        runs, dim = state.mean.shape
        noise = torch.randn(runs, SCREEN * self.pairs, dim, generator=rng).to(state.mean.device)
        bound, _ = elbo_on(density, state.mean, state.log_sigma, noise, state.alpha)
        return _pick(state, int(bound.argmax()))

    def _renew(self, density: Density, state: State, rng: Generator, alpha: float) -> State:
        noise = torch.randn(state.noise.shape, generator=rng).to(state.noise.device)
        return _measure(density, replace(state, noise=noise), state.mean, state.log_sigma, alpha)


def _measure(density: Density, state: State, mean: Tensor, log_sigma: Tensor, alpha: float) -> State:
    """The state at (mean, log_sigma), its bound and slope on the noise that it holds."""
    mean, log_sigma = mean.detach().requires_grad_(), log_sigma.detach().requires_grad_()
    elbo, evaluation = elbo_on(density, mean, log_sigma, state.noise, alpha)
    slope = torch.cat(torch.autograd.grad(elbo.sum(), (mean, log_sigma)), dim=1)
    return replace(
        state,
        mean=mean.detach(),
        log_sigma=log_sigma.detach(),
        elbo=elbo.detach(),
        slope=slope,
        alpha=alpha,
        details=dict(evaluation.details),
        rejected=int((~elbo.isfinite()).sum()),
    )


def _choose(good: Tensor, trial: State, state: State) -> State:
    """The trial's rows where ``good`` ``[runs]``, else the old ones."""

    def pick(new: Tensor, old: Tensor) -> Tensor:
        rows = good.repeat_interleave(len(new) // len(good))
        return torch.where(rows.reshape(-1, *[1] * (new.ndim - 1)), new, old)

    return replace(
        state,
        mean=pick(trial.mean, state.mean),
        log_sigma=pick(trial.log_sigma, state.log_sigma),
        elbo=pick(trial.elbo, state.elbo),
        slope=pick(trial.slope, state.slope),
        details={name: pick(new, state.details[name]) for name, new in trial.details.items()},
        rejected=trial.rejected,
    )


def _only(state: State) -> State:
    """The run with the highest bound, alone."""
    return _pick(state, int(state.elbo.argmax()))


def _pick(state: State, run: int) -> State:
    """One run, alone."""
    runs = len(state.mean)

    def row(values: Tensor) -> Tensor:
        size = len(values) // runs
        return values[run * size : (run + 1) * size]

    return replace(
        state,
        mean=row(state.mean),
        log_sigma=row(state.log_sigma),
        noise=row(state.noise),
        elbo=row(state.elbo),
        slope=row(state.slope),
        reach=row(state.reach),
        moments=row(state.moments),
        details={name: row(value) for name, value in state.details.items()},
    )


ALGORITHM = MeanField
