"""How far a factor or an adjective reaches: what has two meanings is refused with both, the rest is read right."""

from collections.abc import Mapping

import pytest

from oedipus.compiler.frontend import check_text
from oedipus.compiler.verdict.decide import verdict
from oedipus.dsl.diagnostics import RiddleError
from oedipus.networks.cards import Card

DIGITS = range(10)


@pytest.mark.parametrize(
    ("said", "meanings"),
    [
        ("a is at least twice b and c", ("a >= 2 * b and a >= 2 * c", "a >= 2 * b and a >= c")),
        ("a is more than three times b and c", ("a > 3 * b and a > 3 * c", "a > 3 * b and a > c")),
        ("a is less than half of b and c", ("a < 1 / 2 * b and a < 1 / 2 * c", "a < 1 / 2 * b and a < c")),
    ],
)
def test_a_factor_of_one_or_of_both(said: str, meanings: tuple[str, str], cards: Mapping[str, Card]) -> None:
    with pytest.raises(RiddleError) as raised:
        check_text(f"digits a, b, c\n{said}\n", cards)
    [one] = raised.value.diagnostics
    assert one.code == "E203"
    assert all(meaning in one.help for meaning in meanings)


def test_the_largest_odd_digit_is_one_of_the_riddle(cards: Mapping[str, Card]) -> None:
    found = verdict(check_text("digits a, b\nThe largest odd digit is 7.\na is 7\n", cards), cards, limit=100)
    assert {one["b"] for one in found.solutions} == {b for b in DIGITS if b % 2 == 0 or b <= 7}
