"""What the methods of :mod:`builder` share: places, values and owners out of a reduction's children."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span
from oedipus.dsl.terminals import Token, span_of

Children = list[Any]
LARGEST_INTEGER = 10**15
NUMBERS = "numbers"
"""Value of the terminal where *numbers* means the numbers declared, not digits."""


def span(children: Sequence[Any]) -> Span:
    """The smallest span over all children that have a place."""
    spans = [span_of(one) if isinstance(one, Token) else one.span for one in children if one is not None]
    return Span(min(one.start for one in spans), max(one.end for one in spans))


def is_a(child: Any, *types: str) -> bool:
    """Whether a child is a terminal of one of the types."""
    return isinstance(child, Token) and child.type in types


def values(children: Children, terminal: str) -> list[Any]:
    """What the terminals of a type mean, in order."""
    return [child.value for child in children if is_a(child, terminal)]


def nodes_of(children: Children) -> list[Any]:
    """The children that are nodes, not terminals."""
    return [child for child in children if not isinstance(child, Token)]


def number_of(token: Token) -> Fraction:
    """The value of a number token. Raises :class:`Mistake` beyond 10^15."""
    written = str(token.value)
    if len(written) > 40 or abs(Fraction(written)) > LARGEST_INTEGER:
        raise Mistake("E405", span_of(token), f"numbers go up to {LARGEST_INTEGER:,}".replace(",", " "))
    return Fraction(written)


def count_of(value: Any, at: Token) -> int:
    """How many a number token counts. Raises :class:`Mistake` for a fraction, and beyond 10^15."""
    written = str(value)
    if not written.isdecimal() or len(written) > 15:
        raise Mistake("E201", span_of(at), "a count is a whole number", "write 'two digits', '3 of a, b, c and d'")
    return int(written)


def items_of(node: s.Expression) -> tuple[s.Expression, ...]:
    """The items of a list, or the one thing there is."""
    return node.items if isinstance(node, s.Listing) else (node,)


def names_of(c: Children) -> tuple[s.Name, ...]:
    """The new names among the children."""
    return tuple(s.Name(one.value, span_of(one)) for one in c if is_a(one, "NEWNAME"))


def owner_of(one: Token) -> s.Expression:
    """Whose digit it is: a name's, the number's, or that of what *it* is."""
    match one.type:
        case "NAME":
            return s.Name(one.value, span_of(one))
        case "POSS" | "IT":
            if one.value == NUMBERS:
                return s.Pronoun("numbers", span_of(one))
            if one.value == "i":
                return s.Pronoun("whole", span_of(one), mine=True)
            return s.Pronoun("it", span_of(one), plural=one.value == "they")
    return s.Pronoun("whole", span_of(one))


def own(c: Children) -> s.Expression | None:
    """The owner that a possessive or *numbers* tells, if one does."""
    numbers = next((one for one in c if is_a(one, "DIGITS") and one.value == NUMBERS), None)
    if numbers is not None:
        return s.Pronoun("numbers", span_of(numbers))
    return next((owner_of(one) for one in c if is_a(one, "POSS")), None)


def owner_in(c: Children) -> s.Expression | None:
    """The owner that stands among the children, if one does."""
    nodes = nodes_of(c)
    return nodes[0] if nodes else own(c)


def quantifier_of(one: Token) -> s.Quantifier:
    """What a quantifying terminal says."""
    match one.type:
        case "NO" | "NOTHING":
            return s.Quantifier("none", span=span_of(one))
        case "ALL" | "ANY":
            return s.Quantifier("all" if one.type == "ALL" else "some", span=span_of(one))
        case "NUM":
            return s.Quantifier("=", count_of(one.value, one), span_of(one))
    if isinstance(one.value, tuple):
        op, count = one.value
        return s.Quantifier(op, count_of(count, one), span_of(one))
    return s.Quantifier(one.value, 0, span_of(one))
