"""A directory is one run's, and a set of files appears there whole or not at all, whenever the run dies."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from oedipus.networks.storing import save_file
from oedipus.runtime import directory as module
from oedipus.runtime.directory import LOCK, OPTIONAL, STAGED, WHOLE, TakenError, claimed, settle, whole

OLD = {"result.json": "old", "samples.safetensors": "old", "solution.png": "old", "report.html": "old", "mine": "mine"}
NEW = {"result.json": "new", "samples.safetensors": "new", "trace.csv": "new"}


def filled(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_set_replaces_the_old_one_and_what_was_drawn_of_it(tmp_path: Path) -> None:
    with whole(filled(tmp_path / "run", OLD)) as staged:
        filled(staged, NEW)
    assert content(tmp_path / "run") == NEW | {"mine": "mine"}
    with whole(tmp_path / "run") as staged:
        (staged / "solution.png").write_text("new")
    assert content(tmp_path / "run") == NEW | {"mine": "mine", "solution.png": "new"}


@pytest.mark.parametrize("error", [OSError("no room"), KeyboardInterrupt(), RuntimeError()])
def test_a_set_that_fails_changes_nothing(error: BaseException, tmp_path: Path) -> None:
    run = filled(tmp_path / "run", OLD)
    with pytest.raises(type(error)), whole(run) as staged:  # noqa: PT012
        filled(staged, NEW)
        raise error
    assert content(run) == OLD


@pytest.mark.parametrize("moves", range(5))
def test_a_set_whose_moving_is_cut_off_is_moved_by_the_next(
    moves: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off before its renaming it never was; from there on it is, and no old number is beside a new one."""
    run, real, left = filled(tmp_path / "run", OLD), os.replace, moves

    def replace(source: Path, target: Path) -> None:
        nonlocal left
        if left == 0:
            raise OSError("killed here")
        left -= 1
        real(source, target)

    monkeypatch.setattr(module.os, "replace", replace)
    try:
        with whole(run) as staged:
            filled(staged, NEW)
    except OSError:
        pass
    monkeypatch.undo()
    if moves and (run / "result.json").exists():
        assert (run / "result.json").read_text() == "new"
        assert (run / "samples.safetensors").read_text() == "new"
    settle(run)
    assert content(run) == (NEW | {"mine": "mine"} if moves else OLD)


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    run = filled(tmp_path / "run", OLD)
    filled(run / STAGED, NEW)
    (run / ".partial-result.json").write_text("half")
    (run / "checkpoint.safetensors.partial").write_text("half")
    (run / ".checkpoint.safetensors.partial.work").mkdir()
    with claimed(run):
        assert content(tmp_path / "run") == OLD | {LOCK: ""}
    assert content(run) == OLD


def test_a_second_claim_is_refused_and_the_lock_leaves_no_file(tmp_path: Path) -> None:
    run = tmp_path / "deep" / "run"
    with claimed(run):
        with pytest.raises(TakenError, match="another run is at work"), claimed(run):
            pass
        assert (run / LOCK).exists()
        (run / "result.json").write_text("new")
    assert content(run) == {"result.json": "new"}
    with claimed(tmp_path / "nothing"):
        pass
    assert not (tmp_path / "nothing").exists()


def test_the_lock_of_a_process_that_was_killed_does_not_block(tmp_path: Path) -> None:
    code = f"""
import time
from pathlib import Path
from oedipus.runtime.directory import claimed
with claimed(Path({str(tmp_path / "run")!r})):
    print("mine", flush=True)
    time.sleep(600)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    with pytest.raises(TakenError), claimed(tmp_path / "run"):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (tmp_path / "run" / LOCK).exists()
    with claimed(tmp_path / "run"):
        pass
    assert content(tmp_path / "run") == {}


def test_tensors_that_were_cut_off_leave_nothing_for_long(tmp_path: Path) -> None:
    """The library writes under a random name, which a kill leaves; the next one to write there clears it away."""
    code = f"""
import torch
from pathlib import Path
from oedipus.networks.storing import save_file
tensors = {{"a": torch.zeros(1 << 20)}}
print("here", flush=True)
while True:
    save_file(tensors, Path({str(tmp_path / "a.safetensors")!r}))
"""
    for pause in (0.0, 0.003, 0.01):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        save_file({"a": torch.ones(3)}, tmp_path / "a.safetensors")
        assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"]


def test_what_is_drawn_is_no_number() -> None:
    assert module.LAST not in OPTIONAL
    assert len({LOCK, STAGED, WHOLE}) == 3
