"""The digits of computed numbers and deeds, against Python's own numerals."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from oedipus.compiler.checked import Arithmetic, Product, Sum, Term, Value
from oedipus.compiler.logic.evaluate import holds, value
from oedipus.compiler.resolve.arithmetic import constant
from oedipus.compiler.resolve.numerals import numeral
from oedipus.dsl.spans import NOWHERE

DIGITS = st.lists(st.integers(0, 9), min_size=2, max_size=5)
PLACES = st.integers(-2, 2).filter(bool)


def named(digits: list[int]) -> tuple[tuple[Term, ...], dict[str, int]]:
    """A term for each digit, and what it shows."""
    return tuple(Value(f"x{place}") for place in range(len(digits))), {f"x{k}": one for k, one in enumerate(digits)}


def shown(terms: tuple[Term, ...], reading: dict[str, int]) -> str:
    """The digits that the terms show, as text."""
    return "".join(str(value(term, reading, {})) for term in terms)


@given(DIGITS, st.integers(1, 9), st.integers(0, 500), st.sampled_from([1, 2]))
def test_exactly_one_width_fits_and_shows_the_number(digits: list[int], factor: int, plus: int, power: int) -> None:
    terms, reading = named(digits)
    whole = Sum(tuple(Product((constant(10**place), term)) for place, term in enumerate(terms)))
    term = Sum((Product((constant(factor), Arithmetic("**", whole, constant(power)))), constant(plus)))
    number = value(term, reading, {})
    assert number is not None
    written = numeral(term, NOWHERE)
    fitting = [shown for fits, shown in written.forms() if holds(fits, reading, {})]
    assert [shown(one, reading) for one in fitting] == [str(number)]
    assert shown(written.padded, reading).lstrip("0") == str(number).lstrip("0")
    for count in (1, 2, 3):
        first = value(written.first(0, count), reading, {})
        assert first == (int(str(number)[:count]) if len(str(number)) >= count else 0)
        assert value(written.last(count), reading, {}) == Fraction(number) % 10**count
