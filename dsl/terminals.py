"""Terminals of the grammar: a type, a meaning, a place."""

from typing import Any

from lark import Token

from oedipus.dsl.spans import Span


def token(terminal: str, value: Any, start: int, end: int) -> Token:
    """A terminal with its meaning ``value`` and its place in the text."""
    made = Token(terminal, "", start_pos=start, end_pos=end)
    made.value = value
    return made


def span_of(one: Token) -> Span:
    """The place of a terminal."""
    return Span(one.start_pos or 0, one.end_pos or 0)
