"""Long clauses and deep ones, through every stage that needs no network."""

from collections.abc import Callable
from itertools import product

import pytest

from oedipus.compiler.checked import Riddle
from oedipus.compiler.frontend import check_text, read_text
from oedipus.compiler.pipeline import compile_riddle
from oedipus.compiler.show.describe import describe
from oedipus.compiler.show.explain import core_riddle, events, explain
from oedipus.compiler.verdict.decide import verdict
from oedipus.compiler.verdict.why import why
from oedipus.dsl.nesting import DEEPEST
from oedipus.networks.cards import read_cards

CARDS = read_cards()
DIGITS = "digits a, b\n"
LONG = 1_000
DEEP = 200


def stages(text: str) -> Riddle:
    """The checked riddle, after it went through every stage."""
    riddle = check_text(text, CARDS)
    assert [one.body for one in check_text(core_riddle(riddle), CARDS).clauses] == [one.body for one in riddle.clauses]
    assert describe(compile_riddle(riddle, CARDS))
    assert explain(riddle, CARDS)
    assert list(events(riddle, CARDS))
    assert why(riddle, CARDS, seconds=5)
    return riddle


def solutions(riddle: Riddle) -> list[tuple[int, ...]]:
    return [tuple(one.values()) for one in verdict(riddle, CARDS, limit=100).solutions]


def pairs(holds: Callable[[int, int], bool]) -> list[tuple[int, ...]]:
    return [(a, b) for a, b in product(range(10), repeat=2) if holds(a, b)]


FLAT = {
    "sum": (" + ".join(["a", "b"] * (LONG // 2)) + " = 1500", lambda a, b: a + b == 3),
    "difference": (
        "3 * a" + "".join((" - b", " + a", " - a")[at % 3] for at in range(999)) + " = 3 * a - 666",
        lambda _, b: 333 * b == 666,
    ),
    "product": (" * ".join(["a"] * LONG) + " = b", lambda a, b: a == b and a < 2),
    "and": (" and ".join(f"a + {at % 3} > b" for at in range(LONG)), lambda a, b: a > b),
    "or": (" or ".join(f"a = {at % 3} * b" for at in range(LONG)), lambda a, b: a in (0, b, 2 * b)),
    "iff": (" iff ".join(["a = b"] * (LONG + 1)), lambda a, b: a == b),
    "chain": (" <= ".join(["a", "b"] * (LONG // 2)), lambda a, b: a == b),
    "list": ("a in [" + ", ".join(["b", "b + 1"] * (LONG // 2)) + "]", lambda a, b: a in (b, b + 1)),
}


@pytest.mark.parametrize("name", FLAT)
def test_a_thousand_terms(name: str) -> None:
    text, holds = FLAT[name]
    assert solutions(stages(DIGITS + text)) == pairs(holds)


NESTED = {
    "parentheses": (lambda n: "(" * n + "a" + ")" * n + " = b", lambda a, b: a == b),
    "not": (lambda n: "not " * n + "a = b", lambda a, b: a == b),
    "minus": (lambda n: "-" * n + "a = b", lambda a, b: a == b),
    "lists": (lambda n: "a in " + "[" * n + "b" + "]" * n, lambda a, b: a == b),
    "calls": (lambda n: "abs(" * n + "a - b" + ")" * n + " = 1", lambda a, b: abs(a - b) == 1),
    "powers": (
        lambda n: "a ** " * n + "1 = b",
        lambda a, b: a == b == 1 or (a, b) == (0, 1),
    ),  # 0 ** 0 is 1, 0 ** 1 is 0
    "sums": (lambda n: "(a + " * n + "b" + ")" * n + f" = {n}", lambda a, b: DEEP * a + b == DEEP),
    "differences": (lambda n: "(a - " * n + "b" + ")" * n + " = 1", lambda _, b: b == 1),
    "junctions": (
        lambda n: "(a = b and (b = a or " * (n // 2) + "a = 1" + "))" * (n // 2),
        lambda a, b: a == b,
    ),
    "if": (lambda n: "if a = b then " * n + "a = 1", lambda a, b: a != b or a == 1),
    "lets": (
        lambda n: "let x0 = a\n" + "".join(f"let x{at + 1} = abs(x{at} - b)\n" for at in range(n)) + f"x{n} = 0",
        lambda a, b: lets(a, b) == 0,
    ),
}


def lets(a: int, b: int) -> int:
    for _ in range(DEEP):
        a = abs(a - b)
    return a


@pytest.mark.parametrize("name", NESTED)
def test_two_hundred_levels(name: str) -> None:
    text, holds = NESTED[name]
    assert solutions(stages(DIGITS + text(DEEP))) == pairs(holds)


@pytest.mark.parametrize("name", [name for name in NESTED if name != "parentheses"])
def test_what_nests_too_deeply_is_told_once_where_it_does(name: str) -> None:
    text = DIGITS + NESTED[name][0](DEEPEST + 4 if name == "lets" else 2 * DEEPEST + 2)
    (found,) = read_text(text, CARDS)[1]
    assert (found.code, found.severity) == ("E108", "error")
    assert found.clause in text or found.clause.startswith("line ")
    assert len(DIGITS) < found.span.start < found.span.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "let x0 = a\n" + "".join(f"let x{at + 1} = x{at} * x{at} + b\n" for at in range(60)) + "x60 = 7",
        "digits c, d, e, f, g, h, j\n"
        + "sum(" * 8
        + "k"
        + "".join(f" for {v} in digits)" for v in "klmnoprs")
        + " = 1",
    ],
)
def test_what_is_too_long_written_out_is_told_once(text: str) -> None:
    assert [one.code for one in read_text(DIGITS + text, CARDS)[1]] == ["E412"]


def test_the_solver_has_room_too() -> None:
    text = DIGITS + NESTED["calls"][0](DEEP)
    riddle = check_text(text, CARDS)
    assert verdict(riddle, CARDS, seconds=60, by="solver").count == 18
