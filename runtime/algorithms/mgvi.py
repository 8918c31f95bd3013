"""Metric Gaussian variational inference (paper section 5.3; Knollmüller and Enßlin 2019).

The posterior is approximated by q(ξ) = N(m, D), D⁻¹ = 1 + JᵀJ with the Jacobian J of
the likelihood's coordinates at m: its Fisher metric plus the prior's. Each iteration

1. draws samples m ± δ, δ ~ N(0, D), by solving D⁻¹ δ = ε₁ + Jᵀε₂ with white ε₁ and ε₂
   (the right side has covariance D⁻¹), conjugate gradients applying D⁻¹ alone;
2. moves m to lower the mean energy of the samples, Σᵢ U(m + δᵢ) / n, δᵢ held fixed,
   by Newton steps whose curvature is the metric at the mean, renewed every few steps.

Where the coordinates are few J is formed and the solutions are exact. At the end q
becomes a Gaussian that can be drawn from for ever, if the latents are few enough.
"""

from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, FullRank, Info, Posterior, validate
from oedipus.runtime.algorithms.metric import Metric, metric_at
from oedipus.runtime.density import Density

ARMIJO = 1e-4
HALVINGS = 6
RENEWED = 5
"""Newton steps that share one metric."""
ENOUGH = 0.02
"""Nats of mean energy below which further steps of a round do not pay."""
CHUNK = 128
EXPLICIT = 4096
"""Latents up to which the covariance is formed at the end."""


@dataclass(frozen=True, slots=True)
class State:
    """``mean`` ``[dim]``, samples' ``offsets`` ``[2 pairs, dim]`` from it, their mean ``energy`` in nats;
    ``scale`` L with D = L Lᵀ once the run is over."""

    mean: Tensor
    offsets: Tensor
    energy: float
    details: dict[str, Tensor]
    iteration: int = 0
    scale: Tensor | None = None


@dataclass(frozen=True, slots=True)
class MGVI:
    """Hyper-parameters.

    ``rounds``: iterations; ``pairs``: antithetic pairs of each, doubled in the last third;
    ``newton``: natural gradient steps of each round, fewer where they no longer lower the
    energy; ``solve``, ``inner``: conjugate-gradient iterations for the samples and
    for a Newton step. The last α of ``schedule`` is reached after its first stages have
    had one round each. Raises ``ValueError`` naming the argument that makes no sense.
    """

    schedule: tuple[float, ...] = (10.0,)
    rounds: int = 15
    pairs: int = 5
    newton: int = 30
    solve: int = 60
    inner: int = 15
    samples: int = 20
    name: str = field(default="mgvi", init=False)
    begins: Begin = field(default="mode", init=False)

    def __post_init__(self) -> None:
        validate(
            schedule=self.schedule, rounds=self.rounds, pairs=self.pairs, newton=self.newton,
            solve=self.solve, inner=self.inner, samples=self.samples,
        )  # fmt: skip

    @property
    def iterations(self) -> int:
        """Rounds of a whole run."""
        return self.rounds

    def alpha(self, iteration: int) -> float:
        """α of a round."""
        return self.schedule[min(iteration, len(self.schedule) - 1)]

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:
        """Begin at ``start``'s first mean, by default near the prior's."""
        mean = 0.1 * torch.randn(density.dim, generator=rng) if start is None else start.mean[0]
        return State(mean, torch.zeros(0, density.dim, device=mean.device), float("inf"), {})

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """Samples at the mean, then the mean that suits them."""
        alpha = self.alpha(state.iteration)
        last = state.iteration + 1 == self.rounds
        offsets = self.sample(density, state.mean, alpha, self._pairs(state.iteration), rng)
        state = descend(density, replace(state, offsets=offsets), alpha, newton=self.newton, inner=self.inner)
        state = replace(state, iteration=state.iteration + 1)
        if last:
            state = self.conclude(density, state, alpha, rng)
        return state, Info(state.iteration, alpha, None, state.details)

    def _pairs(self, iteration: int) -> int:
        return self.pairs if iteration < 2 * self.rounds // 3 else 2 * self.pairs

    def sample(self, density: Density, mean: Tensor, alpha: float, pairs: int, rng: Generator) -> Tensor:
        """Offsets ``[2 pairs, dim]`` of samples of N(mean, D) from the mean, in antithetic pairs."""
        metric = metric_at(density, mean, alpha)
        offset, _ = linear_samples(metric, mean, pairs, rng, iterations=self.solve)
        return torch.cat([offset, -offset])

    def conclude(self, density: Density, state: State, alpha: float, rng: Generator) -> State:
        """The last round: D formed where it fits, else samples drawn to be kept."""
        if len(state.mean) <= EXPLICIT:
            return replace(state, scale=covariance_root(density, state.mean, alpha))
        return replace(state, offsets=self.sample(density, state.mean, alpha, (self.samples + 1) // 2, rng))

    def result(self, state: State) -> Posterior:
        """The Gaussian, or the samples where it is too large or the run was cut short."""
        if state.scale is not None:
            return FullRank(state.mean, state.scale)
        return Draws((state.mean + state.offsets)[:, None] if len(state.offsets) else state.mean[None, None])


def linear_samples(
    metric: Metric, mean: Tensor, pairs: int, rng: Generator, *, iterations: int
) -> tuple[Tensor, Tensor]:
    """δ ~ N(0, D) ``[pairs, dim]`` and the right sides ε₁ + Jᵀε₂ that they solve."""
    white = torch.randn(pairs, len(mean), generator=rng).to(mean.device)
    data = torch.randn(pairs, len(metric.coordinates), generator=rng).to(mean.device)
    right = white + metric.backward(data)
    return metric.solve(right, iterations=iterations), right


def descend(density: Density, state: State, alpha: float, *, newton: int, inner: int) -> State:
    """Newton steps on the mean for the samples' mean energy, with Armijo's halvings."""
    energy, slope, details = energy_at(density, state.mean + state.offsets, alpha)
    metric, age = metric_at(density, state.mean, alpha), 0
    for _ in range(newton):
        if age == RENEWED:
            metric, age = metric_at(density, state.mean, alpha), 0
        step = -metric.solve(slope[None], iterations=inner, tolerance=0.05)[0]
        promise = (step * slope).sum().item()
        if promise > -ENOUGH:
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
        if gained < ENOUGH:
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


def covariance_root(density: Density, mean: Tensor, alpha: float) -> Tensor:
    """Lower triangular L ``[dim, dim]`` with L Lᵀ = D = (1 + JᵀJ)⁻¹."""
    metric = metric_at(density, mean, alpha)
    basis = torch.eye(len(mean), device=mean.device)
    columns = torch.cat([metric.forward(part) for part in basis.split(CHUNK)]).double()
    precision = basis.double() + columns @ columns.T
    covariance = torch.cholesky_inverse(torch.linalg.cholesky(precision))
    root: Tensor = torch.linalg.cholesky(covariance).to(mean.dtype)
    return root


ALGORITHM = MGVI
