"""Low-rank variational inference: q = N(m, diag σ² + F Fᵀ) with a thin F (Ong, Nott and Smith 2018)."""

from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, LowRank
from oedipus.runtime.algorithms.correlated import Correlated
from oedipus.runtime.algorithms.options import count

SEED_SIZE = 0.01


@dataclass(frozen=True, slots=True)
class LowRankVI(Correlated):
    """``rank``: directions in which latents vary together."""

    rank: int = count(10)
    name: str = field(default="lowrank", init=False)

    def parameters(self, start: Approximation, rng: Generator) -> tuple[Tensor, ...]:
        """F begins small and random: at zero its slope would be zero."""
        mean, log_sigma = start.mean[0], start.log_sigma[0]
        factor = SEED_SIZE * torch.randn(len(mean), self.rank, generator=rng).to(mean.device)
        return mean, log_sigma, factor

    def gaussian(self, parameters: tuple[Tensor, ...]) -> LowRank:
        """q itself."""
        return LowRank(*parameters)

    def noise(self, parameters: tuple[Tensor, ...]) -> Tensor:
        """As long as the latents and the shared directions."""
        return torch.cat([parameters[0], parameters[2][0]])

    def divergence(self, parameters: tuple[Tensor, ...]) -> Tensor:
        """KL in nats, with log det by the matrix determinant lemma."""
        mean, log_sigma, factor = parameters
        scaled = factor / log_sigma.exp()[:, None]
        inner = torch.eye(self.rank, device=mean.device) + scaled.T @ scaled
        trace = (2 * log_sigma).exp().sum() + factor.square().sum()
        log_det = 2 * log_sigma.sum() + torch.logdet(inner)
        return (trace + mean.square().sum() - len(mean) - log_det) / 2


ALGORITHM = LowRankVI
