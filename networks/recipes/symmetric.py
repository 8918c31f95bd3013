"""Is the letter its own mirror image, left and right exchanged? As its upright, plain form is."""

from pathlib import Path

import torch
from torch import Tensor

from oedipus.networks import letters
from oedipus.networks.recipes.letter_classifier import lettered
from oedipus.networks.recipes.supervised import AUGMENTED, Supervised

DATA = letters.SOURCE
HALF = True
METHOD = AUGMENTED + "; trained apart on letters that are their own mirror image (A, H, I, M, O, T, U, V, W, X, Y)"

SYMMETRIC = torch.tensor([letter in "AHIMOTUVWXY" for letter in letters.ALPHABET]).long()


def mirrored(values: Tensor) -> Tensor:
    return SYMMETRIC[values]


def recipe(data: Path | None) -> Supervised:
    return lettered(data, "convnet", {"classes": 2, "width": 24}, steps=2500, relabel=mirrored)
