"""Contraction of logic tensors against the sum over all assignments."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from oedipus.compiler import program
from oedipus.runtime.factors import bind


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, list[np.ndarray]]:
    shape = draw(st.lists(st.integers(2, 5), min_size=1, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    values = rng.random(shape) < draw(st.sampled_from([0.1, 0.5, 0.9]))
    values.flat[rng.integers(values.size)] = True
    sharp = draw(st.sampled_from([0.5, 5.0, 50.0]))
    scores = [rng.normal(size=(3, classes)) * sharp for classes in shape]
    return values, [score - np.logaddexp.reduce(score, axis=1, keepdims=True) for score in scores]


@given(problem=problems())
def test_contraction_is_the_sum_over_valid_assignments(problem: tuple[np.ndarray, list[np.ndarray]]) -> None:
    values, logs = problem
    got = bind(program.Tensor(values), torch.device("cpu"))([torch.from_numpy(log) for log in logs])
    for row in range(3):
        terms = [
            sum(logs[axis][row, chosen] for axis, chosen in enumerate(classes))
            for classes in product(*map(range, values.shape))
            if values[classes]
        ]
        assert got[row].item() == pytest.approx(np.logaddexp.reduce(terms), rel=1e-9, abs=1e-9)


def test_a_clause_and_its_negation_stay_exact_near_certainty() -> None:
    scores = torch.tensor([[60.0, 0.0, 0.0]], dtype=torch.float64).log_softmax(dim=1)
    is_zero = bind(program.Tensor(np.array([True, False, False])), torch.device("cpu"))
    not_zero = bind(program.Tensor(np.array([False, True, True])), torch.device("cpu"))
    assert not_zero([scores]).item() == pytest.approx(np.log(2) - 60, rel=1e-12)
    assert is_zero([scores]).item() == pytest.approx(-2 * np.exp(-60), rel=1e-6)
