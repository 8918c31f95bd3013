"""Flags that every command has, the version, completion, the doctor, and progress without a terminal."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from oedipus.__main__ import app
from oedipus.compiler.options import ALGORITHMS
from oedipus.networks.cards import read_cards
from oedipus.runtime.metrics import Metrics
from oedipus.service.doctor import findings
from oedipus.service.progress import Clock, Progress, duration
from oedipus.shell.solve import Lines
from oedipus.version import VERSION

RIDDLE = "digits a, b\na = b + 7\nb is odd\n"
COMMANDS = ["solve", "condition", "sample", "degrade", "check", "explain", "why", "fmt", "compile", "doctor", "dream",
            "networks list", "networks show", "networks sheet", "networks train", "teach", "sweep"]  # fmt: skip
OWN = ["networks add", "networks remove", "networks verify"]
"""They change the user's own library, and read no other."""
TINY = ["--option", "pool=32", "--option", "particles=4", "--option", "trajectories=0", "--samples", "4"]


def run(*arguments: object, status: int = 0) -> Any:
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == status, (arguments, done.output, done.exception)
    return done


def events(done: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def riddle(tmp_path: Path) -> Path:
    path = tmp_path / "r.riddle"
    path.write_text(RIDDLE)
    return path


@pytest.fixture
def nets(tmp_path: Path) -> Path:
    """A library whose one card calls an odd digit 'holey'; its weights are the shipped network's."""
    card = read_cards()["odd"]
    folder = tmp_path / "nets"
    folder.mkdir()
    replace(card, name="holey", language={"adjectives": {"holey": "odd"}}).write(folder)
    (folder / "holey.safetensors").write_bytes(card.weights.read_bytes())
    return folder


def test_every_command_has_json_and_those_that_read_networks_have_use() -> None:
    for command in COMMANDS:
        told = run(*command.split(), "--help").stdout
        assert "--json" in told, command
        assert ("--use" in told) == (command != "doctor"), command
        assert "--output" not in told
    for command in ("solve", "condition", "sample", "degrade", "compile", "networks sheet", "networks train"):
        assert "-o, --out" in run(*command.split(), "--help").stdout, command


def test_the_commands_are_all_of_them() -> None:
    import typer.main

    group: Any = typer.main.get_command(app)
    names = {name for name, one in group.commands.items() if not hasattr(one, "commands")}
    names |= {f"networks {name}" for name in group.commands["networks"].commands}
    assert names == {*COMMANDS, *OWN, "language-server", "serve"}


def test_the_version() -> None:
    assert run("--version").stdout == f"oedipus {VERSION}\n"


def test_help_lists_every_algorithm() -> None:
    told = run("solve", "--help").stdout
    assert all(name in told for name in ALGORITHMS)


def test_use_reads_other_cards(nets: Path, tmp_path: Path) -> None:
    path = tmp_path / "holey.riddle"
    path.write_text("digit a\na is holey\na < 9\n")
    for command in ("check", "explain", "why", "compile", "fmt"):
        run(command, path, status=3)
        assert run(command, path, "--use", nets).exit_code == 0
    (solved,) = events(run("solve", path, "--use", nets, "--json", "--option", "pool=256", "--samples", "4"))[-1:]
    assert set(solved["answer"]) == {"a"}
    assert {one["name"] for one in events(run("networks", "list", "--use", nets, "--json"))} > {"holey", "digit"}
    done = run("check", path, "--use", tmp_path, "--json", status=3)
    assert events(done)[-1] == {
        "event": "error", "message": f"{tmp_path}: no network cards (*.toml) there", "status": 3
    }  # fmt: skip


def test_json_of_commands_that_read(riddle: Path, tmp_path: Path) -> None:
    steps = events(run("why", riddle, "--json"))
    assert [one["event"] for one in steps] == ["step"] * (len(steps) - 1) + ["result"]
    assert steps[-1]["left"] == {"a": [8], "b": [1]}
    assert set(steps[0]["clauses"]) <= {"line 2", "line 3"}
    (told,) = events(run("fmt", riddle, "--json"))
    assert told == {"event": "result", "canonical": True, "text": RIDDLE}
    messy = tmp_path / "messy.riddle"
    messy.write_text("digits a,b\na=b+7\n")
    (told,) = events(run("fmt", messy, "--check", "--json", status=3))
    assert (told["canonical"], told["text"]) == (False, "digits a, b\na = b + 7\n")
    (told,) = events(run("compile", riddle, "--format", "json", "--json"))
    assert len(json.loads(told["program"])["factors"]) == 2
    run("compile", riddle, "--format", "svg", "-o", tmp_path / "g.svg")
    assert (tmp_path / "g.svg").read_text().startswith("<svg")
    assert events(run("networks", "show", "odd", "--json"))[0]["role"] == "classifier"
    wrong = events(run("networks", "show", "od", "--json", status=2))
    assert wrong[0]["message"].startswith("no network is called 'od'")


def test_json_of_commands_that_draw(tmp_path: Path) -> None:
    out = tmp_path / "seven"
    run("condition", "digit", "7", "--json", "--out", out, "--option", "pool=64", *TINY[2:])
    (told,) = events(run("sample", out, "--number", "3", "-o", tmp_path / "s.safetensors", "--json"))
    assert (told["variables"], told["number"]) == (["x"], 3)
    (told,) = events(run("degrade", "--prior", "digit", "mask(x, left)", "--json", "-o", tmp_path / "y.npy"))
    assert told["riddle"][1] == "mask(x, left) = y ± 0.5"
    (told,) = events(run("degrade", "none.png", "mask(x, left)", "--json", "-o", tmp_path / "y.npy", status=3))
    assert told["event"] == "error"


def test_shells_can_complete() -> None:
    environment = {**os.environ, "_OEDIPUS_COMPLETE": "complete_bash", "COMP_WORDS": "oedipus ", "COMP_CWORD": "1"}
    code = "import sys; sys.argv[0] = 'oedipus'; from oedipus.__main__ import main; main()"

    def completed(words: str, place: int) -> set[str]:
        asked = {**environment, "COMP_WORDS": words, "COMP_CWORD": str(place)}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=asked)
        return set(done.stdout.split())

    assert {"solve", "doctor", "networks"} <= completed("oedipus ", 1)
    assert completed("oedipus solve --algorithm me", 3) == {"meanfield"}


# The doctor ---------------------------------------------------------------


def test_the_doctor_finds_nothing_here() -> None:
    told = events(run("doctor", "--json"))
    assert told[-1] == {"event": "result", "well": True, "faults": 0}
    assert {"oedipus", "python", "torch", "cuda", "networks", "cache", "cache writable"} <= {
        one["name"] for one in told[:-1]
    }


def test_the_doctor_says_what_to_mend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A cache that is a file can be written by nobody, whatever their rights."""
    (tmp_path / "cache").write_bytes(b"x" * 2_500_000)
    monkeypatch.setenv("OEDIPUS_CACHE", str(tmp_path / "cache"))
    found = {one.name: one for one in findings()}
    assert not found["cache writable"].well
    assert "OEDIPUS_CACHE" in found["cache writable"].mend
    done = run("doctor", status=2)
    assert "! cache writable: no" in done.stdout
    assert "to mend: set OEDIPUS_CACHE" in done.stdout
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "bank").write_bytes(b"x" * 2_500_000)
    monkeypatch.setenv("OEDIPUS_CACHE", str(tmp_path / "other"))
    assert "2.5 MB in 1 files" in {one.name: one for one in findings()}["cache"].said


# Progress -----------------------------------------------------------------


def row(iteration: int, alpha: float = 10.0) -> Metrics:
    return Metrics(iteration, alpha, None, 0.5, None, None, None, (1, 3))


class Now:
    """A clock that is set."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_the_time_left_of_a_run_of_known_length() -> None:
    now = Now()
    clock = Clock(("a", "b"), tuple, 10.0, now)
    clock.begin("run", 40, 100)  # resumed at 40 of 100
    now.time += 5
    first = clock.tick(replace(row(0), ahead=59))
    assert (first.iteration, first.total, first.left) == (41, 100, 59 * 5)
    now.time += 1
    second = clock.tick(replace(row(1), ahead=58))
    assert second.left == pytest.approx(58 * 3)
    assert second.seconds == pytest.approx(6)
    assert second.reading == {"a": 1, "b": 3}
    assert second.remaining == "about 3 min left"
    # What may end at any moment is not foreseen by the most that it may have.
    assert clock.tick(row(2)).left is None


def test_the_time_left_of_a_tempered_run() -> None:
    """α doubles in each iteration of a second: from 2⁻⁴ of the last it takes four more, whatever the bound is."""
    now = Now()
    clock = Clock(("a", "b"), tuple, 10.0, now)
    clock.begin("run", 0, 500)
    for power in range(-10, -3):
        now.time += 1
        last = clock.tick(row(power, 10 * 2.0**power))
        assert (last.left is None) == (power < -7)
    assert last.left == pytest.approx(4)
    assert "about 4 s left" in last.line
    now.time += 1
    # At the last α the algorithm knows how many are left; the five iterations before tell how long each takes.
    known = clock.tick(replace(row(0), ahead=3))
    assert known.left == pytest.approx(3)
    now.time += 11
    assert clock.tick(replace(row(1), ahead=2)).left == pytest.approx(2 * 15 / 5)


def test_a_bank_foresees_its_end(riddle: Path) -> None:
    """What is left is never a bound far beyond what comes."""
    done = run("solve", riddle, "--json", "--algorithm", "bank", "--option", "pool=256", "--option", "trajectories=3")
    told = [one for one in events(done) if one["event"] == "iteration"]
    assert [one["left"] is not None for one in told[-4:]] == [True] * 4
    assert told[-1]["left"] == 0
    assert all(one["left"] is None or one["left"] < 60 for one in told)


def test_durations() -> None:
    assert [duration(one) for one in (0.2, 99.5, 101, 7300)] == ["1 s", "2 min", "2 min", "2 h 2 min"]


def test_lines_come_ever_rarer(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    for tenth in range(1, 6001):
        lines(Progress("run", tenth, 6000, 10.0, None, 0.5, {"a": 1}, tenth / 10, (6000 - tenth) / 10))
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("oedipus: run: iteration 10   α 10   a 1   about")
    assert told[0].endswith("left")
    assert 10 <= len(told) <= 20


def test_json_tells_how_far_a_solve_is(riddle: Path) -> None:
    done = run("solve", riddle, "--json", "--algorithm", "meanfield", "--polish", "6", "--restarts", "1",
               "--option", "members=64", "--samples", "2", "--option", "mend=0")  # fmt: skip
    told = [one for one in events(done) if one["event"] == "iteration"]
    assert [one["iteration"] for one in told] == list(range(1, len(told) + 1))
    assert told[-1]["total"] == len(told)
    assert told[-1]["left"] == 0
    assert told[0]["left"] > 0
    assert {one["stage"] for one in told} == {"run"}
