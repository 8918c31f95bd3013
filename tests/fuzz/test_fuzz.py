"""No text whatsoever may end in anything but a program or diagnostics in their place, in good time."""

from collections.abc import Mapping
from random import Random

import pytest
from fuzz import texts
from fuzz.probe import Hang, attempt, limited
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oedipus.compiler.frontend import read_text
from oedipus.dsl.diagnostics import Mistake, RiddleError
from oedipus.dsl.reader import decode
from oedipus.networks.cards import Card

LETTERS = "digits S, E, N, D, M, O, R, Y\n"
TEN = "digits a, b, c, d, e, f, g, h, i, j\n"
FOUND = [
    "digits A, I\n- repeated",
    "digits a, b, c\na is half of b\n * c = a + b\n",
    "digits a, b\n(Hint: a is odd.)\n",
    "digits a, b:\n– a is odd:",
    "two-digit\xa0\n",
    "Digit\xa0A.\xa0",
    "\n#digit.\ndigits apple",
    "digits c,\nc≠-the smallest and 33",
    "digits a, b, c\n-1 != - 1 by logic",
    "digits a, b\n0.5 of a, b are odd",
    "10 0.5correct",
    "There is code of)²",
    "_",
    "digits S,S,E,N,M,O,R\nMORE has circles",
    'digits c\ndigit w from"some/generator"\nc is odd',
    "There are strictly increasing two-digit numbers:",
    LETTERS + "MONEY is the product of all digits",
    LETTERS + "MONEY is a multiple of the product of all digits",
    LETTERS + "the remainder when the product of all digits is divided by 1000000 < a third of SEND ** 1/3",
    LETTERS + "the number of odd digits / twice MONEY is the same as (twice M)",
    LETTERS
    + "E is 7 or the sum of any two neighbouring digits is seven or 1/3 if and only if two of the digits are the same",
    TEN + "abcdefghij * jihgfedcba = bcadfehgji * ijabcdefgh + a",
    TEN + "either i has no hole or two of the digits are the same or c has a loop",
    TEN + "abcdefghij is prime\nabcde / fghij + a/b = c/d - ef/gh\nabc ** d = efghij",
    "digits a, b, c\nabc ** 999 + 1 is prime",
    "digits a, b, c\n" + "abc * abc mod 97 = a\n" * 300,
]
"""Inputs that once ended in a traceback, a hang, or a formatted text that no longer said the same."""

SHORT = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@SHORT
@given(random=st.randoms(use_true_random=False))
def test_every_text_compiles_or_is_refused(random: Random, cards: Mapping[str, Card]) -> None:
    attempt(texts.text(random), cards)


@pytest.mark.parametrize("text", FOUND)
def test_what_the_fuzzer_found_stays_mended(text: str, cards: Mapping[str, Card]) -> None:
    attempt(text, cards)


@SHORT
@given(text=st.text(max_size=200))
def test_any_characters(text: str, cards: Mapping[str, Card]) -> None:
    attempt(text, cards)


@SHORT
@given(seed=st.integers(0, 2**32))
def test_every_text_by_seed(seed: int, cards: Mapping[str, Card]) -> None:
    attempt(texts.text(Random(seed)), cards)


@SHORT
@given(random=st.randoms(use_true_random=False))
def test_bytes_are_a_text_or_refused_by_name(random: Random) -> None:
    data = texts.octets(random)
    said = ""
    try:
        text = decode(data)
    except (RiddleError, Mistake) as error:
        said, text = str(error), ""
    assert text.encode() == data or "UTF-8" in said


@pytest.mark.parametrize("make", [texts.grown, texts.damaged, texts.shipped, texts.salad, texts.noise, texts.extreme])
def test_the_generator_depends_on_its_seed_only(make: object) -> None:
    assert callable(make)
    assert make(Random(5)) == make(Random(5))
    assert len({make(Random(seed)) for seed in range(20)}) > 10


def test_generated_riddles_reach_the_compiler(cards: Mapping[str, Card]) -> None:
    """A generator whose every text is refused at once would prove nothing."""
    outcomes = [attempt(texts.grown(Random(seed)), cards).outcome for seed in range(60)]
    assert outcomes.count("compiled") >= 10
    codes = {one.code for seed in range(60) for one in read_text(texts.text(Random(seed)), cards)[1]}
    assert len(codes) >= 8


def test_the_limit_ends_a_hang() -> None:
    def hang() -> None:
        with limited(0.05):
            while True:
                pass

    with pytest.raises(Hang, match="processor second"):
        hang()
