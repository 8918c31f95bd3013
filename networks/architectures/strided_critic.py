"""The critic of the digit generator's training; never part of inference."""

import torch
from torch import Tensor, nn


class StridedCritic(nn.Module):
    """Pictures ``[samples, 1, 28, 28]`` to Wasserstein scores ``[samples]`` (Gulrajani et al. 2017)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 4 * width, 5, stride=2, padding=2),
            nn.LeakyReLU(0.2),
        )
        self.mix = nn.Linear(4 * width * 16 + 1, 128)
        self.act = nn.LeakyReLU(0.2)
        self.score = nn.Linear(128, 1)

    def hidden(self, pictures: Tensor) -> Tensor:
        """The features ``[samples, 128]`` that are scored."""
        hidden = self.body(pictures).flatten(1)
        # The batch's own spread, shown to the critic, keeps the generator from collapsing (Karras et al. 2018).
        spread = hidden.float().std(dim=0).mean().to(hidden.dtype).expand(len(hidden), 1)
        mixed: Tensor = self.act(self.mix(torch.cat([hidden, spread], dim=1)))
        return mixed

    def forward(self, pictures: Tensor) -> Tensor:
        score: Tensor = self.score(self.hidden(pictures)).squeeze(1)
        return score


def build(width: int = 32) -> nn.Module:
    return StridedCritic(width)
