from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from oedipus.compiler import checked as c
from oedipus.compiler.logic.axes import Axis
from oedipus.compiler.logic.diagram import build
from oedipus.compiler.logic.grid import tensor
from oedipus.compiler.program import Diagram, Readout
from oedipus.runtime.factors.diagram import DEPTH, contract, log_probability, logarithms, probabilities
from oedipus.testing import formulas

NAMES = "abcdefghijklmno"


def axes(count: int) -> list[Axis]:
    return [Axis(Readout(name, "digit_classifier", 10, None), tuple(range(10))) for name in NAMES[:count]]


def diagram_of(formula: c.Formula, count: int) -> Diagram:
    return Diagram(tuple(build(formula, axes(count))))


def total(count: int) -> c.Sum:
    return c.Sum(tuple(map(c.Value, NAMES[:count])))


def sums_to(count: int, number: int) -> c.Formula:
    return c.Compare("=", total(count), c.Constant(Fraction(number)))


def logits(samples: int, count: int, sharpness: float, seed: int = 0) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    draw = lambda: sharpness * torch.randn(samples, 10, generator=generator, dtype=torch.float64)  # noqa: E731
    return [draw().requires_grad_() for _ in range(count)]


def dense(values: np.ndarray, logs: Sequence[Tensor]) -> Tensor:
    """The same contraction over every satisfying cell, in logs, by PyTorch's own gradient."""
    cells = torch.from_numpy(np.argwhere(values))
    return torch.stack([one[:, cells[:, axis]] for axis, one in enumerate(logs)]).sum(0).logsumexp(1)


@settings(deadline=None, max_examples=60)
@given(formulas(("a", "b", "c"), depth=1), st.sampled_from((0.1, 3.0, 40.0, 400.0)), st.integers(0, 2**32 - 1))
def test_value_and_gradient_agree_with_the_dense_tensor(formula: c.Formula, sharpness: float, seed: int) -> None:
    values = tensor(formula, axes(3))
    if not values.any():
        return
    expected_logits, found_logits = logits(3, 3, sharpness, seed), logits(3, 3, sharpness, seed)
    expected = dense(values, [one.log_softmax(1) for one in expected_logits])
    found = log_probability(diagram_of(formula, 3), [one.log_softmax(1) for one in found_logits])
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)
    expected.sum().backward()
    found.sum().backward()
    for one, two in zip(found_logits, expected_logits, strict=True):
        torch.testing.assert_close(one.grad, two.grad, rtol=1e-7, atol=1e-12)


def test_the_gradient_by_finite_differences() -> None:
    diagram = diagram_of(c.AllDifferent(tuple(map(c.Value, NAMES[:4]))), 4)
    inputs = tuple(logits(2, 4, 2.0))
    assert torch.autograd.gradcheck(lambda *free: log_probability(diagram, free), inputs)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_fifteen_digits_do_not_underflow(dtype: torch.dtype) -> None:
    """Every digit is almost surely 0, yet the sum must be 130, which takes all fifteen: about -15 * 80 nats."""
    diagram = diagram_of(sums_to(15, 130), 15)
    one = torch.full((1, 10), -80.0, dtype=dtype)
    one[0, 0] = 0.0
    readouts = [one.log_softmax(1).requires_grad_() for _ in range(15)]
    value = log_probability(diagram, readouts)
    ways = count_of_sums(15, 130, least=1)
    assert value.dtype == dtype
    torch.testing.assert_close(value.double().item(), float(np.log(ways)) - 15 * 80.0, rtol=1e-6, atol=1e-3)
    value.sum().backward()
    for readout in readouts:
        assert readout.grad is not None
        assert readout.grad.dtype == dtype
        torch.testing.assert_close(readout.grad.sum().item(), 1.0, rtol=1e-5, atol=1e-5)
        assert readout.grad[0, 0] < 1e-20


def count_of_sums(count: int, total: int, least: int) -> int:
    """Ways for ``count`` numbers from ``least`` to 9 to add up to ``total``, by polynomial multiplication."""
    ways = np.array([1], dtype=object)
    for _ in range(count):
        ways = np.convolve(ways, np.array([0] * least + [1] * (10 - least), dtype=object))
    return int(ways[total])


@given(st.floats(0.0, 300.0), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_probabilities_and_logs_agree_down_to_the_depth_they_are_trusted(sharpness: float, seed: int) -> None:
    diagram = diagram_of(sums_to(6, 31), 6)
    layers = tuple(torch.tensor(layer) for layer in diagram.layers)
    joined = torch.cat([one.detach().log_softmax(1).T for one in logits(4, 6, sharpness, seed)])
    value, marginals = probabilities(layers, joined, gradient=True)
    expected, expected_marginals = logarithms(layers, joined, gradient=True)
    assert marginals is not None
    assert expected_marginals is not None
    assert (expected_marginals.sum(0) - 6).abs().max() < 1e-9
    trusted = value > -DEPTH
    assert (trusted == (expected > -DEPTH)).all()
    torch.testing.assert_close(value[trusted], expected[trusted], rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(marginals[:, trusted], expected_marginals[:, trusted], rtol=1e-7, atol=1e-12)


@given(formulas(("a", "b"), depth=1), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_a_formula_and_its_negation_are_sure_together(formula: c.Formula, seed: int) -> None:
    readouts = [one.detach().log_softmax(1) for one in logits(5, 2, 3.0, seed)]
    one = log_probability(diagram_of(formula, 2), readouts)
    other = log_probability(diagram_of(c.Not(formula), 2), readouts)
    torch.testing.assert_close(torch.logaddexp(one, other), torch.zeros(5, dtype=torch.float64), atol=1e-12, rtol=0)


def test_a_negation_is_exact_where_subtraction_is_not() -> None:
    """1 - P rounds to 0 long before the complement's own sum does."""
    readouts = [torch.tensor([[0.0] + [-60.0] * 9], dtype=torch.float32).log_softmax(1) for _ in range(4)]
    value = log_probability(diagram_of(c.Not(sums_to(4, 0)), 4), readouts)
    torch.testing.assert_close(value.item(), float(np.log(4 * 9) - 60.0), rtol=1e-5, atol=1e-4)


def test_the_impossible_is_minus_infinity_with_gradient_zero() -> None:
    certain = torch.full((2, 10), -torch.inf, dtype=torch.float64)
    certain[:, 3] = 0.0
    readouts = [certain.clone().requires_grad_() for _ in range(4)]
    value = log_probability(diagram_of(sums_to(4, 13), 4), readouts)
    assert torch.isneginf(value).all()
    value.sum().backward()
    assert all(one.grad is not None and not one.grad.any() for one in readouts)
    assert (log_probability(diagram_of(sums_to(4, 12), 4), readouts) == 0).all()


def test_rows_are_independent() -> None:
    """Also across blocks, and beside rows that had to be done in logs."""
    diagram = diagram_of(sums_to(8, 40), 8)
    layers = tuple(torch.tensor(layer) for layer in diagram.layers)
    readouts = [one.detach() for one in logits(700, 8, 2.0)]
    for one in readouts:
        one[::7] *= 300
    readouts = [one.log_softmax(1) for one in readouts]
    value, marginals = contract(layers, readouts, gradient=True)
    for row in (0, 1, 255, 256, 350, 699):
        alone, alone_marginals = contract(layers, [one[row : row + 1] for one in readouts], gradient=True)
        torch.testing.assert_close(value[row : row + 1], alone, rtol=1e-12, atol=0)
        for one, two in zip(marginals, alone_marginals, strict=True):
            torch.testing.assert_close(one[row : row + 1], two, rtol=1e-9, atol=1e-15)
