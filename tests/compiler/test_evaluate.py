from fractions import Fraction
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oedipus.compiler import checked as c
from oedipus.compiler.budget import TooLargeNumber
from oedipus.compiler.logic.evaluate import arithmetic, has_property, holds, is_prime, power, subformulas, value

ONE, TWO, ZERO = (c.Constant(Fraction(number)) for number in (1, 2, 0))
A, B = c.Value("a"), c.Value("b")


@pytest.mark.parametrize(
    ("op", "left", "right", "expected"),
    [
        ("/", 7, 2, Fraction(7, 2)),
        ("//", -7, 2, -4),
        ("%", -7, 2, 1),
        ("%", 7, -2, -1),
        ("**", 2, 10, 1024),
        ("**", 0, 0, 1),
        ("**", 2, -1, Fraction(1, 2)),
        ("**", 0, -1, None),
        ("**", 4, Fraction(1, 2), 2),
        ("**", 2, Fraction(1, 2), None),
        ("/", 1, 0, None),
        ("//", 1, 0, None),
        ("%", 1, 0, None),
    ],
)
def test_arithmetic(op: c.ArithmeticOp, left: int, right: int, expected: int | None) -> None:
    assert arithmetic(op, Fraction(left), Fraction(right)) == expected


def test_an_undefined_relation_is_false_and_its_negation_true() -> None:
    relation = c.Compare("!=", c.Arithmetic("/", ONE, A), TWO)
    assert not holds(relation, {"a": 0}, {})
    assert holds(c.Not(relation), {"a": 0}, {})
    assert holds(relation, {"a": 1}, {})


def test_towers_of_powers_cost_nothing() -> None:
    nine = Fraction(9)
    assert power(power(nine, nine) or nine, nine) == 9**81
    with pytest.raises(TooLargeNumber):
        power(nine, nine**9)


@given(st.integers(-3, 3000))
def test_properties_agree_with_their_definitions(number: int) -> None:
    divisors = sum(number % other == 0 for other in range(1, number + 1)) if number < 400 else None
    if divisors is not None:
        assert is_prime(number) == (divisors == 2)
    assert has_property("square", Fraction(number)) == any(root * root == number for root in range(60))
    assert has_property("power of two", Fraction(number)) == (number in [2**power for power in range(12)])
    assert has_property("odd", Fraction(number)) != has_property("even", Fraction(number))


@given(st.integers(2, 10**7), st.integers(2, 10**7))
def test_products_are_not_prime(one: int, other: int) -> None:
    assert not is_prime(one * other)


def test_known_primes_and_pseudoprimes() -> None:
    assert is_prime(10**15 + 37)
    assert is_prime(2**61 - 1)
    assert not is_prime(3215031751)  # a strong pseudoprime to the bases 2, 3, 5, 7


@given(st.integers(0, 9), st.integers(0, 9))
def test_terms(a: int, b: int) -> None:
    shown = {"a": a, "b": b}
    assert value(c.Sum((A, B, ONE)), shown, {}) == sum((a, b, 1))
    assert value(c.Product((A, B, TWO)), shown, {}) == prod((a, b, 2))
    assert value(c.Absolute(c.Arithmetic("-", A, B)), shown, {}) == abs(a - b)
    assert value(c.Extreme("min", (A, B)), shown, {}) == min(a, b)
    assert value(c.Extreme("max", ()), shown, {}) is None
    assert value(c.Lookup("squares", A, tuple(n * n for n in range(10))), shown, {}) == a * a
    assert value(c.Lookup("two", A, (1, 2)), shown, {}) == ({0: 1, 1: 2}.get(a))
    assert value(c.Count((c.Compare("<", A, B), c.Compare(">", A, B))), shown, {}) == (a != b)


def test_subformulas_come_from_left_to_right() -> None:
    formula = c.And((c.Compare("=", A, B), c.Seen("a", "odd", 1)))
    assert list(subformulas(formula)) == [formula, formula.formulas[0], A, B, formula.formulas[1]]
