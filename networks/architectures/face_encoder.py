"""The encoder of the face generator's training; never part of inference."""

from itertools import pairwise

from torch import Tensor, nn


class FaceEncoder(nn.Module):
    """Pictures ``[rows, 3, 64, 64]`` to mean and log-variance ``[rows, latents]`` of their latents."""

    def __init__(self, latents: int, width: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = (3, width, 2 * width, 4 * width, 6 * width)
        for before, after in pairwise(channels):
            layers += [nn.Conv2d(before, after, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(after)]
            layers += [nn.LeakyReLU(0.1)]
        self.body = nn.Sequential(*layers)
        self.moments = nn.Linear(channels[-1] * 16, 2 * latents)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = self.moments(self.body(pictures - 0.5).flatten(1)).chunk(2, dim=1)
        return mean, log_variance.clamp(-8, 2)


def build(latents: int = 256, width: int = 48) -> nn.Module:
    return FaceEncoder(latents, width)
