"""What is said of several numbers together: all different, in increasing order, of the same parity."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, permutations
from typing import Any, Literal

from oedipus.compiler.checked import (
    AllDifferent,
    Compare,
    CompareOp,
    Constant,
    Count,
    ExactlyOne,
    Extreme,
    Formula,
    Iff,
    Or,
    Product,
    Sum,
    Term,
    Truth,
)
from oedipus.compiler.resolve.arithmetic import always_whole, bounds, constant
from oedipus.compiler.resolve.connectives import both, either, negate
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake

Members = tuple[Term, ...]


Said = Literal["computed", "compared", "ordered"]
"""What is done with members: values that are names can be compared, and some of them ordered."""


def several(make: Callable[[Members], Formula], least: int = 2, said: Said = "computed") -> tuple[int, int, Any]:
    """A property of a group, or of a list of numbers, of ``least`` members."""

    def made(resolver: Resolver, node: s.Call) -> Formula:
        members = (
            resolver.terms(*node.arguments)
            if said == "computed"
            else resolver.alike(*node.arguments, ordered=said == "ordered")
        )
        if len(members) < least:
            word = node.function.replace("_", " ")
            help_ = "name them: a, b and c are all different"
            if resolver.written:
                return Truth(node.function != "equal" or bool(members))
            raise Mistake("E306", node.span, f"'{word}' takes {least} numbers or more", help_)
        return make(members)

    return 1, 99, made


def steps(members: Sequence[Term], relation: Callable[[Term, Term], Formula]) -> Formula:
    """The relation of each member to the next."""
    return both([relation(a, b) for a, b in pairwise(members)])


def _ordered(op: CompareOp) -> tuple[int, int, Any]:
    said: Said = "compared" if op == "=" else "ordered"
    return several(lambda members: steps(members, lambda a, b: Compare(op, a, b)), said=said)


def _consecutive(resolver: Resolver, node: s.Call) -> Formula:
    """Each is ``step`` more than the one before; as in ``4, 5, 6``, or all in the other direction."""
    members = resolver.terms(node.arguments[0])
    step = constant(1) if len(node.arguments) < 2 else resolver.term(node.arguments[1])
    if len(members) < 2:
        raise Mistake("E306", node.span, "only several numbers are consecutive", "name them: a, b and c")
    up = steps(members, lambda a, b: Compare("=", b, Sum((a, step))))
    down = steps(members, lambda a, b: Compare("=", a, Sum((b, step))))
    return Or((up, down))


def _in_a_row(members: Members) -> Formula:
    """Consecutive in some order."""
    span = Sum((Extreme("max", members), Product((constant(-1), Extreme("min", members)))))
    return both([AllDifferent(members), Compare("=", span, constant(len(members) - 1))])


def _arithmetic(members: Members) -> Formula:
    triples = zip(members, members[1:], members[2:], strict=False)
    return both([Compare("=", Sum((a, c)), Sum((b, b))) for a, b, c in triples])


def _geometric(members: Members) -> Formula:
    triples = zip(members, members[1:], members[2:], strict=False)
    return both([Compare("=", Product((a, c)), Product((b, b))) for a, b, c in triples])


def _parity(alternating: bool) -> tuple[int, int, Any]:
    def made(resolver: Resolver, node: s.Call) -> Formula:
        group = resolver.group(*node.arguments)
        odd = []
        for item in group.items:
            with resolver.binding(-1, item.value):
                odd.append(resolver.formula(s.Call("odd", (s.Bound(-1, node.span),), node.span)))
        return both([ExactlyOne((a, b)) if alternating else Iff(a, b) for a, b in pairwise(odd)])

    return 1, 99, made


def times(value: Term, members: Sequence[Term]) -> Term:
    """How often a value is among the members."""
    return Count(tuple(Compare("=", member, value) for member in members))


MOST_VALUES = 100
"""Values that are looked at one by one; where there may be more, members are compared with each other."""


def _values(members: Members) -> Sequence[Term]:
    """Constants among which each member is, or the members themselves where these would be too many."""
    high = max(int(bounds(one)[1]) for one in members)
    low = min(int(bounds(one)[0]) for one in members)
    few = high - low < MOST_VALUES and all(map(always_whole, members))
    return [constant(value) for value in range(low, high + 1)] if few else members


def _distinct(resolver: Resolver, node: s.Call) -> Term:
    """How many different values there are."""
    members = resolver.alike(*node.arguments)
    values = _values(members)
    if values is not members:
        return Count(tuple(either([Compare("=", one, value) for one in members]) for value in values))
    new = [
        negate(either([Compare("=", one, before) for before in members[:at]])) for at, one in enumerate(members) if at
    ]
    return Count(
        (
            Compare("=", members[0], members[0]),
            *(both([Compare("=", one, one), each]) for one, each in zip(members[1:], new, strict=True)),
        )
    )


def _most(resolver: Resolver, node: s.Call) -> Term:
    """How often the most frequent value occurs."""
    members = resolver.alike(*node.arguments)
    return Extreme("max", tuple(times(value, members) for value in _values(members)))


def _permutation(resolver: Resolver, node: s.Call) -> Formula:
    """Each value as often in both groups."""
    sizes = [len(resolver.group(one).items) for one in node.arguments]
    both_of = resolver.alike(*node.arguments)
    ours, theirs = both_of[: sizes[0]], both_of[sizes[0] :]
    if len(ours) != len(theirs):
        if resolver.written or any(isinstance(one, s.Call) and one.function == "digits" for one in node.arguments):
            return Truth(False)
        raise Mistake("E304", node.span, f"{len(ours)} things cannot be these {len(theirs)}")
    if all(isinstance(one, Constant) for one in theirs):
        return both([Compare("=", times(one, ours), constant(many)) for one, many in Counter(theirs).items()])
    if len(theirs) <= 4:
        orders = permutations(theirs)
        return either([both([Compare("=", a, b) for a, b in zip(ours, one, strict=True)]) for one in orders])
    return both([Compare("=", times(one, ours), times(one, theirs)) for one in _values((*ours, *theirs))])


TOGETHER: Mapping[str, tuple[int, int, Any]] = {
    "different": several(AllDifferent, said="compared"),
    "equal": _ordered("="),
    "increasing": _ordered("<"),
    "decreasing": _ordered(">"),
    "non_decreasing": _ordered("<="),
    "non_increasing": _ordered(">="),
    "consecutive": (1, 2, _consecutive),
    "in_a_row": several(_in_a_row),
    "arithmetic": several(_arithmetic, 3),
    "geometric": several(_geometric, 3),
    "same_parity": _parity(alternating=False),
    "alternating": _parity(alternating=True),
    "distinct": (1, 99, _distinct),
    "most": (1, 99, _most),
    "permutation": (2, 2, _permutation),
}
