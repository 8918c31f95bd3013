from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from oedipus.compiler import checked as c
from oedipus.compiler.pipeline import compile_riddle
from oedipus.compiler.show.draw_svg import placed, svg
from oedipus.networks.cards import Card

from .conftest import digits

NAMESPACE = "{http://www.w3.org/2000/svg}"


def words(drawn: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(drawn).iter(f"{NAMESPACE}text")]


def test_the_riddle_of_the_paper(three_numbers: c.Riddle, cards: Mapping[str, Card]) -> None:
    program = compile_riddle(three_numbers, cards)
    drawn = svg(program)
    shown = words(drawn)
    for expected in ("first", "second", "third", "odd", "circle", "I", "II", "III", "IV", "V"):
        assert expected in shown
    assert shown.count("ξ") == 3
    edges = list(ElementTree.fromstring(drawn).iter(f"{NAMESPACE}path"))
    readings = sum(len(factor.readouts) for factor in program.factors)
    assert len(edges) == len(program.variables) + len(program.readouts) + readings + len(program.factors)
    assert svg(program) == drawn


def test_every_form_of_factor(cards: Mapping[str, Card]) -> None:
    names = "abcdef"
    bodies: list[c.Formula | c.Measurement] = [
        c.AllDifferent(tuple(map(c.Value, names))),
        c.Truth(True),
        c.Measurement("a", (("coarsen", (4,)),), "photo.png", 0.5),
        c.Compare("<", c.Value("a"), c.Value("b")),
        c.Compare("=", c.Sum((c.Value("a"), c.Value("b"))), c.Value("c")),
    ]
    clauses = tuple(c.Clause(f"line {line}", body, line=line) for line, body in enumerate(bodies, 1))
    clauses = (replace(clauses[0], text='a < b & "c" <script>', alpha=3.0), *clauses[1:])
    shown = words(svg(compile_riddle(c.Riddle(digits(*names), clauses), cards)))
    assert "α 3" in shown
    assert any("states" in one for one in shown)
    assert "photo.png ± 0.5" in shown
    assert any("<script>" in one for one in shown)


@pytest.mark.parametrize("count", [1, 3, 10])
def test_nothing_stands_on_top_of_anything_else(count: int, cards: Mapping[str, Card]) -> None:
    names = "abcdefghij"[:count]
    clauses = tuple(
        c.Clause(f"line {line}", c.Compare(">", c.Value(name), c.Constant(Fraction(line % 9))))
        for line, name in enumerate(names * 3, 1)
    )
    layout = placed(compile_riddle(c.Riddle(digits(*names), clauses), cards))
    for row in (layout.variables, layout.readouts, layout.factors):
        places = sorted(row)
        assert all(later - earlier >= 100 for earlier, later in pairwise(places))
        assert places[0] > 50
        assert places[-1] < layout.width - 50
