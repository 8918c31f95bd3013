"""Whether a word can be taught: it is one word, has no meaning yet, and a riddle that says it is read as wanted."""

import re
from collections.abc import Mapping, Sequence

from oedipus.compiler.checked import Seen
from oedipus.compiler.frontend import read_text
from oedipus.compiler.resolve.functions import FUNCTIONS
from oedipus.compiler.vocabulary import words_of
from oedipus.dsl.core import KEYWORDS
from oedipus.dsl.english.lexicon import Lexicon
from oedipus.networks.bodies import body_of
from oedipus.networks.cards import Card

WORD = re.compile(r"[^\W\d_][^\W_]*")
LONGEST = 40
NOT = ("not-", "not_", "not ", "no-", "no_", "no ")
"""What the name of a class begins with that no word of its own is made of: *not-slanted*."""
TRUSTED = 10.0
"""The power up to which a riddle trusts a word of some dozen examples: at α = 300 the few pictures of which it is
surest would take everything."""


class TeachError(ValueError):
    """Something that cannot be taught; the message says why, and how to mend it."""


def draft(word: str, kind: str, classes: Sequence[str], cards: Mapping[str, Card]) -> tuple[Card, Card]:
    """The card of a network that tells ``classes``, one of which is ``word``, and that of the one it is built upon.

    Raises :class:`TeachError`.
    """
    generator = generator_of(kind, cards)
    body = body_of(generator.kind, cards)
    if body is None:
        raise TeachError(
            f"kind: there is no network of {generator.kind} pictures whose layers a new one could be built upon; "
            "docs/bring-your-own.md tells how to bring one of your own"
        )
    if word not in classes:
        raise TeachError(
            f"no folder is called '{word}'; there are {', '.join(classes)}: rename the one whose pictures are {word}"
        )
    spoken = [one for one in classes if not one.lower().startswith(NOT)]
    _known(spoken, cards)
    if word in cards:
        raise TeachError(f"a network of the library is called '{word}' already; take another word")
    card = Card(
        name=word, role="classifier", kind=generator.kind, architecture=body.architecture, classes=tuple(classes),
        licence="as the examples and the network that it is built upon",
        intended_use=f"tells {' from '.join(classes)} in pictures of a {generator.kind}, as the examples showed it",
        language={"adjectives": {one: one for one in spoken}}, alpha=TRUSTED,
    )  # fmt: skip
    for one in spoken:
        _tried(one, card, cards)
    return card, body


def generator_of(kind: str, cards: Mapping[str, Card]) -> Card:
    """What draws pictures of a kind, by the kind's name or a noun for it. Raises :class:`TeachError`."""
    words = words_of(cards)
    known = words.vocabulary.kind(kind.lower()) or kind
    if known not in words.generators:
        raise TeachError(f"kind: nothing draws a '{kind}'; there are {', '.join(sorted(words.generators))}")
    return cards[words.generators[known]]


def kinds(cards: Mapping[str, Card]) -> list[str]:
    """The kinds of pictures that something can be taught of, those whose values are read first."""
    words = words_of(cards)
    found = [kind for kind in words.generators if body_of(kind, cards) is not None]
    return sorted(found, key=lambda one: (one not in words.readers, one))


def _known(spoken: Sequence[str], cards: Mapping[str, Card]) -> None:
    """Raise :class:`TeachError` for what is not one word, or has a meaning already."""
    vocabulary = words_of(cards).vocabulary
    taken = {*KEYWORDS, *FUNCTIONS, *Lexicon(vocabulary.entries()).all_words()}
    for one in spoken:
        if not WORD.fullmatch(one) or not 2 <= len(one) <= LONGEST:
            raise TeachError(
                f"'{one}' is not one word of 2 to {LONGEST} letters or digits, which begins with a letter; call it "
                "otherwise (not-… for a class that needs no word)"
            )
        if one != one.lower():
            raise TeachError(f"'{one}': words are written small; call it '{one.lower()}'")
        if one in vocabulary.adjectives:
            raise TeachError(f"'{one}' is in the language already; take another word, or not-… for a class without one")
        if one in taken:
            raise TeachError(
                f"'{one}' is a word of the language, and sentences with it would be read otherwise; take another"
            )


def _tried(word: str, card: Card, cards: Mapping[str, Card]) -> None:
    """Raise :class:`TeachError` where a riddle that says the word is not read as wanted."""
    known = {**cards, card.name: card}
    for said in (f"x is {word}", f"x is not {word}", f"I. It is {word}."):
        riddle, found = read_text(f"{card.kind} x\n{said}\n", known)
        wrong = next((one.message for one in found if one.severity == "error"), "")
        seen = [part for clause in riddle.clauses for part in (clause.body, getattr(clause.body, "formula", None))]
        if wrong or not any(isinstance(one, Seen) and one.network == card.name for one in seen):
            why = f" ({wrong})" if wrong else ""
            raise TeachError(f"'{word}' would not be understood in '{said}'{why}; take another word")
