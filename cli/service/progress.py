"""How far a solve is: a row for every iteration with the time that is left, told to whoever watches."""

import itertools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from oedipus.runtime.metrics import Metrics

STEPS = 3
"""Iterations in a row with a higher α each, from which the end of a tempered run is foreseen."""
PACE = 5
"""Iterations by whose time that of the next is foreseen: those at the end may be of another kind than the first."""


class Cancel(Protocol):
    """What ends a solve from outside, such as a ``threading.Event``; asked before anything is drawn or read."""

    def is_set(self) -> bool:
        """Whether to end now."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One iteration. ``stage`` "settling" (towards a mode, before a sampler begins) or "run".

    ``total`` iterations of the stage at most; ``seconds`` since the solve began; ``left`` seconds until the stage is
    over, None where that cannot be foreseen yet; ``elbo`` in nats; ``score`` the mean clause
    probability; ``reading`` the most frequent one.
    """

    stage: str
    iteration: int
    total: int
    alpha: float
    elbo: float | None
    score: float
    reading: Mapping[str, int | str]
    seconds: float
    left: float | None

    @property
    def remaining(self) -> str:
        """The time left in words, empty where nothing can be said of it."""
        return "" if self.left is None else f"about {duration(self.left)} left"

    @property
    def event(self) -> dict[str, Any]:
        """What JSON says of it."""
        return {
            "stage": self.stage,
            "iteration": self.iteration,
            "total": self.total,
            "alpha": self.alpha,
            "elbo": self.elbo,
            "score": self.score,
            "reading": dict(self.reading),
            "seconds": round(self.seconds, 3),
            "left": None if self.left is None else round(self.left, 3),
        }

    @property
    def line(self) -> str:
        """All of it on a line."""
        bound = "" if self.elbo is None else f"ELBO {self.elbo:.1f}"
        reading = ", ".join(f"{name} {value}" for name, value in self.reading.items())
        parts = [f"{self.stage}: iteration {self.iteration}", f"α {self.alpha:g}", bound, reading, self.remaining]
        return "   ".join(part for part in parts if part)


Watch: TypeAlias = Callable[[Progress], object]


def duration(seconds: float) -> str:
    """``8 s``, ``3 min``, ``2 h 5 min``."""
    whole = math.ceil(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


@dataclass(slots=True)
class Clock:
    """Makes :class:`Progress` of the rows of a trace.

    ``told`` makes values of the classes read; ``final`` is the α at which a tempered run ends.
    """

    names: tuple[str, ...]
    told: Callable[[Sequence[int]], Sequence[int | str]]
    final: float
    now: Callable[[], float] = time.perf_counter
    stage: str = "run"
    total: int = 0
    _done: int = 0
    _alphas: list[float] = field(default_factory=list)
    _born: float = field(init=False)
    _times: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self._born = self.now()
        self._times = [self._born]

    def begin(self, stage: str, done: int, total: int) -> None:
        """A stage begins, ``done`` of its ``total`` iterations already (in a run that is resumed)."""
        self.stage, self.total, self._done, self._alphas = stage, total, done, []
        self._times = [self.now()]

    def tick(self, row: "Metrics") -> Progress:
        """An iteration is done."""
        self._done += 1
        self._alphas = [*self._alphas[-STEPS:], row.alpha]
        self._times = [*self._times[-PACE:], self.now()]
        iterations = self._remaining(row.ahead)
        each = (self._times[-1] - self._times[0]) / (len(self._times) - 1)
        left = None if iterations is None else each * iterations
        reading = dict(zip(self.names, self.told(row.reading), strict=False))
        return Progress(
            self.stage, self._done, self.total, row.alpha, row.elbo, row.score, reading, self.now() - self._born, left
        )

    def _remaining(self, ahead: int | None) -> float | None:
        """Iterations left: the algorithm may know them, and α of a tempered run rises about geometrically."""
        alphas = self._alphas
        if ahead is not None or len(alphas) <= STEPS:
            return ahead
        if not (all(a < b for a, b in itertools.pairwise(alphas)) and alphas[0] > 0 and alphas[-1] < self.final):
            return None
        return math.log(self.final / alphas[-1]) / (math.log(alphas[-1] / alphas[0]) / (len(alphas) - 1))
