"""Every algorithm where a density is now and then no number: the run goes on, and the report says how often."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from problems import Linear, diagonal
from torch import Generator, Tensor, nn

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.algorithms import create, names
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.bank import Bank
from oedipus.runtime.density import Evaluation
from oedipus.runtime.posterior import load_posterior
from oedipus.runtime.run import run

SETTINGS: dict[str, dict[str, Any]] = {
    "meanfield": {"pairs": 8, "steps": 20, "polish": 60},
    "fullrank": {"pairs": 8, "fit": 100},
    "lowrank": {"pairs": 8, "fit": 100, "rank": 2},
    "hmc": {"chains": 16, "draws": 60, "warmup": 40, "leapfrog": 3},
    "smc": {"particles": 400},
    "flow": {"particles": 200, "couplings": 2, "hidden": 8, "forward": 20, "fit": 10, "batch": 32},
    "tempered": {"chains": 16, "draws": 60, "warmup": 40, "leapfrog": 3},
}


@dataclass(frozen=True)
class Holed(Linear):
    """A density that is not a number, or infinite, far out on two sides."""

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        whole = Linear.evaluate(self, latents, alpha).log_likelihood
        whole = torch.where(latents[:, 0] > 1.2, torch.nan, 1.0) * whole
        return Evaluation(torch.where(latents[:, 1] > 1.0, torch.inf, whole))


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_no_number_is_a_step_not_taken(name: str) -> None:
    plain = diagonal()
    problem, rejected = Holed(plain.matrix, plain.data), []
    algorithm = create(name, SETTINGS[name], {"schedule": (1.0,)})
    rng = Generator().manual_seed(0)
    outcome = run(algorithm, problem, rng, watch=lambda info: rejected.append(info.rejected))
    draws = outcome.posterior.draw(200, rng)
    assert draws.isfinite().all()
    assert sum(rejected) > 0
    if isinstance(outcome.posterior, Draws):
        assert draws[:, 0].max() <= 1.2
        assert draws[:, 1].max() <= 1.0


class Torn(nn.Module):
    """A classifier that has no answer for pictures with little ink."""

    def __init__(self, network: nn.Module, least: float) -> None:
        super().__init__()
        self.network, self.least = network, least

    def forward(self, pictures: Tensor) -> Tensor:
        scores: Tensor = self.network(pictures)
        return torch.where(pictures.mean(dim=(1, 2, 3))[:, None] < self.least, torch.nan, scores)


@pytest.mark.parametrize(("name", "options"), [("bank", {"particles": 64, "pool": 256}), ("hmc", {"draws": 20})])
def test_a_network_without_an_answer(name: str, options: dict[str, Any], cards: Mapping[str, Card]) -> None:
    whole = load_posterior(compile_text("digits a, b\na is odd\nb = a + 2\na + b < 12", cards), cards)
    least = 0.1
    torn = Torn(whole.networks["digit_classifier"], least)
    posterior = replace(whole, networks=dict(whole.networks) | {"digit_classifier": torn})
    rng, rejected = Generator().manual_seed(0), []
    posterior._banks[256] = Bank(posterior, rng, 256)
    fresh: dict[str, Any] = {"schedule": (10.0,), "samples": 32}
    if name == "hmc":
        options = options | {"chains": 4, "warmup": 20, "leapfrog": 1}
    algorithm = create(name, options, fresh)
    outcome = run(algorithm, posterior, rng, watch=lambda info: rejected.append(info.rejected))
    assert sum(rejected) > 0
    latents = outcome.posterior.draw(32, rng)
    if name == "bank":
        with torch.no_grad():
            ink = torch.stack([one.mean(dim=(1, 2, 3)) for one in posterior.pictures(latents)])
        assert ink.min() >= least
        assert posterior.evaluate(latents, 10.0).log_likelihood.isfinite().all()
    assert latents.isfinite().all()


def test_every_algorithm_is_here_or_has_such_a_test_of_its_own() -> None:
    assert set(SETTINGS) | {"bank", "mgvi", "geovi", "forward"} == set(names())
