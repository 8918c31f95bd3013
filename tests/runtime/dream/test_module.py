"""From a riddle with open data to a module, and from that to an answer; what is refused, and how it is told."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from oedipus.compiler.pipeline import compile_text
from oedipus.dsl.diagnostics import RiddleError, render
from oedipus.networks.cards import Card
from oedipus.networks.library import load_network
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.dream.dream import POOL, Dream, Progress, digest, dream, family_of, of_family
from oedipus.runtime.dream.module import CARD, WEIGHTS, ModuleError, read_module
from oedipus.runtime.dream.simulate import simulate
from oedipus.runtime.operators import compose
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import request_for, solve

OPEN = "digit a\ndata y = ?\ndata d = ?\nmask(coarsen(a, 4), left) = y ± 0.2\na = d with alpha 3\n"
SMALL = Dream(
    rows=256, slopes=0, steps=4, cases=4, sizes={"width": 16, "rounds": 2, "couplings": 2, "coupled": 8, "encoded": 8}
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, cards: Mapping[str, Card]) -> tuple[Path, list[Progress]]:
    out, told = tmp_path_factory.mktemp("module") / "m", list[Progress]()
    dream(compile_text(OPEN, cards, left_open=True), cards, out, SMALL, keep=True, watch=told.append)
    return out, told


def member(
    folder: Path, cards: Mapping[str, Card], *, sigma: float = 0.2, more: str = "", value: float = 0.3
) -> Posterior:
    np.save(folder / "seen.npy", np.full((7, 7), value, dtype=np.float32))
    text = f'digit q\ndata y = "seen.npy"\nq = 7 with alpha 3\nmask(coarsen(q, 4), left) = y ± {sigma}\n{more}'
    return load_posterior(compile_text(text, cards, folder), cards)


def test_open_data_are_simulated_by_the_programs_own_operators(cards: Mapping[str, Card], tmp_path: Path) -> None:
    family, posterior = family_of(compile_text(OPEN, cards, left_open=True), cards)
    pool = simulate(family, posterior, tmp_path, rows=40, seed=3, identity="x")
    pictures = load_network(cards["digit"])(pool.latents)
    seen = compose((("coarsen", (4,)), ("mask", ("left",))), cards["digit"].shape, {}).forward(pictures)
    torch.testing.assert_close(pool.clean[0].reshape(40, 7, 4), seen[:, 0, :, 3:])
    expected = 3 * load_network(cards["digit_classifier"])(pictures).log_softmax(dim=1)
    torch.testing.assert_close(pool.options[0], expected, atol=1e-4, rtol=1e-4)
    assert not pool.log_weight.any()


def test_a_shard_that_is_there_is_not_made_again(cards: Mapping[str, Card], tmp_path: Path) -> None:
    family, posterior = family_of(compile_text(OPEN, cards, left_open=True), cards)
    first = simulate(family, posterior, tmp_path, rows=16, seed=3, identity="x")
    [path] = tmp_path.glob("*.safetensors")
    before = path.stat().st_mtime_ns
    again = simulate(family, posterior, tmp_path, rows=16, seed=3, identity="x")
    assert path.stat().st_mtime_ns == before
    assert torch.equal(first.latents, again.latents)
    path.write_bytes(path.read_bytes()[:100])
    assert torch.equal(simulate(family, posterior, tmp_path, rows=16, seed=3, identity="x").latents, first.latents)


def test_clauses_that_are_not_open_weigh_the_pool(cards: Mapping[str, Card], tmp_path: Path) -> None:
    text = "digit a\ndata y = ?\na = y ± 0.2\na is odd with alpha 2\n"
    family, posterior = family_of(compile_text(text, cards, left_open=True), cards)
    pool = simulate(family, posterior, tmp_path, rows=16, seed=0, identity="x")
    expected = 2 * load_network(cards["odd"])(load_network(cards["digit"])(pool.latents)).log_softmax(dim=1)
    odd = expected[:, cards["odd"].classes.index("odd")]
    torch.testing.assert_close(pool.log_weight, odd, atol=1e-4, rtol=1e-4)


def test_what_a_module_is_of_and_how_far_it_got(made: tuple[Path, list[Progress]]) -> None:
    module, told = read_module(made[0]), made[1]
    assert module.card.sigmas == ((0.1, 0.4),)
    assert set(module.card.networks) == {"digit", "digit_classifier"}
    assert set(module.card.figures) >= {"ks_random_least", "ks_informed_least", "inside_90", "held_out_nats"}
    assert [one.stage for one in told] == ["simulating", *["training"] * 4, "calibrating"]
    assert told[-2].done == told[-2].total == 4
    assert (made[0] / POOL).is_dir()


def test_the_same_seed_gives_the_same_module(
    made: tuple[Path, list[Progress]], cards: Mapping[str, Card], tmp_path: Path
) -> None:
    dream(compile_text(OPEN, cards, left_open=True), cards, tmp_path, SMALL)
    assert (tmp_path / WEIGHTS).read_bytes() == (made[0] / WEIGHTS).read_bytes()
    assert {one.name for one in tmp_path.iterdir()} == {"module.toml", "module.safetensors", "program.json"}


def test_forward_answers_a_member_of_the_family(
    made: tuple[Path, list[Progress]], cards: Mapping[str, Card], tmp_path: Path
) -> None:
    """Other names, another order of the clauses; weights are p / q of the samples that are returned."""
    posterior = member(tmp_path, cards)
    request = request_for(posterior.program, algorithm="forward", module=str(made[0]), samples=30, weighed=30)
    result = solve(posterior, request)
    assert result.latents.shape == (30, 128)
    assert isinstance(result.inferred, Draws)
    assert result.inferred.khat is not None
    module = read_module(made[0])
    asked = module.ask(posterior)
    assert asked.choices[0].tolist() == [7]
    assert asked.log_sigma[0].exp().item() == pytest.approx(0.2)
    assert torch.equal(asked.data[0], torch.full((1, 28), 0.3))
    again = solve(posterior, request)
    assert torch.equal(again.latents, result.latents)


@pytest.mark.parametrize("polisher", ["mgvi", "hmc"])
def test_polish_goes_on_to_the_posterior(
    polisher: str, made: tuple[Path, list[Progress]], cards: Mapping[str, Card], tmp_path: Path
) -> None:
    posterior = member(tmp_path, cards)
    options = {"module": str(made[0]), "weighed": 30, "chains": 6, "leapfrog": 4, "samples": 12, "polisher": polisher}
    plain = solve(posterior, request_for(posterior.program, algorithm="forward", **options))
    polished = solve(posterior, request_for(posterior.program, algorithm="forward", polish=6, **options))
    assert polished.columns["latents"].shape == (4, 6, 128)
    assert posterior.log_prob(polished.latents).mean() > posterior.log_prob(plain.latents).mean() + 10


OPEN_AT_FIVE = "digit a\nmask(coarsen(a, 4), left) = 0 ± 0.2\na = 7 with alpha 5"
REFUSED = {
    "another clause": (None, "q is odd\n", "'q is odd' is a clause that was not"),
    "a clause less": ("digit a\na = 7 with alpha 3", "", "none of its clauses is like 'mask"),
    "another power": (OPEN_AT_FIVE, "", "none of its clauses is like 'a = d"),
    "another picture": ("face a\na is female", "", "a face by 'face'"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_riddles_of_another_family_are_refused(
    what: str, made: tuple[Path, list[Progress]], cards: Mapping[str, Card], tmp_path: Path
) -> None:
    text, more, message = REFUSED[what]
    other = member(tmp_path, cards, more=more) if text is None else load_posterior(compile_text(text, cards), cards)
    with pytest.raises(ModuleError, match=message):
        read_module(made[0]).ask(other)


def test_a_sigma_beyond_what_was_dreamt_is_refused(
    made: tuple[Path, list[Progress]], cards: Mapping[str, Card], tmp_path: Path
) -> None:
    with pytest.raises(ModuleError, match=r"σ from 0\.1 to 0\.4 in .*, not for 0\.5"):
        read_module(made[0]).ask(member(tmp_path, cards, sigma=0.5))


def test_other_weights_are_refused(
    made: tuple[Path, list[Progress]], cards: Mapping[str, Card], tmp_path: Path
) -> None:
    shutil.copytree(made[0], tmp_path / "m")
    path = tmp_path / "m" / CARD
    path.write_text(path.read_text().replace(cards["digit"].sha256, "0" * 64))
    with pytest.raises(ModuleError, match="other weights of 'digit'"):
        read_module(tmp_path / "m").ask(member(tmp_path, cards))


@pytest.mark.parametrize("name", [CARD, WEIGHTS, "program.json"])
def test_damaged_modules_are_refused(name: str, made: tuple[Path, list[Progress]], tmp_path: Path) -> None:
    shutil.copytree(made[0], tmp_path / "m")
    path = tmp_path / "m" / name
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ModuleError, match=r"damaged|sha256"):
        read_module(tmp_path / "m")
    path.unlink()
    with pytest.raises(ModuleError, match="no module that can be read"):
        read_module(tmp_path / "m")


def test_data_unlike_those_dreamt_are_warned_of(
    made: tuple[Path, list[Progress]], cards: Mapping[str, Card], tmp_path: Path
) -> None:
    told = []
    for value in (0.1, 1.9):
        posterior = member(tmp_path, cards, value=value)
        request = request_for(posterior.program, algorithm="forward", module=str(made[0]), samples=10, weighed=30)
        inferred = solve(posterior, request).inferred
        assert isinstance(inferred, Draws)
        told.append(inferred.doubt)
    assert told[0] == ""
    assert "unlike what the module has dreamt of" in told[1]
    assert "Pareto k-hat is" in told[1]


def test_what_cannot_be_dreamt_of(cards: Mapping[str, Card], tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match="nothing is left open"):
        dream(compile_text("digit a\na is odd", cards), cards, tmp_path, SMALL)
    rare = "digit a\ndata y = ?\na = y ± 0.2\ncoarsen(a, 28) = 0.9 ± 0.01\n"
    with pytest.raises(ModuleError, match="are the least to learn from"):
        dream(compile_text(rare, cards, left_open=True), cards, tmp_path, SMALL)


def test_open_data_cannot_be_solved(cards: Mapping[str, Card]) -> None:
    with pytest.raises(RiddleError) as caught:
        compile_text(OPEN, cards)
    assert [one.code for one in caught.value.diagnostics] == ["E607", "E607"]
    assert render(caught.value.diagnostics[:1], OPEN, "x") == (
        "error[E607]: data left open\n --> x:4:1\n  |\n4 | mask(coarsen(a, 4), left) = y ± 0.2\n  | "
        + "^" * 35
        + " the data of this clause are not known yet\n"
        "  = help: say what they are where there is a '?'; oedipus dream learns to answer whatever they will be\n"
    )


def test_a_family_is_its_structure_not_its_names(cards: Mapping[str, Card]) -> None:
    def structure(text: str) -> str:
        return family_of(compile_text(text, cards, left_open=True), cards)[0].structure

    assert structure(OPEN) == structure(OPEN.replace("a", "q").replace("dqtq", "data").replace("mqsk", "mask")
                                        .replace("coqrsen", "coarsen").replace("qlphq", "alpha"))  # fmt: skip
    assert structure(OPEN) == structure(OPEN.replace("0.2", "0.5"))
    assert structure(OPEN) != structure(OPEN.replace("left", "right"))
    assert structure(OPEN) != structure(OPEN.replace("alpha 3", "alpha 4"))
    assert digest([1, "a"]) == digest([1, "a"]) != digest([1, "b"])
    family, posterior = family_of(compile_text(OPEN, cards, left_open=True), cards)
    assert of_family(family, posterior)["digit"] == cards["digit"].sha256
