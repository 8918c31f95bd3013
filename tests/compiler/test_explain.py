from pathlib import Path

import pytest

from oedipus.compiler.frontend import check_text, warnings_of
from oedipus.compiler.show.explain import explain, explain_clause
from oedipus.networks.cards import read_cards

RIDDLES = Path(__file__).parents[2] / "riddles"
CARDS = read_cards()


def test_the_papers_riddle_is_told_back_with_every_pronoun_explicit() -> None:
    riddle = check_text((RIDDLES / "three_numbers.riddle").read_text(encoding="utf-8"), CARDS)
    assert explain(riddle, CARDS).splitlines() == [
        "There are 3 digits: first, second and third (drawn by the network 'digit').",
        "",
        "I: first is odd (judged by the network 'odd')",
        "    odd(first)",
        "II: second equals first + 2",
        "    second = first + 2",
        "III: first + second equals third",
        "    first + second = third",
        "IV: third is not 7",
        "    third != 7",
        "V: third has no closed circle (judged by the network 'circle')",
        "    not closed_circle(third)",
        "",
        "Expected answer, for scoring only: first = 1, second = 3, third = 4.",
    ]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            "My reverse is 99 more than me.",
            "the number [ones tens hundreds] equals the number [hundreds tens ones] + 99",
        ),
        ("The last two digits are divisible by 3.", "the number [tens ones] mod 3 equals 0"),
        ("My first digit is odd by logic.", "hundreds is odd"),
        ("My tens digit is 3 or 4 with alpha 2.", "tens equals 3 or tens equals 4 (with alpha 2)"),
    ],
)
def test_a_clause_is_told_back(sentence: str, told: str) -> None:
    riddle = check_text(f"I am a three-digit number.\n{sentence}\n", CARDS)
    assert explain_clause(riddle.clauses[-1], CARDS) == told


def test_an_ambiguous_pronoun_is_warned_of_and_read_as_the_subject() -> None:
    text = "digits a, b\na is two larger than b\nIt is odd\n"
    assert [one.code for one in warnings_of(text, CARDS)] == ["W701"]
    assert explain_clause(check_text(text, CARDS).clauses[-1], CARDS) == "a is odd (judged by the network 'odd')"
