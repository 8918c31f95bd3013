"""A kind of picture that only cards bring: flags of five colours. Its networks are a few lines of linear algebra."""

from pathlib import Path

import torch
from torch import Tensor, nn

COLOURS = ("red", "amber", "green", "blue", "dark grey")
"""The values of a flag, in their order."""
WARM = (1, 1, 0, 0, 0)
"""For each value, whether the colour is warm."""
LATENTS = 6
_HEIGHT = 28 // len(COLOURS)
_PIXELS = 28 * _HEIGHT

_GENERATOR = f"""name = "flags"
role = "generator"
kind = "flag"
architecture = "exported"

[options]
latents = {LATENTS}

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
"""
_VALUE = """
[language]
value = true
rows = ["row"]
"""
_ORDER = """
[language.order]
verbs = ["comes", "come"]
before = ["before"]
after = ["after"]
where = ["in the rainbow"]
sorted = ["in order"]
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

[language.sorts]
ember = "warm"
"""


def write_cards(folder: Path, *, ordered: bool = True) -> Path:
    """The kind's cards, which are all that the compiler needs; ``ordered`` tells whether the colours have an order."""
    folder.mkdir(parents=True, exist_ok=True)
    cards = {
        "flags": _GENERATOR,
        "colour": _READER.format(name="colour", role="classifier") + _VALUE + _ORDER * ordered,
        "colour_judge": _READER.format(name="colour_judge", role="judge"),
        "warm": _CONCEPT,
    }
    for name, card in cards.items():
        (folder / f"{name}.toml").write_text(card, encoding="utf-8")
    return folder


def bands() -> Tensor:
    """One picture ``[784]`` for each colour: a bright band at a height of its own."""
    found = torch.zeros(len(COLOURS), 28, 28)
    for place in range(len(COLOURS)):
        found[place, place * _HEIGHT : (place + 1) * _HEIGHT] = 1.0
    return found.flatten(1)


class Flags(nn.Module):
    """Latents ``[rows, 6]`` to pictures: five say which band is bright, the sixth how bright it is."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("bands", bands())

    def forward(self, latents: Tensor) -> Tensor:
        chosen = (5 * latents[:, :5]).softmax(dim=1) * (0.8 + 0.2 * latents[:, 5:].sigmoid())
        return (chosen @ self.bands).reshape(-1, 1, 28, 28)


class Reader(nn.Module):
    """Pictures to scores: how bright the bands are, those of one class together."""

    def __init__(self, classes: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("bands", bands() / _PIXELS)
        self.scores = nn.Linear(len(COLOURS), max(classes) + 1, bias=False)
        with torch.no_grad():
            self.scores.weight.copy_(12 * torch.eye(max(classes) + 1)[list(classes)].T)

    def forward(self, pictures: Tensor) -> Tensor:
        scores: Tensor = self.scores(pictures.flatten(1) @ self.bands.T)
        return scores


def write_flags(folder: Path) -> Path:
    """The kind as a library: its cards and its networks, as programs."""
    write_cards(folder)
    each = tuple(range(len(COLOURS)))
    _store(Flags(), torch.randn(2, LATENTS), folder / "flags.pt2")
    _store(Reader(each), torch.rand(2, 1, 28, 28), folder / "colour.pt2")
    _store(Reader(WARM), torch.rand(2, 1, 28, 28), folder / "warm.pt2")
    (folder / "colour_judge.pt2").write_bytes((folder / "colour.pt2").read_bytes())
    return folder


def _store(network: nn.Module, example: Tensor, path: Path) -> None:
    program = torch.export.export(network.eval(), (example,), dynamic_shapes=({0: torch.export.Dim("rows")},))
    torch.export.save(program, path)
