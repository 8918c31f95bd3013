"""What must hold for every text whatsoever, and how one input is tried."""

import re
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Literal

from oedipus.compiler.frontend import format_text, read_text
from oedipus.compiler.pipeline import compile_riddle
from oedipus.compiler.show.explain import explain
from oedipus.dsl.canonical import canonical
from oedipus.dsl.diagnostics import Diagnostic, RiddleError, as_json, render
from oedipus.dsl.spans import Span
from oedipus.networks.cards import Card

LIMIT = 5.0
"""Processor seconds that no input may take."""

Outcome = Literal["compiled", "refused"]


class Hang(BaseException):
    """The limit is over; no ``except Exception`` on the way may swallow it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How one input ended, after how many processor seconds."""

    outcome: Outcome
    seconds: float


def attempt(text: str, cards: Mapping[str, Card]) -> Trial:
    """Read a text and, where it is a riddle, explain, format and compile it.

    A text with mistakes is tried again without the clauses that hold them, so that
    the compiler sees more than the few texts without any. Raises whatever the
    compiler raises beyond :class:`RiddleError`, ``AssertionError`` for a promise
    that is broken, :class:`Hang` after :data:`LIMIT`.
    """
    start = time.process_time()
    with limited(LIMIT):
        outcome = _outcome(text, cards)
    return Trial(outcome, time.process_time() - start)


def _outcome(text: str, cards: Mapping[str, Card], *, mend: bool = True) -> Outcome:
    riddle, found = read_text(text, cards)
    _in_place(found, text)
    for clause in riddle.clauses:
        assert 0 <= clause.span.start <= clause.span.end <= len(text), f"clause {clause.name} at {clause.span}"
    errors = [one.span for one in found if one.severity == "error"]
    if errors:
        return _outcome(without(text, errors), cards, mend=False) if mend else "refused"
    assert explain(riddle, cards).strip(), "nothing is explained"
    written = canonical(text)
    assert format_text(written, cards) == written, f"formatting again changes the text: {written!r}"
    try:
        compile_riddle(riddle, cards)
    except RiddleError as error:
        found = error.diagnostics
    else:
        return "compiled"
    assert found, "refused without a reason"
    _in_place(found, text)
    return "refused"


def without(text: str, places: list[Span]) -> str:
    """The text without the lines that hold any of the places."""
    kept, start = [], 0
    for line in re.split(r"(?<=\n)", text):
        end = start + len(line)
        if not any(one.start < end and start <= one.end for one in places):
            kept.append(line)
        start = end
    return "".join(kept)


def _in_place(diagnostics: tuple[Diagnostic, ...], text: str) -> None:
    for one in diagnostics:
        assert 0 <= one.span.start <= one.span.end <= len(text), f"{one.code} at {one.span} of {len(text)} characters"
        assert one.title, one.code
        event = as_json(one, text)
        assert (1, 1) <= (event["line"], event["column"]) <= (event["end_line"], event["end_column"]), event
    if diagnostics:
        assert render(diagnostics, text).strip(), "nothing is rendered"


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise :class:`Hang` in the block after so many processor seconds (main thread only)."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"still busy after {seconds:g} processor seconds")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
