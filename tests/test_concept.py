"""A concept is added by a card and weights alone: its words enter the language, its network the likelihood."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.architectures import build
from oedipus.networks.cards import read_cards
from oedipus.networks.library import save_weights
from oedipus.runtime.posterior import load_posterior

CARD = """
name = "bright"
role = "classifier"
kind = "digit"
architecture = "convnet"
classes = ["dim", "bright"]

[options]
classes = 2
width = 4

[language.adjectives]
bright = "bright"
dim = "dim"

[language.features]
"much ink" = "bright"
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of one network, which takes brightness for its concept."""
    directory = tmp_path / "nets"
    directory.mkdir()
    torch.manual_seed(0)
    network = build("convnet", classes=2, width=4)
    optimizer = torch.optim.Adam(network.parameters(), 0.01)
    rng = torch.Generator().manual_seed(0)
    for _ in range(60):
        pictures = torch.rand(64, 1, 28, 28, generator=rng) * torch.rand(64, 1, 1, 1, generator=rng)
        loss = torch.nn.functional.cross_entropy(network(pictures), (pictures.mean(dim=(1, 2, 3)) > 0.25).long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    digest = save_weights(network, directory / "bright.safetensors")
    (directory / "bright.toml").write_text(f'sha256 = "{digest}"\n{CARD}')
    return directory


@pytest.mark.parametrize(
    ("clause", "label"),
    [("a is bright", 1), ("a is dim", 0), ("a is not bright", 0), ("a has much ink", 1), ("the digit a is dim.", 0)],
)
def test_its_words_are_clauses(library: Path, clause: str, label: int) -> None:
    program = compile_text(f"digits a, b\n{clause}\n", read_cards([library]))
    (factor,) = program.factors
    (place,) = factor.readouts
    assert (program.readouts[place].variable, program.readouts[place].network) == ("a", "bright")
    assert factor.body.values.tolist() == [label == 0, label == 1]


def test_its_network_is_the_likelihood(library: Path) -> None:
    cards = read_cards([library])
    posterior = load_posterior(compile_text("digits a\na is bright\n", cards), cards)
    latents = torch.randn(5, 128, generator=torch.Generator().manual_seed(0))
    pictures = posterior.networks["digit"](latents)
    expected = posterior.networks["bright"](pictures).log_softmax(dim=1)[:, 1]
    torch.testing.assert_close(posterior.evaluate(latents, 2.0).log_likelihood, 2 * expected)


def test_a_riddle_uses_a_library_beside_it(library: Path, tmp_path: Path) -> None:
    riddle = tmp_path / "ink.riddle"
    riddle.write_text('use "nets"\ndigits a\na is bright\na = 8\n')
    command = [sys.executable, "-m", "oedipus", "solve", str(riddle), "--json", "--polish", "40", "--samples", "16"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    result = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stderr
    assert result["answer"] == {"a": 8}


def test_without_the_library_the_word_is_unknown() -> None:
    command = [sys.executable, "-m", "oedipus", "check", "-"]
    done = subprocess.run(command, input="digits a\na is bright\n", capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "unknown word" in done.stderr


def test_a_generator_by_name_or_path(tmp_path: Path) -> None:
    named = compile_text('digit x from "digit"\nx is odd\n', read_cards())
    assert named.variables[0].generator == "digit"
    riddle = tmp_path / "missing.riddle"
    riddle.write_text('digit x from "nowhere/other"\nx is odd\n')
    command = [sys.executable, "-m", "oedipus", "check", str(riddle)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "no network cards" in done.stderr


@pytest.mark.parametrize(("damage", "message"), [(b"", "is damaged"), (None, "cannot read")])
def test_damaged_or_missing_weights_end_in_one_line(
    library: Path, tmp_path: Path, damage: bytes | None, message: str
) -> None:
    weights = library / "bright.safetensors"
    if damage is None:
        weights.unlink()
    else:
        weights.write_bytes(damage)
    riddle = tmp_path / "ink.riddle"
    riddle.write_text('use "nets"\ndigits a\na is bright\n')
    command = [sys.executable, "-m", "oedipus", "solve", str(riddle), "--out", str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "run").exists()
