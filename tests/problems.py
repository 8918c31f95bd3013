"""Densities whose posteriors are known, for every algorithm."""

from dataclasses import dataclass

import torch
from torch import Tensor

from oedipus.runtime.density import Evaluation


@dataclass(frozen=True)
class Linear:
    """y = A ξ + noise with unit variance: the posterior is Gaussian in closed form."""

    matrix: Tensor
    data: Tensor

    @property
    def dim(self) -> int:
        return self.matrix.shape[1]

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        return Evaluation(-alpha * (latents @ self.matrix.T - self.data).square().sum(dim=1) / 2)

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        return alpha**0.5 * (latents @ self.matrix.T - self.data)

    def moments(self, alpha: float) -> tuple[Tensor, Tensor]:
        """Mean and precision of the posterior at α."""
        precision = torch.eye(self.dim) + alpha * self.matrix.T @ self.matrix
        return torch.linalg.solve(precision, alpha * self.matrix.T @ self.data), precision

    def log_evidence(self, alpha: float) -> float:
        """log ∫ L(ξ)^α N(ξ | 0, 1) dξ."""
        mean, precision = self.moments(alpha)
        at_mean = self.evaluate(mean[None], alpha).log_likelihood[0] - mean.square().sum() / 2
        return (at_mean - torch.logdet(precision) / 2).item()


def linear(dim: int = 6, seed: int = 0) -> Linear:
    rng = torch.Generator().manual_seed(seed)
    return Linear(torch.randn(4, dim, generator=rng), torch.randn(4, generator=rng) * 2)


def diagonal() -> Linear:
    """A posterior that a mean-field Gaussian can match exactly."""
    return Linear(torch.diag(torch.tensor([0.3, 1.0, 3.0])), torch.tensor([1.0, -2.0, 6.0]))
