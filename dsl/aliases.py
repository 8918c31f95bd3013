"""What a number is, as a name for it: behind *My age is a two-digit number*, *my age* is the number."""

import re
from collections.abc import Sequence
from dataclasses import replace

from oedipus.dsl.clauses import line_of
from oedipus.dsl.content import language_words
from oedipus.dsl.lexicon import Vocabulary, simplify
from oedipus.dsl.patterns import apply, rules
from oedipus.dsl.phrases import NUMBER_NOUNS
from oedipus.dsl.reader import RawClause

_TELLING = re.compile(
    r"(?:(?:the|my|his|her|our|your|their) |(?:the )?[a-z]+'s )(?:[a-z]+ )?(?P<noun>[a-z]{3,})(?: of .+)? (?:is|was) "
    r"an? (?:[a-z]+ )?(?:\w+) digit (?:[a-z]+ )?(?:number|code|integer|year)\b.*"
)


def unaliased(clauses: Sequence[RawClause], vocabulary: Vocabulary) -> list[RawClause]:
    """The clauses with *the number* for what one of them says that the number is."""
    noun = next((noun for clause in clauses if (noun := _told(clause, vocabulary))), "")
    if not noun:
        return list(clauses)
    said = rules(
        f"{noun} {noun}'s :: (?:the|my|his|her|our|your|their|this|that) {noun}(?: in years)?(?! is an? \\w+ digit)"
        " -> the number"
    )
    return [
        clause
        if _told(clause, vocabulary)
        else replace(clause, words=tuple(apply(simplify(clause.words, {}), said)))
        if any(word.text == noun for word in clause.words)
        else clause
        for clause in clauses
    ]


def _told(clause: RawClause, vocabulary: Vocabulary) -> str:
    """The noun that a clause makes a name of the number, an empty string for other clauses."""
    if all(word.text != "digit" for word in clause.words):
        return ""
    told = _TELLING.fullmatch(line_of(simplify(clause.words, {})))
    noun = told.group("noun") if told else ""
    known = noun in language_words() or noun in NUMBER_NOUNS or noun in vocabulary.nouns
    return "" if known else noun
