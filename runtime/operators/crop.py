"""A window of the picture, the rest cut away."""

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional as nnf

from oedipus.compiler.operators import Argument, Files, Shape, window


@dataclass(frozen=True, slots=True)
class Crop:
    """``height`` × ``width`` pixels from row ``top`` and column ``left`` of pictures of ``shape``."""

    shape: Shape
    top: int
    left: int
    height: int
    width: int

    def forward(self, pictures: Tensor) -> Tensor:
        return pictures[..., self.top : self.top + self.height, self.left : self.left + self.width]

    def adjoint(self, data: Tensor) -> Tensor:
        right = self.shape[2] - self.left - self.width
        below = self.shape[1] - self.top - self.height
        return nnf.pad(data, (self.left, right, self.top, below))


def build(shape: Shape, arguments: tuple[Argument, ...], _files: Files) -> Crop:
    return Crop(shape, *window(shape, [int(one) for one in arguments]))
