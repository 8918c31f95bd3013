"""Every command runs on every riddle shipped."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from oedipus.__main__ import app
from oedipus.dsl.diagnostics import RiddleError

RIDDLES = sorted((Path(__file__).parent.parent / "riddles").glob("*.riddle"))
TINY = ["--option", "members=32", "--restarts", "1", "--samples", "2", "--option", "mend=0"]
SHORT = {
    "bank": ["--algorithm", "bank", "--option", "pool=32", "--option", "particles=2", "--option", "trajectories=0"],
    "meanfield": ["--algorithm", "meanfield", "--start", "prior", "--alpha", "1", "--steps", "1", "--polish", "0"],
}  # fmt: skip

assert RIDDLES


def run(*arguments: object) -> Any:
    """A command in this process. Whatever it refuses it refuses by a status, and not by an exception."""
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), (arguments, done.exception)
    assert not isinstance(done.exception, RiddleError)
    return done


@pytest.mark.parametrize("path", RIDDLES, ids=lambda path: path.stem)
def test_commands_that_need_no_network(path: Path) -> None:
    # Each once: how else they tell the same is tested where they are.
    done = run("check", path, "--json", "--limit", "2", "--seconds", "2")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-1]["event"] == "result"
    assert done.exit_code == (4 if events[-1]["verdict"] == "unsatisfiable" else 0)
    assert run("explain", path).stdout.strip()
    assert run("why", path, "--seconds", "0.2").stdout.strip()
    assert run("compile", path, "--format", "json").stdout.strip()
    assert run("fmt", path, "--check").exit_code in (0, 3)


@pytest.mark.parametrize("path", RIDDLES, ids=lambda path: path.stem)
def test_solve(path: Path) -> None:
    measured = "±" in path.read_text("utf-8")
    flags = [] if "given" in path.read_text("utf-8") else SHORT["meanfield" if measured else "bank"]
    done = run("solve", path, "--anyway", "--json", *TINY, *flags)
    assert done.exit_code in (0, 5), (done.stdout, done.stderr)
    assert json.loads(done.stdout.splitlines()[-1])["event"] == "result"
