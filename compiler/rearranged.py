"""A number's digits after a deed: one of them moved, left out, put in, …"""

from oedipus.compiler.checked import Constant, Sum, Term
from oedipus.dsl.changes import MIDDLE, Change
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span


def changed(change: Change, digits: tuple[Term, ...], span: Span) -> tuple[Term, ...]:
    """The digits from the left after ``change``. Raises :class:`Mistake` where one that it names is not there."""

    def at(place: int) -> int:
        if place == MIDDLE and len(digits) % 2:
            return len(digits) // 2
        if not 1 <= abs(place) <= len(digits):
            raise Mistake("E305", span, f"the number has {len(digits)} digits", "name one of them")
        return place - 1 if place > 0 else len(digits) + place

    def middle() -> int:
        if len(digits) % 2:
            raise Mistake("E305", span, f"{len(digits)} digits have no two in the middle", "say behind which digit")
        return len(digits) // 2

    kind, first, second = change
    match kind:
        case "reverse":
            return digits[::-1]
        case "front" | "back" | "drop":
            one = at(first)
            rest = (*digits[:one], *digits[one + 1 :])
            if kind == "drop" and not rest:
                raise Mistake("E305", span, "nothing is left of a number of one digit", "take a longer number")
            return rest if kind == "drop" else (digits[one], *rest) if kind == "front" else (*rest, digits[one])
        case "swap":
            one, other = (middle() - 1, middle()) if first == second == MIDDLE else (at(first), at(second))
            swapped = {one: digits[other], other: digits[one]}
            return tuple(swapped.get(place, digit) for place, digit in enumerate(digits))
        case "put":
            behind = middle() if second == MIDDLE else at(second) + 1 if second else 0
            return (*digits[:behind], Constant(first), *digits[behind:])
        case "raise":
            return tuple(Sum((digit, Constant(first))) for digit in digits)
        case "twice":
            return digits + digits
