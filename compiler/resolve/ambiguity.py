"""Which of several readings of a sentence say different things."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from oedipus.compiler.budget import TooLargeNumber
from oedipus.compiler.checked import Formula
from oedipus.compiler.logic.axes import Tables
from oedipus.compiler.logic.evaluate import holds

T = TypeVar("T")
TRIED = 1500
"""Readings of the digits tried where there are too many to try all."""
TRIALS = 4500
"""Trials of all formulas together, where there are many of them."""
LEAST_TRIED = 500


class _Seen(dict[tuple[str, str], int]):
    """What each network sees of the digits that a reading shows, by its table."""

    def __init__(self, shown: Mapping[str, int], tables: Tables) -> None:
        super().__init__()
        self.shown, self.tables = shown, tables

    def __missing__(self, key: tuple[str, str]) -> int:
        name, network = key
        table = self.tables.get(network)
        return table[self.shown[name]] if table is not None and name in self.shown else 0


def differing(readings: Sequence[tuple[T, Formula]], values: Mapping[str, Sequence[int]], tables: Tables) -> list[T]:
    """One reading for each different truth; what holds of all digits, or of none, yields to what says something.

    ``values`` are those that each variable can show, ``tables`` what networks truly see of them.
    """
    kept: dict[Formula, T] = {}
    for reading, formula in readings:
        kept.setdefault(formula, reading)
    if len(kept) < 2:
        return list(kept.values())
    different: dict[object, T] = {}
    sensible: dict[object, T] = {}
    tried = [(one, _Seen(one, tables)) for one in _tried(values, max(LEAST_TRIED, min(TRIED, TRIALS // len(kept))))]
    for formula, reading in kept.items():
        truth = tuple(_holds(formula, one, seen) for one, seen in tried)
        # What holds of nothing tried may still hold of something.
        key: object = truth if any(truth) or len(values) < 4 else formula
        different.setdefault(key, reading)
        if any(truth) and not all(truth):
            sensible.setdefault(key, reading)
    return list((sensible or different).values())


def _holds(formula: Formula, shown: Mapping[str, int], seen: Mapping[tuple[str, str], int]) -> bool | None:
    """The truth, None where a number is too large to tell."""
    try:
        return holds(formula, shown, seen)
    except TooLargeNumber:
        return None


def _tried(values: Mapping[str, Sequence[int]], most: int) -> Iterator[dict[str, int]]:
    if len(values) < 4:
        for shown in itertools.product(*values.values()):
            yield dict(zip(values, shown, strict=True))
        return
    rng = random.Random(0)
    for _ in range(most):
        yield {name: rng.choice(own) for name, own in values.items()}
