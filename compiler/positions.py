"""Where digits stand: ``the 1 is to the left of the 3``, ``the 2s are two places apart``."""

import itertools
from collections.abc import Callable, Mapping, Sequence

from oedipus.compiler.checked import And, Compare, Formula, Or, Term, Truth, Value

PLACED: Mapping[str, Callable[[int, int], bool]] = {
    "before": lambda own, other: own < other,
    "after": lambda own, other: own > other,
    "just before": lambda own, other: own + 1 == other,
    "just after": lambda own, other: own == other + 1,
    "beside": lambda own, other: abs(own - other) == 1,
}
"""Which two places, counted from the left, each relation allows."""


def standing(where: str, digits: Sequence[Term], term: Term, others: Sequence[Term], gap: int = 0) -> Formula:
    """That some digit worth ``term`` stands so to digits worth ``others``.

    ``digits`` are in their order from the left; with ``apart``, ``gap`` of them lie between the two. A term that
    is itself one of the digits stands where it is.
    """
    terms = (term, *others)
    found = []
    for places in itertools.permutations(range(len(digits)), len(terms)):
        if not _allowed(where, places, gap):
            continue
        parts = [_shows(digits, place, one) for place, one in zip(places, terms, strict=True)]
        if Truth(False) not in parts:
            found.append(And(tuple(part for part in parts if part != Truth(True))))
    return Or(tuple(found)) if found else Truth(False)


def _allowed(where: str, places: Sequence[int], gap: int) -> bool:
    own, *others = places
    match where:
        case "between":
            return min(others) < own < max(others)
        case "apart":
            return abs(own - others[0]) == gap + 1
    return PLACED[where](own, others[0])


def _shows(digits: Sequence[Term], place: int, term: Term) -> Formula:
    """That the digit at ``place`` is worth ``term``."""
    if isinstance(term, Value) and term in digits:
        return Truth(digits[place] == term)
    return Compare("=", digits[place], term)
