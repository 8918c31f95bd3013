"""What a riddle from the network may open: its visitor's uploads, the library's data, and nothing else."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oedipus.networks.files as files_of_networks
from oedipus.page.riddles import Files, plain, read

SECRET = "secret.npy"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an upload, beside which there is what nobody may read."""
    there = tmp_path_factory.mktemp("page")
    mine = there / "mine"
    mine.mkdir()
    for path in (mine / "photo.npy", there / SECRET):
        np.save(path, np.full((1, 28, 28), 0.5, dtype=np.float32))
    return mine


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every picture that is opened, or looked for."""
    found: list[Path] = []
    stat, open_ = Path.is_file, files_of_networks.os.open

    def looked(self: Path) -> bool:
        found.append(self)
        return stat(self)

    def noted(path: Path, *arguments: object) -> int:
        found.append(Path(path))
        return open_(path, *arguments)

    monkeypatch.setattr(Path, "is_file", looked)
    monkeypatch.setattr(files_of_networks.os, "open", noted)
    return found


def told(text: str, files: Files) -> list[str]:
    return [one.label for one in read(text, files).diagnostics if one.code == "E507"]


def test_an_upload_is_measured(folder: Path) -> None:
    reading = read('digit x\ndata y = "photo.npy"\nx = y ± 0.3', Files(folder, frozenset({"photo.npy"})))
    assert reading.sound, reading.diagnostics
    (clause,) = reading.riddle.clauses
    assert set(clause.body.files) == {"photo.npy"}


def test_values_in_quotes_are_no_files(folder: Path, opened: list[Path]) -> None:
    reading = read('letters a, b, c\na is "C"\nb = "A"\nThe word is one of "CAT", "CAB".', Files(folder))
    assert reading.sound, reading.diagnostics
    assert not [path for path in opened if path.name in ("C", "A", "CAT", "CAB")]


ESCAPES = [
    'digit x\ndata y = "../secret.npy"\nx = y ± 0.3',
    'digit x\nx = "../secret.npy" ± 0.3',
    'digit x\nmask(x, "../secret.npy") = "photo.npy" ± 0.3',
    'digit x\ndata m = "../secret.npy"\nmask(x, m) = "photo.npy" ± 0.3',
    'digit x\ndata y = "{absolute}"\nx = y ± 0.3',
    "digit x\ndata y = “../secret.npy”\nx = y ± 0.3",
    'digit x\nuse "../networks"\nx is odd',
    'digit x\ngiven "../posterior.safetensors"\nx is odd',
    'digit x from "../networks/digit"\nx is odd',
    'digit x\nlet far = "../secret.npy"\nx is odd',
    'digit x\nExactly one of the following statements is true:\nA. x = "../secret.npy" ± 0.3\nB. x is odd',
    'digits x, y\nif x is odd then y = "../secret.npy" ± 0.3',
    'Once "../secret.npy" was a story.\ndigit x\nx is odd',
    'digit x\nmask(x, "CAT") = "photo.npy" ± 0.3',
    'digit x\nletters a, b, c\nthe word is "CAT"\nmask(x, "CAT") = "photo.npy" ± 0.3',
    'letter a\na is "C"\ndata y = "C"\na = y ± 0.3',
]


@pytest.mark.parametrize("text", ESCAPES)
def test_nothing_else_is_opened(text: str, folder: Path, opened: list[Path]) -> None:
    text = text.replace("{absolute}", str(folder.parent / SECRET))
    reading = read(text, Files(folder, frozenset({"photo.npy"})))
    assert not reading.sound
    mine = {folder.resolve()} | {Path(one).resolve() for one in (folder / "photo.npy",)}
    shipped = Path(files_of_networks.__file__).parent
    assert [one for one in opened if one.resolve() not in mine and not one.resolve().is_relative_to(shipped)] == []
    assert reading.riddle.settings.given is None or told(text, Files(folder)), "told, and never solved"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('digit x\nuse "nets"\nx is odd', "'use'"),
        ('digit x\ngiven "run"\nx is odd', "'given'"),
        ('digit x from "digit"\nx is odd', "'from'"),
        ('digit x\ndata y = "mine.npy"\nx = y ± 1', '"mine.npy" is none of your uploads'),
    ],
)
def test_refusals_say_what_and_how_to_mend_it(text: str, words: str, folder: Path) -> None:
    (one,) = [one for one in read(text, Files(folder)).diagnostics if one.code == "E507"]
    assert words in one.label
    assert one.help
    assert text[one.span.start : one.span.end].strip('"') in text


@pytest.mark.parametrize("text", ['Guess "682" has one right digit.\n', "There are three digits.\n"])
def test_a_numeral_in_quotes_is_no_path(text: str, folder: Path) -> None:
    assert told(text, Files(folder)) == []


@given(st.text(st.sampled_from("./\\:ab\0 "), max_size=8))
def test_a_plain_name_stays_in_its_folder(name: str) -> None:
    if plain(name):
        base = Path("/folder")
        assert (base / name).resolve().parent == base
    assert plain("photo.npy")
