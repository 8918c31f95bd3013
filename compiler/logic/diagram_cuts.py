"""Prefixes: what is settled before every axis is known, and what tells open prefixes apart."""

from collections.abc import Sequence
from functools import reduce
from itertools import product
from math import gcd, prod
from typing import assert_never

import numpy as np

from oedipus.compiler.logic import diagram_numbers as numbers
from oedipus.compiler.logic.diagram_bounds import ROUNDING, Bounded
from oedipus.compiler.logic.diagram_numbers import Column, Numbers
from oedipus.compiler.logic.diagram_values import ENTRY, Values
from oedipus.compiler.logic.simplify_nodes import All, Different, Known, Negation, Node, Property, Relation, Table
from oedipus.compiler.logic.simplify_shapes import Compound, Sum, span, whole_valued

FEW = 4_096
"""So many joint classes of what is still to come are tried one by one."""

LEAST = {"prime": 2, "square": 0, "power of two": 1}
"""No smaller number has the property."""


class Prefixes(Bounded):
    """Rows that know the classes of the first axes."""

    # What is settled ----------------------------------------------------------

    def settled(self, node: Node) -> Column:
        """1 for rows where a formula is true whatever comes, 0 where false, -1 where open."""
        key = "settled", node
        if key not in self.finished:
            self.effort.spend(2 * ENTRY * self.rows)
            self.finished[key] = self._settled(node)
        found: Column = self.finished[key]
        return found

    def _settled(self, node: Node) -> Column:
        if self.is_known(node.axes):
            return self.truth(node).astype(np.int8)
        if self.untouched(node.axes):
            return np.full(self.rows, -1, dtype=np.int8)
        match node:
            case Relation():
                return self._settled_relation(node)
            case Property(name, term):
                impossible = ~self.total(term).defined | (self.bounds(term)[1] < LEAST[name])
                return np.where(impossible, 0, -1).astype(np.int8)
            case Different(used, terms):
                values = [self.value(one) for one in terms if self.is_known(one.shape.axes)]
                fine = self.all_different(used, values) if values else np.ones(self.rows, dtype=np.bool_)
                return np.where(fine, -1, 0).astype(np.int8)
            case All(parts):
                truths = [self.settled(one) for one in parts]
                some_false = np.logical_or.reduce([one == 0 for one in truths])
                return np.where(some_false, 0, np.minimum.reduce(truths)).astype(np.int8)
            case Negation(part):
                inner = self.settled(part)
                return np.where(inner < 0, inner, 1 - inner).astype(np.int8)
            case Known() | Table():
                raise AssertionError("of one axis at most, so known or untouched")
        assert_never(node)

    def _settled_relation(self, node: Relation) -> Column:
        term, op = node.term, node.op
        known = self.total(term)
        low, high = self.bounds(term)
        true: Column | bool = False
        match op:
            case "=":
                false = (low > 0) | (high < 0) | self._unreachable(term, known)
            case "!=":
                false, true = np.zeros(self.rows, dtype=np.bool_), (low > 0) | (high < 0)
            case "<":
                false, true = low >= 0, high < 0
            case _:
                false, true = low > 0, high <= 0
        true = true & self.stays_defined(term)
        return np.where(false | ~known.defined, 0, np.where(true, 1, -1)).astype(np.int8)

    def stays_defined(self, term: Sum) -> bool:
        """Whether the open parts of a term have a value whatever comes."""
        compounds = all(one.total for one, _ in term.shape.compounds if not self.is_known(one.axes))
        tables = all(None not in entries for axis, entries in term.shape.tables if not self.mask >> axis & 1)
        return compounds and tables

    def _unreachable(self, term: Sum, known: Numbers) -> Column:
        """Rows from which what is open of a term cannot lead to 0."""
        open_compounds = [one for one, _ in term.shape.compounds if not self.is_known(one.axes)]
        if all(self.untouched(one.axes) for one in open_compounds):
            axes = [axis for axis, _ in enumerate(self.formulas.classes) if term.shape.axes & ~self.mask & 1 << axis]
            if prod(self.formulas.classes[axis] for axis in axes) <= FEW:
                return self._not_among(known, self._rest(term, axes))
        if known.bottom is None and whole_valued(term):
            return self._not_divisible(term, known.top)
        return np.zeros(self.rows, dtype=np.bool_)

    def _rest(self, term: Sum, axes: Sequence[int]) -> Column:
        """All values of the open part of a term, which has nothing to do with the known part."""
        rows = np.array(list(product(*(range(self.formulas.classes[axis]) for axis in axes))), dtype=np.uint8)
        known = np.zeros((len(rows), len(self.formulas.classes)), dtype=np.uint8)
        known[:, axes] = rows
        reader = Values(known, self.formulas, self.effort, sum(1 << axis for axis in axes))
        rest = reader.total(Sum(0, term.shape))
        return np.unique(rest.floats()[rest.defined])

    def _not_among(self, known: Numbers, rest: Column) -> Column:
        if not len(rest):
            return np.ones(self.rows, dtype=np.bool_)
        self.effort.spend(8 * ENTRY * self.rows)
        wanted = -known.floats()
        place = np.searchsorted(rest, wanted)
        nearest = np.minimum(
            np.abs(rest[np.minimum(place, len(rest) - 1)] - wanted), np.abs(rest[np.maximum(place - 1, 0)] - wanted)
        )
        return np.asarray(nearest > 10 * ROUNDING * (np.abs(wanted) + 1))

    def _not_divisible(self, term: Sum, known: Column) -> Column:
        """Rows where everything still to come is a multiple of something that the known part is not."""
        common = 0
        for axis, entries in term.shape.tables:
            if not self.mask >> axis & 1:
                common = gcd(common, *(int(one) for one in entries if one is not None))
        divisors: Column = np.array([common], dtype=np.int64)
        for compound, factor in term.shape.compounds:
            if not self.is_known(compound.axes):
                divisors = np.gcd(divisors, self._divisor(compound, int(factor)))
        if divisors.max() == divisors.min() == 1:
            return np.zeros(self.rows, dtype=np.bool_)
        self.effort.spend(8 * ENTRY * self.rows)
        return np.where(divisors == 0, known != 0, known % np.maximum(divisors, 1) != 0)

    def _divisor(self, compound: Compound, factor: int) -> Column:
        if compound.operator != "*":
            return np.array([abs(factor)], dtype=np.int64)
        found = numbers.constant(abs(factor), self.rows)
        for one in compound.arguments:
            if self.is_known(one.shape.axes):
                found = numbers.multiply(found, self.value(one))
        return np.abs(found.top)

    # What tells prefixes apart ------------------------------------------------

    def cut(self, node: Node) -> list[Column]:
        """What the known axes decide of a formula, as columns of integers."""
        if self.untouched(node.axes):
            return []
        truth = self.settled(node)
        columns = [] if self.is_known(node.axes) else self._cut(node)
        self.effort.spend(ENTRY * self.rows * len(columns))
        is_open = truth < 0
        return [truth, *(column * is_open for column in columns)]

    def _cut(self, node: Node) -> list[Column]:
        match node:
            case Relation(_, term) | Property(_, term):
                return self._cut_term(term)
            case Different(_, terms):
                return self._cut_different(terms)
            case All(parts):
                return [column for one in parts if not self.is_known(one.axes) for column in self.cut(one)]
            case Negation(part):
                return self.cut(part)
            case Known() | Table():
                return []
        assert_never(node)

    def _cut_term(self, term: Sum, modulus: Numbers | None = None) -> list[Column]:
        if self.untouched(term.shape.axes):
            return []
        known = self.total(term)
        columns = (known if modulus is None else numbers.remainder(known, modulus)).columns()
        for compound, _ in term.shape.compounds:
            if not self.is_known(compound.axes):
                columns += self._cut_compound(compound)
        return columns

    def _cut_compound(self, compound: Compound) -> list[Column]:
        if self.untouched(compound.axes):
            return []
        if compound.operator == "holds":
            return self.cut(compound.arguments[0])
        terms = [one for one in compound.arguments if isinstance(one, Sum)]
        values = [self.value(one) for one in terms if self.is_known(one.shape.axes)]
        still_open = [one for one in terms if not self.is_known(one.shape.axes)]
        if compound.operator == "%" and values and still_open == terms[:1] and whole_valued(terms[0]):
            return [*values[0].columns(), *self._cut_term(terms[0], values[0])]
        columns = [column for one in still_open for column in self._cut_term(one)]
        match compound.operator:
            case "*" if values:
                return self._cut_product(reduce(numbers.multiply, values), still_open, columns)
            case "min" if values:
                return [*reduce(numbers.smaller, values).columns(), *columns]
        return [*(column for one in values for column in one.columns()), *columns]

    def _cut_product(self, known: Numbers, still_open: Sequence[Sum], columns: list[Column]) -> list[Column]:
        """Once a factor is 0, the others do not matter."""
        if all(one.shape.total for one in still_open):
            matters = (known.top != 0) | ~known.defined
            columns = [column * matters for column in columns]
        return [*known.columns(), *columns]

    def _cut_different(self, terms: Sequence[Sum]) -> list[Column]:
        known = [self.value(one) for one in terms if self.is_known(one.shape.axes)]
        several = [column for one in terms if not self.is_known(one.shape.axes) for column in self._cut_term(one)]
        if not known:
            return several
        ends = [span(one) for one in terms]
        low, high = min(one for one, _ in ends), max(one for _, one in ends)
        if all(map(whole_valued, terms)) and high - low < 62:
            bits = [np.left_shift(1, one.top - int(low)) for one in known if one.defined.all()]
            if len(bits) == len(known):
                return [np.bitwise_or.reduce(bits), *several]
        self.effort.spend(10 * ENTRY * self.rows * len(known))
        tops = np.sort(np.column_stack([one.top for one in known]), axis=1)
        if all(one.bottom is None for one in known):
            return [*tops.T, *several]
        return [*(column for one in known for column in one.columns()), *several]
