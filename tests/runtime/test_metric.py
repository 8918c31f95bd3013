"""The metric and its solver against dense linear algebra."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import linear

from oedipus.runtime.algorithms.metric import Metric, conjugate_gradients
from oedipus.runtime.algorithms.mgvi import covariance_root
from oedipus.runtime.posterior import Posterior


def test_the_metric_of_a_linear_problem_is_its_precision() -> None:
    problem = linear()
    _, precision = problem.moments(2.0)
    points, tangents = torch.randn(3, problem.dim), torch.randn(3, problem.dim)
    torch.testing.assert_close(Metric(problem, points, 2.0)(tangents), tangents @ precision)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**31), alpha=st.sampled_from([0.5, 3.0]))
def test_the_metric_of_a_riddle_is_symmetric_and_above_the_prior(seed: int, alpha: float, posterior: Posterior) -> None:
    rng = torch.Generator().manual_seed(seed)
    points = torch.randn(2, posterior.dim, generator=rng)
    first, second = (torch.randn(2, posterior.dim, generator=rng) for _ in range(2))
    metric = Metric(posterior, points, alpha)
    there, back = (first * metric(second)).sum(dim=1), (metric(first) * second).sum(dim=1)
    torch.testing.assert_close(there, back, rtol=1e-3, atol=1e-2)
    assert ((first * metric(first)).sum(dim=1) >= 0.999 * first.square().sum(dim=1)).all()


def test_forward_and_backward_passes_are_each_others_adjoint(posterior: Posterior) -> None:
    rng = torch.Generator().manual_seed(0)
    metric = Metric(posterior, torch.randn(2, posterior.dim, generator=rng), 1.0)
    tangents = torch.randn(2, posterior.dim, generator=rng)
    cotangents = torch.randn(metric.coordinates.shape, generator=rng)
    one = (metric.forward(tangents) * cotangents).sum(dim=1)
    other = (tangents * metric.backward(cotangents)).sum(dim=1)
    torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)


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
    root = covariance_root(problem, torch.zeros(problem.dim), 1.0, chunk=4)
    torch.testing.assert_close(root @ root.T, torch.linalg.inv(precision), rtol=1e-4, atol=1e-5)
