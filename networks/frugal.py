"""Generators that would not fit: pictures in parts, activations computed again instead of kept, other latent spaces."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.autograd import forward_ad
from torch.utils.checkpoint import checkpoint


class Frugal(nn.Module):
    """``network`` on at most ``chunk`` rows at a time (0: all); with ``recompute`` only a part's input is kept for
    its gradient (Chen et al. 2016). Its pictures, in ``low..high``, come out in 0..1."""

    def __init__(self, network: nn.Module, *, chunk: int, recompute: bool, low: float, high: float) -> None:
        super().__init__()
        self.network, self.chunk, self.recompute, self.low, self.high = network, chunk, recompute, low, high

    def forward(self, latents: Tensor) -> Tensor:
        """``[rows, latents]`` to pictures ``[rows, channels, height, width]``."""
        parts = latents.split(self.chunk) if self.chunk else (latents,)
        return torch.cat([self._part(part) for part in parts])

    def _part(self, latents: Tensor) -> Tensor:
        # Forward-mode derivatives keep nothing, so there is nothing to compute again.
        forwards = forward_ad._current_level >= 0 and forward_ad.unpack_dual(latents).tangent is not None
        if self.recompute and torch.is_grad_enabled() and latents.requires_grad and not forwards:
            pictures: Tensor = checkpoint(self.network, latents, use_reentrant=False)
        else:
            pictures = self.network(latents)
        return (pictures - self.low) / (self.high - self.low)


class Affine(nn.Module):
    """ξ to w = f(mean + root ξ) in front of ``synthesis``: a Gaussian fitted in a generator's own latent space.

    f is a leaky rectifier of ``slope``: what the last layer of StyleGAN's mapping does to
    a nearly Gaussian vector (Wulff and Torralba 2020); 1 for none.
    """

    mean: Tensor
    root: Tensor

    def __init__(self, synthesis: nn.Module, mean: Tensor, root: Tensor, slope: float) -> None:
        super().__init__()
        self.synthesis, self.slope = synthesis, slope
        self.register_buffer("mean", mean)
        self.register_buffer("root", root)

    def forward(self, latents: Tensor) -> Tensor:
        """``[rows, latents]`` to what the synthesis draws."""
        drawn: Tensor = self.synthesis(nn.functional.leaky_relu(self.mean + latents @ self.root.T, self.slope))
        return drawn


@torch.no_grad()
def fit_prior(
    mapping: Callable[[Tensor], Tensor], latents: int, *, slope: float = 0.2, samples: int = 10_000, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """``mean`` and ``root`` of the Gaussian that ``mapping``'s outputs follow before their leaky rectifier."""
    rng = torch.Generator().manual_seed(seed)
    drawn = torch.cat([mapping(torch.randn(500, latents, generator=rng)) for _ in range(-(-samples // 500))])
    flat = nn.functional.leaky_relu(drawn, 1 / slope)
    covariance = flat.T.double().cov()
    values, vectors = torch.linalg.eigh(covariance)
    return flat.mean(dim=0), (vectors * values.clamp_min(0).sqrt()).float().contiguous()
