"""Geometric variational inference: MGVI's samples bent along the likelihood (Frank, Leike and Enßlin 2021).

With the coordinates t and their Jacobian J at the mean m, the map

    g(ξ) = ξ − m + Jᵀ (t(ξ) − t(m))

takes the posterior's metric to a nearly flat one. A sample of MGVI solves the linear
version D⁻¹ δ = r; here ξ solves g(ξ) = r itself, so samples follow a posterior that
is no Gaussian. Solved by steps along −D (g(ξ) − r) from the linear sample, halved per
sample until they help.
"""

from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Draws, Posterior
from oedipus.runtime.algorithms.metric import Metric, metric_at
from oedipus.runtime.algorithms.mgvi import MGVI, State, linear_samples
from oedipus.runtime.density import Density


@dataclass(frozen=True, slots=True)
class GeoVI(MGVI):
    """MGVI's hyper-parameters, and ``bends``: steps that curve each sample."""

    bends: int = 5
    name: str = field(default="geovi", init=False)

    def sample(self, density: Density, mean: Tensor, alpha: float, pairs: int, rng: Generator) -> Tensor:
        """Offsets ``[2 pairs, dim]``; a pair shares its noise but is no longer symmetric."""
        metric = metric_at(density, mean, alpha)
        offset, right = linear_samples(metric, mean, pairs, rng, iterations=self.solve)
        offset, right = torch.cat([offset, -offset]), torch.cat([right, -right])
        missed = _missed(density, metric, mean, offset, right, alpha)
        for _ in range(self.bends):
            step = metric.solve(missed, iterations=self.inner, tolerance=0.05)
            offset, missed, moved = _shorten(density, metric, mean, offset, step, missed, right, alpha)
            if not moved:
                break
        return offset

    def conclude(self, density: Density, state: State, alpha: float, rng: Generator) -> State:
        """Samples to be kept; there is no covariance that would describe them."""
        return replace(state, offsets=self.sample(density, state.mean, alpha, (self.samples + 1) // 2, rng))

    def result(self, state: State) -> Posterior:
        """The last samples."""
        return Draws((state.mean + state.offsets)[:, None] if len(state.offsets) else state.mean[None, None])


def _missed(density: Density, metric: Metric, mean: Tensor, offset: Tensor, right: Tensor, alpha: float) -> Tensor:
    """g(m + offset) − r, ``[rows, dim]``."""
    with torch.no_grad():
        change = density.coordinates(mean + offset, alpha) - metric.coordinates
    return offset + metric.backward(change) - right


def _shorten(
    density: Density,
    metric: Metric,
    mean: Tensor,
    offset: Tensor,
    step: Tensor,
    missed: Tensor,
    right: Tensor,
    alpha: float,
) -> tuple[Tensor, Tensor, bool]:
    """Each row's step, halved until its residual shrinks; rows that nothing helps stay."""
    length = torch.ones(len(offset), 1, device=offset.device)
    best, best_missed = offset, missed
    open_rows = torch.ones(len(offset), dtype=torch.bool, device=offset.device)
    for _ in range(4):
        trial = offset - length * step
        trial_missed = _missed(density, metric, mean, trial, right, alpha)
        good = open_rows & (trial_missed.square().sum(dim=1) < missed.square().sum(dim=1))
        best = torch.where(good[:, None], trial, best)
        best_missed = torch.where(good[:, None], trial_missed, best_missed)
        open_rows = open_rows & ~good
        if not bool(open_rows.any()):
            break
        length = length / 2
    return best, best_missed, bool((~open_rows).any())


ALGORITHM = GeoVI
