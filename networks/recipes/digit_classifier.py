"""The digit classifier of the likelihoods (paper section 5.1)."""

from pathlib import Path

from oedipus.networks.recipes.supervised import AUGMENTED, MNIST, Supervised

DATA = MNIST
METHOD = AUGMENTED


def recipe(data: Path | None) -> Supervised:
    return Supervised(data, "convnet", {"classes": 10, "width": 32}, steps=16000)
