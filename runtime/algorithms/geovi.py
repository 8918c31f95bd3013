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

from oedipus.runtime.algorithms.base import Posterior
from oedipus.runtime.algorithms.metric import Metric, metric_at
from oedipus.runtime.algorithms.mgvi import EXPLICIT, MGVI, State, linear_samples
from oedipus.runtime.algorithms.options import count
from oedipus.runtime.algorithms.whitened import Chains, Passage
from oedipus.runtime.density import Density


@dataclass(frozen=True, slots=True)
class GeoVI(MGVI):
    """MGVI's hyper-parameters, and ``bends``: steps that curve each sample.

    ``trajectories``, of which there are none unless asked for, begin at the bent samples.
    """

    trajectories: int = count(0, 0)
    bends: int = count(5, 0)
    name: str = field(default="geovi", init=False)

    def sample(self, density: Density, state: State, alpha: float, pairs: int, rng: Generator) -> Tensor:
        """Offsets ``[2 pairs, dim]``; a pair shares its noise but is no longer symmetric."""
        mean = state.mean
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
        """Samples to be kept, and the covariance where trajectories need it; it would not describe the samples."""
        pairs = (max(self.samples, self.chains if self.trajectories else 0) + 1) // 2
        state = replace(state, offsets=self.sample(density, state, alpha, pairs, rng))
        if self.trajectories == 0 or len(state.mean) > EXPLICIT:
            return state
        return replace(state, scale=self.root(density, state, alpha, rng))

    def begin(self, passage: Passage, state: State, rng: Generator) -> Chains:
        """The chains at as many of the last samples: they follow the posterior already, so β is 1."""
        chosen = torch.randperm(len(state.offsets), generator=rng)[: self.chains].to(state.mean.device)
        return passage.begin((state.mean + state.offsets)[chosen], beta=1.0)

    def result(self, state: State) -> Posterior:
        """Where the chains are, else the last samples."""
        return MGVI.result(self, state if state.chains is not None else replace(state, scale=None))


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
