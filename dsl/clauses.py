"""Small tools for making clauses out of words of other clauses."""

from collections.abc import Sequence
from dataclasses import replace

from oedipus.dsl.phrases import NUMBER_WORDS
from oedipus.dsl.reader import RawClause, Word


def said_at(clause: RawClause, *texts: str | Word) -> RawClause:
    """A clause of new words at the place of the old one."""
    at = clause.words[0]
    words = [one if isinstance(one, Word) else made_word(one, at.start) for one in texts]
    return replace(clause, words=tuple(words))


def made_word(text: str, at: int) -> Word:
    """A new word at a place of the text."""
    kind = "number" if text.isdecimal() else "symbol" if text in ",:=+-*" else "word"
    return Word(kind, text.lower(), text, at, at)  # type: ignore[arg-type]


def line_of(words: Sequence[Word]) -> str:
    """The words with one space between them."""
    return " ".join(word.text for word in words)


def count_of(text: str) -> int | None:
    """The number that a word tells, None for other words."""
    return int(text) if text.isdecimal() else 1 if text == "single" else NUMBER_WORDS.get(text)
