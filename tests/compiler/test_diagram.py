from collections import Counter
from contextlib import suppress
from fractions import Fraction
from itertools import product
from math import isqrt, lcm, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oedipus.compiler import checked as c
from oedipus.compiler.budget import Effort, OverBudget, TooManyStates, TooManySteps
from oedipus.compiler.logic import grid, semirings
from oedipus.compiler.logic.axes import Axis, Readers
from oedipus.compiler.logic.diagram import build, compile_diagram, residuals
from oedipus.compiler.logic.diagram_counts import by_counting, is_count
from oedipus.compiler.logic.diagram_numbers import Beyond
from oedipus.compiler.logic.diagram_prefixes import by_prefixes
from oedipus.compiler.logic.diagram_reduce import complement, conjunction, distinct_rows, reduced, widened
from oedipus.compiler.logic.evaluate import holds
from oedipus.compiler.logic.simplify import Formulas
from oedipus.compiler.program import Diagram
from oedipus.compiler.program import holds as accepts
from oedipus.compiler.verify import verify_diagram
from oedipus.networks.cards import read_cards
from oedipus.testing import brute_force_probability, formulas, readouts

from .conftest import digits

NETWORKS = {"odd": 2, "circle": 2, "digit_classifier": 10}
LETTERS = "abcdefghij"


def number(value: int) -> c.Constant:
    return c.Constant(Fraction(value))


def axes_of(formula: c.Formula, names: str = LETTERS) -> list[Axis]:
    readers = Readers.of(c.Riddle(digits(*names), ()), read_cards())
    return [readers.axis(*key) for key in readers.keys(formula)]


def truths(diagram: Diagram) -> np.ndarray:
    values = np.array([False, True])
    for layer in reversed(diagram.layers):
        values = values[layer]
    shape = [layer.shape[1] for layer in diagram.layers]
    dense = np.zeros(shape, dtype=np.bool_)
    for place in np.ndindex(*shape):
        dense[place] = accepts(diagram, list(place))
    return dense


def total(names: str) -> c.Sum:
    return c.Sum(tuple(map(c.Value, names)))


def word(letters: str) -> c.Sum:
    places = enumerate(reversed(letters))
    return c.Sum(tuple(c.Product((number(10**place), c.Value(letter))) for place, letter in places))


@settings(deadline=None, max_examples=150)
@given(formulas(("a", "b"), NETWORKS), st.randoms(use_true_random=False))
def test_diagrams_agree_with_brute_force(formula: c.Formula, random: object) -> None:
    axes = axes_of(formula, "ab")
    if not axes:
        return
    random.shuffle(axes)  # type: ignore[attr-defined]
    diagram = Diagram(tuple(build(formula, axes)))
    verify_diagram(diagram, tuple(axis.classes for axis in axes), "formula")
    assert (truths(diagram) == grid.tensor(formula, axes)).all()
    for place in product(*(range(0, axis.classes, 3) for axis in axes)):
        seen = {(axis.readout.variable, axis.readout.network): label for axis, label in zip(axes, place, strict=True)}
        shown = {name: label for (name, network), label in seen.items() if network == "digit_classifier"}
        assert accepts(diagram, list(place)) == holds(formula, shown, seen)


@settings(deadline=None, max_examples=60)
@given(formulas(("a", "b", "c"), depth=1))
def test_every_way_to_build_gives_the_same_diagram(formula: c.Formula) -> None:
    axes = axes_of(formula, "abc")
    if not axes:
        return
    normal = Formulas(axes)
    derived = residuals(normal, normal.of(formula), 10**6, Effort())
    built = build(formula, axes)
    with suppress(Beyond):
        layered = by_prefixes(normal, normal.of(formula), 10**6, Effort())
        assert all(np.array_equal(x, y) for x, y in zip(derived, layered, strict=True))
    assert all(np.array_equal(x, y) for x, y in zip(derived, built, strict=True))
    assert (truths(Diagram(tuple(derived))) == grid.tensor(formula, axes)).all()
    assert (truths(Diagram(tuple(built))) == grid.tensor(formula, axes)).all()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(formulas(("a", "b", "c"), depth=0), min_size=1, max_size=4),
    st.sampled_from(["=", "!=", "<", "<="]),
    st.integers(-1, 4),
    formulas(("a", "b"), depth=0),
)
def test_counting_gives_the_same_diagram(some: list[c.Formula], op: c.CompareOp, wanted: int, other: c.Formula) -> None:
    formula = c.Compare(op, c.Sum((c.Count(tuple(some)), c.Count((other, other)))), number(wanted))
    axes = axes_of(formula, "abc")
    normal = Formulas(axes)
    node = normal.of(formula)
    if is_count(node):
        derived = residuals(normal, node, 10**6, Effort())
        classes = [axis.classes for axis in axes]
        counted = by_counting(node, classes, lambda one: residuals(normal, one, 10**6, Effort()), 10**6, Effort())
        assert all(np.array_equal(x, y) for x, y in zip(derived, counted, strict=True))
        assert (truths(Diagram(tuple(counted))) == grid.tensor(formula, axes)).all()


@given(formulas(("a", "b"), depth=1), formulas(("b", "a"), depth=1))
@settings(deadline=None, max_examples=60)
def test_laws_of_reduction(one: c.Formula, two: c.Formula) -> None:
    axes = axes_of(c.And((c.Compare("=", c.Value("a"), c.Value("b")), one, two)), "ab")
    left, right = build(one, axes), build(two, axes)
    both = conjunction(left, right, 10**6)
    for same in (build(c.And((one, two)), axes), conjunction(right, left, 10**6), reduced(both)):
        assert all(np.array_equal(x, y) for x, y in zip(both, same, strict=True))
    assert (truths(Diagram(tuple(complement(left)))) == ~truths(Diagram(tuple(left)))).all()


@settings(deadline=None)
@given(st.data())
def test_semirings_agree_with_the_dense_tensor(data: st.DataObject) -> None:
    formula = data.draw(formulas(("a", "b"), {"odd": 2}, depth=1))
    axes = axes_of(formula, "ab")
    if not axes:
        return
    diagram = Diagram(tuple(build(formula, axes)))
    dense = grid.tensor(formula, axes)
    probabilities = data.draw(readouts([axis.classes for axis in axes]))
    with np.errstate(divide="ignore"):
        logs = [np.log(one) for one in probabilities]
    assert semirings.count(diagram) == dense.sum()
    assert semirings.satisfiable(diagram) == dense.any()
    expected = brute_force_probability(dense, probabilities)
    assert np.exp(semirings.log_probability(diagram, logs)) == pytest.approx(expected, rel=1e-9, abs=1e-300)
    if not dense.any():
        with pytest.raises(ValueError, match="nothing"):
            semirings.best(diagram, logs)
        return
    value, classes = semirings.best(diagram, logs)
    assert dense[classes]
    joint = np.where(dense, 1.0, 0.0)
    for axis, one in enumerate(probabilities):
        joint = joint * one.reshape([-1 if place == axis else 1 for place in range(dense.ndim)])
    assert np.exp(value) == pytest.approx(joint.max(), rel=1e-9, abs=1e-300)


def test_counts_known_from_mathematics() -> None:
    different = c.AllDifferent(tuple(map(c.Value, LETTERS)))
    order, diagram = compile_diagram(different, axes_of(different))
    assert semirings.count(diagram) == 3628800
    assert diagram.states <= 1024 + 10
    twelve = c.Compare("=", total("abcd"), number(12))
    assert semirings.count(compile_diagram(twelve, axes_of(twelve))[1]) == 415
    sevens = c.Compare("=", c.Arithmetic("%", word(LETTERS), number(7)), number(0))
    assert semirings.count(compile_diagram(sevens, axes_of(sevens))[1]) == 10**10 // 7 + 1
    primes = c.Property("prime", word("abcd"))
    assert semirings.count(compile_diagram(primes, axes_of(primes))[1]) == 1229
    assert sorted(order) == list(range(10))


def test_states_do_not_grow_with_the_number_of_cells() -> None:
    for length in (4, 6, 8, 10):
        formula = c.Compare("=", total(LETTERS[:length]), number(9))
        assert compile_diagram(formula, axes_of(formula))[1].states <= 12 * length


def test_the_order_keeps_together_what_belongs_together() -> None:
    """Five pairs of equal digits: mentioned apart, all five must be remembered at once."""
    pairs = [c.Compare("=", c.Value(one), c.Value(two)) for one, two in zip("abcde", "fghij", strict=True)]
    formula = c.And(tuple(pairs))
    axes = axes_of(c.Compare("=", total(LETTERS), number(0)))
    order, diagram = compile_diagram(formula, axes)
    assert [axis.readout.variable for axis in axes] == list(LETTERS)
    assert semirings.count(diagram) == 10**5
    assert diagram.states < 100
    assert sorted(order) == list(range(10))


def test_the_letter_sum_is_one_diagram_of_one_solution() -> None:
    names = "SENDMORY"
    formula = c.And(
        (
            c.Compare("=", c.Sum((word("SEND"), word("MORE"))), word("MONEY")),
            c.AllDifferent(tuple(map(c.Value, names))),
            c.Compare("!=", c.Value("S"), number(0)),
            c.Compare("!=", c.Value("M"), number(0)),
        )
    )
    axes = axes_of(formula, names)
    order, diagram = compile_diagram(formula, axes)
    assert semirings.count(diagram) == 1
    _, classes = semirings.best(diagram, [np.zeros(10)] * 8)
    found = {axes[place].readout.variable: label for place, label in zip(order, classes, strict=True)}
    assert "".join(str(found[name]) for name in names) == "95671082"


def test_the_budget_is_kept() -> None:
    formula = c.Compare("=", c.Product((word("abcde"), word("fghij"))), word("edcba"))
    with pytest.raises(TooManyStates) as caught:
        compile_diagram(formula, axes_of(formula), budget=5000)
    assert caught.value.limit == 5000 < caught.value.size
    weighted = tuple(c.Product((number(1000 + place**3), c.Value(name))) for place, name in enumerate(LETTERS))
    linear = c.Compare("=", c.Sum(weighted), number(45_000))
    with pytest.raises(TooManyStates):
        compile_diagram(linear, axes_of(linear), budget=100)


def test_products_and_quotients_of_words_fit() -> None:
    product_of_two = c.Compare("=", c.Product((word("abc"), word("de"))), word("fgh"))
    diagram = compile_diagram(product_of_two, axes_of(product_of_two, "abcdefgh"))[1]
    assert semirings.count(diagram) == sum(abc * de < 1000 for abc in range(1000) for de in range(100))
    ratio = lambda top, bottom: c.Arithmetic("/", word(top), word(bottom))  # noqa: E731
    thirds = c.Compare("=", c.Sum((ratio("a", "bc"), ratio("d", "ef"), ratio("g", "hi"))), number(1))
    one = lcm(*range(1, 100))
    fractions = Counter(a * one // bc for a in range(10) for bc in range(1, 100))
    expected = sum(
        many * often * fractions.get(one - first - second, 0)
        for first, many in fractions.items()
        for second, often in fractions.items()
    )
    assert semirings.count(compile_diagram(thirds, axes_of(thirds, "abcdefghi"))[1]) == expected


def test_clauses_about_five_digits_as_riddles_have_them_fit() -> None:
    five, letters = word("abcde"), "abcde"
    cases = {
        c.Compare("=", c.Arithmetic("%", five, total(letters)), number(0)): lambda n, sums, _: sums and not n % sums,
        c.Compare("=", five, c.Sum((total(letters), c.Product(tuple(map(c.Value, letters)))))): (
            lambda n, sums, times: n == sums + times
        ),
        c.Compare("=", c.Product((number(4), five)), word("edcba")): lambda n, *_: 4 * n == int(f"{n:05d}"[::-1]),
        c.Property("square", five): lambda n, *_: isqrt(n) ** 2 == n,
    }
    for formula, holds_for in cases.items():
        known = [[int(one) for one in f"{n:05d}"] for n in range(10**5)]
        expected = sum(bool(holds_for(n, sum(one), prod(one))) for n, one in enumerate(known))
        assert semirings.count(compile_diagram(formula, axes_of(formula))[1]) == expected


def test_work_is_bounded_whatever_the_states() -> None:
    """Deterministic: the same steps are counted, and the same is refused, on every machine."""
    hopeless = c.Compare("=", c.Arithmetic("%", c.Product((word("abcde"), word("fghij"))), word("bdf")), number(7))
    for limit in (10**5, 10**7):
        efforts = [Effort(limit), Effort(limit)]
        for effort in efforts:
            with pytest.raises(TooManySteps, match=f"limit is {limit:,}"):
                compile_diagram(hopeless, axes_of(hopeless), effort=effort)
        assert efforts[0].spent == efforts[1].spent
    with pytest.raises(OverBudget, match="limit is"):
        compile_diagram(hopeless, axes_of(hopeless))


@given(st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=1, max_size=30))
def test_distinct_rows(rows: list[list[int]]) -> None:
    array = np.array(rows, dtype=np.int32)
    distinct, names = distinct_rows(array)
    assert (distinct[names] == array).all()
    assert len({tuple(row) for row in distinct.tolist()}) == len(distinct)


def test_widening_adds_readouts_that_change_nothing() -> None:
    formula = c.Compare("<", c.Value("a"), c.Value("b"))
    wide = Diagram(tuple(widened(build(formula, axes_of(formula)), [1, 3], [2, 10, 2, 10, 3])))
    verify_diagram(wide, (2, 10, 2, 10, 3), "formula")
    assert semirings.count(wide) == 45 * 12
