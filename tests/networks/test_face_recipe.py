"""The face generator's recipe on pictures made here: the second stage, the folding, and resuming bit for bit."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from oedipus.networks import faces
from oedipus.networks.architectures import build
from oedipus.networks.mnist import DataError
from oedipus.networks.recipes.face import Autoencoder, Balance
from oedipus.networks.recipes.fold import fold_batch_norm, settle
from oedipus.networks.recipes.loop import train


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen pictures of smooth noise, named like the faces."""
    folder = tmp_path_factory.mktemp("faces")
    rng = np.random.default_rng(0)
    with tarfile.open(folder / "train.tar", "w") as archive:
        for number in range(16):
            coarse = Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8))
            content = io.BytesIO()
            coarse.resize((64, 64), Image.Resampling.BICUBIC).save(content, "jpeg", quality=95)
            entry = tarfile.TarInfo(f"train/{number:05}_age{10 + number}_female{number % 2}.jpg")
            entry.size = content.tell()
            content.seek(0)
            archive.addfile(entry, content)
    return folder


def test_pictures_come_with_age_and_gender(data: Path) -> None:
    found = faces.load(data, "train")
    assert found.pictures.shape == (16, 3, 64, 64)
    assert found.ages.tolist() == [float(10 + number) for number in range(16)]
    assert found.female.tolist() == [number % 2 for number in range(16)]
    with pytest.raises(DataError, match=r"test\.tar"):
        faces.load(data, "test")


def test_training_resumes_bit_for_bit(data: Path, tmp_path: Path) -> None:
    def recipe(steps: int) -> Autoencoder:
        made = Autoencoder(data, latents=8, size=4, critic_from=1, lazy=2, steps=steps, settled=250)
        # The rate falls with the planned length, which a resumed run keeps.
        made._set_rate = lambda _: None  # type: ignore[method-assign]
        return made

    whole = train(recipe(4), checkpoint=tmp_path / "whole.safetensors", seed=3)
    train(recipe(2), checkpoint=tmp_path / "parts.safetensors", seed=3)
    parts = train(recipe(4), checkpoint=tmp_path / "parts.safetensors", seed=3)
    for name, module in whole.modules.items():
        for key, value in module.state_dict().items():
            assert torch.equal(value, parts.modules[name].state_dict()[key]), (name, key)
    network = recipe(4).finish(whole)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    pictures = network(torch.randn(3, 8))
    assert pictures.shape == (3, 3, 64, 64)
    assert pictures.min() >= 0
    assert pictures.max() <= 1


def test_folding_keeps_the_map() -> None:
    torch.manual_seed(0)
    trained = build("face_generator", latents=6, normalised=True)
    settled = settle(trained, 6, samples=500, through=lambda noise: 2 * noise + 1)
    plain = fold_batch_norm(settled, build("face_generator", latents=6))
    latents = torch.randn(5, 6)
    torch.testing.assert_close(plain(latents), settled(latents), atol=1e-5, rtol=1e-4)


def test_the_second_stage_has_the_moments_that_it_followed() -> None:
    rng = torch.Generator().manual_seed(0)
    mixing, shift = torch.randn(4, 4, generator=rng), torch.tensor([1.0, -2.0, 0.0, 3.0])
    balance = Balance(4)
    for _ in range(3000):
        mean = shift + torch.randn(64, 4, generator=rng) @ mixing.T
        balance.follow(mean, torch.full((64, 4), -1.0))
    exact = mixing @ mixing.T + torch.exp(torch.tensor(-1.0)) * torch.eye(4)
    drawn = balance.aggregate(torch.randn(200_000, 4, generator=rng))
    torch.testing.assert_close(drawn.mean(dim=0), shift, atol=0.15, rtol=0.05)
    torch.testing.assert_close(drawn.T.cov(), exact, atol=0.4, rtol=0.1)


def test_nats_above_their_budget_become_dearer() -> None:
    balance = Balance(2)
    before = balance.price(torch.tensor(100.0), 100.0)
    assert balance.price(torch.tensor(300.0), 100.0) > before
    assert balance.price(torch.tensor(10.0), 100.0) < balance.price(torch.tensor(100.0), 100.0) * 1.02
