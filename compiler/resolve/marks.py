"""Hints about a code as in Mastermind: how many digits of a guess are right, and how many in their place."""

from collections.abc import Mapping
from typing import Any

from oedipus.compiler.checked import Compare, Count, Extreme, Formula, Sum, Term
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.resolve.arithmetic import constant
from oedipus.compiler.resolve.connectives import either
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.compiler.resolve.values import Path
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake


def _guess(resolver: Resolver, node: s.Call) -> tuple[str, tuple[Term, ...]]:
    """The guess and the digits that it is about: those of the only number, else all."""
    said = resolver.value(node.arguments[0])
    text = said.text if isinstance(said, Path) else str(resolver.whole(node.arguments[0]))
    names = resolver.declared.wholes[0].digits if len(resolver.declared.wholes) == 1 else resolver.declared.digits
    if not text.isdecimal():
        raise Mistake("E402", node.span, 'a guess is a numeral, such as found("682")')
    if len(text) != len(names):
        raise Mistake("E304", node.span, f"'{text}' has {len(text)} digits; the code has {len(names)}")
    return text, tuple(Shown(name) for name in names)


def _placed(resolver: Resolver, node: s.Call) -> Term:
    """How many digits of the guess stand where they do in the code."""
    text, digits = _guess(resolver, node)
    return Count(tuple(Compare("=", digit, constant(int(char))) for digit, char in zip(digits, text, strict=True)))


def _found(resolver: Resolver, node: s.Call) -> Term:
    """How many digits guess and code share, each counted once: Σ over values of the smaller count."""
    text, digits = _guess(resolver, node)
    single: list[Formula] = []
    repeated: list[Term] = []
    for char in sorted(set(text)):
        there: list[Formula] = [Compare("=", digit, constant(int(char))) for digit in digits]
        if text.count(char) == 1:
            single.append(either(there))
        else:
            repeated.append(Extreme("min", (constant(text.count(char)), Count(tuple(there)))))
    terms: list[Term] = [*([Count(tuple(single))] if single else []), *repeated]
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


MARKS: Mapping[str, tuple[int, int, Any]] = {"found": (1, 1, _found), "placed": (1, 1, _placed)}
