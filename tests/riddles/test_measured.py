"""Riddles with measured pictures: their data fit the pictures they were made from, and solving reads those again."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.networks.library import load_network
from oedipus.runtime.posterior import PAPER, Posterior, load_posterior
from oedipus.runtime.solve import request_for, solve

FOLDER = Path(__file__).parents[2] / "riddles"
# The seeds of the prior samples that `oedipus degrade --prior digit --seed …` was given.
SEEDS = {
    "blind_spot": (40,),
    "far_away": (15,),
    "half_hidden": (7,),
    "keyhole": (24,),
    "out_of_focus": (52,),
    "torn": (44,),
    "two_photos": (45, 50),
}


def posterior_of(name: str, cards: Mapping[str, Card]) -> Posterior:
    text = (FOLDER / f"{name}.riddle").read_text(encoding="utf-8")
    return load_posterior(compile_text(text, cards, FOLDER), cards, schedule=PAPER)


@pytest.mark.parametrize("name", SEEDS)
def test_data_fit_the_truth_and_nothing_else(name: str, cards: Mapping[str, Card]) -> None:
    """At the true latents the mean squared residual is 1 within its spread √(2/n); elsewhere it is larger."""
    posterior = posterior_of(name, cards)
    drawn = [torch.randn(1, 128, generator=torch.Generator().manual_seed(seed)) for seed in SEEDS[name]]
    other = torch.randn(20, posterior.dim, generator=torch.Generator().manual_seed(1000))
    chi2 = posterior.evaluate(torch.cat([torch.cat(drawn, dim=1), other]), 10.0).details["reduced_chi2"]
    for column, measured in zip(chi2.T, posterior.measurements.values(), strict=True):
        assert abs(column[0] - 1) < 4 * (2 / len(measured.data)) ** 0.5
        assert (column[1:] > column[0]).all()
    solution = posterior.program.solution
    assert solution is not None
    judge = load_network(cards["digit_judge"])
    seen = [judge(load_network(cards["digit"])(one)).argmax().item() for one in drawn]
    assert seen == [solution[variable.name] for variable in posterior.program.variables]


@pytest.mark.parametrize("name", ["half_hidden", "two_photos"])
def test_solving_reads_the_truth(name: str, cards: Mapping[str, Card]) -> None:
    posterior = posterior_of(name, cards)
    result = solve(posterior, request_for(posterior.program, algorithm="meanfield", seed=0, samples=40))
    assert result.answer == posterior.program.solution
    assert result.probability > 0.6
    # The samples fit the data nearly as well as the truth, whose figure is 1; prior draws do not.
    prior = torch.randn(40, posterior.dim, generator=torch.Generator().manual_seed(1))
    fitted, drawn = (
        posterior.evaluate(latents, 10.0).details["reduced_chi2"].mean(dim=0) for latents in (result.latents, prior)
    )
    assert (fitted < 2).all(), fitted
    assert (fitted < drawn / 1.5).all(), (fitted, drawn)
