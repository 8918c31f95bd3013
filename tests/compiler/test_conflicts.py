"""The conflict that is told of an unsatisfiable riddle: unsatisfiable by brute force, and no clause of it spare."""

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oedipus.compiler import checked as c
from oedipus.compiler.frontend import check_text
from oedipus.compiler.logic.evaluate import holds
from oedipus.compiler.verdict.decide import Engine, verdict
from oedipus.networks.cards import read_cards

CARDS = read_cards()
TABLES = {name: card.table for name, card in CARDS.items() if card.table is not None}
SIDES = st.sampled_from(["p", "q", "a", "a + q", "2 * p", "q - a", "a * q", "0", "7", "9"])
CLAUSES = st.builds(
    "{} {} {}".format,
    st.sampled_from(["p", "q", "a", "a + q", "p - q"]),
    st.sampled_from(["=", "<", ">", "!="]),
    SIDES,
) | st.sampled_from(
    ["different(a, q)", "a % 2 = 1", "q < 10", "the first digit of p is 0", "the first digit of p is 3", "p % 2 = 1"]
)


def fulfilled(riddle: c.Riddle, names: set[str]) -> bool:
    """By brute force, whether the clauses of these names can hold together."""
    wanted = [one.body for one in riddle.clauses if one.name in names]
    digits = [one.name for one in riddle.variables]
    for values in product(range(10), repeat=len(digits)):
        reading: Mapping[str, int] = dict(zip(digits, values, strict=True))
        if all(holds(body, reading, TABLES) for body in wanted if not isinstance(body, c.Measurement)):
            return True
    return False


def minimal(text: str, by: Engine) -> c.Riddle:
    """The riddle, whose conflict was found to be right."""
    riddle = check_text(text, CARDS)
    found = verdict(riddle, CARDS, by=by)
    names = {one.name for one in riddle.clauses}
    assert (found.kind == "unsatisfiable") == (not fulfilled(riddle, names))
    if found.kind != "unsatisfiable":
        return riddle
    core = set(found.core)
    assert core <= names
    assert not fulfilled(riddle, core)
    # Fewer clauses hold wherever more do: it is enough to leave out one.
    assert all(fulfilled(riddle, core - {name}) for name in core)
    return riddle


@pytest.mark.parametrize("engine", ["diagrams", "solver"])
@given(clauses=st.lists(CLAUSES, min_size=2, max_size=5))
@settings(max_examples=15)
def test_a_conflict_is_one_and_has_no_clause_to_spare(engine: Engine, clauses: list[str]) -> None:
    minimal("number p of 2 digits\ndigits a\nlet q = a + 1\n" + "\n".join(clauses), engine)


@pytest.mark.parametrize("engine", ["diagrams", "solver"])
@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("number p of 2 digits\np < 10\np % 2 = 1", {"number p of 2 digits (the leading digit is not 0)", "p < 10"}),
        ("digits A, B\nB = 0\nAB + B = BA\nB > A", {"B = 0", "AB, BA (a number does not begin with 0)"}),
    ],
)
def test_clauses_that_are_added_are_told_by_what_they_come_from(engine: Engine, text: str, core: set[str]) -> None:
    riddle = minimal(text, engine)
    found = verdict(riddle, CARDS, by=engine).core
    assert {one.text for one in riddle.clauses if one.name in found} == core
