"""Pictures of letters: the table of fonts, how a font is drawn, and how the generator is taught."""

from pathlib import Path

import matplotlib
import numpy as np
import pytest
import torch
from torch import Tensor

from oedipus.networks import letters
from oedipus.networks.architectures.upconv_generator import UpconvGenerator
from oedipus.networks.mnist import DataError
from oedipus.networks.recipes.digit import fold, settle
from oedipus.networks.recipes.letter import CELLS, Labelled, letter_of
from oedipus.networks.recipes.loop import train

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
TWO = """# design | packages | families
Vera | fonts-dejavu-core | DejaVu Sans, DejaVu Serif
Times | fonts-stix | STIXGeneral | held
"""


def test_the_table_splits_by_design() -> None:
    every = letters.designs()
    assert len(every) >= 60
    assert len({one.name for one in every}) == len(every)
    families = [family for one in every for family in one.families]
    assert len(set(families)) == len(families)
    held = [one for one in every if one.held]
    assert 15 <= len(held) <= len(every) / 4
    assert all(one.packages and one.packages[0].startswith("fonts-") for one in every)


def test_letters_are_as_high_as_each_other_and_in_the_middle() -> None:
    drawn = letters.alphabet(FONTS / "DejaVuSans.ttf")
    assert drawn.shape == (26, 28, 28)
    for letter, picture in zip(letters.ALPHABET, drawn, strict=True):
        rows, columns = (np.flatnonzero((picture > 60).any(axis=axis)) for axis in (1, 0))
        assert rows[-1] - rows[0] + 1 <= letters.WIDEST
        assert columns[-1] - columns[0] + 1 <= letters.WIDEST
        assert abs(rows[0] + rows[-1] - 27) <= 2, letter
        assert abs(columns[0] + columns[-1] - 27) <= 2, letter
        if letter in "BDEFHIKLNPRTXZ":  # those without overshoot or tail
            assert abs(rows[-1] - rows[0] + 1 - letters.HEIGHT) <= 1, letter
    ink = dict(zip(letters.ALPHABET, drawn.reshape(26, -1).sum(axis=1), strict=True))
    assert ink["I"] < ink["L"] < ink["E"] < ink["B"]


def test_the_split_of_what_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "fonts.txt"
    table.write_text(TWO, encoding="utf-8")
    monkeypatch.setattr(letters, "TABLE", table)
    letters._drawn.cache_clear()
    try:
        (taught, labels), (held, _) = letters.load(FONTS, "train"), letters.load(FONTS, "held")
    finally:
        letters._drawn.cache_clear()
    assert len(taught) == 26 * 8  # two families of four styles
    assert len(held) == 26 * 4
    assert labels.tolist() == list(range(26)) * 8
    assert 0 <= taught.min() < taught.max() <= 1
    assert not any(torch.equal(one, other) for one in taught[:26] for other in held)


def test_missing_fonts_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no font of Accanthis is below .*: unpack fonts-adf-accanthis there"):
        letters.load(tmp_path, "train")
    with pytest.raises(DataError, match="--data"):
        letters.load(None, "held")


def test_every_letter_has_its_share_of_the_prior() -> None:
    meant = letter_of(torch.randn(270_000, 3, generator=torch.Generator().manual_seed(0)))
    counts = torch.bincount(meant, minlength=26)
    for letter, count in zip(letters.ALPHABET, counts.tolist(), strict=True):
        expected = 10_000 * CELLS.count(letter)
        assert abs(count - expected) < 5 * expected**0.5
    assert set(CELLS) == set(letters.ALPHABET)


def taught() -> Labelled:
    pictures = torch.rand(80 * 26, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    recipe = Labelled(None, width=4, steps=6, size=8, taught=2, alone=1, guide_steps=2, bfloat16=False)
    recipe.__dict__["pictures"] = (pictures, torch.arange(26).repeat(80))
    recipe.__dict__["_guide"] = lambda _: recipe.start(0).modules["guide"]
    return recipe


def test_the_places_of_fonts_are_white() -> None:
    places = taught().places
    assert places.shape == (80, 64)
    assert (places.T @ places / 80 - torch.eye(64)).abs().max() < 0.2  # clamped at three


def test_teaching_and_the_critic_move_what_they_should(tmp_path: Path) -> None:
    def moved(before: dict[str, Tensor], after: dict[str, Tensor]) -> bool:
        return any(not torch.equal(before[name], after[name]) for name in before)

    recipe = taught()
    stages = []
    for steps in (2, 3, 6):
        recipe.steps = steps
        training = train(recipe, checkpoint=tmp_path / "kept", seed=0)
        stages.append(
            {
                name: {key: value.clone() for key, value in training.modules[name].named_parameters()}
                for name in ("generator", "critic")
            }
        )
    first = {name: dict(recipe.start(0).modules[name].named_parameters()) for name in ("generator", "critic")}
    assert moved(first["generator"], stages[0]["generator"])
    assert not moved(first["critic"], stages[0]["critic"])  # fonts alone
    assert moved(stages[0]["critic"], stages[1]["critic"])
    assert not moved(stages[0]["generator"], stages[1]["generator"])  # the critic alone
    assert moved(stages[1]["generator"], stages[2]["generator"])
    average = training.modules["average"]
    assert isinstance(average, UpconvGenerator)
    assert fold(settle(average, samples=500))(torch.randn(2, 128)).shape == (2, 1, 28, 28)
