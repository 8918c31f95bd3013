"""A riddle as the page reads it: from the network, so that it opens nothing but what was uploaded.

Refused are ``use``, ``given`` and ``from``, and every path that is no picture of the visitor's own or of the library's
riddles. The first reading opens no file at all. Only a text without a refusal, all of whose quoted words are names
that cannot lead out of the folder, is read once more with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from oedipus.compiler.checked import Measurement, Riddle
from oedipus.compiler.frontend import understand
from oedipus.compiler.operators import mask_file
from oedipus.compiler.resolve.spelled import words as spelled_by
from oedipus.compiler.vocabulary import words_of
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Diagnostic
from oedipus.dsl.reader import Word
from oedipus.dsl.reader import read as words_of_text
from oedipus.dsl.spans import Span
from oedipus.dsl.vocabulary import ident
from oedipus.networks.cards import Card, read_cards
from oedipus.service.reading import Reading

CODE = "E507"
NAME = "riddle.riddle"
UPLOAD = "upload a picture, and write its name"
_SETTINGS = {
    "use": ("'use' takes networks from this machine", "`oedipus solve` reads libraries of your own"),
    "given": ("'given' takes an earlier result from this machine", "`oedipus solve` begins at an earlier result"),
}
Node: TypeAlias = s.Expression | s.Body


@dataclass(frozen=True, slots=True)
class Files:
    """The folder in which a visitor's paths begin, the names in it that a riddle may say, and the library of what the
    visitor has ``taught``."""

    folder: Path
    names: frozenset[str] = frozenset()
    taught: Path | None = None

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "Files":
        """As a message to another process says it."""
        taught = message.get("taught")
        return cls(Path(message["folder"]), frozenset(message["names"]), Path(taught) if taught else None)

    @property
    def message(self) -> dict[str, Any]:
        """What :meth:`of` reads."""
        taught = None if self.taught is None else str(self.taught)
        return {"folder": str(self.folder), "names": sorted(self.names), "taught": taught}

    @property
    def cards(self) -> Mapping[str, Card]:
        """The library's networks, and those of the visitor's own words."""
        return read_cards(self.libraries)

    @property
    def libraries(self) -> tuple[Path, ...]:
        """The library of the visitor's own words, where there are any."""
        return () if self.taught is None or not any(self.taught.glob("*.toml")) else (self.taught,)


def read(text: str, files: Files) -> Reading:
    """The text as understood, with a diagnostic for everything that a riddle from the network may not say."""
    cards = files.cards
    blind = understand(text, cards)
    values = frozenset(words_of(cards).values)
    refused = list(refusals(blind.clauses, blind.riddle, files.names, values))
    quoted = [word for clause in words_of_text(text)[0] for word in clause.words if word.kind == "string"]
    refused += list(_stray(quoted, files.names, [one.span for one in refused]))
    if refused:
        told = sorted((*blind.diagnostics, *refused), key=lambda one: (one.span.start, one.span.end, one.code))
        return Reading(text, blind.riddle, tuple(told), cards, NAME)
    found = understand(text, cards, files.folder) if quoted else blind
    return Reading(text, found.riddle, tuple(found.diagnostics), cards, NAME, files.folder)


def refusals(
    clauses: Iterable[s.Clause], riddle: Riddle, names: frozenset[str], values: frozenset[str] = frozenset()
) -> Iterator[Diagnostic]:
    """What the clauses may not say where only files called ``names`` may be read; each place is told once.

    A text that spells ``values`` of pictures is no file's name, as far as nothing that is checked would open it.
    """
    told: set[tuple[str, Span]] = set()
    for clause in clauses:
        for body in clause.bodies:
            for span, label, help_ in _of_body(body, names, values):
                if (label, span) not in told:
                    told.add((label, span))
                    yield Diagnostic(CODE, span, label, help_, clause=clause.name)
    yield from _of_checked(riddle, names, spoken=bool(told))


def _of_body(body: s.Body, names: frozenset[str], values: frozenset[str]) -> Iterator[tuple[Span, str, str]]:
    match body:
        case s.Setting("use" | "given" as which, _, _, span):
            yield span, *_SETTINGS[which]
        case s.Declare(_, _, _, str(), span):
            yield span, "'from' takes a generator from this machine", "leave it out; the library's own is taken"
        case s.Data(_, path, span) if path not in names:
            yield span, f'"{path}" is none of your uploads', UPLOAD
        case s.Let(_, formula) | s.Statement(formula):
            yield from _of_expression(formula, names, values)


def _of_expression(
    node: s.Expression, names: frozenset[str], values: frozenset[str]
) -> Iterator[tuple[Span, str, str]]:
    if isinstance(node, s.Text) and not (node.text in names or node.text.isdecimal() or _spells(node.text, values)):
        yield node.span, f'"{node.text}" is none of your uploads', UPLOAD
    for part in s.children(node):
        yield from _of_expression(part, names, values)


def _spells(text: str, values: frozenset[str]) -> bool:
    """Whether a text is the name of a value, or spells values."""
    return ident(text) in values or all(ident(word) in values for word in spelled_by(text))


def _of_checked(riddle: Riddle, names: frozenset[str], *, spoken: bool) -> Iterator[Diagnostic]:
    """The same of the checked riddle, which is what a solve opens files by: nothing comes to it on another way."""
    if spoken:
        return
    settings = riddle.settings
    for path in (*settings.libraries, *([settings.given] if settings.given is not None else [])):
        yield Diagnostic(CODE, Span(0, 0), f'"{path}" is on this machine')
    for clause in riddle.clauses:
        if isinstance(clause.body, Measurement):
            for path in sorted(_paths(clause.body) - names):
                yield Diagnostic(CODE, clause.span, f'"{path}" is none of your uploads', UPLOAD, clause=clause.name)


def _paths(body: Measurement) -> set[str]:
    masks = {path for call in body.operators if (path := mask_file(call)) is not None}
    return masks | ({body.data} if isinstance(body.data, str) else set())


def _stray(quoted: Iterable[Word], names: frozenset[str], told: Sequence[Span]) -> Iterator[Diagnostic]:
    """Quoted words of the text, wherever they stand, that would lead out of the folder if anything opened them."""
    for word in quoted:
        path = word.written.strip('"“”')
        known = path in names or plain(path) or any(one.start <= word.start < one.end for one in told)
        if not known:
            yield Diagnostic(CODE, word.span, f'"{path}" looks like a path', UPLOAD)


def plain(name: str) -> bool:
    """Whether a name stays within its folder on every system."""
    return name.strip(". ") != "" and not any(char in "/\\:\0" for char in name)
