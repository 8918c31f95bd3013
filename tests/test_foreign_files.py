"""Files that others wrote, through the commands that open them: one line that names file and key, and no wait."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from oedipus.networks.architectures import build
from oedipus.networks.cards import Card, CardError, read_cards
from oedipus.networks.files import FileRefused, open_regular, read_json, read_regular
from oedipus.networks.library import WeightsError, load_network, save_weights
from oedipus.networks.stored import StoredError, first_out_of_range, header_of, read_header
from oedipus.networks.tensors import load_tree, save_tree
from oedipus.runtime.algorithms.base import Approximation, Draws, FullRank
from oedipus.runtime.pool import cache_path, cached_pool
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.saved import Origin, Saved, SavedError, read_saved
from oedipus.shell.common import read_libraries

CARD = """name = "bright"
role = "classifier"
kind = "digit"
architecture = "convnet"
classes = ["dim", "bright"]
[options]
classes = 2
width = 4
[language.adjectives]
bright = "bright"
"""


def check(folder: Path, *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    riddle = folder / "ink.riddle"
    riddle.write_text('use "nets"\ndigits a\na is bright\n', encoding="utf-8")
    command = [sys.executable, "-m", "oedipus", "check", str(riddle)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


@pytest.fixture
def nets(tmp_path: Path) -> Path:
    folder = tmp_path / "nets"
    folder.mkdir()
    torch.manual_seed(0)
    save_weights(build("convnet", classes=2, width=4), folder / "bright.safetensors")
    (folder / "bright.toml").write_text(CARD, encoding="utf-8")
    return folder


def test_a_sound_library_is_let_in_without_torch(nets: Path) -> None:
    assert check(nets.parent).returncode == 0
    code = (
        "import sys; from pathlib import Path; from oedipus.shell.common import read_libraries;"
        f"read_libraries([Path({str(nets)!r})]); assert not {{'torch', 'safetensors'}} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("width = 4", 'width = "x"', "options.width"),
        ("width = 4", "width = [1]", "options.width"),
        ("width = 4", "width = -1", "options.width"),
        ("classes = 2\n", "classes = 3\n", "classes"),
        ('["dim", "bright"]', '["dim", "bright", "blinding"]', "classes"),
        ('["dim", "bright"]', '"bright"', "classes"),
        ('["dim", "bright"]', '["bright", "bright"]', "classes"),
        ('"convnet"', '"transformer"', "architecture"),
        ('"convnet"', "3", "architecture"),
        ('"classifier"', "true", "role"),
        ("[options]", "table = [0, 1, 0]\n[options]", "table"),
        ("[options]", "table = [0, 1, 0, 1, 0, 1, 0, 1, 0, 2]\n[options]", "table"),
        ("[options]", "table = {a = 1}\n[options]", "table"),
        ("[options]", "[picture]\nrange = [1, 1]\n[options]", "picture.range"),
        ("[options]", "[picture]\nrange = [nan, 1.0]\n[options]", "picture.range"),
        ("[options]", "[picture]\nshape = [1, 28]\n[options]", "picture.shape"),
        ("[options]", "[figures]\na = inf\n[options]", "figures.a"),
        ("[options]", "[training]\nwhen = 2020-01-01\n[options]", "training.when"),
        ('bright = "bright"\n', 'bright = "blinding"\n', "language.adjectives"),
        ('bright = "bright"\n', '"o(d" = "bright"\n', "language.adjectives"),
        ("[language.adjectives]", "[language]\nnouns = [3]\n[language.adjectives]", "language.nouns[0]"),
        ("[language.adjectives]", "[language]\nvalue = true\n[language.adjectives]", "classes"),
    ],
)
def test_a_card_is_told_by_file_and_key(old: str, new: str, key: str, nets: Path) -> None:
    assert old in CARD
    (nets / "bright.toml").write_text(CARD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CardError) as caught:
        read_libraries([nets])
    assert str(nets / "bright.toml") in str(caught.value)
    assert f"'{key}" in str(caught.value) or f": {key} '" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 100_000, "a." * 30_000 + "b = 1", "x = " + "9" * 50_000, "{" * 60_000, "#" * 70_000, "a" * 60_000],
)
def test_cards_that_would_take_for_ever(text: str, nets: Path) -> None:
    (nets / "bright.toml").write_text(CARD + text, encoding="utf-8")
    start = time.process_time()
    with pytest.raises(CardError, match=r"bright\.toml: (not a TOML file|cannot be read)"):
        read_cards([nets])
    assert time.process_time() - start < 2


def nan_weights(nets: Path) -> None:
    found = load_file(nets / "bright.safetensors")
    found["scores.bias"][0] = float("nan")
    save_file(found, nets / "bright.safetensors")


def other_scores(nets: Path) -> None:
    save_weights(build("convnet", classes=5, width=4), nets / "bright.safetensors")


def other_hash(nets: Path) -> None:
    (nets / "bright.toml").write_text(f'sha256 = "{"0" * 64}"\n{CARD}', encoding="utf-8")


def pipe(nets: Path) -> None:
    (nets / "bright.safetensors").unlink()
    os.mkfifo(nets / "bright.safetensors")


def card_is_a_pipe(nets: Path) -> None:
    (nets / "bright.toml").unlink()
    os.mkfifo(nets / "bright.toml")


def card_is_a_device(nets: Path) -> None:
    (nets / "bright.toml").unlink()
    (nets / "bright.toml").symlink_to("/dev/zero")


def card_is_a_folder(nets: Path) -> None:
    (nets / "bright.toml").unlink()
    (nets / "bright.toml").mkdir()


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda nets: (nets / "bright.safetensors").unlink(), "'architecture' is convnet, and cannot read"),
        (lambda nets: (nets / "bright.safetensors").write_bytes(b"\xff" * 99), "'architecture'"),
        (nan_weights, "'scores.bias' has entries that are no number"),
        (other_scores, "'classes' has 2 entries"),
        (other_hash, "'sha256'"),
        (pipe, "it is no regular file"),
        (card_is_a_pipe, "it is no regular file"),
        (card_is_a_device, "it is no regular file"),
        (card_is_a_folder, "it is a directory"),
    ],
)
def test_check_tells_what_solve_would_find_later(spoil: object, key: str, nets: Path) -> None:
    spoil(nets)  # type: ignore[operator]
    done = check(nets.parent)
    assert done.returncode == 3
    assert key in done.stderr
    assert str(nets / "bright.toml") in done.stderr
    assert done.stderr.count("\n") == 1


def test_weights_are_held_against_their_card_before_memory_is_taken(nets: Path) -> None:
    (nets / "bright.toml").write_text(CARD.replace("width = 4", "width = 16384"), encoding="utf-8")
    card = read_cards([nets])["bright"]
    with pytest.raises(WeightsError, match="has the shape"):
        load_network(card)
    nan_weights(nets)
    (nets / "bright.toml").write_text(CARD, encoding="utf-8")
    with pytest.raises(WeightsError, match="no number"):
        load_network(read_cards([nets])["bright"])


# Files --------------------------------------------------------------------


def test_only_regular_files_of_bounded_size(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    os.mkfifo(tmp_path / "pipe")
    assert read_regular(tmp_path / "a", 5) == b"12345"
    for path, limit, reason in (
        (tmp_path / "a", 4, "larger than 4 bytes"),
        (tmp_path, 9, "a directory"),
        (tmp_path / "pipe", 9, "no regular file"),
        (Path("/dev/zero"), 9, "no regular file"),
        (Path("a\0b"), 9, "no file can have this name"),
    ):
        with pytest.raises(FileRefused, match=reason):
            open_regular(path, limit)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "missing", 9)
    if Path("/proc/self/status").exists():  # its size is said to be 0
        with pytest.raises(FileRefused, match="larger than 10 bytes"):
            read_regular(Path("/proc/self/status"), 10)
    with pytest.raises(ValueError, match="nests too deep"):
        read_json("[" * 100_000)


@pytest.mark.parametrize("command", ["check", "solve", "explain", "fmt", "why", "compile"])
def test_a_riddle_that_is_a_pipe_or_a_device(command: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.riddle")
    for file in (str(tmp_path / "x.riddle"), "/dev/zero", str(tmp_path)):
        asked = [sys.executable, "-m", "oedipus", command, file]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 3, done.stderr
        assert done.stderr.startswith(f"oedipus: cannot read {file}: it is")


def test_data_that_is_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "y.npy")
    riddle = tmp_path / "x.riddle"
    riddle.write_text('digit x\ndata y = "y.npy"\nx = y ± 0.5\n', encoding="utf-8")
    asked = [sys.executable, "-m", "oedipus", "check", str(riddle)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert "E604" in done.stderr


def test_headers_against_the_library(nets: Path) -> None:
    """Shapes, types and places are those that safetensors itself reads."""
    header = read_header(nets / "bright.safetensors")
    content = (nets / "bright.safetensors").read_bytes()
    for name, tensor in load_file(nets / "bright.safetensors").items():
        stored = header.tensors[name]
        assert stored.shape == tuple(tensor.shape)
        assert content[stored.start : stored.start + stored.size] == tensor.numpy().tobytes()
    for cut in (0, 7, 8, 50, len(content) - 1):
        with pytest.raises(StoredError):
            header_of(content[:cut])
    with pytest.raises(StoredError, match="header speaks of"):
        header_of(content + b"\0")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_what_is_no_number_is_found_in_every_precision(dtype: torch.dtype, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    values = torch.tensor([0.0, -0.0, 1.0, -60_000.0, 1e-30]).to(dtype)
    save_file({"a": values, "n": torch.arange(3)}, path)
    assert first_out_of_range(path) == ""
    for bad in (float("nan"), float("inf"), -float("inf"), 3e38):
        save_file({"n": torch.arange(3), "a": torch.cat([values, torch.tensor([bad]).to(dtype)])}, path)
        assert first_out_of_range(path) == "a"


# Posteriors and caches ----------------------------------------------------

DIGEST = "a" * 64


def seal(path: Path, tensors: dict[str, Tensor], kind: str = "diagonal", **changes: object) -> Path:
    """A posterior as someone else writes it, without a hash."""
    variable = {"name": "a", "kind": "digit", "generator": "digit", "latents": 3, "sha256": DIGEST} | changes
    of = {"format": "oedipus-posterior-1", "type": kind, "variables": [variable]}
    apart = {name: value.clone() for name, value in tensors.items()}
    save_file(apart, path, metadata={"posterior": json.dumps(of)})
    return path


def test_double_precision_is_cast(tmp_path: Path) -> None:
    mean = torch.tensor([0.1, -2.0, 3.0], dtype=torch.float64)
    saved = read_saved(seal(tmp_path / "p", {"mean": mean, "log_sigma": torch.zeros(3, dtype=torch.float64)}))
    assert isinstance(saved.distribution, Approximation)
    assert saved.distribution.mean.dtype == saved.distribution.log_sigma.dtype == torch.float32
    torch.testing.assert_close(saved.distribution.mean[0], mean.float())


ZERO = torch.zeros(3)


@pytest.mark.parametrize(
    ("tensors", "kind", "changes", "message"),
    [
        ({"mean": ZERO, "log_sigma": torch.tensor([0.0, float("inf"), 0])}, "diagonal", {}, "'log_sigma' has entries"),
        (
            {"mean": torch.full((3,), 1e300, dtype=torch.float64), "log_sigma": ZERO},
            "diagonal",
            {},
            "'mean' has entries",
        ),
        ({"mean": ZERO, "log_sigma": torch.full((3,), 99.0)}, "diagonal", {}, "no widths"),
        ({"mean": ZERO.int(), "log_sigma": ZERO}, "diagonal", {}, "holds int32"),
        ({"mean": ZERO[None], "log_sigma": ZERO}, "diagonal", {}, "'mean' is not over the 3"),
        ({"mean": ZERO, "log_sigma": ZERO, "x": ZERO}, "diagonal", {}, "and nothing else"),
        ({"mean": ZERO}, "diagonal", {}, "and nothing else"),
        ({"mean": ZERO, "scale": torch.ones(3, 3)}, "full", {}, "lower triangle"),
        ({"mean": ZERO, "scale": -torch.eye(3)}, "full", {}, "lower triangle"),
        ({"draws": torch.zeros(0, 1, 3)}, "draws", {}, "'draws' is not over"),
        ({"draws": torch.zeros(4, 3)}, "draws", {}, "'draws' is not over"),
        ({"mean": ZERO, "log_sigma": ZERO}, "triangular", {}, "damaged posterior"),
        ({"mean": ZERO, "log_sigma": ZERO}, "diagonal", {"name": 3}, "has no name"),
        ({"mean": ZERO, "log_sigma": ZERO}, "diagonal", {"name": "a\nb"}, "has no name"),
        ({"mean": ZERO, "log_sigma": ZERO}, "diagonal", {"latents": True}, "has True latents"),
        ({"mean": ZERO, "log_sigma": ZERO}, "diagonal", {"latents": 10**12}, "latents"),
        ({"mean": ZERO, "log_sigma": ZERO}, "diagonal", {"sha256": "x"}, "sha256"),
        ({"mean": ZERO, "log_sigma": ZERO}, "diagonal", {"colour": 1}, "damaged posterior"),
    ],
)
def test_posteriors_that_are_none(
    tensors: dict[str, Tensor], kind: str, changes: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(SavedError, match=message) as caught:
        read_saved(seal(tmp_path / "p", tensors, kind, **changes))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "distribution",
    [
        Approximation(torch.randn(1, 3), torch.randn(1, 3)),
        FullRank(torch.randn(3), torch.eye(3)),
        Draws(torch.randn(5, 2, 3)),
    ],
)
def test_any_flipped_byte_of_a_posterior_is_noticed(
    distribution: Approximation | FullRank | Draws, tmp_path: Path
) -> None:
    path = tmp_path / "p"
    Saved((Origin("a", "digit", "digit", 3, DIGEST),), distribution).write(path)
    content = path.read_bytes()
    expected = read_saved(path)
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 4
        path.write_bytes(damaged)
        try:
            found = read_saved(path)
        except SavedError:
            continue
        assert str(found) == str(expected), place  # a blank in the header, or the case of a letter that no one reads


def test_a_posterior_that_is_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "posterior.safetensors")
    asked = [sys.executable, "-m", "oedipus", "sample", str(tmp_path), "-o", str(tmp_path / "x.png")]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert "it is no regular file" in done.stderr


def test_trees_of_tensors_are_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "tree"
    save_tree(
        path,
        {
            "a": torch.arange(6.0).reshape(2, 3).T,
            "b": [1, "x", {3: torch.zeros(1, 1).expand(4, 1)}],
            "c": torch.ones(()),
        },
    )
    tree = load_tree(path)
    assert torch.equal(tree["a"], torch.arange(6.0).reshape(2, 3).T)
    assert torch.equal(tree["b"][2][3], torch.zeros(4, 1))
    save_file(load_file(path), path)
    with pytest.raises(ValueError, match="holds no tree"):
        load_tree(path)


def test_damaged_banks_are_drawn_again(posterior: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OEDIPUS_CACHE", str(tmp_path))
    source = posterior.sources[0]
    networks = posterior.readers_by_source()[source]
    first = cached_pool(posterior, source, networks, 16)
    path = cache_path(posterior, "digit", networks, 16)
    sound = path.read_bytes()

    def flipped(place: int) -> bytes:
        damaged = bytearray(sound)
        damaged[place] ^= 1
        return bytes(damaged)

    def rewritten(change: Mapping[str, Tensor], metadata: Mapping[str, str] | None) -> bytes:
        save_file({**load_file(path), **change}, tmp_path / "x", metadata=dict(metadata) if metadata else None)
        return (tmp_path / "x").read_bytes()

    (name,) = [one for one in load_file(path) if one.endswith("latents")]
    damages = [
        flipped(len(sound) - 1),
        flipped(len(sound) // 2),
        flipped(len(sound) - 5000),
        b"",
        sound[:-1],
        sound + b"\0",
    ]
    damages.append(rewritten({}, None))
    damages.append(rewritten({name: torch.zeros(3, 128)}, {"tree": "{}"}))
    for content in damages:
        path.write_bytes(content)
        again = cached_pool(posterior, source, networks, 16)
        assert torch.equal(again.latents, first.latents)
        assert all(torch.equal(again.readings[one], first.readings[one]) for one in networks)
        assert path.read_bytes() == sound
    # Whole, and signed, but of other shapes: not the bank of this riddle.
    for tree in (
        {"latents": torch.zeros(16, 3), "readings": first.readings},
        {"latents": first.latents, "readings": {}},
        {},
    ):
        save_tree(path, tree)
        assert torch.equal(cached_pool(posterior, source, networks, 16).latents, first.latents)
        assert path.read_bytes() == sound


def test_shipped_cards_keep_the_schema(cards: Mapping[str, Card]) -> None:
    from oedipus.networks.cards import SHIPPED, read_card

    for path in SHIPPED.glob("*.toml"):
        assert read_card(path) == cards[path.stem]


def test_arrays_of_both_orders_and_any_precision(tmp_path: Path) -> None:
    from oedipus.compiler.resolve.pictures import read_picture

    values = np.random.default_rng(0).random((3, 5, 4))
    for dtype in ("<f8", ">f4", "<f2", "|u1", "<i8"):
        for order in ("C", "F"):
            np.save(tmp_path / "y.npy", np.asarray(values * 200, dtype=dtype, order=order))
            np.testing.assert_array_equal(
                read_picture(tmp_path / "y.npy"), np.load(tmp_path / "y.npy").astype(np.float32)
            )


def test_networks_of_a_kind_that_do_not_fit_together(nets: Path) -> None:
    """A generator of digits in colour, which no network of digits can read."""
    from oedipus.compiler.pipeline import compile_text
    from oedipus.runtime.posterior import load_posterior

    save_weights(build("face_generator", latents=16, dense=32), nets / "tint.safetensors")
    (nets / "tint.toml").write_text(
        'name = "tint"\nrole = "generator"\nkind = "digit"\narchitecture = "face_generator"\n'
        "[options]\nlatents = 16\ndense = 32\n[picture]\nshape = [3, 64, 64]\n",
        encoding="utf-8",
    )
    cards = read_libraries([nets])
    program = compile_text('digit x from "tint"\nx is odd\n', cards)
    with pytest.raises(WeightsError, match=r"cannot read pictures \[3, 64, 64\] of 'tint'"):
        load_posterior(program, cards)
    other_scores(nets)
    (nets / "tint.toml").unlink()
    cards = read_cards([nets])
    with pytest.raises(WeightsError, match="does not fit its card"):
        load_posterior(compile_text("digits a\na is bright\n", cards), cards)


@pytest.mark.parametrize(
    "written", ["{}", "{}.5", "1/{}", "b ** {}", "the {}th digit", "1,000{}", "b ± {}", "[{}]", "{}%"]
)
def test_numbers_longer_than_python_reads(written: str, cards: Mapping[str, Card]) -> None:
    from oedipus.compiler.frontend import read_text

    digits = ",000" * 3000 if "," in written else "7" * 5000
    _, found = read_text(f"digits a, b\na = {written.format(digits)}\nb is odd\n", cards)
    errors = [one for one in found if one.severity == "error"]
    assert [one.code for one in errors] == ["E405"]
    assert "characters" in errors[0].label
