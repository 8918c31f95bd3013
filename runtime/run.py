"""One loop for every algorithm: trace, progress, draws, checkpoints, and Ctrl-C that keeps what was found."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Algorithm, Approximation, Draws, Info, Posterior
from oedipus.runtime.density import Density
from oedipus.runtime.record import Record

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run leaves: the posterior as it has it, whether it was cut short, and what was said of each draw.

    ``columns`` are ``[draws, chains, width]``: ``latents``, the algorithm's statistics, and
    ``log_likelihood`` of each clause; none for an algorithm whose result is no chain.
    """

    posterior: Posterior
    interrupted: bool
    columns: Mapping[str, Tensor] = field(default_factory=dict)


def run(
    algorithm: Algorithm[S],
    density: Density,
    rng: Generator,
    *,
    start: Approximation | None = None,
    watch: Callable[[Info], None] = lambda _: None,
    record: Record | None = None,
    stage: str = "run",
) -> Outcome:
    """Drive ``algorithm`` to its end; ``watch`` sees every iteration.

    Draws go to ``record``, which also writes checkpoints and resumes from one. An
    interrupt during an iteration gives up that iteration alone: states are
    values, and the last whole one is the result, and a checkpoint. It is one too where an iteration fails.
    Raises ``ValueError`` where draws have no room or a checkpoint is of something else, ``OSError`` where
    draws or checkpoints cannot be written.
    """
    record = Record() if record is None else record
    record.reserve(algorithm, density.dim)
    last = record.begin(stage, algorithm, rng, lambda: algorithm.init(density, rng, start))
    interrupted = False
    try:
        while not last.over and last.iteration < algorithm.iterations:
            state, info = algorithm.step(density, last.state, rng)
            watch(info)
            done = last.iteration + 1
            last = record.keep(info, state, rng, done, over=info.last or done == algorithm.iterations)
            record.save(last)
    except KeyboardInterrupt:
        interrupted = True
        record.give_up(last)
        record.checkpoint(last)
    except Exception:
        with suppress(OSError):  # the first trouble is the one to tell
            record.checkpoint(last)
        raise
    posterior, columns = algorithm.result(last.state), record.store.columns()
    if columns and isinstance(posterior, Draws):
        posterior = replace(posterior, latents=columns["latents"])
    return Outcome(posterior, interrupted, columns)
