"""The critic of the face generator's training; never part of inference."""

from itertools import pairwise

import torch
from torch import Tensor, nn


class FaceCritic(nn.Module):
    """Pictures ``[rows, 3, 64, 64]`` to scores ``[rows]``, high for what looks real."""

    def __init__(self, width: int) -> None:
        super().__init__()
        channels = (3, width, 2 * width, 4 * width, 6 * width)
        layers: list[nn.Module] = []
        for before, after in pairwise(channels):
            layers += [nn.Conv2d(before, after, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers)
        self.mix = nn.Conv2d(channels[-1] + 1, channels[-1], 3, padding=1)
        self.score = nn.Linear(channels[-1] * 16, 1)
        self.act = nn.LeakyReLU(0.2)

    def forward(self, pictures: Tensor) -> Tensor:
        hidden = self.body(2 * pictures - 1)
        # The spread inside each four neighbours of the batch, shown to the critic, keeps the
        # generator from collapsing (Karras et al. 2018).
        groups = hidden.float().unflatten(0, (-1, 4))
        spread = (groups.var(dim=1) + 1e-6).sqrt().mean(dim=(1, 2, 3))
        shown = spread.repeat_interleave(4).reshape(-1, 1, 1, 1).expand(-1, 1, *hidden.shape[2:]).to(hidden.dtype)
        hidden = self.act(self.mix(torch.cat([hidden, shown], dim=1)))
        score: Tensor = self.score(hidden.flatten(1)).squeeze(1)
        return score


def build(width: int = 40) -> nn.Module:
    return FaceCritic(width)
