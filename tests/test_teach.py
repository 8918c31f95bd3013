"""A word is taught by pictures: from folders to a riddle that says it, and everything that can be wrong on the way."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.optimize import minimize
from torch import Tensor

import oedipus
from oedipus.networks.cards import Card, read_cards
from oedipus.networks.library import load_network
from oedipus.networks.teaching import ITERATIONS, RIDGE, Span, Taught, fit
from oedipus.service.examples import ExamplesError, examples_of, read_examples, warnings
from oedipus.service.teaching import Cancelled, Lesson, teach
from oedipus.service.words import TeachError, draft

CLEAR, UPRIGHT = 0.35, 0.2


def slant(picture: Tensor) -> float:
    """Shear of a picture ``[1, 28, 28]`` that would set its strokes upright, by second moments."""
    ink = picture[0].double().numpy()
    rows, columns = np.mgrid[:28, :28]
    down, across = (one - (ink * one).sum() / ink.sum() for one in (rows, columns))
    return float(-(ink * down * across).sum() / (ink * down**2).sum())


@pytest.fixture(scope="module")
def drawn(cards: Mapping[str, Card]) -> tuple[Tensor, Tensor]:
    """Generated digits ``[900, 1, 28, 28]`` and their slants."""
    pictures = load_network(cards["digit"])(torch.randn(900, 128, generator=torch.Generator().manual_seed(3)))
    return pictures, torch.tensor([slant(one) for one in pictures])


@pytest.fixture(scope="module")
def examples(drawn: tuple[Tensor, Tensor]) -> Mapping[str, np.ndarray]:
    pictures, slants = drawn
    chosen = {"slanted": pictures[slants > CLEAR][:50], "upright": pictures[slants < UPRIGHT][:50]}
    return {name: one.numpy() for name, one in chosen.items()}


@pytest.fixture(scope="module")
def taught(examples: Mapping[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``oedipus teach`` makes of folders of PNG and NPY."""
    there = tmp_path_factory.mktemp("teach")
    for name, batch in examples.items():
        (there / "examples" / name).mkdir(parents=True)
        for at, one in enumerate(batch):
            path = there / "examples" / name / f"{at}"
            if at % 2:
                np.save(f"{path}.npy", one)
            else:
                Image.fromarray((one[0] * 255).round().astype(np.uint8)).save(f"{path}.png")
    command = [sys.executable, "-m", "oedipus", "teach", "slanted", "--examples", "examples", "-o", "nets", "--json"]
    done = subprocess.run(command, cwd=there, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *learning, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["event"] for one in learning] == ["learning"] * len(learning)
    assert learning[-1]["done"] == learning[-1]["total"]
    assert last["words"] == ["slanted", "upright"]
    assert last["warnings"] == []
    return there / "nets"


def test_a_riddle_says_the_word_and_its_pictures_are_so(taught: Path) -> None:
    text = f'use "{taught}"\ndigits a, b\nfirst is slanted\nsecond is upright\na = b + 2\n'
    result = oedipus.solve(text, seed=1)
    slanted, upright = ([slant(one) for one in result.pictures[name]] for name in "ab")
    assert np.mean(np.array(slanted) > UPRIGHT) > 0.9
    assert np.mean(np.array(upright) < CLEAR) > 0.9
    assert np.median(slanted) > CLEAR > UPRIGHT > np.median(upright)
    assert result.answer["a"] == result.answer["b"] + 2
    different = np.unique(np.asarray(result.pictures["a"]).reshape(len(slanted), -1), axis=0)
    assert len(different) > 10, "at α = 300 nearly all are one picture"


def test_the_card_tells_how_good_it_is(taught: Path, drawn: tuple[Tensor, Tensor]) -> None:
    card = read_cards([taught])["slanted"]
    figures = card.figures
    assert card.language["adjectives"] == {"slanted": "slanted", "upright": "upright"}
    assert figures["examples_0"] == figures["examples_1"] == 50
    assert figures["accuracy_low"] < figures["accuracy"] < figures["accuracy_high"]
    pictures, slants = drawn
    unseen = torch.arange(900) > 450
    clear = unseen & ((slants > CLEAR) | (slants < UPRIGHT))
    said = load_network(card)(pictures[clear]).softmax(dim=1)[:, 0]
    truth = slants[clear] > CLEAR
    accuracy = ((said > 0.5) == truth).float().mean().item()
    assert figures["accuracy_low"] - 0.03 <= accuracy
    assert accuracy > 0.93
    # Calibrated: of what is called slanted with about 90 % or more, about so many are.
    assert abs(said[said > 0.9].mean() - truth[said > 0.9].float().mean()) < 0.08
    assert abs(said[said < 0.1].mean() - truth[said < 0.1].float().mean()) < 0.08


def test_a_second_word_joins_the_library_and_a_first_one_can_be_taught_anew(
    taught: Path, examples: Mapping[str, np.ndarray]
) -> None:
    given = examples_of({"slanted": examples["slanted"][:9], "not-slanted": examples["upright"][:9]})
    card = teach(Lesson(word="slanted", kind="digit", examples=given, out=taught.parent / "again")).card
    again = teach(Lesson(word="slanted", kind="digit", examples=given, out=taught.parent / "again")).card
    assert card.sha256 == again.sha256, "the same seed gives the same weights"
    assert card.language["adjectives"] == {"slanted": "slanted"}
    other = examples_of({"leaning": examples["slanted"][:9], "not-leaning": examples["upright"][:9]})
    teach(Lesson(word="leaning", kind="digit", examples=other, out=taught.parent / "again"))
    assert {"slanted", "leaning"} <= set(read_cards([taught.parent / "again"]))
    clash = examples_of({"leaning": examples["slanted"][:9], "slanted": examples["upright"][:9]})
    with pytest.raises(TeachError, match="'slanted' is in the language already"):
        teach(Lesson(word="leaning", kind="digit", examples=clash, out=taught.parent / "again"))


def test_cancelled_nothing_is_written(examples: Mapping[str, np.ndarray], tmp_path: Path) -> None:
    class Always:
        def is_set(self) -> bool:
            return True

    given = examples_of({"slanted": examples["slanted"], "upright": examples["upright"]})
    with pytest.raises(Cancelled):
        teach(Lesson(word="slanted", kind="digit", examples=given, out=tmp_path / "out"), cancel=Always())
    assert not (tmp_path / "out").exists()


def test_warnings(examples: Mapping[str, np.ndarray], tmp_path: Path) -> None:
    mixed = np.concatenate([examples["slanted"], examples["upright"]])
    alike = examples_of({"slanted": 1 - mixed[:60:2], "not-slanted": 1 - mixed[1:20:2]})
    said = " ".join(teach(Lesson(word="slanted", kind="digit", examples=alike, out=tmp_path / "out")).warnings)
    for words in ("few examples (10 of 'not-slanted')", "unbalanced classes: 30", "alike: accuracy is", "brighter"):
        assert words in said
    twice = examples_of({"slanted": mixed[[0] * 25], "upright": mixed[[0] * 25]})
    assert any("25 pictures are in two classes" in one for one in warnings(twice))
    assert warnings(examples_of(dict(examples))) == ()


@pytest.mark.parametrize(
    ("word", "classes", "message"),
    [
        ("odd", ("odd", "not-odd"), "'odd' is in the language already"),
        ("closed", ("closed", "not-closed"), "'closed' is a word of the language"),
        ("is", ("is", "not-is"), "'is' is a word of the language"),
        ("prime", ("prime", "not-prime"), "'prime' is a word of the language"),
        ("very-thick", ("thin", "very-thick"), "'very-thick' is not one word"),
        ("x", ("x", "not-x"), "'x' is not one word"),
        ("Thick", ("Thick", "not-thick"), "call it 'thick'"),
        ("thick", ("thin", "wide"), "no folder is called 'thick'; there are thin, wide"),
        ("circle", ("circle", "not-circle"), "'circle' is a word of the language"),
    ],
)
def test_words_that_cannot_be_taught(
    word: str, classes: tuple[str, ...], message: str, cards: Mapping[str, Card]
) -> None:
    with pytest.raises(TeachError, match=message):
        draft(word, "digit", classes, cards)


def test_kinds_that_cannot_be_taught(cards: Mapping[str, Card]) -> None:
    with pytest.raises(TeachError, match="nothing draws a 'horse'; there are digit, face"):
        draft("thick", "horse", ("thick", "thin"), cards)
    assert draft("thick", "digits", ("thick", "thin"), cards)[1].name == "digit_classifier"
    assert draft("smiling", "face", ("smiling", "not-smiling"), cards)[1].name == "gender"


def _picture(path: Path, side: int = 28, mode: str = "L") -> None:
    Image.new(mode, (side, side), 255 if mode == "L" else (255, 0, 0)).save(path)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda there: there.rename(there.parent / "gone"), "there is no such folder"),
        (lambda there: (there / "thin").rename(there.parent / "thin"), "two or more folders .* there is only 'thick'"),
        (lambda there: (there / "thin" / "0.png").unlink(), "'thin' has 4 pictures .* a class needs 5"),
        (lambda there: (there / "thin" / "0.png").write_bytes(b"no"), "thin/0.png is no readable picture"),
        (lambda there: _picture(there / "thin" / "0.png", 30), r"30 × 30 in grey; .* draws 28 × 28 in grey: resize it"),
        (lambda there: _picture(there / "thin" / "0.png", 28, "RGB"), "28 × 28 in colour; .*: convert it"),
        (lambda there: np.save(there / "thin" / "0.npy", np.full((28, 28), 200)), "values from 0 to 1"),
        (lambda there: (there / "thin" / "9.png").mkdir(), "thin/9.png is no readable picture"),
    ],
)
def test_examples_that_cannot_be_read(
    spoil: Callable[[Path], object], message: str, tmp_path: Path, cards: Mapping[str, Card]
) -> None:
    there = tmp_path / "examples"
    for name in ("thick", "thin"):
        (there / name).mkdir(parents=True)
        for at in range(5):
            _picture(there / name / f"{at}.png")
    spoil(there)
    with pytest.raises(ExamplesError, match=message):
        read_examples(there, cards["digit"])


def test_pictures_of_another_size_are_resized(tmp_path: Path, cards: Mapping[str, Card]) -> None:
    for name in ("thick", "thin"):
        (tmp_path / name).mkdir()
        for at in range(5):
            Image.linear_gradient("L").resize((40 + at, 60)).save(tmp_path / name / f"{at}.jpg")
    found = read_examples(tmp_path, cards["digit"], resize=True)
    assert found.pictures.shape == (10, 1, 28, 28)
    np.testing.assert_allclose(found.pictures[0, 0, :, 14], np.linspace(0, 1, 28), atol=0.05)


def test_the_shell_tells_mistakes_in_a_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "oedipus", "teach", "thick", "--examples", str(tmp_path / "none")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1
    assert "there is no such folder" in done.stderr


def test_the_fit_is_the_optimum_whatever_the_coordinates() -> None:
    rng = torch.Generator().manual_seed(0)
    features = torch.randn(40, 90, generator=rng) * torch.rand(90, generator=rng) + 3
    labels = (torch.rand(40, generator=rng) > 0.3).long()
    span = Span.of(features)
    weight, bias = span.unfolded(*fit(span.rows, labels, 2))
    scale = 8 / (features.std() * 90**0.5)
    rows = ((features - features.mean(dim=0)) * scale).double().numpy()
    shares = np.bincount(labels)[labels]

    def loss(flat: np.ndarray) -> float:
        scores = rows @ flat[:90] + flat[90]
        nats = np.logaddexp(0, np.where(labels.numpy() == 1, -scores, scores))
        # Two weights of opposite sign, whose squares are half of that of their difference.
        return float((nats / shares).sum() / (1 / shares).sum() + RIDGE / 2 * (flat[:90] ** 2).sum())

    reference = minimize(loss, np.zeros(91), method="L-BFGS-B", options={"maxiter": 50 * ITERATIONS, "maxfun": 10**6})
    found = ((weight[:, 1] - weight[:, 0]) / scale).double().numpy()
    centre = features.mean(dim=0).double().numpy() @ (weight[:, 1] - weight[:, 0]).double().numpy()
    own = loss(np.append(found, (bias[1] - bias[0]).item() + centre))
    assert own == pytest.approx(reference.fun, abs=2e-3)


def test_intervals_are_clopper_and_pearson() -> None:
    labels = torch.zeros(100, dtype=torch.long)
    scores = torch.tensor([[1.0, 0.0]] * 97 + [[0.0, 1.0]] * 3)
    found = Taught(torch.nn.Identity(), "convnet", {}, scores, labels, 8)
    assert found.interval == pytest.approx((0.9148, 0.9938), abs=1e-4)  # tables of Clopper and Pearson (1934)
    assert found.chance == pytest.approx(0.97)
