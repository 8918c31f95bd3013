"""Samples of a fitted Gaussian, mended: exact where they were exact, and nearer where they were not."""

from collections.abc import Mapping

import pytest
import torch
from problems import TwoModes, linear
from torch import Generator, Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.algorithms.base import Approximation, FullRank, Gaussian, LowRank
from oedipus.runtime.algorithms.mending import Fitted, mend
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import Request, solve
from oedipus.runtime.starts import starts


def gaussians(dim: int) -> dict[str, tuple[Gaussian, Tensor]]:
    """One of each kind, and its covariance."""
    rng = Generator().manual_seed(4)
    mean, log_sigma = torch.randn(dim, generator=rng) / 3, torch.randn(dim, generator=rng) / 5
    factor = torch.randn(dim, 2, generator=rng) / 2
    scale = torch.randn(dim, dim, generator=rng).tril() / 3 + torch.eye(dim)
    own = (2 * log_sigma).exp().diag()
    return {
        "meanfield": (Approximation(mean[None], log_sigma[None]), own),
        "lowrank": (LowRank(mean, log_sigma, factor), own + factor @ factor.T),
        "fullrank": (FullRank(mean, scale), scale @ scale.T),
    }


@pytest.mark.parametrize("kind", ["meanfield", "lowrank", "fullrank"])
def test_a_blocks_density_is_that_of_the_marginal_gaussian(kind: str) -> None:
    q, covariance = gaussians(5)[kind]
    block, proposal = slice(1, 4), Fitted(q)
    mean = q.mean.reshape(-1)
    latents = torch.randn(7, 3, generator=Generator().manual_seed(0))
    shift = latents - mean[block]
    inner = covariance[block, block]
    exponent = (shift @ torch.linalg.inv(inner) * shift).sum(dim=1) / 2 - latents.square().sum(dim=1) / 2
    found = proposal.log_ratio(latents, block)
    torch.testing.assert_close(found - found[0], exponent - exponent[0], atol=1e-4, rtol=1e-4)
    drawn = proposal.draw(60_000, Generator().manual_seed(1))
    torch.testing.assert_close(drawn.mean(dim=0), mean, atol=0.03, rtol=0.0)
    torch.testing.assert_close(drawn.T.cov(), covariance, atol=0.06, rtol=0.05)


@pytest.mark.parametrize("kind", ["meanfield", "lowrank", "fullrank"])
def test_draws_of_the_posterior_stay_draws_of_the_posterior(kind: str) -> None:
    problem, rng, number = linear(dim=3), Generator().manual_seed(2), 40_000
    mean, precision = problem.moments(1.0)
    covariance = torch.linalg.inv(precision)
    exact = mean + torch.randn(number, 3, generator=rng) @ torch.linalg.cholesky(covariance).T
    mended, taken = mend(problem, 1.0, gaussians(3)[kind][0], exact, rng, proposals=3)
    assert 0.02 < taken < 0.9
    torch.testing.assert_close(mended.mean(dim=0), mean, atol=0.03, rtol=0.0)
    torch.testing.assert_close(mended.T.cov(), covariance, atol=0.03, rtol=0.03)


def test_a_gaussian_that_spills_is_mended_to_the_posterior() -> None:
    # One Gaussian over both modes and the gap: most of its draws are where the posterior is not.
    problem, rng = TwoModes(), Generator().manual_seed(3)
    q = Approximation(torch.zeros(1, 2), torch.tensor([[0.8, 0.0]]))
    drawn = q.draw(20_000, rng)
    centre, width = problem.mode()
    errors = []
    for proposals in (1, 4, 16):
        mended, _ = mend(problem, 1.0, q, drawn, rng, proposals=proposals)
        side = mended[:, 0].abs()
        errors.append(abs(side.mean().item() - centre) + abs(side.std().item() - width))
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.06


def test_a_digit_that_spills_into_others_is_mended(cards: Mapping[str, Card]) -> None:
    posterior = load_posterior(compile_text("digit x\nx is a four with alpha 100", cards), cards)
    rng = Generator().manual_seed(0)
    start = starts(posterior, rng, members=1024, most=1)
    q = Approximation(start.mean, start.log_sigma + 0.4)
    drawn = q.draw(200, rng)
    mended, taken = mend(posterior, posterior.alpha, q, drawn, rng, proposals=6)
    with torch.no_grad():
        before, after = (
            (posterior.evaluate(latents, 1.0).details["values"].argmax(dim=2) == 4).float().mean().item()
            for latents in (drawn, mended)
        )
    assert before < 0.9
    assert after > 0.98
    assert 0.1 < taken < 0.9


def test_the_gaussian_and_its_bound_stay_as_they_are(cards: Mapping[str, Card]) -> None:
    posterior = load_posterior(compile_text("digit x\nx is a four", cards), cards)
    plain, mended = (
        solve(posterior, Request(algorithm="meanfield", samples=40, mend=mend, options={"polish": 10}))
        for mend in (0, 3)
    )
    assert plain.mended is None
    assert mended.mended is not None
    assert mended.mended > 0
    assert not torch.equal(plain.latents, mended.latents)
    assert isinstance(plain.inferred, Approximation)
    assert isinstance(mended.inferred, Approximation)
    assert torch.equal(plain.inferred.mean, mended.inferred.mean)
    assert plain.elbo == mended.elbo


def test_a_number_of_proposals_that_makes_no_sense_is_named(posterior: Posterior) -> None:
    with pytest.raises(ValueError, match="mend: must be at least 0, not -1"):
        solve(posterior, Request(mend=-1))
    program = compile_text("digit x\nx is odd", posterior.cards)
    with pytest.raises(ValueError, match="mend"):
        solve(load_posterior(program, posterior.cards), Request(mend=0.5))  # type: ignore[arg-type]
