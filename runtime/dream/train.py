"""Training of q(ξ | y) on a pool of simulated pictures: first the surrogate by regression, then the flow by likelihood.

The surrogate learns what would be measured, and the slopes of it that were simulated (Czarnecki et al. 2017). The
flow learns where true latents lie, in units of the surrogate's Gaussian, given data with fresh noise; of rows that the
surrogate never saw, where it is nearer than it will be again. What stays is best on rows that neither saw. A row whose
clauses hold with probability P weighs P^α, so that what is learned is the posterior of these clauses (paper eq. 7).
Everything random comes from generators whose seeds or states are in the checkpoint: a run that was cut short ends
with the same bits as one that was not.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Generator, Tensor, nn

from oedipus.networks.recipes.loop import average
from oedipus.networks.tensors import load_tree, save_tree
from oedipus.runtime.dream.network import AIMED, MOST_COMPONENTS, Amortised, Shape
from oedipus.runtime.dream.simulate import Pool
from oedipus.runtime.dream.surrogate import Condition, log_sigmas

FORMAT = "oedipus-dream-2"
HELD, LEAST_HELD, MOST_HELD = 0.05, 64, 512
"""Share of the pool that is never trained on, and rows of it that −log q is told of."""
LAST, CHOSEN = 0.4, 0.8
"""Most of the steps that are the flow's, and how many are where nothing is measured."""
WHITENED, PASSES = 4_096, 4
"""Rows that the flow is trained on where something is measured, and how often it sees each: more often and it
remembers them."""
LOOKED = 20
"""Steps of the flow between looks at what is held out."""
GENTLE = 0.3
"""The flow's rate, in units of the surrogate's."""
AVERAGED = 0.998
CLIP = 5.0
FITTED = 20_000
"""Rows of the pool that the linear surrogate is fitted to."""
SLOPES = 3.0
"""What a slope weighs, in units of a value."""
CHUNK = 64


class DreamError(ValueError):
    """A dream that cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """How long and how to train. ``sigmas``: least and greatest σ of each measurement, drawn log-uniformly."""

    sigmas: tuple[tuple[float, float], ...]
    steps: int
    batch: int = 256
    rate: float = 1e-3
    decay: float = 0.02
    seed: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def first(self) -> int:
        """Steps of the surrogate."""
        if not self.sigmas:
            return self.steps - int(CHOSEN * self.steps)
        return self.steps - min(int(LAST * self.steps), PASSES * WHITENED // self.batch)


@dataclass(slots=True)
class Trainee:
    """All that changes: the network, its running average, the optimiser, the generator of randomness."""

    network: Amortised
    mean: Amortised
    optimiser: torch.optim.Optimizer
    rng: Generator
    step: int = 0
    seconds: float = 0.0
    held: float = math.nan
    best: Mapping[str, Tensor] = field(default_factory=dict)

    def tree(self, identity: str) -> dict[str, Any]:
        """What a checkpoint holds."""
        return {
            "format": FORMAT, "identity": identity, "network": self.network.state_dict(),
            "mean": self.mean.state_dict(), "optimiser": self.optimiser.state_dict(), "rng": self.rng.get_state(),
            "step": self.step, "seconds": self.seconds, "held": self.held, "best": dict(self.best),
        }  # fmt: skip

    def restore(self, tree: Mapping[str, Any]) -> None:
        """Go on where a checkpoint was written."""
        self.network.load_state_dict(tree["network"])
        self.mean.load_state_dict(tree["mean"])
        self.optimiser.load_state_dict(tree["optimiser"])
        self.rng.set_state(tree["rng"])
        self.step, self.seconds, self.held = tree["step"], tree["seconds"], tree["held"]
        self.best = tree["best"]

    def look(self, white: "White") -> None:
        """Keep the running average if none was better on what is held out."""
        with torch.no_grad():
            log_q = self.mean.log_white(white.latents, self.mean.encoder(white.features))
            held = -float((white.weights * (log_q + white.volume)).sum() / white.weights.sum())
        if not self.best or held < self.held:
            self.held = held
            self.best = {name: value.clone() for name, value in self.mean.state_dict().items()}


@dataclass(frozen=True, slots=True)
class White:
    """True latents in units of the surrogate's Gaussian, ``[rows, latents]``, what was asked, each row's weight, and
    ``volume`` of these units."""

    latents: Tensor
    features: Tensor
    weights: Tensor
    volume: Tensor


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
    """The linear surrogate and its Gaussian, before any step."""
    rng = torch.Generator().manual_seed(plan.seed)
    with torch.random.fork_rng():
        torch.manual_seed(plan.seed)
        values = [one.shape[1] for one in pool.clean]
        network, mean = Amortised(shape_of(pool, plan), values), Amortised(shape_of(pool, plan), values)
    rows = torch.randperm(kept(pool), generator=rng)[:FITTED]
    asked, weights = ask(pool, rows, plan.sigmas, rng)
    network.fit(pool.latents[rows], [one[rows] for one in pool.clean], _held(pool, rows), asked, weights)
    mean.load_state_dict(network.state_dict())
    return Trainee(network, mean.requires_grad_(False), _optimiser(network, plan), rng)


def _optimiser(network: Amortised, plan: Plan) -> torch.optim.Optimizer:
    return torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=plan.decay, fused=True)


def shape_of(pool: Pool, plan: Plan) -> Shape:
    """The network's size for what the pool holds."""
    measured = tuple(min(one.shape[1], MOST_COMPONENTS) for one in pool.clean)
    return Shape(pool.latents.shape[1], measured, tuple(one.shape[1] for one in pool.options), **plan.sizes)


def kept(pool: Pool) -> int:
    """Rows that are trained on; the others lie behind them."""
    return len(pool.latents) - min(len(pool.latents) // 2, max(LEAST_HELD, int(HELD * len(pool.latents))))


def middle(pool: Pool) -> int:
    """Rows before it that are not trained on are calibrated with; those behind it choose what is kept."""
    return (kept(pool) + len(pool.latents)) // 2


def whitened(pool: Pool, plan: Plan) -> int:
    """First rows of the pool, which the flow is trained on and the surrogate is not; 0 where nothing is measured, and
    both are trained on all."""
    return min(WHITENED, kept(pool) // 4) if plan.sigmas else 0


def _held(pool: Pool, rows: Tensor) -> Tensor:
    """P^α ``[rows, options]``."""
    parts = [one[rows].exp() for one in pool.options]
    return torch.cat(parts, dim=1) if parts else torch.zeros(len(rows), 0)


# The surrogate


def step_surrogate(trainee: Trainee, pool: Pool, plan: Plan) -> None:
    """One update of the surrogate."""
    network, surrogate = trainee.network, trainee.network.surrogate
    rows = torch.randint(whitened(pool, plan), kept(pool), (plan.batch,), generator=trainee.rng)
    latents = pool.latents[rows]
    read = surrogate(latents)
    loss = torch.zeros(())
    if network.shape.measured:
        known = torch.cat([one(clean[rows]) for one, clean in zip(network.components, pool.clean, strict=True)], dim=1)
        # What lies far below the noise need not be known.
        middle = [torch.full((1,), (math.log(low) + math.log(high)) / 2) for low, high in plan.sigmas]
        floor = (2 * log_sigmas(network.shape.measured, Condition((), tuple(middle), ()))).exp() / 4
        square = (known - read[:, : surrogate.measured]).square()
        loss = loss + (square / (floor + surrogate.unit[: surrogate.measured].square() / 4)).sum(dim=1).mean() / 2
        loss = loss + SLOPES * _slopes(network, pool, rows)
    if network.shape.chosen:
        held = nn.functional.binary_cross_entropy_with_logits(read[:, surrogate.measured :], _held(pool, rows))
        loss = loss + held * (read.shape[1] - surrogate.measured)
    _update(trainee, loss, plan, trainee.step / plan.first)


def _slopes(network: Amortised, pool: Pool, rows: Tensor) -> Tensor:
    """Half the squares by which slopes of the surrogate miss simulated ones, in units of what a linear one misses."""
    numbers = [place for place, count in zip(_places(network), network.shape.measured, strict=True) if count == 1]
    first = len(pool.latents) - len(pool.slopes)
    known = rows[rows >= first]
    if not len(known) or not numbers:
        return torch.zeros(())
    told = torch.tensor(numbers)[(known - first) % len(numbers)][:, None]
    _, slopes = network.surrogate.jacobian(pool.latents[known], told)
    missed = (slopes[:, 0] - pool.slopes[known - first]).square().sum(dim=1)
    with torch.no_grad():
        scale = (network.surrogate.linear.weight[told[:, 0]] - pool.slopes[known - first]).square().sum(dim=1).mean()
    return (missed / scale).sum() / 2 / len(rows)


def _places(network: Amortised) -> list[int]:
    """Where each measurement's components begin among the readings."""
    sizes = network.shape.measured
    return [sum(sizes[:turn]) for turn in range(len(sizes))]


# The flow


@torch.no_grad()
def whiten(network: Amortised, pool: Pool, plan: Plan, rows: Tensor, seed: int) -> White:
    """``rows`` of the pool in units of the surrogate's Gaussian, with noise that ``seed`` gives."""
    rng = torch.Generator().manual_seed(seed)
    found, features, weights, volumes = [], [], [], []
    for part in rows.split(CHUNK):
        asked, weight = ask(pool, part, plan.sigmas, rng)
        local = network.look(asked)
        found.append(local.whiten(pool.latents[part]))
        volumes.append(local.volume)
        features.append((network.features(asked) - network.centre) / network.spread)
        weights.append(weight)
    weight = torch.cat(weights)
    return White(torch.cat(found), torch.cat(features), weight / weight.mean(), torch.cat(volumes))


def step_flow(trainee: Trainee, white: White, plan: Plan) -> None:
    """One update of the flow."""
    rows = torch.randint(len(white.latents), (plan.batch,), generator=trainee.rng)
    log_q = trainee.network.log_white(white.latents[rows], trainee.network.encoder(white.features[rows]))
    at = (trainee.step - plan.first) / max(1, plan.steps - plan.first)
    _update(trainee, -(white.weights[rows] * log_q).mean(), plan, at, GENTLE if plan.sigmas else 1.0, plan.first)


def _update(trainee: Trainee, loss: Tensor, plan: Plan, at: float, share: float = 1.0, since: int = 0) -> None:
    """A step of the optimiser; its rate goes up within a twentieth of the stage and down again along a cosine."""
    for group in trainee.optimiser.param_groups:
        group["lr"] = share * plan.rate * min(1.0, 20 * at + 0.01) * 0.5 * (1 + math.cos(math.pi * at))
    trainee.optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(trainee.network.parameters(), CLIP * math.sqrt(trainee.network.shape.latents))
    trainee.optimiser.step()
    gone = trainee.step - since
    average(trainee.mean, trainee.network, min(AVERAGED, (1 + gone) / (10 + gone)))
    trainee.step += 1


def turn_over(trainee: Trainee, pool: Pool, plan: Plan) -> None:
    """From the surrogate, whose running average is what stays, to the flow. What it misses is told by rows that it was
    not trained on, and that are not calibrated with."""
    network = trainee.mean
    rows = torch.arange(middle(pool), len(pool.latents))
    asked, weights = ask(pool, rows, plan.sigmas, torch.Generator().manual_seed(plan.seed))
    if network.shape.measured:
        known = torch.cat([one(clean[rows]) for one, clean in zip(network.components, pool.clean, strict=True)], dim=1)
        network.surrogate.judge(pool.latents[rows], known, weights / weights.sum())
    network.aim(pool.latents[rows[:AIMED]], asked.at(slice(0, AIMED)))
    trainee.network.load_state_dict(network.state_dict())
    trainee.network.surrogate.requires_grad_(False)
    trainee.optimiser = _optimiser(trainee.network, plan)


@torch.no_grad()
def held_out(network: Amortised, pool: Pool, plan: Plan, most: int = MOST_HELD) -> float:
    """Mean −log q in nats over ``most`` rows that were not trained on, with noise that is always the same."""
    rng = torch.Generator().manual_seed(plan.seed + 1)
    total = weight = 0.0
    for rows in _judging(pool)[:most].split(CHUNK):
        asked, weights = ask(pool, rows, plan.sigmas, rng)
        total -= float((weights * network.log_prob(pool.latents[rows], asked)).sum())
        weight += float(weights.sum())
    return total / weight


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
        tree = _checked(checkpoint, identity)
        if tree["step"] > plan.first:
            turn_over(trainee, pool, plan)
        trainee.restore(tree)
    white: tuple[White, White] | None = None
    saved = clock = time.monotonic()
    try:
        while trainee.step < plan.steps:
            if trainee.step < plan.first:
                step_surrogate(trainee, pool, plan)
            else:
                if white is None:
                    white = _turned(trainee, pool, plan)
                step_flow(trainee, white[0], plan)
                if (trainee.step - plan.first) % LOOKED == 0 or trainee.step == plan.steps:
                    trainee.look(white[1])
            now = time.monotonic()
            trainee.seconds, clock = trainee.seconds + now - clock, now
            if now - saved > every or trainee.step == plan.steps:
                if not trainee.best:
                    trainee.held = held_out(trainee.mean, pool, plan, CHUNK)
                save_tree(checkpoint, trainee.tree(identity))
                saved = clock = time.monotonic()
                trainee.seconds += saved - now
            watch(trainee)
    finally:
        save_tree(checkpoint, trainee.tree(identity))
    if trainee.best:
        trainee.mean.load_state_dict(trainee.best)
    return trainee


def _turned(trainee: Trainee, pool: Pool, plan: Plan) -> tuple[White, White]:
    """What the flow is trained on, and what it is judged by; the same whenever they are made."""
    fresh = trainee.step == plan.first
    if fresh:
        turn_over(trainee, pool, plan)
    rows = torch.arange(whitened(pool, plan) or kept(pool))
    white = whiten(trainee.mean, pool, plan, rows, plan.seed + 4)
    judging = whiten(trainee.mean, pool, plan, _judging(pool), plan.seed + 1)
    if fresh:
        for one in (trainee.mean, trainee.network):
            one.settle(white.latents, white.weights)
        trainee.look(judging)
    return white, judging


def _judging(pool: Pool) -> Tensor:
    """Rows that choose what is kept."""
    return torch.arange(middle(pool), len(pool.latents))[:MOST_HELD]


def _checked(checkpoint: Path, identity: str) -> dict[str, Any]:
    """What a checkpoint holds. Raises :class:`DreamError`."""
    try:
        tree = load_tree(checkpoint)
    except (ValueError, SafetensorError) as error:
        raise DreamError(
            f"{checkpoint} is no checkpoint that can be read ({error}); remove it to begin anew"
        ) from error
    if (tree.get("format"), tree.get("identity")) != (FORMAT, identity):
        raise DreamError(
            f"{checkpoint} is of a dream with another riddle, other weights or other options; "
            "go on with those, or dream in another directory"
        )
    return tree
