"""A library of one's own: networks added, removed and verified by the real commands."""

import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from oedipus.networks.archive import ArchiveError, contents
from oedipus.networks.cards import SHIPPED, read_cards
from oedipus.networks.library import load_network
from oedipus.networks.own import Need, need_of
from oedipus.service.modules import ModuleError, add, own_cards, remove, verify


def module(folder: Path, name: str = "oddish", *, of: str = "odd", more: str = "") -> Path:
    """A classifier of digits under a name, with words of its own."""
    folder.mkdir(exist_ok=True)
    text = (SHIPPED / f"{of}.toml").read_text(encoding="utf-8").replace(f'name = "{of}"', f'name = "{name}"\n{more}')
    for word in ("odd", "even"):
        text = text.replace(f"{word} = ", f"{word}{name} = ")
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    shutil.copyfile(SHIPPED / f"{of}.safetensors", folder / f"{name}.safetensors")
    return folder


def packed(folder: Path, kind: str) -> Path:
    return Path(shutil.make_archive(str(folder), kind, folder.parent, folder.name))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OEDIPUS_LIBRARY", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.mark.parametrize("kind", ["", "zip", "gztar", "tar"])
def test_what_was_added_is_in_the_language_until_it_is_removed(library: Path, tmp_path: Path, kind: str) -> None:
    source = module(tmp_path / "module", more='version = "1.2"\nneeds = ["digit >= 1"]')
    found = add(packed(source, kind) if kind else source, library)
    assert [(card.name, card.version) for card in found.cards] == [("oddish", "1.2")]
    assert read_cards()["oddish"].directory == library
    assert "oddish" not in read_cards(own=False)
    command = [sys.executable, "-m", "oedipus", "check", "-"]
    riddle = "digit x\nx is oddoddish\nx > 7\n"
    if not kind:  # once through the shell
        done = subprocess.run(command, input=riddle, capture_output=True, text=True, check=False)
        assert "x = 9" in done.stdout
    assert remove(["oddish"], library) == ["oddish"]
    assert list(library.glob("oddish*")) == []
    if not kind:
        done = subprocess.run(command, input=riddle, capture_output=True, text=True, check=False)
        assert done.returncode == 3


def test_a_version_takes_the_place_of_another_only_where_that_is_said(library: Path, tmp_path: Path) -> None:
    add(module(tmp_path / "old"), library)
    new = module(tmp_path / "new", more='version = "2.0"')
    with pytest.raises(ModuleError, match=r"is there already, version 1\.0; --upgrade puts version 2\.0"):
        add(new, library)
    assert own_cards(library)["oddish"].version == "1.0"
    assert add(new, library, upgrade=True).before == {"oddish": "1.0"}
    assert own_cards(library)["oddish"].version == "2.0"


def test_what_a_network_needs_is_there_and_stays(library: Path, tmp_path: Path) -> None:
    base = module(tmp_path / "base", "base", more='version = "1.5"')
    top = module(tmp_path / "top", "top", more='needs = ["base >= 1.2, < 2"]')
    with pytest.raises(ModuleError, match=r"'top' needs 'base >= 1.2, < 2', and there is no network of that name"):
        add(top, library)
    assert list(library.glob("*.toml")) == []
    add(base, library)
    add(top, library)
    with pytest.raises(ModuleError, match="'base' is needed by top; --with-dependants"):
        remove(["base"], library)
    other = module(tmp_path / "other", "base", more='version = "2.0"')
    with pytest.raises(ModuleError, match=r"and 'base' is of version 2\.0"):
        add(other, library, upgrade=True)
    assert set(remove(["base"], library, others=True)) == {"base", "top"}
    assert own_cards(library) == {}


def test_both_in_one_module_resolve_each_other(library: Path, tmp_path: Path) -> None:
    source = module(tmp_path / "both", "top", more='needs = ["base"]')
    module(source, "base")
    assert {card.name for card in add(source, library).cards} == {"top", "base"}


def test_words_that_are_taken_are_told(library: Path, tmp_path: Path) -> None:
    source = module(tmp_path / "module")
    card = source / "oddish.toml"
    card.write_text(card.read_text(encoding="utf-8").replace("oddoddish = ", "odd = "), encoding="utf-8")
    with pytest.raises(ModuleError, match="'odd' of a digit would be read by 'oddish', and is by 'odd'"):
        add(source, library)


def test_a_name_of_the_shipped_ones_is_refused(library: Path, tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match="'odd' is the name of a network that is shipped"):
        add(module(tmp_path / "module", "odd"), library)
    with pytest.raises(ModuleError, match="'odd' is shipped with oedipus and stays"):
        remove(["odd"], library)


@pytest.mark.parametrize("damage", ["weights", "card", "no weights", "no card", "empty"])
def test_what_is_damaged_is_not_let_in_and_nothing_is_left(library: Path, tmp_path: Path, damage: str) -> None:
    source = module(tmp_path / "module")
    module(source, "fine")
    weights, card = source / "oddish.safetensors", source / "oddish.toml"
    match damage:
        case "weights":
            weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\1")
        case "card":
            card.write_text("name = ", encoding="utf-8")
        case "no weights":
            weights.unlink()
        case "no card":
            for path in source.glob("*.toml"):
                path.unlink()
        case "empty":
            shutil.rmtree(source)
            source.mkdir()
    with pytest.raises(ModuleError, match=r"module"):
        add(source, library)
    assert not list(library.glob("*.*"))


def test_an_archive_unpacks_nothing_beside_the_library(library: Path, tmp_path: Path) -> None:
    source = module(tmp_path / "module")
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("../../escaped.toml", (source / "oddish.toml").read_text(encoding="utf-8"))
    with pytest.raises(ModuleError):
        add(evil, library)
    assert not list(tmp_path.rglob("escaped*"))
    linked = tmp_path / "linked.tar"
    with tarfile.open(linked, "w") as tar:
        member = tarfile.TarInfo("oddish.toml")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(ModuleError, match="no network cards"):
        add(linked, library)


def test_an_archive_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oedipus.networks.archive.LIMIT", 10_000)
    bomb = tmp_path / "bomb.tar"
    with tarfile.open(bomb, "w") as tar:
        member = tarfile.TarInfo("a.safetensors")
        member.size = 9_000
        tar.addfile(member, io.BytesIO(b"\0" * 9_000))
    with pytest.raises(OSError, match=r"larger than|more than"):
        list(contents(bomb))
    small = tmp_path / "bomb.zip"
    with zipfile.ZipFile(small, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.safetensors", b"\0" * 1_000_000)
    with pytest.raises(ArchiveError, match="holds more than"):
        list(contents(small))
    twice = tmp_path / "twice.zip"
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("a/x.toml", "")
        archive.writestr("b/x.toml", "")
    with pytest.raises(ArchiveError, match="twice"):
        list(contents(twice))


def test_verify_finds_weights_that_were_changed_and_figures_that_are_not_so(
    library: Path, tmp_path: Path, digits: tuple[Tensor, Tensor]
) -> None:
    pictures, labels = digits
    network = load_network(read_cards()["odd"])
    with torch.no_grad():
        right = (network(pictures[:60]).argmax(dim=1) == labels[:60] % 2).float().mean().item()
    for place, (one, label) in enumerate(zip(pictures[:60], labels[:60], strict=True)):
        folder = tmp_path / "data" / ("odd" if label % 2 else "even")
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray((one[0] * 255).round().byte().numpy()).save(folder / f"{place}.png")
    source = module(tmp_path / "module")
    card = source / "oddish.toml"
    figures = f"[figures]\naccuracy = {right}\n"
    text = card.read_text(encoding="utf-8").split("[figures]")[0]
    card.write_text(text + figures, encoding="utf-8")
    add(source, library)
    [sound] = verify(["oddish"], library, tmp_path / "data")
    assert sound.faults == ()
    assert sound.figures["accuracy"] == (pytest.approx(right), pytest.approx(right))
    stored = library / "oddish.toml"
    stored.write_text(stored.read_text(encoding="utf-8").replace(f"{right}", "0.5"), encoding="utf-8")
    [wrong] = verify(["oddish"], library, tmp_path / "data")
    assert "accuracy: the card says 0.5" in wrong.faults[0]
    weights = library / "oddish.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\1")
    command = [sys.executable, "-m", "oedipus", "networks", "verify", "oddish", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "its sha256 is not the card's" in json.loads(done.stdout.splitlines()[0])["faults"][0]


@pytest.mark.parametrize(
    ("text", "name", "versions"),
    [("slant", "slant", ""), ("slant >= 1.2, < 2", "slant", ">= 1.2, < 2"), ("two words==1", "two words", "==1")],
)
def test_needs_are_names_and_versions(text: str, name: str, versions: str) -> None:
    assert need_of(text) == Need(name, versions)


@pytest.mark.parametrize("text", ["", ">= 1", "slant >= one", "slant ! 2"])
def test_needs_that_make_no_sense_are_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as slant >= 1.2"):
        need_of(text)
