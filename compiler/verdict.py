"""The symbolic verdict: which digits fulfil every clause, decided by CPMpy on OR-Tools.

Networks are judged by the truth their cards declare; measurements say nothing here.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from oedipus.compiler.axes import Readers
from oedipus.compiler.checked import Clause, Measurement, Riddle
from oedipus.compiler.symbolic import Symbolic
from oedipus.networks.cards import Card

if TYPE_CHECKING:
    pass

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


def satisfiable(riddle: Riddle, cards: Mapping[str, Card], *, seconds: float = 10.0) -> bool | None:
    """Whether any digits fulfil every clause; None where that was not decided within ``seconds``."""
    from oedipus.compiler.constraints import Untranslatable

    try:
        return Question(riddle, cards, time.monotonic() + seconds).solve()
    except (Untranslatable, OutOfTime):
        return None


class Question:
    """One riddle in the solver: each clause behind a switch of its own."""

    def __init__(self, riddle: Riddle, cards: Mapping[str, Card], deadline: float):
        import cpmpy as cp

        from oedipus.compiler.constraints import Constraints

        self.riddle, self.cards, self.deadline = riddle, cards, deadline
        self.clauses = [clause for clause in riddle.clauses if not isinstance(clause.body, Measurement)]
        self.constraints: Constraints = Constraints(riddle, Readers.of(riddle, cards))
        self.digits = self.constraints.digits
        self.switches: dict[str, Any] = {}
        self.listing = cp.boolvar(name="listing")
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

    def solve(self, on: Sequence[str] | None = None, off: Sequence[str] = (), *, new: bool = False) -> bool:
        """Whether the clauses named ``on`` (all by default) can hold and those ``off`` fail together.

        With ``new``, by digits not yet in the list of solutions. Raises :class:`OutOfTime`.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime
        chosen = self.switches if on is None else on
        assumptions = [self.switches[name] for name in chosen] + [~self.switches[name] for name in off]
        assumptions += [self.listing] * new
        answer = bool(self.solver.solve(assumptions=assumptions, time_limit=left, num_search_workers=1))
        if not answer and self.solver.status().exitstatus.name != "UNSATISFIABLE":
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
            return Verdict("unsatisfiable", 0, core=tuple(core), reason="a smaller set may conflict: time ran out")
        return Verdict("unsatisfiable", 0, core=tuple(core))

    def satisfiable(self, limit: int) -> Verdict:
        """The verdict once a solution is known."""
        if not self.digits:
            return Verdict("unknown", reason="no digits to decide about: only the pictures can tell")
        found, complete = self.enumerate(max(limit, 1))
        listed = tuple(sorted(found, key=lambda one: tuple(one.values()))[: max(limit, 0)])
        if complete is None and len(found) < 2:
            return Verdict("unknown", solutions=listed, reason="time ran out before a second solution was found")
        count, free = (len(found), free_values(found)) if complete else self.survey()
        redundant, reason = self.redundant()
        return Verdict("unique" if count == 1 else "multiple", count, listed, (), redundant, free, reason)

    def survey(self) -> tuple[int | None, Mapping[str, tuple[int, ...]]]:
        """How many solutions there are and what is free, from diagrams instead of a list."""
        bodies = [clause.body for clause in self.clauses if not isinstance(clause.body, Measurement)]
        symbolic = Symbolic(self.riddle, self.cards)
        possible = symbolic.possible(bodies)
        return symbolic.count(bodies), {name: values for name, values in possible.items() if len(values) > 1}

    def redundant(self) -> tuple[tuple[str, ...], str]:
        """Names of the clauses that all the others imply, and what is unsure about them."""
        found: list[str] = []
        try:
            for name in self.switches:
                others = [other for other in self.switches if other != name]
                if not self.solve(on=others, off=[name]):
                    found.append(name)
        except OutOfTime:
            return tuple(found), "more clauses may be redundant: time ran out"
        return tuple(found), ""

    def enumerate(self, limit: int) -> tuple[list[Mapping[str, int]], bool | None]:
        """Up to ``limit`` solutions; whether these are all, None where time ran out."""
        import cpmpy as cp

        found: list[Mapping[str, int]] = []
        try:
            while self.solve(new=True):
                if len(found) >= limit:
                    return found, False
                found.append({name: int(digit.value()) for name, digit in self.digits.items()})
                other = cp.any([digit != found[-1][name] for name, digit in self.digits.items()])
                self.solver += self.listing.implies(other)
        except OutOfTime:
            return found, None
        return found, True


def free_values(solutions: Sequence[Mapping[str, int]]) -> dict[str, tuple[int, ...]]:
    """For every digit that has several values over the solutions, those values."""
    values = {name: sorted({one[name] for one in solutions}) for name in solutions[0]}
    return {name: tuple(several) for name, several in values.items() if len(several) > 1}
