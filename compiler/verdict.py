"""The symbolic verdict: which digits fulfil every clause, decided by CPMpy on OR-Tools.

Networks are judged by the truth their cards declare; measurements say nothing here.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from oedipus.compiler.axes import Readers
from oedipus.compiler.checked import Clause, Measurement, Riddle
from oedipus.networks.cards import Card

if TYPE_CHECKING:
    pass

Kind = Literal["unsatisfiable", "unique", "multiple", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the clauses, taken as facts, leave possible.

    ``count`` is None where counting was cut off; ``solutions`` are sorted, up to
    the limit; ``core`` names a minimal conflicting set of clauses; ``redundant``
    each clause that all the others imply; ``free`` the values that remain for
    every digit that has several (only when all solutions were found).
    ``reason`` says why a verdict is unknown.
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


def verdict(riddle: Riddle, cards: Mapping[str, Card], *, limit: int = 100, seconds: float = 30.0) -> Verdict:
    """Decide a riddle: at most ``limit`` solutions, within ``seconds`` of wall time."""
    from oedipus.compiler.constraints import Untranslatable

    try:
        question = Question(riddle, cards, time.monotonic() + seconds)
        return question.unsatisfiable() if not question.solve() else question.satisfiable(limit)
    except Untranslatable as why:
        return Verdict("unknown", reason=f"the solver does not know {why}")
    except OutOfTime:
        return Verdict("unknown", reason=f"not decided within {seconds:g} seconds")


class Question:
    """One riddle in the solver: each clause behind a switch of its own."""

    def __init__(self, riddle: Riddle, cards: Mapping[str, Card], deadline: float):
        import cpmpy as cp
        from oedipus.compiler.constraints import Constraints

        self.deadline = deadline
        self.clauses = [clause for clause in riddle.clauses if not isinstance(clause.body, Measurement)]
        self.constraints: Constraints = Constraints(riddle, Readers.of(riddle, cards))
        self.digits = self.constraints.digits
        self.switches: dict[str, Any] = {}
        model = cp.Model()
        for clause in self.clauses:
            model += self._switch(clause) == self._truth(clause)
        for digit in self.digits.values():
            model += digit >= digit.lb
        model += self.constraints.definitions
        self.solver = cp.SolverLookup.get("ortools", model)

    def _switch(self, clause: Clause) -> Any:
        import cpmpy as cp

        return self.switches.setdefault(clause.name, cp.boolvar(name=f"clause {clause.name}"))

    def _truth(self, clause: Clause) -> Any:
        assert not isinstance(clause.body, Measurement)
        return self.constraints.formula(clause.body)

    def solve(self, on: Sequence[str] | None = None, off: Sequence[str] = ()) -> bool:
        """Whether the clauses named ``on`` (all by default) can hold and those ``off`` fail together.

        Raises :class:`OutOfTime`."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime
        chosen = self.switches if on is None else on
        assumptions = [self.switches[name] for name in chosen] + [~self.switches[name] for name in off]
        answer = bool(self.solver.solve(assumptions=assumptions, time_limit=left, num_search_workers=1))
        if not answer and self.solver.status().exitstatus.name not in ("UNSATISFIABLE",):
            raise OutOfTime
        return answer

    def unsatisfiable(self) -> Verdict:
        """The verdict once it is known that not all clauses hold together."""
        core = [clause.name for clause in self.clauses]
        try:
            for name in list(core):
                rest = [other for other in core if other != name]
                core = core if self.solve(on=rest) else rest
        except OutOfTime:
            return Verdict("unsatisfiable", 0, core=tuple(core), reason="the conflicting set may not be minimal")
        return Verdict("unsatisfiable", 0, core=tuple(core))

    def satisfiable(self, limit: int) -> Verdict:
        """The verdict once a solution is known."""
        if not self.digits:
            return Verdict("unknown", reason="no digits to decide about: only the pictures can tell")
        redundant = tuple(self.redundant())
        found, complete = self.enumerate(limit)
        solutions = tuple(sorted(found, key=lambda one: tuple(one.values())))
        if complete and len(solutions) == 1:
            return Verdict("unique", 1, solutions, redundant=redundant)
        if len(solutions) < 2 <= limit:
            raise OutOfTime
        free = free_values(solutions) if complete else {}
        return Verdict("multiple", len(solutions) if complete else None, solutions, redundant=redundant, free=free)

    def redundant(self) -> Iterator[str]:
        """Names of the clauses that all the others imply."""
        for name in self.switches:
            others = [other for other in self.switches if other != name]
            if not self.solve(on=others, off=[name]):
                yield name

    def enumerate(self, limit: int) -> tuple[list[Mapping[str, int]], bool]:
        """Up to ``limit`` solutions, and whether these are all."""
        import cpmpy as cp

        found: list[Mapping[str, int]] = []
        try:
            while self.solve():
                if len(found) >= limit:
                    return found, False
                found.append({name: int(digit.value()) for name, digit in self.digits.items()})
                self.solver += cp.any([digit != found[-1][name] for name, digit in self.digits.items()])
        except OutOfTime:
            return found, False
        return found, True


def free_values(solutions: Sequence[Mapping[str, int]]) -> dict[str, tuple[int, ...]]:
    """For every digit that has several values over the solutions, those values."""
    values = {name: sorted({one[name] for one in solutions}) for name in solutions[0]}
    return {name: tuple(several) for name, several in values.items() if len(several) > 1}
