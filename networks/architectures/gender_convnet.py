"""A small convolutional network for gender (dlib's classifier by Cydral, CC0); it reads faces at 32 × 32.

Without its middle layer, scores are linear in what the convolutions see.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as nnf

from oedipus.networks.architectures.age_resnet import MEANS


class GenderConvnet(nn.Module):
    """Pictures ``[rows, 3, 64, 64]`` in 0..1 to class scores ``[rows, classes]``."""

    means: Tensor

    def __init__(self, classes: int, *, mixed: bool) -> None:
        super().__init__()
        self.register_buffer("means", torch.tensor(MEANS).reshape(3, 1, 1) / 255, persistent=False)
        self.fine = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)
        )
        self.coarse = nn.Sequential(
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)
        )
        self.mix = nn.Linear(64 * 64, 16) if mixed else None
        self.scores = nn.Linear(16 if mixed else 64 * 64, classes)

    def hidden(self, pictures: Tensor) -> Tensor:
        """What the last convolution sees, ``[rows, features]``."""
        small = nnf.avg_pool2d((pictures - self.means) * (255 / 256), 2)
        features: Tensor = self.coarse(self.fine(small)).flatten(1)
        return features

    def forward(self, pictures: Tensor) -> Tensor:
        hidden = self.hidden(pictures)
        scores: Tensor = self.scores(hidden if self.mix is None else self.mix(hidden).relu())
        return scores


def build(classes: int = 2, mixed: bool = True) -> nn.Module:
    return GenderConvnet(classes, mixed=mixed)
