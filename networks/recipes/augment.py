"""Random distortions of digit pictures, batched and differentiable in the pictures."""

import math

import torch
from torch import Tensor
from torch.nn import functional as nnf


def affine(
    pictures: Tensor,
    rng: torch.Generator,
    degrees: float = 12,
    scale: float = 0.12,
    shift: float = 0.08,
    shear: float = 0.2,
) -> Tensor:
    """Each picture turned, scaled, sheared and shifted at random (``shift`` in picture widths)."""

    def uniform(limit: float) -> Tensor:
        return (torch.rand(len(pictures), generator=rng) * 2 - 1) * limit

    angle, slant = uniform(math.radians(degrees)), uniform(shear)
    across, along = 1 + uniform(scale), 1 + uniform(scale)
    rows = [
        [angle.cos() * across, -angle.sin() * along + slant, uniform(2 * shift)],
        [angle.sin() * across, angle.cos() * along, uniform(2 * shift)],
    ]
    maps = torch.stack([torch.stack(row, dim=1) for row in rows], dim=1).to(pictures)
    grid = nnf.affine_grid(maps, list(pictures.shape), align_corners=False)
    return nnf.grid_sample(pictures, grid, align_corners=False)


def elastic(pictures: Tensor, rng: torch.Generator, strength: float = 0.12, cells: int = 5) -> Tensor:
    """Each picture bent by a smooth random field (``strength`` in half picture widths)."""
    coarse = torch.randn(len(pictures), 2, cells, cells, generator=rng).to(pictures) * strength / 2
    field = nnf.interpolate(coarse, pictures.shape[2:], mode="bicubic", align_corners=True)
    still = nnf.affine_grid(
        torch.eye(2, 3).expand(len(pictures), 2, 3).to(pictures), list(pictures.shape), align_corners=False
    )
    return nnf.grid_sample(pictures, still + field.permute(0, 2, 3, 1), align_corners=False)


def stroke(pictures: Tensor, rng: torch.Generator) -> Tensor:
    """A third of the strokes thickened, a third thinned, the rest left alone."""
    choice = torch.rand(len(pictures), 1, 1, 1, generator=rng).to(pictures)
    thick = nnf.max_pool2d(pictures, 2, stride=1, padding=1)[..., :-1, :-1]
    thin = -nnf.max_pool2d(-pictures, 2, stride=1, padding=1)[..., :-1, :-1]
    return torch.where(choice < 1 / 6, thick, torch.where(choice > 5 / 6, thin, pictures))


def noise(pictures: Tensor, rng: torch.Generator, level: float = 0.1) -> Tensor:
    """White noise of a random level up to ``level``, kept in 0..1."""
    levels = torch.rand(len(pictures), 1, 1, 1, generator=rng) * level
    return (pictures + (levels * torch.randn(pictures.shape, generator=rng)).to(pictures)).clamp(0, 1)
