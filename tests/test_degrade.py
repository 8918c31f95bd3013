"""``oedipus degrade``: data that a riddle can use, from a picture or from the prior."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner, Result

from oedipus.__main__ import app
from oedipus.compiler.frontend import check_text
from oedipus.networks.cards import read_cards
from oedipus.networks.library import load_network


def degrade(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["degrade", *map(str, arguments)])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    picture = (np.random.default_rng(0).random((28, 28)) * 255).astype(np.uint8)
    Image.fromarray(picture).save("digit.png")
    return tmp_path


def test_a_picture_through_operators_with_noise(here: Path) -> None:
    done = degrade("digit.png", "mask(coarsen(x, 4), left)", "--sigma", "0.5", "--seed", "3", "-o", "y.npy")
    assert done.exit_code == 0, done.output
    picture = np.asarray(Image.open("digit.png"), dtype=float) / 255
    coarse = picture.reshape(7, 4, 7, 4).mean(axis=(1, 3))
    observed = np.load("y.npy")
    assert observed.shape == (1, 7, 7)
    assert (observed[0, :, :3] == 0).all()
    noise = (observed[0] - coarse)[:, 3:]
    assert 0.3 < noise.std() < 0.7
    assert abs(noise.mean()) < 0.35
    # What it prints is a riddle's clause for this very file.
    riddle = check_text(f"digit x\n{done.output}", read_cards(), folder=here)
    assert [clause.text for clause in riddle.clauses] == ["mask(coarsen(x, 4), left) = y ± 0.5"]


def test_without_noise_it_is_exact(here: Path) -> None:
    assert degrade("digit.png", "x", "--sigma", "0").exit_code == 0
    np.testing.assert_allclose(np.load("observed.npy")[0], np.asarray(Image.open("digit.png")) / 255, atol=1e-6)


def test_a_prior_sample_and_its_truth(here: Path) -> None:
    done = degrade("--prior", "digit", "crop(x, 20)", "--seed", "5", "--sigma", "0", "--truth", "truth.npy")
    assert done.exit_code == 0, done.output
    card = read_cards()["digit"]
    drawn = load_network(card)(torch.randn(1, card.latents, generator=torch.Generator().manual_seed(5)))[0].numpy()
    np.testing.assert_array_equal(np.load("truth.npy"), drawn)
    np.testing.assert_array_equal(np.load("observed.npy"), drawn[:, 4:24, 4:24])
    assert degrade("truth.npy", "x", "--truth", "again.png").exit_code == 0
    np.testing.assert_allclose(np.asarray(Image.open("again.png")) / 255, drawn[0], atol=0.5 / 255 + 1e-6)


def test_seeds(here: Path) -> None:
    made = []
    for seed in (1, 1, 2):
        degrade("digit.png", "x", "--seed", str(seed))
        made.append(np.load("observed.npy"))
    assert (made[0] == made[1]).all()
    assert not (made[0] == made[2]).any()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["digit.png"], 2, "a picture and operators"),
        (["digit.png", "sharpen(x)"], 2, "no function of pictures is called 'sharpen'"),
        (["digit.png", "coarsen(x, 5)"], 2, "do not fill"),
        (["digit.png", "x is odd"], 2, "malformed clause"),
        (["digit.png", "blur(x, 1) = 0 ± 1\nx is odd #"], 2, "is no measurement"),
        (["digit.png", 'mask(x, "no.png")'], 2, "does not exist"),
        (["digit.png", "age(x)"], 2, "no network measures the age of a digit"),
        (["digit.png", "x", "--sigma", "-1"], 2, "standard deviation"),
        (["digit.png", "x", "--sigma", "nan"], 2, "standard deviation"),
        (["digit.png", "x", "-o", "y.png"], 2, "ends in .npy"),
        (["digit.png", "x", "-o", "nowhere/y.npy"], 2, "cannot write"),
        (["digit.png", "x", "--prior", "digit"], 2, "a picture and operators"),
        (["--prior", "cat", "x"], 2, "no generator draws a cat"),
        (["missing.png", "x"], 3, "does not exist"),
        (["wide.png", "x"], 3, "1 × 20 × 30"),
        (["bytes.npy", "x"], 3, "from 0 to 1"),
        (["digit.png", "x", "--use", "nowhere"], 3, "no network cards"),
    ],
)
def test_mistakes_end_in_a_message(here: Path, arguments: list[str], status: int, message: str) -> None:
    Image.fromarray(np.zeros((20, 30), np.uint8)).save("wide.png")
    np.save("bytes.npy", np.full((28, 28), 255.0))
    done = degrade(*arguments)
    assert (done.exit_code, message in done.output) == (status, True), done.output
    assert not Path("observed.npy").exists()
