"""The letter classifier of the likelihoods."""

from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from oedipus.networks import letters
from oedipus.networks.recipes.supervised import AUGMENTED, Supervised

DATA = letters.SOURCE
HALF = True
METHOD = AUGMENTED


def lettered(
    data: Path | None,
    architecture: str,
    options: dict[str, int],
    steps: int,
    relabel: Callable[[Tensor], Tensor] = lambda values: values,
    smoothing: float = 0.0,
) -> Supervised:
    """Training of ``architecture`` on letters, held against designs that it has not seen."""
    return Supervised(
        data, architecture, options, steps, relabel=relabel, load=letters.load, held="held", smoothing=smoothing
    )


def recipe(data: Path | None) -> Supervised:
    return lettered(data, "convnet", {"classes": 26, "width": 32}, steps=5000)
