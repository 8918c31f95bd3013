"""Part of the picture hidden: the result has its shape, with 0 where nothing was seen."""

from dataclasses import dataclass

import torch
from torch import Tensor

from oedipus.compiler.operators import SIDES, Argument, Files, Shape


@dataclass(frozen=True, slots=True)
class Mask:
    """``kept`` ``[1, height, width]`` is 1 where the picture is seen, else 0."""

    kept: Tensor

    def forward(self, pictures: Tensor) -> Tensor:
        return pictures * self.kept.to(pictures)

    def adjoint(self, data: Tensor) -> Tensor:
        return self.forward(data)


def build(shape: Shape, arguments: tuple[Argument, ...], files: Files) -> Mask:
    what = str(arguments[0])
    return Mask(half(shape, what) if what in SIDES else torch.tensor(files[what]))


def half(shape: Shape, side: str) -> Tensor:
    """1 but for the hidden half; of an odd number of pixels the smaller part is hidden.

    ``centre`` hides the middle half of the rows where they cross the middle half of the columns.
    """
    _, rows, columns = shape
    kept = torch.ones(1, rows, columns)
    match side:
        case "left":
            kept[..., : columns // 2] = 0
        case "right":
            kept[..., -(columns // 2) :] = 0
        case "top":
            kept[:, : rows // 2] = 0
        case "bottom":
            kept[:, -(rows // 2) :] = 0
        case _:
            top, left = (rows - rows // 2) // 2, (columns - columns // 2) // 2
            kept[:, top : top + rows // 2, left : left + columns // 2] = 0
    return kept
