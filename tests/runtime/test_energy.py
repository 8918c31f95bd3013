"""The energy U = −log p(ξ, y) of draws: a posterior's is known where it is Gaussian, and no approximation's own."""

from typing import Any

import pytest
import torch
from problems import linear, tiny
from torch import Generator, Tensor

from oedipus.runtime.algorithms import create
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.density import Density
from oedipus.runtime.run import run


def energies(density: Density, draws: Tensor) -> Tensor:
    return draws.square().sum(dim=1) / 2 - density.evaluate(draws, 1.0).log_likelihood


def draws_of(name: str, density: Density, **options: Any) -> Tensor:
    algorithm = create(name, options, {"schedule": (1.0,)})
    found = run(algorithm, density, Generator().manual_seed(3)).posterior
    return found.latents.flatten(0, 1) if isinstance(found, Draws) else found.draw(8000, Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mgvi", {"trajectories": 0}),
        ("mgvi", {"trajectories": 20, "chains": 400}),
        ("geovi", {"samples": 4000}),
    ],
)
def test_samples_of_a_gaussian_posterior_are_exact(name: str, options: dict[str, Any]) -> None:
    """U is a constant and half a χ² of as many degrees as there are latents: mean dim / 2 above the least, variance
    dim / 2."""
    problem = linear()
    mean, _ = problem.moments(1.0)
    found = energies(problem, draws_of(name, problem, **options)) - energies(problem, mean[None])
    assert found.mean().item() == pytest.approx(problem.dim / 2, abs=0.1)
    assert found.var().item() == pytest.approx(problem.dim / 2, rel=0.12)


def test_chains_of_a_bent_posterior_have_its_energy_and_its_gaussian_does_not() -> None:
    problem = tiny()
    prior = torch.randn(2_000_000, 2, generator=Generator().manual_seed(0))
    likelihood = problem.evaluate(prior, 1.0).log_likelihood
    truth = ((likelihood.exp() * (prior.square().sum(dim=1) / 2 - likelihood)).sum() / likelihood.exp().sum()).item()
    gaussian = energies(problem, draws_of("mgvi", problem, trajectories=0)).mean().item()
    chains = energies(problem, draws_of("mgvi", problem, trajectories=60, chains=200)).mean().item()
    assert chains == pytest.approx(truth, abs=0.1)
    assert abs(gaussian - truth) > 2 * abs(chains - truth)
