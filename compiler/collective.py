"""What is said of several terms together: all different, in increasing order, of the same parity."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import cast

from oedipus.compiler.arithmetic import constant
from oedipus.compiler.checked import (
    AllDifferent,
    Compare,
    CompareOp,
    Count,
    ExactlyOne,
    Extreme,
    Formula,
    Iff,
    Not,
    Or,
    Product,
    Sum,
    Term,
)
from oedipus.compiler.connectives import both, either, quantify
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span

COLLECTIVE = frozenset(
    [
        "different",
        "equal",
        "repeated",
        "consecutive",
        "in a row",
        "arithmetic",
        "geometric",
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
    if word in _STEPS:
        return both(steps(members, lambda a, b: Compare(_STEPS[word], a, b)))
    match word:
        case "arithmetic" | "geometric":
            return progression(word, members)
        case "different" | "repeated":
            return AllDifferent(members) if word == "different" else Not(AllDifferent(members))
        case "consecutive":
            return consecutive(members)
        case "in a row":
            span = Sum((Extreme("max", members), Product((constant(-1), Extreme("min", members)))))
            return both([AllDifferent(members), Compare("=", span, constant(len(members) - 1))])
        case "parity" | "opposite":
            parity = [odd(term) for term in members]
            same = word == "parity"
            return both([Iff(a, b) if same else ExactlyOne((a, b)) for a, b in pairwise(parity)])
        case "alternating":
            return both([ExactlyOne((a, b)) for a, b in pairwise([odd(term) for term in members])])
    half = len(members) // 2
    return both([Compare("=", members[place], members[-1 - place]) for place in range(half)])


_STEPS: Mapping[str, CompareOp] = {
    "equal": "=",
    "increasing": "<",
    "decreasing": ">",
    "non-decreasing": "<=",
    "non-increasing": ">=",
}


def progression(word: str, members: Sequence[Term]) -> Formula:
    """An arithmetic or geometric progression: of each three members, the middle one is the mean of the others."""
    triples = zip(members, members[1:], members[2:], strict=False)
    if word == "arithmetic":
        return both([Compare("=", Sum((a, c)), Sum((b, b))) for a, b, c in triples])
    return both([Compare("=", Product((a, c)), Product((b, b))) for a, b, c in triples])


def distinct(members: Sequence[Term]) -> list[Formula]:
    """For each of the ten digits, that some member is it: as many hold as there are different values."""
    return [either([Compare("=", member, constant(digit)) for member in members]) for digit in range(10)]


def times(value: Term, members: Sequence[Term]) -> Term:
    """How often a value is among the members."""
    return Count(tuple(Compare("=", member, value) for member in members))


def some_of(word: str, quantifier: s.Quantifier, members: tuple[Term, ...], span: Span) -> Formula:
    """How many of the members are alike, or not: ``two of the digits are equal``, ``exactly two different digits``.

    Raises :class:`Mistake` for words that can only be said of all of them.
    """
    counted = quantifier.op not in ("all", "some", "none")
    if word == "different" and counted:
        return quantify(quantifier, distinct(members))
    if word not in ("equal", "repeated"):
        raise Mistake("E403", span, "this cannot be said of some of several only")
    different = AllDifferent(members)
    if quantifier.op in ("none", "some"):
        return different if quantifier.op == "none" else Not(different)
    counts = [times(constant(digit), members) for digit in range(10)]
    if word == "equal" and quantifier.op == "=":
        once = [Compare("=", one, constant(quantifier.count)) for one in counts]
        more = [Compare(">=", one, constant(2)) for one in counts]
        return both([Compare("=", Count(tuple(each)), constant(1)) for each in (once, more)])
    if word == "equal":
        return either([Compare(cast(CompareOp, quantifier.op), one, constant(quantifier.count)) for one in counts])
    repeated = tuple(Compare(">=", one, constant(2)) for one in counts)
    op, wanted = ("=", 10) if quantifier.op == "all" else (quantifier.op, quantifier.count)
    return Compare(cast(CompareOp, op), Count(repeated), constant(wanted))


def steps(members: Sequence[Term], relation: Callable[[Term, Term], Formula]) -> list[Formula]:
    """The relation of each member to the next."""
    return [relation(a, b) for a, b in pairwise(members)]


def consecutive(members: Sequence[Term], step: int = 1) -> Formula:
    """Each is ``step`` more than the one before; as in ``4, 5, 6``, or all in the other direction."""
    up = both(steps(members, lambda a, b: Compare("=", b, Sum((a, constant(step))))))
    down = both(steps(members, lambda a, b: Compare("=", a, Sum((b, constant(step))))))
    return Or((up, down))
