"""Judges of faces: how they are trained and how networks about faces are measured, on pictures made up here."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from oedipus.networks.architectures import build
from oedipus.networks.architectures.face_judge import AgeJudge
from oedipus.networks.faces import Faces
from oedipus.networks.recipes import face_age_judge, face_gender_judge
from oedipus.networks.recipes.face_judges import age_loss, varied
from oedipus.networks.recipes.face_scores import age_figures, face_figures, gender_figures
from oedipus.networks.recipes.loop import train


def made_up(number: int = 240, seed: int = 0) -> Faces:
    """The older the brighter; women are red, men are blue."""
    rng = torch.Generator().manual_seed(seed)
    ages = torch.randint(0, 100, (number,), generator=rng).float()
    female = torch.randint(0, 2, (number,), generator=rng)
    pictures = torch.randint(0, 60, (number, 3, 64, 64), generator=rng)
    pictures += ages.long().reshape(-1, 1, 1, 1)
    rows = torch.arange(number)
    pictures[rows, 2 * (1 - female)] += 90
    return Faces(pictures.clamp(0, 255).byte(), ages, female)


def test_a_gender_judge_learns(tmp_path: Path) -> None:
    recipe = face_gender_judge.recipe(None)
    recipe.steps, recipe.size, recipe.bfloat16 = 40, 24, False
    recipe.options |= {"width": 4}
    seen = made_up()
    recipe.__dict__["pictures"] = seen.pictures, recipe.labels(seen)
    network = recipe.finish(train(recipe, checkpoint=tmp_path / "kept", seed=0))
    assert gender_figures(network, made_up(seed=1))["test_accuracy"] >= 0.9


def test_an_age_judge_learns(tmp_path: Path) -> None:
    """Untrained it is off by thirty years; the light is left alone here, since it is what tells the age."""
    recipe = face_age_judge.recipe(None)
    recipe.steps, recipe.size, recipe.bfloat16 = 60, 24, False
    recipe.options |= {"width": 4}
    seen = made_up()
    recipe.__dict__["pictures"] = seen.pictures, recipe.labels(seen)
    before = age_figures(build("face_judge", **recipe.options), made_up(seed=1))
    after = age_figures(recipe.finish(train(recipe, checkpoint=tmp_path / "kept", seed=0)), made_up(seed=1))
    assert after["test_mae_years"] < 0.8 * before["test_mae_years"]
    assert after["test_correlation"] > 0.6


def test_years_are_the_mean_of_the_class_ages() -> None:
    judge = build("face_judge", classes=21, years=True)
    assert isinstance(judge, AgeJudge)
    scores = torch.randn(5, 21, generator=torch.Generator().manual_seed(0))
    chances = np.exp(scores.numpy()) / np.exp(scores.numpy()).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(judge.years(scores), chances @ np.arange(0, 101, 5), rtol=1e-5)
    assert judge(torch.rand(5, 3, 64, 64)).shape == (5,)
    assert judge.features(torch.rand(5, 3, 64, 64)).shape == (5, 96)


class Certain(AgeJudge):
    """Its scores are what a test makes them, whatever the picture."""

    given: Tensor

    def features(self, pictures: Tensor) -> Tensor:
        return pictures.new_zeros(len(pictures), 96)


def test_the_loss_is_least_at_the_true_age() -> None:
    judge = Certain(21, 24)
    losses = []
    for age in (30.0, 32.0, 35.0, 60.0):
        chances = (1 - (age - judge.ages).abs() / 5).clamp_min(0) + 1e-4
        with torch.no_grad():
            judge.scores.bias.copy_(chances.log())
        losses.append(age_loss(judge, torch.zeros(1, 3, 64, 64), torch.tensor([32.0])).item())
    assert losses[1] < min(losses[0], losses[2]) < losses[3]


class Stub(nn.Module):
    def __init__(self, answers: Tensor) -> None:
        super().__init__()
        self.answers, self.asked = answers, 0

    def forward(self, pictures: Tensor) -> Tensor:
        self.asked += len(pictures)
        return self.answers[self.asked - len(pictures) : self.asked]


def test_figures_by_hand() -> None:
    ages, female = torch.tensor([5.0, 15, 15, 70]), torch.tensor([1, 1, 0, 0])
    test = Faces(torch.zeros(4, 3, 64, 64, dtype=torch.uint8), ages, female)
    found = age_figures(Stub(torch.tensor([6.0, 15, 19, 60])), test)
    assert found == {
        "test_mae_years": 3.75,
        "test_bias_years": -1.25,
        "test_correlation": pytest.approx(np.corrcoef([6, 15, 19, 60], ages)[0, 1], abs=1e-4),
        "test_mae_years_age_0_to_9": 1.0,
        "test_mae_years_age_10_to_19": 2.0,
        "test_mae_years_age_60_up": 10.0,
    }
    scores = torch.tensor([[2.0, 1], [1, 2], [1, 2], [0, 3]])  # female, male, male, male
    assert gender_figures(Stub(scores), test) == {
        "test_accuracy": 0.75,
        "test_accuracy_women": 0.5,
        "test_accuracy_men": 1.0,
        "test_accuracy_age_0_to_9": 1.0,
        "test_accuracy_age_10_to_19": 0.5,
        "test_accuracy_age_60_up": 1.0,
    }


def test_varied_pictures_are_moved_mirrored_and_relit() -> None:
    pictures = made_up(40).pictures.float() / 255
    changed = varied(pictures, torch.Generator().manual_seed(0))
    assert changed.shape == pictures.shape
    assert changed.min() >= 0
    assert changed.max() <= 1
    # Without light and shift only the mirror is left, for some and not for all.
    mirrored = varied(pictures, torch.Generator().manual_seed(0), shift=0, light=0)
    same = (mirrored == pictures).flatten(1).all(dim=1)
    flipped = (mirrored == pictures.flip(3)).flatten(1).all(dim=1)
    assert bool((same ^ flipped).all())
    assert 5 < same.sum() < 35


def test_a_generator_that_draws_the_real_faces_is_as_good_as_they_are() -> None:
    real = made_up(400)
    found = face_figures(Stub(real.pictures.float() / 255), 8, real, samples=400)
    assert found["age_spread_ratio"] == pytest.approx(1, abs=1e-3)
    assert found["women"] == found["women_real"]
    assert abs(found["frechet"]) < 1e-3 < found["frechet_floor"]
    gray = Stub(torch.full((400, 3, 64, 64), 0.5))
    collapsed = face_figures(gray, 8, real, samples=400)
    assert collapsed["age_spread_ratio"] < 0.01
    assert collapsed["frechet"] > 2 * collapsed["frechet_floor"]
