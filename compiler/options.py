"""What a riddle can be solved by: every algorithm with its options, their defaults and their bounds.

Known without torch, so that ``check`` finds what ``solve`` would refuse. The algorithms are created through
:func:`fault` as well, and a test holds their own defaults against these.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oedipus.dsl.core import MOST_ALPHA
from oedipus.dsl.diagnostics import closest

AUTO = "auto"
MOST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Option:
    """A hyper-parameter. ``least`` and ``most`` are inclusive, unless it is ``between`` them; ``words``: the only
    values of one that is no number."""

    default: bool | float | str | tuple[float, ...]
    least: float = -math.inf
    most: float = math.inf
    between: bool = False
    words: tuple[str, ...] = ()

    def wrong(self, value: Any) -> str:
        """What is wrong with a value, in words that follow the option's name; nothing where it is fine."""
        if self.words:
            return "" if value in self.words else f"must be {' or '.join(self.words)}, not '{value}'"
        if isinstance(self.default, bool):
            return "" if isinstance(value, bool) else f"must be true or false, not '{value}'"
        if isinstance(self.default, tuple):
            return self._schedule(value)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(self.default, int) and not (number and math.isfinite(value) and value == int(value)):
            return f"must be a whole number, not '{value}'"
        if not number or not math.isfinite(value):
            return f"must be a number, not '{value}'"
        if self.between and not self.least < value < self.most:
            return f"{self._range()}, not {value}"
        if value < self.least:
            return f"must be at least {self.least:g}, not {value}"
        return f"must be at most {self.most:,}, not {value}" if value > self.most else ""

    def _range(self) -> str:
        if self.most == math.inf:
            return f"must be above {self.least:g}" if self.least else "must be positive"
        return f"must lie between {self.least:g} and {self.most:g}"

    def _schedule(self, value: Any) -> str:
        alphas = [value] if isinstance(value, int | float) else value
        if not isinstance(alphas, list | tuple) or not alphas:
            return f"cannot be '{value}'"
        for one in alphas:
            if wrong := Option(1.0, 0, MOST_ALPHA).wrong(one) or ("must be positive" if one == 0 else ""):
                return wrong
        return ""

    def made(self, value: Any) -> Any:
        """A right value as the type of the default."""
        if isinstance(self.default, tuple):
            return tuple(map(float, value if isinstance(value, list | tuple) else [value]))
        return value if isinstance(self.default, bool | str) else type(self.default)(value)


def _count(default: int, least: int = 1) -> Option:
    return Option(default, least, 10**9)


_SHARE = {"least": 0.0, "most": 1.0, "between": True}
_RATE = {"least": 0.0, "between": True}
_LAST = Option((10.0,))

RUN: Mapping[str, Option] = {
    "seed": Option(0, 0, MOST_SEED), "samples": _count(100), "restarts": _count(4), "members": _count(4096, 2),
    "mend": _count(2, 0), "start": Option("bank", words=("bank", "prior")),
}  # fmt: skip
"""Options of every run, whatever algorithm it is by."""
_CORRELATED = {"schedule": _LAST, "pairs": _count(8), "fit": _count(300), "rate": Option(0.02, **_RATE)}  # type: ignore[arg-type]
_MGVI = {
    "schedule": _LAST, "rounds": _count(3), "pairs": _count(5), "newton": _count(30), "solve": _count(60),
    "inner": _count(15), "samples": _count(20), "still": Option(0.05), "trajectories": _count(30, 0),
    "chains": _count(24), "leapfrog": _count(24), "acceptance": Option(0.75, **_SHARE),  # type: ignore[arg-type]
}  # fmt: skip
ALGORITHMS: Mapping[str, Mapping[str, Option]] = {
    "bank": {
        "schedule": _LAST, "pool": _count(4096), "particles": _count(256), "samples": _count(100),
        "ess": Option(0.5, **_SHARE), "sweeps": _count(1), "trajectories": _count(1, 0), "leapfrog": _count(1),  # type: ignore[arg-type]
    },
    "fullrank": _CORRELATED,
    "geovi": _MGVI | {"trajectories": _count(0, 0), "bends": _count(5, 0)},
    "hmc": {
        "schedule": _LAST, "chains": _count(8), "draws": _count(100), "warmup": _count(150), "leapfrog": _count(10),
        "thin": _count(1), "acceptance": Option(0.6, **_SHARE), "jumps": _count(8, 0),  # type: ignore[arg-type]
    },
    "lowrank": _CORRELATED | {"rank": _count(10)},
    "meanfield": {
        "schedule": Option((0.5, 1.0, 3.0, 10.0)), "steps": _count(40, 0), "pairs": _count(5), "hold": _count(5),
        "restarts": _count(1), "screened": _count(8), "polish": _count(180, 0), "rate": Option(0.05, **_RATE),  # type: ignore[arg-type]
    },
    "mgvi": _MGVI,
    "smc": {
        "schedule": _LAST, "particles": _count(100), "ess": Option(0.6, **_SHARE), "moves": _count(3),  # type: ignore[arg-type]
        "leapfrog": _count(6), "rest": _count(6), "acceptance": Option(0.75, **_SHARE),  # type: ignore[arg-type]
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a choice of algorithm and options: ``about`` the option, None for the algorithm itself."""

    about: str | None
    said: str
    help: str = ""
    suggestion: str = ""

    @property
    def message(self) -> str:
        """The fault in a line."""
        said = f"{self.about or 'algorithm'}: {self.said}"
        return f"{said}; {self.help}" if self.help else said


def fault(algorithm: str, options: Mapping[str, Any]) -> Fault | None:
    """What is wrong with solving by this algorithm and these options, of a run's own and of the algorithm's."""
    if algorithm not in (AUTO, *ALGORITHMS):
        near = closest(algorithm, (AUTO, *ALGORITHMS))
        there = f"there are {AUTO}, {', '.join(ALGORITHMS)}"
        return Fault(None, f"no algorithm is called '{algorithm}'", f"did you mean '{near}'?" if near else there, near)
    for name, value in options.items():
        known = known_to(algorithm)
        if name not in known:
            said = "no algorithm has such an option" if algorithm == AUTO else f"{algorithm} has no such option"
            near = closest(name, known)
            help_ = f"did you mean '{near}'?" if near else f"options are {', '.join(sorted(known))}"
            return Fault(name, said, help_, near)
        tables = (RUN, *ALGORITHMS.values()) if algorithm == AUTO else (known,)
        wrong = [one[name].wrong(value) for one in tables if name in one]
        if all(wrong):
            return Fault(name, wrong[0])
    return None


def known_to(algorithm: str) -> Mapping[str, Option]:
    """The options that a run by this algorithm takes; by ``auto`` those of any."""
    known = dict(RUN)
    for name, own in ALGORITHMS.items():
        known |= own if algorithm in (AUTO, name) else {}
    return known
