"""What leads in to a statement is left out with a warning; what could change it never is."""

import pytest

from oedipus.compiler.frontend import check_text, warnings_of
from oedipus.dsl.diagnostics import RiddleError
from oedipus.networks.cards import read_cards

CARDS = read_cards()
DIGITS = "digits a, b\n"


def bodies(text: str) -> list[str]:
    """What the clauses of a text say."""
    return [repr(clause.body) for clause in check_text(text, CARDS).clauses]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("On top of that, a is odd.", "a is odd."),
        ("The old clue was that a is odd.", "a is odd."),
        ("The wizard noticed that one digit is odd.", "One digit is odd."),
        ("The second wizard remembered that a is odd.", "a is odd."),
        ("a is odd, and the professor smiled at his assistant.", "a is odd."),
        ("a + b = 9 (a magic trick)", "a + b = 9"),
    ],
)
def test_left_out_with_a_warning(said: str, plain: str) -> None:
    assert bodies(DIGITS + said) == bodies(DIGITS + plain)
    assert [one.code for one in warnings_of(DIGITS + said, CARDS)] == ["W702"]


@pytest.mark.parametrize(
    "said",
    [
        "The wizard denies that a is odd.",
        "The wizard never said that a is odd.",
        "Unless dragons fly, a is odd.",
        "Perhaps, as wizards say, a is odd.",
        "The wizard wrongly claimed that a is odd.",
        "a is odd, but only if the dragon flew at midnight.",
    ],
)
def test_what_could_change_the_statement_is_an_error(said: str) -> None:
    with pytest.raises(RiddleError):
        check_text(DIGITS + said, CARDS)
