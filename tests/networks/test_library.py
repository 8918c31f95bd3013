"""The shipped networks against real digits; damaged and missing weights."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from oedipus.networks.cards import Card
from oedipus.networks.library import WeightsError, load_network, save_weights


@pytest.mark.parametrize(
    ("name", "least"), [("digit_classifier", 0.98), ("odd", 0.98), ("circle", 0.98), ("digit_judge", 0.985)]
)
def test_classifiers_read_real_digits(
    name: str, least: float, cards: Mapping[str, Card], digits: tuple[Tensor, Tensor]
) -> None:
    card = cards[name]
    pictures, labels = digits
    assert card.table is not None
    truth = torch.tensor(card.table)[labels]
    read = load_network(card)(pictures).argmax(dim=1)
    assert (read == truth).float().mean() >= least


def test_generator_draws_every_digit_clearly(cards: Mapping[str, Card]) -> None:
    generator, judge = load_network(cards["digit"]), load_network(cards["digit_judge"])
    latents = torch.randn(1000, cards["digit"].latents, generator=torch.Generator().manual_seed(5))
    pictures = generator(latents)
    assert pictures.shape == (1000, 1, 28, 28)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    reading = judge(pictures).softmax(dim=1)
    assert (reading.amax(dim=1) > 0.9).float().mean() > 0.85
    shares = torch.bincount(reading.argmax(dim=1), minlength=10) / 1000
    assert shares.min() > 0.05
    assert shares.max() < 0.16


def test_missing_weights_are_named(cards: Mapping[str, Card], tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"network 'odd': cannot read .*odd\.safetensors"):
        load_network(replace(cards["odd"], directory=tmp_path))


def test_one_flipped_bit_is_noticed(cards: Mapping[str, Card], tmp_path: Path) -> None:
    content = bytearray(cards["odd"].weights.read_bytes())
    content[-1] ^= 1
    (tmp_path / "odd.safetensors").write_bytes(content)
    with pytest.raises(WeightsError, match="damaged"):
        load_network(replace(cards["odd"], directory=tmp_path))


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\xff" * 64])
def test_garbage_without_checksum_is_refused(content: bytes, cards: Mapping[str, Card], tmp_path: Path) -> None:
    (tmp_path / "odd.safetensors").write_bytes(content)
    with pytest.raises(WeightsError, match="does not fit its card"):
        load_network(replace(cards["odd"], directory=tmp_path, sha256=""))


def test_weights_of_another_architecture_are_refused(cards: Mapping[str, Card], tmp_path: Path) -> None:
    shutil.copy(cards["circle"].weights, tmp_path / "digit_classifier.safetensors")
    with pytest.raises(WeightsError, match="does not fit its card"):
        load_network(replace(cards["digit_classifier"], directory=tmp_path, sha256=""))


def test_saved_weights_load_again(cards: Mapping[str, Card], tmp_path: Path) -> None:
    network = load_network(cards["odd"])
    digest = save_weights(network, tmp_path / "odd.safetensors")
    again = load_network(replace(cards["odd"], directory=tmp_path, sha256=digest))
    pictures = torch.rand(4, 1, 28, 28)
    assert torch.equal(network(pictures), again(pictures))
    assert digest == cards["odd"].sha256
