"""Modules that auto finds beside the cards: which riddles they fit, and which are left to other algorithms."""

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card, read_cards
from oedipus.runtime.algorithms.forward import by_weight, weigh
from oedipus.runtime.diagnostics import pareto_k
from oedipus.runtime.dream.calibration import Cases, khats
from oedipus.runtime.dream.dream import Dream, dream, family_of
from oedipus.runtime.dream.library import find, named
from oedipus.runtime.dream.module import CARD, read_module
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import request_for, solve

OPEN = "digit a\ndata y = ?\ndata d = ?\ncoarsen(a, 14) = y ± 0.2\na = d with alpha 3\n"
SMALL = Dream(
    rows=256, slopes=0, steps=4, cases=2, sizes={"width": 16, "rounds": 2, "couplings": 2, "coupled": 8, "encoded": 8}
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, cards: Mapping[str, Card]) -> Path:
    """A directory with a network's card of its own and a module beside it that says it covers its posteriors."""
    folder = tmp_path_factory.mktemp("library")
    for path in (cards["odd"].path, cards["odd"].weights):
        shutil.copy(path, folder)
    dream(compile_text(OPEN, cards, left_open=True), cards, folder / "m", SMALL)
    return told(folder, 0.5)


def told(folder: Path, khat: float) -> Path:
    """The folder, its module's card saying that k-hat."""
    path = folder / "m" / CARD
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [f"khat_median = {khat}" if one.startswith("khat_median") else one for one in lines]
    assert kept != lines or f"khat_median = {khat}" in lines
    path.write_text("\n".join(kept), encoding="utf-8")
    return folder


def posterior_of(library: Path, *, sigma: float = 0.2, seen: float = 0.1, clause: str = "q = 7") -> Posterior:
    cards = read_cards([library])
    text = f"digit q\n{clause} with alpha 3\ncoarsen(q, 14) = {seen} ± {sigma}\n"
    return load_posterior(compile_text(text, cards), cards)


def test_auto_takes_a_module_that_fits(library: Path) -> None:
    posterior = posterior_of(library)
    assert find(posterior) == named(posterior, "m") == library / "m"
    assert named(posterior, "nowhere") == Path("nowhere")
    result = solve(posterior, request_for(posterior.program, samples=8))
    assert result.request.algorithm == "forward"
    assert result.why == "the library's module 'm' has dreamt of it"
    assert len(result.latents) == 8


@pytest.mark.parametrize("other", [{"sigma": 0.5}, {"seen": 0.9}, {"clause": "q is odd"}])
def test_auto_leaves_a_module_that_does_not_fit(other: dict[str, float], library: Path) -> None:
    assert find(posterior_of(library, **other)) is None  # type: ignore[arg-type]


def test_auto_leaves_a_module_that_does_not_cover_its_posteriors(library: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(library, tmp_path / "other"))
    assert find(posterior_of(told(copied, 0.9))) is None
    assert find(posterior_of(told(copied, 0.6))) == copied / "m"
    (copied / "m" / CARD).write_text("figures = 3", encoding="utf-8")
    assert find(posterior_of(copied)) is None


def test_khat_of_held_out_cases_is_that_of_the_riddles_own_posterior(library: Path, cards: Mapping[str, Card]) -> None:
    posterior, module = posterior_of(library), read_module(library / "m")
    family, simulator = family_of(compile_text(OPEN, cards, left_open=True), cards)
    asked = module.ask(posterior)
    cases = Cases(torch.zeros(1, posterior.dim), asked)
    found = khats(module.network, family, simulator, cases, 60, torch.Generator().manual_seed(4))
    latents = module.draw(asked, 60, torch.Generator().manual_seed(4))
    weights, _ = weigh(module, posterior, asked, latents, posterior.alpha)
    assert found[0] == pytest.approx(pareto_k(weights), abs=1e-2)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12), st.integers(1, 40), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_samples_are_taken_as_often_as_their_weights_say(logs: list[float], number: int, seed: int) -> None:
    log_weights = torch.tensor(logs)
    taken = Counter(by_weight(log_weights, number, torch.Generator().manual_seed(seed)).tolist())
    expected = log_weights.double().softmax(dim=0) * number
    assert sum(taken.values()) == number
    assert all(abs(taken[place] - float(one)) < 1 + 1e-6 for place, one in enumerate(expected))


def test_the_shipped_module_answers_what_a_digit_should_be(cards: Mapping[str, Card]) -> None:
    """`oedipus condition` finds it; the judge took no part in its weights."""
    shares = []
    for digit in (2, 9):
        posterior = load_posterior(compile_text(f"digit x\nx is {digit} with alpha 100\n", cards), cards)
        result = solve(posterior, request_for(posterior.program, samples=60))
        assert result.why == "the library's module 'any_digit' has dreamt of it"
        assert result.answer == {"x": digit}
        shares.append(result.judged)
    assert min(one for one in shares if one is not None) > 0.95
    assert len(shares) == 2
