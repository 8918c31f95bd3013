"""The last step of a fitted Gaussian or flow q: its samples, mended towards the posterior, one picture at a time.

A Gaussian spills over the border of what it was fitted to, so some of its draws show another digit.
Each draw is the beginning of a short Markov chain whose stationary distribution is the posterior
itself: fresh draws of q are proposed for one picture after the other and accepted with
probability min(1, w(new) / w(old)), w(ξ) = L(ξ)^α N(ξ | 0, 1) / q(ξ) (Tierney 1994). What lies outside is
left at the first proposal that does not, and every step brings the samples' distribution closer to the
posterior (in Kullback-Leibler divergence, which no kernel that leaves the posterior as it is can raise).
q, its bound and its k-hat are not touched.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Generator, Tensor
from torch.distributions import Distribution, Independent, LowRankMultivariateNormal, MultivariateNormal, Normal

from oedipus.runtime.algorithms.base import Approximation, FullRank, Gaussian, LowRank
from oedipus.runtime.algorithms.jumps import jump, widths
from oedipus.runtime.density import Density
from oedipus.runtime.flowed import Flows

PROPOSALS = 6


@dataclass(frozen=True)
class Fitted:
    """q as a proposal for some of its latents, the others left alone."""

    q: Gaussian | Flows

    def draw(self, rows: int, rng: Generator) -> Tensor:
        """Independent draws ``[rows, dim]``."""
        if isinstance(self.q, Flows):
            return self.q.draw(rows, rng)
        width = self._mean.shape[0] + (self.q.factor.shape[1] if isinstance(self.q, LowRank) else 0)
        return self.q.push(torch.randn(rows, width, generator=rng).to(self._mean.device))

    def log_ratio(self, latents: Tensor, block: slice) -> Tensor:
        """log N(ξ | 0, 1) − log q(ξ) ``[…]`` of a block's latents ``[…, width]``, up to a constant."""
        if isinstance(self.q, Flows):
            return -latents.square().sum(dim=-1) / 2 - self.q.block_log_prob(latents, block)
        return -latents.square().sum(dim=-1) / 2 - self.marginal(block).log_prob(latents)

    def marginal(self, block: slice) -> Distribution:
        """A Gaussian q of the latents in ``block``, whatever the others are."""
        assert not isinstance(self.q, Flows)
        match self.q:
            case Approximation(mean, log_sigma):
                return Independent(Normal(mean[0, block], log_sigma[0, block].exp()), 1)
            case LowRank(mean, log_sigma, factor):
                return LowRankMultivariateNormal(mean[block], factor[block], (2 * log_sigma[block]).exp())
            case FullRank(mean, scale):
                covariance = scale[block] @ scale[block].T
                return MultivariateNormal(mean[block], covariance, validate_args=False)

    @cached_property
    def _mean(self) -> Tensor:
        assert not isinstance(self.q, Flows)
        return self.q.mean[0] if isinstance(self.q, Approximation) else self.q.mean


def mend(
    density: Density, alpha: float, q: Gaussian | Flows, latents: Tensor, rng: Generator, *, proposals: int = PROPOSALS
) -> tuple[Tensor, float]:
    """Draws ``latents`` ``[samples, dim]`` of ``q`` after ``proposals`` for each picture, and the share accepted."""
    blocks = range(len(widths(density)))
    moved = jump(density, alpha, latents, rng, number=proposals, blocks=blocks, proposal=Fitted(q))
    return moved.position, moved.accepted.mean().item() / proposals
