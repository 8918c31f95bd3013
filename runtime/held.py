"""Pictures that stand still, and what was read of them: neither is paid for again while other pictures move."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from torch import Tensor

Readings: TypeAlias = dict[tuple[str, int], Tensor]
"""By what is asked and the place of the variable: of a network class log-probabilities ``[rows, classes]``, of a
measurement its log-likelihood ``[rows, 1]`` in nats."""


@dataclass(frozen=True, slots=True)
class Held:
    """Pictures by the place of their variable, and ``readings`` of them: of latents that stay where they are."""

    pictures: Mapping[int, Tensor]
    readings: Readings

    def at(self, rows: Tensor) -> "Held":
        """Those of some rows ``[any]``, each as often as it is named."""
        pictures = {place: one[rows] for place, one in self.pictures.items()}
        return Held(pictures, {key: one[rows] for key, one in self.readings.items()})
