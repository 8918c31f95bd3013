"""Riddles that declare nothing: what they speak of, told with the warning W703."""

from collections.abc import Iterator, Sequence

from oedipus.dsl import syntax as s
from oedipus.dsl.english.lexicon import NUMBERS
from oedipus.dsl.english.reading import English
from oedipus.dsl.reader import RawClause


def inferred(raw: Sequence[RawClause], english: English) -> Iterator[tuple[s.Body, RawClause]]:
    """What is spoken of, and the clause that does so first."""
    yield from _letters(raw)
    _ = english


def _letters(raw: Sequence[RawClause]) -> Iterator[tuple[s.Body, RawClause]]:
    """``SEND + MORE = MONEY``: a digit for each letter."""
    for clause in raw:
        texts = [word.text for word in clause.words]
        if "=" not in texts or not any(text in "+-*" for text in texts):
            continue
        words = [word for word in clause.words if word.kind == "word"]
        if words and all(word.written.isupper() for word in words):
            letters = dict.fromkeys(letter for word in words for letter in word.written if letter.isalpha())
            names = tuple(s.Name(letter, words[0].span) for letter in letters)
            yield s.Declare("digit", names, span=clause.span), clause
            return


__all__ = ["NUMBERS", "inferred"]
