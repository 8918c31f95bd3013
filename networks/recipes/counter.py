"""Has the letter a closed counter? Declared for A, B, D, O, P, Q and R."""

from pathlib import Path

import torch
from torch import Tensor

from oedipus.networks import letters
from oedipus.networks.recipes.letter_classifier import lettered
from oedipus.networks.recipes.supervised import AUGMENTED, Supervised

DATA = letters.SOURCE
HALF = True
METHOD = AUGMENTED + "; trained apart on closed counters (A, B, D, O, P, Q, R)"

CLOSED = torch.tensor([letter in "ABDOPQR" for letter in letters.ALPHABET]).long()


def closed(values: Tensor) -> Tensor:
    return CLOSED[values]


def recipe(data: Path | None) -> Supervised:
    return lettered(data, "convnet", {"classes": 2, "width": 24}, steps=2500, relabel=closed)
