"""A word that can carry meaning, put anywhere into a sentence, changes what is understood or is refused.

Where the core text stays the same the word was passed over: allowed only where it says what is said anyway, which
``NEUTRAL`` lists, each with the reason.
"""

import re
from collections.abc import Mapping

import pytest

from oedipus.compiler.resolve.functions import FUNCTIONS
from oedipus.compiler.vocabulary import words_of
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.english.reading import English, Unread
from oedipus.dsl.parser import parser_of
from oedipus.dsl.reader import read
from oedipus.networks.cards import Card

DIGITS = "digits a, b, c"
NUMBER = "I am a three-digit number."
CODE = "There is a code of three digits."
BASES = (
    ("", "There are three digits: a, b and c."),
    ("", "There are two two-digit numbers: p and q."),
    ("", "Let x and y be nonzero digits."),
    ("", "I am a three-digit number less than 500."),
    (DIGITS, "a and b are odd."),
    (DIGITS, "the digits are greater than 3"),
    (DIGITS, "a and b add up to 9"),
    (DIGITS, "a is larger than the others"),
    (DIGITS, "two of the digits are odd"),
    (DIGITS, "a is between b and c"),
    (DIGITS, "the digits are in increasing order"),
    (DIGITS, "a is divisible by b"),
    (NUMBER, "My digits are even."),
    (NUMBER, "I contain a 7."),
    (NUMBER, "The sum of my digits is 12."),
    (NUMBER, "If my digits are reversed, the result is 99 more than the number."),
    (NUMBER, "The 1 is before the 3."),
    (CODE, "682 has two correct digits, both in the wrong places."),
)
WORDS = (
    "different", "distinct", "only", "exactly", "all", "both", "consecutive", "always", "together", "strictly", "same",
    "not", "any", "two", "three", "itself", "other", "even", "equal", "possible", "at least", "right", "another",
)  # fmt: skip
NEUTRAL: tuple[tuple[str, str], ...] = (
    (r"exactly (two|three|9|12|99|3)\b", "a count and a value are exact"),
    (r"\bonly two (of|correct)", "two is no more than two"),
    (r"\ball (the|my|odd|even|greater|of)\b", "what is said of several is said of all"),
    (r"\bare all\b", "so"),
    (r"\bboth a and b\b|a and b are both|both b and c", "there are two of them"),
    (r"\btogether add up|add up together|^together a and b add", "a sum is of both together"),
    (r"\bstrictly increasing", "increasing is strictly so"),
    (r"\bthe three digits|\bMy three digits|all three", "there are three of them"),
    (r"\bthe other\b|two others", "the others"),
    (r"\b(a|b|c|I|number|digits) itself", "itself only stresses"),
    (r"exactly divisible", "divisible without a remainder"),
    (r"both the others", "there are two others"),
    (r"even greater", "more than something else"),
    (r"^all (a and b|My digits)|my three digits", "all of them"),
)


def readings(english: English, said: str) -> set[tuple[s.Body, ...]]:
    """What a sentence can mean; nothing where it is refused."""
    try:
        return {one.bodies for one in english.options(read(said)[0][0].words)}
    except (Unread, Mistake):
        return set()


@pytest.mark.parametrize(("declared", "said"), BASES, ids=[said for _, said in BASES])
def test_no_word_is_passed_over(declared: str, said: str, cards: Mapping[str, Card]) -> None:
    vocabulary = words_of(cards)
    parser = parser_of(declared or said, vocabulary.vocabulary, frozenset(vocabulary.readers), FUNCTIONS)
    base = readings(parser.english, said)
    assert base
    words = said.rstrip(".").split()
    passed = []
    for word in WORDS:
        for at in range(len(words) + 1):
            changed = " ".join([*words[:at], word, *words[at:]])
            if any(re.search(pattern, changed) for pattern, _ in NEUTRAL):
                continue
            if base & readings(parser.english, changed):
                passed.append(changed)
    assert not passed
