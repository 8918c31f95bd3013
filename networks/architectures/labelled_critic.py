"""The critic of a generator whose pictures have labels; never part of inference."""

from torch import Tensor, nn

from oedipus.networks.architectures.strided_critic import StridedCritic


class LabelledCritic(nn.Module):
    """Pictures ``[samples, 1, 28, 28]`` and labels ``[samples]`` to Wasserstein scores ``[samples]``.

    What a picture is scored beyond its own looks is how well it goes with its label: the product of its features
    with a vector for each label (Miyato and Koyama 2018).
    """

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.looks = StridedCritic(width)
        self.fits = nn.Embedding(classes, self.looks.score.in_features)
        nn.init.normal_(self.fits.weight, std=0.1)

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        hidden = self.looks.hidden(pictures)
        score: Tensor = self.looks.score(hidden).squeeze(1) + (hidden * self.fits(labels)).sum(dim=1)
        return score


def build(width: int = 32, classes: int = 26) -> nn.Module:
    return LabelledCritic(width, classes)
