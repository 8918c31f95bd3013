"""Judges of faces: trained here, apart from the networks that take part in inference, on the same crops."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor, nn, optim
from torch.nn import functional as nnf

from oedipus.networks import faces
from oedipus.networks.architectures import build
from oedipus.networks.architectures.face_judge import AgeJudge
from oedipus.networks.recipes.loop import Training, average, batch

METHOD = "AdamW one cycle, batch 64, mirrored, shifted and re-lit crops, averaged weights; used to score results only"


@dataclass
class Judged:
    """Train ``build("face_judge", **options)`` on ``labels`` of faces; ``loss(network, pictures, labels)`` in nats."""

    data: Path | None
    options: dict[str, int]
    steps: int
    labels: Callable[[faces.Faces], Tensor]
    loss: Callable[[nn.Module, Tensor, Tensor], Tensor]
    measure: Callable[[nn.Module, faces.Faces], dict[str, float]]
    size: int = 64
    rate: float = 2e-3
    decay: float = 0.998
    bfloat16: bool = field(default_factory=lambda: torch.cpu._is_avx512_bf16_supported())

    @cached_property
    def pictures(self) -> tuple[Tensor, Tensor]:
        train = faces.load(self.data, "train")
        return train.pictures, self.labels(train)

    def start(self, seed: int) -> Training:
        torch.manual_seed(seed)
        network = build("face_judge", **self.options).train()
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = optim.AdamW(network.parameters(), lr=self.rate, weight_decay=0.05)
        modules = {"network": network, "average": copy.deepcopy(network)}
        return Training(modules, {"network": optimizer}, torch.Generator().manual_seed(seed))

    def step(self, training: Training) -> dict[str, float]:
        network, optimizer = training.modules["network"], training.optimizers["network"]
        progress = training.step / self.steps
        for group in optimizer.param_groups:
            group["lr"] = self.rate * min(1.0, progress / 0.1, (1 - progress) / 0.9 + 1e-3)
        pictures, labels = batch(*self.pictures, self.size, training.rng)
        pictures = varied(faces.unit(pictures), training.rng).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            loss = self.loss(network, pictures, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        average(training.modules["average"], network, min(self.decay, (1 + training.step) / (10 + training.step)))
        return {"loss": loss.item()}

    def finish(self, training: Training) -> nn.Module:
        return training.modules["average"].eval().requires_grad_(False)

    def figures(self, network: nn.Module) -> dict[str, float]:
        return self.measure(network, faces.load(self.data, "test"))


def varied(pictures: Tensor, rng: torch.Generator, shift: int = 5, light: float = 0.2) -> Tensor:
    """Half of ``pictures`` mirrored, each shifted by up to ``shift`` pixels and given another contrast and colour."""
    rows, _, height, width = pictures.shape
    mirrored = torch.rand(rows, 1, 1, 1, generator=rng) < 0.5
    padded = nnf.pad(torch.where(mirrored, pictures.flip(3), pictures), (shift,) * 4, mode="reflect")
    corners = torch.randint(2 * shift + 1, (rows, 2), generator=rng).tolist()
    cut = torch.stack(
        [one[:, top : top + height, left : left + width] for one, (top, left) in zip(padded, corners, strict=True)]
    )
    contrast = 1 + light * (2 * torch.rand(rows, 3, 1, 1, generator=rng) - 1)
    shade = light / 2 * (2 * torch.rand(rows, 1, 1, 1, generator=rng) - 1)
    return (cut * contrast + shade).clamp(0, 1)


def age_loss(network: nn.Module, pictures: Tensor, ages: Tensor) -> Tensor:
    """Cross-entropy against the age shared between its two neighbouring classes, and the error of the mean."""
    assert isinstance(network, AgeJudge)
    scores = network.scores(network.features(pictures)).float()
    step = network.ages[1] - network.ages[0]
    shares = (1 - (ages.clamp(max=100)[:, None] - network.ages).abs() / step).clamp_min(0)
    return nnf.cross_entropy(scores, shares) + (network.years(scores) - ages).abs().mean() / step


def class_loss(network: nn.Module, pictures: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy with a little smoothing."""
    return nnf.cross_entropy(network(pictures).float(), labels, label_smoothing=0.03)
