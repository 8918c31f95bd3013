from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings

from oedipus.compiler import checked as c
from oedipus.compiler.verdict import satisfiable, verdict
from oedipus.networks.cards import Card, read_cards
from oedipus.testing import riddles, solutions

from .conftest import digits

CARDS = read_cards()


def number(value: int) -> c.Constant:
    return c.Constant(Fraction(value))


def without(riddle: c.Riddle, name: str) -> c.Riddle:
    return c.Riddle(riddle.variables, tuple(clause for clause in riddle.clauses if clause.name != name))


def only(riddle: c.Riddle, names: tuple[str, ...]) -> c.Riddle:
    return c.Riddle(riddle.variables, tuple(clause for clause in riddle.clauses if clause.name in names))


def test_the_riddle_of_the_paper(three_numbers: c.Riddle, cards: Mapping[str, Card]) -> None:
    found = verdict(three_numbers, cards)
    assert (found.kind, found.count, found.core, found.redundant) == ("unique", 1, (), ("IV",))
    assert found.solutions == ({"first": 1, "second": 3, "third": 4},)


@settings(max_examples=40, deadline=None)
@given(riddles(CARDS, digits=2, clauses=4))
def test_verdicts_agree_with_brute_force(riddle: c.Riddle) -> None:
    expected = solutions(riddle, CARDS)
    found = verdict(riddle, CARDS, limit=100)
    if found.kind == "unknown":
        assert (
            "numbers beyond" in found.reason or "more than three digits" in found.reason or "fraction" in found.reason
        )
        return
    assert found.count == len(expected)
    assert satisfiable(riddle, CARDS) == bool(expected)
    assert [dict(one) for one in found.solutions] == expected
    assert found.kind == {0: "unsatisfiable", 1: "unique"}.get(len(expected), "multiple")
    if expected:
        for clause in riddle.clauses:
            implied = solutions(without(riddle, clause.name), CARDS) == expected
            assert (clause.name in found.redundant) == implied
        values = {name: {one[name] for one in expected} for name in expected[0]}
        assert {name: set(several) for name, several in found.free.items()} == {
            name: several for name, several in values.items() if len(several) > 1
        }
    else:
        assert not solutions(only(riddle, found.core), CARDS)
        for name in found.core:
            assert solutions(without(only(riddle, found.core), name), CARDS)


def test_a_cut_off_count_is_not_claimed() -> None:
    riddle = c.Riddle(digits("a", "b"), ())
    found = verdict(riddle, CARDS, limit=7)
    assert found.kind == "multiple"
    assert len({tuple(one.values()) for one in found.solutions}) == 7


def test_out_of_time_is_an_honest_unknown(three_numbers: c.Riddle) -> None:
    found = verdict(three_numbers, CARDS, seconds=0.0)
    assert found.kind == "unknown"
    assert "0 seconds" in found.reason
    assert found.count is None
    assert satisfiable(three_numbers, CARDS, seconds=0.0) is None


def test_letter_sum() -> None:
    names = "SENDMORY"
    word = lambda letters: c.Sum(  # noqa: E731
        tuple(c.Product((number(10**place), c.Value(letter))) for place, letter in enumerate(reversed(letters)))
    )
    values = {name: c.Value(name) for name in names}
    riddle = c.Riddle(
        digits(*names),
        (
            c.Clause("sum", c.Compare("=", c.Sum((word("SEND"), word("MORE"))), word("MONEY"))),
            c.Clause("different", c.AllDifferent(tuple(values.values()))),
            c.Clause("S", c.Compare("!=", values["S"], number(0))),
            c.Clause("M", c.Compare("!=", values["M"], number(0))),
        ),
    )
    found = verdict(riddle, CARDS)
    assert found.kind == "unique"
    assert "".join(str(found.solutions[0][name]) for name in names) == "95671082"
    assert found.redundant == ("S",)  # a nought could not carry into the fifth place


@pytest.mark.parametrize("op", ["//", "%"])
def test_floors_of_long_numbers(op: c.ArithmeticOp) -> None:
    names = ("a", "b", "c", "d")
    whole = c.Arithmetic(
        "-", c.Sum(tuple(c.Product((number(10**k), c.Value(n))) for k, n in enumerate(names))), number(5000)
    )
    divisor = c.Arithmetic("-", c.Value("a"), c.Value("b"))
    riddle = c.Riddle(
        digits(*names),
        (
            c.Clause("I", c.Compare("=", c.Arithmetic(op, whole, divisor), number(-3))),
            c.Clause("II", c.Compare("<", c.Value("a"), number(3))),
            c.Clause("III", c.Compare("<", c.Value("b"), number(6))),
        ),
    )
    assert [dict(one) for one in verdict(riddle, CARDS, limit=1000).solutions] == solutions(riddle, CARDS)


def test_pictures_without_digits_are_left_to_the_networks() -> None:
    assert verdict(c.Riddle((), ()), CARDS).kind == "unknown"
