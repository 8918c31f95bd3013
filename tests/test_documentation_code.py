"""Pages whose code is run: blocks of Python, files that are written as shown, and commands, in their order."""

import re
import shlex
from pathlib import Path
from textwrap import dedent

import pytest
from typer.testing import CliRunner

from oedipus.__main__ import app
from oedipus.compiler.frontend import read_text
from oedipus.compiler.operators import OPERATORS
from oedipus.networks.cards import Card, read_cards

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(
    r"(?:<!-- file: (?P<file>\S+) -->\n)?^ *```(?P<language>\w+)\n(?P<text>.*?)^ *```", re.DOTALL | re.MULTILINE
)


def run(page: str) -> int:
    """Run a page's blocks in the working directory; how many there were."""
    names: dict[str, object] = {}
    done = 0
    for block in BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        text = dedent(block["text"])
        if block["file"]:
            Path(block["file"]).write_text(text, encoding="utf-8")
        elif block["language"] == "python":
            exec(compile(text, page, "exec"), names)
        elif block["language"] == "sh":
            for line in text.strip().splitlines():
                command, *arguments = shlex.split(line)
                assert command == "oedipus"
                result = CliRunner().invoke(app, arguments)
                assert result.exit_code == 0, (line, result.output)
        else:
            continue
        done += 1
    return done


PAGES = {
    "bring-your-own.md": 8, "measurements.md": 1, "python.md": 7, "tutorial.md": 12, "how-to/measured-pictures.md": 3,
    "how-to/faces.md": 1, "how-to/posteriors.md": 4,
}  # fmt: skip


@pytest.mark.parametrize(("page", "blocks"), PAGES.items())
def test_the_code_of_a_page_runs(page: str, blocks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(page) == blocks


def test_riddles_about_measurements_are_understood() -> None:
    """With a generator of faces where the library has none."""
    face = Card(
        "face", "generator", "face", "face_generator", {"latents": 256}, picture={"shape": [3, 64, 64]},
        language={"nouns": ["face"]},
    )  # fmt: skip
    cards = {"face": face, **read_cards()}
    text = (DOCS / "measurements.md").read_text(encoding="utf-8")
    examples = [block["text"] for block in BLOCK.finditer(text) if block["language"] == "riddle"]
    assert len(examples) == 2
    for example in examples:
        assert read_text(example, cards)[1] == ()


def test_every_operator_is_documented() -> None:
    text = (DOCS / "measurements.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)^\| `(\w+)\(", text)) == set(OPERATORS)
