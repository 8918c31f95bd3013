"""The symbolic verdict: which digits fulfil every clause.

Networks are judged by the truth their cards declare; measurements say nothing here.
Two engines answer alike: decision diagrams, which count everything at once while
they stay small, and CPMpy on OR-Tools, which goes on where diagrams end.
"""

import time
from collections.abc import Mapping
from typing import Literal

from oedipus.compiler.budget import OverBudget
from oedipus.compiler.checked import Riddle
from oedipus.compiler.verdict.outcome import OutOfTime, Unsuited, Verdict
from oedipus.networks.cards import Card

Engine = Literal["either", "diagrams", "solver"]


def verdict(
    riddle: Riddle, cards: Mapping[str, Card], *, limit: int = 100, seconds: float = 30.0, by: Engine = "either"
) -> Verdict:
    """Decide a riddle within ``seconds`` of wall time, with at most ``limit`` solutions listed.

    ``by`` diagrams where they stay small, else by the solver, else by larger diagrams, unless
    one of the two is asked for; by diagrams alone, what does not fit is unknown.
    """
    deadline = time.monotonic() + seconds
    try:
        if by == "solver":
            return by_solver(riddle, cards, deadline, limit)
        try:
            return by_diagrams(riddle, cards, deadline, limit)
        except Unsuited as error:
            if by == "diagrams":
                return Verdict("unknown", reason=str(error))
        found = by_solver(riddle, cards, deadline, limit)
        return found if found.kind != "unknown" else by_large_diagrams(riddle, cards, deadline, limit, found)
    except OutOfTime:
        return Verdict("unknown", reason=f"not decided within {seconds:g} seconds")


def by_large_diagrams(
    riddle: Riddle, cards: Mapping[str, Card], deadline: float, limit: int, otherwise: Verdict
) -> Verdict:
    """The verdict by diagrams of whatever size a factor may have, or the one known ``otherwise``."""
    from oedipus.compiler.verdict.by_diagrams import LARGEST

    try:
        return by_diagrams(riddle, cards, deadline, limit, LARGEST)
    except (Unsuited, OutOfTime):
        return otherwise


def by_diagrams(
    riddle: Riddle, cards: Mapping[str, Card], deadline: float, limit: int, budget: int | None = None
) -> Verdict:
    """The verdict by decision diagrams. Raises :class:`Unsuited` and :class:`OutOfTime`."""
    from oedipus.compiler.verdict.by_diagrams import BUDGET, Conjunctions

    try:
        return Conjunctions(riddle, cards, deadline, BUDGET if budget is None else budget).verdict(limit)
    except OverBudget as error:
        raise Unsuited(f"by diagrams this takes {error}") from error


def by_solver(riddle: Riddle, cards: Mapping[str, Card], deadline: float, limit: int) -> Verdict:
    """The verdict by CPMpy on OR-Tools, whose import alone takes longer than most verdicts.
    Raises :class:`OutOfTime`."""
    from cpmpy.exceptions import CPMpyException

    from oedipus.compiler.logic.constraints import Untranslatable
    from oedipus.compiler.verdict.by_solver import Question

    try:
        question = Question(riddle, cards, deadline)
        return question.unsatisfiable() if not question.solve() else question.satisfiable(limit)
    except Untranslatable as why:
        return Verdict("unknown", reason=f"the solver does not know {why}")
    except CPMpyException as error:
        return Verdict("unknown", reason=f"the solver cannot take it: {error}")
