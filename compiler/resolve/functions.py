"""The functions of the core language: for each name how many arguments it takes, and what it makes of them."""

from collections.abc import Callable, Mapping
from fractions import Fraction

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
from oedipus.compiler.resolve import marks, picked, places, properties, spelled, together
from oedipus.compiler.resolve.arithmetic import (
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
from oedipus.compiler.resolve.connectives import both, either, negate
from oedipus.compiler.resolve.expressions import Make, Resolver
from oedipus.compiler.resolve.numerals import numeral
from oedipus.compiler.resolve.picked import ANY, digits_of
from oedipus.compiler.resolve.values import Group, Spelt, Value, group_of, spelt
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake

CIRCLES = (1, 0, 0, 0, 0, 0, 1, 0, 2, 1)
"""Closed circles in each digit."""


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
        digits = digits_of(resolver, node.arguments[0])
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


def _rank(resolver: Resolver, node: s.Call) -> Value:
    """The place of a value among those of its kind, from 1; of a number the number."""
    value = resolver.value(node.arguments[0])
    if not resolver.names.among([value]):
        return resolver.term(node.arguments[0])
    term, many = resolver.names.place(value, node.span)
    places = tuple(range(1, many + 1))
    return constant(term.value + 1) if isinstance(term, Constant) else Lookup("rank", term, places)


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
    "digit_sum": (1, 1, lambda resolver, node: _sum(resolver, s.Call("sum", (s.Call("digits", node.arguments, node.span),), node.span))),  # noqa: E501
    "width": (1, 1, _width),
    "circles": (1, 1, _circles),
    "rank": (1, 1, _rank),
    **picked.PICKED,
    **properties.PROPERTIES,
    **together.TOGETHER,
    **marks.MARKS,
    **spelled.SPELLED,
    **places.PLACES,
}  # fmt: skip
