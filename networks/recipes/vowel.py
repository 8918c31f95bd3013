"""Is the letter a vowel? Seen in the picture, trained apart from the letter classifier."""

from pathlib import Path

import torch
from torch import Tensor

from oedipus.networks import letters
from oedipus.networks.recipes.letter_classifier import lettered
from oedipus.networks.recipes.supervised import AUGMENTED, Supervised

DATA = letters.SOURCE
HALF = True
METHOD = AUGMENTED + "; trained apart on vowels (A, E, I, O, U)"

VOWEL = torch.tensor([letter in "AEIOU" for letter in letters.ALPHABET]).long()


def sung(values: Tensor) -> Tensor:
    return VOWEL[values]


def recipe(data: Path | None) -> Supervised:
    return lettered(data, "convnet", {"classes": 2, "width": 24}, steps=2500, relabel=sung)
