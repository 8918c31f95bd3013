"""The metric and its solver against dense linear algebra."""

from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import Linear, linear
from torch import Tensor

from oedipus.runtime.algorithms.metric import (
    DenseMetric,
    FreeMetric,
    conjugate_gradients,
    metric_at,
    metric_over,
    straight_metric,
)
from oedipus.runtime.algorithms.mgvi import covariance_root
from oedipus.runtime.density import Evaluation
from oedipus.runtime.posterior import Posterior


def test_the_metric_of_a_linear_problem_is_its_precision() -> None:
    problem = linear()
    _, precision = problem.moments(2.0)
    tangents = torch.randn(3, problem.dim)
    free = FreeMetric(problem, torch.randn(problem.dim), 2.0)
    torch.testing.assert_close(tangents + free.backward(free.forward(tangents)), tangents @ precision)


@settings(max_examples=6)
@given(seed=st.integers(0, 2**31), alpha=st.sampled_from([0.5, 3.0]))
def test_formed_or_not_the_metric_of_a_riddle_is_the_same(seed: int, alpha: float, posterior: Posterior) -> None:
    rng = torch.Generator().manual_seed(seed)
    point = torch.randn(posterior.dim, generator=rng)
    free = FreeMetric(posterior, point, alpha)
    dense = DenseMetric.of(free)
    tangents = torch.randn(2, posterior.dim, generator=rng)
    torch.testing.assert_close(free.forward(tangents), dense.forward(tangents), rtol=1e-2, atol=5e-3)
    cotangents = torch.randn(2, len(free.coordinates), generator=rng)
    torch.testing.assert_close(free.backward(cotangents), dense.backward(cotangents), rtol=1e-2, atol=5e-3)
    # The two passes are each other's adjoint.
    there = (free.forward(tangents) * cotangents).sum(dim=1)
    back = (tangents * free.backward(cotangents)).sum(dim=1)
    torch.testing.assert_close(there, back, rtol=2e-2, atol=1e-2)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**31), coordinates=st.sampled_from([2, 4, 9]))
def test_both_metrics_are_inverted(seed: int, coordinates: int) -> None:
    rng = torch.Generator().manual_seed(seed)
    problem = Linear(torch.randn(coordinates, 6, generator=rng), torch.randn(coordinates, generator=rng))
    _, precision = problem.moments(1.0)
    target = torch.randn(3, 6, generator=rng)
    expected = torch.linalg.solve(precision, target.T).T
    free = FreeMetric(problem, torch.randn(6, generator=rng), 1.0)
    torch.testing.assert_close(free.solve(target, iterations=50, tolerance=1e-6), expected, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(DenseMetric.of(free).solve(target), expected, rtol=1e-4, atol=1e-5)


class Backwards(torch.autograd.Function):
    """The identity, with no forward mode."""

    @staticmethod
    def forward(values: Tensor) -> Tensor:
        return values.clone()

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> Tensor:  # type: ignore[override]  # noqa: ARG004
        return slope


@dataclass(frozen=True)
class OneWay(Linear):
    """A problem that can be differentiated backwards alone."""

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        found: Tensor = Backwards.apply(Linear.coordinates(self, latents, alpha))
        return found


@pytest.mark.parametrize("kind", [Linear, OneWay])
@pytest.mark.parametrize("coordinates", [4, 40])
def test_the_jacobian_is_formed_from_either_side(
    kind: type[Linear], coordinates: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = torch.Generator().manual_seed(1)
    problem = kind(torch.randn(coordinates, 6, generator=rng), torch.randn(coordinates, generator=rng))
    free, passes = FreeMetric(problem, torch.zeros(6), 2.0), []
    monkeypatch.setattr(free, "forward", lambda part, pushed=free.forward: (passes.append(len(part)), pushed(part))[1])
    formed = DenseMetric.of(free).jacobian
    torch.testing.assert_close(formed, 2.0**0.5 * problem.matrix)
    assert passes == ([6] if coordinates > 2 * 6 else []), "whichever takes fewer passes"


def test_many_coordinates_are_not_stored() -> None:
    problem = Linear(torch.randn(2000, 3), torch.randn(2000))
    assert isinstance(metric_at(problem, torch.zeros(3), 1.0), FreeMetric)
    assert isinstance(metric_at(linear(), torch.zeros(6), 1.0), DenseMetric)


def test_coordinates_of_a_clause_have_the_fisher_metric_of_its_truth(posterior: Posterior) -> None:
    """d(2 arcsin √P)² is dP² / (P (1 − P)), the metric of a coin that shows the clause true."""
    latents = torch.randn(4, posterior.dim, generator=torch.Generator().manual_seed(3)).double().float()
    log_true = posterior.clauses(posterior.read(posterior.pictures(latents)), latents).double()
    expected = 2 * (log_true / 2).exp().clamp_max(1).asin()
    got = posterior.coordinates(latents, 1.0)
    torch.testing.assert_close(got.double(), expected, rtol=1e-3, atol=2e-3)


@dataclass(frozen=True)
class Mixed:
    """Two straight coordinates, and a third that bends."""

    dim: int = 4

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        return Evaluation(-self.coordinates(latents, alpha).square().sum(dim=1) / 2)

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        bent = 3 * latents[:, 0] * latents[:, 1] + latents[:, 2]
        return alpha**0.5 * torch.stack([latents[:, 0], latents[:, 1] - latents[:, 3], bent], dim=1)


def test_where_coordinates_bend_the_metric_is_the_samples_mean() -> None:
    problem, rng = Mixed(), torch.Generator().manual_seed(0)
    point, offsets = torch.randn(4, generator=rng), torch.randn(10, 4, generator=rng)
    parts = [DenseMetric.of(FreeMetric(problem, point + offset, 2.0)).jacobian for offset in offsets]
    expected = torch.eye(4) + torch.stack([one.T @ one for one in parts]).mean(dim=0)
    target = torch.randn(3, 4, generator=rng)
    found = metric_over(problem, point, offsets, 2.0)
    assert found.rows == 2 + len(offsets), "the straight coordinates have one row each"
    torch.testing.assert_close(found.solve(target, iterations=1), torch.linalg.solve(expected, target.T).T)


def test_what_bends_can_be_left_out() -> None:
    problem, rng = Mixed(), torch.Generator().manual_seed(0)
    point, target = torch.tensor([0.5, -1.0, 0.3, 1.2]), torch.randn(3, 4, generator=rng)
    straight = torch.tensor([[1.0, 0, 0, 0], [0, 1, 0, -1]])
    expected = torch.eye(4) + straight.T @ straight
    found = straight_metric(problem, point, 1.0, rng)
    torch.testing.assert_close(found.solve(target, iterations=1), torch.linalg.solve(expected, target.T).T)
    assert straight_metric(linear(), torch.zeros(6), 1.0, rng).rows == 4


def test_a_straight_likelihood_needs_no_samples() -> None:
    problem, offsets = linear(), torch.randn(8, 6)
    assert metric_over(problem, torch.zeros(6), offsets, 1.0).rows == 4


@settings(max_examples=20)
@given(seed=st.integers(0, 2**31), rows=st.integers(1, 4), dim=st.integers(1, 8))
def test_conjugate_gradients_solve_each_row(seed: int, rows: int, dim: int) -> None:
    rng = torch.Generator().manual_seed(seed)
    root = torch.randn(rows, dim, dim, generator=rng, dtype=torch.float64)
    matrix = root @ root.mT + torch.eye(dim, dtype=torch.float64)
    target = torch.randn(rows, dim, generator=rng, dtype=torch.float64)
    found = conjugate_gradients(
        lambda rows: (matrix @ rows[..., None])[..., 0], target, iterations=200, tolerance=1e-10
    )
    torch.testing.assert_close(found, torch.linalg.solve(matrix, target), rtol=1e-6, atol=1e-7)


def test_the_root_of_the_covariance_inverts_the_precision() -> None:
    problem = linear()
    _, precision = problem.moments(1.0)
    root = covariance_root(metric_at(problem, torch.zeros(problem.dim), 1.0), dim=problem.dim)
    torch.testing.assert_close(root @ root.T, torch.linalg.inv(precision), rtol=1e-4, atol=1e-5)
