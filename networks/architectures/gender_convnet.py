"""A small convolutional network for gender (dlib's classifier by Cydral, CC0); it reads faces at 32 × 32."""

import torch
from torch import Tensor, nn
from torch.nn import functional as nnf

from oedipus.networks.architectures.age_resnet import MEANS


class GenderConvnet(nn.Module):
    """Pictures ``[rows, 3, 64, 64]`` in 0..1 to class scores ``[rows, 2]``."""

    means: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("means", torch.tensor(MEANS).reshape(3, 1, 1) / 255, persistent=False)
        self.fine = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)
        )
        self.coarse = nn.Sequential(
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)
        )
        self.mix = nn.Linear(64 * 64, 16)
        self.scores = nn.Linear(16, 2)

    def forward(self, pictures: Tensor) -> Tensor:
        small = nnf.avg_pool2d((pictures - self.means) * (255 / 256), 2)
        hidden = self.coarse(self.fine(small)).flatten(1)
        scores: Tensor = self.scores(self.mix(hidden).relu())
        return scores


def build() -> nn.Module:
    return GenderConvnet()
