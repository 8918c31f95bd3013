"""Posteriors as priors: in two steps as at once, exactly where all is Gaussian; saved posteriors as generators."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import Linear
from safetensors.torch import save_file
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.affine import Affine, affine, gaussian
from oedipus.runtime.algorithms.base import Approximation, Draws, FullRank, LowRank, Posterior
from oedipus.runtime.algorithms.meanfield import MeanField
from oedipus.runtime.density import Evaluation
from oedipus.runtime.given import given_prior, spread
from oedipus.runtime.outputs import write_result
from oedipus.runtime.posterior import load_posterior
from oedipus.runtime.run import run
from oedipus.runtime.saved import Origin, Saved, SavedError, drawn, read_saved
from oedipus.runtime.solve import Request, solve


@dataclass(frozen=True)
class Given:
    """A density seen from the noise of an earlier posterior."""

    inner: Linear
    prior: Affine

    @property
    def dim(self) -> int:
        return self.inner.dim

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        return self.inner.evaluate(self.prior.push(latents), alpha)


def problem(seed: int, dim: int, rows: int) -> Linear:
    rng = torch.Generator().manual_seed(seed)
    return Linear(torch.randn(rows, dim, generator=rng), torch.randn(rows, generator=rng))


def exact(of: Linear) -> FullRank:
    mean, precision = of.moments(1.0)
    return FullRank(mean, torch.linalg.cholesky(torch.linalg.inv(precision)))


@given(seed=st.integers(0, 2**31), dim=st.integers(1, 6), rows=st.integers(1, 4))
@settings(max_examples=30)
def test_gaussian_evidence_in_two_steps_is_evidence_at_once(seed: int, dim: int, rows: int) -> None:
    first, second = problem(seed, dim, rows), problem(seed + 1, dim, rows)
    both = Linear(torch.cat([first.matrix, second.matrix]), torch.cat([first.data, second.data]))
    prior = affine(exact(first))
    # The second likelihood as one of the noise: y = A (m + L ξ') + n.
    seen = Linear(second.matrix @ prior.matrix(), second.data - second.matrix @ prior.mean)
    latents = torch.randn(5, dim, generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(
        Given(second, prior).evaluate(latents, 1.0).log_likelihood,
        seen.evaluate(latents, 1.0).log_likelihood,
        atol=1e-3,
        rtol=1e-3,
    )
    found = prior.after(affine(exact(seen)))
    mean, precision = both.moments(1.0)
    torch.testing.assert_close(found.mean, mean, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(found.matrix() @ found.matrix().T, torch.linalg.inv(precision), atol=1e-3, rtol=1e-3)


def test_an_algorithm_in_two_steps_agrees_with_it_at_once() -> None:
    # Diagonal problems, which a mean-field Gaussian can match exactly.
    first = Linear(torch.diag(torch.tensor([0.5, 1.0, 2.0])), torch.tensor([1.0, -1.0, 3.0]))
    second = Linear(torch.diag(torch.tensor([1.5, 0.3, 1.0])), torch.tensor([-2.0, 1.0, 2.0]))
    both = Linear(torch.cat([first.matrix, second.matrix]), torch.cat([first.data, second.data]))
    options = MeanField(schedule=(0.5, 1.0), pairs=16, steps=60, polish=300)

    def infer(density: Linear | Given) -> Posterior:
        return run(options, density, torch.Generator().manual_seed(2)).posterior

    prior = affine(infer(first))
    found = prior.after(affine(infer(Given(second, prior))))
    mean, precision = both.moments(1.0)
    torch.testing.assert_close(found.mean, mean, atol=0.04, rtol=0.04)
    torch.testing.assert_close(found.scale.square(), 1 / precision.diagonal(), atol=0.0, rtol=0.2)


def distributions(dim: int) -> dict[str, Posterior]:
    rng = torch.Generator().manual_seed(dim)
    mean, root = torch.randn(dim, generator=rng), torch.randn(dim, dim, generator=rng).tril() / 3
    root.diagonal().abs_().add_(0.4)
    return {
        "diagonal": Approximation(mean[None], 0.3 * torch.randn(1, dim, generator=rng)),
        "lowrank": LowRank(mean, torch.full((dim,), -1.0), torch.randn(dim, 2, generator=rng)),
        "full": FullRank(mean, root),
        "draws": Draws(mean + torch.randn(20_000, 1, dim, generator=rng) @ root.T),
    }


@pytest.mark.parametrize("kind", ["diagonal", "lowrank", "full", "draws"])
def test_the_map_has_the_moments_of_the_distribution(kind: str) -> None:
    posterior = distributions(4)[kind]
    draws = posterior.draw(40_000, torch.Generator().manual_seed(1))
    found = affine(posterior)
    covariance = found.matrix() @ found.matrix().T
    torch.testing.assert_close(found.mean, draws.mean(dim=0), atol=0.04, rtol=0.04)
    torch.testing.assert_close(covariance, draws.T.cov(), atol=0.06, rtol=0.06)
    again = affine(gaussian(found))
    torch.testing.assert_close(again.matrix(), found.matrix())
    chosen = torch.tensor([1, 3])
    part = found.marginal(chosen)
    torch.testing.assert_close(part.matrix() @ part.matrix().T, covariance[chosen][:, chosen], atol=1e-5, rtol=1e-4)


def test_latents_that_are_not_spoken_of_keep_their_prior() -> None:
    known = affine(distributions(3)["full"])
    whole = spread(known, torch.tensor([1, 2, 4]), 5)
    noise = torch.randn(7, 5, generator=torch.Generator().manual_seed(0))
    pushed = whole.push(noise)
    assert torch.equal(pushed[:, [0, 3]], noise[:, [0, 3]])
    torch.testing.assert_close(pushed[:, [1, 2, 4]], known.push(noise[:, [1, 2, 4]]))


@pytest.mark.parametrize("kind", ["diagonal", "lowrank", "full", "draws"])
def test_saved_posteriors_come_back(kind: str, tmp_path: Path) -> None:
    origins = (Origin("a", "digit", "digit", 3, "1" * 64), Origin("b", "digit", "digit", 1, "1" * 64))
    saved = Saved(origins, distributions(4)[kind])
    path = tmp_path / "posterior.safetensors"
    saved.write(path)
    found = read_saved(path)
    assert found.origins == origins
    one, other = (drawn(which, 8, torch.Generator().manual_seed(3)) for which in (saved, found))
    assert [part.shape for part in one] == [(8, 3), (8, 1)]
    assert all(torch.equal(left, right) for left, right in zip(one, other, strict=True))


def stored(directory: Path, text: str, cards: Mapping[str, Card], **request: object) -> Path:
    posterior = load_posterior(compile_text(text, cards), cards)
    write_result(solve(posterior, Request(samples=50, **request)), posterior, directory)  # type: ignore[arg-type]
    return directory / "posterior.safetensors"


FAST = {"algorithm": "meanfield", "options": {"polish": 60}}


def readings(text: str, cards: Mapping[str, Card], folder: Path, **request: object) -> tuple[dict[str, int], float]:
    posterior = load_posterior(compile_text(text, cards), cards, folder=folder)
    result = solve(posterior, Request(samples=200, **request))  # type: ignore[arg-type]
    return dict(result.answer), result.probability


@pytest.fixture(scope="module")
def nine(cards: Mapping[str, Card], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first step: what a is, and nothing of b."""
    return stored(tmp_path_factory.mktemp("nine"), "digits a, b\na is odd\na > 7\n", cards, **FAST).parent


@pytest.fixture(scope="module")
def at_once(cards: Mapping[str, Card]) -> tuple[dict[str, int], float]:
    return readings("digits a, b\na is odd\na > 7\nb = a - 6\n", cards, Path(), **FAST)


SHORT_CHAINS = {"rounds": 4, "trajectories": 10, "chains": 8, "leapfrog": 8}


@pytest.mark.parametrize("name", ["meanfield", "bank", "mgvi"])
def test_digits_in_two_steps_read_as_at_once(
    name: str, cards: Mapping[str, Card], nine: Path, at_once: tuple[dict[str, int], float]
) -> None:
    options = {"meanfield": {"polish": 60}, "bank": {}, "mgvi": SHORT_CHAINS}[name]
    # The second riddle does not say what a is: only the first one's posterior knows.
    second = 'digits a, b\ngiven "posterior.safetensors"\nb = a - 6\n'
    answer, share = readings(second, cards, nine, algorithm=name, options=options)
    assert answer == at_once[0] == {"a": 9, "b": 3}
    assert abs(share - at_once[1]) < 0.15


def test_a_prior_that_nothing_is_learned_of_comes_back(cards: Mapping[str, Card], tmp_path: Path) -> None:
    stored(tmp_path, "digit a\na = 7\n", cards, **FAST)
    program = compile_text('digit a\ngiven "posterior.safetensors"\na < 10\n', cards)
    again = load_posterior(program, cards, schedule=(1.0,), folder=tmp_path)
    result = solve(again, Request(algorithm="meanfield", start="prior", options={"steps": 15, "polish": 20}))
    write_result(result, again, tmp_path / "again")
    before, after = (
        affine(read_saved(one / "posterior.safetensors").distribution) for one in (tmp_path, tmp_path / "again")
    )
    assert ((before.mean - after.mean) / before.scale).square().mean().sqrt() < 0.35


def test_coupled_priors_have_no_bank(cards: Mapping[str, Card], tmp_path: Path) -> None:
    program = compile_text("digits a, b\na > b\n", cards)
    posterior = load_posterior(program, cards)
    scale = torch.eye(posterior.dim)
    scale[200, 3] = 0.5
    coupled = replace(posterior, prior=Affine(torch.zeros(posterior.dim), scale))
    assert coupled.coupled
    with pytest.raises(ValueError, match="bank needs pictures that are independent"):
        solve(coupled, Request(algorithm="bank"))
    assert solve(coupled, Request(options={"polish": 3}, samples=4, members=64)).request.algorithm == "meanfield"
    assert not replace(posterior, prior=Affine(torch.zeros(posterior.dim), torch.eye(posterior.dim))).coupled


def test_files_that_are_no_prior_say_why(cards: Mapping[str, Card], tmp_path: Path) -> None:
    path = tmp_path / "posterior.safetensors"
    program = compile_text("digit a\na is odd\n", cards)

    def refuse(match: str) -> None:
        with pytest.raises(SavedError, match=match):
            given_prior(path, program, cards)

    refuse("cannot be read")
    path.write_bytes(b"nonsense")
    refuse("cannot be read")
    save_file({"mean": torch.zeros(3)}, path)
    refuse("not a posterior that oedipus has stored")
    noise = Approximation(torch.zeros(1, 128), torch.zeros(1, 128))
    Saved((Origin("b", "digit", "digit", 128, cards["digit"].sha256),), noise).write(path)
    refuse("it is of b, and this riddle of a")
    Saved((Origin("a", "digit", "digit", 128, "0" * 64),), noise).write(path)
    refuse("other weights now")
    Saved((Origin("a", "face", "face", 128, "0" * 64),), noise).write(path)
    refuse("was drawn by 'face' there")
    Saved((Origin("a", "digit", "digit", 100, cards["digit"].sha256),), noise).write(path)
    refuse("not over the 100 latents")
    Saved((Origin("a", "digit", "digit", 128, cards["digit"].sha256),), replace(noise, mean=noise.mean / 0)).write(path)
    refuse("entries that are no number")
    Saved((Origin("a", "digit", "digit", 128, cards["digit"].sha256),), Draws(torch.zeros(1, 1, 128))).write(path)
    refuse("of one draw has no width")
