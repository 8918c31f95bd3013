"""The tree as it is installed."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = {
    "oedipus" if key == "cli" else f"oedipus.{key}": key
    for key in ("cli", "dsl", "compiler", "networks", "runtime", "riddles")
}


def test_every_package_is_shipped() -> None:
    found = set()
    for package, folder in FOLDERS.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            inner = init.parent.relative_to(ROOT / folder).parts
            found.add(".".join([package, *inner]))
    assert set(SETTINGS["tool"]["setuptools"]["packages"]) == found


def test_generic_names_are_not_imported() -> None:
    code = (
        "import sys, oedipus.compiler.pipeline, oedipus.runtime.solve, oedipus.networks.cards\n"
        "print([name for name in ('dsl', 'compiler', 'networks', 'runtime', 'riddles', 'cli') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stdout.strip() == "[]"


RUN_AND_TELL = """
import sys
from oedipus.__main__ import main
try:
    main()
finally:
    sys.stderr.write(str("torch" in sys.modules))
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["check", "-"], ["explain", "-"], ["compile", "-"], ["fmt", "-"], ["why", "-"]]
)
def test_torch_stays_out_of_all_but_solving(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_TELL, *arguments],
        input="digit a\na is odd\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT.parent,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith("False")


def test_weights_stay_small() -> None:
    weights = list((ROOT / "networks" / "weights").rglob("*.safetensors"))
    assert weights
    assert sum(path.stat().st_size for path in weights) < 25e6


def test_nothing_is_pickled() -> None:
    sources = [path for folder in FOLDERS.values() for path in (ROOT / folder).rglob("*.py")]
    assert not [
        path
        for path in sources
        if "torch.load(" in path.read_text("utf-8") or "import pickle" in path.read_text("utf-8")
    ]


def test_every_lower_bound_has_a_tested_version() -> None:
    pinned = {
        line.split("==")[0].lower().replace("-", "_")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    project = SETTINGS["project"]
    wanted = [*project["dependencies"], *(one for group in project["optional-dependencies"].values() for one in group)]
    assert {one.split(">=")[0].lower().replace("-", "_") for one in wanted} <= pinned
