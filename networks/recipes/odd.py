"""Is the digit odd? Seen in the picture, trained apart from the digit classifier."""

from pathlib import Path

from torch import Tensor

from oedipus.networks.recipes.supervised import AUGMENTED, MNIST, Supervised

DATA = MNIST
METHOD = AUGMENTED + "; trained apart on parity"


def parity(digits: Tensor) -> Tensor:
    return digits % 2


def recipe(data: Path | None) -> Supervised:
    return Supervised(data, "convnet", {"classes": 2, "width": 32}, steps=14000, relabel=parity)
