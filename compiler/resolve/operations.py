"""Operations of numbers, as terms: plain where all numbers are plain, refused where they cannot be."""

from collections.abc import Sequence
from fractions import Fraction

from oedipus.compiler.budget import TooLargeNumber
from oedipus.compiler.checked import Arithmetic, Constant, Product, Sum, Term
from oedipus.compiler.logic.evaluate import power
from oedipus.compiler.resolve.arithmetic import LARGEST, UNBOUNDED, constant
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span


def operation(node: s.Operation, terms: Sequence[Term]) -> Term:
    """The term of an operation of ``terms``. Raises :class:`Mistake` where it has no value, or too large a one."""
    op, operands, span = node.op, node.operands, node.span
    match op:
        case "+":
            return Sum(_flat(Sum, op, operands, terms))
        case "*":
            return Product(_flat(Product, op, operands, terms))
        case "neg":
            return Product((constant(-1), terms[0]))
    if op in ("/", "//", "%") and terms[1] == constant(0):
        raise Mistake("E404", operands[1].span, "nothing can be divided by 0")
    if op == "/" and isinstance(terms[0], Constant) and isinstance(terms[1], Constant):
        return Constant(terms[0].value / terms[1].value)
    if op == "**" and isinstance(terms[0], Constant) and isinstance(terms[1], Constant):
        return _constant_power(terms[0].value, terms[1].value, span)
    return Arithmetic(op, terms[0], terms[1])  # type: ignore[arg-type]


def remainder_of_power(terms: Sequence[Term], node: s.Operation) -> Term:
    """``7 ** 2023 % 10`` of base, exponent and divisor, however large the power of plain numbers is.
    Raises :class:`Mistake` as :func:`operation` does."""
    match [one.value for one in terms if isinstance(one, Constant) and one.value.denominator == 1]:
        case [base, exponent, modulus] if exponent >= 0 and modulus:
            return constant(pow(int(base), int(exponent), int(modulus)))
    raised = node.operands[0]
    assert isinstance(raised, s.Operation)
    return operation(node, [operation(raised, terms[:2]), terms[2]])


def _flat(
    kind: type[Sum] | type[Product], op: str, nodes: Sequence[s.Expression], terms: Sequence[Term]
) -> tuple[Term, ...]:
    """The terms of ``a + b + c`` as one sum; a number's digits stay together."""
    out: list[Term] = []
    for node, term in zip(nodes, terms, strict=True):
        inner = isinstance(term, kind) and isinstance(node, s.Operation) and node.op == op
        out += term.terms if inner else (term,)  # type: ignore[union-attr]
    return tuple(out)


def _constant_power(base: Fraction, exponent: Fraction, span: Span) -> Term:
    """A power of plain numbers. Raises :class:`Mistake` where it is too large, or none."""
    try:
        found = power(base, exponent)
    except TooLargeNumber:
        found = UNBOUNDED
    if found is None:
        told = "0 has no negative powers" if not base else "this power is no number that can be written as a fraction"
        raise Mistake("E404", span, told)
    if abs(found) > LARGEST or found.denominator > LARGEST:
        raise Mistake("E405", span, f"numbers go up to {LARGEST:,}".replace(",", " "))
    return constant(found)
