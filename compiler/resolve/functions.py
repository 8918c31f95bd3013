"""The functions of the core language: for each name how many arguments it takes, and what it makes of them."""

import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction

from oedipus.compiler.arithmetic import (
    LARGEST,
    MOST_ROOTS,
    always_whole,
    bounds,
    constant,
    is_term,
    is_whole,
    minus,
    only_where,
    square_root,
)
from oedipus.compiler.checked import (
    Absolute,
    Arithmetic,
    Compare,
    Constant,
    Count,
    Extreme,
    Formula,
    Lookup,
    Product,
    Sum,
    Term,
    Truth,
)
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.connectives import both, either, negate
from oedipus.compiler.resolve import marks, places, properties, together
from oedipus.compiler.resolve.expressions import Make, NeedsWidth, Resolver
from oedipus.compiler.resolve.numerals import numeral
from oedipus.compiler.resolve.values import Group, Item, Spelt, Value, group_of, spelt
from oedipus.dsl import syntax as s
from oedipus.dsl.declared import pick_at
from oedipus.dsl.diagnostics import Mistake

CIRCLES = (1, 0, 0, 0, 0, 0, 1, 0, 2, 1)
"""Closed circles in each digit."""
ANY = 99


def single(make: Callable[[Term], Term]) -> tuple[int, int, Make]:
    """A function of one number."""
    return 1, 1, lambda resolver, node: make(resolver.term(node.arguments[0]))


# Over the members of a group


def _chosen(resolver: Resolver, node: s.Call, otherwise: int) -> list[Term]:
    """Each member, or what adds or multiplies nothing where it is none."""
    out: list[Term] = []
    for item in _members(resolver, node).items:
        value = item.value
        is_number = isinstance(value, Spelt) or (not isinstance(value, Group) and is_term(value))  # type: ignore[arg-type]
        term = resolver.as_term(value, node.span) if is_number else Count((resolver.as_formula(value, node.span),))
        if item.condition is None:
            out.append(term)
        else:
            part: Term = Product((Count((item.condition,)), term))
            out.append(part if not otherwise else Sum((part, minus(constant(1), Count((item.condition,))))))
    return out


def _members(resolver: Resolver, node: s.Call) -> Group:
    """The members; all digits of a computed number where zeros in front of it change nothing."""
    match node.arguments:
        case (s.Call("digits", (inner,)),) if node.function in ("sum", "max"):
            value = resolver.value(inner)
            if not isinstance(value, Spelt | Group):
                term = resolver.term(inner)
                if not isinstance(term, Shown) and term not in resolver.written:
                    return group_of(numeral(term, node.span).padded)
    found = resolver.group(*node.arguments)
    if not found.items and node.function in ("min", "max", "average"):
        raise Mistake("E306", node.span, f"there is no {node.function} of nothing")
    return found


def _sum(resolver: Resolver, node: s.Call) -> Value:
    terms = _chosen(resolver, node, 0)
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def _product(resolver: Resolver, node: s.Call) -> Value:
    terms = _chosen(resolver, node, 1)
    return terms[0] if len(terms) == 1 else Product(tuple(terms))


def _extreme(which: str) -> Make:
    def make(resolver: Resolver, node: s.Call) -> Value:
        found = _members(resolver, node)
        terms = [resolver.as_term(one.value, node.span) for one in found.items]
        if found.plain:
            return Extreme(which, tuple(terms))  # type: ignore[arg-type]
        # A member that is none counts beyond all others; where none is one, 0 / 0 is undefined.
        beyond = max(bounds(term)[1] for term in terms) + 1
        there = [one.condition or Truth(True) for one in found.items]
        out = constant(0 if which == "max" else beyond)
        chosen = [
            Sum((Product((Count((cond,)), term)), Product((out, minus(constant(1), Count((cond,)))))))
            for term, cond in zip(terms, there, strict=True)
        ]
        return Arithmetic("/", Extreme(which, tuple(chosen)), Count((either(there),)))  # type: ignore[arg-type]

    return make


def _average(resolver: Resolver, node: s.Call) -> Value:
    found = _members(resolver, node)
    total = Sum(tuple(_chosen(resolver, node, 0)))
    count: Term = constant(len(found.items))
    if not found.plain:
        count = Count(tuple(one.condition or Truth(True) for one in found.items))
    return Arithmetic("/", total, count)


def _statements(resolver: Resolver, node: s.Call) -> list[tuple[Formula, Formula | None]]:
    found = resolver.group(*node.arguments)
    return [(resolver.as_formula(one.value, node.span), one.condition) for one in found.items]


def _all(resolver: Resolver, node: s.Call) -> Value:
    parts = [either([negate(cond), said]) if cond else said for said, cond in _statements(resolver, node)]
    return both(parts) if parts else Truth(True)


def _some(resolver: Resolver, node: s.Call) -> Value:
    parts = [both([cond, said]) if cond else said for said, cond in _statements(resolver, node)]
    return either(parts) if parts else Truth(False)


def _count(resolver: Resolver, node: s.Call) -> Value:
    parts = [both([cond, said]) if cond else said for said, cond in _statements(resolver, node)]
    return Count(tuple(parts))


def _size(resolver: Resolver, node: s.Call) -> Value:
    found = resolver.group(*node.arguments)
    if found.plain:
        return constant(len(found.items))
    return Count(tuple(one.condition or Truth(True) for one in found.items))


def _difference(resolver: Resolver, node: s.Call) -> Value:
    terms = resolver.terms(*node.arguments)
    if len(terms) != 2:
        raise Mistake("E306", node.span, f"a difference is of two numbers, here are {len(terms)}")
    return Absolute(minus(*terms))


# Numbers and their digits


def _digits_of(resolver: Resolver, node: s.Expression) -> tuple[Term, ...]:
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
    found = [_digits_of(resolver, one) for one in node.arguments]
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
    digits = _digits_of(resolver, owner)
    return digits[position(place, len(digits))]


def _slice(which: str) -> Make:
    def make(resolver: Resolver, node: s.Call) -> Value:
        value = resolver.value(node.arguments[0])
        items = value.items if isinstance(value, Group) else _items(_digits_of(resolver, node.arguments[0]))
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


def _number(resolver: Resolver, node: s.Call) -> Value:
    """``number(a, b, c)``: what single digits spell."""
    terms = resolver.terms(*node.arguments)
    for term in terms:
        digit = isinstance(term, Constant) and term.value in range(10)
        if not (digit or isinstance(term, Shown | Lookup) or _is_digit(term)):
            raise Mistake("E407", node.span, "a number is written with single digits here")
    return spelt(terms)


def _is_digit(term: Term) -> bool:
    low, high = bounds(term)
    return low >= 0 and high <= 10 and isinstance(term, Arithmetic) and term.op in ("%", "//")


def _decimal(resolver: Resolver, node: s.Call) -> Value:
    """``decimal(…)``: Σ 10**k · member, whatever the members are worth."""
    return spelt(resolver.terms(*node.arguments)).term


def _reverse(resolver: Resolver, node: s.Call) -> Value:
    if len(node.arguments) > 1:
        return spelt(resolver.terms(*node.arguments)[::-1])
    value = resolver.value(node.arguments[0])
    if isinstance(value, Group):
        return Group(value.items[::-1])
    if isinstance(value, Spelt):
        return spelt(value.digits[::-1])
    term = resolver.term(node.arguments[0])
    if isinstance(term, Shown):
        return term
    forms = numeral(term, node.span).forms()
    return Sum(tuple(Product((Count((fits,)), spelt(digits[::-1]).term)) for fits, digits in forms))


def _circles(resolver: Resolver, node: s.Call) -> Value:
    """Closed circles, over all digits of a number."""
    value = resolver.value(node.arguments[0])
    if isinstance(value, Spelt | Group):
        digits = _digits_of(resolver, node.arguments[0])
        return Sum(tuple(Lookup("circles", digit, CIRCLES) for digit in digits))
    term = resolver.term(node.arguments[0])
    if not isinstance(term, Shown):
        raise Mistake("E407", node.span, f"{node.function} reads one digit")
    return Lookup("circles", term, CIRCLES)


def _width(resolver: Resolver, node: s.Call) -> Value:
    """How many digits a number has, by its value; undefined for negative numbers and fractions."""
    term = resolver.term(node.arguments[0])
    low, high = bounds(term)
    if high > LARGEST or (high == LARGEST and not isinstance(term, Constant)):
        raise Mistake(
            "E412", node.span, "this may have more digits than are counted", "bound it: 'it is less than 1000'"
        )
    powers = range(1, len(str(int(high))))
    digits: Term = Sum((constant(1), *(Count((Compare(">=", term, constant(10**power)),)) for power in powers)))
    digits = digits if always_whole(term) else only_where(is_whole(term), digits)
    return digits if low >= 0 else only_where(Compare(">=", term, constant(0)), digits)


def _cube_root(term: Term) -> Term:
    low, high = bounds(term)
    largest = max(0, int(high))
    if low < 0 or largest > MOST_ROOTS**3 or not always_whole(term):
        size = Arithmetic("**", Absolute(term), constant(Fraction(1, 3)))
        sign = minus(constant(1), Product((constant(2), Count((Compare("<", term, constant(0)),)))))
        return size if low >= 0 else Product((sign, size))
    roots = [root for root in range(MOST_ROOTS + 1) if root**3 <= largest]
    cubes = [Compare("=", term, constant(root**3)) for root in roots]
    root = Sum(tuple(Product((constant(root), Count((one,)))) for root, one in zip(roots, cubes, strict=True)))
    return Arithmetic("/", root, Count(tuple(cubes)))


def _rounded(resolver: Resolver, node: s.Call) -> Value:
    """``rounded(n, 10)``: to the nearest multiple, halves up."""
    term, unit = resolver.term(node.arguments[0]), resolver.term(node.arguments[1])
    half = Arithmetic("/", unit, constant(2))
    return Product((Arithmetic("//", Sum((term, half)), unit), unit))


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
        items = value.items if isinstance(value, Group) else _items(_digits_of(resolver, node.arguments[0]))
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


FUNCTIONS: Mapping[str, tuple[int, int, Make]] = {
    "sum": (1, ANY, _sum),
    "product": (1, ANY, _product),
    "min": (1, ANY, _extreme("min")),
    "max": (1, ANY, _extreme("max")),
    "average": (1, ANY, _average),
    "all": (1, ANY, _all),
    "some": (1, ANY, _some),
    "count": (1, ANY, _count),
    "size": (1, ANY, _size),
    "difference": (1, 2, _difference),
    "abs": single(Absolute),
    "square": single(lambda term: Arithmetic("**", term, constant(2))),
    "cube": single(lambda term: Arithmetic("**", term, constant(3))),
    "double": single(lambda term: Product((constant(2), term))),
    "triple": single(lambda term: Product((constant(3), term))),
    "sqrt": single(square_root),
    "cube_root": single(_cube_root),
    "rounded": (2, 2, _rounded),
    "number": (1, ANY, _number),
    "decimal": (1, ANY, _decimal),
    "reverse": (1, ANY, _reverse),
    "digits": (1, ANY, _digits),
    "digit": (2, 2, _digit),
    "digit_sum": (1, 1, lambda resolver, node: _sum(resolver, s.Call("sum", (s.Call("digits", node.arguments, node.span),), node.span))),  # noqa: E501
    "width": (1, 1, _width),
    "circles": (1, 1, _circles),
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
    **properties.PROPERTIES,
    **together.TOGETHER,
    **marks.MARKS,
    **places.PLACES,
}  # fmt: skip
