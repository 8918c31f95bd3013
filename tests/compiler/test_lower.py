from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oedipus.compiler import checked as c
from oedipus.compiler import program as p
from oedipus.compiler.axes import Readers
from oedipus.compiler.evaluate import holds
from oedipus.compiler.lower import logic
from oedipus.compiler.pipeline import compile_riddle
from oedipus.networks.cards import Card, read_cards
from oedipus.testing import formulas

from .conftest import digits

NETWORKS = {"odd": 2, "circle": 2, "digit_classifier": 10}


def truths(program: p.Program, factor: p.Factor) -> np.ndarray:
    """The factor's tensor, spelled out whatever its form."""
    shape = [program.readouts[place].classes for place in factor.readouts]
    values = np.zeros(shape, dtype=np.bool_)
    for place in product(*map(range, shape)):
        values[place] = p.holds(factor.body, list(place))  # type: ignore[arg-type]
    return values


def test_the_riddle_of_the_paper(three_numbers: c.Riddle, cards: Mapping[str, Card]) -> None:
    program = compile_riddle(three_numbers, cards)
    assert [(one.variable, one.network) for one in program.readouts] == [
        ("first", "odd"),
        ("second", "digit_classifier"),
        ("first", "digit_classifier"),
        ("third", "digit_classifier"),
        ("third", "circle"),
    ]
    number = np.arange(10)
    expected = {
        "I": np.array([False, True]),
        "II": number[:, None] == number + 2,
        "III": number[:, None, None] + number[:, None] == number,
        "IV": number != 7,
        "V": np.array([True, False]),
    }
    for factor in program.factors:
        assert (truths(program, factor) == expected[factor.name]).all()
    assert not list(program.violated({"first": 1, "second": 3, "third": 4}))
    assert list(program.violated({"first": 2, "second": 4, "third": 7})) == ["I", "III", "IV"]


@given(formulas(("a", "b"), NETWORKS))
def test_tensors_agree_with_brute_force_over_all_assignments(formula: c.Formula) -> None:
    cards = read_cards()
    readers = Readers.of(c.Riddle(digits("a", "b"), ()), cards)
    axes = [readers.axis(*key) for key in readers.keys(formula)]
    body = logic(formula, axes)
    for place in product(*(range(axis.classes) for axis in axes)):
        seen = {(axis.readout.variable, axis.readout.network): label for axis, label in zip(axes, place, strict=True)}
        shown = {variable: label for (variable, network), label in seen.items() if network == "digit_classifier"}
        assert p.holds(body, list(place)) == holds(formula, shown, seen)


@given(st.booleans())
def test_a_formula_about_nothing_is_a_single_cell(truth: bool) -> None:
    body = logic(c.Truth(truth), [])
    assert isinstance(body, p.Tensor)
    assert body.values.shape == ()
    assert bool(body.values) == truth


def test_networks_on_one_picture_are_separate_axes(cards: Mapping[str, Card]) -> None:
    body = c.Iff(c.Seen("a", "odd", 1), c.Property("odd", c.Value("a")))
    program = compile_riddle(c.Riddle(digits("a"), (c.Clause("line 1", body),)), cards)
    assert truths(program, program.factors[0]).tolist() == [[not n % 2 for n in range(10)], [n % 2 for n in range(10)]]


def test_measurements_have_no_readouts(cards: Mapping[str, Card]) -> None:
    clause = c.Clause("line 1", c.Measurement("a", (("coarsen", (4,)),), "y.png", 0.5))
    program = compile_riddle(c.Riddle(digits("a"), (clause,)), cards)
    assert program.factors[0].readouts == ()
    assert program.factors[0].body == p.Gaussian("a", (("coarsen", (4,)),), "y.png", 0.5)


@pytest.mark.parametrize("op", ["+", "*"])
def test_numbers_beyond_int64_stay_exact(op: str, cards: Mapping[str, Card]) -> None:
    build = c.Sum if op == "+" else c.Product
    huge = c.Arithmetic("**", c.Sum((c.Value("a"), c.Constant(c.Fraction(10**14)))), c.Constant(c.Fraction(8)))
    formula = c.Compare("=", c.Arithmetic("%", build((huge, huge)), c.Constant(c.Fraction(10**9 + 7))), c.Value("b"))
    readers = Readers.of(c.Riddle(digits("a", "b"), ()), cards)
    axes = [readers.axis(*key) for key in readers.keys(formula)]
    body = logic(formula, axes)
    for a, b in product(range(10), repeat=2):
        number = (10**14 + a) ** 8
        expected = (number + number if op == "+" else number * number) % (10**9 + 7) == b
        assert p.holds(body, [a, b]) == expected
