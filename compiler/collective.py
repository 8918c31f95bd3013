"""What is said of several terms together: all different, in increasing order, of the same parity."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from oedipus.compiler.checked import AllDifferent, Compare, ExactlyOne, Formula, Iff, Not, Or, Sum, Term
from oedipus.compiler.connectives import both
from oedipus.compiler.resolve_terms import constant

COLLECTIVE = frozenset(
    [
        "different",
        "equal",
        "repeated",
        "consecutive",
        "increasing",
        "decreasing",
        "non-decreasing",
        "non-increasing",
        "alternating",
        "palindrome",
        "parity",
        "opposite",
        "leading",
        "least",
        "greatest",
    ]
)


def together(word: str, members: tuple[Term, ...], odd: Callable[[Term], Formula]) -> Formula:
    """What the word says of the members; ``odd`` tells how a term is judged to be odd."""
    match word:
        case "different":
            return AllDifferent(members)
        case "equal":
            return both(steps(members, lambda a, b: Compare("=", a, b)))
        case "repeated":
            return Not(AllDifferent(members))
        case "increasing":
            return both(steps(members, lambda a, b: Compare("<", a, b)))
        case "decreasing":
            return both(steps(members, lambda a, b: Compare(">", a, b)))
        case "non-decreasing":
            return both(steps(members, lambda a, b: Compare("<=", a, b)))
        case "non-increasing":
            return both(steps(members, lambda a, b: Compare(">=", a, b)))
        case "consecutive":
            return _consecutive(members)
        case "parity" | "opposite":
            parity = [odd(term) for term in members]
            same = word == "parity"
            return both([Iff(a, b) if same else ExactlyOne((a, b)) for a, b in pairwise(parity)])
        case "alternating":
            return both([ExactlyOne((a, b)) for a, b in pairwise([odd(term) for term in members])])
    half = len(members) // 2
    return both([Compare("=", members[place], members[-1 - place]) for place in range(half)])


def steps(members: Sequence[Term], relation: Callable[[Term, Term], Formula]) -> list[Formula]:
    """The relation of each member to the next."""
    return [relation(a, b) for a, b in pairwise(members)]


def _consecutive(members: Sequence[Term]) -> Formula:
    """Each is one more than the one before; as in ``4, 5, 6``, or all in the other direction."""
    up = both(steps(members, lambda a, b: Compare("=", b, Sum((a, constant(1))))))
    down = both(steps(members, lambda a, b: Compare("=", a, Sum((b, constant(1))))))
    return Or((up, down))
