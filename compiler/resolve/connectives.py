"""Formulas joined, denied and counted, flat and plain."""

from collections.abc import Sequence

from oedipus.compiler.checked import And, Compare, ExactlyOne, Formula, Iff, Implies, Not, Or, Truth
from oedipus.compiler.resolve.arithmetic import always_defined


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


def junction(connective: str, parts: Sequence[Formula]) -> Formula:
    """``and or xor if iff`` of two statements or more, ``not`` of one."""
    match connective:
        case "and":
            return both(parts)
        case "or":
            return either(parts)
        case "xor":
            return ExactlyOne(tuple(parts))
        case "not":
            return negate(parts[0])
        case "if":
            return Implies(parts[0], parts[1])
    # It does not matter which are compared first, and halves nest less deeply than one after the other.
    half = len(parts) // 2
    return parts[0] if not half else Iff(junction(connective, parts[:half]), junction(connective, parts[half:]))
