"""What a run leaves behind while it goes on: draws, the trace, and checkpoints."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Algorithm, Info
from oedipus.runtime.checkpoint import DRAWS, Checkpoint, CheckpointError, Identity
from oedipus.runtime.draws import File, Layout, Memory, Store

INTERVAL = 30.0
READING = "reading"
"""The column of what every picture of a draw reads."""
BEGUN = "begun"
"""The stage of a checkpoint that has no state yet."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run between two iterations; ``count`` of its draws are stored. ``over``: there is none after it."""

    iteration: int
    state: Any
    rng: Tensor
    count: int
    over: bool = False


@dataclass(slots=True)
class Record:
    """The record of one solve, of one or more runs.

    Without a ``directory`` draws stay in memory and nothing is written. With one,
    draws go to a file there. A checkpoint is written where a stage begins and where it ends, and between once as
    much time has passed since the last one as before it, at the latest after ``interval`` seconds: a young run that
    dies loses half of itself, an old one an interval. ``resumed`` is where to go on. ``trace`` has a row for
    every iteration. ``learned`` by the rounds before this one (:mod:`oedipus.runtime.refine`), None where there
    are no rounds. ``announce`` is told of every stage that begins: its name, its iterations that are done already
    and all it has at most.
    """

    directory: Path | None = None
    identity: Identity | None = None
    interval: float = INTERVAL
    resumed: Checkpoint | None = None
    learned: tuple[Any, ...] | None = None
    stage: str = "run"
    announce: Callable[[str, int, int], None] = lambda *_: None
    trace: list[Any] = field(default_factory=list)
    store: Store = field(default_factory=Memory)
    _before: int = 0
    _seconds: float = 0.0
    _began: float = field(default_factory=time.perf_counter)
    _written: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        if self.directory is not None:
            self.directory.mkdir(parents=True, exist_ok=True)
            self.store = File(self.directory / DRAWS)
        if self.resumed is not None:
            if self.identity is not None:
                self.resumed.belongs_to(self.identity)
            self.trace = list(self.resumed.trace)
            self._seconds = self.resumed.seconds
            self.learned = self.resumed.learned
            if self.resumed.stage == BEGUN:
                self.resumed = None

    @property
    def seconds(self) -> float:
        """Seconds spent, earlier attempts included."""
        return self._seconds + time.perf_counter() - self._began

    def after(self, learned: tuple[Any, ...]) -> "Record":
        """The record of the next round, on disk at once: what was learned until then is never lost."""
        following = Record(
            self.directory, self.identity, self.interval, learned=learned, announce=self.announce, _seconds=self.seconds
        )
        following.stage = BEGUN
        following.checkpoint(Snapshot(0, None, torch.empty(0), 0))
        return following

    def past(self, stage: str) -> bool:
        """Whether the run that is resumed had got beyond ``stage``."""
        return self.resumed is not None and self.resumed.stage != stage

    def begin(self, stage: str, algorithm: Algorithm[Any], rng: Generator, init: Callable[[], Any]) -> Snapshot:
        """The first state of a stage: the checkpoint's if it was written in it, else that of ``init``."""
        self.stage, found = stage, self.resumed
        if found is None or found.stage != stage:
            self._before = len(self.trace)
            first = Snapshot(0, init(), rng.get_state(), self.store.count)
            self.checkpoint(first)
            self.announce(stage, 0, algorithm.iterations)
            return first
        self.resumed, self._before = None, len(self.trace) - found.iteration
        if self._before < 0 or found.iteration > algorithm.iterations:
            raise CheckpointError("resume: the checkpoint is of a longer run; begin anew without --resume")
        if isinstance(self.store, File):
            self.store.rewind(found.layout, found.count)
        rng.set_state(found.rng.cpu())
        self.announce(stage, found.iteration, algorithm.iterations)
        return Snapshot(found.iteration, found.state, found.rng.cpu(), found.count, found.over)

    def reserve(self, algorithm: Algorithm[Any], dim: int) -> None:
        """Raise ``DrawsError`` where the draws that ``algorithm`` will give have no room."""
        draws, chains = getattr(algorithm, "draws", 0), getattr(algorithm, "chains", 0)
        if draws and chains:
            self.store.reserve(draws, Layout(chains, {"latents": dim}))

    def keep(self, info: Info, state: Any, rng: Generator, iteration: int, *, over: bool) -> Snapshot:
        """Store an iteration's draws; the snapshot after it. Raises ``OSError``."""
        if info.draws is not None:
            self.store.append(_columns(info, info.draws))
        return Snapshot(iteration, state, rng.get_state(), self.store.count, over)

    def save(self, at: Snapshot) -> None:
        """Write a checkpoint if it is due. Raises ``OSError``."""
        due = min(self.interval, self._written - self._began)
        if at.over or time.perf_counter() - self._written >= due:
            self.checkpoint(at)

    def give_up(self, after: Snapshot) -> None:
        """Forget what an iteration that was cut short has told and stored already."""
        del self.trace[self._before + after.iteration :]
        self.store.rewind(self.store.layout, after.count)

    def checkpoint(self, at: Snapshot) -> None:
        """Write a checkpoint where there is a directory for it. Raises ``OSError``."""
        if self.directory is None:
            return
        if isinstance(self.store, File):
            self.store.sync()
        identity = self.identity or Identity("", {}, {})
        rows = tuple(self.trace[: self._before + at.iteration])
        Checkpoint(
            identity, self.stage, at.iteration, at.state, at.rng, self.store.layout, at.count, rows, self.seconds,
            self.learned, at.over,
        ).write(self.directory)  # fmt: skip
        self._written = time.perf_counter()


def _columns(info: Info, draws: Tensor) -> Mapping[str, Tensor]:
    columns = {"latents": draws, **info.stats}
    if "clauses" in info.details and len(info.details["clauses"]) == len(draws):
        columns["log_likelihood"] = info.details["clauses"]
    if "values" in info.details and len(info.details["values"]) == len(draws):
        columns[READING] = info.details["values"].argmax(dim=2)
    return columns
