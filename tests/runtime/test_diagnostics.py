"""Diagnostics against closed forms, and posterior.nc read back by ArviZ."""

import math
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.diagnostics import diagnose, of_chains, pareto_k
from oedipus.runtime.netcdf import write_netcdf
from oedipus.runtime.outputs import summary
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import Request, solve


def chains(draws: int, memory: float, seed: int = 0) -> torch.Tensor:
    """Autoregressive chains [draws, 4, 3] of unit variance; each draw remembers ``memory`` of the one before."""
    rng = torch.Generator().manual_seed(seed)
    noise = torch.randn(draws, 4, 3, generator=rng)
    for turn in range(1, draws):
        noise[turn] = memory * noise[turn - 1] + math.sqrt(1 - memory**2) * noise[turn]
    return noise


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8])
def test_effective_sizes_are_those_of_autoregressive_chains(memory: float) -> None:
    # An AR(1) chain of n draws is worth n (1 - ρ) / (1 + ρ).
    found = of_chains(chains(4000, memory))
    assert found.ess is not None
    assert found.rhat is not None
    assert found.ess.mean == pytest.approx(16_000 * (1 - memory) / (1 + memory), rel=0.15)
    assert found.ess.min <= found.ess.mean <= found.ess.max
    assert 0.99 < found.rhat.min <= found.rhat.max < 1.01
    assert (found.chains, found.draws) == (4, 4000)


def test_one_chain_elsewhere_is_noticed_in_its_latent_alone() -> None:
    draws = chains(500, 0.0)
    draws[:, 2, 1] += 3
    found = of_chains(draws)
    assert found.rhat is not None
    assert found.rhat.max > 1.2
    assert found.rhat.min < 1.01


@pytest.mark.parametrize("width", [0.4, 0.5, 0.7])
def test_the_tail_of_a_narrow_approximation(width: float) -> None:
    # N(0, 1) weighed against N(0, s²): P(weight > t) falls as t^(-1 / (1 - s²)), so k = 1 - s².
    draws = torch.from_numpy(np.random.default_rng(1).normal(0, width, 200_000))
    weights = -draws.square() / 2 + draws.square() / (2 * width**2)
    assert pareto_k(weights) == pytest.approx(1 - width**2, abs=0.12)


def test_a_weight_that_is_no_number_is_no_approximation() -> None:
    assert pareto_k(torch.tensor([0.0, math.nan])) == math.inf


@pytest.fixture(scope="module")
def one(cards: Mapping[str, Card]) -> Posterior:
    return load_posterior(compile_text("digit a\nodd: a is odd\na is not 5\n", cards), cards)


def test_chains_in_the_file_are_the_chains_of_the_run(one: Posterior, tmp_path: Path) -> None:
    options = {"chains": 3, "draws": 8, "warmup": 5, "leapfrog": 2}
    result = solve(one, Request(algorithm="hmc", start="prior", options=options, samples=5))
    write_netcdf(result, one, tmp_path / "posterior.nc", {"riddle": "a is odd", "seed": 0})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import arviz
    stored = arviz.from_netcdf(tmp_path / "posterior.nc")
    latents = result.columns["latents"]
    assert stored.posterior["a"].shape == (3, 8, 128)
    np.testing.assert_array_equal(stored.posterior["a"].values, latents.transpose(0, 1).numpy())
    assert stored.posterior.attrs["riddle"] == "a is odd"
    assert stored.sample_stats["diverging"].dtype == bool
    clauses = one.evaluate(latents.flatten(0, 1), one.alpha).details["clauses"].unflatten(0, (8, 3))
    np.testing.assert_allclose(stored.log_likelihood["odd"].values, clauses[..., 0].T.numpy(), atol=1e-4, rtol=1e-4)
    figures = diagnose(one, result)
    assert figures.rhat is not None
    assert figures.rhat.max == pytest.approx(float(arviz.rhat(stored.posterior.astype(float))["a"].max()), abs=1e-3)
    told = summary(result, one, figures)
    assert told["rhat"]["max"] == figures.rhat.max
    assert told["ess"]["min"] > 0
    assert told["khat"] is None


def test_an_approximation_is_weighed(one: Posterior, tmp_path: Path) -> None:
    result = solve(one, Request(algorithm="meanfield", options={"polish": 20}, samples=8))
    figures = diagnose(one, result)
    assert figures.khat is not None
    assert math.isfinite(figures.khat)
    assert diagnose(one, result, weigh=False).khat is None
    write_netcdf(result, one, tmp_path / "posterior.nc", {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import arviz
    stored = arviz.from_netcdf(tmp_path / "posterior.nc")
    assert stored.posterior["a"].shape == (1, 8, 128)
    assert "sample_stats" not in stored.groups()
    assert set(stored.log_likelihood.data_vars) == {"odd", "line 3"}
