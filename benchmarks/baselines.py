"""What users of generators as priors do without a compiler: the mode by Adam, and unadjusted Langevin chains."""

import torch
from torch import Generator, Tensor

from oedipus.runtime.posterior import Posterior

RATE, WIDTH = 0.05, 0.5
FIRST, LAST = 1e-2, 1e-4


def climbed(posterior: Posterior, rng: Generator, *, steps: int, starts: int) -> Tensor:
    """Latents ``[dim]`` of the highest posterior density that Adam finds from ``starts`` draws around the prior's mean
    (Bora et al. 2017; with the prior's own penalty ½‖ξ‖² for PULSE's sphere)."""
    latents = (WIDTH * torch.randn(starts, posterior.dim, generator=rng)).requires_grad_()
    adam = torch.optim.Adam([latents], lr=RATE)
    for _ in range(steps):
        density = posterior.log_prob(latents)
        adam.zero_grad()
        (-density.sum()).backward()
        adam.step()
    with torch.no_grad():
        return latents.detach()[posterior.log_prob(latents).argmax()]


def langevin(posterior: Posterior, rng: Generator, *, steps: int, chains: int, samples: int) -> Tensor:
    """The last states ``[samples, dim]`` of ``chains`` that go ξ ← ξ + ε ∇ log p + √(2ε) η from draws of the prior,
    nothing accepted or refused. α rises to the posterior's in the first half (as in Jalal et al. 2021), while the
    step ε falls with it from ``FIRST`` to ``LAST`` (Welling and Teh 2011)."""
    latents = torch.randn(chains, posterior.dim, generator=rng)
    each = samples // chains
    every = max(1, steps // (2 * each))
    kept = []
    for step in range(steps):
        share = min(1.0, 2 * step / steps)
        size = FIRST * (LAST / FIRST) ** share
        alpha = posterior.schedule[0] * (posterior.alpha / posterior.schedule[0]) ** share
        leaf = latents.requires_grad_()
        (slope,) = torch.autograd.grad(posterior.log_prob(leaf, alpha).sum(), leaf)
        noise = torch.randn(latents.shape, generator=rng)
        latents = (latents + size * torch.nan_to_num(slope) + (2 * size) ** 0.5 * noise).detach()
        if (steps - 1 - step) % every == 0:
            kept.append(latents)
    return torch.cat(kept[-each:])
