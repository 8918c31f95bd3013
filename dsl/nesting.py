"""How deeply expressions nest: a limit of its own, far below that of Python, and room for what is within it.

Every stage walks expressions by calling itself. Python bounds such calls by a number that knows nothing of riddles and
depends on who calls; so what nests more than :data:`DEEPEST` levels is refused at its place, and Python's bound is
raised before anything that nests deeply is walked.
"""

import sys
from itertools import count

from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake

DEEPEST = 500
"""Most expressions inside one another; terms of one sum or product, and parts of one ``and``, are side by side."""
PLAIN = 20
"""Levels that Python's own bound always has room for."""
CALLS = 40
"""Calls that any stage makes for one level, those of the constraint solver's library among them."""


def bounded(node: s.Expression) -> s.Expression:
    """The expression itself. Raises :class:`Mistake` at the place where it nests too deeply."""
    around: list[s.Expression] = [node]
    for depth in count(1):
        if not around:
            make_room(depth)
            return node
        if depth > DEEPEST:
            raise too_deep(around[0])
        around = [part for one in around for part in s.children(one)]
    raise AssertionError("counting never ends")


def too_deep(node: s.Expression) -> Mistake:
    """What is told of an expression that is one level too deep."""
    return Mistake("E108", node.span, f"this is nested more than {DEEPEST} deep", "say it in several clauses")


def make_room(depth: int) -> None:
    """Let Python call as deeply as walking ``depth`` levels takes."""
    if depth <= PLAIN:
        return
    frame, here = sys._getframe(), 0
    while (frame := frame.f_back) is not None:  # type: ignore[assignment]
        here += 1
    sys.setrecursionlimit(max(sys.getrecursionlimit(), here + 1000 + CALLS * depth))
