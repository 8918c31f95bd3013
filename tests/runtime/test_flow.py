"""Flows: their density against the change of variables, what is stored of them, and riddles solved by them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from problems import linear, stop_at
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.networks.tensors import digest
from oedipus.runtime.affine import affine
from oedipus.runtime.algorithms.base import Info
from oedipus.runtime.algorithms.flow import FlowVI
from oedipus.runtime.algorithms.flow_start import moments
from oedipus.runtime.algorithms.mending import Fitted
from oedipus.runtime.checkpoint import read_checkpoint
from oedipus.runtime.flowed import Flows, Piece, first_parameters, piece
from oedipus.runtime.flows import Form, build, masks, restored, standard, tensors_of
from oedipus.runtime.outputs import saved_of, write_result
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.record import Record
from oedipus.runtime.run import Outcome, run
from oedipus.runtime.saved import Origin, Saved, SavedError, drawn, read_saved
from oedipus.runtime.solve import Request, Result, solve

FORMS = (Form(5, couplings=4, hidden=8), Form(5, couplings=4, hidden=8, bins=4))


def some(form: Form, seed: int, size: float = 0.3) -> Piece:
    """A piece that is far from a Gaussian."""
    rng = torch.Generator().manual_seed(seed)
    mean, log_sigma = torch.randn(form.latents, generator=rng), torch.randn(form.latents, generator=rng) / 4
    parameters = first_parameters(form, mean, log_sigma, rng)
    scale = torch.eye(form.latents) + torch.randn(form.latents, form.latents, generator=rng) / 5
    return piece(form, scale, parameters + size * torch.randn(len(parameters), generator=rng))


def mixture(bins: int = 0, size: float = 0.3) -> Flows:
    """Two readings of two blocks, which agree in the first."""
    wide, narrow = Form(3, couplings=4, hidden=8, bins=bins), Form(2, couplings=3, hidden=8, bins=bins)
    pieces = (some(wide, 1, size), some(narrow, 2, size), some(narrow, 3, size))
    return Flows(pieces, ((0, 1), (0, 2)), torch.tensor([0.3, 0.7]).log())


@pytest.mark.parametrize("form", FORMS)
def test_the_density_is_the_change_of_variables(form: Form) -> None:
    flow = some(form, 0)
    for noise in torch.randn(3, form.latents, generator=torch.Generator().manual_seed(4)):
        jacobian = torch.autograd.functional.jacobian(lambda z: flow.push(z[None])[0], noise)
        expected = standard(noise[None]) - torch.linalg.slogdet(jacobian)[1]
        torch.testing.assert_close(flow.log_prob(flow.push(noise[None])), expected, atol=1e-3, rtol=1e-4)


@pytest.mark.parametrize("form", FORMS)
def test_a_flow_begins_as_the_identity_and_its_context_moves_it(form: Form) -> None:
    rng = torch.Generator().manual_seed(0)
    told = replace(form, context=3)
    flow = build(told, rng)
    noise, context = torch.randn(7, 5, generator=rng), torch.randn(7, 3, generator=rng)
    latents, log_det = flow(noise, context)
    torch.testing.assert_close(latents, noise, atol=1e-5, rtol=0)
    torch.testing.assert_close(log_det, torch.zeros(7), atol=1e-5, rtol=0)
    tensors = {name: one + 0.3 * torch.randn(one.shape, generator=rng) for name, one in tensors_of(flow).items()}
    other = restored(told, tensors)
    back, inverse = other(other(noise, context)[0], context, inverse=True)
    torch.testing.assert_close(back, noise, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(inverse, -other(noise, context)[1], atol=1e-3, rtol=1e-3)
    assert not torch.equal(other(noise, context)[0], other(noise, -context)[0])


def test_building_leaves_torchs_own_generator_alone() -> None:
    before = torch.get_rng_state()
    one, other = (tensors_of(build(FORMS[0], torch.Generator().manual_seed(1))) for _ in range(2))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.mark.parametrize("latents", [2, 3, 7, 128])
def test_any_two_coordinates_meet(latents: int) -> None:
    kept = torch.stack(masks(latents, 2 * (latents - 1).bit_length()))
    assert kept.any(dim=1).all()
    assert (~kept).any(dim=1).all()
    apart = (kept[:, :, None] & ~kept[:, None]).any(dim=0)
    assert (apart | torch.eye(latents, dtype=torch.bool)).all()


@pytest.mark.parametrize("bins", [0, 4])
def test_a_mixture_integrates_to_one(bins: int) -> None:
    form = Form(2, couplings=3, hidden=8, bins=bins)
    flows = Flows((some(form, 1, 0.15), some(form, 2, 0.15)), ((0,), (1,)), torch.tensor([0.4, 0.6]).log())
    line = torch.arange(-9, 9, 0.12)
    total = flows.log_prob(torch.cartesian_prod(line, line)).exp().sum() * 0.12**2
    assert total.item() == pytest.approx(1, abs=0.01)


def test_draws_and_density_of_blocks_agree() -> None:
    flows, rng = mixture(size=0.1), torch.Generator().manual_seed(0)
    latents = flows.draw(4000, rng)
    # Each component's own density, as a product of its pieces.
    parts = latents.split([3, 2], dim=1)
    first = flows.pieces[0].log_prob(parts[0])
    seconds = [flows.pieces[at].log_prob(parts[1]) for at in (1, 2)]
    expected = first + torch.logaddexp(seconds[0] + torch.tensor(0.3).log(), seconds[1] + torch.tensor(0.7).log())
    torch.testing.assert_close(flows.log_prob(latents), expected, atol=1e-4, rtol=1e-4)
    last = flows.block_log_prob(latents[:, 3:], slice(3, 5))
    torch.testing.assert_close(last, expected - first, atol=1e-4, rtol=1e-4)
    ratio = Fitted(flows).log_ratio(latents[:, 3:], slice(3, 5))
    torch.testing.assert_close(ratio, -latents[:, 3:].square().sum(dim=1) / 2 - last)
    # E_q[r / q] = 1 for any density r: what is drawn is distributed as the density says.
    wide = torch.distributions.Normal(latents.mean(dim=0), 0.7 * latents.std(dim=0))
    weight = (wide.log_prob(latents).sum(dim=1) - flows.log_prob(latents)).exp()
    assert weight.mean().item() == pytest.approx(1, abs=5 * weight.std().item() / 4000**0.5)
    assert (4000 * weight.mean() ** 2 / weight.square().mean()) > 400


def test_a_flow_after_an_affine_map() -> None:
    flows, rng = mixture(), torch.Generator().manual_seed(0)
    mean, matrix = torch.randn(5, generator=rng), torch.block_diag(torch.eye(3) * 2, torch.tensor([[1.0, 0], [3, 0.5]]))
    latents = flows.draw(6, rng)
    moved = flows.after(mean, matrix)
    expected = flows.log_prob(latents) - torch.linalg.slogdet(matrix)[1]
    torch.testing.assert_close(moved.log_prob(mean + latents @ matrix.T), expected, atol=1e-3, rtol=1e-3)
    once, again = (which.draw(6, torch.Generator().manual_seed(1)) for which in (flows, moved))
    torch.testing.assert_close(again, mean + once @ matrix.T, atol=1e-3, rtol=1e-3)


def test_moments_of_few_draws_lean_on_the_prior() -> None:
    rng = torch.Generator().manual_seed(0)
    _, few = moments(torch.randn(60, 40, generator=rng))
    assert (torch.linalg.eigvalsh(few) - 1).abs().max() < 0.5  # the plain estimate's lie between 0.03 and 3.3
    wide = torch.randn(40_000, 3, generator=rng) * torch.tensor([0.1, 1.0, 2.0]) + 5
    mean, many = moments(wide)
    torch.testing.assert_close(mean, torch.full((3,), 5.0).double(), atol=0.05, rtol=0)
    torch.testing.assert_close(many.diagonal(), torch.tensor([0.01, 1.0, 4.0]).double(), atol=2e-3, rtol=0.03)
    assert moments(wide[:1])[1].diagonal().min() > 0


SMALL = FlowVI((1.0,), particles=32, couplings=2, hidden=8, forward=20, fit=6, batch=16)


def go(record: Record, stop: int = 0) -> Outcome:
    """A small run, its trace in ``record``."""
    halt = stop_at(stop)

    def watch(info: Info) -> None:
        record.trace.append(info)
        halt(info)

    return run(SMALL, linear(), torch.Generator().manual_seed(3), record=record, watch=watch)


def test_a_run_that_was_cut_off_goes_on_bit_for_bit(tmp_path: Path) -> None:
    """While it draws, where its maximum likelihood begins, and in its ascent."""
    record = Record()
    whole = go(record).posterior
    assert isinstance(whole, Flows)
    assert [one.iteration for one in record.trace] == list(range(1, len(record.trace) + 1))
    # Two draws of each of 16 chains after 150 trajectories of warm-up, an epoch, and the ascent.
    assert [one.iteration for one in record.trace if one.elbo is not None] == list(range(153, 160))
    for place in (40, 153, 157):
        cut = go(Record(tmp_path / f"{place}"), place)
        assert cut.interrupted
        assert cut.posterior.draw(3, torch.Generator()).shape == (3, linear().dim)  # what was found is kept
        found = go(Record(tmp_path / f"{place}", resumed=read_checkpoint(tmp_path / f"{place}"))).posterior
        assert isinstance(found, Flows)
        assert torch.equal(found.vector(), whole.vector())


@pytest.fixture(scope="module")
def solved(cards: Mapping[str, Card], tmp_path_factory: pytest.TempPathFactory) -> tuple[Posterior, Result, Path]:
    posterior = load_posterior(compile_text("digit b\nb is even\nb < 4\nb > 0\n", cards), cards, schedule=(10.0,))
    sizes = {"particles": 256, "fit": 60, "forward": 40, "batch": 32, "hidden": 16, "directions": 12}
    result = solve(posterior, Request(algorithm="flow", seed=2, samples=100, options=sizes))
    out = tmp_path_factory.mktemp("flow")
    write_result(result, posterior, out)
    return posterior, result, out


def share_of(digit: int, posterior: Posterior, latents: Tensor) -> float:
    shown = posterior.networks["digit_classifier"](posterior.networks["digit"](latents)).argmax(dim=1)
    return (shown == digit).float().mean().item()


def test_a_riddle(solved: tuple[Posterior, Result, Path]) -> None:
    posterior, result, _ = solved
    assert dict(result.answer) == {"b": 2}
    assert isinstance(result.inferred, Flows)
    assert [(one.form.latents, one.width) for one in result.inferred.pieces] == [(12, 128)]
    assert result.probability > 0.95
    assert result.mended is not None
    # A tenth of the prior shows a two: the evidence is about −2.3 nats, and no bound lies above it. The
    # prior itself reaches some −80.
    assert result.elbo is not None
    assert -12 < result.elbo < -1.8
    assert share_of(2, posterior, result.inferred.draw(200, torch.Generator().manual_seed(1))) > 0.9


def test_what_is_saved_is_a_generator_and_a_prior(
    solved: tuple[Posterior, Result, Path], cards: Mapping[str, Card]
) -> None:
    posterior, result, out = solved
    saved = read_saved(out / "posterior.safetensors")
    (one,), (other,) = (
        drawn(which, 100, torch.Generator().manual_seed(3)) for which in (saved, saved_of(result, posterior))
    )
    assert torch.equal(one, other)
    assert share_of(2, posterior, one) > 0.9
    # Only the posterior that was saved says what b is.
    program = compile_text('digit b\ngiven "posterior.safetensors"\nb < 5\n', cards)
    again = load_posterior(program, cards, folder=out)
    sizes = {"particles": 128, "pool": 512, "fit": 10, "forward": 0, "batch": 16, "directions": 4}
    found = solve(again, Request(algorithm="flow", samples=50, options=sizes))
    assert dict(found.answer) == {"b": 2}
    # Over the generator's own latents, though it was inferred in those of the prior.
    (own,) = drawn(saved_of(found, again), 100, torch.Generator().manual_seed(3))
    assert share_of(2, posterior, own) > 0.8


def test_moments_of_a_flow_as_a_prior() -> None:
    flows = mixture(size=0.1)
    found, draws = affine(flows), flows.draw(40_000, torch.Generator().manual_seed(1))
    torch.testing.assert_close(found.mean, draws.mean(dim=0), atol=0.06, rtol=0.05)
    covariance = found.matrix() @ found.matrix().T
    torch.testing.assert_close(covariance, draws.T.cov(), atol=0.15, rtol=0.1)


ORIGINS = (Origin("a", "digit", "digit", 3, "1" * 64), Origin("b", "digit", "digit", 2, "1" * 64))


def rewritten(path: Path, about: Callable[[dict[str, Any]], Any], tensors: Mapping[str, Tensor] = {}) -> Path:
    """A file with other content, whose hash is right all the same."""
    with safe_open(path, "pt") as stored:
        of = json.loads(stored.metadata()["posterior"])
    content = load_file(path) | dict(tensors)
    about(of)
    of["sha256"] = digest(json.dumps({key: one for key, one in of.items() if key != "sha256"}, sort_keys=True), content)
    save_file(content, path, metadata={"posterior": json.dumps(of)})
    return path


def flows_of(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda of: change(of["flows"])


def nothing(_: dict[str, Any]) -> None:
    """As it is."""


DAMAGED: dict[str, tuple[Callable[[dict[str, Any]], Any], dict[str, Tensor], str]] = {
    "too few parameters": (nothing, {"parameters": torch.zeros(9)}, "'parameters' of it are"),
    "scales of none": (nothing, {"scales": torch.zeros(17)}, "no inverse"),
    "weights of three": (nothing, {"log_weights": torch.zeros(3)}, "not of 2 components"),
    "no numbers": (nothing, {"log_weights": torch.tensor([0.0, torch.nan])}, "no number"),
    "whole numbers": (nothing, {"log_weights": torch.tensor([0, 1])}, "not numbers with a point"),
    "no flows": (lambda of: of.pop("flows"), {}, "does not say what its flows are like"),
    "a flow that is not there": (flows_of(lambda of: of["components"].append([0, 7])), {}, "does not have"),
    "one block": (flows_of(lambda of: of["components"].append([0])), {}, "not over the 5 latents"),
    "blocks exchanged": (flows_of(lambda of: of["components"].append([1, 0])), {}, "same blocks"),
    "other widths": (flows_of(lambda of: of["widths"].append(2)), {}, "other widths"),
    "a flow left out": (flows_of(lambda of: of["components"].pop()), {}, "of no block"),
    "a huge form": (flows_of(lambda of: of["forms"][0].update(hidden=10**9)), {}, "hidden cannot be built"),
    "a strange form": (flows_of(lambda of: of["forms"][0].update(depth=3)), {}, "other entries"),
    "a text": (flows_of(lambda of: of["forms"][0].update(hidden="8")), {}, "hidden cannot be built"),
    "with a context": (flows_of(lambda of: of["forms"][0].update(context=2)), {}, "told a context"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_damaged_flows_are_refused(kind: str, tmp_path: Path) -> None:
    change, tensors, message = DAMAGED[kind]
    path = tmp_path / "posterior.safetensors"
    Saved(ORIGINS, mixture()).write(path)
    read_saved(path)
    rewritten(path, change, tensors)
    with pytest.raises(SavedError, match=message) as caught:
        read_saved(path)
    assert str(path) in str(caught.value)
