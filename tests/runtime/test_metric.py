"""The metric and its solver against dense linear algebra."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import Linear, linear

from oedipus.runtime.algorithms.metric import DenseMetric, FreeMetric, conjugate_gradients, metric_at
from oedipus.runtime.algorithms.mgvi import covariance_root
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
    dense = DenseMetric(free)
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
    torch.testing.assert_close(DenseMetric(free).solve(target), expected, rtol=1e-4, atol=1e-5)


def test_many_coordinates_are_not_stored() -> None:
    problem = Linear(torch.randn(2000, 3), torch.randn(2000))
    assert isinstance(metric_at(problem, torch.zeros(3), 1.0), FreeMetric)
    assert isinstance(metric_at(linear(), torch.zeros(6), 1.0), DenseMetric)


def test_coordinates_of_a_clause_have_the_fisher_metric_of_its_truth(posterior: Posterior) -> None:
    """d(2 arcsin √P)² is dP² / (P (1 − P)), the metric of a coin that shows the clause true."""
    latents = torch.randn(4, posterior.dim, generator=torch.Generator().manual_seed(3)).double().float()
    log_true = posterior.clauses(posterior.read(posterior.pictures(latents))).double()
    expected = 2 * (log_true / 2).exp().clamp_max(1).asin()
    got = posterior.coordinates(latents, 1.0)
    torch.testing.assert_close(got.double(), expected, rtol=1e-3, atol=2e-3)


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
    root = covariance_root(problem, torch.zeros(problem.dim), 1.0)
    torch.testing.assert_close(root @ root.T, torch.linalg.inv(precision), rtol=1e-4, atol=1e-5)
