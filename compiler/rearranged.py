"""A number's digits after a deed: one of them moved, left out, put in, …"""

from oedipus.compiler.arithmetic import constant
from oedipus.compiler.checked import Sum, Term
from oedipus.dsl.changes import MIDDLE, Change
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span


def _at(place: int, count: int, span: Span) -> int:
    """The index of the digit at a place of ``count``."""
    if place == MIDDLE and count % 2:
        return count // 2
    if not 1 <= abs(place) <= count:
        raise Mistake("E305", span, f"the number has {count} digits", "name one of them")
    return place - 1 if place > 0 else count + place


def _halves(count: int, span: Span) -> int:
    """The index behind the first half."""
    if count % 2:
        raise Mistake("E305", span, f"{count} digits have no two in the middle", "say behind which digit")
    return count // 2


def changed(change: Change, digits: tuple[Term, ...], span: Span) -> tuple[Term, ...]:
    """The digits from the left after ``change``. Raises :class:`Mistake` where one that it names is not there."""
    kind, first, second = change
    count = len(digits)
    match kind:
        case "front" | "back" | "drop":
            return _moved(kind, digits, _at(first, count, span), span)
        case "swap":
            both = first == second == MIDDLE
            half = _halves(count, span) if both else 0
            one, other = (half - 1, half) if both else (_at(first, count, span), _at(second, count, span))
            swapped = {one: digits[other], other: digits[one]}
            return tuple(swapped.get(place, digit) for place, digit in enumerate(digits))
        case "put":
            behind = _halves(count, span) if second == MIDDLE else _at(second, count, span) + 1 if second else 0
            return (*digits[:behind], constant(first), *digits[behind:])
        case "raise":
            return tuple(Sum((digit, constant(first))) for digit in digits)
        case "twice":
            return digits + digits
    return digits[::-1]


def _moved(kind: str, digits: tuple[Term, ...], place: int, span: Span) -> tuple[Term, ...]:
    """The digits with the one at a place at the front, at the back, or left out."""
    rest = (*digits[:place], *digits[place + 1 :])
    if kind == "drop" and not rest:
        raise Mistake("E305", span, "nothing is left of a number of one digit", "take a longer number")
    return {"front": (digits[place], *rest), "back": (*rest, digits[place]), "drop": rest}[kind]
