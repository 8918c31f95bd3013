"""Trajectories in a Gaussian's coordinates: the change of variables, and bent posteriors that no Gaussian fits."""

import math
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import linear
from torch import Tensor

from oedipus.runtime.algorithms import create
from oedipus.runtime.algorithms.base import Draws, FullRank
from oedipus.runtime.algorithms.hamiltonian import Target
from oedipus.runtime.algorithms.whitened import Whitened
from oedipus.runtime.density import Evaluation
from oedipus.runtime.run import Outcome, run


@dataclass(frozen=True)
class Banana:
    """ξ₀ + ξ₁² / 2 is measured as 1.5, very sharply: the posterior is a thin parabola. A third latent is free."""

    sigma: float = 0.25
    dim: int = 3

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        shown = latents[:, :1] + latents[:, 1:2].square() / 2
        return alpha**0.5 * (shown - 1.5) / self.sigma

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        missed = self.coordinates(latents, alpha)
        return Evaluation(-missed.square().sum(dim=1) / 2, {"reduced_chi2": missed.detach().square()})

    def truth(self) -> tuple[Tensor, Tensor]:
        """Means and standard deviations of the first two latents, by quadrature."""
        first = torch.linspace(-5, 5, 1001, dtype=torch.float64)
        second = torch.linspace(-5, 5, 801, dtype=torch.float64)
        points = torch.cartesian_prod(first, second)
        weight = (self.evaluate(points, 1.0).log_likelihood - points.square().sum(dim=1) / 2).exp()
        weight /= weight.sum()
        mean = weight @ points
        return mean, (weight @ (points - mean).square()).sqrt()


def infer(name: str, density: Any, **options: Any) -> Outcome:
    algorithm = create(name, {"rounds": 6, "pairs": 20, **options}, {"schedule": (1.0,)})
    return run(algorithm, density, torch.Generator().manual_seed(3))


@settings(max_examples=20)
@given(seed=st.integers(0, 2**31), dim=st.integers(1, 6), alpha=st.sampled_from([0.5, 2.0]))
def test_only_the_coordinates_change(seed: int, dim: int, alpha: float) -> None:
    """log p(ξ | y) is the same number seen from either side, and its gradient follows by the chain rule."""
    rng = torch.Generator().manual_seed(seed)
    problem = linear(dim, seed % 1000)
    scale = torch.randn(dim, dim, generator=rng).tril(-1) / 3 + torch.eye(dim) * 0.5
    gaussian = FullRank(torch.randn(dim, generator=rng), scale)
    inside, noise = Whitened(problem, gaussian), torch.randn(4, dim, generator=rng)
    latents = gaussian.push(noise)
    torch.testing.assert_close(inside.noise(latents), noise, atol=1e-4, rtol=1e-4)
    here, there = Target(inside, alpha).at(noise), Target(problem, alpha).at(latents)
    torch.testing.assert_close(here.log_density, there.log_density, atol=1e-3, rtol=1e-4)
    torch.testing.assert_close(here.gradient, there.gradient @ scale, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("name", ["mgvi", "geovi"])
def test_a_bent_posterior(name: str) -> None:
    problem = Banana()
    mean, width = problem.truth()
    outcome = infer(name, problem, trajectories=400, chains=200)
    draws = outcome.posterior.draw(20_000, torch.Generator().manual_seed(0))
    assert isinstance(outcome.posterior, Draws)
    assert outcome.posterior.latents.shape == (200, 200, 3)
    spread = draws.std(dim=0)[:2].double()
    assert ((draws.mean(dim=0)[:2] - mean).abs() < 0.1 * width).all()
    assert ((spread / width).log().abs() < math.log(1.1)).all()
    assert draws[:, 2].std().item() == pytest.approx(1.0, rel=0.1)
    # The residual of a sharp measurement is spread as its noise is: χ² of one value has mean 1.
    chi2 = problem.evaluate(draws, 1.0).details["reduced_chi2"].mean().item()
    assert chi2 == pytest.approx(1.0, abs=0.1)


def test_the_gaussian_alone_does_not_bend() -> None:
    """What the trajectories are for: q's own draws miss a sharp, bent measurement by far more than its noise."""
    problem = Banana()
    draws = infer("mgvi", problem, trajectories=0).posterior.draw(2000, torch.Generator().manual_seed(0))
    assert problem.evaluate(draws, 1.0).details["reduced_chi2"].mean().item() > 2


def test_steps_are_as_long_as_asked() -> None:
    outcome = infer("mgvi", Banana(), trajectories=200, chains=100, acceptance=0.9)
    rate = outcome.columns["acceptance_rate"].mean().item()
    assert rate == pytest.approx(0.9, abs=0.05)
    longer = infer("mgvi", Banana(), trajectories=200, chains=100, acceptance=0.6)
    assert longer.columns["step_size"].mean() > 1.2 * outcome.columns["step_size"].mean()


def test_where_q_is_right_every_trajectory_is_taken() -> None:
    outcome = infer("mgvi", linear(), trajectories=20, chains=200)
    assert (outcome.columns["acceptance_rate"] > 0.999).all()
    draws = outcome.columns["latents"]
    # Quarter turns of a Gaussian forget: the angle's cosine is what is left, and that is 0 in the mean.
    apart = (draws - draws.mean(dim=(0, 1))) / draws.std(dim=(0, 1))
    assert abs((apart[1:] * apart[:-1]).mean().item()) < 0.25


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"trajectories": -1}, "trajectories: must be at least 0"),
        ({"chains": 0}, "chains: must be at least 1"),
        ({"leapfrog": 0}, "leapfrog: must be at least 1"),
        ({"acceptance": 1.0}, "acceptance: must lie between 0 and 1"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        create("mgvi", options)
