# ruff: noqa: ARG005, E501
"""Turns of phrase of published riddles, each against its meaning by brute force."""

from collections.abc import Callable
from itertools import product

import pytest

from oedipus.compiler.checked import Measurement
from oedipus.compiler.frontend import check_text
from oedipus.compiler.logic.evaluate import holds
from oedipus.networks.cards import read_cards

CARDS = read_cards()
ABC = "digits a, b, c"
NUMBER = "I am a three-digit number."
PRIMES = (2, 3, 5, 7)
Meaning = Callable[[int, int, int], object]


def satisfying(text: str) -> set[tuple[int, ...]]:
    """All readings of the digits that fulfil every clause, by brute force."""
    riddle = check_text(text, CARDS)
    names = [one.name for one in riddle.variables]
    tables = {name: card.table for name, card in CARDS.items() if card.table is not None}
    bodies = [clause.body for clause in riddle.clauses if not isinstance(clause.body, Measurement)]
    found = set()
    for digits in product(range(10), repeat=len(names)):
        reading = dict(zip(names, digits, strict=True))
        seen = {(name, network): table[reading[name]] for name in names for network, table in tables.items()}
        if all(holds(body, reading, seen) for body in bodies):
            found.add(digits)
    return found


SENTENCES: list[tuple[str, str, Meaning]] = [
    (ABC, "a is odd, but b is not.", lambda a, b, c: a % 2 and b % 2 == 0),
    (ABC, "a is not divisible by 3, but b is.", lambda a, b, c: a % 3 and b % 3 == 0),
    (ABC, "a is odd, as is c.", lambda a, b, c: a % 2 and c % 2),
    (ABC, "Only a is odd.", lambda a, b, c: a % 2 and b % 2 == 0 and c % 2 == 0),
    (ABC, "a is divisible by neither 2 nor 3.", lambda a, b, c: a % 2 and a % 3),
    (ABC, "a is at least 3 more than b.", lambda a, b, c: a >= b + 3),
    (ABC, "a is at most 2 less than b.", lambda a, b, c: a >= b - 2),
    (ABC, "a is at least twice as big as b.", lambda a, b, c: a >= 2 * b),
    (ABC, "a is twice greater than b.", lambda a, b, c: a == 2 * b),
    (ABC, "a is different from b and c.", lambda a, b, c: a not in (b, c)),
    (ABC, "a is the same as b but different from c.", lambda a, b, c: a == b and a != c),
    (ABC, "a is larger than the other two.", lambda a, b, c: a > b and a > c),
    (ABC, "a is odd and the others are even.", lambda a, b, c: a % 2 and b % 2 == 0 and c % 2 == 0),
    (ABC, "The largest digit is the sum of the other two.", lambda a, b, c: 2 * max(a, b, c) == a + b + c),
    (ABC, "a is the square root of b.", lambda a, b, c: a * a == b),
    (ABC, "a and b have the same parity.", lambda a, b, c: (a - b) % 2 == 0),
    (ABC, "a is odd or prime, and b is zero.", lambda a, b, c: (a % 2 or a in PRIMES) and b == 0),
    (ABC, "a is odd and b is 3 or 4.", lambda a, b, c: a % 2 and b in (3, 4)),
    (ABC, "Every odd digit is greater than 4.", lambda *v: all(x > 4 for x in v if x % 2)),
    (ABC, "The sum of the odd digits is 10.", lambda *v: sum(x for x in v if x % 2) == 10),
    (ABC, "There are more odd than even digits.", lambda *v: sum(x % 2 for x in v) >= 2),
    (ABC, "c is halfway between a and b.", lambda a, b, c: 2 * c == a + b),
    (ABC, "a is 3. b is double that.", lambda a, b, c: a == 3 and b == 6),
    (ABC, "b is the largest odd digit.", lambda a, b, c: b == 9),
    (ABC, "The digits add up to a perfect square.", lambda a, b, c: a + b + c in (0, 1, 4, 9, 16, 25)),
    (ABC, "The digits add up to more than 20.", lambda a, b, c: a + b + c > 20),
    (NUMBER, "I am one more than a multiple of 70.", lambda a, b, c: (100 * a + 10 * b + c - 1) % 70 == 0),
    (NUMBER, "I am 4 less than a perfect cube.", lambda a, b, c: round((100 * a + 10 * b + c + 4) ** (1 / 3)) ** 3 == 100 * a + 10 * b + c + 4),
    (NUMBER, "If you double me and add 10, you get 310.", lambda a, b, c: (a, b, c) == (1, 5, 0)),
    (NUMBER, "Add 100 to me and I become 450.", lambda a, b, c: (a, b, c) == (3, 5, 0)),
    (NUMBER, "When my digits are reversed, I am increased by 198.", lambda a, b, c: c - a == 2),
    (NUMBER, "Reversing my digits gives a number 99 larger.", lambda a, b, c: c - a == 1),
    (NUMBER, "I have 2 more tens than ones.", lambda a, b, c: b == c + 2),
    (NUMBER, "There is a 7 in my tens place.", lambda a, b, c: b == 7),
    (NUMBER, "The digit in my ones place is 3 more than the digit in the tens place.", lambda a, b, c: c == b + 3),
    (NUMBER, "My digits increase by 2.", lambda a, b, c: b == a + 2 and c == b + 2),
    (NUMBER, "I start with an odd digit.", lambda a, b, c: a % 2),
    (NUMBER, "I am divisible by each of my digits.", lambda *v: 0 not in v and all((100 * v[0] + 10 * v[1] + v[2]) % x == 0 for x in v)),
    (NUMBER, "My tens digit is in the 3 times table.", lambda a, b, c: b % 3 == 0),
    (NUMBER, "When I am divided by 2, 3 or 5, the remainder is always 1.", lambda a, b, c: (100 * a + 10 * b + c) % 30 == 1),
    (NUMBER, "If my tens digit is odd, then my ones digit is 1, otherwise my ones digit is 2.", lambda a, b, c: c == (1 if b % 2 else 2)),
]  # fmt: skip


@pytest.mark.parametrize(("declaration", "sentence", "meaning"), SENTENCES, ids=[row[1] for row in SENTENCES])
def test_a_sentence_means_what_it_says(declaration: str, sentence: str, meaning: Meaning) -> None:
    lowest = 1 if declaration == NUMBER else 0
    expected = {digits for digits in product(range(10), repeat=3) if digits[0] >= lowest and meaning(*digits)}
    assert satisfying(f"{declaration}\n{sentence}\n") == expected
