"""What a sweep is of: riddles, seeds and a grid of options, as tasks that have names of their own."""

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from oedipus.service.values import Value, value_of

Point: TypeAlias = Mapping[str, Value]

MOST = 10_000_000
"""Most tasks of a sweep."""


def seeds_of(text: str, most: int) -> tuple[int, ...]:
    """``0:400`` (400 is not one of them), ``7``, ``0:10,50,60:70``. Raises ``ValueError``."""
    found: dict[int, None] = {}
    for part in text.split(","):
        first, colon, last = part.strip().partition(":")
        if not first.isdecimal() or (colon and not last.isdecimal()):
            raise ValueError(f"seeds: '{part.strip()}' is no seed and no range, such as 7 or 0:400")
        begin = int(first)
        end = int(last) if colon else begin + 1
        if end <= begin:
            raise ValueError(f"seeds: {part.strip()} is empty; the second number is the first that is not meant")
        if end - 1 > most:
            raise ValueError(f"seeds: {end - 1:,} is beyond {most:,}")
        if end - begin > MOST:
            raise ValueError(f"seeds: {end - begin:,} at once; {MOST:,} are the most")
        found |= dict.fromkeys(range(begin, end))
    return tuple(found)


def grid_of(flags: Sequence[str]) -> tuple[Point, ...]:
    """Every combination of ``alpha=10,100`` and ``samples=50,100``; one empty point without any.

    A schedule of α is written ``0.5/1/3/10``. Raises ``ValueError``.
    """
    axes: dict[str, list[Value]] = {}
    for flag in flags:
        name, equals, values = flag.partition("=")
        name = name.strip()
        parts = [one.strip() for one in values.split(",")]
        if not (equals and name and all(parts)):
            raise ValueError(f"grid: '{flag}' is not of the form name=value,value")
        if name == "seed":
            raise ValueError("grid: seeds are given by --seeds")
        if name in axes:
            raise ValueError(f"grid: {name} is given twice; its values stand in one: {name}=10,100")
        axes[name] = list(dict.fromkeys(value_of(part) for part in parts))
    return tuple(dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values()))


def schedule_of(alpha: Value) -> tuple[float, ...]:
    """``10`` or ``0.5/1/3/10``. Raises ``ValueError``."""
    try:
        return tuple(float(part) for part in str(alpha).split("/"))
    except ValueError:
        raise ValueError(f"alpha: a power, or a schedule such as 0.5/1/3/10, not '{alpha}'") from None


@dataclass(frozen=True, slots=True)
class Entry:
    """A riddle, with one set of data, that is solved over and over: ``name`` for people, its ``parcel`` by digest."""

    name: str
    digest: str
    data: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every entry with every point of the grid and every seed."""

    entries: tuple[Entry, ...]
    seeds: tuple[int, ...]
    grid: tuple[Point, ...] = field(default_factory=lambda: ({},))
    keep: bool = False

    def __len__(self) -> int:
        return len(self.entries) * len(self.grid) * len(self.seeds)

    def tasks(self) -> Iterator[dict[str, Any]]:
        """The seeds of an entry at a point one after another."""
        for entry, point, seed in itertools.product(self.entries, self.grid, self.seeds):
            what = {"parcel": entry.digest, "point": dict(point), "seed": seed}
            name = json.dumps(what | {"keep": self.keep}, sort_keys=True)
            yield {
                "id": hashlib.sha256(name.encode()).hexdigest()[:24], "riddle": entry.name, "data": entry.data,
                "keep": self.keep, **what,
            }  # fmt: skip
