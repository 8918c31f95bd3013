"""Classifiers of digits and letters: cross-entropy, augmentation, one-cycle rate, averaged weights."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn, optim
from torch.nn import functional as nnf

from oedipus.networks import mnist
from oedipus.networks.architectures import build
from oedipus.networks.recipes.augment import affine, elastic, noise, stroke
from oedipus.networks.recipes.loop import Training, average, batch

MNIST = "MNIST, 60,000 training digits (Y. LeCun, C. Cortes; CC BY-SA 3.0)"
AUGMENTED = "AdamW one cycle, batch 128, random affine and elastic maps, stroke width, noise, averaged weights"


@dataclass
class Supervised:
    """Train ``architecture`` to tell ``relabel(value)`` from the picture of a value, by default of a digit.

    ``load`` gives pictures and values of a part of the data, "train" or the part ``held`` out.
    """

    data: Path | None
    architecture: str
    options: dict[str, int]
    steps: int
    relabel: Callable[[Tensor], Tensor] = lambda values: values
    load: Callable[[Path | None, Any], tuple[Tensor, Tensor]] = mnist.load
    held: str = "t10k"
    mixed: float = 0.0
    """Share of each batch that is two pictures, one faded into the other, with both their labels."""
    size: int = 128
    rate: float = 2e-3
    smoothing: float = 0.0
    strong: bool = True
    decay: float = 0.998
    bfloat16: bool = field(default_factory=lambda: torch.cpu._is_avx512_bf16_supported())

    @cached_property
    def pictures(self) -> tuple[Tensor, Tensor]:
        pictures, values = self.load(self.data, "train")
        return pictures, self.relabel(values)

    def start(self, seed: int) -> Training:
        torch.manual_seed(seed)
        network = build(self.architecture, **self.options).train()
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = optim.AdamW(network.parameters(), lr=self.rate, weight_decay=0.02)
        modules = {"network": network, "average": copy.deepcopy(network)}
        return Training(modules, {"network": optimizer}, torch.Generator().manual_seed(seed))

    def step(self, training: Training) -> dict[str, float]:
        network, optimizer = training.modules["network"], training.optimizers["network"]
        progress = training.step / self.steps
        for group in optimizer.param_groups:
            group["lr"] = self.rate * min(1.0, progress / 0.1, (1 - progress) / 0.9 + 1e-3)
        pictures, labels = batch(*self.pictures, self.size, training.rng)
        pictures = affine(pictures, training.rng)
        if self.strong:
            pictures = noise(stroke(elastic(pictures, training.rng), training.rng), training.rng)
        first = self._shares(training.rng)
        if self.mixed:
            pictures = torch.lerp(pictures.roll(1, dims=0), pictures, first[:, None, None, None])
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            scores = network(pictures).float()
        loss = (first * self._unlike(scores, labels)).mean()
        if self.mixed:
            loss = loss + ((1 - first) * self._unlike(scores, labels.roll(1))).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        average(training.modules["average"], network, min(self.decay, (1 + training.step) / (10 + training.step)))
        return {"loss": loss.item()}

    def _shares(self, rng: torch.Generator) -> Tensor:
        """How much of each picture of a batch is left when another is faded into it."""
        if not self.mixed:
            return torch.ones(self.size)
        whole = torch.rand(self.size, generator=rng) >= self.mixed
        return torch.where(whole, torch.ones(self.size), torch.rand(self.size, generator=rng))

    def _unlike(self, scores: Tensor, labels: Tensor) -> Tensor:
        return nnf.cross_entropy(scores, labels, label_smoothing=self.smoothing, reduction="none")

    def finish(self, training: Training) -> nn.Module:
        return training.modules["average"].eval().requires_grad_(False)

    def figures(self, network: nn.Module) -> dict[str, float]:
        pictures, values = self.load(self.data, self.held)
        with torch.no_grad():
            scores = torch.cat([network(part) for part in pictures.split(500)])
        labels = self.relabel(values)
        right = scores.argmax(dim=1) == labels
        return {
            "test_accuracy": right.float().mean().item(),
            "test_cross_entropy": nnf.cross_entropy(scores, labels).item(),
            "test_share_above_0.9": (scores.softmax(dim=1).amax(dim=1) > 0.9).float().mean().item(),
        }
