"""Verdicts by CPMpy on OR-Tools: each clause behind a switch of its own, solved under assumptions."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import cpmpy as cp

from oedipus.compiler.checked import Clause, Measurement, Riddle
from oedipus.compiler.logic.axes import Readers
from oedipus.compiler.logic.constraints import Constraints
from oedipus.compiler.logic.symbolic import Symbolic
from oedipus.compiler.verdict.outcome import OutOfTime, Verdict
from oedipus.networks.cards import Card


class Question:
    """One riddle in the solver: each clause behind a switch of its own."""

    def __init__(self, riddle: Riddle, cards: Mapping[str, Card], deadline: float):
        self.riddle, self.cards, self.deadline = riddle, cards, deadline
        self.clauses = [clause for clause in riddle.clauses if not isinstance(clause.body, Measurement)]
        self.constraints = Constraints(riddle, Readers.of(riddle, cards))
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
