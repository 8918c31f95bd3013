"""One loop for every algorithm: trace, progress, and Ctrl-C that keeps what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from torch import Generator

from oedipus.runtime.algorithms.base import Algorithm, Approximation, Info, Posterior
from oedipus.runtime.density import Density

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run leaves: the posterior as it has it, and whether it was cut short."""

    posterior: Posterior
    interrupted: bool


def run(
    algorithm: Algorithm[S],
    density: Density,
    rng: Generator,
    *,
    start: Approximation | None = None,
    watch: Callable[[Info], None] = lambda _: None,
) -> Outcome:
    """Drive ``algorithm`` to its end; ``watch`` sees every iteration.

    An interrupt during an iteration gives up that iteration alone: states are
    values, and the last whole one is the result.
    """
    state = algorithm.init(density, rng, start)
    try:
        for _ in range(algorithm.iterations):
            state, info = algorithm.step(density, state, rng)
            watch(info)
    except KeyboardInterrupt:
        return Outcome(algorithm.result(state), interrupted=True)
    return Outcome(algorithm.result(state), interrupted=False)
