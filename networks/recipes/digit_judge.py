"""The judge: a larger network, trained apart, that only ever scores results."""

from pathlib import Path

from oedipus.networks.recipes.supervised import MNIST, Supervised

DATA = MNIST
HALF = True
METHOD = "AdamW one cycle, batch 128, random affine maps, label smoothing 0.03, averaged weights"


def recipe(data: Path | None) -> Supervised:
    return Supervised(data, "residual_judge", {"classes": 10, "width": 32}, steps=9000, smoothing=0.03, strong=False)
