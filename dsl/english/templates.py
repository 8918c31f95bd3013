"""Meanings of phrases: core text over the parts of a pattern, applied to what the parts mean.

A meaning is an expression (``a + b``) or a function (``x: odd(x)``); a part that is a function is applied as one
(``p(a)``). Applying leaves plain core syntax: no function is left in the meaning of a sentence.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias

from oedipus.dsl import syntax as s
from oedipus.dsl.core import NotCore, read_meaning
from oedipus.dsl.reader import plain_words
from oedipus.dsl.spans import Span
from oedipus.dsl.vocabulary import Vocabulary

PRONOUNS = frozenset(["it", "its", "they", "others", "that", "so"])
"""Names in a template that the words before decide (see pronouns.py)."""


class Function:
    """A meaning that waits for ``arity`` others. Two are equal where they make the same of the same."""

    __slots__ = ("_key", "arity", "make")

    def __init__(self, arity: int, make: Callable[..., "Meaning"]) -> None:
        self.arity, self.make = arity, make
        self._key: Any = None

    def __call__(self, *arguments: "Meaning") -> "Meaning":
        """What it makes of the arguments; with fewer than it takes, a function of the others."""
        if len(arguments) > self.arity:
            raise TemplateError(f"a function of {self.arity} is applied to {len(arguments)}")
        if len(arguments) < self.arity:
            return Function(self.arity - len(arguments), lambda *more: self.make(*arguments, *more))
        return self.make(*arguments)

    @property
    def key(self) -> Any:
        """What it makes of unknowns."""
        if self._key is None:
            made = self.make(*(s.Name(f"?{place}") for place in range(self.arity)))
            self._key = ("function", self.arity, key_of(made))
        return self._key


Meaning: TypeAlias = "s.Expression | Function | None"
Made: TypeAlias = Callable[[tuple[Any, ...], dict[str, Any], Span, int], Any]


class TemplateError(Exception):
    """A phrase whose meaning does not fit its parts: a mistake in the phrasebook, not in a riddle."""


def key_of(meaning: Any) -> Any:
    """What tells two meanings apart."""
    return meaning.key if isinstance(meaning, Function) else meaning


_FRESH = itertools.count(1)


def made_each(
    body: Callable[[s.Expression], Any], group: Any, condition: Callable[[s.Expression], Any] | None, span: Span
) -> s.Each:
    """``body for x in group if condition``, the variable counted from the innermost."""
    unknown = s.Bound(-next(_FRESH))
    said, told = body(unknown), condition(unknown) if condition else None
    deep = 1 + max(s.level(said), s.level(told) if told is not None else 0)
    return s.Each(_put(said, unknown, deep), deep, group, _put(told, unknown, deep) if told is not None else None, span)


def _put(node: s.Expression, unknown: s.Bound, deep: int) -> s.Expression:
    if isinstance(node, s.Bound):
        return s.Bound(deep, node.span) if node.level == unknown.level else node
    return s.rebuilt(node, lambda one: _put(one, unknown, deep))


@cache
def parsed(text: str) -> s.Expression:
    """The syntax of a template. Raises :class:`TemplateError`."""
    words = plain_words(text)
    try:
        return read_meaning(words, Vocabulary())
    except NotCore as error:
        at = words[error.at].text if error.at < len(words) else "the end"
        raise TemplateError(f"not a meaning at '{at}': {text}") from None


def template(text: str, slots: Mapping[str, int]) -> Made:
    """A function of the parts' meanings: ``made(parts, {}, span, at)``; ``at`` is where the phrase begins."""
    return _compiled(parsed(text), slots, frozenset())


def _compiled(  # noqa: C901 - one case for each node
    node: s.Expression, slots: Mapping[str, int], bound: frozenset[str]
) -> Made:
    match node:
        case s.Name(name):
            return _name(name, slots, bound)
        case s.Call(function, arguments):
            made = tuple(_compiled(one, slots, bound) for one in arguments)
            if function in bound or function in slots or function in PRONOUNS:
                called = _name(function, slots, bound)
                return lambda parts, own, span, at: _applied(
                    called(parts, own, span, at), [one(parts, own, span, at) for one in made], span
                )
            return lambda parts, own, span, at: s.Call(
                function, _plain([one(parts, own, span, at) for one in made], function), span
            )
        case s.Lambda(parameters, body):
            inner = _compiled(body, slots, bound | set(parameters))

            def function_of(parts: Any, own: dict[str, Any], span: Span, at: int) -> Function:
                return Function(
                    len(parameters),
                    lambda *given: inner(parts, own | dict(zip(parameters, given, strict=True)), span, at),
                )

            return function_of
        case s.Each():
            return _each(node, slots, bound)
        case s.Listing(items):
            made = tuple(_compiled(one, slots, bound) for one in items)
            return lambda parts, own, span, at: s.Listing(_flat(one(parts, own, span, at) for one in made), span)
        case s.Bound(level):
            return lambda parts, own, span, at: own[f"#{level}"]
        case s.Number() | s.Text() | s.Letters():
            return lambda parts, own, span, at: _copied(node, span)
    made = tuple(_compiled(one, slots, bound) for one in s.children(node))

    def rebuilt(parts: Any, own: dict[str, Any], span: Span, at: int) -> s.Expression:
        given = [one(parts, own, span, at) for one in made]
        match node:
            case s.Operation(op):
                return s.operation(op, tuple(given), span)
            case s.Chain(_, ops):
                return s.Chain(tuple(given), ops, span)
            case s.Junction(connective):
                return s.Junction(connective, _joined(connective, given), span)
            case s.Measured():
                return s.Measured(given[0], given[1], given[2], span)
        raise TemplateError(f"no template makes {node}")

    return rebuilt


def _copied(node: s.Number | s.Text | s.Letters, span: Span) -> s.Expression:
    """The same at another place."""
    return replace(node, span=span)


def _joined(connective: str, parts: list[Any]) -> tuple[s.Expression, ...]:
    """The parts of a junction, those of ``and`` and ``or`` flat."""
    if connective not in ("and", "or"):
        return tuple(parts)
    return tuple(
        one for part in parts
        for one in (part.parts if isinstance(part, s.Junction) and part.connective == connective else (part,))
    )  # fmt: skip


def _plain(parts: list[Any], function: str) -> tuple[s.Expression, ...]:
    if any(isinstance(one, Function) for one in parts):
        raise TemplateError(f"{function} is given a function")
    return tuple(parts)


def _flat(parts: Any) -> tuple[Any, ...]:
    """The items of a list, those of a list among them in its place."""
    return tuple(one for part in parts for one in (part.items if isinstance(part, s.Listing) else (part,)))


def _applied(function: Any, arguments: list[Any], span: Span) -> Any:
    if isinstance(function, Function):
        return function(*arguments)
    if isinstance(function, s.Name):
        return s.Call(function.name, _flat(arguments), span)
    if isinstance(function, s.Pronoun):
        return s.Call(f"<{function.who}{function.at}>", tuple(arguments), span)
    raise TemplateError(f"{function} is applied as if it were a function")


def _name(name: str, slots: Mapping[str, int], bound: frozenset[str]) -> Made:
    if name in bound:
        return lambda parts, own, span, at: own[name]
    if name in slots:
        place = slots[name]
        return lambda parts, own, span, at: parts[place]
    if name in PRONOUNS:
        return lambda parts, own, span, at: s.Pronoun(name, at, span)
    return lambda parts, own, span, at: s.Name(name, span)


def _each(node: s.Each, slots: Mapping[str, int], bound: frozenset[str]) -> Made:
    body = _compiled(node.body, slots, bound)
    group = _compiled(node.group, slots, bound)
    condition = _compiled(node.condition, slots, bound) if node.condition is not None else None
    key = f"#{node.level}"

    def made(parts: Any, own: dict[str, Any], span: Span, at: int) -> s.Each:
        told = (lambda one: condition(parts, own | {key: one}, span, at)) if condition else None
        return made_each(lambda one: body(parts, own | {key: one}, span, at), group(parts, own, span, at), told, span)

    return made
