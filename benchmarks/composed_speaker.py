"""Draws numbers and what is said of them in one setting."""

from collections.abc import Sequence
from random import Random

import numpy as np
from composed_words import TIMES, WORDS, Column, Num, Pred, World, backwards, digit_sum, is_prime, is_square, listed


class Speaker:
    """Draws numbers and predicates of one world; within a sentence a digit keeps its name."""

    def __init__(self, world: World, rng: Random) -> None:
        self.world, self.rng = world, rng
        calls = [rng.choice(one) for one in world.calls]
        if any("first" in one or "second" in one for one in calls) and world.name == "numbers":
            at = rng.randrange(2)
            calls = [one[at] for one in world.calls]
        self._digits = [
            Num(text, column, frozenset({at}))
            for at, (text, column) in enumerate(zip(calls, world.columns, strict=True))
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
        return self.rng.choice([one for one in self.bare(subject.value) if one.text not in avoid])

    def near(self, values: Column) -> int:
        """A value that the column takes."""
        return int(values[self.rng.randrange(len(values))])

    def bare(self, values: Column) -> list[Pred]:
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
        makers = [self.bare, self.nouns, self._values]
        found = [one for make in makers for one in make(subject.value)]
        if len(subject.places) < len(self.world.variables):
            other = self.other(subject.places)
            related = self.related(other)
            found += related + [self.rng.choice(related) for _ in range(6)]
            found += self._relations_to_two(subject)
        return self.rng.choice([one for one in found if one.text not in avoid and not (light and one.heavy)])

    def nouns(self, values: Column) -> list[Pred]:
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

    def related(self, other: Num) -> list[Pred]:
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
