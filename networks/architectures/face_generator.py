"""Latents to a face: a dense bend, then four doublings with residual convolutions between them."""

from itertools import pairwise

import torch
from torch import Tensor, nn

CHANNELS = (256, 160, 96, 48, 24)


def norm(channels: int, normalised: bool) -> nn.Module:
    """Batch normalisation where the network is being trained."""
    return nn.BatchNorm2d(channels) if normalised else nn.Identity()


class Doubling(nn.Module):
    """Twice the side; where ``refined``, a residual 3 × 3 convolution follows."""

    def __init__(self, before: int, after: int, *, refined: bool, normalised: bool) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(before, after, 4, stride=2, padding=1)
        self.norm = norm(after, normalised)
        self.refine = nn.Conv2d(after, after, 3, padding=1) if refined else None
        self.refine_norm = norm(after, normalised and refined)
        self.act = nn.LeakyReLU(0.1)

    def forward(self, hidden: Tensor) -> Tensor:
        hidden = self.act(self.norm(self.up(hidden)))
        if self.refine is not None:
            hidden = self.act(hidden + self.refine_norm(self.refine(hidden)))
        return hidden


class FaceGenerator(nn.Module):
    """x = G(ξ): ``[samples, latents]`` to pictures ``[samples, 3, 64, 64]`` in 0..1.

    Batch normalisation exists only in training and is folded into the weights
    that are shipped.
    """

    def __init__(self, latents: int, dense: int, normalised: bool) -> None:
        super().__init__()
        self.latents = latents
        self.bend = nn.Linear(latents, dense)
        self.spread = nn.Linear(dense, CHANNELS[0] * 16)
        self.norm = norm(CHANNELS[0], normalised)
        self.act = nn.LeakyReLU(0.1)
        pairs = pairwise(CHANNELS)
        last = len(CHANNELS) - 2
        self.body = nn.Sequential(
            *(
                Doubling(before, after, refined=place < last, normalised=normalised)
                for place, (before, after) in enumerate(pairs)
            )
        )
        self.paint = nn.Conv2d(CHANNELS[-1], 3, 3, padding=1)
        # On a processor a gradient takes two thirds of the time.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, latents: Tensor) -> Tensor:
        hidden = self.spread(self.act(self.bend(latents))).unflatten(1, (-1, 4, 4))
        hidden = self.body(self.act(self.norm(hidden)))
        picture: Tensor = self.paint(hidden).sigmoid()
        return picture


def build(latents: int = 256, dense: int = 512, normalised: bool = False) -> nn.Module:
    return FaceGenerator(latents, dense, normalised)
