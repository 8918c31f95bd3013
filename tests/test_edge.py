"""Standard streams that are closed, full or of few letters; failures that nobody foresaw; limits told beforehand."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import oedipus.shell.common
from oedipus.compiler.checked import Measurement
from oedipus.compiler.frontend import read_text
from oedipus.compiler.pipeline import compile_text
from oedipus.compiler.resolve.pictures import read_picture
from oedipus.dsl.diagnostics import RiddleError
from oedipus.networks.cards import read_cards
from oedipus.runtime.diagnostics import of_chains
from oedipus.shell import edge
from oedipus.shell.solve_text import trust

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

    monkeypatch.setattr(oedipus.shell.common, "read_riddle", broken)
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


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--alpha", "1e38"], "alpha: a schedule has numbers up to 1,000,000"),
        (["--alpha", "-1"], "alpha: a schedule has positive numbers"),
        (["--samples", "1000000000"], "samples: 1,000,000,000 take"),
        (["--algorithm", "meanfield", "--pairs", "1000000000"], "pairs: 1,000,000,000 take"),
        (["--option", "members=1000000000"], "members: 1,000,000,000 take"),
        (["--algorithm", "hmc", "--option", "draws=1000000000"], "draws: they take"),
        (["--threads", "1000000"], "--threads"),
        (["--device", "meta"], "device: 'meta' cannot be used here"),
        (["--seed", str(2**64)], "--seed"),
        (["--option", f"seed={2**64}"], "seed: must be at most"),
        (["--algorithm", "hmcc"], "did you mean 'hmc'?"),
        (["--option", "drows=3"], "drows: no algorithm has such an option; did you mean 'draws'?"),
    ],
)
def test_what_cannot_be_is_refused_beforehand(
    flags: list[str], told: str, riddle: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from typer.testing import CliRunner

    from oedipus.__main__ import app

    done = CliRunner().invoke(app, ["solve", str(riddle), *flags])
    assert done.exit_code == 2, done.exception
    assert told in done.output + capfd.readouterr().err


def test_a_bank_knows_no_measured_pictures(tmp_path: Path) -> None:
    path = tmp_path / "m.riddle"
    np.save(tmp_path / "y.npy", np.zeros((1, 28, 28), dtype=np.float32))
    path.write_text('digits a, b\na = b + 7\ndata y = "y.npy"\nmask(a, left) = y ± 1\n', "utf-8")
    done = shell("solve", path, "--algorithm", "bank")
    assert (done.returncode, done.stderr[:30]) == (2, b"oedipus: algorithm: bank needs")


@pytest.mark.parametrize("around", ["double", "half", "no_grad", "inference", "autocast", "device"])
def test_what_the_caller_set_changes_nothing(around: str) -> None:
    request = {"algorithm": "meanfield", "members": 64, "polish": 3, "restarts": 1, "samples": 4, "mend": 0}
    plain = oedipus.solve(RIDDLE, **request)
    before = torch.get_default_dtype()
    contexts = {
        "no_grad": torch.no_grad, "inference": torch.inference_mode, "device": lambda: torch.device("meta"),
        "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    }  # fmt: skip
    try:
        if around in ("double", "half"):
            torch.set_default_dtype({"double": torch.float64, "half": torch.float16}[around])
            set_to = torch.get_default_dtype()
            found = oedipus.solve(RIDDLE, **request)
            assert torch.get_default_dtype() == set_to
        else:
            with contexts[around]():
                found = oedipus.solve(RIDDLE, **request)
    finally:
        torch.set_default_dtype(before)
    assert found.answer == plain.answer
    assert found.elbo == plain.elbo
    for name, latents in plain.latents.items():
        assert found.latents[name].dtype == torch.float32
        torch.testing.assert_close(found.latents[name], latents, atol=0, rtol=0)


def test_the_compiler_knows_the_options_of_every_algorithm() -> None:
    """`python -m oedipus.runtime.options_table` writes them."""
    import oedipus.compiler
    from oedipus.runtime.options_table import table

    assert (Path(oedipus.compiler.__file__).parent / "options.json").read_text(encoding="utf-8") == table()


def test_bounds_are_those_that_an_algorithm_keeps() -> None:
    from oedipus.compiler.options import ALGORITHMS
    from oedipus.runtime.algorithms import create, kind_of, names

    assert sorted(ALGORITHMS) == sorted(names())
    for name, options in ALGORITHMS.items():
        for option, one in options.items():
            if isinstance(one.default, int | float) and one.least > -1 and not one.between:
                create(name, {option: max(one.least, 1)})
                with pytest.raises(ValueError, match=f"^{option}: must be at least"):
                    create(name, {option: one.least - 1})
                with pytest.raises(ValueError, match=f"^{option}: must be at least"):
                    kind_of(name)(**{option: one.least - 1})


def test_check_knows_options_without_torch() -> None:
    code = (
        "import sys; from oedipus.compiler.options import fault; "
        "assert fault('hmc', {'draws': 0}).about == 'draws'; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("line", "code", "at", "told"),
    [
        ("solve by hmcc", "E503", "hmcc", "did you mean 'hmc'?"),
        ("solve by hmc, drows 5", "E503", "drows", "did you mean 'draws'?"),
        ("solve by hmc, draws 0", "E503", "0", "draws must be at least 1, not 0"),
        ("solve by hmc, draws -3", "E503", "-3", "draws must be at least 1, not -3"),
        ("solve by hmc, draws 5, draws 6", "E503", "draws", "given twice"),
        ("solve by hmc, acceptance 2", "E503", "2", "acceptance must lie between 0 and 1"),
        ("solve by bank, chains 4", "E503", "chains", "bank has no such option"),
        ("b is odd with alpha -1", "E503", "-1", "alpha is a positive number"),
        ("b is odd with alpha 10000000", "E503", "10000000", "alpha is at most 1,000,000"),
        ("alpha -1, 2", "E503", "-1", "alpha is a positive number"),
        ("the seventh digit is odd", "E305", "the seventh digit", "only 2 are declared"),
        ('data y = "Missing (1).npy"', "E604", 'data y = "Missing (1).npy"', '"Missing (1).npy" does not exist'),
    ],
)
def test_check_finds_what_solve_would(line: str, code: str, at: str, told: str, tmp_path: Path) -> None:
    text = f"digits a, b\na = b + 7\n{line}\n"
    _, (found,) = read_text(text, read_cards(), tmp_path)
    assert found.code == code
    assert text[found.span.start : found.span.end] == at
    assert text.rindex(at) == found.span.start
    assert told in found.message + found.help


GIVEN_AGE = "There is a face: p.\nthe p is 35 ± 1 years old\n"
TWO = "digits a, b\na = b + 7\n"


@pytest.mark.parametrize(
    ("text", "at", "told"),
    [
        (f"{GIVEN_AGE}solve by bank", "bank", "bank needs a riddle whose clauses are all read off pictures"),
        ("There is a face: p.\nsolve by bank", "bank", "bank needs a riddle whose clauses are all read"),
        (f"{TWO}solve by meanfield, polish 0", "0", "polish must be at least 1 where steps is 0"),
        (f"{TWO}solve by meanfield, steps 0, polish 0", "0", "steps must be at least 1 where polish is 0"),
        (f"{TWO}solve by meanfield, start prior, steps 0, polish 0", "0", "steps must be at least 1"),
        (
            f"{GIVEN_AGE}solve by auto, polish 0",
            "0",
            "polish must be at least 1 where steps is 0, not 0 (auto takes meanfield)",
        ),
        (f"{TWO}solve by bank", "", ""),
        (f"{TWO}solve by meanfield, start prior, polish 0", "", ""),
        ("digits a\nsolve by bank", "", ""),
    ],
)
def test_check_and_solve_refuse_the_same_algorithms(text: str, at: str, told: str) -> None:
    from oedipus.runtime.posterior import load_posterior
    from oedipus.runtime.solve import request_for, solve

    cards = read_cards()
    found, settings = read_text(text, cards)[1], read_text(text, cards)[0].settings
    told_by_check = [one for one in found if one.severity == "error"]
    if not told_by_check:
        try:
            compile_text(text, cards)
        except RiddleError as error:
            told_by_check = list(error.diagnostics)
    assert [(one.code, text[one.span.start : one.span.end]) for one in told_by_check] == [("E503", at)] * bool(told)
    assert all(one.label.startswith(told) for one in told_by_check)
    if told and settings.algorithm is not None:
        posterior = load_posterior(compile_text(text.rpartition("\n")[0], cards), cards)
        named = {"algorithm": settings.algorithm, **settings.options}
        with pytest.raises(ValueError, match=re.escape(told_by_check[0].label.removeprefix("polish "))):
            solve(posterior, request_for(posterior.program, **named))


def test_a_quoted_name_is_read_whole(tmp_path: Path) -> None:
    name = "My photo, (1); é.npy"
    np.save(tmp_path / name, np.zeros((1, 28, 28), dtype=np.float32))
    for text in (
        f'digit x\nmask(x, left) = "{name}" ± 0.5\n',
        f'digit x\ndata y = "{name}"\nmask(x, left) = y ± 0.5\n',
    ):
        riddle, found = read_text(text, read_cards(), tmp_path)
        assert not found
        (clause,) = riddle.clauses
        assert isinstance(clause.body, Measurement)
        assert list(clause.body.files) == [name]


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_read_as_they_are_looked_at(orientation: int, mode: str, tmp_path: Path) -> None:
    upright = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10
    # What is stored, so that a viewer who follows the orientation (EXIF 2.32, tag 0x0112) sees it upright.
    stored = {
        1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1], 5: upright.T,
        6: np.rot90(upright), 7: upright[::-1, ::-1].T, 8: np.rot90(upright, -1),
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).convert(mode).save(tmp_path / "photo.png", exif=exif)
    seen = read_picture(tmp_path / "photo.png")
    assert len(seen) == (1 if mode == "L" else 3)
    np.testing.assert_array_equal((seen * 255).round(), np.broadcast_to(upright, seen.shape))


@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize("chains", [1, 4])
def test_no_figure_is_told_of_what_has_none(constant: bool, chains: int) -> None:
    rng = torch.Generator().manual_seed(0)
    latents = torch.randn(50, chains, 3, generator=rng)
    if constant:
        latents[:, :, 1] = torch.arange(chains).float()
    found = of_chains(latents)
    told = "\n".join(trust(found))
    assert (found.rhat is None) == (constant or chains == 1)
    assert ("R-hat not computed" in told) == (constant or chains == 1)
    assert "nan" not in told
    assert "do not agree" not in told
