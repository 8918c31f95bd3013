"""A kind of picture that only cards bring: flags of five colours. Its networks are a few lines of linear algebra."""

from pathlib import Path

import torch
from torch import Tensor, nn

COLOURS = ("red", "amber", "green", "blue", "dark grey")
"""The values of a flag, in their order."""
WARM = (1, 1, 0, 0, 0)
"""For each value, whether the colour is warm."""
_BAND = 28 // len(COLOURS)

_GENERATOR = """name = "flags"
role = "generator"
kind = "flag"
architecture = "exported"

[options]
latents = 6

[picture]
shape = [1, 28, 28]
range = [0.0, 1.0]

[language]
nouns = ["flag", "pennant"]
"""
_READER = """name = "{name}"
role = "{role}"
kind = "flag"
architecture = "exported"
classes = ["red", "amber", "green", "blue", "dark grey"]
table = [0, 1, 2, 3, 4]
{language}"""
_ORDER = """
[language.order]
verbs = ["comes", "come"]
before = ["before"]
after = ["after"]
where = ["in the rainbow"]
"""
_CONCEPT = """name = "warm"
role = "classifier"
kind = "flag"
architecture = "exported"
classes = ["cold", "warm"]
table = [1, 1, 0, 0, 0]

[language.adjectives]
warm = "warm"
cold = "cold"
"""


def stripes() -> Tensor:
    """One picture ``[784]`` for each colour: a band of its own, of norm 1."""
    found = torch.zeros(len(COLOURS), 28, 28)
    for place in range(len(COLOURS)):
        found[place, place * _BAND : (place + 1) * _BAND] = 1.0
    return found.flatten(1) / _BAND  # each bright pixel 1 / 5


class Flags(nn.Module):
    """Latents ``[rows, 6]`` to pictures: five say which band is bright, the sixth how bright it is."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("bands", stripes() * _BAND)

    def forward(self, latents: Tensor) -> Tensor:
        chosen = (5 * latents[:, :5]).softmax(dim=1) * (0.8 + 0.2 * latents[:, 5:].sigmoid())
        return (chosen @ self.bands).reshape(-1, 1, 28, 28)


class Bands(nn.Module):
    """Pictures to scores: how bright the bands are, those of one class together."""

    def __init__(self, classes: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("bands", stripes() / 28)
        self.scores = nn.Linear(len(COLOURS), max(classes) + 1, bias=False)
        with torch.no_grad():
            self.scores.weight.copy_(12 * torch.eye(max(classes) + 1)[list(classes)].T)

    def forward(self, pictures: Tensor) -> Tensor:
        scores: Tensor = self.scores(pictures.flatten(1) @ self.bands.T)
        return scores


def _store(network: nn.Module, example: Tensor, path: Path) -> None:
    program = torch.export.export(network.eval(), (example,), dynamic_shapes=({0: torch.export.Dim("rows")},))
    torch.export.save(program, path)


def write_flags(folder: Path, *, ordered: bool = True) -> Path:
    """The kind as a library in ``folder``; ``ordered`` tells whether the card says that the colours have an order."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = torch.rand(2, 1, 28, 28)
    language = "\n[language]\nvalue = true\n" + (_ORDER if ordered else "")
    cards = {
        "flags": (_GENERATOR, Flags(), torch.randn(2, 6)),
        "colour": (
            _READER.format(name="colour", role="classifier", language=language),
            Bands((0, 1, 2, 3, 4)),
            picture,
        ),
        "colour_judge": (
            _READER.format(name="colour_judge", role="judge", language=""),
            Bands((0, 1, 2, 3, 4)),
            picture,
        ),
        "warm": (_CONCEPT, Bands(WARM), picture),
    }
    for name, (card, network, example) in cards.items():
        (folder / f"{name}.toml").write_text(card, encoding="utf-8")
        _store(network, example, folder / f"{name}.pt2")
    return folder
