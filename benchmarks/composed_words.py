"""Settings, and what composed sentences are made of: numbers that can be spoken of, and what is said of them.

Every phrase carries its meaning as a column over all readings of the setting, so
that a sentence is put together with its truth, and the reader has no part in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
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
        kept = np.all([grid[place] != 0 for place in self.leading], axis=0) if self.leading else np.full(grid[0].shape, 1)
        return tuple(row[kept.astype(bool)].astype(np.int64) for row in grid)

    @cached_property
    def every(self) -> tuple[Column, ...]:
        """All readings, those with a leading zero too."""
        return tuple(np.indices((10,) * len(self.variables)).reshape(len(self.variables), -1).astype(np.int64))

    def number(self, places: Sequence[int]) -> Column:
        return sum(self.columns[at] * 10**power for power, at in enumerate(reversed(places)))  # type: ignore[return-value]


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
    return sum((values // 10**at % 10) * 10 ** (width - 1 - at) for at in range(width))  # type: ignore[return-value]


def is_prime(values: Column) -> Truths:
    return np.isin(values, PRIMES)


def is_square(values: Column) -> Truths:
    roots = np.floor(np.sqrt(np.maximum(values, 0)) + 0.5).astype(np.int64)
    return (values >= 0) & (roots * roots == values)


def listed(texts: Sequence[str], word: str = "and") -> str:
    """*a, b and c*."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}"


class Speaker:
    """Draws numbers and predicates of one world; within a sentence a digit keeps its name."""

    def __init__(self, world: World, rng: Random) -> None:
        self.world, self.rng = world, rng
        calls = [rng.choice(one) for one in world.calls]
        if any("first" in one or "second" in one for one in calls) and world.name == "numbers":
            at = rng.randrange(2)
            calls = [one[at] for one in world.calls]
        self._digits = [
            Num(text, column, frozenset({at})) for at, (text, column) in enumerate(zip(calls, world.columns, strict=True))
        ]

    def small(self, number: int) -> str:
        """A numeral, or its word."""
        return WORDS[number] if 0 <= number < len(WORDS) and self.rng.random() < 0.35 else str(number)

    def digits(self, count: int, avoid: frozenset[int] = frozenset()) -> list[Num]:
        """Different digits; all in order where as many are wanted as there are."""
        free = [one for one in self._digits if not one.places & avoid]
        picked = self.rng.sample(free, min(count, len(free)))
        return sorted(picked, key=lambda one: min(one.places)) if len(picked) == len(self._digits) else picked

    def every(self) -> list[Num]:
        return list(self._digits)

    def wholes(self) -> list[Num]:
        return [
            Num(text, self.world.number(places), frozenset(places), "am" if text == "I" else "is", True)
            for text, places in self.world.wholes.items()
            if self.world.name != "code"
        ]

    def whole(self) -> Num | None:
        """The number, never *I*, so that it can stand inside of another phrase."""
        named = [one for one in self.wholes() if one.text != "I"]
        return self.rng.choice(named) if named else None

    def subject(self, avoid: frozenset[int] = frozenset(), light: bool = False) -> Num:
        """What a sentence speaks of."""
        draw = self.rng.random()
        wholes = [one for one in self.wholes() if not one.places & avoid]
        if draw < 0.2 and wholes:
            return self.rng.choice(wholes)
        if draw < 0.5:
            found = self.computed()
            if not (light and found.heavy):
                return found
        return self.digits(1, avoid)[0]

    def other(self, avoid: frozenset[int]) -> Num:
        """What something is compared with."""
        left = self.digits(1, avoid)
        return left[0] if left else self.digits(1)[0]

    def computed(self) -> Num:
        """A computed subject."""
        makers = [self._pair_of, self._pair_of, self._pair_of, self._multiple, self._power, self._plus]
        if self.world.all_digits:
            makers += [self._of_all, self._of_all]
        if self.whole() is not None:
            makers += [self._of_whole, self._of_whole]
        return self.rng.choice(makers)()

    def _pair_of(self) -> Num:
        parts = self.digits(self.rng.choice((2, 2, 2, 3)))
        texts, values = [one.text for one in parts], [one.value for one in parts]
        kinds: list[tuple[str, Column]] = [
            (f"the sum of {listed(texts)}", np.sum(values, axis=0)),
            (f"the product of {listed(texts)}", np.prod(values, axis=0)),
            (f"the largest of {listed(texts)}", np.max(values, axis=0)),
            (f"the smallest of {listed(texts)}", np.min(values, axis=0)),
        ]
        if len(parts) == 2:
            kinds[2:] = [(f"the difference between {listed(texts)}", np.abs(values[0] - values[1]))]
        text, value = self.rng.choice(kinds)
        return Num(text, value, frozenset().union(*(one.places for one in parts)))

    def _multiple(self) -> Num:
        one, factor = self.rng.choice([*self.digits(1), self._pair_of()]), self.rng.choice((2, 2, 3))
        return Num(f"{self.rng.choice(TIMES[factor])} {one.text}", factor * one.value, one.places)

    def _power(self) -> Num:
        one = self.digits(1)[0]
        text, power = self.rng.choice((("the square of", 2), ("the cube of", 3)))
        return Num(f"{text} {one.text}", one.value**power, one.places)

    def _plus(self) -> Num:
        one, two = self.digits(2)
        text, value = self.rng.choice((("{} plus {}", one.value + two.value), ("{} times {}", one.value * two.value)))
        return Num(text.format(one.text, two.text), value, one.places | two.places)

    def _of_all(self) -> Num:
        columns, all_of = self.world.columns, self.world.all_digits.replace("its ", "the ")
        noun = all_of.split()[-1]
        odd = np.sum([one % 2 for one in columns], axis=0)
        kinds: list[tuple[str, Column]] = [
            (f"the sum of {all_of}", np.sum(columns, axis=0)),
            (f"the sum of all {noun}", np.sum(columns, axis=0)),
            (f"the product of {all_of}", np.prod(columns, axis=0)),
            (f"the largest {noun[:-1]}", np.max(columns, axis=0)),
            (f"the smallest {noun[:-1]}", np.min(columns, axis=0)),
            (f"the number of odd {noun}", odd),
            (f"the number of even {noun}", len(columns) - odd),
            (f"the sum of the first two {noun}", columns[0] + columns[1]),
            (f"the product of the last two {noun}", columns[-2] * columns[-1]),
        ]
        text, value = self.rng.choice(kinds)
        return Num(text, value, frozenset(range(len(columns))))

    def _of_whole(self) -> Num:
        one = self.whole()
        assert one is not None
        by = self.rng.choice((3, 4, 5, 7, 9, 11))
        last = self.rng.choice(("last digit", "ones digit"))
        kinds: list[tuple[str, Column]] = [
            (f"the digit sum of {one.text}", digit_sum(one.value)),
            (f"the digit sum of twice {one.text}", digit_sum(2 * one.value)),
            (f"the sum of the digits of three times {one.text}", digit_sum(3 * one.value)),
            (f"the digit sum of the square of {one.text}", digit_sum(one.value**2)),
            (f"the {last} of the square of {one.text}", one.value**2 % 10),
            (f"the {last} of three times {one.text}", 3 * one.value % 10),
            (f"the remainder when {one.text} is divided by {by}", one.value % by),
            (f"the reverse of {one.text}", backwards(one.value)),
            (f"twice {one.text}", 2 * one.value),
            (f"the square of {one.text}", one.value**2),
            (f"the sum of {one.text} and its reverse", one.value + backwards(one.value)),
        ]
        text, value = self.rng.choice(kinds)
        return Num(text, value, one.places)

    def fixed(self, subject: Num, avoid: Sequence[str] = ()) -> Pred:
        """A predicate without another number of the riddle in it: adjectives and bounds."""
        return self.rng.choice([one for one in self._bare(subject.value) if one.text not in avoid])

    def near(self, values: Column) -> int:
        """A value that the column takes."""
        return int(values[self.rng.randrange(len(values))])

    def _bare(self, values: Column) -> list[Pred]:
        by, bound = self.rng.choice((3, 4, 5, 6, 7)), self.near(values)
        c, b = self.small(by), self.small(bound)
        return [
            Pred("odd", lambda v: v % 2 == 1, True),
            Pred("even", lambda v: v % 2 == 0, True),
            Pred("prime", is_prime, True),
            Pred(f"divisible by {c}", lambda v: v % by == 0, True),
            Pred(f"greater than {b}", lambda v: v > bound, True),
            Pred(f"less than {b}", lambda v: v < bound, True),
            Pred(f"at least {b}", lambda v: v >= bound),
            Pred(f"at most {b}", lambda v: v <= bound),
        ]

    def pred(self, subject: Num, light: bool = False, avoid: Sequence[str] = ()) -> Pred:
        """Anything that can be said behind *is*."""
        makers = [self._bare, self._nouns, self._values]
        found = [one for make in makers for one in make(subject.value)]
        if len(subject.places) < len(self.world.variables):
            other = self.other(subject.places)
            related = self._related(other, subject.value)
            found += related + [self.rng.choice(related) for _ in range(6)]
            found += self._relations_to_two(subject)
        return self.rng.choice([one for one in found if one.text not in avoid and not (light and one.heavy)])

    def _nouns(self, values: Column) -> list[Pred]:
        by = self.rng.choice((2, 3, 4, 5))
        most = int(values.max())
        return [
            Pred("a prime number", is_prime),
            Pred("a perfect square", is_square),
            Pred(f"a multiple of {self.small(by)}", lambda v: v % by == 0),
            Pred("an even number", lambda v: v % 2 == 0),
            Pred(f"not {self.small(most)}", lambda v: v != most),
        ]

    def _values(self, values: Column) -> list[Pred]:
        some = sorted({self.near(values) for _ in range(6)})[:3]
        low, high, middle = some[0], some[-1], some[len(some) // 2]
        texts = [str(one) for one in some]
        found = [Pred(self.small(middle), lambda v: v == middle), Pred(f"equal to {middle}", lambda v: v == middle)]
        if low < high:
            found.append(Pred(f"between {low} and {high}", lambda v: (v >= low) & (v <= high)))
            found.append(Pred(f"either {low} or {high}", lambda v: (v == low) | (v == high)))
            word = self.rng.choice(("and", "or"))
            found.append(Pred(f"one of {listed(texts, word)}", lambda v: np.isin(v, some)))
            found.append(Pred(listed(texts, "or"), lambda v: np.isin(v, some)))
        return found

    def _related(self, other: Num, values: Column) -> list[Pred]:
        y, o = other.value, other.text
        by, k = self.rng.choice((1, 2, 3, 4)), self.rng.choice((2, 3))
        n, times = self.small(by), self.rng.choice(TIMES[k])
        return [
            Pred(f"greater than {o}", lambda v: v > y),
            Pred(f"less than {o}", lambda v: v < y),
            Pred(f"{n} more than {o}", lambda v: v == y + by),
            Pred(f"{n} less than {o}", lambda v: v == y - by),
            Pred(f"{n} greater than {o}", lambda v: v == y + by),
            Pred(f"{times} {o}", lambda v: v == k * y),
            Pred(f"{times} as large as {o}", lambda v: v == k * y),
            Pred(f"half of {o}", lambda v: 2 * v == y),
            Pred(f"equal to {o}", lambda v: v == y),
            Pred(f"at least {times} {o}", lambda v: v >= k * y),
            Pred(f"at least {n} more than {o}", lambda v: v >= y + by),
            Pred(f"greater than {times} {o}", lambda v: v > k * y),
            Pred(f"{n} more than {times} {o}", lambda v: v == k * y + by),
            Pred(f"{n} less than {times} {o}", lambda v: v == k * y - by),
            Pred(f"more than {times} {o}", lambda v: v > k * y),
        ]

    def _relations_to_two(self, subject: Num) -> list[Pred]:
        two = self.digits(2, subject.places)
        if len(two) < 2:
            return []
        (x, y), (s, t) = [one.text for one in two], [one.value for one in two]
        by = self.rng.choice((1, 2, 3))
        n = self.small(by)
        return [
            Pred(f"the sum of {x} and {y}", lambda v: v == s + t),
            Pred(f"the product of {x} and {y}", lambda v: v == s * t),
            Pred(f"{n} more than the sum of {x} and {y}", lambda v: v == s + t + by),
            Pred(f"greater than the sum of {x} and {y}", lambda v: v > s + t),
            Pred(f"the difference between {x} and {y}", lambda v: v == np.abs(s - t)),
            Pred(f"twice the sum of {x} and {y}", lambda v: v == 2 * (s + t)),
        ]
