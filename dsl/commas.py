"""A comma close between two numerals, which some read as a decimal point."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from oedipus.dsl.diagnostics import Diagnostic
from oedipus.dsl.spans import Span

if TYPE_CHECKING:
    from oedipus.dsl.reader import Word


def decimal_commas(words: Sequence["Word"]) -> Iterator[Diagnostic]:
    """What is wrong with ``7,5``: nobody can tell whether it is one number or two.

    Three and more numerals in a row are a list, and so is whatever stands among the arguments of a function or in
    brackets. ``1,150`` is one word, with a comma for thousands.
    """
    arguments: list[bool] = []
    for at, word in enumerate(words):
        before = words[at - 1] if at else None
        if word.text in ("(", "[") and word.kind == "symbol":
            called = before is not None and before.kind == "word" and before.end == word.start
            arguments.append(word.text == "[" or called)
        elif word.text in (")", "]") and word.kind == "symbol" and arguments:
            arguments.pop()
        elif word.kind in ("newline", "end"):
            arguments = arguments if word.kind == "newline" else []
        elif (
            _comma(words, at)
            and not (arguments and arguments[-1])
            and not (_comma(words, at - 2) or _comma(words, at + 2))
        ):
            left, right = words[at - 1], words[at + 1]
            help_ = f"write {left.written}.{right.written} for one number, {left.written}, {right.written} for two"
            yield Diagnostic("E107", Span(left.start, right.end), "this can be one number or two", help_)


def _comma(words: Sequence["Word"], at: int) -> bool:
    """Whether a comma stands at ``at`` with plain numerals close on both sides."""
    if not 0 < at < len(words) - 1 or words[at].text != ",":
        return False
    left, right = words[at - 1], words[at + 1]
    return (
        left.end == words[at].start
        and right.start == words[at].end
        and all(one.kind == "number" and one.written.isdecimal() for one in (left, right))
    )
