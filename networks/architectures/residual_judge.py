"""A residual classifier, deeper and wider than the networks it judges."""

from torch import Tensor, nn


class Block(nn.Module):
    """Two normalised 3 × 3 convolutions around a skip connection."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )
        self.act = nn.ReLU()

    def forward(self, hidden: Tensor) -> Tensor:
        out: Tensor = self.act(hidden + self.body(hidden))
        return out


def _down(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU())


class ResidualJudge(nn.Module):
    """Pictures ``[samples, 1, 28, 28]`` in 0..1 to class scores ``[samples, 10]``.

    :meth:`features` gives the ``[samples, 4 width]`` vector in which the
    Fréchet distance of generators is measured.
    """

    def __init__(self, classes: int, width: int) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            _down(1, width),
            Block(width),
            _down(width, 2 * width),
            Block(2 * width),
            _down(2 * width, 4 * width),
            Block(4 * width),
        )
        self.scores = nn.Linear(4 * width, classes)

    def features(self, pictures: Tensor) -> Tensor:
        pooled: Tensor = self.trunk(pictures).mean(dim=(2, 3))
        return pooled

    def forward(self, pictures: Tensor) -> Tensor:
        scores: Tensor = self.scores(self.features(pictures))
        return scores


def build(classes: int = 10, width: int = 40) -> nn.Module:
    return ResidualJudge(classes, width)
