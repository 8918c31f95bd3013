"""What a verdict says, and why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["unsatisfiable", "unique", "multiple", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the clauses, taken as facts, leave possible.

    ``count`` is None where counting was cut off; ``solutions`` are sorted, at most
    as many as asked for; ``core`` names a minimal conflicting set of clauses;
    ``redundant`` each clause that all the others imply; ``free`` the values that
    remain for every digit that has several (none where that could not be found).
    ``reason`` says why a verdict is unknown, or what about it is.
    """

    kind: Kind
    count: int | None = None
    solutions: tuple[Mapping[str, int], ...] = ()
    core: tuple[str, ...] = ()
    redundant: tuple[str, ...] = ()
    free: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    reason: str = ""


class OutOfTime(Exception):  # noqa: N818 - an outcome, reported as "unknown"
    """The time limit was reached before an answer was certain."""


class Unsuited(Exception):  # noqa: N818 - an outcome; the solver takes over
    """Diagrams are not the way to decide this riddle; the message says why."""
