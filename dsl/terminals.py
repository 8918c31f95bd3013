"""Terminals of the grammar: a type, a meaning, a place."""

from typing import Any


class Token:
    """One terminal: ``type`` names it in core.lark, ``value`` is what it means here."""

    __slots__ = ("end_pos", "start_pos", "type", "value")

    def __init__(self, terminal: str, value: Any, start: int, end: int) -> None:
        self.type = terminal
        self.value = value
        self.start_pos = start
        self.end_pos = end

    def __repr__(self) -> str:
        return f"{self.type}({self.value!r})"
