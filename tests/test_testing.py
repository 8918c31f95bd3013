from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oedipus.compiler import checked as c
from oedipus.compiler.verify import verify_riddle
from oedipus.networks.cards import read_cards
from oedipus.testing import brute_force_probability, brute_force_tensor, formulas, readouts, riddles, solutions

CARDS = read_cards()


def test_the_tensor_of_a_sum() -> None:
    formula = c.Compare("=", c.Sum((c.Value("a"), c.Value("b"))), c.Constant(Fraction(3)))
    values = brute_force_tensor(formula, ("a", "b"))
    assert np.argwhere(values).tolist() == [[0, 3], [1, 2], [2, 1], [3, 0]]


def test_networks_are_further_axes() -> None:
    formula = c.Iff(c.Seen("a", "odd", 1), c.Compare("=", c.Value("a"), c.Constant(Fraction(2))))
    values = brute_force_tensor(formula, ("a",), [(("a", "odd"), 2)])
    assert values.shape == (10, 2)
    assert np.argwhere(values[:, 1]).tolist() == [[2]]


@given(readouts((2, 10)))
def test_readouts_are_distributions(probabilities: list[np.ndarray]) -> None:
    assert [len(one) for one in probabilities] == [2, 10]
    assert all((one >= 0).all() and abs(one.sum() - 1) < 1e-12 for one in probabilities)
    assert abs(brute_force_probability(np.ones((2, 10), dtype=np.bool_), probabilities) - 1) < 1e-12
    assert brute_force_probability(np.zeros((2, 10), dtype=np.bool_), probabilities) == 0


@given(riddles(CARDS))
def test_riddles_are_checked(riddle: c.Riddle) -> None:
    verify_riddle(riddle, CARDS)


@given(st.data())
def test_solutions_fulfil_and_nothing_else_does(data: st.DataObject) -> None:
    formula = data.draw(formulas(("a",), depth=1))
    riddle = c.Riddle((c.Variable("a", "digit", "digit"),), (c.Clause("I", formula),))
    values = brute_force_tensor(formula, ("a",))
    assert [one["a"] for one in solutions(riddle, CARDS)] == np.flatnonzero(values).tolist()
