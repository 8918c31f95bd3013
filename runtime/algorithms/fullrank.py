"""Full-rank variational inference: q = N(m, L Lᵀ) with L lower triangular (Kucukelbir et al. 2017, section 2.4)."""

from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, FullRank
from oedipus.runtime.algorithms.correlated import Correlated


@dataclass(frozen=True, slots=True)
class FullRankVI(Correlated):
    """The parameters are m, log of L's diagonal, and L below it in units of its row's diagonal."""

    name: str = field(default="fullrank", init=False)

    def parameters(self, start: Approximation, rng: Generator) -> tuple[Tensor, ...]:  # noqa: ARG002
        """L begins diagonal."""
        mean, log_sigma = start.mean[0], start.log_sigma[0]
        return mean, log_sigma, torch.zeros(len(mean), len(mean), device=mean.device)

    def gaussian(self, parameters: tuple[Tensor, ...]) -> FullRank:
        """q with L = diag(exp s) (1 + the strictly lower part)."""
        mean, log_sigma, below = parameters
        unit = below.tril(-1) + torch.eye(len(mean), device=mean.device)
        return FullRank(mean, log_sigma.exp()[:, None] * unit)

    def noise(self, parameters: tuple[Tensor, ...]) -> Tensor:
        """As long as the mean."""
        return parameters[0]

    def divergence(self, parameters: tuple[Tensor, ...]) -> Tensor:
        """KL(N(m, L Lᵀ) ‖ N(0, 1)) in nats."""
        q = self.gaussian(parameters)
        return (q.scale.square().sum() + q.mean.square().sum() - len(q.mean)) / 2 - parameters[1].sum()


ALGORITHM = FullRankVI
