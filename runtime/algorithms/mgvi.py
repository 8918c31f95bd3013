"""Metric Gaussian variational inference (paper section 5.3; Knollmüller and Enßlin 2019).

The posterior is approximated by q(ξ) = N(m, D), D⁻¹ = 1 + JᵀJ with the Jacobian J of
the likelihood's coordinates at m: its Fisher metric plus the prior's. Each iteration

1. draws samples m ± δ, δ ~ N(0, D), by solving D⁻¹ δ = ε₁ + Jᵀε₂ with white ε₁ and ε₂
   (the right side has covariance D⁻¹), conjugate gradients applying D⁻¹ alone;
2. moves m to lower the mean energy of the samples, Σᵢ U(m + δᵢ) / n, δᵢ held fixed,
   by Newton steps whose curvature is the mean of the samples' metrics.

No covariance is stored until the end, when D⁻¹ is formed column by column if the
latents are few enough, and q becomes a Gaussian that can be drawn from for ever.
"""

from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, FullRank, Info, Posterior, validate
from oedipus.runtime.algorithms.metric import Metric, conjugate_gradients
from oedipus.runtime.density import Density

ARMIJO = 1e-4
HALVINGS = 8
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
        offset, _, _ = linear_samples(density, mean, alpha, pairs, rng, iterations=self.solve)
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
    density: Density, mean: Tensor, alpha: float, pairs: int, rng: Generator, *, iterations: int
) -> tuple[Tensor, Tensor, Metric]:
    """δ ~ N(0, D) ``[pairs, dim]``, the right sides ε₁ + Jᵀε₂ they solve, and the metric at the mean."""
    metric = Metric(density, mean.expand(pairs, -1), alpha)
    white = torch.randn(pairs, len(mean), generator=rng).to(mean.device)
    data = torch.randn(metric.coordinates.shape, generator=rng).to(mean.device)
    right = white + metric.backward(data)
    return conjugate_gradients(metric, right, iterations=iterations), right, metric


def descend(density: Density, state: State, alpha: float, *, newton: int, inner: int) -> State:
    """Newton steps on the mean for the samples' mean energy, with Armijo's halvings."""
    energy, slope, details = energy_at(density, state.mean + state.offsets, alpha)
    for _ in range(newton):
        metric = Metric(density, state.mean + state.offsets, alpha)

        def curvature(step: Tensor, metric: Metric = metric) -> Tensor:
            return metric(step.expand(len(metric.points), -1)).mean(dim=0, keepdim=True)

        step = -conjugate_gradients(curvature, slope[None], iterations=inner, tolerance=0.05)[0]
        promise = (step * slope).sum().item()
        if promise > -1e-2:
            break
        length = 1.0
        for _ in range(HALVINGS):
            mean = state.mean + length * step
            trial, trial_slope, trial_details = energy_at(density, mean + state.offsets, alpha)
            if trial <= energy + ARMIJO * length * promise:
                break
            length /= 2
        else:
            break
        gained = energy - trial
        energy, slope, details = trial, trial_slope, trial_details
        state = replace(state, mean=mean)
        if gained < 1e-2:
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


def covariance_root(density: Density, mean: Tensor, alpha: float, chunk: int = 128) -> Tensor:
    """Lower triangular L ``[dim, dim]`` with L Lᵀ = D = (1 + JᵀJ)⁻¹, J formed from its columns."""
    dim = len(mean)
    basis = torch.eye(dim, device=mean.device)
    columns = [Metric(density, mean.expand(len(part), -1), alpha).forward(part) for part in basis.split(chunk)]
    jacobian = torch.cat(columns).T.double()
    precision = torch.eye(dim, device=mean.device, dtype=torch.float64) + jacobian.T @ jacobian
    covariance = torch.cholesky_inverse(torch.linalg.cholesky(precision))
    root: Tensor = torch.linalg.cholesky(covariance).to(mean.dtype)
    return root


ALGORITHM = MGVI
