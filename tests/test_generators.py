"""Conditional generators from the shell: made, drawn from, refused where they are not what they say."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from oedipus.networks.cards import read_cards
from oedipus.networks.library import load_network
from oedipus.runtime.picture import draw_sheet
from oedipus.shell.generators import riddle


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "oedipus", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("seven") / "run"
    done = shell("condition", "digit", "7", "--alpha", "100", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "x = 7" in done.stdout
    return out


def test_new_pictures_show_what_was_asked_for(seven: Path, tmp_path: Path) -> None:
    done = shell("sample", str(seven), "--number", "60", "-o", str(tmp_path / "new.safetensors"), "--seed", "3")
    assert done.returncode == 0, done.stderr
    found, cards = load_file(tmp_path / "new.safetensors"), read_cards()
    assert found["images/x"].shape == (60, 1, 28, 28)
    torch.testing.assert_close(
        load_network(cards["digit"])(found["latents/x"]), found["images/x"], atol=1e-4, rtol=1e-4
    )
    assert (load_network(cards["digit_judge"])(found["images/x"]).argmax(dim=1) == 7).float().mean() > 0.9
    assert "condition digit 7 --alpha 100" in (seven / "report.html").read_text(encoding="utf-8")


def test_a_condition_is_a_riddle() -> None:
    assert riddle("digit", "odd", 3.0) == "# Digit: odd\ndigit x\nx is odd with alpha 3\n"
    done = shell("condition", "digit", "ood")
    assert done.returncode == 3
    assert "'ood' has no meaning here" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["{run}", "-o", "sheet.gif"], 2, "out: a sheet is .png"),
        (["{run}", "--number", "3000"], 2, "number: a sheet holds at most 2,500"),
        (["{run}", "-o", "no/such/folder.png"], 2, "cannot write"),
        (["nowhere"], 3, "cannot be read"),
        (["{other}"], 3, "not a posterior that oedipus has stored"),
    ],
)
def test_samples_that_cannot_be_drawn(
    arguments: list[str], status: int, message: str, seven: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.safetensors"
    save_file({"mean": torch.zeros(3)}, other)
    done = shell("sample", *(one.format(run=seven, other=other) for one in arguments))
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_sheets_hold_every_picture_where_it_belongs(tmp_path: Path) -> None:
    gray, colour = torch.zeros(5, 1, 16, 16), torch.zeros(5, 3, 32, 32)
    gray += torch.arange(1, 6).reshape(-1, 1, 1, 1) / 5
    colour[:, 1] = 1.0
    draw_sheet([gray, colour], tmp_path / "sheet.png")
    pixels = np.asarray(Image.open(tmp_path / "sheet.png"), dtype=float)[::2, ::2] / 255
    # Two columns of strips, each (16 + 2) + (32 + 2) wide and 34 high, in three rows.
    assert pixels.shape == (3 * 34, 2 * 52, 3)
    for sample in range(5):
        top, left = 34 * (sample // 2), 52 * (sample % 2)
        np.testing.assert_allclose(pixels[top + 17, left + 9], (sample + 1) / 5, atol=0.01)
        np.testing.assert_allclose(pixels[top + 17, left + 18 + 17], [0, 1, 0], atol=0.01)
    assert pixels[2 * 34 :, 52:].max() == 0
