"""What comes before a statement and is no part of it: ``On top of that, …``, ``The clue was that …``."""

from collections.abc import Sequence
from dataclasses import replace

from oedipus.dsl.content import has_content, language_words
from oedipus.dsl.declarations import Declared
from oedipus.dsl.diagnostics import Diagnostic
from oedipus.dsl.lexicon import Vocabulary, simplify
from oedipus.dsl.phrases import ORDINALS
from oedipus.dsl.reader import RawClause, Word
from oedipus.dsl.wordlists import CHANGING, REFERENTS, REPORTING, words_of


def without_lead_in(
    clause: RawClause, declared: Declared, vocabulary: Vocabulary, notes: list[Diagnostic]
) -> RawClause:
    """The clause from where it begins to speak of digits, if an unknown word shows that something leads in to it.

    Words that could change what is said, such as *not* or *if*, are never left out.
    """
    if not any(word.text in _CUTS for word in clause.words):
        return clause
    words = simplify(clause.words, {})
    cut = 0
    for place, word in enumerate(words[:-2]):
        if word.text not in _CUTS:
            continue
        verb = words[place - 1 - (place > 1 and words[place - 1].text in ("you", "me", "us", "him", "her"))]
        told = word.text == "that" and verb.text in REPORTING
        before = [one for one in words[:place] if not (told and one.text in _SPEAKERS)]
        if has_content(before, declared, vocabulary):
            break
        follows = words[place + 1].text
        if (
            (words[place + 1].written.isupper() and len(follows) > 1)
            or follows in REFERENTS
            or follows in _STARTING
            or follows in declared.names
            or words[place + 1].kind == "number"
        ):
            cut = place + 1
    lead = words[:cut]
    strange = any(
        word.kind == "word"
        and word.text not in language_words()
        and word.text not in declared.names
        and len(word.text) > 1
        for word in lead
    )
    if not strange or any(word.text in CHANGING for word in lead) or not has_content(words[cut:], declared, vocabulary):
        return clause
    notes.append(_left_out(lead, clause))
    return replace(clause, words=tuple(words[cut:]))


def without_tail(clause: RawClause, declared: Declared, vocabulary: Vocabulary, notes: list[Diagnostic]) -> RawClause:
    """The clause without what its story goes on with: ``…, and the professor left these clues``."""
    if not any(word.text in (",", "(") for word in clause.words):
        return clause
    words = simplify(clause.words, {})
    aside = next((place for place, word in enumerate(words) if word.text == "("), 0)
    if aside and words[-1].text == ")" and not has_content(words[aside + 1 : -1], declared, vocabulary):
        notes.append(_left_out(words[aside:], clause))
        return replace(clause, words=tuple(words[:aside]))
    for place, word in enumerate(words[:-2]):
        tail = words[place:]
        link = next((one.text for one in tail[:2] if one.text in _LINKING), "")
        if word.text != "," or not link or has_content(tail, declared, vocabulary):
            continue
        strange = [one for one in tail if one.kind == "word" and one.text not in language_words() and len(one.text) > 1]
        if (
            len(strange) < 2
            or any(one.text in CHANGING for one in tail)
            or not has_content(words[:place], declared, vocabulary)
        ):
            continue
        notes.append(_left_out(tail, clause))
        return replace(clause, words=tuple(words[:place]))
    return clause


def _left_out(words: Sequence[Word], clause: RawClause) -> Diagnostic:
    label = "taken as part of the story: it says nothing of the digits"
    return Diagnostic("W702", words[0].span.to(words[-1].span), label, "", "", clause.label)


_CUTS = frozenset([",", ":", "that"])
_LINKING = frozenset(["and", "so", "but", "because", "since", "as", "which", "who", "where", "although", "though"])


_SPEAKERS = frozenset({*ORDINALS, "one", "another", "other", "two", "three"})
_STARTING = words_of(
    """
    the a an no every each both any some one two three four exactly only at there first second third fourth fifth
    last sum product twice
    """
)
