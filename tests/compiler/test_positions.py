"""Where digits stand: the formula against a search over all places."""

import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from oedipus.compiler.checked import Constant, Value
from oedipus.compiler.evaluate import holds
from oedipus.compiler.frontend import check_text
from oedipus.compiler.positions import standing
from oedipus.compiler.verdict import verdict
from oedipus.networks.cards import read_cards

CARDS = read_cards()
NAMES = "abcd"
RELATIONS = {
    "before": lambda i, j: i < j,
    "after": lambda i, j: i > j,
    "just before": lambda i, j: j - i == 1,
    "just after": lambda i, j: i - j == 1,
    "beside": lambda i, j: abs(i - j) == 1,
}


@given(
    where=st.sampled_from(list(RELATIONS)), shown=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    one=st.integers(0, 3), other=st.integers(0, 3),
)  # fmt: skip
def test_some_two_digits_stand_so(where: str, shown: list[int], one: int, other: int) -> None:
    formula = standing(where, [Value(name) for name in NAMES], Constant(Fraction(one)), [Constant(Fraction(other))])
    found = any(
        RELATIONS[where](i, j)
        for i, j in itertools.product(range(4), repeat=2)
        if i != j and (shown[i], shown[j]) == (one, other)
    )
    assert holds(formula, dict(zip(NAMES, shown, strict=True)), {}) is found


@given(shown=st.lists(st.integers(0, 3), min_size=4, max_size=4), gap=st.integers(0, 3))
def test_digits_apart_have_so_many_between_them(shown: list[int], gap: int) -> None:
    formula = standing("apart", [Value(name) for name in NAMES], Constant(Fraction(1)), [Constant(Fraction(2))], gap)
    ones, twos = ([place for place, digit in enumerate(shown) if digit == wanted] for wanted in (1, 2))
    found = any(abs(i - j) - 1 == gap for i in ones for j in twos)
    assert holds(formula, dict(zip(NAMES, shown, strict=True)), {}) is found


def test_a_digit_that_is_named_stands_where_it_is() -> None:
    formula = standing("before", [Value(name) for name in NAMES], Value("b"), [Constant(Fraction(7))])
    assert holds(formula, {"a": 7, "b": 0, "c": 7, "d": 0}, {})
    assert not holds(formula, {"a": 7, "b": 0, "c": 0, "d": 0}, {})


def test_langford() -> None:
    text = "There are six digits.\nThere is one digit between the 1s. There are two digits between the 2s.\n"
    text += "There are three digits between the 3s. They are 1, 1, 2, 2, 3 and 3 in some order.\n"
    found = verdict(check_text(text, CARDS), CARDS, limit=9)
    assert sorted("".join(map(str, one.values())) for one in found.solutions) == ["231213", "312132"]
