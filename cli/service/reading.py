"""A text with the networks it asks for → a checked riddle with everything that is to be told about it."""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from oedipus.compiler.checked import Riddle
from oedipus.compiler.frontend import read_text
from oedipus.dsl.diagnostics import Diagnostic, Lines, RiddleError
from oedipus.dsl.reader import LARGEST, decode
from oedipus.dsl.spans import NOWHERE, Span
from oedipus.networks.cards import Card, CardError, read_cards

if TYPE_CHECKING:
    from oedipus.compiler.logic.axes import Readers
    from oedipus.compiler.program import Program
    from oedipus.compiler.verdict.outcome import Verdict

LARGEST_BYTES = 16 * LARGEST
"""What is read of a riddle: more than any has, so that one which is too large is told how large it is."""


class Unsatisfiable(RiddleError):  # noqa: N818 - an outcome, as told by the verdict
    """No digits fulfil every clause.

    ``conflict``: the text of each clause of a smallest set that cannot be fulfilled together, by name.
    """

    def __init__(self, reading: "Reading", core: Iterable[str]) -> None:
        clauses = {one.name: one for one in reading.riddle.clauses}
        found = [clauses[name] for name in core if name in clauses]
        self.conflict: Mapping[str, str] = {one.name: one.text for one in found}
        lines = Lines(reading.text)
        self._places = {one.name: lines.place(one.span.start)[0] for one in found}
        told = "no digits fulfil every clause"
        help_ = "without any one of them the rest could be fulfilled"
        diagnostics = [
            Diagnostic("E506", one.span, _against(one.name, self.conflict), help_, clause=one.name) for one in found
        ]
        super().__init__(diagnostics or [Diagnostic("E506", NOWHERE, told)], reading.text, reading.name)

    def __str__(self) -> str:
        """The sentences in conflict, a line each."""
        told = "no digits fulfil every clause; anyway=True looks for pictures that fulfil most"
        if not self.conflict:
            return told
        clauses = [
            f"  {text} (line {self._places[name]})"
            if name == f"line {self._places[name]}"
            else f"  {name}: {text} (line {self._places[name]})"
            for name, text in self.conflict.items()
        ]
        return "\n".join([told, "in conflict (without any one of them the rest could be fulfilled):", *clauses])


def _against(name: str, conflict: Mapping[str, str]) -> str:
    others = [one for one in conflict if one != name]
    return f"no digits fulfil this together with {', '.join(others)}" if others else "no digits fulfil this"


@dataclass(frozen=True, repr=False)
class Reading:
    """A text as it was understood: as much of the riddle as could be read, with all diagnostics.

    ``name`` is how messages call the text, ``folder`` where its paths begin. ``trouble`` is what is wrong with a
    library that the text names, in a line; it is among the diagnostics too.
    """

    text: str
    riddle: Riddle
    diagnostics: tuple[Diagnostic, ...]
    cards: Mapping[str, Card]
    name: str = "riddle"
    folder: Path | None = None
    trouble: str = ""

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.riddle.variables)
        mistakes = sum(one.severity == "error" for one in self.diagnostics)
        wrong = f", {mistakes} mistake{'s' * (mistakes > 1)}" if mistakes else ""
        clauses = len(self.riddle.clauses)
        return f"Reading({names or 'nothing declared'}; {clauses} clause{'s' * (clauses != 1)}{wrong})"

    def _repr_html_(self) -> str:
        from oedipus.compiler.show.explain import explain

        return f"<pre>{html.escape(explain(self.riddle, self.cards))}</pre>" if self.sound else ""

    @property
    def sound(self) -> bool:
        """Whether nothing in the text is wrong (warnings aside)."""
        return not any(one.severity == "error" for one in self.diagnostics)

    def required(self) -> "Reading":
        """Itself. Raises :class:`oedipus.RiddleError` with everything that is wrong, where something is."""
        if not self.sound:
            raise RiddleError(self.diagnostics, self.text, self.name)
        return self

    @cached_property
    def readers(self) -> "Readers":
        """Which cards read what is declared: they tell a value as a number or by its name."""
        from oedipus.compiler.logic.axes import Readers

        return Readers.of(self.riddle, self.cards)

    @cached_property
    def program(self) -> "Program":
        """The compiled program. Raises :class:`oedipus.RiddleError`, also for clauses beyond the state budget."""
        return self.compiled()

    def compiled(self, *, left_open: bool = False) -> "Program":
        """The same; its data may be ``left_open`` where that is said."""
        from oedipus.compiler.pipeline import compile_riddle

        self.required()
        try:
            return compile_riddle(self.riddle, self.cards, left_open=left_open)
        except RiddleError as error:
            raise RiddleError(error.diagnostics, self.text, self.name) from error

    def verdict(self, *, limit: int = 100, seconds: float = 30.0) -> "Verdict":
        """Which digits fulfil every clause, found within ``seconds``, at most ``limit`` of them listed."""
        from oedipus.compiler.verdict.decide import verdict

        return verdict(self.required().riddle, self.cards, limit=limit, seconds=seconds)

    def satisfiable(self, *, seconds: float = 10.0) -> None:
        """Raise :class:`Unsatisfiable` where it is certain within ``seconds`` that no digits fulfil every clause."""
        found = self.verdict(limit=1, seconds=seconds)
        if found.kind == "unsatisfiable":
            raise Unsatisfiable(self, found.core)

    def deeper(self, *, seconds: float = 5.0) -> tuple[Diagnostic, ...]:
        """What only compiling and deciding finds: clauses beyond the budget, and those in conflict. Takes seconds."""
        if not self.sound:
            return ()
        try:
            _ = self.program
            self.satisfiable(seconds=seconds)
        except RiddleError as error:
            return error.diagnostics
        return ()


def read(
    text: str,
    folder: Path | None = None,
    *,
    name: str = "riddle",
    use: Iterable[Path] = (),
    weights: bool = False,
) -> Reading:
    """Read a text; the libraries it uses are looked for in ``folder``, and those of ``use`` come before them.

    With ``weights`` those of the libraries are looked through as well. What is wrong with the text, or with a library
    that it names, is in the diagnostics; raises ``CardError`` for a directory of ``use``.
    """
    given = tuple(use)
    cards = read_libraries(given, weights=weights)
    riddle, found = read_text(text, cards, folder)
    trouble = ""
    if riddle.settings.libraries:
        named = [(folder or Path.cwd()) / one for one in riddle.settings.libraries]
        try:
            cards = read_libraries((*given, *named), weights=weights)
        except CardError as error:
            trouble = str(error)
            found = (*found, _bad_library(text, riddle, trouble))
        else:
            riddle, found = read_text(text, cards, folder)
    return Reading(text, riddle, tuple(found), cards, name, folder, trouble)


def read_bytes(
    content: bytes, folder: Path | None, *, name: str, use: Iterable[Path] = (), weights: bool = True
) -> Reading:
    """What :func:`read` does, of a file's content; one that is not UTF-8 has that as its diagnostic."""
    try:
        text = decode(content)
    except RiddleError as error:
        shown = content.decode("utf-8", errors="replace")
        return Reading(shown, Riddle((), ()), error.diagnostics, read_cards(), name, folder)
    return read(text, folder, name=name, use=use, weights=weights)


def read_libraries(directories: Iterable[Path], *, weights: bool = True) -> Mapping[str, Card]:
    """The shipped cards and those of these directories, with ``weights`` looked through. Raises ``CardError``."""
    cards = read_cards(directories)
    if weights:
        from oedipus.networks.inspection import inspect

        inspect(cards.values())
    return cards


def _bad_library(text: str, riddle: Riddle, trouble: str) -> Diagnostic:
    quoted = (f'"{one}"' for one in riddle.settings.libraries)
    span = next((Span(text.find(one), text.find(one) + len(one)) for one in quoted if one in text), NOWHERE)
    return Diagnostic("E503", span, trouble, "name a directory with network cards")
