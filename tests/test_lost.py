"""Nothing that was found is lost: full disks, second runs, closed terminals, kills before anything was found."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from oedipus.runtime.checkpoint import FILE, read_checkpoint
from oedipus.runtime.directory import LOCK, claimed

TEXT = "digit x\nx is odd\nx is not 5\n"
SMALL = [
    "--algorithm", "meanfield", "--start", "prior", "--restarts", "1", "--steps", "2", "--samples", "2",
    "--pairs", "2", "--option=mend=0", "--checkpoint-every", "0",
]  # fmt: skip
NUMBERS = {"posterior.nc", "posterior.safetensors", "result.json", "samples.safetensors", "trace.csv"}
DRAWN = {"report.html", "solution.png"}


def command(out: Path, *flags: str) -> list[str]:
    return [sys.executable, "-m", "oedipus", "solve", "-", "--out", str(out), *SMALL, *flags]


def solved(out: Path, *flags: str, **given: object) -> subprocess.CompletedProcess[str]:
    line = command(out, *flags)
    return subprocess.run(line, input=TEXT, capture_output=True, text=True, timeout=240, check=False, **given)  # type: ignore[call-overload, no-any-return]


def limited(size: int) -> Callable[[], None]:
    """What a process does first that can write no file beyond ``size`` bytes: the error of a full disk, anywhere."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@contextmanager
def begun(out: Path) -> "Iterator[subprocess.Popen[str]]":
    """A run that goes on for ever, after its second iteration; it does not outlive the test."""
    file = out.with_suffix(".riddle")
    file.write_text(TEXT)
    line = [str(file) if word == "-" else word for word in command(out, "--polish", "1000000", "--json")]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for _ in range(2):
            assert json.loads(process.stdout.readline())["event"] == "iteration"
        yield process
    finally:
        process.kill()
        process.communicate()


BRIEF = ("--polish", "2", "--alpha", "3")
"""So few iterations that the checkpoint with their trace is smaller than any picture."""


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Bytes of every file of a run that had room."""
    out = tmp_path_factory.mktemp("room") / "run"
    done = solved(out, *BRIEF)
    assert done.returncode in (0, 5), done.stderr
    assert set(content(out)) == NUMBERS | DRAWN
    return {name: len(held) for name, held in content(out).items()}


def test_a_full_disk_leaves_the_older_results_and_the_checkpoint(tmp_path: Path) -> None:
    out, size = tmp_path / "run", ["--polish", "2", "--samples", "20"]
    older = solved(out, *size, "--seed", "8")
    assert older.returncode in (0, 5), older.stderr
    before, alone = content(out), tmp_path / "alone"
    assert solved(alone, *size).returncode in (0, 5)
    full = solved(out, *size, preexec_fn=limited(len(before["samples.safetensors"]) - 200))
    assert full.returncode == 2
    assert f"cannot write to {out}: File too large; --resume goes on from the checkpoint there" in full.stderr
    assert "Traceback" not in full.stderr
    assert {name: held for name, held in content(out).items() if name != FILE} == before
    # With room again, it goes on to what it would have been.
    assert solved(out, *size, "--resume").returncode in (0, 5)
    assert set(content(out)) == NUMBERS | DRAWN
    for name in ("samples.safetensors", "posterior.safetensors", "trace.csv", "solution.png"):
        assert content(out)[name] == content(alone)[name]


def test_a_full_disk_before_the_first_checkpoint_is_told(tmp_path: Path) -> None:
    done = solved(tmp_path / "run", "--polish", "2", preexec_fn=limited(200))
    assert done.returncode == 2
    assert "cannot write to" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()


def test_pictures_without_room_do_not_take_the_numbers_with_them(sizes: dict[str, int], tmp_path: Path) -> None:
    out = tmp_path / "run"
    smallest = min(sizes[name] for name in DRAWN)
    assert smallest > max(sizes[name] for name in NUMBERS) + 1000
    done = solved(out, *BRIEF, preexec_fn=limited(smallest - 80))
    assert done.returncode == 2
    for name in DRAWN:
        assert f"{name} is missing, everything else is in {out}" in done.stderr
    assert "posterior samples read so" in done.stdout
    assert set(content(out)) == NUMBERS


@pytest.mark.parametrize(
    "flags",
    [
        ["compile", "-", "--format", "svg", "-o", "a.svg"],
        ["compile", "-", "--format", "json", "-o", "a.json"],
        ["networks", "sheet", "digit", "--out", "a.png"],
    ],
    ids=" ".join,
)
def test_a_file_without_room_leaves_the_older_one_and_nothing_half_written(flags: list[str], tmp_path: Path) -> None:
    (tmp_path / flags[-1]).write_text("older")
    done = subprocess.run(
        [sys.executable, "-m", "oedipus", *flags], input=TEXT, cwd=tmp_path, preexec_fn=limited(300),
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert f"cannot write {flags[-1]}: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert content(tmp_path) == {flags[-1]: b"older"}


@pytest.mark.parametrize("backend", ["module://matplotlib_inline.backend_inline", "module://no.such", "qtagg", "no"])
def test_a_backend_for_windows_or_notebooks_is_not_needed(backend: str, tmp_path: Path) -> None:
    done = solved(tmp_path / "run", "--polish", "1", env=os.environ | {"MPLBACKEND": backend})
    assert done.returncode in (0, 5), done.stderr
    assert set(content(tmp_path / "run")) == NUMBERS | DRAWN


def test_no_command_needs_a_backend(tmp_path: Path) -> None:
    sheet = [sys.executable, "-m", "oedipus", "networks", "sheet", "digit", "--out", str(tmp_path / "sheet.png")]
    environment = os.environ | {"MPLBACKEND": "module://no.such"}
    done = subprocess.run(sheet, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "sheet.png").exists()


def test_a_second_run_with_the_same_directory_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with begun(out):
        for flags in ([], ["--resume"]):
            second = solved(out, "--polish", "1", *flags)
            assert second.returncode == 2
            assert f"another run is at work in {out}" in second.stderr
            assert "Traceback" not in second.stderr
    # Killed, it does not block, and is gone on with.
    assert (out / LOCK).exists()
    found = read_checkpoint(out)
    assert found is not None
    assert found.iteration >= 1
    assert "holds a run that was cut short" in solved(out, "--polish", "1").stderr
    assert not (out / LOCK).exists()


def test_a_training_shares_its_directory_with_no_other(tmp_path: Path) -> None:
    line = [
        sys.executable,
        "-m",
        "oedipus",
        "networks",
        "train",
        "circle",
        "--steps",
        "1",
        "--data",
        "nowhere",
        "--out",
    ]
    with claimed(tmp_path / "trained"):
        done = subprocess.run(
            [*line, str(tmp_path / "trained")], capture_output=True, text=True, timeout=240, check=False
        )
    assert done.returncode == 2
    assert f"another run is at work in {tmp_path / 'trained'}" in done.stderr
    (tmp_path / "file").write_text("")
    done = subprocess.run([*line, str(tmp_path / "file")], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 2
    assert f"cannot write to {tmp_path / 'file'}" in done.stderr


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM", "SIGINT"])
def test_a_run_that_is_asked_to_end_writes_what_it_has(name: str, tmp_path: Path) -> None:
    out = tmp_path / "run"
    # A suite that runs in the background ignores interrupts, and so would what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with begun(out) as process:
        signal.signal(signal.SIGINT, before)
        process.send_signal(getattr(signal, name))
        stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    result = json.loads(stdout.splitlines()[-1])
    assert result["interrupted"] is True
    assert set(content(out)) == NUMBERS | DRAWN | {FILE}
    found = read_checkpoint(out)
    assert found is not None
    assert found.iteration == result["iterations"]


def test_what_was_told_to_ignore_a_closed_terminal_does(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    with begun(tmp_path / "run") as process:
        signal.signal(signal.SIGHUP, before)
        process.send_signal(signal.SIGHUP)
        assert process.stdout is not None
        for _ in range(20):
            assert json.loads(process.stdout.readline())["event"] == "iteration"


FACE = 'face x\ndata y = "{data}"\nmask(coarsen(gray(x), 4), left) = y ± 0.5\n'


def test_a_slow_run_has_a_checkpoint_before_its_first_iteration_ends(tmp_path: Path) -> None:
    """Half a minute may pass before `mgvi` has its first round; what was found until then is kept all the same."""
    data, out = tmp_path / "y.npy", tmp_path / "run"
    np.save(data, np.zeros((1, 16, 16), dtype=np.float32) + 0.5)
    file = tmp_path / "face.riddle"
    file.write_text(FACE.format(data=data))
    line = [
        sys.executable,
        "-m",
        "oedipus",
        "solve",
        str(file),
        "--algorithm",
        "mgvi",
        "--samples",
        "2",
        "--out",
        str(out),
    ]
    small = [f"--option={one}" for one in ("rounds=1", "newton=1", "pairs=1", "trajectories=0")]
    alone = subprocess.run([*line[:-1], str(tmp_path / "alone"), *small], capture_output=True, timeout=240, check=False)
    assert alone.returncode == 0, alone.stderr
    process = subprocess.Popen([*line, *small], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not (out / FILE).exists():
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    found = read_checkpoint(out)
    assert found is not None
    assert found.iteration == 0
    resumed = subprocess.run([*line, "--resume"], capture_output=True, text=True, timeout=240, check=False)
    assert resumed.returncode == 0, resumed.stderr
    for name in ("posterior.safetensors", "samples.safetensors", "trace.csv"):
        assert (out / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()
    with safe_open(out / "samples.safetensors", framework="pt") as samples:
        assert samples.get_tensor("images/x").shape[0] == 2
