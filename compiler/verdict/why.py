"""Why the solution is what it is: steps a person could follow.

Each step takes the smallest set of clauses that, with what is known of every
digit so far, rules out a value; of equally small sets the one that rules out most.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler.checked import Clause, Measurement, Riddle
from oedipus.compiler.logic.symbolic import Parts, Symbolic, supported
from oedipus.compiler.verdict.decide import verdict
from oedipus.networks.cards import Card


@dataclass(frozen=True, slots=True)
class Step:
    """Clauses by name, the values they rule out, and what is then left of those digits."""

    clauses: tuple[str, ...]
    removed: Mapping[str, tuple[int, ...]]
    left: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps, what they leave of every digit, and whether nothing more could be ruled out.

    ``complete`` is False where time or size ended the search; ``contradiction``
    is True where the last step leaves a digit without any value.
    """

    steps: tuple[Step, ...]
    left: Mapping[str, tuple[int, ...]]
    complete: bool
    contradiction: bool


def why(riddle: Riddle, cards: Mapping[str, Card], *, seconds: float = 20.0) -> Explanation:
    """Explain a riddle step by step, within ``seconds`` of wall time.

    Where small sets of clauses lead no further in time, the last step takes all
    clauses at once, if the verdict knows the solution.
    """
    search = Search(riddle, cards, time.monotonic() + seconds)
    found = search.explanation()
    if found.complete or found.contradiction:
        return found
    decided = verdict(riddle, cards, limit=1, seconds=seconds)
    return search.finished(found, decided.solutions[0]) if decided.kind == "unique" else found


class Search:
    """The state of an explanation: what every digit can still be."""

    def __init__(self, riddle: Riddle, cards: Mapping[str, Card], deadline: float):
        self.deadline = deadline
        self.clauses: list[Clause] = []
        bodies = []
        for clause in riddle.clauses:
            if not isinstance(clause.body, Measurement):
                self.clauses.append(clause)
                bodies.append(clause.body)
        symbolic = Symbolic(riddle, cards)
        self.parts = Parts(symbolic, bodies) if symbolic.axes else None
        if self.parts is None:
            # Without a digit there is nothing that a clause could rule out.
            self.clauses = []
        self.domains: list[NDArray[np.bool_]] = []
        if self.parts is not None:
            self.domains = [np.ones(axis.classes, dtype=np.bool_) for axis in self.parts.axes]
        self.complete = True

    def explanation(self) -> Explanation:
        """All steps until nothing more follows."""
        steps = list(self.steps())
        left = self.values(self.domains)
        return Explanation(tuple(steps), left, self.complete, any(not values for values in left.values()))

    def finished(self, found: Explanation, solution: Mapping[str, int]) -> Explanation:
        """The explanation with one last step, by all clauses, to the solution."""
        gone = {name: tuple(one for one in values if one != solution[name]) for name, values in found.left.items()}
        removed = {name: values for name, values in gone.items() if values}
        left = {name: (value,) for name, value in solution.items()}
        last = Step(tuple(clause.name for clause in self.clauses), removed, {name: left[name] for name in removed})
        return Explanation((*found.steps, last) if removed else found.steps, left, False, False)

    def steps(self) -> Iterator[Step]:
        """The steps, each found after the one before has been taken."""
        while all(domain.any() for domain in self.domains):
            found = self.next_step()
            if found is None:
                return
            chosen, after = found
            yield self.step(chosen, after)
            self.domains = after

    def next_step(self) -> tuple[tuple[int, ...], list[NDArray[np.bool_]]] | None:
        """The smallest set of clauses that rules something out, and the domains after it."""
        if all(domain.sum() == 1 for domain in self.domains) and not self.contradicts():
            return None
        for size in range(1, len(self.clauses) + 1):
            best: tuple[int, tuple[int, ...], list[NDArray[np.bool_]]] | None = None
            for chosen in combinations(range(len(self.clauses)), size):
                if time.monotonic() > self.deadline:
                    self.complete = False
                    return None
                after = self.after(chosen)
                removed = sum(int(domain.sum()) for domain in self.domains) - sum(int(one.sum()) for one in after)
                if removed and (best is None or removed > best[0]):
                    best = removed, chosen, after
            if best is not None:
                return best[1], best[2]
        return None

    def contradicts(self) -> bool:
        """Whether the one value left of every digit violates a clause."""
        every_one = (self.after((place,)) for place in range(len(self.clauses)))
        return any(not domain.any() for after in every_one for domain in after)

    def after(self, chosen: Sequence[int]) -> list[NDArray[np.bool_]]:
        """The domains that some clauses leave."""
        assert self.parts is not None
        if not self.connected(chosen):
            return self.domains
        part = self.parts.together(chosen)
        if part is None:
            self.complete = False
            return self.domains
        found = supported(part.layers, [self.domains[place] for place in part.places])
        after = list(self.domains)
        for place, domain in zip(part.places, found, strict=True):
            after[place] = domain
        return after

    def connected(self, chosen: Sequence[int]) -> bool:
        """Whether the clauses hang together by undecided digits; otherwise a smaller set does as well."""
        assert self.parts is not None
        open_places = {place for place, domain in enumerate(self.domains) if domain.sum() > 1}
        groups = [
            set() if (part := self.parts.parts[place]) is None else set(part.places) & open_places for place in chosen
        ]
        joined, rest = groups[0], groups[1:]
        while touching := [group for group in rest if group & joined]:
            joined = joined.union(*touching)
            rest = [group for group in rest if not group & joined]
        return not rest

    def step(self, chosen: Sequence[int], after: list[NDArray[np.bool_]]) -> Step:
        """What a choice of clauses does, in names and values."""
        gone = [before & ~domain for before, domain in zip(self.domains, after, strict=True)]
        removed = {name: values for name, values in self.values(gone).items() if values}
        left = self.values(after)
        names = tuple(self.clauses[place].name for place in chosen)
        return Step(names, removed, {name: left[name] for name in removed})

    def values(self, masks: Sequence[NDArray[np.bool_]]) -> Mapping[str, tuple[int, ...]]:
        """Integers for masks over classes, by digit."""
        return {} if self.parts is None else self.parts.values(masks)


Told: TypeAlias = Callable[[str, int], int | str]
"""How a variable's value is told: a number, or the name of a value."""


def narrate(
    explanation: Explanation, texts: Mapping[str, str] | None = None, told: Told = lambda _, value: value
) -> str:
    """The steps as English sentences; ``texts`` gives clauses' words by name."""
    lines = [_sentence(number, step, texts or {}, told) for number, step in enumerate(explanation.steps, 1)]
    lines.append(_ending(explanation, told))
    return "\n".join(lines) + "\n"


def _sentence(number: int, step: Step, texts: Mapping[str, str], told: Told) -> str:
    quoted = [f"{name} ({texts[name]})" if texts.get(name) else name for name in step.clauses]
    means = [
        _can_be(name, _said(name, values, told), _said(name, step.left[name], told))
        for name, values in step.removed.items()
    ]
    return f"{number}. By {_listed(quoted, 'and')}, {_listed(means, 'and')}."


def _said(name: str, values: Sequence[int], told: Told) -> list[str]:
    return [str(told(name, value)) for value in values]


def _can_be(name: str, removed: Sequence[str], left: Sequence[str]) -> str:
    if not left:
        return f"{name} can be nothing"
    if len(left) == 1:
        return f"{name} is {left[0]}"
    if len(removed) < len(left):
        return f"{name} is not {_listed(removed, 'or')}"
    return f"{name} is {_listed(left, 'or')}"


def _listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _ending(explanation: Explanation, told: Told) -> str:
    if explanation.contradiction:
        return "So the clauses contradict each other."
    several = [name for name, values in explanation.left.items() if len(values) > 1]
    if not several:
        solution = [f"{name} = {told(name, values[0])}" for name, values in explanation.left.items()]
        return f"So {', '.join(solution)}." if solution else "There are no digits to decide about."
    end = "The clauses rule out nothing more" if explanation.complete else "The search ended here"
    return f"{end}: {_listed(several, 'and')} can still have several values."
