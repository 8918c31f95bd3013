"""Riddles as people publish them: stories, bounds, places, guesses and words that declare without saying so."""

import pytest

from oedipus.compiler.frontend import check_text, read_text, warnings_of
from oedipus.compiler.verdict.decide import verdict
from oedipus.dsl.diagnostics import RiddleError
from oedipus.networks.cards import read_cards

CARDS = read_cards()


def names(text: str) -> list[str]:
    return [one.name for one in check_text(text, CARDS).variables]


def answers(text: str) -> list[str]:
    """All solutions, digits in order of declaration."""
    found = verdict(check_text(text, CARDS), CARDS, limit=50)
    return sorted("".join(str(digit) for digit in one.values()) for one in found.solutions)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A thief wants the gold. The vault opens with a three-digit code. The code is 123.", "first second third"),
        ("Anna is thinking of a 2-digit number. It is even.", "tens ones"),
        ("A number consisting of two digits is even.", "tens ones"),
        ("There are 2 digits in the number. The number is even.", "tens ones"),
        ("I am greater than 40 but less than 50. I am odd.", "tens ones"),
        ("I am less than 50. I am above 40.", "tens ones"),
        ("My tens digit is 4. My ones digit is odd.", "tens ones"),
        ("My tens digit is 4. My ones digit is odd. My tenths digit is 2.", "tens ones tenths"),
        ("Open the safe! The first number plus the third number is 4.", "first second third"),
        ("12: nothing is correct. Open the safe!", "first second"),
        ("A lock has 3 dials, numbered from 0 to 9. The digits add up to 2.", "first second third"),
        ("n is a two-digit number.", "n_tens n_ones"),
        ("AB + BA = 99", "A B"),
        ("The three-digit number ABA is even.", "A B"),
        ("How many two-digit numbers are there whose digits add up to 3?", "tens ones"),
        ("Which number between 20 and 30 is a multiple of 9?", "tens ones"),
    ],
)
def test_what_an_introduction_declares(text: str, expected: str) -> None:
    assert names(f"{text}\n") == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[12] one digit is right and in its place\n[34] nothing is correct\nThe digits add up to 6.", ["15"]),
        ("• I have two digits.\n• I am a square.\n• My digits add up to 10.", ["64"]),
        ("First clue - I am a two-digit number.\nSecond clue - I am 3 more than a multiple of 40.\nI am prime.",
         ["43", "83"]),
        ("  AB\n+ BA\n----\n 121\nA is 4.", ["47"]),
        ("The clerk found a note: \"The number has two digits. It is a multiple of 25. It is odd.\"", ["25", "75"]),
        ("Use the digits 1, 2 and 3 once each to make a three-digit number. It is odd. It is less than 200.", ["123"]),
        ("What is the smallest two-digit number whose digits add up to 9?", ["18"]),
        ("What is the largest two-digit number that is divisible by 7?", ["98"]),
        ("My age is a two-digit number. My age is a square. If you reverse the digits of my age, you get 46.", ["64"]),
        ("A B\n+ B A\n= C C\nA is 4. B is 3.", ["437"]),
        ("There is a two-digit number AB. It is a square. Its digits add up to 7.", ["16", "25"]),
        ("There is a two-digit number. Which number is a square and ends in 9?", ["49"]),
        ("The combination of my bike lock is a code of two different digits. They add up to 2.", ["02", "20"]),
        ("There is a code of two odd digits. They add up to 4.", ["13", "31"]),
        ("Clue #1: I am a two-digit number.\nClue #2: I am a cube.\nClue #3: I am odd.", ["27"]),
        ("There are two pairs of digits that each sum to 5. There is a three-digit number. My first digit is 2."
         " I am less than 230.", ["223"]),
    ],
)  # fmt: skip
def test_published_forms_are_solved(text: str, expected: list[str]) -> None:
    assert answers(f"{text}\n") == expected


def test_a_story_is_left_out_with_a_warning() -> None:
    text = "The old mill lost its key in winter.\nI am a two-digit number.\nI am 12.\n"
    assert [one.code for one in warnings_of(text, CARDS)] == ["W702"]
    assert answers(text) == ["12"]


@pytest.mark.parametrize(
    "sentence", ["The number is ood.", "It is undulating.", "My digits oscillate.", "The first digit wobbles."]
)
def test_a_statement_that_is_not_understood_is_never_a_story(sentence: str) -> None:
    with pytest.raises(RiddleError):
        check_text(f"I am a two-digit number.\n{sentence}\n", CARDS)


def test_a_guessed_width_is_told() -> None:
    _, found = read_text("My tens digit is 4. My ones digit is odd.\n", CARDS)
    assert [one.code for one in found] == ["W703"]


def test_a_word_does_not_begin_with_zero() -> None:
    riddle = check_text("digits A, B\nAB + BA = 99\n", CARDS)
    assert riddle.clauses[-1].text == "AB, BA (a number does not begin with 0)"
    assert answers("digits A, B\nAB + BA = 99\n") == sorted(f"{a}{9 - a}" for a in range(1, 9))
    allowed = "digits A, B\nAB + BA = 99\nLeading zeros are allowed.\n"
    assert answers(allowed) == sorted(f"{a}{9 - a}" for a in range(10))


def test_an_optimum_among_no_numbers_is_unsatisfiable() -> None:
    assert answers("What is the smallest two-digit number whose digits add up to 19?\n") == []
