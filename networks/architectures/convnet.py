"""A convolutional classifier of three layers, or of the first of them (paper section 5.1)."""

from torch import Tensor, nn

SIDE = 28


class Convnet(nn.Module):
    """Pictures ``[samples, 1, 28, 28]`` in 0..1 to class scores ``[samples, classes]``.

    Scores are unnormalised; the log-softmax is the caller's. Strided kernels
    take the place of pooling: a third of the arithmetic at the same accuracy.
    """

    def __init__(self, classes: int, width: int, depth: int) -> None:
        super().__init__()
        if not 1 <= depth <= 3:
            raise ValueError(f"depth: the network has one to three layers, not {depth}")
        layers = [
            nn.Conv2d(1, width, 5, stride=2, padding=2),
            nn.SiLU(),
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),
            nn.SiLU(),
            nn.Conv2d(2 * width, 4 * width, 3, stride=2, padding=1),
            nn.SiLU(),
        ]
        self.layers = nn.Sequential(*layers[: 2 * depth])
        self.dropout = nn.Dropout(0.2)
        side = -(-SIDE // 2**depth)
        self.scores = nn.Linear(width * 2 ** (depth - 1) * side**2, classes)

    def hidden(self, pictures: Tensor) -> Tensor:
        """What the last convolution sees, ``[samples, features]``."""
        features: Tensor = self.layers(pictures - 0.13).flatten(1)
        return features

    def forward(self, pictures: Tensor) -> Tensor:
        scores: Tensor = self.scores(self.dropout(self.hidden(pictures)))
        return scores


def build(classes: int = 10, width: int = 32, depth: int = 3) -> nn.Module:
    return Convnet(classes, width, depth)
