"""The bank's sampler against sums over every joint choice of members, and against itself on classic riddles."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.algorithms.bank import BankSampler
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.algorithms.tempering import advance, systematic
from oedipus.runtime.bank import Bank
from oedipus.runtime.blocks import blocks_of, layers_of, move, sample_classes
from oedipus.runtime.metrics import most_frequent
from oedipus.runtime.pool import cache_path, cached_pool
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.run import run

RIDDLES = Path(__file__).parents[2] / "riddles"
SMALL = "digits a, b\na is odd\nb = a + 2\na + b < 9"


def small_bank(cards: Mapping[str, Card], members: int = 24) -> Bank:
    return Bank(load_posterior(compile_text(SMALL, cards), cards), torch.Generator().manual_seed(0), members)


def exact(bank: Bank, alpha: float) -> torch.Tensor:
    """The posterior's mass on every joint choice of members, [members, members]."""
    joint = torch.cartesian_prod(torch.arange(bank.members), torch.arange(bank.members))
    weights = (bank.clauses(joint) @ bank.posterior.powers(alpha)).double()
    return weights.softmax(dim=0).reshape(bank.members, bank.members)


def test_block_moves_leave_the_posterior_as_it_is(cards: Mapping[str, Card]) -> None:
    """Chains that begin distributed as the posterior stay so: shares within counting noise of the exact masses."""
    bank, alpha, chains = small_bank(cards), 1.0, 40_000
    mass, rng = exact(bank, alpha), torch.Generator().manual_seed(1)
    drawn = torch.multinomial(mass.flatten(), chains, replacement=True, generator=rng)
    chosen = torch.stack([drawn // bank.members, drawn % bank.members], dim=1)
    blocks, moved = blocks_of(bank), 0
    assert len(blocks) == 2
    for block in blocks:
        chosen, accepted = move(bank, block, chosen, alpha, rng)
        moved += int(accepted.sum())
    assert moved > 0.1 * chains
    counts = torch.zeros_like(mass)
    counts.index_put_((chosen[:, 0], chosen[:, 1]), torch.ones(chains, dtype=counts.dtype), accumulate=True)
    noise = (mass * (1 - mass) / chains).sqrt()
    assert ((counts / chains - mass).abs() < 5 * noise + 1e-4).all()


def test_evidence_and_masses_are_those_of_the_bank(cards: Mapping[str, Card], monkeypatch: pytest.MonkeyPatch) -> None:
    bank, alpha = small_bank(cards), 3.0
    posterior = load_posterior(compile_text(SMALL, cards), cards, schedule=(alpha,))
    monkeypatch.setitem(posterior._banks, 24, bank)
    joint = torch.cartesian_prod(torch.arange(24), torch.arange(24))
    likelihood = (bank.clauses(joint) @ posterior.powers(alpha)).double()
    evidence = (likelihood.logsumexp(dim=0) - 2 * np.log(24)).item()
    algorithm = BankSampler(schedule=(alpha,), pool=24, particles=4000, trajectories=0, samples=4000)
    found = run(algorithm, posterior, torch.Generator().manual_seed(0)).posterior
    assert isinstance(found, Draws)
    assert found.log_evidence == pytest.approx(evidence, abs=0.15)
    mass = likelihood.softmax(dim=0)
    mean = torch.cat([mass @ bank.latents[at][joint[:, at]].double() for at in range(2)])
    spread = found.latents[0].double().std(dim=0) / 4000**0.5
    assert ((found.latents[0].double().mean(dim=0) - mean).abs() < 6 * spread + 0.02).all()


@pytest.mark.parametrize(("name", "answer"), [("send_more_money", "95671082"), ("safe", "4602")])
def test_riddles_of_many_digits_are_read_in_the_pictures(name: str, answer: str, cards: Mapping[str, Card]) -> None:
    text = (RIDDLES / f"{name}.riddle").read_text(encoding="utf-8")
    posterior = load_posterior(compile_text(text, cards), cards)
    found = run(BankSampler(), posterior, torch.Generator().manual_seed(0)).posterior
    values = posterior.evaluate(found.draw(50, torch.Generator().manual_seed(1)), posterior.alpha).details["values"]
    reading, share = most_frequent(values.argmax(dim=2))
    assert "".join(map(str, reading)) == answer
    assert share > 0.95


@given(seed=st.integers(0, 2**32 - 1), shape=st.lists(st.integers(2, 4), min_size=1, max_size=3))
def test_classes_are_drawn_with_their_exact_chances(seed: int, shape: list[int]) -> None:
    rng = np.random.default_rng(seed)
    values = rng.random(shape) < 0.5
    values.flat[rng.integers(values.size)] = True
    layers = tuple(torch.from_numpy(layer) for layer in layers_of(values))
    weights = [torch.from_numpy(rng.normal(size=size)) for size in shape]
    drawn = sample_classes(layers, weights, 4000, torch.Generator().manual_seed(seed % 2**31))
    assert drawn is not None
    exact = np.zeros(shape)
    for entry in product(*map(range, shape)):
        exact[entry] = values[entry] * np.exp(sum(float(one[at]) for one, at in zip(weights, entry, strict=True)))
    exact /= exact.sum()
    counts = np.zeros(shape)
    np.add.at(counts, tuple(drawn.numpy().T), 1)
    assert (np.abs(counts / 4000 - exact) < 6 * np.sqrt(exact * (1 - exact) / 4000) + 1e-9).all()


def test_nothing_true_can_be_drawn_from_a_contradiction() -> None:
    layers = tuple(torch.from_numpy(layer) for layer in layers_of(np.zeros((2, 3), dtype=bool)))
    assert sample_classes(layers, [torch.zeros(2), torch.zeros(3)], 5, torch.Generator()) is None


@given(seed=st.integers(0, 2**31), spread=st.floats(0.1, 1000))
def test_a_power_keeps_the_share_it_promises(seed: int, spread: float) -> None:
    rng = torch.Generator().manual_seed(seed)
    likelihood = spread * torch.randn(200, generator=rng)
    beta, gained, survivors = advance(likelihood, 0.0, 0.5, rng)
    weights = (beta * likelihood.double()).softmax(dim=0)
    share = 1 / weights.square().sum().item() / 200
    assert 0 < beta <= 1
    assert share >= 0.49
    assert beta == 1 or share <= 0.51
    assert gained == pytest.approx(((beta * likelihood.double()).logsumexp(dim=0) - np.log(200)).item(), abs=1e-6)
    assert len(survivors) == 200


def test_systematic_resampling_differs_from_its_weights_by_less_than_one() -> None:
    weights = torch.tensor([0.05, 0.6, 0.0, 0.35])
    counts = torch.bincount(systematic(weights, torch.Generator().manual_seed(0)), minlength=4)
    assert ((counts - 4 * weights).abs() < 1).all()
    assert counts[2] == 0


def test_the_cache_is_addressed_by_weights_and_mends_itself(
    posterior: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OEDIPUS_CACHE", str(tmp_path))
    source = posterior.sources[0]
    networks = posterior.readers_by_source()[source]
    first = cached_pool(posterior, source, networks, 16)
    path = cache_path(posterior, "digit", networks, 16)
    assert path.exists()
    again = cached_pool(posterior, source, networks, 16)
    assert torch.equal(first.latents, again.latents)
    assert all(torch.equal(first.readings[name], again.readings[name]) for name in networks)
    path.write_bytes(path.read_bytes()[:100])
    mended = cached_pool(posterior, source, networks, 16)
    assert all(torch.equal(first.readings[name], mended.readings[name]) for name in networks)
    assert cache_path(posterior, "digit", networks, 17) != path
    assert cache_path(posterior, "digit", networks[:1], 16) != path
