"""The next power of the likelihood and who survives it (Del Moral, Doucet and Jasra 2012)."""

import math

import torch
from torch import Generator, Tensor


def advance(log_likelihood: Tensor, beta: float, ess: float, rng: Generator) -> tuple[float, float, Tensor]:
    """From power ``beta`` to the next: (its value, log of the mean weight in nats, the survivors).

    ``log_likelihood`` ``[particles]`` at full power; the step is as long as leaves the share
    ``ess`` of the particles effective. Survivors ``[particles]`` are indices, by
    systematic resampling. Particles without a finite likelihood have no weight.
    """
    finite = torch.nan_to_num(log_likelihood.double(), nan=-math.inf, posinf=-math.inf)
    if not bool(finite.isfinite().any()):
        finite = torch.zeros_like(finite)
    nearest, farthest = beta, 1.0
    if _effective((farthest - beta) * finite) >= ess:
        nearest = farthest
    else:
        for _ in range(50):
            middle = (nearest + farthest) / 2
            enough = _effective((middle - beta) * finite) >= ess
            nearest, farthest = (middle, farthest) if enough else (nearest, middle)
        nearest = max(nearest, min(1.0, beta + 1e-6))
    weights = (nearest - beta) * finite
    gained = (weights.logsumexp(dim=0) - math.log(len(weights))).item()
    return nearest, gained, systematic(weights.softmax(dim=0).cpu(), rng)


def _effective(log_weights: Tensor) -> float:
    """Share of effective particles, (Σw)² / (n Σw²) (Kong 1992)."""
    twice = 2 * log_weights.logsumexp(dim=0) - (2 * log_weights).logsumexp(dim=0)
    return math.exp(twice.item()) / len(log_weights)


def systematic(weights: Tensor, rng: Generator) -> Tensor:
    """Indices ``[particles]``, each in proportion to its weight, from one random offset (Kitagawa 1996)."""
    count = len(weights)
    places = (torch.arange(count) + torch.rand(1, generator=rng)) / count
    return torch.searchsorted(weights.cumsum(dim=0).double(), places.double()).clamp_max(count - 1)
