"""Measurements from text to program: shapes, files, words."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from oedipus.compiler import serialise
from oedipus.compiler.checked import Measurement
from oedipus.compiler.frontend import check_text
from oedipus.compiler.operators import OPERATORS, canonical, through
from oedipus.compiler.pipeline import compile_text
from oedipus.compiler.program import Gaussian
from oedipus.compiler.resolve.pictures import PictureError, read_picture
from oedipus.compiler.show.describe import describe
from oedipus.compiler.show.explain import explain
from oedipus.dsl.diagnostics import RiddleError
from oedipus.networks.cards import Card, read_cards

CARDS = read_cards()
FACE = Card(
    "drawer",
    "generator",
    "face",
    "face_generator",
    options={"latents": 256},
    language={"nouns": ["face"]},
    picture={"shape": [3, 64, 64]},
)
FACES: Mapping[str, Card] = {**{name: card for name, card in CARDS.items() if name != "face"}, "drawer": FACE}


def body(clause: str, folder: Path | None = None) -> Measurement:
    riddle = check_text(f'face portrait\ndata y = "y.npy"\n{clause}\n', FACES, folder=folder)
    (found,) = (one.body for one in riddle.clauses)
    assert isinstance(found, Measurement)
    return found


@pytest.mark.parametrize(
    ("clause", "operators", "network"),
    [
        ("age(portrait) = 33 ± 1", (), "age"),
        ("the portrait is 33 ± 1 years old", (), "age"),
        ("age(blur(portrait, 2)) = 33 +- 1", (("blur", (2,)),), "age"),
        ("coarsen(grey(portrait), 4) = 1 ± 1", (("gray", ()), ("coarsen", (4,))), None),
        ("downsample(portrait, 8) = 1 ± 1", (("coarsen", (8,)),), None),
        ("mask(portrait, upper) = 1 ± 1", (("mask", ("top",)),), None),
        ("mask(portrait, center) = 1 ± 1", (("mask", ("centre",)),), None),
        ("mask(portrait, middle) = 1 ± 1", (("mask", ("centre",)),), None),
        ('mask(portrait, "hole.png") = 1 ± 1', (("mask", ("hole.png",)),), None),
        ("mask(portrait, y) = 1 ± 1", (("mask", ("y.npy",)),), None),
        ("blur(portrait, 1.5) = 1 ± 1", (("blur", (1.5,)),), None),
        ("crop(portrait, 1, 2, 30, 40) = 1 ± 1", (("crop", (1, 2, 30, 40)),), None),
        ("portrait = y ± 0.5", (), None),
    ],
)
def test_what_is_measured(clause: str, operators: object, network: str | None) -> None:
    found = body(clause)
    assert (found.operators, found.network) == (operators, network)


@pytest.mark.parametrize(
    ("calls", "shape", "largest"),
    [
        ([("gray", ()), ("coarsen", (4,)), ("mask", ("left",))], (1, 16, 16), 3),
        ([("crop", (3, 5, 20, 10)), ("blur", (1.0,))], (3, 20, 10), 1),
        ([("crop", (8,)), ("gray", ()), ("gray", ())], (1, 8, 8), 3),
        ([], (3, 64, 64), 1),
    ],
)
def test_shapes_and_ranges(calls: list[tuple[str, tuple[int, ...]]], shape: object, largest: float) -> None:
    assert through(calls, (3, 64, 64)) == (shape, largest)


def test_every_operator_has_an_example_that_fits() -> None:
    for name, operator in OPERATORS.items():
        found = body(f"{operator.example.replace('x', 'portrait', 1)} = 1 ± 1")
        assert [one for one, _ in found.operators] == [name]
        assert operator.said(canonical(*found.operators[0])[1])


def test_files_travel_with_the_program(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    data, hole = rng.random((1, 16, 16), dtype=np.float32), np.zeros((16, 16), np.uint8)
    hole[3:9, 2] = 255
    np.save(tmp_path / "y.npy", data)
    Image.fromarray(hole).save(tmp_path / "hole.png")
    text = 'face portrait\nmask(coarsen(gray(portrait), 4), "hole.png") = "y.npy" ± 0.5\nage(portrait) = 3 ± 1\n'
    program = compile_text(text, FACES, tmp_path)
    for again in (program, serialise.decode(*serialise.encode(program)), serialise.decode(serialise.text(program))):
        assert again == program
        first, second = (factor.body for factor in again.factors)
        assert isinstance(first, Gaussian)
        assert isinstance(second, Gaussian)
        np.testing.assert_array_equal(first.files["y.npy"], data)
        np.testing.assert_array_equal(first.files["hole.png"], hole[np.newaxis] / 255)
        assert (second.network, second.data, second.files) == ("age", 3.0, {})
    said = describe(program)
    assert 'mask(coarsen(gray(portrait), 4), "hole.png")  Gaussian, y.npy (1 × 16 × 16) ± 0.5' in said
    assert "age(portrait)" in said


def test_the_reading_in_plain_english() -> None:
    text = """
        face portrait
        data y = "y.npy"
        I. mask(coarsen(gray(portrait), 4), left) = y ± 0.5
        II. the portrait is 33 ± 1 years old
        III. mask(blur(crop(portrait, 32), 2), "hole.png") = 0.5 ± 0.25
    """
    told = [line for line in explain(check_text(text, FACES), FACES).splitlines()[2:] if not line.startswith("    ")]
    assert told == [
        "I: portrait (its colour channels added up, averaged over blocks of 4 × 4 pixels, its left half left out) "
        'is the picture in "y.npy", give or take 0.5 in each value',
        "II: the network 'age' measures 33 in portrait, give or take 1",
        "III: portrait (cut to its middle 32 × 32 pixels, blurred by 2 pixels, "
        'the black pixels of "hole.png" left out) is 0.5, give or take 0.25 in each value',
    ]


def codes(clause: str, folder: Path, cards: Mapping[str, Card] = FACES) -> list[str]:
    used = 'data y = "y.npy"\n' if "= y " in clause else ""
    with pytest.raises(RiddleError) as caught:
        check_text(f"face portrait\n{used}{clause}\n", cards, folder=folder)
    return [one.code for one in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("blur(age(portrait), 2) = 3 ± 1", "E603"),
        ("age(coarsen(portrait, 2)) = 3 ± 1", "E603"),
        ("age(portrait, 2) = 3 ± 1", "E410"),
        ("age(portrait) = y ± 1", "E604 E605"),
        ("coarsen(portrait, 64, 2) = 0.5 ± 1", "E603"),
        ("coarsen(portrait, 2.5) = 0.5 ± 1", "E603"),
        ("mask(coarsen(portrait, 64), left) = 0.5 ± 1", "E603"),
        ("crop(portrait, 65) = 0.5 ± 1", "E603"),
        ("crop(portrait, 1, 2, 3) = 0.5 ± 1", "E603"),
        ("gray(portrait, 2) = 0.5 ± 1", "E603"),
        ("portrait = 3 ± 1", "E601"),
        ("portrait = y ± 1", "E604"),
    ],
)
def test_mistakes(clause: str, code: str, tmp_path: Path) -> None:
    assert codes(clause, tmp_path) == code.split()


def test_a_generator_that_does_not_say_its_shape(tmp_path: Path) -> None:
    silent = {**FACES, "drawer": replace(FACE, picture={})}
    assert codes("gray(portrait) = 1 ± 1", tmp_path, silent) == ["E603"]


def test_noise_may_leave_the_range_but_bytes_may_not(tmp_path: Path) -> None:
    np.save(tmp_path / "y.npy", np.full((3, 64, 64), 3.0))
    assert body("portrait = y ± 0.5", tmp_path).files["y.npy"].shape == (3, 64, 64)
    assert codes("portrait = y ± 0.1", tmp_path) == ["E606"]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "LA"])
def test_images_of_every_mode(mode: str, tmp_path: Path) -> None:
    """White stands for the largest value, whatever the file calls white."""
    picture = np.zeros((16, 16), np.uint8)
    picture[:, 8:] = 255
    Image.fromarray(picture).convert(mode).save(tmp_path / "y.png")
    riddle = 'face portrait\ncoarsen(gray(portrait), 4) = "y.png" ± 0.5\n'
    found = check_text(riddle, FACES, folder=tmp_path).clauses[0].body
    assert isinstance(found, Measurement)
    np.testing.assert_allclose(found.files["y.png"], 3.0 * picture[np.newaxis] / 255, atol=1e-6)


def test_sixteen_bits(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 65535], [32768, 1]], np.uint16)).save(tmp_path / "y.png")
    np.testing.assert_allclose(read_picture(tmp_path / "y.png")[0], [[0, 1], [32768 / 65535, 1 / 65535]], rtol=1e-6)


def test_a_colour_photo_is_no_gray_measurement(tmp_path: Path) -> None:
    Image.fromarray(np.tile(np.uint8([9, 99, 199]), (16, 16, 1))).save(tmp_path / "y.png")
    assert codes('coarsen(gray(portrait), 4) = "y.png" ± 1', tmp_path) == ["E605"]


def test_odd_arrays(tmp_path: Path) -> None:
    """What cannot be numbers, channels, rows and columns, or would not fit into memory, is refused from its header."""
    path = tmp_path / "y.npy"
    for array in (np.zeros(3), np.array([["a"]]), np.zeros((1, 2, 2, 2)), np.zeros((2, 2), complex)):
        np.save(path, array)
        with pytest.raises(PictureError):
            read_picture(path)
    np.save(path, np.array([[{}]]), allow_pickle=True)
    with pytest.raises(PictureError, match="holds object, not numbers"):
        read_picture(path)
    np.lib.format.open_memmap(path, "w+", np.float32, (1, 10000, 10000))
    with pytest.raises(PictureError, match="limit"):
        read_picture(path)
    with pytest.raises(PictureError, match="it is a directory"):
        read_picture(tmp_path)
    with pytest.raises(PictureError, match=r"no readable|not exist"):
        read_picture(Path("a\0b.png"))


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spoilt")


@given(kind=st.sampled_from(["npy", "png", "jpg"]), place=st.integers(0, 400), content=st.binary(max_size=40))
def test_spoilt_files_give_a_picture_or_an_error(spoilt: Path, kind: str, place: int, content: bytes) -> None:
    path = spoilt / f"y.{kind}"
    picture = np.arange(256, dtype=np.uint8).reshape(16, 16)
    np.save(path, picture) if kind == "npy" else Image.fromarray(picture).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:place] + content + whole[place + len(content) :])
    said = ""
    try:
        assert read_picture(path).ndim == 3
    except PictureError as error:
        said = str(error)
    # Other libraries name the whole path; messages must be the same wherever the riddle lies.
    assert os.sep not in said
