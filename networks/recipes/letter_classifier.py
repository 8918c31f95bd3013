"""The letter classifier of the likelihoods.

Half of what it sees are two letters, one faded into the other, so that it is not sure of what lies between letters: a
continuous generator draws such pictures, too, and a likelihood that is sure of them would let them pass.
"""

from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from oedipus.networks import letters
from oedipus.networks.recipes.supervised import AUGMENTED, Supervised

DATA = letters.SOURCE
HALF = True
METHOD = AUGMENTED + "; half of each batch are two letters faded into each other, with both labels"


def lettered(
    data: Path | None,
    architecture: str,
    options: dict[str, int],
    steps: int,
    relabel: Callable[[Tensor], Tensor] = lambda values: values,
    smoothing: float = 0.0,
    mixed: float = 0.0,
) -> Supervised:
    """Training of ``architecture`` on letters, held against designs that it has not seen."""
    return Supervised(
        data,
        architecture,
        options,
        steps,
        relabel=relabel,
        load=letters.load,
        held="held",
        smoothing=smoothing,
        mixed=mixed,
    )


def recipe(data: Path | None) -> Supervised:
    return lettered(data, "convnet", {"classes": 26, "width": 32}, steps=2400, mixed=0.5)
