"""A family of riddles dreamt of: simulated, learned, held to account, written as a module."""

import hashlib
import json
import platform
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch

from oedipus.compiler.program import Program
from oedipus.networks.cards import Card
from oedipus.runtime.dream.calibration import calibrate
from oedipus.runtime.dream.family import Family
from oedipus.runtime.dream.module import Module, ModuleCard, ModuleError, halved, of_family, read_module, write_module
from oedipus.runtime.dream.simulate import Pool, simulate
from oedipus.runtime.dream.train import Plan, Trainee, held_out, train
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.standard import standardised

POOL, CHECKPOINT = "pool", "checkpoint.safetensors"
EFFECTIVE = 500
"""Simulated pictures that must be left of a pool once each weighs what its clauses give it."""


@dataclass(frozen=True, slots=True)
class Dream:
    """How to dream.

    ``rows`` simulated pictures, ``slopes`` of them with the slopes of numbers; ``steps`` of training on ``batch`` of
    them; every open σ is drawn between the riddle's divided by ``spread`` and multiplied by it; ``sizes`` of the
    network as :class:`oedipus.runtime.dream.network.Shape` has them; ``cases`` of the calibration.
    """

    rows: int = 49_152
    slopes: int = 16_384
    steps: int = 6_000
    batch: int = 256
    spread: float = 2.0
    seed: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)
    cases: int = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is.

    ``done`` of ``total`` pictures or steps of a ``stage``; ``held``: −log q in nats of what is held out, as far as it
    is known; ``seconds`` of training so far.
    """

    stage: str
    done: int
    total: int
    held: float | None = None
    seconds: float = 0.0


@standardised
def dream(
    program: Program,
    cards: Mapping[str, Card],
    out: Path,
    asked: Dream,
    *,
    keep: bool = False,
    command: str = "",
    watch: Callable[[Progress], None] = lambda _: None,
) -> Module:
    """The module of ``program``, written to ``out``; what was interrupted there goes on where it was.

    The pool and the checkpoint lie in ``out``, too, and are removed at the end unless they are to be ``keep``-t. Raises
    :class:`ModuleError` where there is nothing to dream of, or ``out`` has another dream, ``OSError``.
    """
    family, posterior = family_of(program, cards)
    networks = of_family(family, posterior)
    sigmas = tuple((sigma / asked.spread, sigma * asked.spread) for sigma in family.sigmas)
    plan = Plan(sigmas, asked.steps, asked.batch, seed=asked.seed, sizes=asked.sizes)
    drawn = digest([family.structure, networks, asked.seed])
    identity = digest(
        [drawn, asked.rows, asked.slopes, sigmas, asked.steps, asked.batch, dict(asked.sizes), asked.seed]
    )
    pool = simulate(
        family, posterior, out / POOL, rows=asked.rows, seed=asked.seed, identity=drawn, slopes=asked.slopes,
        watch=lambda rows: watch(Progress("simulating", rows, asked.rows)),
    )  # fmt: skip
    _enough(pool)

    def tell(trainee: Trainee) -> None:
        watch(Progress("training", trainee.step, asked.steps, trainee.held, trainee.seconds))

    trainee = train(pool, plan, checkpoint=out / CHECKPOINT, identity=identity, watch=tell)
    network = halved(trainee.mean)
    watch(Progress("calibrating", 0, asked.cases))
    figures = {"held_out_nats": round(held_out(network, pool, plan), 3)}
    figures |= calibrate(network, family, posterior, pool, plan, cases=asked.cases)
    card = ModuleCard(
        structure=family.structure,
        alpha=family.alpha,
        networks=networks,
        sigmas=sigmas,
        values=tuple(one.shape[1] for one in pool.clean),
        shape=asdict(network.shape),
        training={
            "rows": asked.rows, "slopes": asked.slopes, "steps": asked.steps, "batch": asked.batch, "seed": asked.seed,
            "seconds": round(trainee.seconds), "command": command,
            "machine": f"{platform.machine()}, {torch.get_num_threads()} thread(s), torch {torch.__version__}",
        },
        figures=figures,
    )  # fmt: skip
    write_module(out, card, family, network)
    if not keep:
        (out / CHECKPOINT).unlink(missing_ok=True)
        shutil.rmtree(out / POOL, ignore_errors=True)
    return read_module(out)


def family_of(program: Program, cards: Mapping[str, Card]) -> tuple[Family, Posterior]:
    """The family of a program with open data, and the posterior that simulates it. Raises :class:`ModuleError`."""
    if not program.open:
        raise ModuleError(
            "nothing is left open in this riddle: write data y = ? for what is to be given later, "
            "such as mask(x, left) = y ± 0.3"
        )
    if program.given is not None:
        raise ModuleError("a riddle with a prior that is given cannot be dreamt of; leave 'given' out")
    outline = Family(program, 0.0)
    posterior = load_posterior(outline.simulator(), cards)
    return Family(program, posterior.alpha), posterior


def _enough(pool: Pool) -> None:
    """Raise :class:`ModuleError` where the clauses leave too little of a pool."""
    weights = pool.log_weight + sum((one.logsumexp(dim=1) for one in pool.options), torch.zeros(len(pool.latents)))
    effective = float((2 * weights.logsumexp(dim=0) - (2 * weights).logsumexp(dim=0)).exp())
    least = min(EFFECTIVE, len(pool.latents) // 4)
    if not effective >= least:
        raise ModuleError(
            f"the clauses that are not left open leave {effective:.0f} of {len(pool.latents):,} simulated pictures, "
            f"and {least} are the least to learn from: simulate more (--rows), or leave these clauses open, too"
        )


def digest(of: object) -> str:
    """sha256 of plain data."""
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()
