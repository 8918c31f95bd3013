"""What is told of a sentence that has no reading: the furthest word, what would fit, how to mend it."""

from collections.abc import Sequence

from oedipus.dsl.diagnostics import Mistake, closest, likely_typo
from oedipus.dsl.english.reading import English, Unread
from oedipus.dsl.reader import Word
from oedipus.dsl.spans import Span

_NEUTRAL = frozenset(
    "the a an is was were are of to in on at his her my i he she it and with for from by who has have had that this as".split()
)


def explain_unread(unread: Unread, english: English) -> Mistake:
    """The mistake of a sentence without a reading."""
    words, at = unread.words, unread.chart.far
    known = english.lexicon.all_words() | english.declared.names()
    for word in words:
        if word.kind == "word" and len(word.text) > 1 and word.text not in known and not english.declared.spells(word.text):
            near = closest(word.text, known)
            help_ = f"did you mean '{near}'?" if near and likely_typo(word.text, near) else _fitting(unread)
            return Mistake("E102", word.span, f"'{word.written}' has no meaning here", help_, near)
    if at >= len(words):
        end = words[-1].end
        return Mistake("E202", Span(end, end), "the sentence ends too soon", _fitting(unread))
    return Mistake("E201", words[at].span, f"'{words[at].written}' cannot stand here", _fitting(unread))


def _fitting(unread: Unread) -> str:
    plain = sorted(word for word in unread.chart.awaiting() if word.islower())[:8]
    return f"what fits here: {', '.join(plain)}" if plain else "see docs/language.md"


def story_reason(words: Sequence[Word], english: English) -> str:
    """The word for which a sentence cannot be left out as a story; empty where there is none."""
    for word in words:
        if word.kind in ("number", "ordinal", "string"):
            return word.written
        if word.kind == "symbol" and word.text not in (",", ":", "'", "-"):
            return word.written
        if word.kind == "word" and word.text not in _NEUTRAL and word.text in english.lexicon.all_words() | english.declared.names():
            return word.written
    return ""
