"""Formulas joined, denied and counted, flat and plain."""

from collections.abc import Sequence
from typing import cast

from oedipus.compiler.arithmetic import always_defined, constant
from oedipus.compiler.checked import And, Compare, CompareOp, Count, Formula, Not, Or, Truth
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake


def both(formulas: Sequence[Formula]) -> Formula:
    """The conjunction, flat, of one or more formulas."""
    flat = [part for one in formulas for part in (one.formulas if isinstance(one, And) else (one,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def either(formulas: Sequence[Formula]) -> Formula:
    """The disjunction, flat, of one or more formulas."""
    flat = [part for one in formulas for part in (one.formulas if isinstance(one, Or) else (one,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def negate(formula: Formula) -> Formula:
    """The negation, with ``not =`` and ``not not`` made plain; a relation that is undefined is denied as a whole."""
    match formula:
        case Compare("=", left, right) if always_defined(left) and always_defined(right):
            return Compare("!=", left, right)
        case Compare("!=", left, right) if always_defined(left) and always_defined(right):
            return Compare("=", left, right)
        case Not(inner):
            return inner
        case Truth(holds):
            return Truth(not holds)
    return Not(formula)


def quantify(quantifier: s.Quantifier, formulas: Sequence[Formula]) -> Formula:
    """How many of the formulas hold."""
    if not formulas:
        raise Mistake("E306", quantifier.span, "there is nothing to count")
    match quantifier.op:
        case "all":
            return both(formulas)
        case "some":
            return either(formulas)
        case "none":
            return both([negate(one) for one in formulas])
    return Compare(cast(CompareOp, quantifier.op), Count(tuple(formulas)), constant(quantifier.count))
