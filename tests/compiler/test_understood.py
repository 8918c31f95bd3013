"""Sentences of a reader who knew the documentation only, each with what it means as an expression in Python.

``understood.txt`` holds them, a line each, under the declaration they stand behind. In an expression, ``d`` are the
digits, ``n`` their number, ``S`` and ``P`` their sum and product, ``rev`` the number backwards; a number's digits are
h, t, o, a code's x, y, z, those of two numbers p and q are a, b and c, e.
"""

import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from oedipus.compiler.frontend import check_text
from oedipus.compiler.logic.evaluate import holds
from oedipus.networks.cards import Card

TRIED = 250
"""Readings tried of each sentence, among them all that fulfil it up to this number."""
LETTERS = {
    "I am a three-digit number.": "hto",
    "There is a three-digit number.": "hto",
    "digits a, b, c": "abc",
    "There is a three-digit code.": "xyz",
    "There are two two-digit numbers: p and q.": "abce",
    "There is a two-digit number.": "to",
    "There are three different digits: a, b and c.": "abc",
    "There are three different odd digits: a, b and c.": "abc",
    "Let a, b and c be distinct digits.": "abc",
    "There are two different two-digit numbers: p and q.": "abce",
    "There are two two-digit primes: p and q.": "abce",
}


def lines() -> Iterator[tuple[str, str, str]]:
    """Declaration, sentence and meaning."""
    declared = ""
    for line in (Path(__file__).parent / "understood.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            declared = line[3:]
        elif line:
            said, meaning = line.rsplit(" ## ", 1)
            yield declared, said.replace("\\n", "\n"), meaning


def odd(number: int) -> bool:
    return number % 2 == 1


def even(number: int) -> bool:
    return number % 2 == 0


def val(*digits: int) -> int:
    return int("".join(map(str, digits)))


def isp(number: int) -> bool:
    return number > 1 and all(number % k for k in range(2, math.isqrt(number) + 1))


def sq(number: int) -> bool:
    return number >= 0 and math.isqrt(number) ** 2 == number


def cube(number: int) -> bool:
    return any(k**3 == number for k in range(30))


def cnt(which: Callable[[int], Any], digits: tuple[int, ...]) -> int:
    return sum(bool(which(one)) for one in digits)


def prod(numbers: Iterable[int]) -> int:
    return math.prod(numbers)


def hits(digits: tuple[int, ...], guess: int | str) -> int:
    return sum(one == int(char) for one, char in zip(digits, str(guess), strict=True))


def hint(digits: tuple[int, ...], guess: int | str, right: int, placed: int | None) -> bool:
    found = sum(int(char) in digits for char in str(guess))
    return found == right and (placed is None or hits(digits, guess) == placed)


def meant(meaning: str, declared: str) -> set[tuple[int, ...]]:
    """All digits that the expression holds of."""
    letters = LETTERS[declared]
    code = compile(meaning, meaning, "eval")
    found = set()
    for d in itertools.product(range(10), repeat=len(letters)):
        named = dict(zip(letters, d, strict=True))
        named |= {"d": d, "n": val(*d), "S": sum(d), "P": math.prod(d), "rev": val(*d[::-1])}
        if len(letters) == 4:
            named |= {"p": val(*d[:2]), "q": val(*d[2:])}
        if eval(code, {**globals(), **named}):
            found.add(d)
    return found


@pytest.mark.parametrize(("declared", "said", "meaning"), list(lines()), ids=lambda text: str(text)[:60])
def test_understood(declared: str, said: str, meaning: str, cards: Mapping[str, Card]) -> None:
    riddle = check_text(f"{declared}\n{said}\n", cards)
    names = [one.name for one in riddle.variables]
    tables = {name: card.table for name, card in cards.items() if card.table is not None}
    right = meant(meaning, declared)
    leading = [0, 2] if LETTERS[declared] == "abce" else [0] if "number" in declared else []
    rng = random.Random(said)
    tried = [tuple(rng.choices(range(10), k=len(names))) for _ in range(TRIED)]
    tried += rng.sample(sorted(right), min(TRIED, len(right)))
    for digits in tried:
        reading = dict(zip(names, digits, strict=True))
        seen = {(name, network): table[reading[name]] for name in names for network, table in tables.items()}
        understood = all(holds(clause.body, reading, seen) for clause in riddle.clauses)
        assert understood is (digits in right and all(digits[place] for place in leading)), digits
