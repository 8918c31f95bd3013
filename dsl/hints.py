"""Hints as in Mastermind: a guess, and how much of it is right."""

import re

from oedipus.dsl.clauses import line_of
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.lexicon import Lexicon
from oedipus.dsl.reader import Word
from oedipus.dsl.terminals import Token, token

_UNCLEAR = re.compile(
    r"(?<!all )\b(?:one|two|three|four|five|\d) (?:digits?|numbers?) (?:is|are) (?:wrong|incorrect)(?= ?$| ,)"
    r"|not (?:all|both) in"
)


def hint(words: list[Word], lexicon: Lexicon) -> list[Token]:
    """``682 has one correct digit in the right place`` as GUESS and parts, else nothing."""
    if len(words) > 3 and words[0].text in ("guess", "code", "number", "combination") and words[1].kind == "number":
        words = words[1:]
    if len(words) > 3 and words[0].text == "in" and words[1].kind == "number" and len(words[1].text) > 1:
        words = words[1:]
    if len(words) < 3 or words[0].kind != "number" or not words[0].text.isdecimal():
        return []
    line = line_of(words)
    if unclear := _UNCLEAR.search(line):
        at = words[len(line[: unclear.start()].split())]
        raise Mistake("E201", at.span, "this does not tell how many digits are right", "say how many are, and where")
    digits = 1
    while digits < len(words) and words[digits].kind == "number" and len(words[digits].text) == 1:
        digits += 1
    out = [token("GUESS", "".join(word.text for word in words[:digits]), words[0].start, words[digits - 1].end)]
    place, telling = digits, False
    while place < len(words):
        found = lexicon.match(words, place)
        if words[place].kind == "number":
            found = 1, ("NUM", words[place].text)
        length, (terminal, value) = found or (1, ("", None))
        terminal, value = {"ONE_OF": ("NUM", 1), "NEITHER": ("NO", "no")}.get(terminal, (terminal, value))
        span = words[place].start, words[place + length - 1].end
        telling = telling or terminal in ("CORRECT", "PLACED", "NOTHING")
        if terminal in ("NUM", "NO", "NOTHING", "CORRECT", "PLACED", "QUANT") or (terminal == "ALL" and len(out) == 1):
            out.append(token(terminal, value, *span))
        elif terminal not in ("HAS", "IS", "AND", "DIGITS", "NOUN", "OF", "LIMIT", "IT", "MINUS", "ALL", "") or (
            terminal == "" and words[place].text not in (",", ":", "but", "however", "contains", "-", "only")
        ):
            return []
        place += length
    return out if telling else []
