"""Metric Gaussian variational inference (paper section 5.3; Knollmüller and Enßlin 2019).

The posterior is approximated by q(ξ) = N(m, D), D⁻¹ = 1 + JᵀJ with the Jacobian J of
the likelihood's coordinates at m, or averaged over the last samples for the few of them that
bend (:mod:`oedipus.runtime.algorithms.metric`): its Fisher metric plus the prior's. Each iteration

1. draws samples m ± δ, δ ~ N(0, D), by solving D⁻¹ δ = ε₁ + Jᵀε₂ with white ε₁ and ε₂
   (the right side has covariance D⁻¹), conjugate gradients applying D⁻¹ alone;
2. moves m to lower the mean energy of the samples, Σᵢ U(m + δᵢ) / n, δᵢ held fixed,
   by Newton steps whose curvature is the metric at the mean, renewed every few steps.

Where the coordinates are few J is formed and the solutions are exact. At the end q
becomes a Gaussian that can be drawn from for ever, if the latents are few enough.

A sharp likelihood of a network, such as an age ± 1 year, bends the posterior more than any Gaussian, and
q is then wide of it: tempering and Hamiltonian trajectories in q's own coordinates
(:mod:`oedipus.runtime.algorithms.whitened`) lead from draws of q to draws of the posterior itself.
"""

from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, FullRank, Info, Posterior
from oedipus.runtime.algorithms.metric import Metric, metric_over, straight_metric
from oedipus.runtime.algorithms.options import alphas, count, option, share, validate
from oedipus.runtime.algorithms.whitened import Chains, Passage, Whitened
from oedipus.runtime.density import Density

ARMIJO = 1e-4
HALVINGS = 6
RENEWED = 5
"""Newton steps that share one metric."""
ENOUGH, ENOUGH_EACH = 0.02, 1e-3
"""Nats of mean energy, at all and for each latent, below which further steps of a round do not pay."""
CHUNK = 128
STAGES = 500
EXPLICIT = 4096
"""Latents up to which the covariance is formed at the end."""


@dataclass(frozen=True, slots=True)
class State:
    """``mean`` ``[dim]``, samples' ``offsets`` ``[2 pairs, dim]`` from it, their mean ``energy`` in nats;
    ``scale`` L with D = L Lᵀ once the rounds are over, and the ``chains`` that begin there. ``settled``:
    the mean has, so that the next round is the last; ``over``: that one is done."""

    mean: Tensor
    offsets: Tensor
    energy: float
    details: dict[str, Tensor]
    iteration: int = 0
    scale: Tensor | None = None
    chains: Chains | None = None
    settled: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class MGVI:
    """Hyper-parameters.

    ``rounds``: iterations at most; the next is the last once one has moved the mean by less than ``still``,
    as a share of the samples' mean squared distance from it (0: never);
    ``pairs``: antithetic pairs of each, doubled in the last round and in the last third;
    ``newton``: natural gradient steps of each round, fewer where they no longer lower the
    energy; ``solve``, ``inner``: conjugate-gradient iterations for the samples and
    for a Newton step. The last α of ``schedule`` is reached after its first stages have
    had one round each.

    ``trajectories`` of each of ``chains``, once these have been led from q to the posterior, 0 for q
    itself: the second half are kept; each takes at most ``leapfrog`` steps, as long as has
    ``acceptance``. Where the latents are too many for a covariance there are none.
    Raises ``ValueError`` naming the argument that makes no sense.
    """

    schedule: tuple[float, ...] = alphas(10.0)
    rounds: int = count(3)
    pairs: int = count(5)
    newton: int = count(30)
    solve: int = count(60)
    inner: int = count(15)
    samples: int = count(20)
    still: float = option(0.05)
    trajectories: int = count(30, 0)
    chains: int = count(24)
    leapfrog: int = count(24)
    acceptance: float = share(0.75)
    name: str = field(default="mgvi", init=False)
    begins: Begin = field(default="mode", init=False)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def iterations(self) -> int:
        """At most; a run ends when its trajectories are done."""
        return self.rounds + (STAGES + self.trajectories if self.trajectories else 0)

    @property
    def draws(self) -> int:
        """Kept of each chain."""
        return self.trajectories - self.trajectories // 2

    def alpha(self, iteration: int) -> float:
        """α of a round."""
        return self.schedule[min(iteration, len(self.schedule) - 1)]

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:
        """Begin at ``start``'s first mean, by default near the prior's."""
        mean = 0.1 * torch.randn(density.dim, generator=rng) if start is None else start.mean[0]
        return State(mean, torch.zeros(0, density.dim, device=mean.device), float("inf"), {})

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """Samples at the mean, then the mean that suits them; once the rounds are over, a trajectory."""
        if state.over:
            return self._wander(density, state, rng)
        alpha, before = self.alpha(state.iteration), state.mean
        last = state.settled or state.iteration + 1 == self.rounds
        offsets = self.sample(density, state, alpha, self._pairs(state), rng)
        state = descend(density, replace(state, offsets=offsets), alpha, newton=self.newton, inner=self.inner)
        settled = alpha == self.schedule[-1] and self._still(state, before)
        state = replace(state, iteration=state.iteration + 1, settled=settled, over=last)
        if last:
            state = self.conclude(density, state, alpha, rng)
        ahead = (self.trajectories if state.scale is not None else 0) if last else None
        return state, Info(state.iteration, alpha, None, state.details, ahead=ahead)

    def _still(self, state: State, before: Tensor) -> bool:
        """Whether a round moved the mean by little of the samples' own width, ‖Δm‖² / ‖δ‖²."""
        return bool((state.mean - before).square().sum() < self.still * state.offsets.square().sum(dim=1).mean())

    def _wander(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """One trajectory of every chain, the first time from draws of q."""
        assert state.scale is not None
        gaussian, alpha = FullRank(state.mean, state.scale), self.schedule[-1]
        passage = Passage(Whitened(density, gaussian), alpha, self.trajectories // 2, self.leapfrog, self.acceptance)
        chains = self.begin(passage, state, rng) if state.chains is None else state.chains
        chains, info = passage.step(chains, rng, state.iteration + 1)
        info = replace(info, ahead=self.trajectories - chains.trajectories)
        return replace(state, chains=chains, iteration=state.iteration + 1), info

    def begin(self, passage: Passage, state: State, rng: Generator) -> Chains:  # noqa: ARG002
        """The chains at draws of q."""
        return passage.begin(passage.density.gaussian.draw(self.chains, rng))

    def _pairs(self, state: State) -> int:
        return 2 * self.pairs if state.settled or state.iteration >= 2 * self.rounds // 3 else self.pairs

    def sample(self, density: Density, state: State, alpha: float, pairs: int, rng: Generator) -> Tensor:
        """Offsets ``[2 pairs, dim]`` of samples of N(mean, D) from the mean, in antithetic pairs."""
        metric = metric_over(density, state.mean, state.offsets, alpha)
        offset, _ = linear_samples(metric, state.mean, pairs, rng, iterations=self.solve)
        return torch.cat([offset, -offset])

    def conclude(self, density: Density, state: State, alpha: float, rng: Generator) -> State:
        """The last round: D formed where it fits, else samples drawn to be kept."""
        if len(state.mean) <= EXPLICIT:
            return replace(state, scale=self.root(density, state, alpha, rng))
        return replace(state, offsets=self.sample(density, state, alpha, (self.samples + 1) // 2, rng))

    def root(self, density: Density, state: State, alpha: float, rng: Generator) -> Tensor:
        """L of q, or of a wider Gaussian for the chains to begin at."""
        if self.trajectories:
            metric = straight_metric(density, state.mean, alpha, rng)
        else:
            metric = metric_over(density, state.mean, state.offsets, alpha)
        return covariance_root(metric, dim=len(state.mean))

    def result(self, state: State) -> Posterior:
        """Where the chains are, else the Gaussian, or the samples where it is too large or the run was cut short."""
        if state.scale is not None:
            gaussian = FullRank(state.mean, state.scale)
            return gaussian if state.chains is None else Draws(gaussian.push(state.chains.point.position)[None])
        return Draws((state.mean + state.offsets)[:, None] if len(state.offsets) else state.mean[None, None])


def linear_samples(
    metric: Metric, mean: Tensor, pairs: int, rng: Generator, *, iterations: int
) -> tuple[Tensor, Tensor]:
    """δ ~ N(0, D) ``[pairs, dim]`` and the right sides ε₁ + Jᵀε₂ that they solve."""
    white = torch.randn(pairs, len(mean), generator=rng).to(mean.device)
    data = torch.randn(pairs, metric.rows, generator=rng).to(mean.device)
    right = white + metric.backward(data)
    return metric.solve(right, iterations=iterations), right


def descend(density: Density, state: State, alpha: float, *, newton: int, inner: int) -> State:
    """Newton steps on the mean for the samples' mean energy, with Armijo's halvings."""
    energy, slope, details = energy_at(density, state.mean + state.offsets, alpha)
    metric, age = metric_over(density, state.mean, state.offsets, alpha), 0
    enough = max(ENOUGH, ENOUGH_EACH * len(state.mean))
    for _ in range(newton):
        if age == RENEWED:
            metric, age = metric_over(density, state.mean, state.offsets, alpha), 0
        step = -metric.solve(slope[None], iterations=inner, tolerance=0.05)[0]
        promise = (step * slope).sum().item()
        if promise > -enough:
            break
        length = 1.0
        for _ in range(HALVINGS):
            mean = state.mean + length * step
            trial, trial_slope, trial_details = energy_at(density, mean + state.offsets, alpha)
            if trial <= energy + ARMIJO * length * promise:
                break
            length /= 2
        else:
            if age == 0:
                break
            age = RENEWED
            continue
        gained, age = energy - trial, age + 1
        energy, slope, details = trial, trial_slope, trial_details
        state = replace(state, mean=mean)
        if gained < enough:
            break
    return replace(state, energy=energy, details=details)


def energy_at(density: Density, points: Tensor, alpha: float) -> tuple[float, Tensor, dict[str, Tensor]]:
    """Mean U(ξ) = ½‖ξ‖² − log-likelihood over ``points`` ``[rows, dim]``, its gradient ``[dim]``, and details."""
    points = points.detach().requires_grad_()
    evaluation = density.evaluate(points, alpha)
    energy = (points.square().sum(dim=1) / 2 - evaluation.log_likelihood).mean()
    (slope,) = torch.autograd.grad(energy, points)
    value = energy.item()
    # A sample that left what floating point can hold makes the step a bad one, not the run.
    return value if value == value else float("inf"), slope.sum(dim=0), dict(evaluation.details)


def covariance_root(*metrics: Metric, dim: int) -> Tensor:
    """Lower triangular L ``[dim, dim]`` with L Lᵀ = D, D⁻¹ the mean of 1 + JᵀJ over ``metrics``."""
    basis = torch.eye(dim, device=metrics[0].coordinates.device)
    precision = basis.double()
    for metric in metrics:
        columns = torch.cat([metric.forward(part) for part in basis.split(CHUNK)]).double()
        # A slope that is no number says nothing, and the other metrics of a mean still do.
        columns = torch.nan_to_num(columns, nan=0.0, posinf=0.0, neginf=0.0) if len(metrics) > 1 else columns
        precision = precision + columns @ columns.T / len(metrics)
    covariance = torch.cholesky_inverse(torch.linalg.cholesky(precision))
    # Row by row, as it comes back from a checkpoint: products round otherwise where columns lie together.
    root: Tensor = torch.linalg.cholesky(covariance).to(basis.dtype).contiguous()
    return root


ALGORITHM = MGVI
