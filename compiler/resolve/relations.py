"""Relations: of numbers, of values of one kind, of lists member by member, and being one of some."""

from typing import TYPE_CHECKING, cast

from oedipus.compiler.checked import Compare, CompareOp, Formula, Truth
from oedipus.compiler.resolve.arithmetic import bounds, clamped
from oedipus.compiler.resolve.connectives import both, either
from oedipus.compiler.resolve.values import Group, Value
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake

if TYPE_CHECKING:
    from oedipus.compiler.resolve.expressions import Resolver


def related(resolver: "Resolver", op: str, left: s.Expression, right: s.Expression) -> Formula:
    """``left op right``, ``op`` one of ``= != < <= > >=`` and ``in``. Raises :class:`Mistake`."""
    if isinstance(left, s.Number) and isinstance(right, s.Number):
        help_ = "say which digit: 'the first digit is 7'"
        raise Mistake("E401", left.span.to(right.span), "this says nothing of a digit", help_)
    if op == "in":
        wanted, found = resolver.value(left), resolver.group(right)
        parts = [_where(_compared(resolver, "=", wanted, one.value, left, right), one.condition) for one in found.items]
        return either(parts) if parts else Truth(False)
    ours, theirs = resolver.value(left), resolver.value(right)
    if isinstance(ours, Group) and isinstance(theirs, Group):
        if len(ours.items) != len(theirs.items):
            told = f"{len(ours.items)} things cannot be these {len(theirs.items)}"
            raise Mistake("E304", right.span, told)
        pairs = zip(_members(ours, left), _members(theirs, right), strict=True)
        return both([_compared(resolver, op, a, b, left, right) for a, b in pairs])
    if resolver.names.among([ours, theirs]) and not isinstance(ours, Group) and not isinstance(theirs, Group):
        return _compared(resolver, op, ours, theirs, left, right)
    one, two = resolver.number(ours, left.span), resolver.number(theirs, right.span)
    return Compare(cast(CompareOp, op), clamped(one, bounds(two)[1]), clamped(two, bounds(one)[1]))


def _members(group: Group, node: s.Expression) -> list[Value]:
    if not group.plain:
        raise Mistake("E403", node.span, "this cannot be said of some of several only")
    return [one.value for one in group.items]


def _compared(
    resolver: "Resolver", op: str, ours: Value, theirs: Value, left: s.Expression, right: s.Expression
) -> Formula:
    """The relation of two members: numbers, or values of one kind."""
    if resolver.names.among([ours, theirs]):
        one, two = resolver.names.alike([ours, theirs], [left.span, right.span], ordered=op not in ("=", "!="))
    else:
        one, two = resolver.as_term(ours, left.span), resolver.as_term(theirs, right.span)
    return Compare(cast(CompareOp, op), one, two)


def _where(formula: Formula, condition: Formula | None) -> Formula:
    return formula if condition is None else both([condition, formula])
