"""Settings, and what composed sentences are made of: numbers that can be spoken of, and what is said of them.

Every phrase carries its meaning as a column over all readings of the setting, so
that a sentence is put together with its truth, and the reader has no part in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Column: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]
WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
TIMES = {2: ("twice", "two times"), 3: ("three times",), 4: ("four times",)}
PRIMES = [n for n in range(2, 10_000) if all(n % d for d in range(2, int(n**0.5) + 1))]


@dataclass(frozen=True, slots=True)
class Num:
    """A number: its words, its value in every reading, the places of the digits in it, the verb behind it."""

    text: str
    value: Column
    places: frozenset[int] = frozenset()
    be: str = "is"
    whole: bool = False

    @property
    def heavy(self) -> bool:
        """Whether *and* stands in it, so that an *and* behind it needs a comma."""
        return " and " in self.text


@dataclass(frozen=True, slots=True)
class Pred:
    """What is said of a number behind *is*; a ``bare`` one is an adjective that goes with anything."""

    text: str
    truth: Callable[[Column], Truths]
    bare: bool = False

    @property
    def heavy(self) -> bool:
        return " and " in self.text or " or " in self.text


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement and where it is true."""

    text: str
    truth: Truths
    family: str = ""
    world: "World | None" = None
    """The setting where the sentence is the whole of it."""

    @property
    def heavy(self) -> bool:
        return any(word in self.text for word in (" and ", " or ", ","))


@dataclass(frozen=True)
class World:
    """A setting: how it is declared, what its digits are called by the reader and by people, its whole numbers."""

    name: str
    setting: str
    variables: tuple[str, ...]
    calls: tuple[tuple[str, ...], ...]
    wholes: Mapping[str, tuple[int, ...]]
    leading: tuple[int, ...] = ()
    all_digits: str = "the digits"
    one_number: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        grid = np.indices((10,) * len(self.variables)).reshape(len(self.variables), -1)
        kept = (
            np.all([grid[place] != 0 for place in self.leading], axis=0) if self.leading else np.full(grid[0].shape, 1)
        )
        return tuple(row[kept.astype(bool)].astype(np.int64) for row in grid)

    @cached_property
    def every(self) -> tuple[Column, ...]:
        """All readings, those with a leading zero too."""
        return tuple(np.indices((10,) * len(self.variables)).reshape(len(self.variables), -1).astype(np.int64))

    def number(self, places: Sequence[int]) -> Column:
        return sum(self.columns[at] * 10**power for power, at in enumerate(reversed(places)))


def _places(poss: str) -> tuple[tuple[str, ...], ...]:
    return (
        (f"{poss} hundreds digit", f"{poss} first digit", "the digit in the hundreds place"),
        (f"{poss} tens digit", f"{poss} middle digit", "the tens digit"),
        (f"{poss} ones digit", f"{poss} last digit", "the last digit"),
    )


_THREE = ("hundreds", "tens", "ones")
_LETTERS = (("a",), ("b",), ("c",))
_FOUR = ("first", "second", "third", "fourth")
WORLDS = (
    World("me", "I am a three-digit number.", _THREE, _places("my"), {"I": (0, 1, 2), "the number": (0, 1, 2)},
          (0,), "my digits", True),
    World("number", "There is a three-digit number.", _THREE, _places("the"), {"the number": (0, 1, 2)},
          (0,), "its digits", True),
    World("letters", "digits a, b, c", ("a", "b", "c"), _LETTERS, {}),
    World("named", "There are three digits: a, b and c.", ("a", "b", "c"), _LETTERS, {}),
    World("numbers", "There are three numbers.", ("first", "second", "third"),
          tuple((f"the {one} number", f"the {one}") for one in _FOUR[:3]), {}, all_digits="the numbers"),
    World("code", "There is a code of four digits.", _FOUR,
          (("the first digit",), ("the second digit",), ("the third digit",), ("the fourth digit", "the last digit")),
          {"the code": (0, 1, 2, 3)}, one_number=True),
    World("pair", "There are two two-digit numbers: p and q.", ("p_tens", "p_ones", "q_tens", "q_ones"),
          (("the tens digit of p", "the first digit of p"), ("the ones digit of p", "the last digit of p"),
           ("the tens digit of q", "the first digit of q"), ("the ones digit of q", "the last digit of q")),
          {"p": (0, 1), "q": (2, 3)}, (0, 2), ""),
)  # fmt: skip


def digit_sum(values: Column) -> Column:
    total, rest = np.zeros_like(values), values.copy()
    while rest.any():
        total, rest = total + rest % 10, rest // 10
    return total


def backwards(values: Column) -> Column:
    """The digits in reverse, of positive numbers of three digits or two, the width kept."""
    width = len(str(int(values.max())))
    return sum((values // 10**at % 10) * 10 ** (width - 1 - at) for at in range(width))


def is_prime(values: Column) -> Truths:
    return np.isin(values, PRIMES)


def is_square(values: Column) -> Truths:
    roots = np.floor(np.sqrt(np.maximum(values, 0)) + 0.5).astype(np.int64)
    return (values >= 0) & (roots * roots == values)


def listed(texts: Sequence[str], word: str = "and") -> str:
    """*a, b and c*."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}"
