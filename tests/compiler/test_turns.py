"""Turns of phrase that mean the same: each text against the same riddle in the plainest words."""

import pytest

from oedipus.compiler.checked import Riddle
from oedipus.compiler.explain import explain
from oedipus.compiler.frontend import check_text
from oedipus.dsl.diagnostics import RiddleError
from oedipus.networks.cards import read_cards

CARDS = read_cards()
THREE, TWO, CODE = "I am a three-digit number.\n", "I am a two-digit number.\n", "There is a three-digit code.\n"


def _statements(riddle: Riddle) -> list[str]:
    return [repr(clause.body) for clause in riddle.clauses]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (THREE + "Digit 1 is less than the sum of digits 2 and 3.", THREE + "a1"),
        (THREE + "The product of digits 1 and 3 is 12.", THREE + "a2"),
        (THREE + "Digits 1 and 2 are equal.", THREE + "The first digit equals the second digit."),
        (THREE + "There are no duplicates.", THREE + "No digit is repeated."),
        (THREE + "The last digit is 3.", THREE + "My ones digit is 3."),
        (THREE + "The middle digit is less than 6 and not 0.", THREE + "My tens digit is less than 6 and is not 0."),
        (THREE + "If the last digit is removed, the result is 42.", THREE + "number(hundreds, tens) is 42."),
        (
            TWO + "The digits differ by 6 and the tens digit is the smaller one.",
            TWO + "The digits differ by 6 and the tens digit is less than the others.",
        ),
        (TWO + "The sum of its digits is 9. It is odd.", TWO + "The sum of its digits is 9. I am odd."),
        (TWO + "It is in the 4 times table.", TWO + "I am a multiple of 4."),
        ("digits x, y\n10x + y = 4(x + y)", "digits x, y\n10 * x + y = 4 * (x + y)"),
        (THREE + "There are no duplicate digits.", THREE + "No digit is repeated."),
        (THREE + "The digit 6 is not used.", THREE + "I have no 6."),
        (THREE + "6 never appears.", THREE + "I have no 6."),
        (THREE + "I have no tens.", THREE + "My tens digit is 0."),
        (THREE + "The number of 4s in the number is 2.", THREE + "The number of 4s is 2."),
        (CODE + "385: 1 bull and 2 cows", CODE + "385: 1 digit correct in the right place and 2 in the wrong place"),
        (TWO + "Neither digit is a 5.", TWO + "None of my digits is 5."),
        (
            TWO + "When you divide me by 6, you get a remainder of 1.",
            TWO + "I leave a remainder of 1 when divided by 6.",
        ),
        (TWO + "If you divide me by 6 the remainder is 1.", TWO + "I leave a remainder of 1 when divided by 6."),
        (
            TWO + "If 27 is added to the number, the digits of the number are reversed.",
            TWO + "I plus 27 equals my reverse.",
        ),
        (
            "A two-digit number has a tens digit that is 3 more than its ones digit.",
            TWO + "My tens digit is 3 more than my ones digit.",
        ),
        (
            "What two-digit number has a tens digit that is twice its ones digit?",
            TWO + "My tens digit is twice my ones digit.",
        ),
        ("I am a perfect square with three digits.", THREE + "I am a perfect square."),
        (
            "Let X, Y and Z be three different digits, none of which is 4.",
            "digits X, Y, Z\nall different\nNone of X, Y and Z is 4.",
        ),
        ("Let X and Y be digits, and X is even.", "digits X, Y\nX is even."),
        (
            "Digits p, q and r are the digits 4 to 6 in some order.",
            "digits p, q, r\nThe digits are 4 to 6 in some order.",
        ),
        ("digits X, Y\nThe two-digit number XY is such that XY is prime.", "digits X, Y\nXY is prime."),
        ("Find the two-digit number XY such that 2 * XY = YX + 9.", "Digits X, Y\nAll different\n2 * XY = YX + 9"),
        (
            "digits T, O\nEvery letter represents one digit and different letters represent different digits.",
            "digits T, O\nall different",
        ),
        (
            "Find a three-digit number with no zeros and no repeated digits that meets these conditions: it is odd.",
            THREE + "I have no 0.\nNo digit is repeated.\nI am odd.",
        ),
    ],
)
def test_what_is_said_means_what_is_said_plainly(said: str, plain: str) -> None:
    plain = plain.replace("a1", "The first digit is less than the sum of the second digit and the third digit.")
    plain = plain.replace("a2", "The product of the first digit and the third digit is 12.")
    assert _statements(check_text(said, CARDS)) == _statements(check_text(plain, CARDS))


@pytest.mark.parametrize("question", ["Find A when A > B", "What is A + B = 9?", "Can A be 2 if B < 3?"])
def test_a_question_that_states_something_is_refused(question: str) -> None:
    with pytest.raises(RiddleError):
        check_text(f"digits A, B\n{question}\n", CARDS)


@pytest.mark.parametrize(
    ("question", "condition"), [("What is A if A + B = 9?", "A + B = 9"), ("Which digit is A if B <= 2?", "B <= 2")]
)
def test_the_condition_of_a_question_is_stated(question: str, condition: str) -> None:
    assert _statements(check_text(f"digits A, B\n{question}\n", CARDS)) == _statements(
        check_text(f"digits A, B\n{condition}\n", CARDS)
    )


def test_an_optimum_is_told_to_come_from_the_solver() -> None:
    riddle = check_text("Find the smallest two-digit number that is divisible by 7.\n", CARDS)
    told = explain(riddle, CARDS)
    assert "equals 14, the smallest value" in told
    assert "found by the solver" in told
