"""Normal forms of terms, for residuals: what is left of a term once some axes are known.

A term is a constant plus a *shape*: one table of values for each axis it adds up
over, plus multiples of compounds (products, quotients, minima …) of several
axes. A constant, partial sums, carries and remainders are thereby one number.
Anything of a single axis is a table. Shapes and compounds are interned, so that
equal ones are identical. An undefined term is None.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import inf, isinf, lcm
from typing import Any

from oedipus.compiler.budget import Effort
from oedipus.compiler.logic import evaluate
from oedipus.compiler.logic.simplify_shapes import (
    Bound,
    Compound,
    Entries,
    Number,
    Shape,
    Sum,
    Term,
    common_denominator,
    is_whole,
    measured,
    never_zero,
    span,
    term_order,
    tidy,
    whole_valued,
)

STEPS = 50
"""Steps (see :mod:`oedipus.compiler.budget`) for the least that a constructor does."""


class Terms:
    """Builds and derives terms over axes of the given class counts; owns the interned nodes."""

    def __init__(self, classes: Sequence[int], effort: Effort | None = None):
        self.classes = tuple(classes)
        self.effort = Effort() if effort is None else effort
        self.shapes: dict[Any, Shape] = {}
        self.compounds: dict[Any, Compound] = {}
        self.empty = Shape((), ())
        self.shapes[(), ()] = self.empty

    # Sums -----------------------------------------------------------------

    def constant(self, number: Number) -> Sum:
        """A known term."""
        return Sum(tidy(number), self.empty)

    def table(self, axis: int, entries: Entries) -> Term:
        """A term of one axis."""
        return self.linear(0, {axis: entries}, {})

    def combine(self, parts: Iterable[tuple[Number, Term]], constant: Number = 0) -> Term:
        """``constant`` + Σ coefficient · term."""
        tables: dict[int, Entries] = {}
        compounds: dict[Compound, Number] = {}
        for coefficient, term in parts:
            if term is None:
                return None
            constant += coefficient * term.constant
            for axis, entries in term.shape.tables:
                tables[axis] = _add_entries(tables.get(axis), entries, coefficient)
            for compound, factor in term.shape.compounds:
                compounds[compound] = compounds.get(compound, 0) + coefficient * factor
        return self.linear(constant, tables, compounds)

    def linear(self, constant: Number, tables: Mapping[int, Entries], compounds: Mapping[Compound, Number]) -> Term:
        """The term of these parts: each table starts at 0, what vanishes is dropped."""
        kept = []
        self.effort.spend(STEPS * (2 + 4 * len(tables) + len(compounds)))
        for axis in sorted(tables):
            defined = [entry for entry in tables[axis] if entry is not None]
            if not defined:
                return None
            least = min(defined)
            constant += least
            if max(defined) > least or len(defined) < len(tables[axis]):
                kept.append((axis, tuple(None if one is None else tidy(one - least) for one in tables[axis])))
        present = [(one, tidy(factor)) for one, factor in compounds.items() if factor or not one.total]
        present.sort(key=lambda pair: pair[0].place)
        return Sum(tidy(constant), self.shape(tuple(kept), tuple(present)))

    def shape(self, tables: tuple[tuple[int, Entries], ...], compounds: tuple[tuple[Compound, Number], ...]) -> Shape:
        """The interned shape."""
        key = tables, compounds
        found = self.shapes.get(key)
        if found is None:
            found = self.shapes[key] = measured(Shape(tables, compounds, place=len(self.shapes)))
        return found

    def next(self, term: Sum, axis: int) -> "list[Term]":
        """The term for each class of ``axis``, before which no axis is left in it."""
        shape = term.shape
        if not shape.axes >> axis & 1:
            return [term] * self.classes[axis]
        first, entries = shape.tables[0] if shape.tables else (-1, ())
        if first != axis:
            entries = (0,) * self.classes[axis]
        constant = term.constant
        if not any(compound.axes >> axis & 1 for compound, _ in shape.compounds):
            rest = shape.cache.get(axis)
            if rest is None:
                rest = shape.cache[axis] = self.shape(shape.tables[1:], shape.compounds)
            return [None if one is None else Sum(tidy(constant + one), rest) for one in entries]
        left = self.shape(shape.tables[first == axis :], ())
        moved = [(self.next_of(compound, axis), factor) for compound, factor in shape.compounds]
        return [
            None if one is None else self.combine([(1, Sum(constant + one, left)), *((f, s[c]) for s, f in moved)])
            for c, one in enumerate(entries)
        ]

    # Compounds ------------------------------------------------------------

    def next_of(self, compound: Compound, axis: int) -> "list[Term]":
        """The compound for each class of ``axis``."""
        if not compound.axes >> axis & 1:
            term = Sum(0, self.shape((), ((compound, 1),)))
            return [term] * self.classes[axis]
        if compound.successors is None:
            columns = [self.next_argument(one, axis) for one in compound.arguments]
            compound.successors = [self.apply(compound.operator, *row) for row in zip(*columns, strict=True)]
        return compound.successors

    def next_argument(self, argument: Any, axis: int) -> Sequence[Any]:
        """An argument of a compound for each class of ``axis``: terms, or data that stays."""
        return self.next(argument, axis) if isinstance(argument, Sum) else [argument] * self.classes[axis]

    def apply(self, operator: str, *arguments: Any) -> Term:
        """``operator(arguments)`` in normal form."""
        if None in arguments:
            return None
        self.effort.spend(STEPS * (8 + 8 * len(arguments)))
        result: Term = getattr(self, OPERATORS[operator])(*arguments)
        return result

    def intern(
        self, operator: str, arguments: tuple[Any, ...], bounds: tuple[Bound, Bound], whole: bool, total: bool
    ) -> Term:
        """The compound as a term; of a single axis, its table."""
        key = operator, arguments
        found = self.compounds.get(key)
        if found is None:
            axes = 0
            for one in arguments:
                axes |= one.shape.axes if isinstance(one, Sum) else getattr(one, "axes", 0)
            found = Compound(operator, arguments, axes, *bounds, whole, total, len(self.compounds))
            self.compounds[key] = found
        if found.axes & (found.axes - 1) == 0:
            axis = found.axes.bit_length() - 1
            return self.table(axis, tuple(None if one is None else one.constant for one in self.next_of(found, axis)))
        return Sum(0, self.shape((), ((found, 1),)))

    def product(self, *factors: Sum) -> Term:
        """Constants are multiplied out; the other factors are kept in a fixed order."""
        coefficient: Number = 1
        several = []
        for one in factors:
            if one.shape is self.empty:
                coefficient *= one.constant
            else:
                several.append(one)
        if not several:
            return self.constant(coefficient)
        if len(several) == 1:
            return self.combine([(coefficient, several[0])])
        coefficient, several = self._whole_factors(coefficient, several)
        several.sort(key=term_order)
        corners = span(several[0])
        for one in several[1:]:
            corners = _corners(corners, span(one), lambda left, right: left * right)
        whole, total = all(map(whole_valued, several)), all(one.shape.total for one in several)
        return self.combine([(coefficient, self.intern("*", tuple(several), corners, whole, total))])

    def _whole_factors(self, coefficient: Number, factors: Sequence[Sum]) -> tuple[Number, list[Sum]]:
        """Denominators go to the coefficient."""
        several = []
        for one in factors:
            multiple, whole = self.whole(one)
            coefficient = Fraction(coefficient) / multiple
            several.append(whole)
        return coefficient, several

    def whole(self, *terms: Sum) -> tuple[Any, ...]:
        """The least integer that makes the numbers of all terms whole, and the terms times it."""
        multiple = lcm(*(common_denominator(one.shape, one.constant) for one in terms))
        if multiple == 1:
            return 1, *terms
        return multiple, *(self.combine([(multiple, one)]) for one in terms)

    def quotient(self, left: Sum, right: Sum) -> Term:
        """Exact division."""
        if right.shape is self.empty:
            return self.combine([(Fraction(1) / right.constant, left)]) if right.constant else None
        return self.intern("/", (left, right), (-inf, inf), False, left.shape.total and never_zero(right))

    def floor(self, left: Sum, right: Sum) -> Term:
        """Floor division; whole multiples of a constant divisor come out of the constant."""
        _, left, right = self.whole(left, right)
        if right.shape is not self.empty:
            return self._floored("//", left, right)
        if not right.constant:
            return None
        if left.shape is self.empty:
            return self.constant(left.constant // right.constant)
        known, rest = divmod(left.constant, right.constant)
        low, high = sorted(one // right.constant if not isinstance(one, float) else one for one in span(left, rest))
        if right.constant < 0:
            low, high = sorted(-one if isinf(one) else one for one in (low, high))
        term = self.intern("//", (Sum(tidy(rest), left.shape), right), (low, high), True, left.shape.total)
        return self.combine([(1, term)], known)

    def remainder(self, left: Sum, right: Sum) -> Term:
        """Floored remainder; modulo a positive integer every whole entry is reduced."""
        multiple, left, right = self.whole(left, right)
        if multiple > 1:
            return self.combine([(Fraction(1, multiple), self.remainder(left, right))])
        modulus = right.constant
        if right.shape is not self.empty:
            return self._floored("%", left, right)
        if not modulus:
            return None
        if not (is_whole(modulus) and modulus > 0 and whole_valued(left)):
            if left.shape is self.empty:
                return self.constant(left.constant % modulus)
            bounds = (min(modulus, 0), max(modulus, 0))
            return self.intern("%", (left, right), bounds, whole_valued(left) and is_whole(modulus), left.shape.total)
        reduced = self._reduced(left, int(modulus))
        if reduced is None or (span(reduced)[0] >= 0 and span(reduced)[1] < modulus):
            return reduced
        return self.intern("%", (reduced, right), (0, modulus - 1), True, left.shape.total)

    def _reduced(self, term: Sum, modulus: int) -> Term:
        shape = term.shape.cache.get(("modulo", modulus))
        if shape is None:
            tables = {
                axis: tuple(None if one is None else one % modulus for one in entries)
                for axis, entries in term.shape.tables
            }
            compounds = {one: factor % modulus for one, factor in term.shape.compounds}
            shape = term.shape.cache["modulo", modulus] = self.linear(0, tables, compounds)
        return shape and Sum((term.constant + shape.constant) % modulus, shape.shape)

    def _floored(self, operator: str, left: Sum, right: Sum) -> Term:
        low, high = span(left if operator == "//" else right)
        largest = max(-low, high, 0)
        whole = whole_valued(left) and whole_valued(right)
        bounds = (-largest - 1, largest + 1) if whole else (-inf, inf)
        return self.intern(
            operator, (left, right), bounds, whole or operator == "//", left.shape.total and never_zero(right)
        )

    def power(self, base: Sum, exponent: Sum) -> Term:
        """Powers, undefined as the reference semantics says."""
        if base.shape is self.empty and exponent.shape is self.empty:
            result = evaluate.power(Fraction(base.constant), Fraction(exponent.constant))
            return None if result is None else self.constant(result)
        whole = whole_valued(base) and span(exponent)[0] >= 0
        return self.intern("**", (base, exponent), (-inf, inf), whole, False)

    def absolute(self, term: Sum) -> Term:
        """The size."""
        low, high = span(term)
        if low >= 0 or high <= 0:
            return self.combine([(1 if low >= 0 else -1, term)])
        multiple, term = self.whole(term)
        if multiple > 1:
            return self.combine([(Fraction(1, multiple), self.absolute(term))])
        return self.intern("abs", (term,), (0, max(-low, high)), whole_valued(term), term.shape.total)

    def smallest(self, *terms: Sum) -> Term:
        """The minimum: known terms become one, and those that can never be it are left out."""
        if not terms:
            return None
        multiple, *whole_terms = self.whole(*terms)
        if multiple > 1:
            return self.combine([(Fraction(1, multiple), self.smallest(*whole_terms))])
        least = min(span(one)[1] for one in terms)
        kept = {one for one in terms if not one.shape.total or span(one)[0] <= least}
        constants = {one for one in kept if one.shape is self.empty}
        if constants:
            kept = (kept - constants) | {min(constants, key=lambda one: one.constant)}
        chosen = sorted(kept, key=term_order)
        if len(chosen) == 1:
            return chosen[0]
        bounds = (min(span(one)[0] for one in chosen), least)
        whole, total = all(map(whole_valued, chosen)), all(one.shape.total for one in chosen)
        return self.intern("min", tuple(chosen), bounds, whole, total)

    def lookup(self, values: tuple[int, ...], place: Sum) -> Term:
        """An entry of a table."""
        if place.shape is self.empty:
            entry = evaluate.lookup(values, Fraction(place.constant))
            return None if entry is None else self.constant(entry)
        low, high = span(place)
        total = place.shape.total and whole_valued(place) and low >= 0 and high < len(values)
        return self.intern("lookup", (values, place), (min(values), max(values)), True, total)


OPERATORS = {
    "*": "product", "/": "quotient", "//": "floor", "%": "remainder", "**": "power", "abs": "absolute",
    "min": "smallest", "lookup": "lookup", "holds": "indicator",
}  # fmt: skip


def _corners(
    left: tuple[Bound, Bound], right: tuple[Bound, Bound], function: Callable[[Bound, Bound], Bound]
) -> tuple[Bound, Bound]:
    values = [0 if 0 in (one, two) else function(one, two) for one in left for two in right]
    return min(values), max(values)


def _add_entries(known: Entries | None, entries: Entries, coefficient: Number) -> Entries:
    if known is None:
        return entries if coefficient == 1 else tuple(None if one is None else coefficient * one for one in entries)
    pairs = zip(known, entries, strict=True)
    return tuple(None if one is None or two is None else one + coefficient * two for one, two in pairs)
