"""Hints about a code as in Mastermind: how many digits of a guess are right, and how many in their place."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from oedipus.compiler.checked import Compare, Constant, Count, Extreme, Formula, Sum, Term
from oedipus.compiler.resolve.arithmetic import constant
from oedipus.compiler.resolve.connectives import either
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.compiler.resolve.spelled import row, words
from oedipus.compiler.resolve.values import Choice, Path
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake


def _guess(resolver: Resolver, node: s.Call) -> tuple[tuple[Constant, ...], tuple[Term, ...]]:
    """The guess, and the digits that it is about: those of the only number, else all."""
    said = resolver.value(node.arguments[0])
    match said:
        case Path(text) | Choice(text, _):
            pass
        case _:
            text = str(resolver.whole(node.arguments[0]))
    wholes = resolver.declared.wholes
    digits: tuple[Term, ...]
    digits = tuple(map(resolver.names.shows, wholes[0].digits if len(wholes) == 1 else resolver.declared.digits))
    named = [word for word in words(text) if resolver.names.choice(word)]
    if named and any(map(resolver.names.kind, map(resolver.names.shows, resolver.declared.shown))):
        digits = row(resolver, named, node.span)
    guess = _values(resolver, node, text, digits)
    if len(guess) != len(digits):
        raise Mistake("E304", node.span, f"'{text}' has {len(guess)} digits; the code has {len(digits)}")
    return guess, digits


def _values(resolver: Resolver, node: s.Call, text: str, digits: tuple[Term, ...]) -> tuple[Constant, ...]:
    """The values of a guess: of a numeral the digits; of names their letters, or the words with commas between."""
    if not resolver.names.among(digits):
        if not text.isdecimal():
            raise Mistake("E402", node.span, 'a guess is a numeral, such as found("682")')
        return tuple(constant(int(char)) for char in text)
    values = [resolver.names.choice(word) or Path(word) for word in words(text)]
    terms = resolver.names.alike([*digits, *values], [node.span] * (len(digits) + len(values)))
    return cast(tuple[Constant, ...], terms[len(digits) :])


def _placed(resolver: Resolver, node: s.Call) -> Term:
    """How many digits of the guess stand where they do in the code."""
    guess, digits = _guess(resolver, node)
    return Count(tuple(Compare("=", digit, value) for digit, value in zip(digits, guess, strict=True)))


def _found(resolver: Resolver, node: s.Call) -> Term:
    """How many digits guess and code share, each counted once: Σ over values of the smaller count."""
    guess, digits = _guess(resolver, node)
    single: list[Formula] = []
    repeated: list[Term] = []
    for value, times in sorted(Counter(guess).items(), key=lambda one: one[0].value):
        there: list[Formula] = [Compare("=", digit, value) for digit in digits]
        if times == 1:
            single.append(either(there))
        else:
            repeated.append(Extreme("min", (constant(times), Count(tuple(there)))))
    terms: list[Term] = [*([Count(tuple(single))] if single else []), *repeated]
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


MARKS: Mapping[str, tuple[int, int, Any]] = {"found": (1, 1, _found), "placed": (1, 1, _placed)}
