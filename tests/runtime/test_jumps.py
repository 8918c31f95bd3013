"""Jumps against whole evaluations, against a plain loop, and against posteriors that are known."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from problems import Linear, TwoModes
from torch import Generator, Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.affine import affine
from oedipus.runtime.algorithms.base import Approximation, Draws
from oedipus.runtime.algorithms.hmc import HMC
from oedipus.runtime.algorithms.jumps import _Read, _sequence, jump, widths
from oedipus.runtime.density import Evaluation
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.run import run

SMALL = "digits a, b\na is odd\nb = a + 2\nb has a circle\na + b < 12"


def modes(chains: int, rng: Generator) -> Tensor:
    """Exact draws ``[chains, 2]`` of :class:`TwoModes`."""
    centre, width = TwoModes().mode()
    side = torch.where(torch.rand(chains, generator=rng) < 0.5, -1.0, 1.0)
    first = side * (centre + width * torch.randn(chains, generator=rng))
    return torch.stack([first, torch.randn(chains, generator=rng)], dim=1)


@dataclass(frozen=True)
class Off:
    """A proposal that is not the prior."""

    mean: float
    sigma: float

    def draw(self, rows: int, rng: Generator) -> Tensor:
        return self.mean + self.sigma * torch.randn(rows, 2, generator=rng)

    def log_ratio(self, latents: Tensor, block: slice) -> Tensor:
        assert block == slice(0, 2)
        own = ((latents - self.mean) / self.sigma).square() / 2 + math.log(self.sigma)
        return (own - latents.square() / 2).sum(dim=-1)


@pytest.mark.parametrize("proposal", [None, Off(0.5, 1.5)])
def test_the_posterior_is_left_as_it_is(proposal: Off | None) -> None:
    rng, chains = Generator().manual_seed(0), 40_000
    before = modes(chains, rng)
    jumped = jump(TwoModes(), 1.0, before, rng, number=3, blocks=(0,), proposal=proposal)
    after = jumped.position
    moved = (after != before).any(dim=1)
    assert 0.1 < moved.float().mean().item() < 0.9
    assert torch.equal(moved, jumped.accepted[:, 0] > 0)
    centre, width = TwoModes().mode()
    assert after[:, 0].abs().mean().item() == pytest.approx(centre, abs=5 * width / chains**0.5)
    assert after[:, 0].abs().std().item() == pytest.approx(width, rel=0.02)
    assert after[:, 1].std().item() == pytest.approx(1.0, rel=0.02)
    assert (after[:, 0] > 0).float().mean().item() == pytest.approx(0.5, abs=2.5 / chains**0.5)
    # Where the chain was and where it went are exchangeable.
    across = (before[:, 0] > 0) & (after[:, 0] < 0)
    back = (before[:, 0] < 0) & (after[:, 0] > 0)
    assert int(across.sum()) == pytest.approx(int(back.sum()), abs=5 * int(across.sum()) ** 0.5)


def test_chains_that_begin_in_one_mode_find_the_other() -> None:
    start = Approximation(torch.tensor([[2.0, 0.0]]), torch.full((1, 2), -1.0))
    share = {}
    for jumps in (0, 4):
        algorithm = HMC(schedule=(1.0,), chains=32, draws=200, warmup=60, leapfrog=5, jumps=jumps)
        found = run(algorithm, TwoModes(), Generator().manual_seed(1), start=start)
        share[jumps] = (found.columns["latents"][..., 0] > 0).float().mean().item()
        assert (found.columns["jump_rate"].mean().item() > 0.03) == (jumps > 0)
    assert share[0] > 0.75
    assert share[4] == pytest.approx(0.5, abs=0.06)


def test_chains_begin_at_mended_draws() -> None:
    # A Gaussian over both modes and the gap between them: half of its draws are in the gap.
    start = Approximation(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]))
    share = {}
    for jumps in (0, 8):
        state = HMC(schedule=(1.0,), chains=400, jumps=jumps).init(TwoModes(), Generator().manual_seed(0), start)
        share[jumps] = (state.point.position[:, 0].abs() < 1).float().mean().item()
    assert share[0] > 0.25
    assert share[8] < 0.05


merits = st.one_of(st.floats(-5, 5), st.sampled_from([math.nan, -math.inf, math.inf]))


@given(st.lists(st.tuples(merits, st.floats(-4, 0)), min_size=2, max_size=8))
def test_proposals_are_taken_one_after_the_other(steps: list[tuple[float, float]]) -> None:
    at, here, count = 0, steps[0][0], 0
    here = here if math.isfinite(here) else -math.inf
    for number, (there, height) in enumerate(steps[1:], start=1):
        if math.isfinite(there) and (here == -math.inf or height < there - here):
            at, here, count = number, there, count + 1
    merit = torch.tensor([[one] for one, _ in steps], dtype=torch.float64)
    heights = torch.tensor([[height] for _, height in steps[1:]], dtype=torch.float64)
    found, taken = _sequence(merit, heights)
    assert (found.item(), taken.item()) == (at, count)


@pytest.mark.parametrize("prior", [False, True])
def test_a_picture_alone_changes_the_likelihood_as_a_whole_evaluation_says(
    prior: bool, cards: Mapping[str, Card]
) -> None:
    posterior, rng = load_posterior(compile_text(SMALL, cards), cards, schedule=(3.0,)), Generator().manual_seed(0)
    if prior:
        shift = Approximation(torch.randn(1, posterior.dim, generator=rng) / 3, torch.full((1, posterior.dim), -0.5))
        posterior = Posterior(
            posterior.program, cards, posterior.networks, posterior.schedule, posterior.device, affine(shift)
        )
    assert widths(posterior) == (128, 128)
    candidates = torch.randn(4, 3, posterior.dim, generator=rng)
    known, chosen = _Read(posterior, 3.0, candidates, (0, 1)), torch.tensor([[0, 2], [1, 0], [3, 3]])
    chains = torch.arange(3)
    for block in (0, 1):
        found = known.log_likelihood(block, chosen)
        parts = list(candidates.split(128, dim=2))
        other = 1 - block
        parts[other] = parts[other][chosen[:, other], chains].expand(4, 3, 128)
        whole = posterior.evaluate(torch.cat(parts, dim=2).flatten(0, 1), 3.0).log_likelihood.unflatten(0, (4, 3))
        torch.testing.assert_close(found - found[:1], whole - whole[:1], atol=2e-3, rtol=1e-4)


def test_masses_of_modes_that_no_trajectory_reaches(cards: Mapping[str, Card]) -> None:
    """Five odd digits, a mode each; their masses by weighing prior draws."""
    posterior = load_posterior(compile_text("digit a\na is odd", cards), cards, schedule=(20.0,))
    rng = Generator().manual_seed(3)
    with torch.no_grad():
        drawn = [posterior.evaluate(torch.randn(250, 128, generator=rng), 20.0) for _ in range(12)]
    weights = torch.cat([one.log_likelihood for one in drawn]).softmax(dim=0)
    reading = torch.cat([one.details["values"][:, 0].argmax(dim=1) for one in drawn])
    truth = torch.zeros(10).index_add(0, reading, weights)
    algorithm = HMC(schedule=(20.0,), chains=8, draws=160, warmup=15, leapfrog=1, jumps=8)
    found = run(algorithm, posterior, rng)
    with torch.no_grad():
        pictures = posterior.pictures(found.columns["latents"][::4].flatten(0, 1))[0]
        share = posterior.log_classes("digit_classifier", pictures).argmax(dim=1).bincount(minlength=10)
    # 320 draws, nearly independent.
    torch.testing.assert_close(share / share.sum(), truth, atol=0.1, rtol=0.0)
    assert (truth[1::2] > 0.1).all()
    assert 0.2 < found.columns["jump_rate"].mean() < 0.8


def test_what_accepts_no_jump_in_warmup_jumps_no_more() -> None:
    rng = Generator().manual_seed(0)
    sharp = Linear(100 * torch.eye(6), 100 * torch.randn(6, generator=rng))
    algorithm = HMC(schedule=(1.0,), chains=4, draws=10, warmup=60, leapfrog=5)
    start = Approximation(sharp.data[None] / 100, torch.full((1, 6), -4.6))
    state = algorithm.init(sharp, rng, start)
    assert state.jumping == (0,)
    for _ in range(algorithm.warmup):
        state, _ = algorithm.step(sharp, state, rng)
    assert state.jumping == ()
    _, info = algorithm.step(sharp, state, rng)
    assert (info.stats["jump_rate"] == 0).all()
    assert algorithm.init(TwoModes(), rng).jumping == (0,)
    assert HMC(jumps=0).init(TwoModes(), rng).jumping == ()


class Torn(TwoModes):
    """Two modes, and a region between them in which nothing is known."""

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        whole = TwoModes.evaluate(self, latents, alpha).log_likelihood
        return Evaluation(torch.where(latents[:, 0].abs() < 1, torch.nan, 1.0) * whole)


def test_jumps_to_where_nothing_is_known_are_counted_and_not_taken() -> None:
    algorithm = HMC(schedule=(1.0,), chains=8, draws=50, warmup=60, leapfrog=2)
    start = Approximation(torch.tensor([[2.0, 0.0]]), torch.full((1, 2), -1.5))
    state, rng, rejected = algorithm.init(Torn(), Generator().manual_seed(0), start), Generator().manual_seed(1), 0
    for _ in range(algorithm.iterations):
        state, info = algorithm.step(Torn(), state, rng)
        rejected += info.rejected
        assert state.point.position[:, 0].abs().min() >= 1
    # Two thirds of the prior's draws fall there.
    assert rejected == pytest.approx(110 * 8 * 8 * 0.683, rel=0.1)
    found = algorithm.result(state)
    assert isinstance(found, Draws)
