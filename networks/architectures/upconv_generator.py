"""Latents to a picture through three up-sampling convolutions (paper section 5.1)."""

from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as nnf


class UpconvGenerator(nn.Module):
    """x = G(ξ): ``[samples, latents]`` to pictures ``[samples, 1, 28, 28]`` in 0..1.

    A dense layer bends the Gaussian before the convolutions: a continuous map
    onto ten separate classes needs steep borders, and they are cheaper there
    than in the picture layers. Batch normalisation exists only in training;
    :func:`fold` merges it into the weights that are shipped.
    """

    def __init__(self, latents: int, width: int, dense: int, normalised: bool) -> None:
        super().__init__()
        deep, middle = 4 * width, 2 * width
        self.latents = latents
        self.bend = nn.Linear(latents, dense)
        self.spread = nn.Linear(dense, deep * 16)
        self.up1 = nn.ConvTranspose2d(deep, middle, 3, stride=2, padding=1)
        self.up2 = nn.ConvTranspose2d(middle, width, 4, stride=2, padding=1)
        self.up3 = nn.ConvTranspose2d(width, 1, 6, stride=2, padding=2)
        self.norm0: nn.Module = nn.BatchNorm2d(deep) if normalised else nn.Identity()
        self.norm1: nn.Module = nn.BatchNorm2d(middle) if normalised else nn.Identity()
        self.norm2: nn.Module = nn.BatchNorm2d(width) if normalised else nn.Identity()
        self.act = nn.LeakyReLU(0.1)

    def forward(self, latents: Tensor) -> Tensor:
        hidden = self.spread(self.act(self.bend(latents)))
        hidden = self.act(self.norm0(hidden.unflatten(1, (-1, 4, 4))))
        hidden = self.act(self.norm1(self.up1(hidden)))
        hidden = self.act(self.norm2(self.up2(hidden)))
        return by_phases(self.up3, hidden).sigmoid()


def by_phases(layer: nn.ConvTranspose2d, hidden: Tensor) -> Tensor:
    """A transposed convolution of kernel 6, stride 2 and padding 2, as a convolution to the four phases of its grid.

    The same sum in another order; on a processor several times as fast where one channel comes out.
    """
    assert layer.bias is not None
    kernel = rearrange(layer.weight, "i o (a r) (b s) -> (o r s) i a b", r=2, s=2).flip(2, 3)
    return nnf.pixel_shuffle(nnf.conv2d(hidden, kernel, layer.bias.repeat_interleave(4), padding=1), 2)


def build(latents: int = 128, width: int = 48, dense: int = 256, normalised: bool = False) -> nn.Module:
    return UpconvGenerator(latents, width, dense, normalised)
