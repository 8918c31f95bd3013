"""HMC in the coordinates of a Gaussian: the posterior's draws whatever that is, and far sooner where it is good."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from problems import Linear, linear, stop_at
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.algorithms.base import FullRank
from oedipus.runtime.algorithms.dense import Dense
from oedipus.runtime.algorithms.hmc import HMC
from oedipus.runtime.checkpoint import read_checkpoint
from oedipus.runtime.diagnostics import of_chains
from oedipus.runtime.identity import identity_of
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.record import Record
from oedipus.runtime.run import run
from oedipus.runtime.solve import Request, solve

RIDDLES = Path(__file__).parents[2] / "riddles"


def exact(problem: Linear) -> FullRank:
    mean, precision = problem.moments(1.0)
    return FullRank(mean, torch.linalg.cholesky(torch.linalg.inv(precision.double())).float())


def drawn(problem: Linear, gaussian: FullRank | None, *, jumps: int = 0, **sizes: int) -> Tensor:
    hmc = HMC(schedule=(1.0,), jumps=jumps, **sizes)
    algorithm = hmc if gaussian is None else Dense(hmc, gaussian)
    return run(algorithm, problem, torch.Generator().manual_seed(0)).columns["latents"]


@pytest.mark.parametrize("jumps", [0, 2])
def test_a_gaussian_that_is_wrong_changes_no_draw(jumps: int) -> None:
    problem, rng = linear(), torch.Generator().manual_seed(1)
    right = exact(problem)
    turned = torch.randn(problem.dim, problem.dim, generator=rng).tril(-1) / 5 + 1.4 * torch.eye(problem.dim)
    wrong = FullRank(right.mean + 0.5, (right.scale @ turned).tril())
    chains = drawn(problem, wrong, jumps=jumps, chains=64, draws=250, warmup=200, leapfrog=5).flatten(0, 1)
    mean, precision = problem.moments(1.0)
    covariance = torch.linalg.inv(precision)
    assert ((chains.mean(dim=0) - mean).abs() < 0.08 * covariance.diagonal().sqrt()).all()
    torch.testing.assert_close(chains.T.cov(), covariance, atol=0.06, rtol=0.06)


def test_what_a_diagonal_mass_crosses_slowly() -> None:
    """Eight narrow directions askew to the axes: forty short trajectories are enough only where widths are known."""
    rng = torch.Generator().manual_seed(2)
    stiff = Linear(60 * torch.randn(8, 24, generator=rng), 60 * torch.randn(8, generator=rng))
    sizes = {"chains": 8, "draws": 40, "warmup": 100, "leapfrog": 5}
    plain, dense = (of_chains(drawn(stiff, gaussian, **sizes)) for gaussian in (None, exact(stiff)))
    assert plain.rhat is not None
    assert dense.rhat is not None
    assert dense.rhat.max < 1.2
    assert plain.rhat.max > 2


def test_it_needs_a_gaussian() -> None:
    with pytest.raises(ValueError, match="needs a Gaussian"):
        Dense(HMC((1.0,)), None).init(linear(), torch.Generator())


def half_hidden(cards: Mapping[str, Card]) -> Posterior:
    text = (RIDDLES / "half_hidden.riddle").read_text(encoding="utf-8")
    return load_posterior(compile_text(text, cards, RIDDLES), cards)


def test_chains_of_a_measured_digit_agree(cards: Mapping[str, Card]) -> None:
    """With a diagonal mass they are far from it (R-hat of 1.5 and more)."""
    posterior = half_hidden(cards)
    sizes = {"draws": 40, "warmup": 60, "leapfrog": 10, "acceptance": 0.7, "jumps": 1}
    whole = solve(posterior, Request(algorithm="hmc", seed=1, samples=10, options=sizes))
    assert whole.answer == posterior.program.solution
    rhat = of_chains(whole.columns["latents"]).rhat
    assert rhat is not None
    assert rhat.mean < 1.15


def test_a_run_that_was_cut_off_goes_on_bit_for_bit(cards: Mapping[str, Card], tmp_path: Path) -> None:
    """Whether its Gaussian was there already or not."""
    posterior = half_hidden(cards)
    sizes = {"draws": 4, "warmup": 6, "leapfrog": 3, "chains": 2}
    request = Request(algorithm="hmc", seed=1, samples=4, options=sizes)
    whole = solve(posterior, request)
    identity = identity_of(posterior, request)
    fitting = len(whole.trace) - 10
    assert fitting > 1
    for place in (2, fitting + 3):
        cut = tmp_path / f"{place}"
        assert solve(posterior, request, record=Record(cut, identity), watch=stop_at(place)).interrupted
        result = solve(posterior, request, record=Record(cut, identity, resumed=read_checkpoint(cut)))
        assert torch.equal(result.columns["latents"], whole.columns["latents"])
        assert torch.equal(result.latents, whole.latents)
