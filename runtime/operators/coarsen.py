"""Averages over square blocks, as a sensor with larger pixels would see the picture."""

from dataclasses import dataclass

from einops import reduce, repeat
from torch import Tensor

from oedipus.compiler.operators import Argument, Files, Shape


@dataclass(frozen=True, slots=True)
class Coarsen:
    """``[rows, channels, height, width]`` to height and width divided by ``block``."""

    block: int

    def forward(self, pictures: Tensor) -> Tensor:
        return reduce(pictures, "n c (h k) (w l) -> n c h w", "mean", k=self.block, l=self.block)

    def adjoint(self, data: Tensor) -> Tensor:
        spread = repeat(data, "n c h w -> n c (h k) (w l)", k=self.block, l=self.block)
        return spread / self.block**2


def build(_shape: Shape, arguments: tuple[Argument, ...], _files: Files) -> Coarsen:
    return Coarsen(int(arguments[0]))
