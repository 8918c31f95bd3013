from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oedipus.compiler import checked as c
from oedipus.compiler import program as p
from oedipus.compiler.logic.axes import Readers
from oedipus.compiler.logic.evaluate import holds
from oedipus.compiler.logic.lower import TooLarge, logic, lower
from oedipus.compiler.pipeline import compile_riddle, too_large
from oedipus.dsl.spans import Span
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
    _, body = logic(formula, axes)
    for place in product(*(range(axis.classes) for axis in axes)):
        seen = {(axis.readout.variable, axis.readout.network): label for axis, label in zip(axes, place, strict=True)}
        shown = {variable: label for (variable, network), label in seen.items() if network == "digit_classifier"}
        assert p.holds(body, list(place)) == holds(formula, shown, seen)


@given(st.booleans())
def test_a_formula_about_nothing_is_a_single_cell(truth: bool) -> None:
    _, body = logic(c.Truth(truth), [])
    assert isinstance(body, p.Tensor)
    assert body.values.shape == ()
    assert bool(body.values) == truth


@pytest.mark.parametrize("truth", [True, False])
def test_a_clause_about_nothing_still_has_a_readout(truth: bool, cards: Mapping[str, Card]) -> None:
    program = compile_riddle(c.Riddle(digits("a"), (c.Clause("line 1", c.Truth(truth)),)), cards)
    assert [one.network for one in program.readouts] == ["digit_classifier"]
    assert truths(program, program.factors[0]).tolist() == [truth] * 10


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
    huge = c.Arithmetic("**", c.Sum((c.Value("a"), c.Constant(Fraction(10**14)))), c.Constant(Fraction(8)))
    formula = c.Compare("=", c.Arithmetic("%", build((huge, huge)), c.Constant(Fraction(10**9 + 7))), c.Value("b"))
    readers = Readers.of(c.Riddle(digits("a", "b"), ()), cards)
    axes = [readers.axis(*key) for key in readers.keys(formula)]
    _, body = logic(formula, axes)
    for a, b in product(range(10), repeat=2):
        number = (10**14 + a) ** 8
        expected = (number + number if op == "+" else number * number) % (10**9 + 7) == b
        assert p.holds(body, [a, b]) == expected


def product_of_words(length: int) -> c.Formula:
    """A remainder of a product by a number that is not known: next to nothing can be merged."""
    names = "abcdefghij"[:length]
    word = lambda letters: c.Sum(  # noqa: E731
        tuple(c.Product((c.Constant(Fraction(10**k)), c.Value(n))) for k, n in enumerate(letters))
    )
    half = length // 2
    return c.Compare("=", c.Arithmetic("%", c.Product((word(names[:half]), word(names[half:]))), word("ab")), word("c"))


def test_the_smaller_form_is_kept(cards: Mapping[str, Card]) -> None:
    total = c.Sum(tuple(map(c.Value, "abcd")))
    sparse = c.Compare("=", total, c.Constant(Fraction(12)))
    power = c.Arithmetic("**", c.Value("d"), c.Value("a"))
    tangled = c.Property("prime", c.Sum((c.Product(tuple(map(c.Value, "abc"))), power)))
    riddle = c.Riddle(digits(*"abcd"), (c.Clause("sparse", sparse), c.Clause("tangled", tangled)))
    program = compile_riddle(riddle, cards)
    forms = [(type(factor.body), size_in_bytes(factor.body)) for factor in program.factors]
    assert forms[0][0] is p.Diagram
    assert all(0 < size <= 10**4 for _, size in forms)


def size_in_bytes(body: p.Body) -> int:
    match body:
        case p.Tensor(values):
            return values.nbytes
        case p.Diagram(layers):
            return sum(layer.nbytes for layer in layers)
    return 0


def test_a_clause_beyond_the_budget_is_named(cards: Mapping[str, Card]) -> None:
    clause = c.Clause("VII", product_of_words(10), line=7, span=Span(3, 9))
    with pytest.raises(TooLarge, match=r"clause VII .* limit is 3,000") as caught:
        lower(c.Riddle(digits(*"abcdefghij"), (clause,)), cards, budget=3000)
    diagnostic = too_large(caught.value)
    assert (diagnostic.span, diagnostic.clause, diagnostic.severity) == (Span(3, 9), "VII", "error")
    assert "3,000" in diagnostic.message


def test_a_clause_that_takes_too_much_work_is_named(cards: Mapping[str, Card]) -> None:
    clause = c.Clause("VIII", product_of_words(10), line=8, span=Span(5, 11))
    with pytest.raises(TooLarge, match=r"clause VIII on 10 readouts takes more steps .* limit is \d") as caught:
        lower(c.Riddle(digits(*"abcdefghij"), (clause,)), cards)
    diagnostic = too_large(caught.value)
    assert (diagnostic.span, diagnostic.clause, diagnostic.code) == (Span(5, 11), "VIII", "E413")


def test_the_work_of_all_clauses_is_bounded_and_equal_ones_are_work_once(cards: Mapping[str, Card]) -> None:
    def riddle(totals: list[int]) -> c.Riddle:
        bodies = [c.Compare("=", c.Product(tuple(map(c.Value, "abcd"))), c.Constant(Fraction(one))) for one in totals]
        return c.Riddle(digits(*"abcd"), tuple(c.Clause(f"line {n}", body) for n, body in enumerate(bodies, 2)))

    steps = 10_000_000
    program = lower(riddle([24] * 1000), cards, steps=steps)
    assert len(program.factors) == 1000
    assert len({id(factor.body) for factor in program.factors}) == 1
    with pytest.raises(
        TooLarge, match=r"clauses up to line \d+ take more steps .* riddle may; the limit is 10,000,000"
    ):
        lower(riddle(list(range(1000))), cards, steps=steps)


def test_joint_evidence_is_one_factor_for_each_power(three_numbers: c.Riddle, cards: Mapping[str, Card]) -> None:
    measured = c.Clause("VI", c.Measurement("first", (), "y.png", 1.0))
    clauses = (*three_numbers.clauses[:3], measured, *three_numbers.clauses[3:])
    own_power = tuple(replace(one, alpha=3.0) if one.name in ("II", "IV") else one for one in clauses)
    riddle = c.Riddle(three_numbers.variables, own_power, c.Settings(evidence="joint"))
    program = compile_riddle(riddle, cards)
    assert [(factor.name, factor.alpha) for factor in program.factors] == [
        ("I, III, V", None),
        ("II, IV", 3.0),
        ("VI", None),
    ]
    for a, b, d in product(range(10), repeat=3):
        shown = {"first": a, "second": b, "third": d}
        expected = []
        if not (a % 2 and a + b == d and d not in (0, 6, 8, 9)):
            expected.append("I, III, V")
        if not (b == a + 2 and d != 7):
            expected.append("II, IV")
        assert list(program.violated(shown)) == expected
