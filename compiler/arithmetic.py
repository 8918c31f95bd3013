"""Making checked terms, and what is known of their values before any digit is."""

import math
from fractions import Fraction
from math import prod
from typing import TypeGuard

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
    Value,
)

LARGEST = 10**15
"""Numbers beyond are refused."""
_TERMS = (Constant, Value, Sum, Product, Arithmetic, Absolute, Extreme, Lookup, Count)


def is_term(node: Term | Formula) -> TypeGuard[Term]:
    """Whether a checked node is a term, not a formula."""
    return isinstance(node, _TERMS)


def constant(value: int | Fraction) -> Constant:
    """A constant term."""
    return Constant(Fraction(value))


def plus(*terms: Term) -> Term:
    """The sum of terms."""
    return terms[0] if len(terms) == 1 else Sum(terms)


def minus(left: Term, right: Term) -> Term:
    """left − right."""
    return Arithmetic("-", left, right)


def square_root(term: Term) -> Term:
    """The whole number whose square ``term`` is; undefined where it is no square."""
    largest = max(Fraction(0), bounds(term)[1])
    roots = range(min(1000, math.isqrt(int(largest))) + 1)
    squares = [Compare("=", term, constant(root * root)) for root in roots]
    root = Sum(tuple(Product((constant(root), Count((one,)))) for root, one in zip(roots, squares, strict=True)))
    return Arithmetic("/", root, Count(tuple(squares)))


def always_defined(term: Term) -> bool:
    """Whether a term has a value whatever the digits are; False where that is hard to tell."""
    match term:
        case Constant() | Value() | Lookup() | Count():
            return True
        case Sum(terms) | Product(terms):
            return all(always_defined(one) for one in terms)
        case Extreme(_, terms):
            return bool(terms) and all(always_defined(one) for one in terms)
        case Absolute(inner):
            return always_defined(inner)
        case Arithmetic(op, left, right):
            known = op == "-" or (isinstance(right, Constant) and right.value > 0 and right.value.denominator == 1)
            return known and always_defined(left) and always_defined(right)


def bounds(term: Term) -> tuple[Fraction, Fraction]:
    """Numbers that a term cannot fall below or exceed; wide where it is hard to tell."""
    wide = (Fraction(-LARGEST), Fraction(LARGEST))
    match term:
        case Constant(value):
            return value, value
        case Value() | Lookup():
            return Fraction(0), Fraction(9)
        case Count(formulas):
            return Fraction(0), Fraction(len(formulas))
        case Sum(terms):
            found = [bounds(one) for one in terms]
            return Fraction(sum(low for low, _ in found)), Fraction(sum(high for _, high in found))
        case Product(terms):
            found = [bounds(one) for one in terms]
            if all(low >= 0 for low, _ in found):
                return prod((low for low, _ in found), start=Fraction(1)), prod(
                    (high for _, high in found), start=Fraction(1)
                )
        case Extreme(_, terms):
            found = [bounds(one) for one in terms]
            return min(low for low, _ in found), max(high for _, high in found)
        case Arithmetic():
            return _bounds_of_operation(term) or wide
        case Absolute(inner):
            low, high = bounds(inner)
            return Fraction(0), max(abs(low), abs(high))
    return wide


def _bounds_of_operation(term: Arithmetic) -> tuple[Fraction, Fraction] | None:
    """The same of an operation on two terms."""
    low, high = bounds(term.left)
    match term.op, term.right:
        case "-", right:
            bottom, top = bounds(right)
            return low - top, high - bottom
        case "**", Constant(power) if power.denominator == 1 and 0 <= power <= 15 and low >= 0 and high <= LARGEST:
            return low ** int(power), high ** int(power)
        case (("/" | "//"), Constant(divisor)) if divisor > 0:
            return Fraction(low // divisor), high / divisor
        case "%", Constant(divisor) if divisor > 0:
            return Fraction(0), divisor
    return None
