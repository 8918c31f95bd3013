"""One training loop for every recipe: progress, checkpoints, resume, seeds."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn, optim

from oedipus.networks.tensors import load_tree, save_tree


@dataclass(slots=True)
class Training:
    """All that changes while a network is trained; the checkpoint is exactly this."""

    modules: dict[str, nn.Module]
    optimizers: dict[str, optim.Optimizer]
    rng: torch.Generator
    step: int = 0
    seconds: float = 0.0
    metrics: dict[str, float] = field(default_factory=dict)

    def tree(self) -> dict[str, Any]:
        return {
            "modules": {name: module.state_dict() for name, module in self.modules.items()},
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
            "rng": self.rng.get_state(),
            # Dropout draws from torch's own generator and takes no other.
            "dropout_rng": torch.get_rng_state(),
            "step": self.step,
            "seconds": self.seconds,
        }

    def restore(self, tree: dict[str, Any]) -> None:
        for name, module in self.modules.items():
            module.load_state_dict(tree["modules"][name])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(tree["optimizers"][name])
        self.rng.set_state(tree["rng"])
        torch.set_rng_state(tree["dropout_rng"])
        self.step, self.seconds = tree["step"], tree["seconds"]


class Recipe(Protocol):
    """How one network is made. Steps are small enough to lose a few."""

    steps: int

    @property
    def pictures(self) -> tuple[Tensor, Tensor]:
        """The training data; raises ``DataError`` where it is missing."""

    def start(self, seed: int) -> Training:
        """Fresh modules and optimizers; everything random comes from ``seed``."""

    def step(self, training: Training) -> dict[str, float]:
        """One update; returns what the progress line shows."""

    def finish(self, training: Training) -> nn.Module:
        """The module whose weights are shipped, in evaluation mode."""

    def figures(self, network: nn.Module) -> dict[str, float]:
        """Held-out figures for the card."""


def train(
    recipe: Recipe,
    *,
    checkpoint: Path,
    seed: int,
    every: float = 60.0,
    watch: Callable[[Training], None] | None = None,
) -> Training:
    """Run ``recipe`` to its last step, resuming from ``checkpoint`` where that exists.

    A checkpoint is written every ``every`` seconds, at the end, and on Ctrl-C.
    """
    _ = recipe.pictures  # missing data is told of before anything else begins
    training = recipe.start(seed)
    if checkpoint.exists():
        training.restore(load_tree(checkpoint))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[metrics]}"), refresh_per_second=1) as progress:
        task = progress.add_task("training", total=recipe.steps, completed=training.step, metrics="")
        saved = clock = time.monotonic()
        try:
            while training.step < recipe.steps:
                training.metrics = recipe.step(training)
                training.step += 1
                now = time.monotonic()
                training.seconds += now - clock
                clock = now
                shown = "  ".join(f"{name} {value:.3f}" for name, value in training.metrics.items())
                progress.update(task, completed=training.step, metrics=shown)
                if now - saved > every:
                    save_tree(checkpoint, training.tree())
                    saved = now
                    if watch:
                        watch(training)
        finally:
            save_tree(checkpoint, training.tree())
    return training


def batch(pictures: Tensor, labels: Tensor, size: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """A random batch with replacement."""
    chosen = torch.randint(len(pictures), (size,), generator=rng)
    return pictures[chosen], labels[chosen]


@torch.no_grad()
def average(ema: nn.Module, module: nn.Module, decay: float) -> None:
    """Move the exponential moving average ``ema`` towards ``module``, buffers included."""
    for slow, fast in zip(ema.state_dict().values(), module.state_dict().values(), strict=True):
        if slow.dtype.is_floating_point:
            slow.lerp_(fast, 1 - decay)
        else:
            slow.copy_(fast)
