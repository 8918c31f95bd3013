"""The judge of letters: another architecture, trained apart, that only ever scores results."""

from pathlib import Path

from oedipus.networks import letters
from oedipus.networks.recipes.letter_classifier import lettered
from oedipus.networks.recipes.supervised import Supervised

DATA = letters.SOURCE
HALF = True
METHOD = (
    "AdamW one cycle, batch 128, random affine and elastic maps, stroke width, noise, label smoothing 0.03, "
    "averaged weights"
)


def recipe(data: Path | None) -> Supervised:
    return lettered(data, "residual_judge", {"classes": 26, "width": 28}, steps=3500, smoothing=0.03)
