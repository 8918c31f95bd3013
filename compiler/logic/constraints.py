"""Checked formulas as CPMpy constraints over the digits, with networks judged by their cards' tables.

A term is a fraction of two integer expressions and the conditions under which it
is defined. What constraint solvers know only with rounding towards zero, or not
at all (floors, remainders, powers, lookups), becomes a table by the reference
semantics where at most three digits are in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from itertools import product
from math import isqrt, lcm
from typing import Any, TypeAlias, assert_never

import cpmpy as cp

from oedipus.compiler import checked as c
from oedipus.compiler.budget import TooLargeNumber
from oedipus.compiler.logic import evaluate
from oedipus.compiler.logic.axes import Readers

Expression: TypeAlias = Any
"""A CPMpy expression; the library carries no types."""

TABLE_DIGITS = 3
LARGEST = 2**53
LONGEST_DOMAIN = 100_000


class Untranslatable(Exception):  # noqa: N818 - an outcome, reported as "unknown"
    """The solver cannot be told this: its numbers would be too large, or it knows no such function."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """``top / bottom`` where every condition holds, else undefined."""

    top: Expression
    bottom: Expression
    conditions: tuple[Expression, ...] = ()


class Constraints:
    """Digits as integer variables and formulas over them as Boolean expressions."""

    def __init__(self, riddle: c.Riddle, readers: Readers):
        self.readers = readers
        self.digits: dict[str, Expression] = {}
        self.unseen: dict[tuple[str, str], Expression] = {}
        self.definitions: list[Expression] = []
        for variable in riddle.variables:
            network = readers.value_network(variable.name)
            if network is not None:
                numbers = readers.axis(variable.name, network).numbers or ()
                digit = self.digits[variable.name] = cp.intvar(min(numbers), max(numbers), name=variable.name)
                if max(numbers) - min(numbers) >= len(numbers):
                    self.definitions.append(_member(digit, numbers))

    def formula(self, formula: c.Formula) -> Expression:
        """A formula as a Boolean expression. Raises :class:`Untranslatable`."""
        try:
            return cp.BoolVal(evaluate.holds(formula, {}, {})) if _is_constant(formula) else self._formula(formula)
        except TooLargeNumber as error:
            raise Untranslatable(str(error)) from error

    def _formula(self, formula: c.Formula) -> Expression:
        match formula:
            case c.Compare(op, left, right):
                return self._compare(op, self.term(left), self.term(right))
            case c.Property(name, term):
                return self._property(name, self.term(term))
            case c.Seen(variable, network, label):
                return self._seen(variable, network, label)
            case c.Not(inner):
                return _negation(self.formula(inner))
            case c.And(formulas):
                return _conjunction(*map(self.formula, formulas))
            case c.Or(formulas):
                return _disjunction(*map(self.formula, formulas))
            case c.ExactlyOne(formulas):
                return _boolean(self._number_true(formulas) == 1)
            case c.Implies(condition, consequence):
                return _disjunction(_negation(self.formula(condition)), self.formula(consequence))
            case c.Iff(first, second):
                return _boolean(self._number_true((first, second)) != 1)
            case c.AllDifferent(terms):
                return self._all_different(terms)
            case c.Truth(holds):
                return cp.BoolVal(holds)
        assert_never(formula)

    def term(self, term: c.Term) -> Ratio:
        """A term as a ratio of integer expressions. Raises :class:`Untranslatable`."""
        if _is_constant(term):
            return _constant_ratio(evaluate.value(term, {}, {}))
        match term:
            case c.Constant(constant):
                return Ratio(constant.numerator, constant.denominator)
            case c.Value(variable):
                return Ratio(self.digits[variable], 1)
            case c.Sum(terms):
                return reduce(_add, map(self.term, terms), Ratio(0, 1))
            case c.Product(terms):
                return reduce(_multiply, map(self.term, terms), Ratio(1, 1))
            case c.Arithmetic("-", left, right):
                return _add(self.term(left), _multiply(Ratio(-1, 1), self.term(right)))
            case c.Arithmetic() | c.Lookup():
                return self._tabulated(term) or self._arithmetic(term)
            case c.Absolute(inner):
                one = self.term(inner)
                return Ratio(_safe(_absolute(one.top)), _safe(_absolute(one.bottom)), one.conditions)
            case c.Extreme(which, terms):
                return _extreme(which, list(map(self.term, terms)))
            case c.Count(formulas):
                return Ratio(self._number_true(formulas), 1)
        assert_never(term)

    def _compare(self, op: c.CompareOp, left: Ratio, right: Ratio) -> Expression:
        sign = _safe(left.bottom * right.bottom)
        difference = _safe(left.top * right.bottom) - _safe(right.top * left.bottom)
        if op not in ("=", "!=") and bounds_of(sign)[0] <= 0:
            difference = _safe(difference * sign)
        compare: Callable[..., Expression] = evaluate.COMPARE[op]
        return _conjunction(_boolean(compare(_safe(difference), 0)), *left.conditions, *right.conditions)

    def _seen(self, variable: str, network: str, label: int) -> Expression:
        table = self.readers.tables.get(network)
        if table is None or variable not in self.digits:
            key = variable, network
            if key not in self.unseen:
                classes = self.readers.axis(variable, network).classes
                self.unseen[key] = cp.intvar(0, classes - 1, name=f"{network}({variable})")
            return self.unseen[key] == label
        return _member(self.digits[variable], [value for value, true in table.items() if true == label])

    def _all_different(self, terms: Sequence[c.Term]) -> Expression:
        ratios = list(map(self.term, terms))
        conditions = [condition for one in ratios for condition in one.conditions]
        if len(ratios) > 1 and all(isinstance(one.bottom, int) and one.bottom == 1 for one in ratios):
            return _conjunction(_boolean(cp.AllDifferent([one.top for one in ratios])), *conditions)
        pairs = [self._compare("!=", one, other) for place, one in enumerate(ratios) for other in ratios[:place]]
        return _conjunction(*pairs, *conditions)

    def _property(self, name: str, ratio: Ratio) -> Expression:
        if not (isinstance(ratio.bottom, int) and ratio.bottom == 1):
            raise Untranslatable(f"whether a fraction is {name}")
        low, high = bounds_of(ratio.top)
        if name in ("odd", "even"):
            _, rest = self._floor(ratio.top, 2)
            return _conjunction(_boolean(rest == int(name == "odd")), *ratio.conditions)
        return _conjunction(_member(ratio.top, _numbers_that_are(name, low, high)), *ratio.conditions)

    def _arithmetic(self, term: c.Arithmetic | c.Lookup) -> Ratio:
        if isinstance(term, c.Lookup) or term.op == "**":
            raise Untranslatable("a lookup or a power of more than three digits")
        left, right = self.term(term.left), self.term(term.right)
        conditions = (*left.conditions, *right.conditions, _boolean(right.top != 0))
        top, bottom = _safe(left.top * right.bottom), _safe(left.bottom * right.top)
        if term.op == "/":
            return Ratio(top, bottom, conditions)
        quotient, rest = self._floor(top, bottom)
        if term.op == "//":
            return Ratio(quotient, 1, conditions)
        return Ratio(rest, _safe(left.bottom * right.bottom), conditions)

    def _floor(self, top: Expression, bottom: Expression) -> tuple[Expression, Expression]:
        """Quotient and remainder with the remainder's sign that of ``bottom``; both 0 where that is 0."""
        size = max(map(abs, bounds_of(top))) + 1
        reach = max(map(abs, bounds_of(bottom)))
        quotient, rest = cp.intvar(-size, size), cp.intvar(-reach, reach)
        whole = _safe(quotient * bottom) + rest == top
        self.definitions += [
            _boolean(bottom > 0).implies(cp.all([whole, rest >= 0, rest < bottom])),
            _boolean(bottom < 0).implies(cp.all([whole, rest <= 0, rest > bottom])),
            _boolean(bottom == 0).implies(cp.all([quotient == 0, rest == 0])),
        ]
        return quotient, rest

    def _number_true(self, formulas: Sequence[c.Formula]) -> Expression:
        """A sum of plain Boolean variables: CPMpy does not fold constants that turn up inside sums."""
        parts = list(map(self.formula, formulas))
        known = sum(_constant(part) is True for part in parts)
        switches = [self._switch(part) for part in parts if _constant(part) is None]
        return cp.sum(switches) + known if switches else known

    def _switch(self, part: Expression) -> Expression:
        switch = cp.boolvar()
        self.definitions.append(switch == part)
        return switch

    def _tabulated(self, term: c.Term) -> Ratio | None:
        names, networks = self._inputs(term)
        if len(names) > TABLE_DIGITS or not networks.issubset(self._true_tables):
            return None
        rows = []
        for values in product(*(self._domain(name) for name in names)):
            digits = dict(zip(names, values, strict=True))
            seen = {key: self._true_tables[key][digits[key[0]]] for key in networks}
            rows.append((values, evaluate.value(term, digits, seen)))
        return self._table(names, rows)

    def _domain(self, name: str) -> Sequence[int]:
        network = self.readers.value_network(name)
        assert network is not None
        return self.readers.axis(name, network).numbers or ()

    def _table(self, names: Sequence[str], rows: Sequence[tuple[tuple[int, ...], Fraction | None]]) -> Ratio:
        bottom = lcm(*(result.denominator for _, result in rows if result is not None))
        tops = [0 if result is None else int(result * bottom) for _, result in rows]
        if max(map(abs, (bottom, *tops))) > LARGEST:
            raise Untranslatable("numbers beyond the solver's")
        top, defined = cp.intvar(min(tops), max(tops)), cp.boolvar()
        scope = [*(self.digits[name] for name in names), top, defined]
        lines = [[*values, one, int(result is not None)] for (values, result), one in zip(rows, tops, strict=True)]
        self.definitions.append(cp.Table(scope, lines))
        return Ratio(top, bottom, (defined,))

    def _inputs(self, term: c.Term) -> tuple[list[str], set[tuple[str, str]]]:
        nodes = list(evaluate.subformulas(term))
        networks = {(one.variable, one.network) for one in nodes if isinstance(one, c.Seen)}
        names = [one.variable for one in nodes if isinstance(one, c.Value | c.Seen) and one.variable in self.digits]
        return list(dict.fromkeys(names)), networks

    @cached_property
    def _true_tables(self) -> Mapping[tuple[str, str], Mapping[int, int]]:
        return {
            (name, network): table
            for name in self.digits
            for network, table in self.readers.tables.items()
            if self.readers.cards[network].kind == self.readers.kinds[name]
        }


def _is_constant(node: c.Formula | c.Term) -> bool:
    return not any(isinstance(one, c.Value | c.Seen) for one in evaluate.subformulas(node))


def _constant_ratio(value: Fraction | None) -> Ratio:
    if value is None:
        return Ratio(0, 1, (cp.BoolVal(False),))
    if max(abs(value.numerator), value.denominator) > LARGEST:
        raise Untranslatable("numbers beyond the solver's")
    return Ratio(value.numerator, value.denominator)


def _constant(expression: Expression) -> bool | None:
    """The truth of a constant, None for anything else: CPMpy does not fold them everywhere."""
    return bool(expression.value()) if isinstance(expression, cp.BoolVal) else None


def _conjunction(*parts: Expression) -> Expression:
    if any(_constant(part) is False for part in parts):
        return cp.BoolVal(False)
    several = [part for part in parts if _constant(part) is None]
    return cp.all(several) if several else cp.BoolVal(True)


def _disjunction(*parts: Expression) -> Expression:
    return _negation(_conjunction(*map(_negation, parts)))


def _negation(part: Expression) -> Expression:
    known = _constant(part)
    return ~part if known is None else cp.BoolVal(not known)


def _boolean(relation: Expression) -> Expression:
    """CPMpy folds comparisons of constants to Python's own truth values, which ``~`` would spoil."""
    return relation if isinstance(relation, cp.expressions.core.Expression) else cp.BoolVal(bool(relation))


def bounds_of(expression: Expression) -> tuple[int, int]:
    """Least and greatest value of an expression."""
    if isinstance(expression, cp.expressions.core.Expression):
        low, high = expression.get_bounds()
        return int(low), int(high)
    return int(expression), int(expression)


def _safe(expression: Expression) -> Expression:
    if max(map(abs, bounds_of(expression))) > LARGEST:
        raise Untranslatable("numbers beyond the solver's")
    return expression


def _absolute(expression: Expression) -> Expression:
    return cp.abs(expression) if bounds_of(expression)[0] < 0 else expression


def _member(expression: Expression, values: Sequence[int]) -> Expression:
    return _disjunction(*(_boolean(expression == value) for value in values))


def _numbers_that_are(name: str, low: int, high: int) -> list[int]:
    """The primes, squares or powers of two from ``low`` to ``high``."""
    match name:
        case "square":
            if (largest := isqrt(max(high, 0))) > LONGEST_DOMAIN:
                raise Untranslatable("whether so large a number is a square")
            candidates = [root * root for root in range(largest + 1)]
        case "power of two":
            candidates = [1 << power for power in range(max(high, 1).bit_length())]
        case _:
            if high > LONGEST_DOMAIN:
                raise Untranslatable("whether so large a number is prime")
            candidates = list(range(max(low, 0), high + 1))
    return [one for one in candidates if low <= one <= high and evaluate.has_property(name, Fraction(one))]


def _add(left: Ratio, right: Ratio) -> Ratio:
    conditions = (*left.conditions, *right.conditions)
    if isinstance(left.bottom, int) and isinstance(right.bottom, int):
        bottom = lcm(left.bottom, right.bottom)
        return Ratio(left.top * (bottom // left.bottom) + right.top * (bottom // right.bottom), bottom, conditions)
    top = _safe(left.top * right.bottom) + _safe(right.top * left.bottom)
    return Ratio(_safe(top), _safe(left.bottom * right.bottom), conditions)


def _multiply(left: Ratio, right: Ratio) -> Ratio:
    conditions = (*left.conditions, *right.conditions)
    return Ratio(_safe(left.top * right.top), _safe(left.bottom * right.bottom), conditions)


def _extreme(which: str, ratios: Sequence[Ratio]) -> Ratio:
    if not ratios:
        return Ratio(0, 1, (cp.BoolVal(False),))
    if not all(isinstance(one.bottom, int) for one in ratios):
        raise Untranslatable("the smallest of fractions")
    bottom = lcm(*(one.bottom for one in ratios))
    tops = [one.top * (bottom // one.bottom) for one in ratios]
    conditions = tuple(condition for one in ratios for condition in one.conditions)
    return Ratio((cp.min if which == "min" else cp.max)(tops), bottom, conditions)
