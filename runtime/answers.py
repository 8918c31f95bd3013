"""Every joint reading of a posterior's draws: its share, and whether it fulfils the clauses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from oedipus.runtime.metrics import shares
from oedipus.runtime.posterior import Posterior


@dataclass(frozen=True, slots=True)
class Answer:
    """What the pictures of some draws read: ``reading``, the value of each variable, a number or its name; the
    ``share`` of draws that read so; the names of the clauses that it breaks by the tables; the ``classes`` read."""

    reading: Mapping[str, int | str]
    share: float
    violated: tuple[str, ...]
    classes: tuple[int, ...]

    @property
    def satisfied(self) -> bool:
        """Whether it fulfils every clause symbolically."""
        return not self.violated

    @property
    def values(self) -> tuple[int | str, ...]:
        """The values alone, in the order of the variables."""
        return tuple(self.reading.values())

    @property
    def figures(self) -> dict[str, object]:
        """Plain values, for files."""
        found = {"reading": list(self.values), "share": self.share, "satisfied": self.satisfied}
        return found | {"violated": list(self.violated)}


def answers_of(posterior: Posterior, readings: Tensor) -> tuple[Answer, ...]:
    """The answers in ``readings`` ``[draws, variables]``, the most frequent first."""
    found = []
    for classes, share in shares(readings):
        reading = dict(zip(posterior.valued, posterior.told(classes), strict=True))
        broken = posterior.program.violated(dict(zip(posterior.valued, classes, strict=True)))
        found.append(Answer(reading, share, tuple(broken), classes))
    return tuple(found)


def solutions(answers: Sequence[Answer], least: float = 0.0) -> tuple[Answer, ...]:
    """Those that fulfil every clause, with a share of at least ``least``."""
    return tuple(one for one in answers if one.satisfied and one.share >= least)
