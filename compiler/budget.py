"""Limits on compiling a clause: states of its diagram, and steps of work on the way there.

Steps are counted, not timed, so that a riddle is refused on every machine or on
none. A step is five to ten nanoseconds of one core: what numpy needs for an entry or two of
an array; an operation of the interpreter counts as many.
"""

from math import inf

STATES = 1_000_000
"""States a factor may have, and may pass through while it is built."""

CLAUSE_STEPS = 250_000_000
"""Steps a single clause may take: a second or two."""

RIDDLE_STEPS = 300_000_000
"""Steps all clauses of a riddle may take together."""


class OverBudget(Exception):  # noqa: N818 - an outcome; the caller knows the clause
    """A diagram would need more of something than may be spent on it."""

    what = ""

    def __init__(self, size: float, limit: float):
        self.size, self.limit = size, limit
        # Powers reach sizes that no float holds.
        told = f"{size:,.0f}" if size < 1e15 else "10¹⁵"
        super().__init__(f"{told} {self.what} and more; the limit is {limit:,.0f}")


class TooManyStates(OverBudget):
    """More states than the budget allows."""

    what = "states"


class TooManySteps(OverBudget):
    """More work than the budget allows, whatever the states in the end."""

    what = "steps"


class TooLargeNumber(OverBudget):
    """A number of more binary digits than are computed with."""

    what = "binary digits in a number"


class Effort:
    """Steps of work, counted against a limit and against those of the work it is part of."""

    def __init__(self, limit: float = inf, whole: "Effort | None" = None):
        self.limit, self.whole = limit, whole
        self.spent: float = 0

    def spend(self, steps: float) -> None:
        """Count work that is about to be done. Raises :class:`TooManySteps`."""
        self.spent += steps
        if self.spent > self.limit:
            raise TooManySteps(self.spent, self.limit)
        if self.whole is not None:
            self.whole.spend(steps)
