"""Which digits: those of a number, at a place, the first few; groups picked from others and put in another order."""

import itertools
from collections.abc import Callable, Mapping

from oedipus.compiler.checked import Term
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.resolve.arithmetic import constant
from oedipus.compiler.resolve.expressions import Make, NeedsWidth, Resolver
from oedipus.compiler.resolve.numerals import numeral
from oedipus.compiler.resolve.values import Group, Item, Spelt, Value, group_of
from oedipus.dsl import syntax as s
from oedipus.dsl.declared import pick_at
from oedipus.dsl.diagnostics import Mistake

ANY = 99
"""As many arguments as there are."""


def digits_of(resolver: Resolver, node: s.Expression) -> tuple[Term, ...]:
    """The digits of a number. Raises :class:`NeedsWidth` where nobody knows how many there are."""
    value = resolver.value(node)
    if isinstance(value, Spelt):
        return value.digits
    if isinstance(value, Group):
        return resolver.terms(node)
    term = resolver.term(node)
    if isinstance(term, Shown):
        return (term,)
    if term in resolver.written:
        return resolver.written[term]
    raise NeedsWidth(numeral(term, node.span))


def _digits(resolver: Resolver, node: s.Call) -> Value:
    group = resolver.value(node.arguments[0]) if len(node.arguments) == 1 else None
    if isinstance(group, Group) and any(isinstance(one.value, Spelt) for one in group.items):
        return group_of([digit for one in group.items if isinstance(one.value, Spelt) for digit in one.value.digits])
    found = [digits_of(resolver, one) for one in node.arguments]
    return group_of([digit for digits in found for digit in digits])


def _position(node: s.Expression, count: int) -> int | None:
    """The place, from 0, that ``3``, ``-1`` or ``power(2)`` names among ``count``; None where it is to be computed."""
    match node:
        case s.Number(value) if value.denominator == 1:
            return pick_at(int(value), count, node.span)
        case s.Operation("neg", (s.Number(value),)):
            return pick_at(-int(value), count, node.span)
        case s.Call("power", (inner,)):
            match _plain(inner):
                case int(power):
                    return pick_at(-1 - power, count, node.span)
    return None


def _plain(node: s.Expression) -> int | None:
    return int(node.value) if isinstance(node, s.Number) and node.value.denominator == 1 else None


def position(node: s.Expression, count: int) -> int:
    """The same. Raises :class:`Mistake` where it is no plain number."""
    found = _position(node, count)
    if found is None:
        raise Mistake("E402", node.span, "a plain whole number is needed here")
    return found


def _digit(resolver: Resolver, node: s.Call) -> Value:
    """``digit(n, 2)`` from the left, ``digit(n, -1)`` the last; of a group the member."""
    owner, place = node.arguments
    value = resolver.value(owner)
    if isinstance(value, Group):
        if not value.plain:
            raise Mistake("E403", node.span, "which of these is meant is not known beforehand")
        return value.items[position(place, len(value.items))].value
    term = value.term if isinstance(value, Spelt) else resolver.term(owner)
    known = isinstance(value, Spelt) or isinstance(term, Shown) or term in resolver.written
    match place:
        case s.Number(index) if index < 0 and not known:
            return numeral(term, owner.span).last(1, -1 - int(index))
        case s.Call("power", (inner,)) if not known:
            return numeral(term, owner.span).last(1, _plain(inner) or 0)
    digits = digits_of(resolver, owner)
    return digits[position(place, len(digits))]


def _slice(which: str) -> Make:
    def make(resolver: Resolver, node: s.Call) -> Value:
        value = resolver.value(node.arguments[0])
        items = value.items if isinstance(value, Group) else _items(digits_of(resolver, node.arguments[0]))
        count = resolver.whole(node.arguments[1])
        if not 1 <= count <= len(items):
            raise Mistake("E305", node.span, f"there are only {len(items)} digits")
        if which == "middle" and (len(items) - count) % 2:
            raise Mistake("E305", node.span, f"{len(items)} digits have no {count} in the middle")
        begin = {"first": 0, "last": len(items) - count, "middle": (len(items) - count) // 2}[which]
        return Group(items[begin : begin + count])

    return make


def _items(terms: tuple[Term, ...]) -> tuple[Item, ...]:
    return tuple(Item(one) for one in terms)


# Groups made of others


def _except(resolver: Resolver, node: s.Call) -> Value:
    """``except(digits, a, b)``: all members but those."""
    group = resolver.group(node.arguments[0])
    out = [one.value for one in resolver.group(*node.arguments[1:]).items]
    return Group(tuple(one for one in group.items if one.value not in out))


def _insert(resolver: Resolver, node: s.Call) -> Value:
    """``insert(digits, 7, 2)``: behind the second; without a place in the middle."""
    items = resolver.group(node.arguments[0]).items
    if len(node.arguments) == 2 and len(items) % 2:
        raise Mistake("E305", node.span, f"{len(items)} digits have no two in the middle", "say behind which digit")
    behind = len(items) // 2 if len(node.arguments) == 2 else position(node.arguments[2], len(items)) + 1
    return Group((*items[:behind], Item(resolver.value(node.arguments[1])), *items[behind:]))


def _only(resolver: Resolver, node: s.Call) -> Value:
    """``only(g)``: the one member of a group. Raises :class:`Mistake` where there are others."""
    items = resolver.group(*node.arguments).items
    if len(items) != 1:
        raise Mistake("E306", node.span, f"one is meant, here are {len(items)}", "say which one")
    return items[0].value


def _join(resolver: Resolver, node: s.Call) -> Value:
    return resolver.group(*node.arguments)


def _range(resolver: Resolver, node: s.Call) -> Value:
    low, high = (resolver.whole(one) for one in node.arguments)
    if high - low > 1000:
        raise Mistake("E412", node.span, "a range has at most 1000 members")
    return group_of([constant(one) for one in range(low, high + 1)])


def _tuples(make: Callable[[tuple[Item, ...], int], list[tuple[Item, ...]]]) -> Make:
    """A group of groups. ``make`` takes the members and how many belong together."""

    def made(resolver: Resolver, node: s.Call) -> Value:
        group = resolver.group(node.arguments[0])
        if not group.plain:
            raise Mistake("E403", node.span, "this cannot be said of some of several only")
        size = resolver.whole(node.arguments[1]) if len(node.arguments) > 1 else 2
        found = make(group.items, size)
        if len(found) > 1000:
            raise Mistake("E412", node.span, f"these are {len(found)} combinations, 1000 are the most")
        return group_of([Group(one) for one in found])

    return made


def _neighbours(items: tuple[Item, ...], size: int) -> list[tuple[Item, ...]]:
    return [items[at : at + size] for at in range(len(items) - size + 1)]


def _moved(make: Callable[[tuple[Item, ...], list[int]], tuple[Item, ...]]) -> Make:
    """A group rearranged, by one place or two."""

    def made(resolver: Resolver, node: s.Call) -> Value:
        value = resolver.value(node.arguments[0])
        items = value.items if isinstance(value, Group) else _items(digits_of(resolver, node.arguments[0]))
        found = [position(one, len(items)) for one in node.arguments[1:]]
        moved = make(items, found)
        if not moved:
            raise Mistake("E305", node.span, "nothing is left of a number of one digit", "take a longer number")
        return Group(moved)

    return made


def _without(items: tuple[Item, ...], at: int) -> tuple[Item, ...]:
    return items[:at] + items[at + 1 :]


def _swapped(items: tuple[Item, ...], at: list[int]) -> tuple[Item, ...]:
    out = list(items)
    out[at[0]], out[at[1]] = out[at[1]], out[at[0]]
    return tuple(out)


PICKED: Mapping[str, tuple[int, int, Make]] = {
    "digits": (1, ANY, _digits),
    "digit": (2, 2, _digit),
    "first": (2, 2, _slice("first")),
    "last": (2, 2, _slice("last")),
    "middle": (2, 2, _slice("middle")),
    "except": (2, ANY, _except),
    "join": (1, ANY, _join),
    "only": (1, ANY, _only),
    "insert": (2, 3, _insert),
    "range": (2, 2, _range),
    "neighbours": (1, 2, _tuples(_neighbours)),
    "pairs": (1, 1, _tuples(lambda items, size: list(itertools.combinations(items, size)))),
    "ordered_pairs": (1, 1, _tuples(lambda items, size: list(itertools.permutations(items, size)))),
    "choices": (2, 2, _tuples(lambda items, size: list(itertools.combinations(items, size)))),
    "swap": (3, 3, _moved(_swapped)),
    "drop": (2, 2, _moved(lambda items, at: _without(items, at[0]))),
    "move_front": (2, 2, _moved(lambda items, at: (items[at[0]], *_without(items, at[0])))),
    "move_back": (2, 2, _moved(lambda items, at: (*_without(items, at[0]), items[at[0]]))),
}
