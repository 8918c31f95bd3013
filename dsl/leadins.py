"""What comes before a statement and is no part of it: ``On top of that, …``, ``The clue was that …``."""

from dataclasses import replace
from functools import cache

from oedipus.dsl import phrases
from oedipus.dsl.content import content_words, has_content
from oedipus.dsl.declarations import Declared
from oedipus.dsl.diagnostics import Diagnostic
from oedipus.dsl.lexicon import Vocabulary, simplify
from oedipus.dsl.reader import RawClause
from oedipus.dsl.wordlists import ASIDE, CHANGING, FUNCTION_WORDS, REFERENTS


@cache
def _language() -> frozenset[str]:
    """Every word of the fixed phrases."""
    words = {word for _, _, pattern in phrases.PHRASES for row in phrases.expand(pattern) for word in row}
    return frozenset(words | content_words() | FUNCTION_WORDS) - ASIDE


def without_lead_in(
    clause: RawClause, declared: Declared, vocabulary: Vocabulary, notes: list[Diagnostic]
) -> RawClause:
    """The clause from where it begins to speak of digits, if an unknown word shows that something leads in to it.

    Words that could change what is said, such as *not* or *if*, are never left out.
    """
    words = simplify(clause.words, {})
    cut = 0
    for place, word in enumerate(words[:-2]):
        if word.text not in (",", ":", "that"):
            continue
        if has_content(words[:place], declared, vocabulary):
            break
        follows = words[place + 1].text
        if follows in REFERENTS or follows in _STARTING or follows in declared.names or words[place + 1].kind == "number":
            cut = place + 1
    lead = words[:cut]
    strange = any(
        word.kind == "word" and word.text not in _language() and word.text not in declared.names and len(word.text) > 1
        for word in lead
    )
    if not strange or any(word.text in CHANGING for word in lead) or not has_content(words[cut:], declared, vocabulary):
        return clause
    label = "taken as part of the story: it says nothing of the digits"
    notes.append(Diagnostic("W702", lead[0].span.to(lead[-1].span), label, "", "", clause.label))
    return replace(clause, words=tuple(words[cut:]))


_STARTING = frozenset(
    """
    the a an no every each both any some one two three four exactly only at there first second third fourth fifth
    last sum product twice
    """.split()
)
