"""The canonical form of a file: one clause a line, even spacing, the user's words and comments kept."""

import re
from collections.abc import Sequence

from oedipus.dsl.reader import RawClause, Word, read

_PLAIN = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "^": "**", "+-": "±", "+/-": "±"}
_BINARY = frozenset("= != < <= > >= + - * / // % ** ±".split())
_BEFORE_SIGN = _BINARY | frozenset("( , is are than equals equal and or plus minus times by of to".split()) - {"±"}
_SHORT = re.compile(r"(?:[ivxlcIVXLC]+|\d+|[A-Za-z])\Z")
_HINT = re.compile(r"\(\s*\w+\s*[:-]?")
_COMMENT = re.compile(r"#[^\r\n]*")


def canonical(text: str) -> str:
    """The text in canonical form, ending in one newline. The text must be readable."""
    clauses, _ = read(text)
    plain = text.replace("\ufeff", " ")
    lines: list[str] = []
    end = 0
    for clause in clauses:
        begin = clause.label_span.start if clause.label else clause.words[0].start
        _gap(plain[end:begin], lines)
        end = clause.words[-1].end
        lines += [found.group().rstrip() for found in _COMMENT.finditer(_outside_strings(plain, begin, end, clause))]
        lines.append(_label(clause) + _spaced(clause.words, plain))
    _gap(plain[end:], lines)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def _outside_strings(text: str, begin: int, end: int, clause: RawClause) -> str:
    """The clause's text with its words blanked, so that only its comments are left."""
    chars = list(text[begin:end])
    for word in clause.words:
        chars[word.start - begin : word.end - begin] = " " * (word.end - word.start)
    return "".join(chars)


def _gap(gap: str, lines: list[str]) -> None:
    """What stands between two clauses: the first one's full stop, comments, headings, an empty line."""
    stop = re.match(r"[ \t]*([.?!:,]+|;)", gap)
    if stop and lines and lines[-1] and not lines[-1].startswith("#"):
        mark = stop.group(1)[0]
        lines[-1] += "" if mark in ";," else mark
        gap = gap[stop.end() :]
    here, *rest = re.split(r"\r\n|\r|\n", gap)
    here = _uncommented(here.strip())
    if here.startswith("#") and lines:
        lines[-1] += f"  {here.rstrip()}"
    elif here:
        lines.append(here)
    for place, line in enumerate(rest):
        said = _uncommented(line.strip())
        blank = not said and place + 1 < len(rest)
        if said or (blank and lines and lines[-1]):
            lines.append(said)


def _uncommented(said: str) -> str:
    """What stands between clauses, without stray stops, bullets and ``(Hint:``; a comment as it is."""
    if said.startswith("#"):
        return said
    return "" if _HINT.fullmatch(said) or not any(map(str.isalnum, said)) else said.strip(" \t;.").strip()


def _label(clause: RawClause) -> str:
    if not clause.label:
        return ""
    return f"{clause.label}. " if _SHORT.match(clause.label) else f"{clause.label}: "


def _spaced(words: Sequence[Word], text: str) -> str:
    """The words with one space between them but where signs stand close."""
    out = ""
    tight = True
    for place, word in enumerate(words):
        said = _PLAIN.get(word.text, word.text) if word.kind == "symbol" else word.written
        before = words[place - 1] if place else None
        between = text[before.end : word.start] if before else ""
        if before is not None and not (tight or _closes(said, word) or _touches(before, word, between)):
            out += " "
        out += "-" + said if between == "-" else said
        sign = said in ("-", "+") and word.kind == "symbol"
        unary = sign and (before is None or _PLAIN.get(before.text, before.text) in _BEFORE_SIGN)
        tight = said == "(" or unary
    return out


def _closes(said: str, word: Word) -> bool:
    return word.kind == "symbol" and said in (")", ",", ":", "'s", "²", "³")


def _touches(before: Word, word: Word, between: str) -> bool:
    """A hyphen between words, a call's parenthesis, a factor such as ``2a``."""
    if between == "-":
        return True
    called = word.text == "(" and before.kind == "word"
    return between == "" and (called or (before.kind == "number" and word.kind == "word"))
