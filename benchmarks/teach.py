"""Concepts taught from a few pictures: how to learn them, how many it takes, and whether probabilities can be believed.

Accuracy on the 10,000 test digits and on 5,000 generated ones, each class of the same weight. Labels are made by
:mod:`teach_concepts`, not by hand. ``--data`` holds MNIST.
"""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from report import machine, table, write
from teach_concepts import CONCEPTS
from torch import Tensor, nn, optim
from torch.nn import functional as nnf

from oedipus.networks import mnist
from oedipus.networks.architectures import build
from oedipus.networks.bodies import body_of
from oedipus.networks.cards import read_cards
from oedipus.networks.library import load_network
from oedipus.networks.recipes.augment import affine
from oedipus.networks.teaching import Augmentation, teach

CARDS = read_cards()
STEPS, BATCH = 200, 64
HEAD = """## Words taught from a few pictures

`python benchmarks/teach.py --data DIR --seeds {seeds} --train {train} --test {test} --generated {generated}`: accuracy
on test digits and on generated ones, both classes of the same weight; cross-entropy and calibration error on test
digits, mean over the three concepts; seconds of one processor. *From nothing* is a convnet of a quarter of the
width."""
WAYS: Mapping[str, Mapping[str, Any]] = {
    "chosen by what is held out": {},
    "first layer": {"levels": [{"depth": 1}]},
    "second layer": {"levels": [{"depth": 2}]},
    "third layer": {"levels": [{"depth": 3}]},
    "chosen, no shifts": {"augmentation": Augmentation(copies=0)},
    "chosen, shifts of one pixel": {"augmentation": Augmentation(shift=1)},
}


def from_nothing(pictures: Tensor, labels: Tensor, seed: int) -> nn.Module:
    """A convnet of a quarter of the width, trained on shifted pictures alone."""
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    network = build("convnet", classes=2, width=8).train()
    optimizer = optim.AdamW(network.parameters(), weight_decay=0.05)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = 4e-3 * min(1, step / 20 + 0.01, 1.1 - step / STEPS)
        chosen = torch.randint(len(pictures), (BATCH,), generator=rng)
        shown = affine(pictures[chosen], rng, degrees=0, scale=0, shift=0.04, shear=0)
        loss = nnf.cross_entropy(network(shown), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network.eval()


@torch.no_grad()
def judged(network: nn.Module, pictures: Tensor, labels: Tensor) -> tuple[float, float, float]:
    """Accuracy and cross-entropy, both classes of the same weight, and the calibration error in ten bins."""
    kept = labels >= 0
    scores = torch.cat([network(part) for part in pictures[kept].split(500)])
    truth = labels[kept]
    weight = 0.5 / torch.bincount(truth, minlength=2)[truth]
    right = (scores.argmax(dim=1) == truth).float()
    nats = nnf.cross_entropy(scores, truth, reduction="none")
    sure = scores.softmax(dim=1).amax(dim=1)
    bins = ((sure - 0.5) * 20).long().clamp(0, 9)
    gaps = [((right - sure) * weight)[bins == one].sum().abs().item() for one in range(10)]
    return (right * weight).sum().item(), (nats * weight).sum().item(), sum(gaps)


def examples(pool: Tensor, labels: Tensor, number: int, seed: int) -> tuple[Tensor, Tensor]:
    """So many pictures of each class, drawn from ``pool``."""
    rng = torch.Generator().manual_seed(seed)
    own = [(labels == label).nonzero()[:, 0] for label in (0, 1)]
    chosen = [one[torch.randperm(len(one), generator=rng)[:number]] for one in own]
    return pool[torch.cat(chosen)], torch.arange(2).repeat_interleave(number)


@torch.no_grad()
def drawn(number: int) -> Tensor:
    """Generated digits."""
    generator, rng = load_network(CARDS["digit"]), torch.Generator().manual_seed(1)
    return torch.cat([generator(torch.randn(500, 128, generator=rng)) for _ in range(number // 500)])


def trial(way: str, concept: str, number: int, seed: int, data: Mapping[str, Tensor]) -> dict[str, float]:
    """One concept taught in one way, and how it does on pictures it has never seen."""
    label = CONCEPTS[concept]
    shown, labels = examples(data["train"], label(data["train"]), number, seed)
    began = time.process_time()
    figures: dict[str, float] = {}
    if way == "from nothing":
        network = from_nothing(shown, labels, seed)
    else:
        body = body_of("digit", CARDS)
        assert body is not None
        taught = teach(shown, labels, body, seed=seed, **WAYS[way])
        network = taught.network
        low, high = taught.interval
        figures = {"held_out": taught.accuracy, "low": low, "high": high, "depth": taught.options.get("depth", 0)}
    figures["seconds"] = time.process_time() - began
    for name in ("test", "generated"):
        accuracy, nats, gap = judged(network, data[name], label(data[name]))
        figures |= {f"{name}_accuracy": accuracy, f"{name}_nats": nats, f"{name}_gap": gap}
    return figures


def averaged(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([one[name] for one in runs])) for name in runs[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--train", type=int, default=10_000)
    parser.add_argument("--test", type=int, default=10_000)
    parser.add_argument("--generated", type=int, default=5_000)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    data = {
        "train": mnist.load(asked.data, "train")[0][: asked.train],
        "test": mnist.load(asked.data, "t10k")[0][: asked.test],
        "generated": drawn(asked.generated),
    }
    cases = [(way, 50) for way in (*WAYS, "from nothing")] + [("chosen by what is held out", n) for n in (10, 20)]
    found: dict[str, dict[str, dict[str, float]]] = {}
    covered: list[bool] = []
    for way, number in cases:
        for concept in CONCEPTS:
            runs = [trial(way, concept, number, seed, data) for seed in range(asked.seeds)]
            if "low" in runs[0] and way == "chosen by what is held out":
                covered += [one["low"] <= one["test_accuracy"] <= one["high"] for one in runs]
            found.setdefault(f"{way}, {number} a class", {})[concept] = averaged(runs)
            print(way, number, concept, {k: round(v, 4) for k, v in averaged(runs).items()}, flush=True)
    rows = [
        [case, *(f"{one['test_accuracy']:.1%} / {one['generated_accuracy']:.1%}" for one in of.values()),
         f"{np.mean([one['test_nats'] for one in of.values()]):.3f}",
         f"{np.mean([one['test_gap'] for one in of.values()]):.3f}",
         f"{np.mean([one['seconds'] for one in of.values()]):.1f}"]
        for case, of in found.items()
    ]  # fmt: skip
    heads = ["examples and way", *(f"{one}: test / generated" for one in CONCEPTS), "nats", "calibration error", "s"]
    held = f"{sum(covered)} of {len(covered)} runs"
    said = f"The 95 % interval that the card tells holds the accuracy on test digits in {held}."
    write("teach", {"machine": machine(), "cases": found, "covered": [sum(covered), len(covered)]},
          f"{HEAD.format(**vars(asked))}\n\n{table(heads, rows)}\n\n{said}")  # fmt: skip


if __name__ == "__main__":
    main()
