import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from oedipus.compiler import checked as c
from oedipus.compiler.verdict.decide import Engine, verdict
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


@pytest.mark.parametrize("engine", ["either", "diagrams", "solver"])
def test_the_riddle_of_the_paper(engine: Engine, three_numbers: c.Riddle, cards: Mapping[str, Card]) -> None:
    found = verdict(three_numbers, cards, by=engine)
    assert (found.kind, found.count, found.core, found.redundant) == ("unique", 1, (), ("IV",))
    assert found.solutions == ({"first": 1, "second": 3, "third": 4},)


@pytest.mark.parametrize("engine", ["diagrams", "solver"])
@settings(max_examples=40, deadline=None)
@given(riddle=riddles(CARDS, digits=2, clauses=4))
def test_verdicts_agree_with_brute_force(engine: Engine, riddle: c.Riddle) -> None:
    expected = solutions(riddle, CARDS)
    found = verdict(riddle, CARDS, limit=100, by=engine)
    if found.kind == "unknown":
        assert engine == "solver"
        assert any(why in found.reason for why in ("numbers beyond", "more than three digits", "fraction"))
        return
    assert found.count == len(expected)
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


@pytest.mark.parametrize("engine", ["diagrams", "solver"])
def test_more_solutions_than_are_listed(engine: Engine) -> None:
    riddle = c.Riddle(digits("a", "b"), ())
    found = verdict(riddle, CARDS, limit=7, by=engine)
    assert (found.kind, found.count) == ("multiple", 100)
    assert len({tuple(one.values()) for one in found.solutions}) == 7


@pytest.mark.parametrize("engine", ["diagrams", "solver"])
def test_out_of_time_is_an_honest_unknown(engine: Engine, three_numbers: c.Riddle) -> None:
    found = verdict(three_numbers, CARDS, seconds=0.0, by=engine)
    assert found.kind == "unknown"
    assert "0 seconds" in found.reason
    assert found.count is None


@pytest.mark.parametrize("engine", ["diagrams", "solver"])
def test_letter_sum(engine: Engine) -> None:
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
    found = verdict(riddle, CARDS, by=engine)
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
    assert [dict(one) for one in verdict(riddle, CARDS, limit=1000, by="solver").solutions] == solutions(riddle, CARDS)


def test_pictures_without_digits_are_left_to_the_networks() -> None:
    """Only a contradiction between readings can be told without digits."""
    smile = replace(CARDS["odd"], name="smiling", kind="face", table=None)
    library = {**CARDS, "smiling": smile}
    portrait = (c.Variable("portrait", "face", "digit"),)
    says = c.Clause("I", c.Seen("portrait", "smiling", 1))
    denies = c.Clause("II", c.Not(c.Seen("portrait", "smiling", 1)))
    found = verdict(c.Riddle(portrait, (says,)), library)
    assert (found.kind, found.reason) == ("unknown", "no digits to decide about: only the pictures can tell")
    assert verdict(c.Riddle(portrait, (says, denies)), library).core == ("I", "II")
    assert "diagrams need digits" in verdict(c.Riddle(portrait, (says,)), library, by="diagrams").reason


def test_the_solver_goes_on_where_diagrams_end() -> None:
    names = "abcdefghij"
    word = lambda letters: c.Sum(  # noqa: E731
        tuple(c.Product((number(10**place), c.Value(letter))) for place, letter in enumerate(reversed(letters)))
    )
    clauses = (
        c.Clause("I", c.Compare("=", c.Product((word("abc"), word("de"))), word("fghij"))),
        c.Clause("II", c.AllDifferent(tuple(map(c.Value, names)))),
        c.Clause("III", c.Compare("=", word("abc"), number(396))),
    )
    riddle = c.Riddle(digits(*names), clauses)
    beyond = verdict(riddle, CARDS, by="diagrams")
    assert (beyond.kind, beyond.solutions) == ("unknown", ())
    assert "the limit is 20,000" in beyond.reason
    found = verdict(riddle, CARDS)
    assert "".join(map(str, found.solutions[0].values())) == "3964517820"  # 396 * 45 = 17820
    assert found.kind == "unique"


def test_the_common_case_needs_no_solver() -> None:
    """Its import takes most of a second."""
    program = (
        "import sys; from oedipus.compiler import checked as c; from oedipus.compiler.verdict.decide import verdict;"
        "from oedipus.networks.cards import read_cards;"
        "riddle = c.Riddle((c.Variable('a', 'digit', 'digit'),), (c.Clause('I', c.Seen('a', 'circle', 1)),));"
        "assert verdict(riddle, read_cards()).count == 4; assert not {'cpmpy', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_larger_diagrams_go_on_where_the_solver_ends() -> None:
    """A well-known riddle: a/bc + d/ef + g/hi = 1 with nine different digits, none of them 0; up to the order, one."""
    ratio = lambda top, tens, ones: c.Arithmetic(  # noqa: E731
        "/", c.Value(top), c.Sum((c.Product((number(10), c.Value(tens))), c.Value(ones)))
    )
    names = "abcdefghi"
    clauses = (
        c.Clause("I", c.Compare("=", c.Sum((ratio(*"abc"), ratio(*"def"), ratio(*"ghi"))), number(1))),
        c.Clause("II", c.AllDifferent(tuple(map(c.Value, names)))),
        c.Clause("III", c.And(tuple(c.Compare("!=", c.Value(name), number(0)) for name in names))),
        c.Clause("IV", c.And((c.Compare("<", c.Value("a"), c.Value("d")), c.Compare("<", c.Value("d"), c.Value("g"))))),
    )
    found = verdict(c.Riddle(digits(*names), clauses), CARDS, seconds=600)
    assert found.kind == "unique"
    assert ["".join(map(str, one.values())) for one in found.solutions] == ["534768912"]
