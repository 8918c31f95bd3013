"""What an editor is told about a riddle beside its diagnostics: hovers and completions.

Plain functions of a :class:`oedipus.service.reading.Reading`; nothing here knows of the protocol but the counting of
positions (lines and characters from 0, characters in UTF-16 units or what client
and server agreed on).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from oedipus.compiler.checked import Clause
from oedipus.compiler.pipeline import compile_riddle
from oedipus.compiler.program import Factor, Program, Tensor
from oedipus.compiler.resolve.functions import FUNCTIONS
from oedipus.compiler.show import describe
from oedipus.compiler.show.explain import explain_clause
from oedipus.compiler.vocabulary import words_of
from oedipus.dsl.diagnostics import Lines, RiddleError
from oedipus.dsl.english.lexicon import NUMBERS, shipped
from oedipus.dsl.parser import parser_of
from oedipus.dsl.spans import Span
from oedipus.networks.cards import Card
from oedipus.service.reading import Reading

LARGEST_TABLE = 12
"""Most classes of a readout whose truth table is still shown in a hover."""
OPENINGS = (
    "digits a, b, c", "There are three numbers:", "There are three digits: a, b and c.",
    "There is a three-digit number.", "There is a code of four digits.", "let n = number(a, b, c)", "find a",
    "solution 1 3 4", "alpha 0.5, 1, 3, 10", "evidence joint", "evidence product", "solve by meanfield",
    'use "directory"', 'given "run/posterior.safetensors"', 'data y = "photo.png"',
)  # fmt: skip
"""Whole clauses to begin with."""

Units = Callable[[str], int]
Sort = Literal["name", "predicate", "function", "unit", "noun", "phrase", "clause"]


def utf16_units(text: str) -> int:
    """Length of a text in UTF-16 code units, the protocol's default."""
    return len(text) + sum(char > "\uffff" for char in text)


class Positions:
    """Places in a text as an editor counts them; only CR, LF and CRLF end a line."""

    def __init__(self, text: str, units: Units = utf16_units) -> None:
        self.text, self.units, self.lines = text, units, Lines(text)

    def of(self, offset: int) -> tuple[int, int]:
        """(line, character) of a character of the text, both from 0."""
        line = self.lines.place(offset)[0] - 1
        start = self.lines.starts[line]
        return line, self.units(self.text[start : min(offset, self.lines.ends[line])])

    def offset(self, line: int, character: int) -> int:
        """The inverse of :meth:`of`; beyond a line's end its end, inside a character its start."""
        if line >= len(self.lines.starts):
            return len(self.text)
        offset, counted = self.lines.starts[line], 0
        while offset < self.lines.ends[line]:
            counted += self.units(self.text[offset])
            if counted > character:
                break
            offset += 1
        return offset


# Hover --------------------------------------------------------------------


def clauses_at(reading: Reading, offset: int) -> list[Clause]:
    """The clauses written at a place of the text; on a label or a full stop, those of its line."""
    at = [one for one in reading.riddle.clauses if one.span.start <= offset < one.span.end]
    lines = Lines(reading.text)
    line = lines.place(offset)[0]
    return at or [one for one in reading.riddle.clauses if lines.place(one.span.start)[0] == line]


def hover(reading: Reading, offset: int) -> tuple[str, Span] | None:
    """Markdown about the clauses at a place, and the text it is about; None where there is none."""
    if clauses := clauses_at(reading, offset):
        span = clauses[0].span
        return "\n\n---\n\n".join(_said(one, reading) for one in clauses), span
    return None


def _said(clause: Clause, reading: Reading) -> str:
    """Reading, cost and truth table of a clause."""
    head = f"**{clause.name}**: {_plain(explain_clause(clause, reading.cards))}."
    try:
        program = compile_riddle(replace(reading.riddle, clauses=(clause,)), reading.cards)
    except RiddleError as error:
        return "\n\n".join([head, *(_plain(one.message) for one in error.diagnostics)])
    return "\n\n".join(chain([head], *(_costs(factor, program, reading.cards) for factor in program.factors)))


def _costs(factor: Factor, program: Program, cards: Mapping[str, Card]) -> Iterator[str]:
    about = describe.arguments(factor, program)
    multiplications = f"{describe.cost(factor):,} multiplication{'s' * (describe.cost(factor) != 1)} a sample"
    yield f"{f'`{about}`: ' if about else ''}{describe.size(factor)}; {multiplications}."
    yield from _truth_table(factor, program, cards)


def _truth_table(factor: Factor, program: Program, cards: Mapping[str, Card]) -> Iterator[str]:
    """A Markdown table of a tensor over one or two small readouts."""
    body = factor.body
    if not isinstance(body, Tensor) or body.values.ndim not in (1, 2) or max(body.values.shape) > LARGEST_TABLE:
        return
    readouts = [program.readouts[place] for place in factor.readouts]
    labels = [cards[one.network].classes or tuple(map(str, range(one.classes))) for one in readouts]
    corner = " \\ ".join(_plain(one.variable) for one in readouts)
    rows = body.values if body.values.ndim == 2 else body.values[None, :]
    heads = [f"**{one}**" for one in labels[0]] if body.values.ndim == 2 else [""]
    table = [[corner, *labels[-1]], ["---"] + [":-:"] * len(labels[-1])]
    table += [[head, *("●" if holds else "·" for holds in row)] for head, row in zip(heads, rows, strict=True)]
    yield "\n".join(f"| {' | '.join(row)} |" for row in table)


def _plain(text: str) -> str:
    """The text with the signs that Markdown would take for its own kept as they are."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|" else char for char in text)


# Completion ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that could be written, and what it is."""

    text: str
    sort: Sort
    detail: str


def proposals(reading: Reading) -> list[Proposal]:
    """Declared names first, then the words of the network cards, then phrases and whole clauses.

    Of the cards' words those of the kinds that are declared, and the nouns that declare more of any kind; no phrase
    of the language that has a word of another kind in it.
    """
    found: dict[str, Proposal] = {}
    for one in chain(_names(reading), _card_words(reading), _phrases(_foreign(reading)), _openings()):
        found.setdefault(one.text.lower(), one)
    return list(found.values())


def _names(reading: Reading) -> Iterator[Proposal]:
    words = words_of(reading.cards)
    known = {one.name: one for one in reading.riddle.variables}
    declared = parser_of(reading.text, words.vocabulary, frozenset(words.readers)).declared
    for name in [*declared.lets, *declared.data, *(one.name for one in declared.wholes if one.name)]:
        yield Proposal(name, "name", "name in this riddle")
    for one in known.values():
        yield Proposal(one.name, "name", f"{one.kind} drawn by '{one.generator}'")


def _card_words(reading: Reading) -> Iterator[Proposal]:
    words = words_of(reading.cards)
    kinds = {one.kind for one in reading.riddle.variables}
    for group in (words.adjectives, words.features, words.sorts):
        for phrase, meanings in group.items():
            if known := [one.network for kind, one in meanings.items() if kind in kinds]:
                yield Proposal(phrase, "predicate", f"read by {', '.join(known)}")
    measured = {name: [one for kind, one in of.items() if kind in kinds] for name, of in words.functions.items()}
    for name, networks in measured.items():
        if networks:
            yield Proposal(name, "function", f"measured by {', '.join(networks)}")
    for unit, function in words.vocabulary.units.items():
        if measured.get(function):
            yield Proposal(unit, "unit", f"unit of {function}")
    for kind, names in words.vocabulary.values.items():
        if kind in kinds:
            yield from (Proposal(name, "name", f"value of a {kind}") for name in names)
            rows = words.vocabulary.rows.get(kind, ())
            yield from (Proposal(row, "noun", f"all pictures of kind {kind} in their order") for row in rows)
    for noun, kind in words.vocabulary.nouns.items():
        yield Proposal(noun, "noun", f"declares pictures of kind {kind}")


def _foreign(reading: Reading) -> frozenset[str]:
    """Words of kinds that are not declared, as in *odd* where there are faces alone."""
    words = words_of(reading.cards)
    kinds = {one.kind for one in reading.riddle.variables}
    of = {noun: {kind} for noun, kind in words.vocabulary.nouns.items()}
    of |= {phrase: set(meanings) for group in (words.adjectives, words.features) for phrase, meanings in group.items()}
    return frozenset(word for phrase, theirs in of.items() if not theirs & kinds for word in (phrase, f"{phrase}s"))


def _phrases(foreign: frozenset[str]) -> Iterator[Proposal]:
    """The words of English but for those with a ``foreign`` one in them, and the functions of the core language."""
    for _, said, _ in shipped():
        strange = any(f" {word} " in f" {said} " for word in foreign)
        if len(said) > 1 and said[0].isalpha() and not strange:
            yield Proposal(said, "phrase", "phrase of the language")
    for name in FUNCTIONS:
        yield Proposal(name, "function", "function of the core language")
    for word in NUMBERS:
        if not set(" -") & set(word):
            yield Proposal(word, "phrase", "number word")


def _openings() -> Iterator[Proposal]:
    for clause in OPENINGS:
        yield Proposal(clause, "clause", "clause")
