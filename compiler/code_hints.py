"""Hints about a code as in Mastermind: how much of a guess is right."""

from collections.abc import Sequence

from oedipus.compiler.arithmetic import constant
from oedipus.compiler.checked import Compare, CompareOp, Count, Extreme, Formula, Sum, Term
from oedipus.compiler.connectives import both, either
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake


def hint(node: s.Hint, digits: Sequence[Term]) -> Formula:
    """What a guess and its marks say of the ``digits``. Raises :class:`Mistake` for a guess of another length."""
    if len(node.guess) != len(digits):
        raise Mistake("E304", node.span, f"'{node.guess}' has {len(node.guess)} digits; the code has {len(digits)}")
    parts = [(len(digits) if count < 0 else count, placed) for count, placed in node.parts]
    untold = [count for count, placed in parts if placed is None]
    right = [count for count, placed in parts if placed is True]
    wrong = [count for count, placed in parts if placed is False]
    total = untold[0] if untold else sum(right) + sum(wrong)
    told: CompareOp = ">=" if node.at_least else "="
    if node.placed_only or (total == 0 and not untold and right and not wrong):
        return Compare(told, _in_place(node.guess, digits), constant(total))
    made: list[Formula] = [Compare(told, _common(node.guess, digits), constant(total))]
    if total and (right or wrong):
        placed_count = sum(right) if right else total - sum(wrong)
        made.append(Compare(told, _in_place(node.guess, digits), constant(placed_count)))
    return both(made)


def _in_place(guess: str, digits: Sequence[Term]) -> Term:
    return Count(tuple(Compare("=", digit, constant(int(char))) for digit, char in zip(digits, guess, strict=True)))


def _common(guess: str, digits: Sequence[Term]) -> Term:
    """How many digits guess and code share, each counted once: Σ over values of the smaller count."""
    single: list[Formula] = []
    repeated: list[Term] = []
    for char in sorted(set(guess)):
        there: list[Formula] = [Compare("=", digit, constant(int(char))) for digit in digits]
        if guess.count(char) == 1:
            single.append(either(there))
        else:
            repeated.append(Extreme("min", (constant(guess.count(char)), Count(tuple(there)))))
    terms: list[Term] = [*([Count(tuple(single))] if single else []), *repeated]
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))
