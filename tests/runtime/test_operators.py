"""Laws of the measurement operators: linear, adjoint, of the shape and range that the compiler promised."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

import oedipus.runtime.operators as package
from oedipus.compiler.operators import OPERATORS, Call, OperatorError, Shape, through
from oedipus.runtime.operators import compose

FILES = {"holes.png": (np.random.default_rng(0).random((1, 12, 8)) > 0.4).astype(np.float32)}


@st.composite
def chains(draw: st.DrawFn) -> tuple[Shape, list[Call]]:
    """Up to three operators that fit each other, on small pictures."""
    shape: Shape = (draw(st.sampled_from([1, 3])), 12, 8)
    start, calls = shape, []
    for _ in range(draw(st.integers(1, 3))):
        call: Call = draw(
            st.one_of(
                st.just(("gray", ())),
                st.sampled_from([1, 2, 4]).map(lambda block: ("coarsen", (block,))),
                st.sampled_from(["left", "right", "top", "bottom", "centre"]).map(lambda side: ("mask", (side,))),
                st.just(("mask", ("holes.png",))),
                st.floats(0.2, 9).map(lambda width: ("blur", (width,))),
                st.integers(1, 8).map(lambda side: ("crop", (side,))),
                st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 5), st.integers(1, 5)).map(
                    lambda window: ("crop", window)
                ),
            )
        )
        if call == ("mask", ("holes.png",)) and shape[1:] != (12, 8):
            continue
        try:
            shape, _ = through([call], shape)
        except OperatorError:
            continue
        calls.append(call)
    return start, calls


def random(shape: tuple[int, ...], seed: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(chains(), st.integers(0, 1000))
def test_adjoint(chain: tuple[Shape, list[Call]], seed: int) -> None:
    """⟨A x, y⟩ = ⟨x, Aᵀ y⟩, row by row."""
    shape, calls = chain
    operator = compose(calls, shape, FILES)
    pictures = random((2, *shape), seed) - 0.5
    shown = operator.forward(pictures)
    data = random(tuple(shown.shape), seed + 1) - 0.5
    forwards, backwards = (shown * data).flatten(1).sum(1), (pictures * operator.adjoint(data)).flatten(1).sum(1)
    torch.testing.assert_close(forwards, backwards, rtol=1e-6, atol=1e-7)


@given(chains(), st.integers(0, 1000))
def test_shape_range_and_gradient(chain: tuple[Shape, list[Call]], seed: int) -> None:
    """Shapes are those known at compile time, values stay in the range known there, and autograd finds Aᵀ."""
    shape, calls = chain
    operator = compose(calls, shape, FILES)
    pictures = random((2, *shape), seed).requires_grad_()
    shown = operator.forward(pictures)
    promised, largest = through(calls, shape)
    assert tuple(shown.shape) == (2, *promised)
    assert shown.min() >= 0
    assert shown.max() <= largest + 1e-6
    data = random(tuple(shown.shape), seed + 1)
    (slope,) = torch.autograd.grad(shown, pictures, data)
    torch.testing.assert_close(slope, operator.adjoint(data))


def test_the_compiler_and_the_runtime_know_the_same_operators() -> None:
    folder = Path(package.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(OPERATORS)
    with pytest.raises(LookupError, match="sharpen"):
        compose([("sharpen", ())], (1, 8, 8), {})


def apply(pictures: Tensor, *calls: Call) -> Tensor:
    return compose(calls, tuple(pictures.shape[1:]), FILES).forward(pictures)  # type: ignore[arg-type]


def test_what_each_does_by_numpy() -> None:
    pictures = random((2, 3, 12, 8), 5)
    plain = pictures.numpy()
    np.testing.assert_allclose(apply(pictures, ("gray", ()))[:, 0], plain.sum(axis=1))
    coarse = apply(pictures, ("coarsen", (4,)))
    np.testing.assert_allclose(coarse[1, 2, 0, 1], plain[1, 2, :4, 4:].mean())
    np.testing.assert_array_equal(apply(pictures, ("crop", (1, 2, 5, 6))), plain[:, :, 1:6, 2:8])
    np.testing.assert_array_equal(apply(pictures, ("crop", (4,))), plain[:, :, 4:8, 2:6])
    np.testing.assert_array_equal(apply(pictures, ("mask", ("holes.png",))), plain * FILES["holes.png"])


@pytest.mark.parametrize(
    ("side", "rows", "columns"),
    [
        ("left", slice(None), slice(0, 4)),
        ("right", slice(None), slice(4, 8)),
        ("top", slice(0, 6), slice(None)),
        ("bottom", slice(6, 12), slice(None)),
        ("centre", slice(3, 9), slice(2, 6)),
    ],
)
def test_what_a_mask_hides(side: str, rows: slice, columns: slice) -> None:
    expected = np.ones((12, 8))
    expected[rows, columns] = 0
    np.testing.assert_array_equal(apply(torch.ones(1, 1, 12, 8), ("mask", (side,)))[0, 0], expected)


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom", "centre"])
def test_of_an_odd_number_the_smaller_part_is_hidden(side: str) -> None:
    seen = apply(torch.ones(1, 1, 7, 7), ("mask", (side,)))
    assert seen.sum() == (40 if side == "centre" else 28)


def test_blur_far_from_the_border_is_the_gaussian() -> None:
    spot = torch.zeros(1, 1, 41, 41)
    spot[0, 0, 20, 20] = 1
    bell = np.exp(-(np.arange(-20, 21) ** 2) / (2 * 3.0**2))
    expected = np.outer(bell, bell) / bell.sum() ** 2
    np.testing.assert_allclose(apply(spot, ("blur", (3.0,)))[0, 0], expected, atol=2e-6)


def test_a_blurred_constant_stays_what_it_was() -> None:
    torch.testing.assert_close(apply(torch.full((1, 3, 12, 8), 0.7), ("blur", (5.0,))), torch.full((1, 3, 12, 8), 0.7))
