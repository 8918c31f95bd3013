"""Whether a sentence states something of digits, or only tells a story."""

import re
from collections.abc import Sequence
from functools import cache

from oedipus.dsl import phrases
from oedipus.dsl.clauses import line_of
from oedipus.dsl.declarations import Declared
from oedipus.dsl.diagnostics import Diagnostic, closest
from oedipus.dsl.lexicon import Vocabulary, simplify
from oedipus.dsl.phrases import NUMBER_NOUNS, NUMBER_WORDS, PLACES
from oedipus.dsl.reader import RawClause, Word
from oedipus.dsl.wordlists import (
    ASIDE,
    CONTENTFUL,
    COUNTED_IN_STORIES,
    FUNCTION_WORDS,
    HEADINGS,
    IMPERATIVES,
    JUDGING,
    REFERENTS,
    WEAK,
)

_WIDE = re.compile(rf"(?:^|(?<= ))({'|'.join([*NUMBER_WORDS, 'single'])}|\d+) digits?(?: |$)")


@cache
def content_words() -> frozenset[str]:
    """Words that state something of digits."""
    said = {
        word
        for terminal, _, pattern in phrases.PHRASES
        if terminal in CONTENTFUL
        for phrase in phrases.expand(pattern)
        for word in phrase
    }
    counted = {*NUMBER_WORDS, *phrases.PLURAL_NUMBERS, *phrases.ORDINALS}
    places = {word for name in PLACES for word in name.split()}
    own = {"digit", "digits", "letters"} | JUDGING
    return frozenset((said | counted | places | own) - FUNCTION_WORDS - ASIDE)


def has_content(words: Sequence[Word], declared: Declared, vocabulary: Vocabulary) -> bool:
    """Whether the words could state something of a digit."""
    counted = {place for place in range(len(words) - 1) if _counts_people(words, place)}
    words = [word for place, word in enumerate(words) if place not in counted]
    known = content_words()
    own = {
        phrase.split()[-1]
        for phrase in (*vocabulary.adjectives, *vocabulary.features)
        if phrase.split()[0] not in ("a", "an")
    }
    names = declared.names
    return any(
        word.kind not in ("word", "symbol")
        or (word.kind == "symbol" and word.text not in (",", ":", "-", "'", "'s"))
        or (word.kind != "symbol" and word.text in known)
        or word.text in own
        or (word.text in vocabulary.nouns and word.text not in NUMBER_NOUNS)
        or (word.text in names and (word.text not in ("a", "i") or _listed(words, place)))
        or (word.kind == "word" and word.text not in ("a", "i") and len(word.text) == 1)
        for place, word in enumerate(words)
    )


def _listed(words: Sequence[Word], place: int) -> bool:
    """Whether a name that could be an article or a pronoun stands in a list: ``a, c and e``."""
    return place + 1 == len(words) or words[place + 1].text in (",", "and", "=", "+")


def _counts_people(words: Sequence[Word], place: int) -> bool:
    """``five clues``, ``three students``: what is counted is no part of the language."""
    counted = words[place + 1].text
    return (
        words[place].text in NUMBER_WORDS
        and words[place + 1].kind == "word"
        and (counted in COUNTED_IN_STORIES or not (counted in FUNCTION_WORDS or counted in content_words()))
        and counted not in NUMBER_NOUNS
        and counted != "letters"
        and len(counted) > 3
    )


def _without_weak(words: list[Word]) -> list[Word]:
    """Without words such as *after* or *number of*, where most of a sentence is none of the language's."""
    counted = {
        place
        for place in range(len(words) - 2)
        if words[place].text == "number" and words[place + 1].text == "of" and _strange(words[place + 2])
    }
    rest = [word for place, word in enumerate(words) if place not in counted]
    if sum(map(_strange, words)) < ENOUGH_STRANGE or any(word.text in NUMBER_NOUNS for word in rest):
        return words
    return [word for word in rest if word.text not in WEAK]


ENOUGH_STRANGE = 3
"""Words unknown to the language by which a sentence is told from one that only misspells."""


def _strange(word: Word) -> bool:
    """Whether a word is none of the language's."""
    return word.kind == "word" and len(word.text) > 2 and word.text not in language_words()


@cache
def language_words() -> frozenset[str]:
    """Every word of the fixed phrases."""
    words = {word for _, _, pattern in phrases.PHRASES for row in phrases.expand(pattern) for word in row}
    return frozenset(words | content_words() | FUNCTION_WORDS) - ASIDE


def is_story(
    clause: RawClause, declared: Declared, vocabulary: Vocabulary, notes: list[Diagnostic], *, first: bool = False
) -> bool:
    """Whether a sentence only tells a story: it says nothing of digits, nor of the number itself.

    The ``first`` one of a file may be its title.
    """
    words = simplify(clause.words, {})
    spoken = [word for word in words if word.text != "one"]
    if len(spoken) < len(words) and any(_strange(word) for word in words):
        words = spoken
    words = _without_weak(words)
    if not words or has_content(words, declared, vocabulary) or (declared.whole and _WIDE.search(line_of(words))):
        return False
    if [word.text for word in words if word.text not in HEADINGS] == []:
        return True
    texts = [word.text for word in words if word.text not in ("the", "a", "an", ",", "so", "and", "now", "please")]
    if not texts or texts[0] in ("let", "alpha", "evidence", "data", "given") or words[0].kind == "string":
        return False
    if texts[0] == "solve" and texts[1:2] not in (["this"], ["these"], ["following"], ["puzzle"], ["riddle"]):
        return False
    if any(word.kind == "string" for word in words):
        return False
    if _BARE_NUMBER.fullmatch(line_of(words)):
        return True
    if clause.asked or (texts[0] in IMPERATIVES and len(texts) > 1):
        return not (texts[0] in ("find", "what", "which", "determine") and len(texts) < 4 and not clause.asked)
    told = [word for word in clause.words if word.kind == "word"]
    if texts[0] in REFERENTS or len(told) < 3:
        return first and _is_title(told)
    known = content_words() - JUDGING
    if len(texts) < 6 and any(
        len(text) > 3 and text not in FUNCTION_WORDS | known and closest(text, known, cutoff=0.85) for text in texts
    ):
        return False
    notes.append(
        Diagnostic(
            "W702", clause.span, "taken as part of the story: it says nothing of the digits", "", "", clause.label
        )
    )
    return True


def _is_title(words: Sequence[Word]) -> bool:
    """``Safe Conduct.``: strange words, each with a capital letter."""
    return bool(words) and all(word.written[:1].isupper() and _strange(word) for word in words)


_BARE_NUMBER = re.compile(
    r"(?:(?:i|we|you) (?:am|are|have|was|'ve|pick|picked|chose|think|thought)? ?)?(?:thinking |think |thought |guess )?(?:of )?"  # noqa: E501
    r"(?:a|an|the|this|some|my) (?:\w+ )?(?:number|code)"
)
