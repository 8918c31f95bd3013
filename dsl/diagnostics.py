"""What every mistake gets: a code, a title, the exact place, a label there, and help."""

import bisect
import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from oedipus.dsl.spans import NOWHERE, Span

TITLES = {
    "E001": "not UTF-8",
    "E002": "control character",
    "E003": "file too large",
    "E004": "empty riddle",
    "E005": "nothing is declared",
    "E101": "undeclared name",
    "E102": "unknown word",
    "E103": "unexpected character",
    "E104": "unbalanced parenthesis",
    "E105": "unfinished string",
    "E106": "clause too long",
    "E107": "one number or two",
    "E108": "nested too deeply",
    "E201": "malformed clause",
    "E202": "clause ends too soon",
    "E203": "ambiguous clause",
    "E301": "label used twice",
    "E302": "name declared twice",
    "E303": "name not available",
    "E304": "wrong number of names",
    "E305": "no such digit",
    "E306": "nothing to refer to",
    "E307": "too many digits",
    "E308": "another number of them",
    "E401": "a term alone",
    "E402": "a number is needed here",
    "E403": "a statement is needed here",
    "E404": "division by zero",
    "E405": "integer too large",
    "E406": "not for this kind",
    "E407": "not a digit",
    "E408": "a judge cannot take part",
    "E409": "no such network",
    "E410": "wrong number of arguments",
    "E411": "no network for this",
    "E412": "too large to spell out",
    "E413": "too many states",
    "E414": "a name, not a number",
    "E415": "no such value",
    "E416": "no order among these",
    "E501": "wrong length of solution",
    "E502": "not a possible solution",
    "E503": "bad setting",
    "E504": "setting given twice",
    "E505": "no earlier result",
    "E506": "contradiction",
    "E507": "not from the network",
    "E601": "bad measurement",
    "E602": "no such operator",
    "E603": "operator does not fit",
    "E604": "no readable picture",
    "E605": "picture of another shape",
    "E606": "values out of range",
    "E607": "data left open",
    "W701": "ambiguous pronoun",
    "W702": "left out",
    "W703": "read between the lines",
}

Severity = Literal["error", "warning"]
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message about a place in the text; spans count characters of the text as given."""

    code: str
    span: Span
    label: str = ""
    help: str = ""
    suggestion: str = ""
    clause: str = ""

    @property
    def severity(self) -> Severity:
        """Codes that start with W are warnings, all others errors."""
        return "warning" if self.code.startswith("W") else "error"

    @property
    def title(self) -> str:
        """The one-line name of this kind of mistake."""
        return TITLES[self.code]

    @property
    def message(self) -> str:
        """Title and label in one sentence."""
        return f"{self.title}: {self.label}" if self.label else self.title


class RiddleError(Exception):
    """A riddle that cannot be used. Carries every diagnostic of the file, warnings too.

    Printed it has a line for each mistake: its place, where the ``text`` is known, what it is, and how to mend it.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str = "", name: str = "riddle") -> None:
        self.diagnostics = tuple(sorted(diagnostics, key=lambda one: (one.span.start, one.span.end, one.code)))
        self.text, self.name = text, name
        super().__init__(self.diagnostics, text, name)

    def __str__(self) -> str:
        wrong = [one for one in self.diagnostics if one.severity == "error"]
        return "\n".join(line_of(one, self.text) for one in wrong[:SHOWN])

    @property
    def rendered(self) -> str:
        """All diagnostics with their source lines, as a terminal shows them."""
        return render(self.diagnostics, self.text, self.name)

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the mistake is in the riddle, not where that was read."""
        return self.rendered.splitlines() if self.text else str(self).splitlines()


def line_of(one: Diagnostic, text: str = "") -> str:
    """A diagnostic on a line: its place, where the text is known, the message, and help."""
    place = f"line {Lines(text).place(one.span.start)[0]}: " if text and one.span != NOWHERE else ""
    return f"{place}{one.message}{f'; {one.help}' if one.help else ''}"


class Mistake(Exception):  # noqa: N818 - it is the user's, not the program's
    """Ends the reading of one clause; the reader notes the diagnostic and goes on with the next."""

    def __init__(self, code: str, span: Span, label: str = "", help: str = "", suggestion: str = "") -> None:  # noqa: A002
        self.diagnostic = Diagnostic(code, span, label, help, suggestion)
        super().__init__(self.diagnostic.message)


def closest(word: str, known: Iterable[str], cutoff: float = 0.0) -> str:
    """The known word most like ``word``, or an empty string. A short word may differ in more of its letters."""
    likeness = cutoff or (0.65 if len(word) < 4 else 0.7)
    said = word.lower()
    found = difflib.get_close_matches(said, sorted(set(known)), n=5, cutoff=likeness)

    def alike(other: str) -> tuple[float, int]:
        # Among words as near, the one of the same letters: 'ood' is 'odd' rather than 'old'.
        return difflib.SequenceMatcher(None, other, said).ratio(), -len(set(other) ^ set(said))

    return max(found, key=alike, default="")


def likely_typo(word: str, other: str) -> bool:
    """Whether ``word`` may be ``other`` misspelt: letters swapped, or nearly all the same. *false* is no *female*."""
    said = word.lower()
    same = sorted(said) == sorted(other) or (len(said) == len(other) and set(said) == set(other))
    return bool(other) and (same or difflib.SequenceMatcher(None, other, said).ratio() >= _TYPO)


_TYPO = 0.8


class Lines:
    """Line and column, both from 1, of characters of a text."""

    def __init__(self, text: str) -> None:
        ends = list(_NEWLINE.finditer(text))
        self.starts = [0, *(found.end() for found in ends)]
        self.ends = [*(found.start() for found in ends), len(text)]
        self.text = text

    def place(self, position: int) -> tuple[int, int]:
        """(line, column) of the character at ``position``."""
        line = bisect.bisect_right(self.starts, position) - 1
        return line + 1, position - self.starts[line] + 1

    def source(self, line: int) -> str:
        """The text of a line (from 1) without its end."""
        return self.text[self.starts[line - 1] : self.ends[line - 1]]


SHOWN = 20


def render(diagnostics: Sequence[Diagnostic], text: str, filename: str = "riddle") -> str:
    """All diagnostics as text for a terminal: source line, underline, label, help."""
    lines = Lines(text)
    blocks = [_block(one, lines, filename) for one in diagnostics[:SHOWN]]
    if len(diagnostics) > SHOWN:
        blocks.append(f"... and {len(diagnostics) - SHOWN} more\n")
    return "\n".join(blocks)


def _block(one: Diagnostic, lines: Lines, filename: str) -> str:
    line, column = lines.place(one.span.start)
    clause = f" (clause {one.clause})" if one.clause and not one.clause.startswith("line ") else ""
    out = [f"{one.severity}[{one.code}]: {one.title}{clause}"]
    margin = " " * len(str(line))
    out.append(f"{margin}--> {filename}:{line}:{column}")
    if one.span != NOWHERE:
        source, mark = _excerpt(lines.source(line), column - 1, one.span.end - one.span.start)
        out += [f"{margin} |", f"{line} | {source}", f"{margin} | {mark} {one.label}".rstrip()]
    elif one.label:
        out.append(f"{margin} = {one.label}")
    if one.help:
        out.append(f"{margin} = help: {one.help}")
    return "\n".join(out) + "\n"


def _excerpt(source: str, start: int, length: int) -> tuple[str, str]:
    """The source line, cut to a readable width around the span, and the underline below it."""
    length = max(1, min(length, len(source) - start))
    left = max(0, start - 60) if len(source) > 160 else 0
    right = min(len(source), max(start + length, left + 160)) if len(source) > 160 else len(source)
    right = min(right, left + 200)
    shown = "".join(
        " " if char == "\t" else char if char.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for char in source[left:right]
    )
    length = min(length, right - start)
    return shown, " " * (start - left) + "^" * max(1, length)


def as_json(one: Diagnostic, text: str) -> dict[str, Any]:
    """The diagnostic as the JSON object of the command line (lines and columns from 1)."""
    lines = Lines(text)
    line, column = lines.place(one.span.start)
    end_line, end_column = lines.place(one.span.end)
    return {
        "event": "diagnostic",
        "severity": one.severity,
        "code": one.code,
        "title": one.title,
        "message": one.message,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "clause": one.clause,
        "help": one.help,
        "suggestion": one.suggestion,
    }
