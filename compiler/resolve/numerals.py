"""The digits of a computed number, such as ``the last digit of the square of the number``."""

from collections.abc import Iterator
from dataclasses import dataclass

from oedipus.compiler.checked import And, Arithmetic, Compare, Count, Formula, Product, Sum, Term
from oedipus.compiler.resolve.arithmetic import always_whole, bounds, constant, is_whole, only_where
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span

WIDEST = 12
"""Most digits of a computed number that can be spoken of."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A computed whole number, not negative, as it is written. ``width`` is the most digits that it can have."""

    term: Term
    width: int

    @property
    def whole(self) -> Term:
        """The number, undefined where it is none that has digits: a fraction."""
        return self.term if always_whole(self.term) else only_where(is_whole(self.term), self.term)

    def digit(self, power: int) -> Term:
        """The digit of 10**power; 0 where the number is shorter."""
        above = Arithmetic("//", self.whole, constant(10**power)) if power else self.whole
        return above if power == self.width - 1 else Arithmetic("%", above, constant(10))

    @property
    def padded(self) -> tuple[Term, ...]:
        """All digits from the left, with zeros in front of a shorter number."""
        return tuple(self.digit(power) for power in range(self.width - 1, -1, -1))

    def forms(self) -> Iterator[tuple[Formula, tuple[Term, ...]]]:
        """Each number of digits: that the number has so many, and they from the left."""
        for width in range(1, self.width + 1):
            low = Compare("<=", constant(10 ** (width - 1) if width > 1 else 0), self.whole)
            fits = And((low, Compare("<", self.whole, constant(10**width))))
            yield fits, self.padded[self.width - width :]

    def first(self, start: int, count: int) -> Term:
        """The number that ``count`` digits spell from the one behind ``start`` on; 0 where it is shorter."""
        parts: list[Term] = []
        for width, (fits, _) in enumerate(self.forms(), 1):
            if width < start + count:
                continue
            above = Arithmetic("//", self.whole, constant(10 ** (width - start - count)))
            parts.append(Product((Count((fits,)), Arithmetic("%", above, constant(10**count)) if start else above)))
        return Sum(tuple(parts)) if parts else constant(0)

    def last(self, count: int, behind: int = 0) -> Term:
        """The number that ``count`` digits spell before the last ``behind``."""
        above = Arithmetic("//", self.whole, constant(10**behind)) if behind else self.whole
        return Arithmetic("%", above, constant(10**count))


def numeral(term: Term, span: Span) -> Numeral:
    """The digits of ``term``. Raises :class:`Mistake` where it can be negative or has too many."""
    low, high = bounds(term)
    width = len(str(int(high)))
    if low < 0:
        raise Mistake("E407", span, "what can be negative has no digits", "take its absolute value: abs(…)")
    if width > WIDEST:
        raise Mistake(
            "E412", span, f"the digits of numbers up to {WIDEST} digits can be spoken of", "say it with % and //"
        )
    return Numeral(term, width)
