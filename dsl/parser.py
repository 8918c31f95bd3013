"""Text to syntax: read, tokenise, parse, clause by clause, with every mistake noted.

``parse`` never raises for what a user wrote; it returns the clauses it could
read and the diagnostics of all the others.
"""

from dataclasses import dataclass

from oedipus.dsl import syntax
from oedipus.dsl.builder import Builder
from oedipus.dsl.declarations import Declared, scan
from oedipus.dsl.diagnostics import Diagnostic, Mistake
from oedipus.dsl.expected import explain_unexpected
from oedipus.dsl.introductions import introduced
from oedipus.dsl.lexicon import Lexicon, Vocabulary
from oedipus.dsl.reader import RawClause, read
from oedipus.dsl.spans import NOWHERE, Span
from oedipus.dsl.tables import END, Unexpected, run
from oedipus.dsl.terminals import Token
from oedipus.dsl.tokens import Tokeniser


@dataclass(frozen=True, slots=True)
class Parsed:
    """The clauses of a file, the spelling of its names, and what could not be read."""

    clauses: tuple[syntax.Clause, ...]
    declared: Declared
    diagnostics: tuple[Diagnostic, ...]


MOST_MISTAKES = 200
_BUILDER = Builder()


def parse(text: str, vocabulary: Vocabulary) -> Parsed:
    """Parse a whole file against the words of the network cards."""
    read_off, found = read(text)
    raw, notes = introduced(read_off, vocabulary)
    found += notes
    declared = scan(raw, vocabulary)
    lexicon = Lexicon(vocabulary, places=declared.places)
    tokeniser = Tokeniser(lexicon, declared)
    clauses: list[syntax.Clause] = []
    labels: dict[str, Span] = {}
    for index, one in enumerate(raw):
        if len(found) > MOST_MISTAKES:
            break
        name = one.label or f"line {one.line}"
        if one.label and labels.setdefault(one.label.lower(), one.label_span) != one.label_span:
            found.append(
                Diagnostic(
                    "E301", one.label_span, f"'{one.label}' already names an earlier clause", "number it anew", "", name
                )
            )
        if any(
            one.span.start <= bad.span.start < one.span.end
            for bad in found
            if bad.code in ("E002", "E103", "E105", "E405")
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
    if not read_off and not found:
        found.append(_nothing(text))
    return Parsed(tuple(clauses), declared, tuple(found[:MOST_MISTAKES]))


def _body(clause: RawClause, tokeniser: Tokeniser, *, declares: bool) -> syntax.Body:
    tokens = tokeniser.tokens(clause, declares=declares)
    tokeniser.mistakes = []
    try:
        parsed: syntax.Body = run(tokens, _BUILDER, Token(END, "", clause.span.end, clause.span.end))
    except Unexpected as error:
        raise explain_unexpected(error, tokens, clause.words) from None
    return parsed


def _named(diagnostic: Diagnostic, clause: str) -> Diagnostic:
    return Diagnostic(
        diagnostic.code, diagnostic.span, diagnostic.label, diagnostic.help, diagnostic.suggestion, clause
    )


def _nothing(text: str) -> Diagnostic:
    said = "there are only comments here" if text.strip() else "there is nothing here"
    return Diagnostic("E004", NOWHERE, said, 'declare digits and say something about them, such as "digits a, b"')
