"""A Gaussian point spread; at the border the weights of what lies inside still add up to 1."""

from dataclasses import dataclass

import torch
from einops import einsum
from torch import Tensor

from oedipus.compiler.operators import Argument, Files, Shape

REACH = 4.0
"""Standard deviations beyond which the spread is cut off."""


@dataclass(frozen=True, slots=True)
class Blur:
    """Rows and columns are mixed by ``down`` ``[height, height]`` and ``across`` ``[width, width]``."""

    down: Tensor
    across: Tensor

    def forward(self, pictures: Tensor) -> Tensor:
        down, across = self.down.to(pictures), self.across.to(pictures)
        return einsum(down, einsum(pictures, across, "n c h w, j w -> n c h j"), "i h, n c h j -> n c i j")

    def adjoint(self, data: Tensor) -> Tensor:
        down, across = self.down.to(data), self.across.to(data)
        return einsum(down, einsum(data, across, "n c i j, j w -> n c i w"), "i h, n c i w -> n c h w")


def build(shape: Shape, arguments: tuple[Argument, ...], _files: Files) -> Blur:
    width = float(arguments[0])
    return Blur(spread(shape[1], width), spread(shape[2], width))


def spread(pixels: int, width: float) -> Tensor:
    """Weights ``[pixels, pixels]`` of each seen pixel's sources; every row adds up to 1."""
    places = torch.arange(pixels, dtype=torch.float64)
    apart = (places[:, None] - places[None, :]) / width
    weights = torch.where(apart.abs() <= REACH, (-apart.square() / 2).exp(), 0.0)
    return (weights / weights.sum(dim=1, keepdim=True)).float()
