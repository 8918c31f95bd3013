"""The gallery shows the riddles as they are."""

import importlib.util
import warnings
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
MAKE = "make it anew: python benchmarks/gallery.py"


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    """benchmarks/gallery.py."""
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "benchmarks" / "gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_riddle_was_solved_as_it_is_written(gallery: ModuleType) -> None:
    found = gallery.stored()
    assert not gallery.stale(found), MAKE
    assert set(found) == set(gallery.riddles()), MAKE
    assert {path.stem for path in gallery.FOLDER.glob("*.png")} == {
        name for name, one in found.items() if "conflict" not in one
    }


def test_what_it_says_fulfils_the_riddles(gallery: ModuleType) -> None:
    """By the tables; and a riddle that was not solved says so."""
    import oedipus
    from oedipus.networks.cards import read_cards, value_cards

    readers = value_cards(read_cards().values())
    for name, one in gallery.stored().items():
        if not one.get("answer"):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some riddles are there for their warning
            program = oedipus.compile(ROOT / "riddles" / f"{name}.riddle").program
        kinds = {variable.name: variable.kind for variable in program.variables}
        # A value that is a name counts by its place.
        classes = {
            picture: readers[kinds[picture]].classes.index(value) if isinstance(value, str) else value
            for picture, value in one["answer"].items()
        }
        assert list(program.violated(classes)) == one["violated"], name


def test_the_page_is_made_of_it(gallery: ModuleType) -> None:
    assert gallery.PAGE.read_text(encoding="utf-8") == gallery.page(gallery.stored()), f"{MAKE} --page"
    assert sum(path.stat().st_size for path in gallery.FOLDER.iterdir()) < 3e6


def test_a_riddle_that_changes_is_stale(gallery: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    texts, found = gallery.riddles(), gallery.stored()
    monkeypatch.setattr(gallery, "riddles", lambda: texts | {"clock": texts["clock"] + "\n# Later."})
    assert gallery.stale(found) == ["clock"]
