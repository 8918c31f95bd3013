"""Verdicts by decision diagrams: one conjunction of all clauses, and those without one of them."""

import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from oedipus.compiler.checked import Measurement, Riddle
from oedipus.compiler.logic import semirings
from oedipus.compiler.logic.diagram_reduce import Layers, conjunction, dead_states, widened
from oedipus.compiler.logic.symbolic import Parts, Symbolic, supported
from oedipus.compiler.program import Diagram
from oedipus.compiler.verdict.outcome import OutOfTime, Unsuited, Verdict
from oedipus.networks.cards import Card

BUDGET = 20_000
"""States: beyond, the solver is quicker."""

LARGEST = 1_000_000
"""States where the solver does not know the answer."""

SORTED = 10_000
"""Up to so many solutions the first ones in order are listed, beyond the first ones found."""


class Conjunctions:
    """The clauses of a riddle as diagrams over all its digits."""

    def __init__(self, riddle: Riddle, cards: Mapping[str, Card], deadline: float, budget: int = BUDGET):
        self.deadline, self.budget = deadline, budget
        clauses = [clause for clause in riddle.clauses if not isinstance(clause.body, Measurement)]
        bodies = [clause.body for clause in clauses if not isinstance(clause.body, Measurement)]
        symbolic = Symbolic(riddle, cards)
        if not symbolic.axes or not all(map(symbolic.covers, bodies)):
            raise Unsuited("diagrams need digits, and networks whose truth is known")
        self.names = [clause.name for clause in clauses]
        self.parts = Parts(symbolic, bodies, budget)
        classes = [axis.classes for axis in self.parts.axes]
        self.true: Layers = widened([np.ones((1, classes[0]), dtype=np.int32)], [0], classes)
        self.clauses: list[Layers] = []
        for name, part in zip(self.names, self.parts.parts, strict=True):
            if part is None:
                raise Unsuited(f"by diagrams clause {name} takes too much; the limit is {budget:,} states")
            self.clauses.append(widened(part.layers, part.places, classes))

    def both(self, one: Layers, two: Layers) -> Layers:
        """The conjunction. Raises :class:`OutOfTime` and :class:`oedipus.compiler.budget.OverBudget`."""
        if time.monotonic() > self.deadline:
            raise OutOfTime
        return conjunction(one, two, self.budget)

    def verdict(self, limit: int) -> Verdict:
        """The whole verdict."""
        whole = self.true
        for clause in sorted(self.clauses, key=lambda layers: sum(map(len, layers))):
            whole = self.both(whole, clause)
        count = semirings.count(Diagram(tuple(whole)))
        if not count:
            return Verdict("unsatisfiable", 0, core=self.core())
        kept = supported(whole, [np.ones(layer.shape[1], dtype=np.bool_) for layer in whole])
        free = {name: values for name, values in self.parts.values(kept).items() if len(values) > 1}
        solutions = tuple(self.solutions(whole, count, limit))
        return Verdict("unique" if count == 1 else "multiple", count, solutions, (), self.redundant(count), free)

    def after(self) -> list[Layers]:
        """For each clause, all clauses behind it together; at the end, none."""
        found = [self.true]
        for clause in reversed(self.clauses):
            found.append(self.both(clause, found[-1]))
        return found[::-1]

    def redundant(self, count: int) -> tuple[str, ...]:
        """The clauses without which there are no more than ``count`` solutions."""
        found = []
        before, after = self.true, self.after()
        for place, (name, clause) in enumerate(zip(self.names, self.clauses, strict=True)):
            others = self.both(before, after[place + 1])
            if semirings.count(Diagram(tuple(others))) == count:
                found.append(name)
            before = self.both(before, clause)
        return tuple(found)

    def core(self) -> tuple[str, ...]:
        """A conflicting set of clauses of which none can be spared."""
        found = []
        kept, after = self.true, self.after()
        for place, (name, clause) in enumerate(zip(self.names, self.clauses, strict=True)):
            if semirings.satisfiable(Diagram(tuple(self.both(kept, after[place + 1])))):
                found.append(name)
                kept = self.both(kept, clause)
        return tuple(found)

    def solutions(self, whole: Layers, count: int, limit: int) -> list[Mapping[str, int]]:
        """At most ``limit`` solutions in order of the digits as declared."""
        wanted = count if count <= SORTED else max(limit, 0)
        listed: list[Mapping[str, int]] = []
        for classes in self.accepted(whole, wanted):
            pairs = zip(self.parts.names, self.parts.axes, classes, strict=True)
            shown = {name: (axis.numbers or range(axis.classes))[place] for name, axis, place in pairs}
            listed.append({name: shown[name] for name in self.parts.declared})
        return sorted(listed, key=lambda one: tuple(one.values()))[: max(limit, 0)]

    def accepted(self, layers: Layers, wanted: int) -> Iterator[Sequence[int]]:
        """The first joint classes that are true, in the order of the layers."""
        alive = [~dead for dead in dead_states(layers)]
        stack: list[tuple[int, tuple[int, ...]]] = [(0, ())]
        while stack and wanted > 0:
            state, known = stack.pop()
            if len(known) == len(layers):
                wanted -= 1
                yield known
                continue
            row = layers[len(known)][state]
            open_classes = np.flatnonzero(alive[len(known) + 1][row])
            stack += [(int(row[place]), (*known, int(place))) for place in open_classes[::-1]]
