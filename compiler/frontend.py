"""Text to checked riddle: the front half of the compiler on one page.

read → tokens → syntax (:mod:`oedipus.dsl.parser`) → checked IR
(:mod:`oedipus.compiler.resolve`). All mistakes of a file come out together.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from oedipus.compiler.checked import Riddle
from oedipus.compiler.resolve.functions import FUNCTIONS
from oedipus.compiler.resolve.riddle import Understood, resolve
from oedipus.compiler.vocabulary import words_of
from oedipus.dsl.canonical import canonical
from oedipus.dsl.diagnostics import Diagnostic, RiddleError
from oedipus.dsl.parser import MOST_MISTAKES, parser_of
from oedipus.dsl.spans import Span
from oedipus.networks.cards import Card


def understand(text: str, cards: Mapping[str, Card], folder: Path | None = None) -> Understood:
    """The riddle as far as it could be understood, each clause's syntax, and every diagnostic in order of place.

    ``folder`` is where the paths of measured pictures begin; without it no picture is read.
    """
    words = words_of(cards)
    parser = parser_of(text, words.vocabulary, frozenset(words.readers), FUNCTIONS)
    found = resolve(parser, words, text, folder)
    known = {one.code for one in found.diagnostics if one.severity == "error"}
    told = [one for one in found.diagnostics if one.code not in ("E005", "E501") or known <= {one.code}]
    told = list(dict.fromkeys(told))
    told.sort(key=lambda one: (one.span.start, one.span.end, one.code))
    told = list(_told_once(told, text))
    if len(told) > MOST_MISTAKES:
        told = ([one for one in told if one.severity == "error"] or told)[:MOST_MISTAKES]
    return Understood(found.riddle, found.clauses, told)


def read_text(
    text: str, cards: Mapping[str, Card], folder: Path | None = None
) -> tuple[Riddle, tuple[Diagnostic, ...]]:
    """The checked riddle, as far as it could be understood, and every diagnostic in order of place."""
    found = understand(text, cards, folder)
    return found.riddle, tuple(found.diagnostics)


def _told_once(found: Iterable[Diagnostic], text: str) -> Iterator[Diagnostic]:
    """An undeclared name is told where it stands first, not wherever it is used; so is the fault of a definition."""
    named: set[str] = set()
    places: set[tuple[str, Span, str]] = set()
    for one in found:
        if (one.code, one.span, one.label) in places:
            continue
        places.add((one.code, one.span, one.label))
        name = text[one.span.start : one.span.end].lower()
        if one.code == "E101" and name in named:
            continue
        named |= {name} if one.code == "E101" else set()
        yield one


def check_text(text: str, cards: Mapping[str, Card], *, folder: Path | None = None) -> Riddle:
    """The checked riddle of a text.

    Raises :class:`oedipus.dsl.diagnostics.RiddleError` with all diagnostics of
    the file where at least one is an error; :func:`warnings_of` gives the rest.
    """
    riddle, found = read_text(text, cards, folder)
    if any(one.severity == "error" for one in found):
        raise RiddleError(found, text)
    return riddle


def warnings_of(text: str, cards: Mapping[str, Card]) -> tuple[Diagnostic, ...]:
    """The warnings about a text, in order of place."""
    return tuple(one for one in read_text(text, cards)[1] if one.severity == "warning")


def format_text(text: str, cards: Mapping[str, Card]) -> str:
    """The text in canonical form, wording and comments kept; formatting it again changes nothing.

    Raises :class:`oedipus.dsl.diagnostics.RiddleError` where the text is no riddle.
    """
    check_text(text, cards)
    return canonical(text)
