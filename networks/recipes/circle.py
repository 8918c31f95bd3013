"""Does the digit contain a closed circle? Declared for 0, 6, 8 and 9."""

from pathlib import Path

import torch
from torch import Tensor

from oedipus.networks.recipes.supervised import AUGMENTED, MNIST, Supervised

DATA = MNIST
METHOD = AUGMENTED + "; trained apart on closed circles (0, 6, 8, 9)"

CLOSED = torch.tensor([digit in (0, 6, 8, 9) for digit in range(10)]).long()


def closed(digits: Tensor) -> Tensor:
    return CLOSED[digits]


def recipe(data: Path | None) -> Supervised:
    return Supervised(data, "convnet", {"classes": 2, "width": 32}, steps=14000, relabel=closed)
