"""Solving from the shell, killed at random moments: nothing but the last interval is lost, and nothing changes."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from problems import half_blind
from typer.testing import CliRunner

from oedipus.__main__ import app
from oedipus.runtime.checkpoint import read_checkpoint

TEXT = "digit a\na is odd\na is not 5\n"
FLAGS = ["--algorithm", "hmc", "--start", "prior", "--samples", "9", "--seed", "4"]
SIZES = [f"--option={one}" for one in ("chains=2", "draws=40", "warmup=40", "leapfrog=3")]


def command(file: Path, out: Path, *flags: str) -> list[str]:
    every = ["--checkpoint-every", "0", "--json", "--out", str(out)]
    return [sys.executable, "-m", "oedipus", "solve", str(file), *every, *flags]


def killed(line: list[str], iterations: int, seconds: float) -> tuple[list[int], bool]:
    """Run for so many iterations and seconds more, then kill -9: the iterations that were seen,
    and whether the run had ended by itself."""
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    seen: list[int] = []
    for text in process.stdout:
        event = json.loads(text)
        if event["event"] == "result":
            process.communicate()
            return seen, True
        seen.append(event["iteration"])
        if len(seen) > iterations:
            break
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.stdout.close()
    process.wait()
    return seen, False


def test_kill_nine_loses_an_iteration_and_no_bit(tmp_path: Path) -> None:
    file = tmp_path / "odd.riddle"
    file.write_text(TEXT)
    whole = tmp_path / "whole"
    subprocess.run(command(file, whole, *FLAGS, *SIZES), check=True, capture_output=True, timeout=900)
    assert not list(whole.glob("checkpoint*"))
    cut, rng = tmp_path / "cut", random.Random()
    before, ended = killed(command(file, cut, *FLAGS, *SIZES), rng.randint(0, 30), rng.uniform(0, 0.05))
    assert not ended
    while not ended:
        # Without any flags: what was asked for is in the checkpoint.
        line = command(file, cut, "--resume")
        seen, ended = killed(line, rng.randint(25, 50), rng.uniform(0, 0.05))
        # With an interval of nothing a checkpoint follows every iteration, after it was told.
        assert seen[0] >= before[-1]
        before = seen
    assert not list(cut.glob("checkpoint*"))
    results = [json.loads((one / "result.json").read_text()) | {"seconds": None} for one in (whole, cut)]
    assert results[0] == results[1]
    for name in ("posterior.safetensors", "samples.safetensors", "trace.csv"):
        assert (whole / name).read_bytes() == (cut / name).read_bytes()


def test_kill_nine_loses_no_round_of_learning(tmp_path: Path) -> None:
    """Killed in any round, a run that learns from wrong answers keeps what it learned, and ends as if left alone."""
    half_blind(tmp_path / "rings")
    file = tmp_path / "seven.riddle"
    file.write_text('use "rings"\ndigits x, y\nx > 5\ny > 5\nx has no ring\ny has no ring\n')
    sizes = [f"--option={one}" for one in ("chains=2", "draws=12", "warmup=12", "leapfrog=2")]
    flags = [*FLAGS, *sizes, "--seed", "2", "--refine"]
    whole, cut, rng = tmp_path / "whole", tmp_path / "cut", random.Random()
    left_alone, ended = killed(command(file, whole, *flags), 10_000, 0)
    assert ended
    assert left_alone.count(1) > 2
    line, learned, told, kills = command(file, cut, *flags), 0, 0, 0
    while True:
        seen, ended = killed(line, rng.randint(10, 40), rng.uniform(0, 0.02))
        told += len(seen)
        if ended:
            break
        found = read_checkpoint(cut)
        assert found is not None
        assert found.learned is not None
        assert len(found.learned) >= learned
        # Without --refine: that this run learns is in the checkpoint.
        line, learned, kills = command(file, cut, "--resume"), len(found.learned), kills + 1
    # A kill costs no more than the iteration in which it came, in whatever round.
    assert told <= len(left_alone) + kills
    results = [json.loads((one / "result.json").read_text()) | {"seconds": None} for one in (whole, cut)]
    assert results[0] == results[1]
    for name in ("posterior.safetensors", "samples.safetensors", "trace.csv"):
        assert (whole / name).read_bytes() == (cut / name).read_bytes()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A run that was asked to end before it was done."""
    folder = tmp_path_factory.mktemp("stopped")
    file, out = folder / "odd.riddle", folder / "run"
    file.write_text(TEXT)
    process = subprocess.Popen(
        command(file, out, *FLAGS, *SIZES, "--option=draws=100000"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(60):
        process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    out_text, err = process.communicate(timeout=600)
    result = json.loads(out_text.splitlines()[-1])
    assert result["interrupted"] is True, err
    assert (out / "checkpoint.safetensors").exists()
    assert (out / "posterior.safetensors").exists()
    return file, out


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "--resume goes on with it"),
        (["--resume", "--seed", "5"], "seed: the checkpoint was written with 4, not 5"),
        (["--resume", "--algorithm", "meanfield"], "algorithm: the checkpoint was written with hmc, not meanfield"),
        (["--resume", "--alpha", "1,2"], "alpha: the checkpoint was written with 0.5,1,3,10,30,100,300, not 1,2"),
        (["--resume", "--option", "thin=2"], "thin: the checkpoint was written with its default, not 2"),
    ],
)
def test_resuming_otherwise_is_refused(stopped: tuple[Path, Path], flags: list[str], message: str) -> None:
    file, out = stopped
    done = CliRunner().invoke(app, command(file, out, *flags)[3:])
    assert done.exit_code == 2
    assert message in done.stderr


def test_another_riddle_is_refused(stopped: tuple[Path, Path], tmp_path: Path) -> None:
    file = tmp_path / "even.riddle"
    file.write_text("digit a\na is even\n")
    done = CliRunner().invoke(app, command(file, stopped[1], "--resume")[3:])
    assert done.exit_code == 2
    assert "the checkpoint is of another riddle" in done.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--resume"], "resume: goes on from a checkpoint in the directory of --out"),
        (["--option", "draws"], "option: 'draws' is not of the form name=value"),
        (["--algorithm", "hmc", "--option", "draws=many"], "draws: must be a whole number, not 'many'"),
        (["--algorithm", "hmc", "--option", "draws=1.5"], "draws: must be a whole number, not '1.5'"),
        (["--algorithm", "hmc", "--option", "wings=2"], "wings: hmc has no such option"),
        (["--algorithm", "hmc", "--option", "draws=1000000000000"], "draws: must be at most 1,000,000,000"),
        (["--option", "rate=nan"], "rate: must be a number, not 'nan'"),
    ],
)
def test_options_that_make_no_sense(flags: list[str], message: str) -> None:
    line = [sys.executable, "-m", "oedipus", "solve", "-", *flags]
    done = subprocess.run(line, input=TEXT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
