"""Text to syntax: read, tokenise, parse, clause by clause, with every mistake noted.

``parse`` never raises for what a user wrote; it returns the clauses it could
read and the diagnostics of all the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from oedipus.dsl import syntax
from oedipus.dsl.builder import Builder
from oedipus.dsl.declarations import Declared, scan
from oedipus.dsl.diagnostics import Diagnostic, Mistake
from oedipus.dsl.expected import explain_unexpected
from oedipus.dsl.lexicon import Lexicon, Vocabulary
from oedipus.dsl.reader import RawClause, read
from oedipus.dsl.spans import NOWHERE, Span
from oedipus.dsl.tokens import Tokeniser

GRAMMAR = Path(__file__).parent / "grammar.lark"


@dataclass(frozen=True, slots=True)
class Parsed:
    """The clauses of a file, the spelling of its names, and what could not be read."""

    clauses: tuple[syntax.Clause, ...]
    declared: Declared
    diagnostics: tuple[Diagnostic, ...]


class _Terminals(Lexer):
    """Hands the grammar the terminals it is given."""

    def __init__(self, _: Any) -> None:
        pass

    def lex(self, data: Any, _: Any = None) -> Iterator[Token]:
        """The terminals themselves."""
        yield from data


@cache
def grammar() -> Lark:
    """The LALR tables of grammar.lark; trees are built by :class:`Builder` while parsing."""
    return Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        lexer=_Terminals,
        transformer=Builder(),
        maybe_placeholders=False,
    )


def parse(text: str, vocabulary: Vocabulary) -> Parsed:
    """Parse a whole file against the words of the network cards."""
    raw, found = read(text)
    declared = scan(raw, vocabulary)
    lexicon = Lexicon(vocabulary, places=declared.places)
    tokeniser = Tokeniser(lexicon, declared)
    clauses: list[syntax.Clause] = []
    labels: dict[str, Span] = {}
    for index, one in enumerate(raw):
        name = one.label or f"line {one.line}"
        if one.label and labels.setdefault(one.label.lower(), one.label_span) != one.label_span:
            found.append(
                Diagnostic(
                    "E301", one.label_span, f"'{one.label}' already names an earlier clause", "number it anew", "", name
                )
            )
        if any(
            one.span.start <= bad.span.start < one.span.end for bad in found if bad.code in ("E002", "E103", "E105")
        ):
            continue
        try:
            body = _body(one, tokeniser, declares=index in declared.declaring)
        except Mistake as mistake:
            for other in tokeniser.mistakes or [mistake]:
                found.append(_named(other.diagnostic, name))
            continue
        source = " ".join(text[one.span.start : one.span.end].split())
        clauses.append(syntax.Clause(name, bool(one.label), body, one.line, one.span, source))
    if not raw and not found:
        found.append(_nothing(text))
    return Parsed(tuple(clauses), declared, tuple(found))


def _body(clause: RawClause, tokeniser: Tokeniser, *, declares: bool) -> syntax.Body:
    tokens = tokeniser.tokens(clause, declares=declares)
    tokeniser.mistakes = []
    try:
        parsed: syntax.Body = grammar().parse(tokens)  # type: ignore[arg-type, assignment]
    except UnexpectedToken as error:
        raise explain_unexpected(error, tokens, clause.span) from None
    return parsed


def _named(diagnostic: Diagnostic, clause: str) -> Diagnostic:
    return Diagnostic(
        diagnostic.code, diagnostic.span, diagnostic.label, diagnostic.help, diagnostic.suggestion, clause
    )


def _nothing(text: str) -> Diagnostic:
    said = "there are only comments here" if text.strip() else "there is nothing here"
    return Diagnostic("E004", NOWHERE, said, 'declare digits and say something about them, such as "digits a, b"')
