"""Is the digit odd? Seen in the picture, trained apart from the digit classifier."""

from pathlib import Path

from torch import Tensor

from oedipus.networks.recipes.supervised import Supervised

DATA = "MNIST, 60,000 training digits (Y. LeCun, C. Cortes; CC BY-SA 3.0)"
METHOD = "AdamW one cycle, batch 128, random affine and elastic maps, stroke width, noise, averaged weights; trained apart on parity"


def parity(digits: Tensor) -> Tensor:
    return digits % 2


def recipe(data: Path | None) -> Supervised:
    return Supervised(data, "convnet", {"classes": 2, "width": 32}, steps=14000, relabel=parity)
