"""Golden messages: each ``errors/NAME.riddle`` is answered with exactly ``NAME.err``.

``python -m tests.dsl.test_errors`` from the root writes them anew, to be read before they are committed.
"""

from pathlib import Path

import pytest

from oedipus.compiler.frontend import read_text
from oedipus.dsl.diagnostics import RiddleError, as_json, render
from oedipus.dsl.reader import decode
from oedipus.networks.cards import read_cards

FOLDER = Path(__file__).parents[1] / "errors"
CARDS = read_cards()
NAMES = sorted(path.stem for path in FOLDER.glob("*.riddle"))


def answer(name: str) -> str:
    """What the user is told about a file."""
    try:
        text = decode((FOLDER / f"{name}.riddle").read_bytes())
    except RiddleError as error:
        return render(error.diagnostics, "", f"{name}.riddle")
    return render(read_text(text, CARDS, FOLDER)[1], text, f"{name}.riddle")


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 60


@pytest.mark.parametrize("name", NAMES)
def test_message(name: str) -> None:
    said = answer(name)
    assert said
    assert said == (FOLDER / f"{name}.err").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "not_utf8"])
def test_spans_lie_inside_the_text(name: str) -> None:
    text = decode((FOLDER / f"{name}.riddle").read_bytes())
    for one in read_text(text, CARDS)[1]:
        assert 0 <= one.span.start <= one.span.end <= len(text)
        found = as_json(one, text)
        assert found["line"] <= found["end_line"]
        assert found["severity"] in ("error", "warning")


def test_json_counts_lines_and_columns_from_one() -> None:
    text = "digits a, b\r\n\tIII. a has a closed cirlce\r\n"
    (found,) = read_text(text, CARDS)[1]
    said = as_json(found, text)
    assert (said["line"], said["column"], said["end_line"], said["end_column"]) == (2, 22, 2, 28)
    assert (said["code"], said["clause"], said["suggestion"]) == ("E102", "III", "circle")


def test_all_mistakes_come_out_in_one_run() -> None:
    text = (FOLDER / "several_mistakes.riddle").read_text(encoding="utf-8")
    lines = {as_json(one, text)["line"] for one in read_text(text, CARDS)[1]}
    assert lines == {2, 3, 5, 6}


if __name__ == "__main__":
    for each in NAMES:
        (FOLDER / f"{each}.err").write_text(answer(each), encoding="utf-8")
