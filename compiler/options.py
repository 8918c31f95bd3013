"""What a riddle can be solved by: every algorithm with its options, their defaults and their bounds.

Known without torch, so that ``check`` finds what ``solve`` would refuse: an algorithm declares its options itself
(:mod:`oedipus.runtime.algorithms.options`), and ``python -m oedipus.runtime.options_table`` writes those of all
into options.json.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

from oedipus.dsl.bounds import MOST_ALPHA
from oedipus.dsl.diagnostics import closest

AUTO = "auto"
MOST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Option:
    """A hyper-parameter. ``least`` and ``most`` are inclusive, unless it is ``between`` them; ``words``: the only
    values of one that is no number; ``banked``: the default where the search begins at the modes of a bank."""

    default: bool | float | str | tuple[float, ...]
    least: float = -math.inf
    most: float = math.inf
    between: bool = False
    words: tuple[str, ...] = ()
    banked: float | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Option":
        """An option as :meth:`stored` gave it."""
        given: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in stored.items()}
        return cls(**given)

    def stored(self) -> dict[str, Any]:
        """What JSON can hold of it, without what every option has."""
        plain = asdict(Option(self.default))
        return {name: one for name, one in asdict(self).items() if name == "default" or one != plain[name]}

    def wrong(self, value: Any) -> str:
        """What is wrong with a value, in words that follow the option's name; nothing where it is fine."""
        if self.words:
            return "" if value in self.words else f"must be {' or '.join(self.words)}, not '{value}'"
        if isinstance(self.default, str):
            return "" if isinstance(value, str) else f"must be a path, not '{value}'"
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


_STORED = json.loads((resources.files("oedipus.compiler") / "options.json").read_text(encoding="utf-8"))


def _options(name: str) -> Mapping[str, Option]:
    return {option: Option.of(one) for option, one in _STORED[name]["options"].items()}


RUN: Mapping[str, Option] = _options("run")
"""Options of every run, whatever algorithm it is by."""
ALGORITHMS: Mapping[str, Mapping[str, Option]] = {name: _options(name) for name in _STORED if name != "run"}
NEEDED: Mapping[str, tuple[str, ...]] = {name: tuple(_STORED[name]["needs"]) for name in ALGORITHMS}
"""What each algorithm needs of a program, as :mod:`oedipus.compiler.suited` has it."""
ITERATING: Mapping[str, tuple[str, ...]] = {name: tuple(_STORED[name]["iterating"]) for name in ALGORITHMS}
"""The options of each algorithm that count its iterations, where all of them may be 0."""
BANK = "bank"
"""The start of a search at the modes of a bank."""


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
    return None if algorithm == AUTO else _idle(algorithm, options)


def never(counts: Sequence[str]) -> str:
    """What is wrong with the first of the options that count iterations, where all are 0."""
    return f"must be at least 1 where {' and '.join(counts[1:])} is 0, not 0"


def _idle(algorithm: str, options: Mapping[str, Any]) -> Fault | None:
    """A run without a single iteration."""
    counts = ITERATING[algorithm]
    known, banked = ALGORITHMS[algorithm], options.get("start", RUN["start"].default) == BANK

    def of(name: str) -> Any:
        default = known[name].banked if banked and known[name].banked is not None else known[name].default
        return options.get(name, default)

    if not counts or any(map(of, counts)):
        return None
    about = next((name for name in counts if name in options), counts[0])
    others = [name for name in counts if name != about]
    return Fault(about, never([about, *others]))


def known_to(algorithm: str) -> Mapping[str, Option]:
    """The options that a run by this algorithm takes; by ``auto`` those of any."""
    known = dict(RUN)
    for name, own in ALGORITHMS.items():
        known |= own if algorithm in (AUTO, name) else {}
    return known
