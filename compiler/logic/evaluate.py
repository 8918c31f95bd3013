"""Reference semantics: the truth of a checked formula under one assignment, written to be read.

Everything cleverer (grids, diagrams, verdicts) is tested against this file. Terms
are exact fractions; an undefined term is None and makes the relation it stands
in false, so that ``not (1 / a = 1)`` holds at a = 0. What is too large to be
computed is not undefined: it raises :class:`oedipus.compiler.budget.TooLargeNumber`.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import isqrt
from operator import eq, ge, gt, le, lt, ne
from typing import Any, assert_never

from oedipus.compiler import checked as c
from oedipus.compiler.budget import TooLargeNumber

POWER_BITS = 1 << 15
"""Most binary digits of a power: some ten thousand decimal ones."""

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)


def holds(formula: c.Formula, digits: Mapping[str, int], seen: Mapping[tuple[str, str], int]) -> bool:
    """Whether ``formula`` holds when each variable shows ``digits[variable]``
    and each network reads class ``seen[variable, network]``."""
    match formula:
        case c.Compare(op, left, right):
            one, two = value(left, digits, seen), value(right, digits, seen)
            return one is not None and two is not None and COMPARE[op](one, two)
        case c.Property(name, term):
            return has_property(name, value(term, digits, seen))
        case c.Seen(variable, network, label):
            return seen[variable, network] == label
        case c.Not(inner):
            return not holds(inner, digits, seen)
        case c.And(formulas):
            return all(holds(one, digits, seen) for one in formulas)
        case c.Or(formulas):
            return any(holds(one, digits, seen) for one in formulas)
        case c.ExactlyOne(formulas):
            return sum(holds(one, digits, seen) for one in formulas) == 1
        case c.Implies(condition, consequence):
            return not holds(condition, digits, seen) or holds(consequence, digits, seen)
        case c.Iff(left_formula, right_formula):
            return holds(left_formula, digits, seen) == holds(right_formula, digits, seen)
        case c.AllDifferent(terms):
            values = [value(term, digits, seen) for term in terms]
            return None not in values and len(set(values)) == len(values)
        case c.Truth(truth):
            return truth
    assert_never(formula)


def value(term: c.Term, digits: Mapping[str, int], seen: Mapping[tuple[str, str], int]) -> Fraction | None:
    """The exact value of ``term``, None where it is undefined."""
    match term:
        case c.Constant(constant):
            return Fraction(constant)
        case c.Value(variable):
            return Fraction(digits[variable])
        case c.Count(formulas):
            return Fraction(sum(holds(one, digits, seen) for one in formulas))
        case c.Arithmetic(op, left, right):
            one, two = value(left, digits, seen), value(right, digits, seen)
            return None if one is None or two is None else arithmetic(op, one, two)
        case c.Absolute(inner):
            return _each(lambda values: abs(values[0]), [value(inner, digits, seen)])
        case c.Lookup(_, inner, table):
            return _each(lambda values: lookup(table, values[0]), [value(inner, digits, seen)])
        case c.Sum(terms):
            return _each(lambda values: sum(values, Fraction(0)), [value(one, digits, seen) for one in terms])
        case c.Product(terms):
            return _each(product, [value(one, digits, seen) for one in terms])
        case c.Extreme(which, terms):
            choose = min if which == "min" else max
            return _each(lambda values: choose(values, default=None), [value(one, digits, seen) for one in terms])
    assert_never(term)


def _each(function: Callable[[list[Fraction]], Fraction | None], values: list[Fraction | None]) -> Fraction | None:
    defined = [one for one in values if one is not None]
    return function(defined) if len(defined) == len(values) else None


def product(values: list[Fraction]) -> Fraction:
    """The product, 1 for none."""
    result = Fraction(1)
    for one in values:
        result *= one
    return result


def lookup(table: tuple[int, ...], place: Fraction) -> Fraction | None:
    """``table[place]``, None outside the table or between its entries."""
    return Fraction(table[int(place)]) if place.denominator == 1 and 0 <= place < len(table) else None


def arithmetic(op: c.ArithmeticOp, left: Fraction, right: Fraction) -> Fraction | None:
    """``left op right``, None where it is undefined."""
    match op:
        case "-":
            return left - right
        case "/":
            return left / right if right else None
        case "//":
            return Fraction(left // right) if right else None
        case "%":
            return left % right if right else None
        case "**":
            return power(left, right)
    assert_never(op)


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """``base ** exponent`` where it is a rational number, else None: 0 to a negative power, 2 ** (1 / 2).

    ``x ** (p / q)`` is the power p of the root that is not negative. Raises
    :class:`oedipus.compiler.budget.TooLargeNumber` beyond :data:`POWER_BITS`.
    """
    if base == 0:
        return None if exponent < 0 else Fraction(exponent == 0)
    root = base if exponent.denominator == 1 else exact_root(base, exponent.denominator)
    if root is None:
        return None
    times = exponent.numerator
    if abs(root) == 1:
        return root if times % 2 else Fraction(1)
    bits = abs(times) * (max(abs(root.numerator), root.denominator).bit_length() - 1)
    if bits > POWER_BITS:
        raise TooLargeNumber(bits, POWER_BITS)
    return Fraction(root**times)


def exact_root(number: Fraction, degree: int) -> Fraction | None:
    """The root of a positive number that is a fraction itself, None where there is none."""
    if number < 0:
        return None
    top, bottom = (_whole_root(part, degree) for part in (number.numerator, number.denominator))
    return None if top is None or bottom is None else Fraction(top, bottom)


def _whole_root(number: int, degree: int) -> int | None:
    """By bisection: the whole number whose power ``degree`` is ``number``."""
    if number < 2 or degree >= number.bit_length():
        return number if number < 2 else None
    low, high = 1, 1 << (number.bit_length() // degree + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**degree <= number else (low, middle)
    return low if low**degree == number else None


def has_property(name: str, number: Fraction | None) -> bool:
    """Whether a number is "odd", "even", "prime", "square" or "power of two"; fractions are none of these."""
    if number is None or number.denominator != 1:
        return False
    whole = int(number)
    match name:
        case "odd" | "even":
            return whole % 2 == (name == "odd")
        case "prime":
            return is_prime(whole)
        case "square":
            return whole >= 0 and isqrt(whole) ** 2 == whole
        case "power of two":
            return whole > 0 and whole & (whole - 1) == 0
    raise ValueError(f"no property of integers is called '{name}'")


def property_steps(name: str, number: int | Fraction) -> int:
    """Steps (see :mod:`oedipus.compiler.budget`) that finding out takes; only primes cost anything."""
    bits = int(number.numerator).bit_length()
    return bits * bits if name == "prime" and bits > 32 else 100


def is_prime(number: int) -> bool:
    """Miller-Rabin with the first thirteen primes: exact below 3.3e24 (Sorenson & Webster 2015)."""
    if number < 2 or any(number % prime == 0 for prime in WITNESSES):
        return number in WITNESSES
    shift = ((number - 1) & -(number - 1)).bit_length() - 1
    return all(_passes(number, witness, shift) for witness in WITNESSES)


def _passes(number: int, witness: int, shift: int) -> bool:
    power = pow(witness, (number - 1) >> shift, number)
    if power in (1, number - 1):
        return True
    for _ in range(shift - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def subformulas(node: c.Formula | c.Term) -> Iterator[c.Formula | c.Term]:
    """``node`` and everything inside it, from left to right."""
    stack: list[c.Formula | c.Term] = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def children(node: c.Formula | c.Term) -> tuple[c.Formula | c.Term, ...]:
    """The direct parts of a formula or term, from left to right."""
    match node:
        case c.Constant() | c.Value() | c.Seen() | c.Truth():
            return ()
        case c.Sum(terms) | c.Product(terms) | c.Extreme(_, terms) | c.AllDifferent(terms):
            return terms
        case c.Arithmetic(_, left, right) | c.Compare(_, left, right):
            return (left, right)
        case c.Absolute(term) | c.Lookup(_, term, _) | c.Property(_, term):
            return (term,)
        case c.Count(formulas) | c.And(formulas) | c.Or(formulas) | c.ExactlyOne(formulas):
            return formulas
        case c.Not(formula):
            return (formula,)
        case c.Implies(first, second) | c.Iff(first, second):
            return (first, second)
    assert_never(node)
