"""Python's functions: what they give, what they refuse and in which words, and that they are the shell's."""

import doctest
import json
import pydoc
import re
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

import oedipus
import oedipus.api
from oedipus.__main__ import app
from oedipus.arguments import options, schedule
from oedipus.result import Result

RIDDLE = "digits a, b\na = b + 7\nb is odd"
QUICK: dict[str, Any] = {"algorithm": "bank", "pool": 64, "particles": 16, "trajectories": 0, "samples": 8, "seed": 5}
PUBLIC = {
    "Check", "Result", "RiddleError", "Unsatisfiable", "__version__", "check", "compile", "explain", "load", "parse",
    "sample", "solve", "why",
}  # fmt: skip


@pytest.fixture(scope="module")
def result() -> Result:
    return oedipus.solve(RIDDLE, **QUICK)


def test_the_examples_in_docstrings() -> None:
    for module in (oedipus, oedipus.api):
        done = doctest.testmod(module, extraglobs={name: getattr(oedipus, name) for name in PUBLIC})
        assert done.failed == 0
        assert done.attempted >= 2


def test_what_is_there_and_nothing_else() -> None:
    assert set(dir(oedipus)) == PUBLIC


def test_help_shows_the_api() -> None:
    """And nothing else, but for PACKAGE CONTENTS: pydoc lists the modules of any package by its ``__path__``, and they
    could be hidden only from all who look for modules there, walk_packages and freezers among them."""
    told = pydoc.plain(pydoc.render_doc(oedipus))
    parts = re.split(r"(?m)^([A-Z][A-Z ]+)$", told)[1:]
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    assert list(sections) == ["NAME", "DESCRIPTION", "PACKAGE CONTENTS", "CLASSES", "FUNCTIONS", "VERSION", "FILE"]
    classes = set(re.findall(r"(?m)^    class (\w+)\(", sections["CLASSES"]))
    functions = set(re.findall(r"(?m)^    (\w+)\(", sections["FUNCTIONS"]))
    assert classes | functions == PUBLIC - {"__version__"}


def test_reading_needs_no_torch_and_importing_nothing_else() -> None:
    code = (
        "import sys, oedipus\n"
        "assert not {'numpy', 'lark', 'torch'} & set(sys.modules)\n"
        f"riddle = oedipus.parse({RIDDLE!r})\n"
        "for one in (oedipus.check, oedipus.explain, oedipus.why, oedipus.compile):\n"
        "    found = one(riddle); str(found); repr(found); found._repr_html_()\n"
        "assert not {'torch', 'matplotlib', 'IPython'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# The shell's results ------------------------------------------------------


def test_the_same_seed_gives_what_the_shell_gives(result: Result, tmp_path: Path) -> None:
    (tmp_path / "r.riddle").write_text(RIDDLE)
    flags = [f"--option={name}={QUICK[name]}" for name in ("pool", "particles", "trajectories")]
    flags += ["--algorithm", "bank", "--samples", "8", "--seed", "5", "--out", str(tmp_path / "shell")]
    before = torch.get_num_threads()
    done = CliRunner().invoke(app, ["solve", str(tmp_path / "r.riddle"), *flags])
    assert done.exit_code == 0, done.output
    assert torch.get_num_threads() == before
    result.save(tmp_path / "python")
    shell, python = tmp_path / "shell", tmp_path / "python"
    assert {one.name for one in shell.iterdir()} == {one.name for one in python.iterdir()}
    for name in ("samples.safetensors", "posterior.safetensors", "trace.csv", "solution.png"):
        assert (shell / name).read_bytes() == (python / name).read_bytes(), name
    figures = [json.loads((one / "result.json").read_text()) for one in (shell, python)]
    assert {**figures[0], "seconds": 0} == {**figures[1], "seconds": 0}


def test_a_result_that_was_saved_comes_back(result: Result, tmp_path: Path) -> None:
    saved = result.save(tmp_path / "run")
    again = oedipus.load(str(saved))
    assert repr(again) == repr(result)
    assert again.certainty == result.certainty
    assert (again.answer, again.readings) == (result.answer, result.readings[:10])
    for name, batch in result.pictures.items():
        assert torch.equal(again.pictures[name], batch)
        assert torch.equal(again.latents[name], result.latents[name])
    stored = load_file(saved / "samples.safetensors")
    assert torch.equal(stored["images/a"], result.pictures["a"])
    again.save(tmp_path / "copy")
    for one in saved.iterdir():
        assert one.read_bytes() == (tmp_path / "copy" / one.name).read_bytes()
    for one in (result, again):
        chains = one.to_arviz().posterior["a"].values
        np.testing.assert_array_equal(chains[0], result.latents["a"].numpy())
        assert one.plot().axes[0].get_ylabel() == "a\nreads 8"
    draws = [oedipus.sample(one, 3, seed=2) for one in (result, again, saved)]
    for one in draws[1:]:
        assert torch.equal(one.pictures["b"], draws[0].pictures["b"])


def test_what_is_no_saved_result(tmp_path: Path, result: Result) -> None:
    with pytest.raises(FileNotFoundError, match=r"^directory: there is no directory"):
        oedipus.load(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match=r"has no result\.json"):
        oedipus.load(tmp_path)
    run = result.save(tmp_path / "run")
    (run / "result.json").write_text('{"answer": {"a": 8}}')
    with pytest.raises(ValueError, match=r"^directory: .* holds a damaged result"):
        oedipus.load(run)


def test_results_show_themselves_briefly(result: Result) -> None:
    assert repr(result).startswith("Result(a = 8, b = 1; ")
    assert len(repr(result)) < 100
    page = result._repr_html_()
    assert "<b>a = 8, b = 1</b>" in page
    assert "posterior samples read so" in page
    assert page.count("data:image/png;base64,") == 2 * (1 + 8)
    assert all(f'alt="{words}"' in page for words in ("mean of a", "a sample of b"))
    assert repr(oedipus.sample(result, 2)) == "Samples(a, b: 2 pictures each)"


def test_pictures_without_digits_say_what_networks_read(result: Result) -> None:
    read = [
        {"variable": "p", "network": "age", "mean": 32.51, "standard_deviation": 6.43, "unit": "years old"},
        {"variable": "p", "network": "gender", "shares": {"female": 0.75, "male": 0.25}},
    ]
    face = replace(result, answer={}, readings=(), figures={**result.figures, "read": read})
    assert "8 posterior samples; p: age 32.5 ± 6.4 years old; p: gender female in 75%; by" in face.certainty
    assert not face.satisfied
    assert repr(face).startswith("Result(a, b; 8 samples; by bank")


def test_clauses_are_escaped_in_pages() -> None:
    found = oedipus.check("digit a\na < 3\na > 4")
    assert found.conflict == {"line 2": "a < 3", "line 3": "a > 4"}
    assert "<li>line 2: a &lt; 3</li>" in found._repr_html_()
    assert "a is less than 3" in oedipus.parse("digit a\na < 3")._repr_html_()
    assert "a &lt; 3" in oedipus.explain("digit a\na < 3")._repr_html_()


# Progress and an end from outside -----------------------------------------


def test_progress_and_cancel() -> None:
    enough, seen = threading.Event(), []

    def watch(now: Any) -> None:
        seen.append(now)
        if len(seen) == 3:
            enough.set()

    quick = {"algorithm": "meanfield", "members": 64, "polish": 50, "restarts": 1, "samples": 4, "mend": 0}
    found = oedipus.solve(RIDDLE, progress=watch, cancel=enough, **quick)
    assert found.interrupted
    assert len(seen) == found.figures["iterations"] == 3
    assert [one.iteration for one in seen] == [1, 2, 3]
    assert seen[-1].total >= 50
    assert seen[-1].left > 0
    assert set(seen[-1].reading) == {"a", "b"}
    assert "interrupted" in repr(found)
    from oedipus.service.solving import Cancelled

    with pytest.raises(Cancelled):
        oedipus.solve(RIDDLE, cancel=enough, **quick)


class Late:
    """Set while the third iteration works: asked ``within`` times behind the second one's end."""

    def __init__(self, within: int) -> None:
        self.left, self.armed, self.asked = within, False, 0

    def is_set(self) -> bool:
        self.asked += 1
        self.left -= self.armed
        return self.left < 0


def test_cancel_acts_within_an_iteration() -> None:
    late, seen = Late(3), []

    def watch(now: Any) -> None:
        seen.append(now.iteration)
        late.armed = len(seen) == 2

    # A trajectory of twenty steps draws its pictures twenty times.
    found = oedipus.solve(
        RIDDLE, algorithm="hmc", leapfrog=20, chains=2, draws=4, warmup=4, jumps=0, start="prior", samples=4,
        progress=watch, cancel=late,
    )  # fmt: skip
    assert found.interrupted
    assert seen == [1, 2]
    assert late.left == -1  # once it was heard nothing asked again
    assert len(found.pictures["a"]) == 4


# What is refused ----------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "kind", "told"),
    [
        ({"riddle": 7}, TypeError, "riddle: a text, or the Path of a file, not int"),
        ({"riddle": None}, TypeError, "riddle: a text, or the Path of a file, not None"),
        ({"riddle": b"digits a"}, TypeError, "riddle: .* not bytes"),
        ({"riddle": "none.riddle"}, FileNotFoundError, "riddle: there is no file 'none.riddle'; the text of a riddle"),
        ({"riddle": Path("none.riddle")}, FileNotFoundError, "riddle: there is no file 'none.riddle'$"),
        ({"riddle": ""}, oedipus.RiddleError, "empty riddle"),
        ({"algorithm": 7}, TypeError, "algorithm: a word, not int"),
        ({"algorithm": "hmcc"}, ValueError, "algorithm: no algorithm is called 'hmcc'; did you mean 'hmc'?"),
        ({"alpha": "10"}, TypeError, "alpha: a number or several, .* not str"),
        ({"alpha": ["1", 2]}, TypeError, "alpha: a number, not str"),
        ({"alpha": True}, TypeError, "alpha: a number or several"),
        ({"alpha": ()}, ValueError, "alpha: a schedule has at least one number"),
        ({"alpha": -1}, ValueError, "alpha: a schedule has positive numbers"),
        ({"alpha": float("nan")}, ValueError, "alpha: "),
        ({"seed": "1"}, TypeError, "seed: a whole number, not str"),
        ({"seed": 1.5}, TypeError, "seed: a whole number, not float"),
        ({"seed": True}, TypeError, "seed: a whole number, not bool"),
        ({"seed": -1}, ValueError, "seed: must be at least 0, not -1"),
        ({"samples": [8]}, TypeError, "samples: a whole number, not list"),
        ({"samples": 0}, ValueError, "samples: must be at least 1"),
        ({"out": 7}, TypeError, "out: a Path, not int"),
        ({"out": ""}, ValueError, "out: an empty string is no path"),
        ({"out": b"run"}, TypeError, "out: a Path, not bytes"),
        ({"resume": 1}, TypeError, "resume: True or False, not int"),
        ({"resume": True}, ValueError, "resume: goes on from a checkpoint"),
        ({"refine": "no"}, TypeError, "refine: True or False, not str"),
        ({"anyway": None}, TypeError, "anyway: True or False, not None"),
        ({"device": 0}, TypeError, "device: a word, not int"),
        ({"device": "meta"}, ValueError, "device: 'meta' cannot be used here"),
        ({"threads": 0}, ValueError, "threads: must be at least 1, not 0"),
        ({"threads": 10**9}, ValueError, "threads: must be at most"),
        ({"use": 7}, TypeError, "use: a Path or several, not int"),
        ({"use": [7]}, TypeError, "use: a Path, not int"),
        ({"use": "nowhere"}, ValueError, "use: nowhere: no network cards"),
        ({"progress": 7}, TypeError, "progress: a function of each iteration, not int"),
        ({"cancel": True}, TypeError, "cancel: a threading.Event, not bool"),
        ({"particles": "many"}, ValueError, "particles: must be a whole number, not 'many'"),
        ({"particles": [1]}, TypeError, "particles: a number, True, False or a word, not list"),
        ({"particels": 8}, ValueError, "particels: no algorithm has such an option; did you mean 'particles'?"),
    ],
)
def test_arguments_of_solve(arguments: dict[str, Any], kind: type[Exception], told: str) -> None:
    given = {"riddle": oedipus.parse(RIDDLE), **arguments}
    with pytest.raises(kind, match=f"^{told}".replace("?", r"\?")):
        oedipus.solve(given.pop("riddle"), **given)


@pytest.mark.parametrize(
    ("call", "kind", "told"),
    [
        (lambda: oedipus.check(RIDDLE, limit=0), ValueError, "limit: must be at least 1"),
        (lambda: oedipus.check(RIDDLE, limit=None), TypeError, "limit: a whole number, not None"),
        (lambda: oedipus.check(RIDDLE, seconds=0), ValueError, "seconds: must be positive"),
        (lambda: oedipus.why(RIDDLE, seconds="1"), TypeError, "seconds: a number, not str"),
        (lambda: oedipus.explain(RIDDLE, core=1), TypeError, "core: True or False, not int"),
        (lambda: oedipus.sample(7), TypeError, "source: a Path, not int"),
        (lambda: oedipus.sample("run", 0), ValueError, "number: must be at least 1"),
        (lambda: oedipus.sample("run", seed=-1), ValueError, "seed: must be at least 0"),
        (lambda: oedipus.sample("nothing-here"), ValueError, "nothing-here: cannot be read"),
        (lambda: oedipus.load(7), TypeError, "directory: a Path, not int"),
    ],
)
def test_arguments_of_the_others(call: Any, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind, match=f"^{told}"):
        call()


def test_solutions_that_are_not_listed_are_counted() -> None:
    told = str(oedipus.check("digits a, b\na is odd", limit=2)).splitlines()
    assert told[:4] == [
        "50 solutions",
        "  a = 1, b = 0",
        "  a = 1, b = 1",
        "  … and 48 more (a higher limit lists them)",
    ]


def test_numbers_of_numpy_are_numbers() -> None:
    assert options({"a": np.int64(3), "b": np.float32(0.5), "c": None}) == {"a": 3, "b": 0.5, "c": None}
    assert schedule("alpha", np.array([0.5, 3])) == (0.5, 3.0)
    assert schedule("alpha", np.float64(10)) == (10.0,)


def test_mistakes_have_lines_and_help() -> None:
    with pytest.raises(oedipus.RiddleError) as caught:
        oedipus.explain("digits a, b\na is ood\nb is evne")
    assert str(caught.value) == (
        "line 2: unknown word: 'ood' has no meaning here; did you mean 'odd'?\n"
        "line 3: unknown word: 'evne' has no meaning here; did you mean 'even'?"
    )
    assert "2 | a is ood" in caught.value.rendered


def test_an_unsatisfiable_riddle_raises_with_its_sentences() -> None:
    text = "digits a, b\nfirst clue: a is odd\nb > a\na = 2"
    with pytest.raises(oedipus.Unsatisfiable) as caught:
        oedipus.solve(text)
    assert isinstance(caught.value, oedipus.RiddleError)
    assert "a is odd (line 2)" in str(caught.value)
    assert "a = 2 (line 4)" in str(caught.value)
    assert "b > a" not in str(caught.value)
    found = oedipus.solve(text, anyway=True, **QUICK)
    assert not found.satisfied
    assert "breaks" in repr(found)


def test_warnings_are_pythons() -> None:
    with pytest.warns(UserWarning, match=r"^line 3: ambiguous pronoun: ") as caught:
        oedipus.check("digits a, b\na is odd and b is even\nit is prime")
    assert len(caught) == 1


# Notebooks ----------------------------------------------------------------


def test_a_cell_is_a_riddle(capsys: pytest.CaptureFixture[str]) -> None:
    testing = pytest.importorskip("IPython.testing.globalipapp")
    shell = testing.start_ipython()
    shell.run_line_magic("load_ext", "oedipus")
    found = shell.run_cell_magic("riddle", "check into=verdict limit=3", RIDDLE)
    assert found.solutions == ({"a": 8, "b": 1},)
    assert shell.user_ns["verdict"] is found
    line = " ".join(f"{name}={value}" for name, value in QUICK.items())
    solved = shell.run_cell_magic("riddle", line, RIDDLE)
    assert solved.answer == {"a": 8, "b": 1}
    assert solved.seed == 5
    for wrong, told in (("slove", "is none of solve"), ("seed", "is none of"), ("check limit", "not of the form")):
        with pytest.raises(ValueError, match=told):
            shell.run_cell_magic("riddle", wrong, RIDDLE)
    with pytest.raises(oedipus.RiddleError, match="empty riddle"):
        shell.run_cell_magic("riddle", "check", "\n")
    shell.run_cell("%%riddle check\ndigits a, b\na is ood\n")
    told = capsys.readouterr().out
    assert "2 | a is ood" in told
    assert "Traceback" not in told
