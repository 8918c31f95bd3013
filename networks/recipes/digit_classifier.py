"""The digit classifier of the likelihoods (paper section 5.1)."""

from pathlib import Path

from oedipus.networks.recipes.supervised import Supervised

DATA = "MNIST, 60,000 training digits (Y. LeCun, C. Cortes; CC BY-SA 3.0)"
METHOD = "AdamW one cycle, batch 128, random affine and elastic maps, stroke width, noise, averaged weights"


def recipe(data: Path | None) -> Supervised:
    return Supervised(data, "convnet", {"classes": 10, "width": 32}, steps=16000)
