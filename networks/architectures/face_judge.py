"""Judges of faces: the residual judge on 64 × 64 colour pictures, asked for an age or for classes."""

import torch
from torch import Tensor, nn

from oedipus.networks.architectures.residual_judge import Block

LAST = 100.0


def _down(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU())


class FaceJudge(nn.Module):
    """Pictures ``[rows, 3, 64, 64]`` in 0..1 to class scores ``[rows, classes]``.

    :meth:`features` gives the ``[rows, 4 width]`` vector in which the Fréchet distance of generators is measured.
    """

    def __init__(self, classes: int, width: int) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            _down(3, width),
            Block(width),
            _down(width, 2 * width),
            Block(2 * width),
            _down(2 * width, 4 * width),
            Block(4 * width),
            nn.Dropout2d(0.1),
        )
        self.scores = nn.Linear(4 * width, classes)

    def features(self, pictures: Tensor) -> Tensor:
        pooled: Tensor = self.trunk(pictures * 2 - 1).mean(dim=(2, 3))
        return pooled

    def forward(self, pictures: Tensor) -> Tensor:
        scores: Tensor = self.scores(self.features(pictures))
        return scores


class AgeJudge(FaceJudge):
    """The mean, in years ``[rows]``, over classes that stand for the ages 0 to 100 in even steps."""

    ages: Tensor

    def __init__(self, classes: int, width: int) -> None:
        super().__init__(classes, width)
        self.register_buffer("ages", torch.linspace(0, LAST, classes), persistent=False)

    def years(self, scores: Tensor) -> Tensor:
        return scores.softmax(dim=1) @ self.ages

    def forward(self, pictures: Tensor) -> Tensor:
        return self.years(self.scores(self.features(pictures)))


def build(classes: int, width: int = 24, years: bool = False) -> nn.Module:
    return AgeJudge(classes, width) if years else FaceJudge(classes, width)
