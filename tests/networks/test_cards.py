"""Cards: what is read is what was written; every bad card is named."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from oedipus.networks.cards import Card, CardError, read_card, read_cards

GOOD = 'name = "tall"\nrole = "classifier"\nkind = "digit"\narchitecture = "convnet"\nclasses = ["no", "yes"]\n'


def test_written_cards_read_the_same(cards: Mapping[str, Card], tmp_path: Path) -> None:
    for card in cards.values():
        again = read_card(card.write(tmp_path))
        assert again.text() == card.text()


def test_every_shipped_card_says_where_its_network_came_from(cards: Mapping[str, Card]) -> None:
    for card in cards.values():
        assert {"data", "method", "seed", "steps", "seconds", "command"} <= set(card.training), card.name
        assert card.figures, card.name
        assert len(card.sha256) == 64


def test_a_card_says_how_far_it_is_to_be_trusted(tmp_path: Path) -> None:
    path = tmp_path / "tall.toml"
    path.write_text(GOOD + "alpha = 10.0\n")
    assert read_card(path).alpha == read_card(read_card(path).write(tmp_path)).alpha == 10.0


def test_a_directory_adds_cards(tmp_path: Path) -> None:
    (tmp_path / "tall.toml").write_text(GOOD)
    assert {"digit", "tall"} <= set(read_cards([tmp_path]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "not a TOML file"),
        ('name = "tall"\n', "'architecture' is missing"),
        (GOOD + "colour = 3\n", "'colour' is no field"),
        (GOOD.replace("classifier", "oracle"), "role 'oracle' is none of"),
        (GOOD.replace('"tall"', '"small"'), "must agree"),
        (GOOD + "table = [0, 1, 2]\n", "'table' must give"),
        (GOOD + "alpha = -1.0\n", "'alpha'"),
        (GOOD.replace("classifier", "regressor") + "alpha = 10.0\n", "is the power of what a classifier says"),
        (GOOD + '[language.adjectives]\ntall = "maybe"\n', "phrase 'tall' means class 'maybe'"),
    ],
)
def test_bad_cards_are_named(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "tall.toml"
    path.write_text(text)
    with pytest.raises(CardError, match=message) as caught:
        read_card(path)
    assert str(path) in str(caught.value)


def test_a_directory_without_cards_is_named(tmp_path: Path) -> None:
    with pytest.raises(CardError, match="no network cards"):
        read_cards([tmp_path])
