"""Modes and their masses: annealed importance sampling and mean metrics, against closed forms and quadrature."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from problems import linear
from scipy.integrate import quad
from torch import Generator, Tensor
from torch.nn.functional import softplus

from oedipus.runtime.algorithms.base import FullRank
from oedipus.runtime.algorithms.mixture import Mixture
from oedipus.runtime.algorithms.modes import Climbed, annealed, averaged, fit
from oedipus.runtime.density import Evaluation


@dataclass(frozen=True)
class Border:
    """A datum 0.5 ± 0.2 of the first of three latents, and beside it a clause that holds where it is positive: almost
    flat inside, and hundreds of nats deep at once beyond."""

    dim: int = 3
    steepness: float = 40.0

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        first = latents[:, 0]
        clause = -softplus(-self.steepness * first)
        return Evaluation(alpha * clause - ((first - 0.5) / 0.2).square() / 2)

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:  # noqa: ARG002
        return (latents[:, :1] - 0.5) / 0.2

    def log_mass(self, alpha: float) -> float:
        def density(x: float) -> float:
            clause = -float(np.logaddexp(0.0, -self.steepness * x))
            return math.exp(alpha * clause - ((x - 0.5) / 0.2) ** 2 / 2 - x * x / 2) / math.sqrt(2 * math.pi)

        return math.log(quad(density, -1, 3, points=[0.0, 0.5], limit=200)[0])


def test_the_mass_of_a_gaussian_whatever_the_chains_begin_at() -> None:
    problem = linear()
    mean, precision = problem.moments(1.0)
    scale = 1.5 * torch.linalg.cholesky(torch.linalg.inv(precision))
    found = [
        annealed(problem, FullRank(mean + 0.3, scale), 1.0, Generator().manual_seed(seed))[1] for seed in range(12)
    ]
    assert torch.tensor(found).exp().mean().log().item() == pytest.approx(problem.log_evidence(1.0), abs=0.3)


@pytest.mark.parametrize("alpha", [10.0, 300.0])
def test_a_steep_border_takes_nothing_of_the_mass(alpha: float) -> None:
    problem = Border()
    found = []
    for seed in range(8):
        start = Climbed(0, (), torch.tensor([0.5, 0.0, 0.0]), 0.0)
        found.append(fit(problem, start, alpha, Generator().manual_seed(seed)).log_mass)
    assert torch.tensor(found).exp().mean().log().item() == pytest.approx(problem.log_mass(alpha), abs=0.2)


def test_the_walkers_of_a_mode_are_inside() -> None:
    start = Climbed(0, (), torch.tensor([0.5, 0.0, 0.0]), 0.0)
    found = fit(Border(), start, 300.0, Generator().manual_seed(0))
    assert (found.walkers[:, 0] > -0.05).all()
    mixture = Mixture((3,), ((found.gaussian,),), ((0.0,),), ((found.walkers,),))
    begun = mixture.start(5, Generator().manual_seed(1))
    assert {tuple(row) for row in begun.tolist()} <= {tuple(row) for row in found.walkers.tolist()}
    assert len({tuple(row) for row in begun.tolist()}) == 5


def test_the_mean_metric_of_a_linear_problem_is_its_precision() -> None:
    problem = linear()
    _, precision = problem.moments(1.0)
    points = torch.randn(5, problem.dim, generator=Generator().manual_seed(0))
    found = averaged(problem, points, 1.0, metrics=3)
    torch.testing.assert_close(found.scale @ found.scale.T, torch.linalg.inv(precision), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found.mean, points.mean(dim=0))
