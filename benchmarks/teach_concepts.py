"""Concepts of digit pictures that can be told without anybody's label: by moments, ink and topology."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor


def slant(pictures: Tensor) -> Tensor:
    """How far strokes lean to the right ``[n]``: covariance of column and height over the variance of height."""
    ink = pictures[:, 0].double()
    rows, columns = (torch.arange(side, dtype=torch.double) for side in ink.shape[1:])
    mass = ink.sum(dim=(1, 2)).clamp_min(1e-9)
    down = rows[None, :, None] - (ink.sum(dim=2) @ rows / mass)[:, None, None]
    across = columns[None, None, :] - (ink.sum(dim=1) @ columns / mass)[:, None, None]
    return -(ink * down * across).sum(dim=(1, 2)) / (ink * down.square()).sum(dim=(1, 2)).clamp_min(1e-9)


def loops(pictures: Tensor) -> Tensor:
    """Whether background is enclosed by ink ``[n]``: components of it, of 4 pixels or more, beside the outer one."""
    found = []
    for one in pictures[:, 0].numpy():
        sizes = np.bincount(ndimage.label(np.pad(one < 0.35, 1, constant_values=True))[0].ravel())[1:]
        found.append(int((sizes >= 4).sum()) > 1)
    return torch.tensor(found)


def _slanted(pictures: Tensor) -> Tensor:
    leaning = slant(pictures)
    return torch.where(leaning > 0.35, 1, torch.where(leaning < 0.2, 0, -1))


def _thick(pictures: Tensor) -> Tensor:
    ink = pictures.mean(dim=(1, 2, 3))
    return torch.where(ink > 0.15, 1, torch.where(ink < 0.11, 0, -1))


def _looped(pictures: Tensor) -> Tensor:
    return loops(pictures).long()


CONCEPTS: Mapping[str, Callable[[Tensor], Tensor]] = {"slanted": _slanted, "thick": _thick, "looped": _looped}
"""For pictures ``[n, 1, 28, 28]`` 1 where they are so, 0 where not, -1 where nobody would say."""
