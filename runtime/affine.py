"""Gaussians as maps from standard normal noise: ξ = m + L ξ', so that any posterior can be a prior again."""

from dataclasses import dataclass
from typing import assert_never

import torch
from torch import Tensor

from oedipus.runtime.algorithms.base import Approximation, Draws, FullRank, LowRank, Posterior
from oedipus.runtime.flowed import Flows

SHRINK = 20
"""Fitted covariances keep this many draws' worth of trust in the diagonal alone."""
DRAWN = 20_000
"""Draws by which a flow's mean and covariance are known."""


@dataclass(frozen=True, slots=True)
class Affine:
    """ξ = ``mean`` + L ξ'; ``scale`` is L: ``[dim]`` where diagonal, else ``[dim, dim]``, lower triangular."""

    mean: Tensor
    scale: Tensor

    @property
    def diagonal(self) -> bool:
        """Whether L has no entries beside its diagonal."""
        return self.scale.ndim == 1

    def to(self, device: torch.device | str) -> "Affine":
        """The map on another device."""
        return Affine(self.mean.to(device), self.scale.to(device))

    def push(self, noise: Tensor) -> Tensor:
        """ξ of standard normal ξ', both ``[…, dim]``."""
        return self.mean + (noise * self.scale if self.diagonal else noise @ self.scale.T)

    def matrix(self) -> Tensor:
        """L ``[dim, dim]``."""
        return self.scale.diag() if self.diagonal else self.scale

    def after(self, inner: "Affine") -> "Affine":
        """The map that applies ``inner`` first: a posterior found in ξ' as one of ξ."""
        mean = self.push(inner.mean)
        if self.diagonal and inner.diagonal:
            return Affine(mean, self.scale * inner.scale)
        return Affine(mean, self.matrix() @ inner.matrix())

    def marginal(self, chosen: Tensor) -> "Affine":
        """The map whose ξ is distributed as the ``chosen`` latents of this one's."""
        if self.diagonal:
            return Affine(self.mean[chosen], self.scale[chosen])
        rows = self.scale[chosen].double()
        return Affine(self.mean[chosen], torch.linalg.cholesky(rows @ rows.T).to(self.scale.dtype))


def affine(posterior: Posterior) -> Affine:
    """The map whose ξ has the posterior's distribution.

    Draws, and flows by their draws, are replaced by the Gaussian of their mean and covariance, the correlations
    shrunk where the draws are few: a posterior of several modes becomes one wide one.
    """
    match posterior:
        case Approximation(mean, log_sigma):
            return Affine(mean[0], log_sigma[0].exp())
        case LowRank(mean, log_sigma, factor):
            covariance = (2 * log_sigma).exp().double().diag() + factor.double() @ factor.double().T
            return Affine(mean, torch.linalg.cholesky(covariance).to(mean.dtype))
        case FullRank(mean, scale):
            return Affine(mean, scale)
        case Flows():
            return _fitted(posterior.draw(DRAWN, torch.Generator().manual_seed(0)))
        case Draws(latents):
            return _fitted(latents.flatten(0, 1))
        case other:
            assert_never(other)


def _fitted(draws: Tensor) -> Affine:
    """Mean and covariance of draws ``[draws, dim]``. Raises ``ValueError`` for fewer than two."""
    number, dim = draws.shape
    if number < 2:
        raise ValueError("given: a posterior of one draw has no width; solve it with more draws")
    mean = draws.double().mean(dim=0)
    covariance = (draws.double() - mean).T.cov()
    trust = number / (number + dim + SHRINK)
    shrunk = trust * covariance + (1 - trust) * covariance.diagonal().diag()
    root = torch.linalg.cholesky(shrunk + 1e-9 * torch.eye(dim, dtype=shrunk.dtype))
    return Affine(mean.to(draws.dtype), root.to(draws.dtype))


def gaussian(found: Affine) -> Approximation | FullRank:
    """The map as a posterior that can be stored and drawn from."""
    if found.diagonal:
        return Approximation(found.mean[None], found.scale.log()[None])
    return FullRank(found.mean, found.scale)
