"""Persons and things that carry digits, against the same riddle in plain words."""

import pytest

from oedipus.compiler.frontend import check_text
from oedipus.networks.cards import read_cards

CARDS = read_cards()


def bodies(text: str) -> list[str]:
    """What the clauses of a text say."""
    return [repr(clause.body).lower() for clause in check_text(text, CARDS).clauses]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Anna's digit is twice Ben's digit.", "digits Anna, Ben\nAnna is twice Ben."),
        (
            "Two friends each pick a digit.\nAnna's digit is 3 more than Ben's.\nBen's number is even.",
            "digits Anna, Ben\nAnna is 3 more than Ben.\nBen is even.",
        ),
        (
            "Three digits are written on three cards.\nThe first card shows a 7.\nThe digit on the third card is odd.",
            "There are three digits.\nThe first is 7.\nThe third is odd.",
        ),
        (
            "Two jars each contain one digit.\nThe first jar has a closed circle.\nThe second jar has no 3.",
            "There are two digits.\nThe first has a closed circle.\nThe second is not 3.",
        ),
        (
            "Four boxes each contain one digit.\nThe last box contains an even digit.\nThe digits add up to 9.",
            "There are four digits.\nThe last digit is even.\nThe digits add up to 9.",
        ),
    ],
)
def test_same_as_in_plain_words(said: str, plain: str) -> None:
    assert bodies(said) == bodies(plain)


def test_who_chooses_a_digit_is_one_only_in_a_list() -> None:
    chosen = check_text("Tom, Ann and Bea each picked a digit. Tom is twice Ann. Bea is 3.", CARDS)
    assert [one.name for one in chosen.variables] == ["Tom", "Ann", "Bea"]
    single = check_text("Magical Max has a three-digit number. It is odd.", CARDS)
    assert [one.name for one in single.variables] == ["hundreds", "tens", "ones"]
