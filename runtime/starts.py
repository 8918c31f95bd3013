"""Where a search begins: modes found among prior draws, before any gradient is taken."""

import torch
from torch import Generator, Tensor

from oedipus.compiler.program import Gaussian
from oedipus.runtime.algorithms.base import Approximation
from oedipus.runtime.bank import modes
from oedipus.runtime.posterior import Posterior

WIDTH = 0.3
CHUNK = 64
DRAWN = 256


def readable(posterior: Posterior) -> bool:
    """Whether every clause is read off pictures by classifiers, so that a bank knows all of the likelihood.

    A prior that correlates pictures has no bank: each is drawn from its own latents there.
    """
    measured = any(isinstance(one.body, Gaussian) for one in posterior.program.factors)
    return bool(posterior.readers) and not measured and not posterior.coupled


def starts(posterior: Posterior, rng: Generator, *, members: int, most: int) -> Approximation:
    """Up to ``most`` Gaussians, best first: modes over the stored bank, else the likeliest prior draws.

    Measured pictures have too many values for a bank; of ``DRAWN`` fresh draws those
    with the highest likelihood are taken, ``WIDTH`` of the prior wide.
    """
    if readable(posterior):
        return Approximation(*modes(posterior.bank(members), rng, most=most, schedule=posterior.schedule))
    latents = torch.randn(min(members, DRAWN), posterior.dim, generator=rng).to(posterior.device)
    best = likelihoods(posterior, latents).topk(min(most, len(latents))).indices
    mean = latents[best]
    return Approximation(mean, torch.full_like(mean, WIDTH).log())


@torch.no_grad()
def likelihoods(posterior: Posterior, latents: Tensor) -> Tensor:
    """log-likelihood ``[rows]`` in nats at the final α, a few rows at a time."""
    parts = [posterior.evaluate(part, posterior.alpha).log_likelihood for part in latents.split(CHUNK)]
    return torch.nan_to_num(torch.cat(parts), nan=-torch.inf)
