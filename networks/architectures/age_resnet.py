"""ResNet-10 over 81 ages (dlib's age predictor by Cydral, CC0): the mean of the class ages is the estimate."""

import torch
from torch import Tensor, nn
from torch.nn import functional as nnf

AGES = (0.25, *map(float, range(1, 81)))
MEANS = (122.782, 117.001, 104.298)


class Block(nn.Module):
    """Two 3 × 3 convolutions around a skip; a halving block averages the skip and pads it with zeros."""

    def __init__(self, before: int, after: int, *, halve: bool) -> None:
        super().__init__()
        self.halve = halve
        self.first = nn.Conv2d(before, after, 3, stride=2 if halve else 1, padding=0 if halve else 1)
        self.second = nn.Conv2d(after, after, 3, padding=1)

    def forward(self, hidden: Tensor) -> Tensor:
        body = self.second(self.first(hidden).relu())
        skip = nnf.avg_pool2d(hidden, 2) if self.halve else hidden
        height = max(body.shape[2], skip.shape[2])
        out: Tensor = (_padded(body, body.shape[1], height) + _padded(skip, body.shape[1], height)).relu()
        return out


def _padded(hidden: Tensor, channels: int, side: int) -> Tensor:
    missing = side - hidden.shape[2]
    return nnf.pad(hidden, (0, missing, 0, missing, 0, channels - hidden.shape[1]))


class AgeResnet(nn.Module):
    """Pictures ``[rows, 3, 64, 64]`` in 0..1 to ages in years ``[rows]``."""

    means: Tensor
    ages: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("means", torch.tensor(MEANS).reshape(3, 1, 1) / 255, persistent=False)
        self.register_buffer("ages", torch.tensor(AGES), persistent=False)
        self.stem = nn.Conv2d(3, 64, 7, stride=2)
        self.blocks = nn.ModuleList(
            [
                Block(64, 64, halve=False),
                Block(64, 128, halve=True),
                Block(128, 128, halve=False),
                Block(128, 256, halve=True),
                Block(256, 256, halve=False),
            ]
        )
        self.scores = nn.Linear(256, len(AGES))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def features(self, pictures: Tensor) -> list[Tensor]:
        """Feature maps after the stem and after every block, fine to coarse."""
        maps = [self.stem((pictures - self.means) * (255 / 256)).relu()]
        hidden = nnf.max_pool2d(maps[0], 3, stride=2)
        for block in self.blocks:
            hidden = block(hidden)
            maps.append(hidden)
        return maps

    def forward(self, pictures: Tensor) -> Tensor:
        classes = self.scores(self.features(pictures)[-1].mean(dim=(2, 3))).softmax(dim=1)
        years: Tensor = classes @ self.ages
        return years


def build() -> nn.Module:
    return AgeResnet()
