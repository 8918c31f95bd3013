"""Openings with a story around the code, and counts that are no counts."""

import pytest

from oedipus.compiler.frontend import check_text
from oedipus.compiler.show.explain import explain
from oedipus.dsl.diagnostics import RiddleError
from oedipus.networks.cards import read_cards

CARDS = read_cards()


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("A padlock has a three-digit code.", "There is a three-digit code."),
        ("My PIN is a code of three digits.", "There is a code of three digits."),
        ("A safe has a code of three digits.", "There is a code of three digits."),
        ("The combination of my bike lock has three digits.", "The combination has three digits."),
        ("There are two two-digit numbers, p and q.", "There are two two-digit numbers: p and q."),
    ],
)
def test_a_story_declares_what_the_plain_words_do(told: str, plain: str) -> None:
    first = explain(check_text(f"{told}\n", CARDS), CARDS)
    assert first == explain(check_text(f"{plain}\n", CARDS), CARDS)


def test_what_follows_a_declared_number_is_no_name() -> None:
    riddle = check_text("There is a three-digit number, and its digits are all odd.\n", CARDS)
    assert [one.name for one in riddle.variables] == ["hundreds", "tens", "ones"]


def test_an_adjective_of_several_words_is_read() -> None:
    told = explain(check_text("I am a three-digit perfect square.\n", CARDS), CARDS)
    assert "is a square" in told


@pytest.mark.parametrize("text", ["digits a, b\n0.5 of a, b are odd", "There is a code of two digits.\n10 0.5 correct"])
def test_a_count_is_whole(text: str) -> None:
    with pytest.raises(RiddleError) as caught:
        check_text(f"{text}\n", CARDS)
    assert "E201" in {one.code for one in caught.value.diagnostics}


def test_bounds_of_one_length_tell_the_width() -> None:
    first = check_text("I am an even number between 20 and 40.\n", CARDS)
    second = check_text("I am an even two-digit number between 20 and 40.\n", CARDS)
    conjuncts = [
        {repr(part) for one in riddle.clauses for part in getattr(one.body, "formulas", (one.body,))}
        for riddle in (first, second)
    ]
    assert conjuncts[0] == conjuncts[1]


def test_bounds_of_two_lengths_do_not() -> None:
    with pytest.raises(RiddleError):
        check_text("I am an even number between 20 and 400.\n", CARDS)


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        ("Both numbers are prime.", "p is prime and q is prime."),
        ("Their sum is 30.", "p + q = 30."),
        ("Their difference is 6.", "the difference between p and q is 6."),
        ("The numbers are odd.", "p is odd and q is odd."),
    ],
)
def test_numbers_spoken_of_together_are_the_numbers_declared(sentence: str, plain: str) -> None:
    first, second = (
        check_text(f"There are two two-digit numbers: p and q.\n{one}\n", CARDS) for one in (sentence, plain)
    )
    assert [one.body for one in first.clauses] == [one.body for one in second.clauses]
