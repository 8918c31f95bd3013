"""Text to syntax: clauses, what they declare, and for each what it can mean.

Core text has one meaning, an English sentence may have several: the compiler, which knows what can be said of what,
takes the one that is left (see :mod:`oedipus.compiler.resolve.riddle`) and tells it back with :meth:`Parser.told`,
since pronouns of the next sentence depend on it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from oedipus.dsl import syntax as s
from oedipus.dsl.core import KEYWORDS, NotCore, alpha_of, number_of, read_core
from oedipus.dsl.declared import Declared
from oedipus.dsl.diagnostics import Diagnostic, Mistake
from oedipus.dsl.english.lexicon import Lexicon
from oedipus.dsl.english.messages import REPAIRS, explain_unread, story_reason
from oedipus.dsl.english.reading import English, Option, Unread
from oedipus.dsl.names import reserved_names
from oedipus.dsl.reader import RawClause, Word, read
from oedipus.dsl.spans import NOWHERE, Span
from oedipus.dsl.undeclared import inferred
from oedipus.dsl.vocabulary import Vocabulary

MOST_MISTAKES = 200
_DECLARES = (s.Declare, s.DeclareNumber, s.Data, s.Let)


@dataclass(slots=True)
class Parser:
    """The clauses of a file. ``found`` is what is wrong with its characters, labels and declarations."""

    vocabulary: Vocabulary
    raw: list[RawClause]
    found: list[Diagnostic]
    declared: Declared
    english: English
    declaring: set[int] = field(default_factory=set)
    """The clauses that declare something, by their place."""
    stating: set[int] = field(default_factory=set)
    """Those that would, but speak of what is declared already."""
    implied: list[tuple[s.Body, RawClause]] = field(default_factory=list)
    """What no clause declares but some speak of."""
    mended: int = 0
    """How many sentences were looked at for a repair."""
    sound: Callable[[Option], bool] = bool
    """Whether the compiler could take a reading, which a repair has to be."""
    begun: bool = False
    """Whether a clause has stated something, behind which nothing is a story."""

    def options(self, raw: RawClause, stating: bool = False) -> list[Option]:
        """What a clause can mean, as no declaration where it is ``stating``. Raises :class:`Mistake` where it means
        nothing."""
        words, qualifiers = _qualified(raw.words)
        for word in raw.words:
            if len(word.text) == 2 and word.text[0].isdecimal() and self.declared.spells(word.text):
                factor, letter = word.written[0], word.written[1]
                help_ = f"write {factor} * {letter}, or number({factor}, {letter})"
                raise Mistake("E203", word.span, "this can be a product or a number of two digits", help_)
        core = self._core(raw.words)
        if core is not None:
            return [Option((core,))]
        self._named(words)
        if (name := _defined(words)) is not None:
            return self._defining(name, words[3:], raw.span)
        options = self._english(words, stating)
        if not qualifiers:
            return options
        return [
            replace(
                one,
                bodies=tuple(
                    replace(body, **qualifiers) if isinstance(body, s.Statement) else body for body in one.bodies
                ),
            )
            for one in options
        ]

    def _defining(self, name: s.Name, words: Sequence[Word], span: Span) -> list[Option]:
        """What ``let NAME = …`` can mean where the definition is English: a statement, or a number."""
        try:
            options = self.english.options(words, "q")
        except Unread:
            options = self._english(words)
        found = [replace(one, bodies=(s.Let(name, one.formula, span),)) for one in options if one.formula is not None]
        if not found:
            raise Mistake("E403", span, "a number or a statement is needed here", "write such as let total = a + b")
        return found

    def _named(self, words: Sequence[Word]) -> None:
        """Raise :class:`Mistake` for ``digits x, from``, ``let of = 3``: keywords keep them from being core text."""
        texts = [word.text for word in words]
        listed = texts[:1] and self.vocabulary.kind(texts[0]) and all(text == "," for text in texts[2::2])
        given = words[1::2] if listed else words[1:2] if texts[:1] == ["let"] and texts[2:3] == ["="] else ()
        for word in given:
            if word.text in KEYWORDS:
                help_ = f"call it something else, such as '{word.written}_1'"
                raise Mistake("E303", word.span, f"'{word.written}' is a word of the language", help_)

    def _english(self, words: Sequence[Word], stating: bool = False) -> list[Option]:
        try:
            return self.english.options(words, "clause", stating=True) if stating else self.english.options(words)
        except Unread as unread:
            if not self.begun and not story_reason(words, self.english):
                span = words[0].span.to(words[-1].span)
                self.found.append(Diagnostic("W702", span, "this is read as a story and says nothing of the digits"))
                return [Option(())]
            if (mistake := _unbalanced(words)) is not None:
                raise mistake from None
            self.mended += 1
            *others, last = explain_unread(unread, self.english, self.mended <= REPAIRS, self.sound)
            self.found += [one.diagnostic for one in others]
            raise last from None

    def _core(self, words: Sequence[Word]) -> s.Body | None:
        """The clause as core text, None where it is none."""
        try:
            declared = self.declared
            body = read_core(words, self.vocabulary, declared.names(), declared.spells, declared.letters)
        except NotCore:
            return None
        if isinstance(body, s.Declare):
            body = replace(body, kind=self.vocabulary.kind(body.kind) or body.kind)
        if isinstance(body, s.Statement) and self._means(body):
            self._doubtful(words)
        return body if self._means(body) else None

    def _doubtful(self, words: Sequence[Word]) -> None:
        """Raise :class:`Mistake` for a word that is a value as it is written, and a name in capitals."""
        for word in words:
            if word.kind == "word" and word.written in self.declared.letters and word.text in self.declared.names():
                label = f"this can be the value {word.written}, or what is called {word.text}"
                raise Mistake("E203", word.span, label, f'write "{word.written}", or {word.text}')

    def _means(self, body: s.Body) -> bool:
        """Whether core text is meant: a statement in words that nobody declared is English, or a story."""
        return not (isinstance(body, s.Statement) and _bare(body.formula))

    def told(self, option: Option) -> None:
        """Note what a clause was understood to say."""
        for body in option.bodies:
            if isinstance(body, s.Let):
                self.declared.lets[body.name.name.lower()] = body.body
        self.found += self.english.doubts()
        self.begun = self.begun or any(isinstance(one, s.Statement) for one in option.bodies)
        self.english.told(option)


def _bare(node: s.Expression) -> bool:
    """Whether an expression is only names and words between them."""
    match node:
        case s.Name() | s.Number() | s.Letters():
            return True
        case s.Junction(_, parts):
            return all(map(_bare, parts))
    return False


def parser_of(
    text: str, vocabulary: Vocabulary, valued: frozenset[str], functions: Collection[str] = frozenset()
) -> Parser:
    """Read a file's clauses and all that they declare; ``functions`` are those that the compiler knows."""
    raw, found = read(text)
    lexicon = Lexicon(vocabulary.within(_spoken(raw, vocabulary)).entries())
    declared = Declared(valued=valued, named=frozenset(vocabulary.values), reserved=reserved_names(lexicon, functions))
    parser = Parser(vocabulary, raw, found, declared, English(lexicon, declared))
    _labels(raw, found)
    for place, one in enumerate(raw):
        if len(found) > MOST_MISTAKES:
            break
        try:
            for body in _declarations(parser, place, one):
                declared.add(body)
                parser.declaring.add(place)
                if isinstance(body, s.Declare) and body.kind in vocabulary.values:
                    _bring(parser, body.kind, functions)
        except Mistake as mistake:
            found.append(replace(mistake.diagnostic, clause=name_of(one)))
    if not declared.variables:
        for body, clause in inferred(parser.raw):
            try:
                declared.add(body)
            except Mistake as mistake:
                found.append(replace(mistake.diagnostic, clause=name_of(clause)))
                continue
            parser.implied.append((body, clause))
    if not raw and not found:
        said = "there are only comments here" if text.strip() else "there is nothing here"
        help_ = 'declare digits and say something about them, such as "digits a, b"'
        found.append(Diagnostic("E004", NOWHERE, said, help_))
    return parser


def _spoken(raw: Sequence[RawClause], vocabulary: Vocabulary) -> frozenset[str]:
    """The kinds of named values that the words of a file are about."""
    return vocabulary.spoken({word.text for clause in raw for word in clause.words})


def _bring(parser: Parser, kind: str, functions: Collection[str]) -> None:
    """Bring what is said of a kind of named values into the language, once something of the kind is declared.

    Before that its values are words as any others: of letters each is a name that something else may have.
    """
    declared = parser.declared
    kinds = {one.kind for one in declared.variables.values()} | {kind}
    values = parser.vocabulary.within(kinds).values.values()
    declared.letters = frozenset(one for names in values for one in names if len(one) == 1)
    for one in declared.variables.values():
        if one.name in declared.letters:
            raise declared.no_name(one.name, one.span)
    lexicon = Lexicon(parser.vocabulary.within(kinds | _spoken(parser.raw, parser.vocabulary)).entries())
    if lexicon.classes != parser.english.lexicon.classes or lexicon.brought != parser.english.lexicon.brought:
        declared.reserved = reserved_names(lexicon, functions)
        parser.english = English(lexicon, declared)


def name_of(clause: RawClause) -> str:
    """What messages call a clause."""
    return clause.label or f"line {clause.line}"


def _labels(raw: Sequence[RawClause], found: list[Diagnostic]) -> None:
    labels: dict[str, Span] = {}
    for one in raw:
        if one.label and labels.setdefault(one.label.lower(), one.label_span) != one.label_span:
            told = f"'{one.label}' already names an earlier clause"
            found.append(Diagnostic("E301", one.label_span, told, "number it anew", "", name_of(one)))


def _declarations(parser: Parser, place: int, clause: RawClause) -> list[s.Body]:
    """What a clause declares, before it is known what others do."""
    try:
        body = read_core(clause.words, parser.vocabulary, parser.declared.names())
        if isinstance(body, s.Declare):
            body = replace(body, kind=parser.vocabulary.kind(body.kind) or body.kind)
        return [body] if isinstance(body, _DECLARES) else []
    except NotCore:
        pass
    if (name := _defined(clause.words)) is not None:
        return [s.Let(name, s.Name("true"), clause.span)]
    try:
        options = parser.english.options(clause.words, "opening", loose=True)
    except Unread:
        return []
    found = [body for body in options[0].bodies if isinstance(body, _DECLARES)]
    if found and _known_all(found, parser) and _states(clause.words, parser):
        parser.stating.add(place)
        return []
    unnamed = any(not whole.name for whole in parser.declared.wholes)
    return [one for one in found if not (isinstance(one, s.DeclareNumber) and not one.names and unnamed)]


def _known_all(bodies: Sequence[s.Body], parser: Parser) -> bool:
    """Whether a sentence may only speak of what is declared already: *a and b are odd digits*, *there are two
    different digits*."""
    told = [one for one in bodies if isinstance(one, s.Declare | s.DeclareNumber)]
    names = [name.name.lower() for body in told for name in body.names]
    return bool(told) and bool(parser.declared.variables) and all(name in parser.declared.names() for name in names)


def _states(words: Sequence[Word], parser: Parser) -> bool:
    """Whether a sentence has a reading that declares nothing, in which no name is new."""
    try:
        return bool(parser.english.options(words, "clause", stating=True))
    except (Unread, Mistake):
        return False


def _unbalanced(words: Sequence[Word]) -> Mistake | None:
    """What is told of a parenthesis that is not closed, or not opened."""
    opened: list[Word] = []
    for word in words:
        if word.kind == "symbol" and word.text == "(":
            opened.append(word)
        elif word.kind == "symbol" and word.text == ")":
            if not opened:
                return Mistake("E104", word.span, "nothing is open here to be closed", "delete it, or open one before")
            opened.pop()
    return Mistake("E104", opened[-1].span, "this is never closed", "add ')'") if opened else None


def _defined(words: Sequence[Word]) -> s.Name | None:
    """The name that ``let NAME = …`` defines."""
    match [word.text for word in words[:3]]:
        case ["let", _, "="] if len(words) > 3:
            return s.Name(words[1].written, words[1].span)
    return None


def _qualified(words: Sequence[Word]) -> tuple[Sequence[Word], dict[str, Any]]:
    """A sentence without ``with alpha 3``, ``by logic`` and ``by network odd`` at its end, and what they say."""
    found: dict[str, Any] = {}
    while True:
        texts = [word.text for word in words[-3:]]
        match texts:
            case ["with", "alpha", number] if words[-1].kind == "number" and "alpha" not in found:
                found["alpha"], words = alpha_of(number_of(number), words[-1].span), words[:-3]
            case ["alpha", "-", _] if words[-1].kind == "number" and [word.text for word in words[-4:-3]] == ["with"]:
                raise Mistake("E503", words[-2].span.to(words[-1].span), "alpha is a positive number")
            case [_, "by", "logic"] if "by" not in found:
                found |= {"by": "logic", "by_span": words[-1].span}
                words = words[:-2]
            case ["by", "network", _] if "by" not in found:
                found |= {"by": words[-1].written, "by_span": words[-1].span}
                words = words[:-3]
            case _:
                return words, found
