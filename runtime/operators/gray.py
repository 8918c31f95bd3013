"""Colour channels added up (paper section 5.3): 0..1 in each becomes 0..3."""

from dataclasses import dataclass

from einops import reduce, repeat
from torch import Tensor

from oedipus.compiler.operators import Argument, Files, Shape


@dataclass(frozen=True, slots=True)
class Gray:
    """``[rows, channels, height, width]`` to ``[rows, 1, height, width]``."""

    channels: int

    def forward(self, pictures: Tensor) -> Tensor:
        return reduce(pictures, "n c h w -> n 1 h w", "sum")

    def adjoint(self, data: Tensor) -> Tensor:
        return repeat(data, "n 1 h w -> n c h w", c=self.channels)


def build(shape: Shape, _arguments: tuple[Argument, ...], _files: Files) -> Gray:
    return Gray(shape[0])
