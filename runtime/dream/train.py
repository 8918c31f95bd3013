"""Training of q(ξ | y) on a pool of simulated pictures by maximum likelihood: noise, σ and choices anew at every step.

A row whose clauses hold with probability P weighs P^α, so that what is learned is the posterior of these clauses,
too (paper eq. 7). Everything random comes from one generator, whose state is in the checkpoint: a run that was cut
short ends with the same bits as one that was not.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Generator, Tensor, nn

from oedipus.networks.recipes.loop import average
from oedipus.networks.tensors import load_tree, save_tree
from oedipus.runtime.dream.network import MOST_COMPONENTS, Amortised, Condition, Shape
from oedipus.runtime.dream.simulate import Pool

FORMAT = "oedipus-dream-1"
HELD, LEAST_HELD = 0.05, 64
"""Share of the pool that is never trained on."""
AVERAGED = 0.999
CLIP = 5.0
FITTED = 20_000
"""Rows of the pool that the linear Gaussian is fitted to."""


class DreamError(ValueError):
    """A dream that cannot go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how to train. ``sigmas``: least and greatest σ of each measurement, drawn log-uniformly."""

    sigmas: tuple[tuple[float, float], ...]
    steps: int
    batch: int = 256
    rate: float = 1e-3
    decay: float = 1e-4
    seed: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Trainee:
    """All that changes: the network, its running average, the optimiser, the generator of randomness."""

    network: Amortised
    mean: Amortised
    optimiser: torch.optim.Optimizer
    rng: Generator
    step: int = 0
    seconds: float = 0.0
    loss: float = math.nan
    held: float = math.nan

    def tree(self, identity: str) -> dict[str, Any]:
        """What a checkpoint holds."""
        return {
            "format": FORMAT, "identity": identity, "network": self.network.state_dict(),
            "mean": self.mean.state_dict(), "optimiser": self.optimiser.state_dict(), "rng": self.rng.get_state(),
            "step": self.step, "seconds": self.seconds,
        }  # fmt: skip

    def restore(self, tree: Mapping[str, Any]) -> None:
        """Go on where a checkpoint was written."""
        self.network.load_state_dict(tree["network"])
        self.mean.load_state_dict(tree["mean"])
        self.optimiser.load_state_dict(tree["optimiser"])
        self.rng.set_state(tree["rng"])
        self.step, self.seconds = tree["step"], tree["seconds"]


def ask(pool: Pool, rows: Tensor, sigmas: tuple[tuple[float, float], ...], rng: Generator) -> tuple[Condition, Tensor]:
    """Measurements of ``rows`` of the pool with fresh noise, and the weight ``[rows]`` of each row."""
    data, logs = [], []
    for clean, (low, high) in zip(pool.clean, sigmas, strict=True):
        log = math.log(low) + math.log(high / low) * torch.rand(len(rows), generator=rng)
        chosen = clean[rows]
        data.append(chosen + log.exp()[:, None] * torch.randn(chosen.shape, generator=rng))
        logs.append(log)
    choices, weight = [], pool.log_weight[rows]
    for options in pool.options:
        of_rows = options[rows]
        choices.append(torch.multinomial(of_rows.softmax(dim=1), 1, generator=rng).squeeze(1))
        weight = weight + of_rows.logsumexp(dim=1)
    return Condition(tuple(data), tuple(logs), tuple(choices)), weight.exp()


def begin(pool: Pool, plan: Plan) -> Trainee:
    """The linear Gaussian, before any step."""
    rng = torch.Generator().manual_seed(plan.seed)
    with torch.random.fork_rng():
        torch.manual_seed(plan.seed)
        network = Amortised(shape_of(pool, plan), [one.shape[1] for one in pool.clean])
    kept = len(pool.latents) - held(pool)
    rows = torch.randperm(kept, generator=rng)[:FITTED]
    asked, weights = ask(pool, rows, plan.sigmas, rng)
    network.fit(pool.latents[rows], [one[rows] for one in pool.clean], asked, weights)
    with torch.random.fork_rng():
        mean = Amortised(network.shape, [one.shape[1] for one in pool.clean])
    mean.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=plan.decay, fused=True)
    return Trainee(network, mean.requires_grad_(False), optimiser, rng)


def shape_of(pool: Pool, plan: Plan) -> Shape:
    """The network's size for what the pool holds."""
    measured = tuple(min(one.shape[1], MOST_COMPONENTS) for one in pool.clean)
    return Shape(pool.latents.shape[1], measured, tuple(one.shape[1] for one in pool.options), **plan.sizes)


def held(pool: Pool) -> int:
    """Rows at the pool's end that are not trained on."""
    return min(len(pool.latents) // 2, max(LEAST_HELD, int(HELD * len(pool.latents))))


def step(trainee: Trainee, pool: Pool, plan: Plan, scale: float) -> None:
    """One update. ``scale``: the mean weight of a row."""
    for group in trainee.optimiser.param_groups:
        group["lr"] = plan.rate * _rate(trainee.step, plan.steps)
    rows = torch.randint(len(pool.latents) - held(pool), (plan.batch,), generator=trainee.rng)
    asked, weights = ask(pool, rows, plan.sigmas, trainee.rng)
    loss = -(weights / scale * trainee.network.log_prob(pool.latents[rows], asked)).mean()
    trainee.optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(trainee.network.parameters(), CLIP * math.sqrt(pool.latents.shape[1]))
    trainee.optimiser.step()
    average(trainee.mean, trainee.network, min(AVERAGED, (1 + trainee.step) / (10 + trainee.step)))
    trainee.step += 1
    trainee.loss = loss.item()


def _rate(at: int, steps: int) -> float:
    """A share of the highest rate: up within a twentieth, down again along a cosine."""
    warm = max(1, steps // 20)
    return min(1.0, (at + 1) / warm) * 0.5 * (1 + math.cos(math.pi * at / steps))


@torch.no_grad()
def held_out(network: Amortised, pool: Pool, plan: Plan) -> float:
    """Mean −log q in nats over what was not trained on, with noise that is always the same."""
    rng = torch.Generator().manual_seed(plan.seed + 1)
    kept = len(pool.latents) - held(pool)
    total = weight = 0.0
    for rows in torch.arange(kept, len(pool.latents)).split(plan.batch):
        asked, weights = ask(pool, rows, plan.sigmas, rng)
        total -= float((weights * network.log_prob(pool.latents[rows], asked)).sum())
        weight += float(weights.sum())
    return total / weight


def _checked(checkpoint: Path, identity: str) -> dict[str, Any]:
    """What a checkpoint holds. Raises :class:`DreamError`."""
    try:
        tree = load_tree(checkpoint)
    except (ValueError, SafetensorError) as error:
        raise DreamError(f"{checkpoint} is no checkpoint that can be read ({error}); remove it to begin anew") from error
    if (tree.get("format"), tree.get("identity")) != (FORMAT, identity):
        raise DreamError(
            f"{checkpoint} is of a dream with another riddle, other weights or other options; "
            "go on with those, or dream in another directory"
        )
    return tree


def train(
    pool: Pool,
    plan: Plan,
    *,
    checkpoint: Path,
    identity: str,
    every: float = 30.0,
    watch: Callable[[Trainee], None] = lambda _: None,
) -> Trainee:
    """Train to the plan's end, from ``checkpoint`` where there is one.

    A checkpoint is written every ``every`` seconds, at the end and when interrupted. Raises ``OSError``,
    :class:`DreamError` for a checkpoint of another ``identity`` or a damaged one.
    """
    trainee = begin(pool, plan)
    if checkpoint.exists():
        trainee.restore(_checked(checkpoint, identity))
    kept = len(pool.latents) - held(pool)
    weights = pool.log_weight[:kept] + sum((one[:kept].logsumexp(dim=1) for one in pool.options), torch.zeros(kept))
    scale = float(weights.exp().mean())
    saved = clock = time.monotonic()
    try:
        while trainee.step < plan.steps:
            step(trainee, pool, plan, scale)
            now = time.monotonic()
            trainee.seconds, clock = trainee.seconds + now - clock, now
            if now - saved > every or trainee.step == plan.steps:
                trainee.held = held_out(trainee.mean, pool, plan)
                save_tree(checkpoint, trainee.tree(identity))
                saved = clock = time.monotonic()
                trainee.seconds += saved - now
            watch(trainee)
    finally:
        save_tree(checkpoint, trainee.tree(identity))
    return trainee
