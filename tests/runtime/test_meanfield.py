"""Mean-field against closed forms; the line search and the gradient against their definitions."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import Linear, diagonal, linear

from oedipus.runtime.algorithms.base import Approximation
from oedipus.runtime.algorithms.elbo import divergence, elbo_on
from oedipus.runtime.algorithms.meanfield import MeanField
from oedipus.runtime.density import Evaluation
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.run import run


def solve(problem: Linear, **options: object) -> Approximation:
    algorithm = MeanField(**options)  # type: ignore[arg-type]
    return run(algorithm, problem, torch.Generator().manual_seed(1)).posterior  # type: ignore[return-value]


def test_a_diagonal_posterior_is_found_exactly() -> None:
    q = solve(diagonal(), schedule=(0.5, 1.0), pairs=16, steps=60, polish=400)
    mean, precision = diagonal().moments(1.0)
    torch.testing.assert_close(q.mean[0], mean, atol=0.03, rtol=0.03)
    torch.testing.assert_close((-2 * q.log_sigma[0]).exp(), precision.diagonal(), rtol=0.15, atol=0.0)


def test_a_correlated_posterior_gives_its_mean_and_its_conditional_widths() -> None:
    # The optimum of a factorised Gaussian has the precision's diagonal (Bishop 2006, eq. 10.16).
    problem = linear()
    q = solve(problem, schedule=(1.0,), pairs=16, steps=100, polish=600, rate=0.03)
    mean, precision = problem.moments(1.0)
    torch.testing.assert_close(q.mean[0], mean, atol=0.08, rtol=0.05)
    torch.testing.assert_close((-2 * q.log_sigma[0]).exp(), precision.diagonal(), rtol=0.2, atol=0.0)


def test_the_bound_is_below_the_evidence_and_touches_it_where_q_is_exact() -> None:
    problem = diagonal()
    mean, precision = problem.moments(1.0)
    exact = Approximation(mean[None], -precision.diagonal()[None].log() / 2)
    noise = torch.randn(1, 20_000, 3, generator=torch.Generator().manual_seed(0))
    best, _ = elbo_on(problem, exact.mean, exact.log_sigma, noise, 1.0)
    assert best.item() == pytest.approx(problem.log_evidence(1.0), abs=0.03)
    worse, _ = elbo_on(problem, exact.mean + 0.5, exact.log_sigma, noise, 1.0)
    assert worse.item() < best.item() - 0.1


def test_divergence_against_torch() -> None:
    mean, log_sigma = torch.randn(3, 5), torch.randn(3, 5)
    q = torch.distributions.Normal(mean, log_sigma.exp())
    expected = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum(dim=1)
    torch.testing.assert_close(divergence(mean, log_sigma), expected)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), restarts=st.integers(1, 4), pairs=st.integers(1, 6))
def test_the_line_search_never_lowers_the_bound_on_its_noise(seed: int, restarts: int, pairs: int) -> None:
    problem, rng = linear(seed=seed), torch.Generator().manual_seed(seed)
    algorithm = MeanField(schedule=(3.0,), pairs=pairs, restarts=restarts, steps=40, hold=40, screened=99)
    state = algorithm.init(problem, rng)
    state, _ = algorithm.step(problem, state, rng)
    for _ in range(20):
        before, noise = state.elbo, state.noise
        state, _ = algorithm.step(problem, state, rng)
        assert torch.equal(noise, state.noise)
        assert (state.elbo >= before).all()
        again, _ = elbo_on(problem, state.mean, state.log_sigma, state.noise, 3.0)
        torch.testing.assert_close(again, state.elbo)


def test_the_line_search_never_lowers_the_bound_of_a_riddle(posterior: Posterior) -> None:
    rng = torch.Generator().manual_seed(0)
    algorithm = MeanField(schedule=(1.0,), pairs=2, steps=12, hold=12)
    state = algorithm.init(posterior, rng)
    state, _ = algorithm.step(posterior, state, rng)
    raised = 0
    for _ in range(10):
        before = state.elbo
        state, info = algorithm.step(posterior, state, rng)
        assert (state.elbo >= before).all()
        raised += int((state.elbo > before).item())
        assert info.details["clauses"].shape == (4, 5)
    assert raised >= 3


def test_the_slope_is_the_derivative_of_the_bound(posterior: Posterior) -> None:
    """Finite differences in double precision through generator, networks and logic."""
    doubled = replace(posterior, networks={name: _double(net) for name, net in posterior.networks.items()})
    rng = torch.Generator().manual_seed(2)
    mean = (0.5 * torch.randn(1, posterior.dim, generator=rng)).double().requires_grad_()
    log_sigma = (-0.5 + 0.1 * torch.randn(1, posterior.dim, generator=rng)).double().requires_grad_()
    noise = torch.randn(1, 2, posterior.dim, generator=rng).double()

    def bound(mean: torch.Tensor, log_sigma: torch.Tensor) -> torch.Tensor:
        latents = torch.cat([mean + log_sigma.exp() * noise[0], mean - log_sigma.exp() * noise[0]])
        readings = doubled.read(doubled.pictures(latents))
        likelihood = doubled.clauses(readings, latents) @ doubled.powers(3.0).double()
        return likelihood.mean() - divergence(mean, log_sigma)[0]

    slopes = torch.autograd.grad(bound(mean, log_sigma), (mean, log_sigma))
    for place in (0, 100, 200, 383):
        for argument in (0, 1):
            shift = torch.zeros_like(mean)
            shift[0, place] = 1e-5
            ahead = [mean, log_sigma]
            behind = [mean, log_sigma]
            ahead[argument], behind[argument] = ahead[argument] + shift, behind[argument] - shift
            difference = (bound(*ahead) - bound(*behind)).item() / 2e-5
            assert slopes[argument][0, place].item() == pytest.approx(difference, rel=1e-4, abs=1e-6)


def _double(network: torch.nn.Module) -> torch.nn.Module:
    import copy

    return copy.deepcopy(network).double()


def test_restarts_are_independent_rows() -> None:
    problem = linear()
    algorithm = MeanField(schedule=(1.0,), pairs=3, restarts=3, steps=10, hold=10, screened=99)
    rng = torch.Generator().manual_seed(0)
    together = algorithm.init(problem, rng)
    alone = replace(
        together, mean=together.mean[1:2], log_sigma=together.log_sigma[1:2], noise=together.noise[1:2],
        elbo=together.elbo[1:2], slope=together.slope[1:2], reach=together.reach[1:2], moments=together.moments[1:2],
        iteration=1,
    )  # fmt: skip
    together = replace(together, iteration=1)
    for _ in range(5):
        together, _ = algorithm.step(problem, together, rng)
        alone, _ = algorithm.step(problem, alone, rng)
    torch.testing.assert_close(together.mean[1:2], alone.mean)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"schedule": (1.0, 0.5)}, "alpha: a schedule increases"),
        ({"schedule": ()}, "alpha: a schedule has positive numbers"),
        ({"schedule": (0.0, 1.0)}, "alpha: a schedule has positive numbers"),
        ({"schedule": (1.0, float("nan"))}, "alpha: a schedule"),
        ({"pairs": 0}, "pairs: must be at least 1, not 0"),
        ({"steps": -1}, "steps: must be at least 0"),
        ({"steps": 0, "polish": 0}, "steps: must be at least 1"),
        ({"rate": 0.0}, "rate: must be positive"),
        ({"restarts": -1}, "restarts: must be at least 1"),
        ({"polish": -1}, "polish"),
    ],
)
def test_arguments_that_make_no_sense_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MeanField(**options)  # type: ignore[arg-type]


def test_an_interrupt_keeps_what_was_found() -> None:
    problem, seen = linear(), 0

    def watch(info: object) -> None:
        nonlocal seen
        seen += 1
        if seen == 5:
            raise KeyboardInterrupt

    outcome = run(MeanField(steps=10), problem, torch.Generator().manual_seed(0), watch=watch)
    assert outcome.interrupted
    assert outcome.posterior.mean.isfinite().all()


def test_screening_keeps_the_run_with_the_highest_bound() -> None:
    problem = diagonal()
    mean, _ = problem.moments(1.0)
    start = Approximation(torch.stack([mean + 6, mean, mean - 6]), torch.full((3, 3), -1.0))
    algorithm = MeanField(schedule=(1.0,), steps=0, polish=2, screened=1, restarts=3)
    state = algorithm.init(problem, torch.Generator().manual_seed(0), start)
    for _ in range(2):
        state, _ = algorithm.step(problem, state, torch.Generator().manual_seed(1))
    assert state.mean.shape == (1, 3)
    torch.testing.assert_close(state.mean[0], mean, atol=0.3, rtol=0.0)


class Holed(Linear):
    """A density that is now and then not a number."""

    def evaluate(self, latents: torch.Tensor, alpha: float) -> Evaluation:
        whole = Linear.evaluate(self, latents, alpha).log_likelihood
        return Evaluation(torch.where(latents[:, 0] > 1.0, torch.nan, 1.0) * whole)


@pytest.mark.parametrize(("steps", "polish"), [(40, 0), (0, 80)])
def test_densities_that_are_no_number_do_not_end_a_run(steps: int, polish: int) -> None:
    plain = diagonal()
    problem = Holed(plain.matrix, plain.data)
    start = Approximation(torch.full((1, 3), -1.0), torch.full((1, 3), -0.5))
    algorithm = MeanField(schedule=(1.0,), steps=steps, polish=polish, pairs=4)
    q = run(algorithm, problem, torch.Generator().manual_seed(0), start=start).posterior
    assert isinstance(q, Approximation)
    assert q.mean.isfinite().all()
    assert q.log_sigma.isfinite().all()
    assert (q.mean - start.mean).abs().max() > 0.1
