"""Named values in a row: what a text spells, and where a guess has one of them.

A text spells values of one letter by its letters, and others as words with commas between them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from oedipus.compiler.checked import Compare, Constant, Formula, Term
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.resolve.connectives import both, either, negate
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.compiler.resolve.values import Choice, Path, Value, group_of
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span


def words(text: str) -> list[str]:
    """The names that a text spells."""
    return [word.strip() for word in text.split(",")] if "," in text else list(text.strip())


def text_of(resolver: Resolver, node: s.Expression) -> str:
    """A quoted text, be it the name of a value or not. Raises :class:`Mistake` where it is none."""
    match resolver.value(node):
        case Path(text) | Choice(text, _):
            return text
    raise Mistake("E402", node.span, 'a text in quotes is needed here, such as "CAT"')


def row(resolver: Resolver, named: Sequence[str], span: Span) -> tuple[Shown, ...]:
    """The pictures of the kind that has values of these names, in their order. Raises :class:`Mistake`."""
    shown = [resolver.names.shows(name) for name in resolver.declared.shown]
    kinds = list(dict.fromkeys(kind for one in shown if (kind := resolver.names.kind(one))))
    fits = [kind for kind in kinds if all(_has(resolver, name, kind) for name in named)] or kinds
    if len(fits) != 1:
        raise Mistake("E306", span, "it is not clear which pictures this is about", "declare pictures of one such kind")
    return tuple(one for one in shown if resolver.names.kind(one) == fits[0])


def _has(resolver: Resolver, name: str, kind: str) -> bool:
    choice = resolver.names.choice(name)
    return choice is not None and kind in choice.worth


def _spelling(resolver: Resolver, node: s.Call) -> Value:
    """``spelling("CAT")``: the values that a text spells, as a group."""
    text = text_of(resolver, node.arguments[0])
    return group_of([resolver.names.choice(word) or Path(word) for word in words(text)])


def _guessed(resolver: Resolver, node: s.Call) -> tuple[tuple[Shown, ...], list[Term], Constant]:
    """The row, the guess, and the value of it that is spoken of. Raises :class:`Mistake`."""
    text = text_of(resolver, node.arguments[0])
    named = words(text)
    shown = row(resolver, named, node.span)
    said: list[Value] = [resolver.names.choice(word) or Path(word) for word in named]
    values = [*shown, *said, resolver.value(node.arguments[1])]
    *terms, one = resolver.names.alike(values, [node.span] * (len(values) - 1) + [node.arguments[1].span])
    guess = list(terms[len(shown) :])
    if len(guess) != len(shown):
        unit = "letters" if all(len(one) == 1 and one.isalpha() for one in named) else "values"
        raise Mistake("E304", node.span, f"'{text}' has {len(guess)} {unit}; the row has {len(shown)}")
    if not isinstance(one, Constant):
        raise Mistake("E402", node.arguments[1].span, "which value of the guess is meant has to be told by its name")
    if one not in guess:
        raise Mistake("E305", node.arguments[1].span, f"'{text}' has no {one.name}")
    return shown, guess, one


def _in_place(resolver: Resolver, node: s.Call) -> Formula:
    """``in_place("CRANE", "R")``: the row shows the value wherever the guess has it."""
    shown, guess, value = _guessed(resolver, node)
    return both([Compare("=", one, value) for one, said in zip(shown, guess, strict=True) if said == value])


def _out_of_place(resolver: Resolver, node: s.Call) -> Formula:
    """``out_of_place("CRANE", "R")``: the row shows the value, and nowhere where the guess has it."""
    shown, guess, value = _guessed(resolver, node)
    there: list[Formula] = []
    elsewhere: list[Formula] = []
    for one, said in zip(shown, guess, strict=True):
        (there if said == value else elsewhere).append(Compare("=", one, value))
    return both([*map(negate, there), either(elsewhere)])


SPELLED: Mapping[str, tuple[int, int, Any]] = {
    "spelling": (1, 1, _spelling),
    "in_place": (2, 2, _in_place),
    "out_of_place": (2, 2, _out_of_place),
}
