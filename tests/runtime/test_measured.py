"""What samples say of measurements, and where it is written: files and the report."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from oedipus.compiler.frontend import read_text
from oedipus.compiler.pipeline import compile_riddle
from oedipus.networks.cards import Card, read_cards
from oedipus.networks.library import load_network
from oedipus.report.html import Solved, page
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.diagnostics import Diagnostics
from oedipus.runtime.measured import Findings, Measured, findings_of
from oedipus.runtime.outputs import write_picture, write_result
from oedipus.runtime.picture import deviation, solution
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import Request, solve

FACE = """face portrait
mask(coarsen(gray(portrait), 4), left) = "observed.npy" ± 0.5
the portrait is 33 ± 2 years old
the portrait is female with alpha 10
"""
FEW = {"rounds": 1, "newton": 1, "pairs": 1, "chains": 4, "trajectories": 2, "leapfrog": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("measured")
    np.save(where / "observed.npy", np.random.default_rng(0).random((1, 16, 16), dtype=np.float32) * 2)
    return where


@pytest.fixture(scope="module")
def shipped() -> Mapping[str, Card]:
    return read_cards()


@pytest.fixture(scope="module")
def solved(folder: Path, shipped: Mapping[str, Card]) -> Solved:
    riddle, found = read_text(FACE, shipped, folder)
    assert not [one for one in found if one.severity == "error"]
    posterior = load_posterior(compile_riddle(riddle, shipped), shipped)
    result = solve(posterior, Request(algorithm="mgvi", samples=6, options=FEW, restarts=1, members=4))
    return Solved(FACE, "portrait.riddle", riddle, shipped, posterior, result, Diagnostics(), "oedipus solve")


def found_of(solved: Solved) -> tuple[Posterior, Findings, torch.Tensor]:
    return solved.posterior, solved.findings, solved.result.pictures[0]


def test_residuals_by_hand(solved: Solved, folder: Path) -> None:
    _, findings, pictures = found_of(solved)
    seen, age = findings.measured
    grey = pictures.double().numpy().sum(axis=1).reshape(6, 16, 4, 16, 4).mean(axis=(2, 4))
    residual = ((grey - np.load(folder / "observed.npy")[0]) / 0.5)[:, :, 8:]
    np.testing.assert_allclose(seen.chi2, (residual**2).mean(axis=(1, 2)), rtol=1e-4)
    assert seen.bias == pytest.approx(residual.mean(), rel=1e-3)
    assert (seen.values, seen.sigma, seen.variable) == (128, 0.5, "portrait")
    assert isinstance(seen.data, torch.Tensor)
    np.testing.assert_array_equal(seen.data.numpy(), np.load(folder / "observed.npy"))
    years = load_network(solved.cards["age"])(pictures)
    torch.testing.assert_close(age.chi2, ((years - 33) / 2).square())
    assert age.data == 33


def test_readings_are_the_networks_own(solved: Solved) -> None:
    _, findings, pictures = found_of(solved)
    by_network = {one.network: one for one in findings.readings}
    assert set(by_network) == {"age", "gender"}, "no judge, and nothing of other kinds"
    torch.testing.assert_close(by_network["age"].values, load_network(solved.cards["age"])(pictures))
    best = load_network(solved.cards["gender"])(pictures).argmax(dim=1)
    expected = {name: (best == at).float().mean().item() for at, name in enumerate(solved.cards["gender"].classes)}
    assert by_network["gender"].shares == pytest.approx(expected)


def test_a_picture_that_shows_a_value_is_read_by_what_is_asked_alone(shipped: Mapping[str, Card]) -> None:
    riddle, _ = read_text("digit x\nmask(x, top) = 0 ± 0.3\nx is odd\n", shipped)
    posterior = load_posterior(compile_riddle(riddle, shipped), shipped)
    found = findings_of(posterior, [torch.rand(3, 1, 28, 28)])
    assert [one.network for one in found.readings] == ["odd"]
    assert [one.data for one in found.measured] == [0]


def test_files_hold_them(solved: Solved, tmp_path: Path) -> None:
    _, findings, pictures = found_of(solved)
    write_result(solved.result, solved.posterior, tmp_path)
    write_picture(solved.result, solved.posterior, tmp_path)
    stored = load_file(tmp_path / "samples.safetensors")
    torch.testing.assert_close(stored["mean/portrait"], pictures.mean(dim=0))
    torch.testing.assert_close(stored["deviation/portrait"], pictures.std(dim=0, correction=0))
    torch.testing.assert_close(stored["readings/portrait/age"], findings.readings[0].values)
    torch.testing.assert_close(stored["reduced_chi2/line 2"], findings.measured[0].chi2)
    told = json.loads((tmp_path / "result.json").read_text())
    assert told["measured"] == findings.figures["measured"]
    assert told["read"] == findings.figures["read"]
    assert isinstance(solved.result.inferred, Draws)
    with Image.open(tmp_path / "solution.png") as drawn:
        assert drawn.width > 1500


def test_the_report_shows_them(solved: Solved) -> None:
    text = page(solved)
    for words in ("pixel-wise standard deviation", "age of portrait", "gender of portrait", "16 × 16, ± 0.5"):
        assert words in text
    for one in solved.findings.measured:
        assert f"{one.chi2.mean():.2f} ± {one.chi2.std(correction=0):.2f}" in text
    assert f'data-of="values">{solved.findings.measured[0].values}</td>' in text
    assert "class='mark'" in text, "the age that was told"


def test_deviations_of_channels_are_joined_by_their_squares() -> None:
    pictures = torch.rand(5, 3, 2, 4, generator=torch.Generator().manual_seed(0))
    expected = np.sqrt(np.var(pictures.double().numpy(), axis=0).mean(axis=0))
    np.testing.assert_allclose(deviation(pictures), expected, rtol=1e-5)


def test_a_picture_that_nobody_measured_has_its_label_too() -> None:
    pictures = {name: torch.rand(4, 1, 28, 28) for name in ("x", "b")}
    observed = Measured("line 2", "x", 784, 0.3, torch.ones(4), 0.0, torch.rand(1, 28, 28))
    figure = solution(pictures, {"x": 3, "b": 6}, 1.0, Findings((observed,)))
    seen = {axis.get_ylabel() for axis in figure.axes if axis.axison}
    assert {"x\nreads 3", "b\nreads 6"} <= seen
