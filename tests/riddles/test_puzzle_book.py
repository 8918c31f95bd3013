"""Riddles as puzzle books write them, by somebody who saw only the documentation of the language.

The solutions were found by programs written for each riddle, without Oedipus.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from oedipus.compiler.frontend import check_text
from oedipus.compiler.verdict.decide import verdict
from oedipus.networks.cards import Card

BOOK: Mapping[str, Any] = json.loads((Path(__file__).parent / "puzzle_book.json").read_text(encoding="utf-8"))

# Not understood yet. A riddle that begins to be understood must leave this list: the marks are strict.
GAPS = []


def _marked(name: str) -> Any:
    return pytest.param(name, marks=pytest.mark.xfail(strict=True)) if name in GAPS else name


@pytest.mark.parametrize("name", [_marked(name) for name in BOOK])
def test_verdict_and_solutions(name: str, cards: Mapping[str, Card]) -> None:
    expected = BOOK[name]["solutions"]
    found = verdict(check_text(BOOK[name]["text"], cards), cards, limit=200)
    assert found.kind == ("unsatisfiable" if not expected else "unique" if len(expected) == 1 else "multiple")
    assert sorted(map(sorted, (one.items() for one in found.solutions))) == sorted(
        map(sorted, (one.items() for one in expected))
    )


UNSEEN: Mapping[str, Any] = json.loads((Path(__file__).parent / "unseen_book.json").read_text(encoding="utf-8"))


SLOW = {"8040": 120.0}
"""Seconds for riddles whose verdict may take more than those of a request: squares and cubes of six digits."""


@pytest.mark.parametrize("name", list(UNSEEN))
def test_of_a_second_reader(name: str, cards: Mapping[str, Card]) -> None:
    expected = UNSEEN[name]
    found = verdict(check_text(expected["text"], cards), cards, limit=200, seconds=SLOW.get(name, 30.0))
    assert found.count == expected["count"]
    if expected["solutions"]:
        assert sorted(list(one.values()) for one in found.solutions) == sorted(expected["solutions"])
