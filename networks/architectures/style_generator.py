"""A generator in the manner of StyleGAN2 (Karras et al. 2020): mapping, modulated convolutions, colours added up.

Noise inputs are constants, so a picture is a function of its latents alone.
"""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as nnf

from oedipus.networks.frugal import Affine

FIRST = 4


class Modulated(nn.Module):
    """A convolution whose input channels are weighed by a style, its outputs brought back to unit size."""

    def __init__(self, before: int, after: int, styles: int, *, kernel: int = 3, demodulate: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before, kernel, kernel) / math.sqrt(before * kernel**2))
        self.style = nn.Linear(styles, before)
        nn.init.ones_(self.style.bias)
        self.bias = nn.Parameter(torch.zeros(after))
        self.demodulate = demodulate

    def forward(self, hidden: Tensor, w: Tensor) -> Tensor:
        style = self.style(w)
        out = nnf.conv2d(hidden * style[:, :, None, None], self.weight, padding=self.weight.shape[2] // 2)
        if self.demodulate:
            # The same as scaling the weights of each picture, without a grouped convolution.
            energy = style.square() @ self.weight.square().sum(dim=(2, 3)).T
            out = out * (energy + 1e-8).rsqrt()[:, :, None, None]
        return out + self.bias[:, None, None]


class StyleBlock(nn.Module):
    """Twice the side, two modulated convolutions with fixed noise, and this side's share of the picture."""

    noise: Tensor

    def __init__(self, before: int, after: int, styles: int, side: int) -> None:
        super().__init__()
        self.first = Modulated(before, after, styles)
        self.second = Modulated(after, after, styles)
        self.colour = Modulated(after, 3, styles, kernel=1, demodulate=False)
        self.strength = nn.Parameter(torch.zeros(()))
        self.register_buffer("noise", torch.randn(1, 1, side, side))

    def forward(self, hidden: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
        hidden = nnf.interpolate(hidden, scale_factor=2.0, mode="bilinear", align_corners=False)
        hidden = nnf.leaky_relu(self.first(hidden, w) + self.strength * self.noise, 0.2) * math.sqrt(2)
        hidden = nnf.leaky_relu(self.second(hidden, w), 0.2) * math.sqrt(2)
        return hidden, self.colour(hidden, w)


class Mapping(nn.Module):
    """z, brought to unit size, to w through dense layers."""

    def __init__(self, latents: int, styles: int, layers: int) -> None:
        super().__init__()
        sizes = [latents] + [styles] * layers
        self.layers = nn.ModuleList(nn.Linear(before, after) for before, after in pairwise(sizes))

    def forward(self, latents: Tensor) -> Tensor:
        hidden = latents * (latents.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        for layer in self.layers:
            hidden = nnf.leaky_relu(layer(hidden), 0.2)
        return hidden


class Synthesis(nn.Module):
    """w ``[rows, styles]`` to pictures ``[rows, 3, side, side]``, about −1..1."""

    def __init__(self, styles: int, width: int, side: int) -> None:
        super().__init__()
        doublings = int(math.log2(side // FIRST))
        channels = [min(width * 2 ** (doublings - place), 16 * width) for place in range(doublings + 1)]
        self.start = nn.Parameter(torch.randn(1, channels[0], FIRST, FIRST))
        self.blocks = nn.ModuleList(
            StyleBlock(channels[place], channels[place + 1], styles, FIRST * 2 ** (place + 1))
            for place in range(doublings)
        )

    def forward(self, w: Tensor) -> Tensor:
        hidden = self.start.expand(w.shape[0], -1, -1, -1)
        picture = hidden.new_zeros(1)
        for place, block in enumerate(self.blocks):
            hidden, colour = block(hidden, w)
            if place:
                picture = nnf.interpolate(picture, scale_factor=2.0, mode="bilinear", align_corners=False)
            picture = picture + colour
        return picture


class StyleGenerator(nn.Module):
    """z ``[rows, latents]`` ~ N(0, 1) to pictures."""

    def __init__(self, latents: int, styles: int, layers: int, width: int, side: int) -> None:
        super().__init__()
        self.mapping = Mapping(latents, styles, layers)
        self.synthesis = Synthesis(styles, width, side)

    def forward(self, latents: Tensor) -> Tensor:
        picture: Tensor = self.synthesis(self.mapping(latents))
        return picture


def build(
    latents: int = 512, styles: int = 512, layers: int = 8, width: int = 32, side: int = 1024, fitted: bool = False
) -> nn.Module:
    """With ``fitted`` the mapping is replaced by a Gaussian that was fitted to its outputs."""
    if fitted:
        return Affine(Synthesis(styles, width, side), torch.zeros(styles), torch.zeros(styles, latents), 0.2)
    return StyleGenerator(latents, styles, layers, width, side)
