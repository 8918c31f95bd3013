"""Statements that are counted: all digits of the solutions against a count over all readings."""

import itertools
from collections.abc import Callable

import pytest

from oedipus.compiler.frontend import check_text
from oedipus.compiler.verdict.decide import verdict
from oedipus.networks.cards import read_cards

CARDS = read_cards()
SAID = "Ann: a is odd\nBen says that a < b.\nCleo: a + b = 9\n"
STATEMENTS = "1. a is odd\n2. a < b\n3. a + b = 9\n"


def truths(a: int, b: int) -> int:
    """How many of the statements hold."""
    return (a % 2 == 1) + (a < b) + (a + b == 9)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (f"Exactly two of the following statements are true:\n{STATEMENTS}", lambda n: n == 2),
        (f"{STATEMENTS}Exactly one of these statements is false.", lambda n: n == 2),
        (f"Only one of these clues is true:\n{STATEMENTS}", lambda n: n == 1),
        (f"At least two of the following three statements are false.\n{STATEMENTS}", lambda n: n <= 1),
        (f"Of the following statements, none is true:\n{STATEMENTS}", lambda n: n == 0),
        (f"{SAID}Exactly one of them is lying.", lambda n: n == 2),
        (f"Only one of the three friends tells the truth.\n{SAID}", lambda n: n == 1),
        (f"{SAID}At least two of Ann, Ben and Cleo are liars.", lambda n: n <= 1),
        (f"One person is mistaken, and the others are right.\n{SAID}", lambda n: n == 2),
        ("Exactly one of these is true: (a is odd), (a < b), (a + b = 9).", lambda n: n == 1),
        ("Exactly two of these statements are true: a is odd, a < b, a + b = 9.", lambda n: n == 2),
        ("At most one of these statements is true: a is odd, a < b and a + b = 9.", lambda n: n <= 1),
    ],
)
def test_counted(text: str, right: Callable[[int], bool]) -> None:
    found = verdict(check_text(f"digits a, b\n{text}\n", CARDS), CARDS, limit=100)
    expected = [(a, b) for a, b in itertools.product(range(10), repeat=2) if right(truths(a, b))]
    assert sorted(tuple(one.values()) for one in found.solutions) == expected
