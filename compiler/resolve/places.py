"""Where digits stand: ``the 1 is to the left of the 3``, ``the 2s are two places apart``."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from oedipus.compiler.checked import And, Compare, Formula, Or, Term, Truth
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.dsl import syntax as s


def _place(allowed: Callable[[Sequence[int], int], bool], terms: int, gap: bool = False) -> tuple[int, int, Any]:
    """Some digits worth the arguments stand so; ``gap`` tells that a last argument says how many lie between."""

    def made(resolver: Resolver, node: s.Call) -> Formula:
        digits = resolver.terms(s.Name("digits", node.span))
        wanted = [resolver.term(one) for one in node.arguments[:terms]]
        between = resolver.whole(node.arguments[-1]) if gap else 0
        found = []
        for places in itertools.permutations(range(len(digits)), terms):
            if not allowed(places, between):
                continue
            parts = [_shows(digits, place, one) for place, one in zip(places, wanted, strict=True)]
            if Truth(False) not in parts:
                found.append(And(tuple(part for part in parts if part != Truth(True))))
        return Or(tuple(found)) if found else Truth(False)

    return terms + gap, terms + gap, made


def _shows(digits: Sequence[Term], place: int, term: Term) -> Formula:
    """That the digit at ``place`` is worth ``term``; a digit stands where it is."""
    if isinstance(term, Shown) and term in digits:
        return Truth(digits[place] == term)
    return Compare("=", digits[place], term)


PLACES: Mapping[str, tuple[int, int, Any]] = {
    "before": _place(lambda at, _: at[0] < at[1], 2),
    "after": _place(lambda at, _: at[0] > at[1], 2),
    "just_before": _place(lambda at, _: at[0] + 1 == at[1], 2),
    "just_after": _place(lambda at, _: at[0] == at[1] + 1, 2),
    "beside": _place(lambda at, _: abs(at[0] - at[1]) == 1, 2),
    "in_between": _place(lambda at, _: min(at[1:]) < at[0] < max(at[1:]), 3),
    "apart": _place(lambda at, gap: abs(at[0] - at[1]) == gap + 1, 2, gap=True),
}
