"""Bytes to text, text to clauses: the shape of a file, before any word has a meaning.

``read`` splits a text into clauses of raw words with their places, takes labels
off their fronts and leaves comments out. Nothing here knows the vocabulary.
"""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from oedipus.dsl.commas import decimal_commas
from oedipus.dsl.composed import composed
from oedipus.dsl.diagnostics import Diagnostic, RiddleError
from oedipus.dsl.spans import Span

LARGEST = 120_000
"""Most characters of a file: some three thousand clauses."""
LONGEST = 10_000
"""Most words of one clause."""
LENGTHIEST = 1_000
"""Most characters of a number; Python reads no more than a few thousand digits as one."""

Kind = Literal["word", "number", "ordinal", "fraction", "string", "symbol", "end", "newline", "bad"]

_ALIKE = str.maketrans(
    {
        "’": "'", "‘": "'", "“": '"', "”": '"', "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/",
        "\ufeff": " ", "≦": "≤", "≧": "≥", "—": "-", "➜": "-", "→": "-", "⇒": "-", "➡": "-", "…": ".",
    }
)  # fmt: skip
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_GLUED = (
    "(?:digits?|letters?|place|placed|half|halves|increasing|decreasing|zero|thousands?"
    "|thirds?|quarters?|fourths?|fifths?|sixths?|tenths?)"
)
_NUMBERED = "|".join(
    rf"(?<={word}[ ])" for word in ("clue", "hint", "rule", "fact", "guess", "statement", "condition", "number")
)
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TOKEN = re.compile(
    rf"""
    (?P<space>[^\S\r\n]+|(?:{_NUMBERED})\#(?=\d)|(?<=s)'(?=\s|\Z)|[•●▪■◦‣∙►▶✓☐➢★☆✦✧◆◇❖✔✅➤»§¶])
  | (?P<newline>\r\n|\r|\n)
  | (?P<comment>\#[^\r\n]*)
  | (?P<string>"[^"\r\n]*")
  | (?P<ordinal>\d+(?:st|nd|rd|th)\b)
  | (?P<guess>(?<!in[ ])(?<![(,=])(?<![,=][ ])\[\s*\d(?:[\s,|]*\d)*\s*\]|(?<![^\r\n])\(\s*\d(?:\s*,\s*\d)+\s*\))
  | (?P<thousands>\b\d{{1,3}}(?:(?:,|[^\S\r\n])000)+\b(?![\d,])
      |(?<![\d,])(?:[1-9]\d?(?:,\d{{3}})+|[1-9]\d\d,\d{{3}})\b(?!,?\d))
  | (?P<number>\d+(?:\.\d+)?(?:'?s\b)?)
  | (?P<compound>\b(?:{_TENS})[ -](?:{_UNITS})\b)
  | (?P<word>[^\W\d²³](?:[^\W²³]|[\u0300-\u036f])*(?:'[A-Za-z]+)?)
  | (?P<glue>(?<=\w)-(?={_GLUED}\b))
  | (?P<end>\.\.+|[.;?!]+(?=\s|\Z|"|\))|;)
  | (?P<symbol><>|<=|>=|!=|==|\*\*|//|\+-|\+/-|[-+*/%=<>≤≥≠±²³^(),:&'\[\]])
  | (?P<bad>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_LABEL = re.compile(r"(?:[ivxlc]+|\d+)\Z")
_SHORT_LABEL = re.compile(r"(?:[ivxlc]+|\d+|[a-z])\Z")


class Word(NamedTuple):
    """One raw word: ``text`` lower-cased with typographic signs made plain, ``written`` as given."""

    kind: Kind
    text: str
    written: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Its place in the text."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class RawClause:
    """The words of one clause. ``asked`` tells that it ends in a question mark."""

    label: str
    label_span: Span
    words: tuple[Word, ...]
    asked: bool
    line: int

    @property
    def span(self) -> Span:
        """From the first word to the last, without the label."""
        return Span(self.words[0].start, self.words[-1].end)


def decode(data: bytes) -> str:
    """The text of a file's bytes. Raises :class:`RiddleError` naming the first byte that is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace")
        line = len(re.findall(r"\r\n|\r|\n", before)) + 1
        label = f"byte {error.start} (0x{data[error.start]:02x}, line {line}) is not UTF-8 text"
        raise RiddleError([Diagnostic("E001", Span(0, 0), label, "save the file with the encoding UTF-8")]) from error


def plain_words(text: str) -> list[Word]:
    """The words of one line of core text, no label taken off. Raises :class:`ValueError` for a strange character."""
    words, found = _words(text)
    if found:
        raise ValueError(found[0].message)
    return words


def read(text: str) -> tuple[list[RawClause], list[Diagnostic]]:
    """Split a text into raw clauses; what is wrong with its characters comes beside them."""
    if len(text) > LARGEST:
        label = f"{len(text)} characters; a riddle has at most {LARGEST}"
        return [], [Diagnostic("E003", Span(0, 0), label, "split the riddle into several files")]
    words, found = _words(text)
    return _clauses(words, found), found


def _words(text: str) -> tuple[list[Word], list[Diagnostic]]:
    source = composed(text)
    plain = source.text.translate(_ALIKE)
    words: list[Word] = []
    found: list[Diagnostic] = []
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup
        if kind in ("space", "comment", "glue"):
            continue
        start, end = source.place(*match.span())
        if kind == "bad":
            found.append(_bad(text, start))
            continue
        kind = {"compound": "word", "guess": "number", "thousands": "number"}.get(str(kind), kind)
        said = match.group().lower()
        said = "".join(filter(str.isdecimal, said)) if said.startswith(("[", "(")) and len(said) > 1 else said
        said = said.rstrip("'s") if kind == "number" else said
        said = "".join(filter(str.isdecimal, said)) if match.lastgroup == "thousands" else said
        if kind in ("number", "ordinal") and len(said) > LENGTHIEST:
            help_ = "write it as a power, or as a product"
            label = f"a number of {len(said):,} characters; {LENGTHIEST} are the most"
            found.append(Diagnostic("E405", Span(start, end), label, help_))
            said = said[:20].rstrip(".") + (said[-2:] if kind == "ordinal" else "")
        written = text[start:end] if kind == "string" else source.text[slice(*match.span())]
        words.append(Word(kind, said, written, start, end))  # type: ignore[arg-type]
    found += decimal_commas(words)
    return _ruled(_lettered(words)), _merged(found)


def _ruled(words: list[Word]) -> list[Word]:
    """A sum written in lines, ``SEND`` over ``+ MORE`` over a rule over ``MONEY``, as one line with an equals sign."""
    lines: list[list[Word]] = [[]]
    for word in words:
        lines[-1].append(word)
        if word.kind == "newline":
            lines.append([])
    out: list[Word] = []
    for at, line in enumerate(lines):
        said = [word for word in line if word.kind != "newline"]
        ruled = bool(said) and all(word.text in ("-", "=", "--") for word in said) and len(said) > 1
        follows = lines[at + 1][:1] if at + 1 < len(lines) else []
        if ruled and out and follows and follows[0].kind in ("word", "number"):
            while out and out[-1].kind == "newline":
                out.pop()
            out.append(said[0]._replace(text="=", written="="))
            continue
        if said and said[0].text in ("+", "-", "*", "x") and len(said) == 2 and _capital(said[1]) and _sum_before(out):
            while out and out[-1].kind == "newline":
                out.pop()
            out += [said[0]._replace(text="*") if said[0].text == "x" else said[0], *line[1:]]
            continue
        out += line
    return out


def _capital(word: Word) -> bool:
    return word.kind == "number" or (word.kind == "word" and word.written.isupper())


def _sum_before(words: list[Word]) -> bool:
    """Whether the line before holds only a word in capitals, or such words with plus signs between."""
    line: list[Word] = []
    for word in reversed(words):
        if word.kind in ("newline", "end") and line:
            break
        if word.kind != "newline":
            line.append(word)
    return bool(line) and all(_capital(word) or word.text in ("+", "*", "-") for word in line)


def _lettered(words: list[Word]) -> list[Word]:
    """The words with a numeral in front of capitals, as in ``82A``, made one: it may be a number's digits."""
    out: list[Word] = []
    for word in words:
        before = out[-1] if out else None
        joined = before is not None and before.kind == "number" and before.end == word.start and before.text.isdecimal()
        if before is not None and joined and word.kind == "word" and word.written.isupper():
            written = before.written + word.written
            out[-1] = Word("word", written.lower(), written, before.start, word.end)
        else:
            out.append(word)
    return out


def _bad(text: str, place: int) -> Diagnostic:
    char, span = text[place], Span(place, place + 1)
    if not char.isprintable():
        return Diagnostic("E002", span, f"U+{ord(char):04X} has no place in a riddle", "delete it")
    if char == '"':
        return Diagnostic("E105", span, "this quotation mark is never closed on its line", 'write "…"')
    return Diagnostic("E103", span, f"'{char}' means nothing here", "delete it, or write it after # as a comment")


def _merged(found: list[Diagnostic]) -> list[Diagnostic]:
    """One diagnostic for a run of neighbouring bad characters of the same sort."""
    out: list[Diagnostic] = []
    for one in found:
        if out and out[-1].code == one.code and out[-1].span.end == one.span.start:
            out[-1] = Diagnostic(one.code, out[-1].span.to(one.span), out[-1].label, one.help)
        else:
            out.append(one)
    return out


def _clauses(words: list[Word], found: list[Diagnostic]) -> list[RawClause]:
    pairs = _matching(words)
    closers = set(pairs.values())
    clauses: list[RawClause] = []
    current: list[Word] = []
    line = start_line = 1
    depth = 0
    for place, word in enumerate(words):
        if word.kind == "newline":
            line += 1
            if depth == 0 and not (current and _goes_on(words, place + 1)):
                _finish(current, False, start_line, clauses, found)
                current = []
        elif _left_open(current, word):
            current.append(word._replace(kind="symbol"))
        elif word.kind == "end" and not _ends_label(current, word, words, place):
            _finish(current, word.text == "?", start_line, clauses, found)
            current, depth = [], 0
        else:
            depth += (place in pairs) - (place in closers)
            start_line = start_line if current else line
            current.append(word)
    _finish(current, False, start_line, clauses, found)
    return clauses


def _goes_on(words: list[Word], place: int) -> bool:
    """Whether a line begins with a word that no clause begins with."""
    return place < len(words) and words[place].written in ("as", "than", "of", "by")


def _matching(words: list[Word]) -> dict[int, int]:
    """Place of each opening parenthesis that is closed, to its closing one.

    A sentence's end closes none, nor does the parenthesis of a label such as ``2)``.
    """
    pairs: dict[int, int] = {}
    stack: list[int] = []
    line_start = 0
    for place, word in enumerate(words):
        if word.kind == "end":
            stack.clear()
        elif word.kind == "newline":
            line_start = place + 1
        elif word.text == "(" and word.kind == "symbol":
            stack.append(place)
        elif word.text == ")" and stack and not (place == line_start + 1 and _LABEL.match(words[line_start].text)):
            pairs[stack.pop()] = place
    return pairs


def _ends_label(current: list[Word], stop: Word, words: list[Word], place: int) -> bool:
    """Whether a full stop only ends a label such as ``IV.`` with its clause behind it on the line."""
    if len(current) != 1 or stop.text != "." or current[0].end != stop.start:
        return False
    more = place + 1 < len(words) and words[place + 1].kind not in ("newline", "end")
    return more and current[0].kind in ("word", "number") and bool(_SHORT_LABEL.match(current[0].text))


def _left_open(current: list[Word], stop: Word) -> bool:
    """Whether a question mark stands for what is not known yet, as in ``data y = ?``."""
    return stop.text == "?" and [word.text for word in current[-3:]][::2] == ["data", "="]


def _finish(words: list[Word], asked: bool, line: int, clauses: list[RawClause], found: list[Diagnostic]) -> None:
    """Close the clause that ``words`` make, taking a label off its front."""
    taken = _label_length(words)
    label = " ".join(" ".join(word.written for word in words[:taken] if word.text not in ("(", ")", ".", ":")).split())
    span = words[0].span.to(words[taken - 1].span) if taken else Span(0, 0)
    rest = _unmarked(words[taken:])
    if not rest:
        return
    if len(rest) > LONGEST:
        limit = f"{len(rest)} words; a clause has at most {LONGEST}"
        found.append(Diagnostic("E106", Span(rest[0].start, rest[-1].end), limit, "split it into several clauses"))
        return
    clauses.append(RawClause(label, span, tuple(rest), asked, line))


def _unmarked(words: list[Word]) -> list[Word]:
    """The words without a bullet in front, the parenthesis of ``(Hint: …)`` or a colon at the end."""
    if (
        len(words) > 1
        and words[0].text in ("-", "*")
        and words[0].end < words[1].start
        and words[1].kind in ("word", "ordinal")
    ):
        words = words[1:]
    if (
        len(words) > 3
        and words[0].text == "("
        and words[1].text in _HEADINGS
        and ")" not in [one.text for one in words[:-1]]
    ):
        words = words[1 + 2 * (words[2].text in (":", "-")) :]
        words = words[:-1] if words[-1].text == ")" else words
    if [word.text for word in words] == [")"]:
        return []
    while words and words[-1].text in (":", ","):
        words = words[:-1]
    return words


_NEVER_AFTER_LABEL = frozenset(
    "is are has have contains equals and or = < > + - * / , ) ≤ ≥ ≠ != <= >= % ** //".split()
)
_DECLARES = frozenset("digits digit numbers number letters face faces solution find data code".split())


def _label_length(words: list[Word]) -> int:
    """How many words at the front are a label: ``I.`` ``IV)`` ``(c)`` ``parity:`` ``Clue 1:``."""
    texts = [word.text for word in words[:4]]
    match texts:
        case ["guess" | "try" | "attempt", guess, ":", *more] if len(guess) > 1 and guess.isdecimal():
            return 3 if more and more[0].isdecimal() else 0
        case ["(", _, ")", *more] if words[1].kind in ("word", "number") and len(texts[1]) <= 8:
            return 0 if not more or more[0] in _NEVER_AFTER_LABEL else 3
        case [name, ")" | ".", *_] if words[0].kind in ("word", "number") and len(name) <= 8:
            return 2
        case [name, ":", *_] if words[0].kind == "word" and name not in _DECLARES:
            return 2
        case [one, two, ":" | "-", *_] if (one in _COUNTED_HEADINGS and two in _HEADINGS) or (
            one in _HEADINGS and words[1].kind == "number"
        ):
            return 3
        case [_, _, ":", *_] if (
            words[0].kind == "word" and words[1].kind in ("number", "word") and texts[0] in _HEADINGS
        ):
            return 3
    return 0


_COUNTED_HEADINGS = frozenset("first second third fourth fifth sixth seventh last final next".split())
_HEADINGS = frozenset(
    "clue hint note attempt guess try rule fact condition statement step constraint line part".split()
)
