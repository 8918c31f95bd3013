"""Standard streams that are closed, full or of few letters; failures that nobody foresaw; limits told beforehand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import oedipus.shell
from oedipus import edge

RIDDLE = "digits a, b\na = b + 7\nb is odd\n"
FACE = "face x\nage(x) = 33 ± 1\n"
FULL = Path("/dev/full")
full = pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")


@pytest.fixture
def riddle(tmp_path: Path) -> Path:
    path = tmp_path / "a.riddle"
    path.write_text(RIDDLE, "utf-8")
    return path


@pytest.fixture
def face(tmp_path: Path) -> Path:
    path = tmp_path / "f.riddle"
    path.write_text(FACE, "utf-8")
    return path


def shell(*command: object, redirect: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own; ``redirect`` is added to its line of sh."""
    line = " ".join(f"'{part}'" for part in (sys.executable, "-m", "oedipus", *command))
    done = subprocess.run(
        ["/bin/sh", "-c", f"{line} {redirect}"], capture_output=True, env=os.environ | environment, timeout=120,
        check=False,
    )  # fmt: skip
    assert b"Traceback" not in done.stdout + done.stderr, done.stderr
    return done


@full
@pytest.mark.parametrize("command", ["check", "explain", "compile", "why"])
def test_a_full_device_is_told(command: str, riddle: Path) -> None:
    done = shell(command, riddle, redirect="> /dev/full")
    assert done.returncode == 2
    assert done.stderr == b"oedipus: cannot write to standard output: No space left on device\n"


@full
def test_a_full_device_for_messages_keeps_the_status(riddle: Path) -> None:
    assert shell("check", riddle.with_name("none.riddle"), redirect="2> /dev/full").returncode == 3
    assert shell("check", riddle, redirect="2> /dev/full").returncode == 0


@pytest.mark.parametrize("redirect", ["<&-", "2>&-", "<&- 2>&-"])
def test_closed_streams(redirect: str, riddle: Path) -> None:
    done = shell("check", riddle, redirect=redirect)
    assert done.returncode == 0
    assert done.stdout.startswith(b"unique: one solution\n")
    assert shell("check", riddle, redirect=">&- <&-").returncode == 0


def test_a_closed_input_is_told() -> None:
    done = shell("check", "-", redirect="<&-")
    assert (done.returncode, done.stderr) == (3, b"oedipus: cannot read -: standard input is closed\n")


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_streams_of_few_letters(environment: dict[str, str], face: Path) -> None:
    told = shell("explain", face, **environment)
    assert told.returncode == 0
    assert told.stdout.replace(b"+/-", "±".encode()) == shell("explain", face, PYTHONUTF8="1").stdout
    # What is a file of its own stays UTF-8.
    assert FACE.splitlines()[1].encode() in shell("explain", "--core", face, **environment).stdout
    assert shell("fmt", "-", redirect=f"< '{face}'", **environment).stdout == FACE.encode()
    assert b"\xc2\xb1" in shell("compile", "--format", "svg", face, **environment).stdout


def test_json_in_ascii_is_json(face: Path) -> None:
    done = shell("explain", "--json", face, PYTHONIOENCODING="ascii")
    assert "±" in "".join(str(json.loads(line)) for line in done.stdout.decode("ascii").splitlines())


def run_main(monkeypatch: pytest.MonkeyPatch, arguments: list[str], error: BaseException) -> int:
    """The status of the shell where reading a riddle fails with ``error``."""

    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(oedipus.shell, "read_riddle", broken)
    monkeypatch.setattr(edge, "prepare", lambda: None)
    monkeypatch.setattr(edge, "_silenced", lambda: None)
    monkeypatch.setattr(sys, "argv", ["oedipus", *arguments])
    from oedipus.__main__ import main

    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_what_nobody_foresaw_is_our_mistake(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_main(monkeypatch, ["explain", "--json", "a.riddle"], IndexError("list index\nout of range")) == 70
    out, err = capfd.readouterr()
    assert err.startswith("oedipus: this is our mistake, not yours: IndexError: list index out of range\n")
    assert "test_edge.py:" in err
    assert "Please report it" in err
    assert "Traceback" not in err
    assert json.loads(out)["status"] == 70


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (MemoryError(), 2, "more memory than there is"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes"), 2, "more memory than"),
        (edge.OutputLost("No space left on device"), 2, "cannot write to standard output"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_what_is_no_mistake(
    error: BaseException,
    status: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run_main(monkeypatch, ["explain", "a.riddle"], error) == status
    _, err = capfd.readouterr()
    assert told in err
    assert "our mistake" not in err
