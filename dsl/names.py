"""Which names can be declared: all but the words of the language, a few of which are read as themselves anyway."""

from collections.abc import Collection

from oedipus.dsl.core import KEYWORDS
from oedipus.dsl.english.lexicon import Lexicon

FREE = frozenset(
    # Ordinals; what is where; things in stories; people and pictures; results.
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    left right front back up down high old new start end over under
    bike box boxes card cards chest cup cups dial dials door doors hat hats hole house key lock locker padlock phone
    room safe shell suitcase table toolbox treasure vault wheel
    age face man woman male female portrait letter name word year answer secret mystery
    max will big high low great
    total rest result value size place position figure same together time""".split()
)
"""Words of the language that a name may be: nouns mostly, which mean something only beside others. A test declares
each and holds what is said of it against what is said of a name that is no word."""


def reserved_names(lexicon: Lexicon, functions: Collection[str]) -> frozenset[str]:
    """The words of two letters or more that no digit, number or definition can be called."""
    words = {word for word in (*KEYWORDS, *functions, *lexicon.all_words()) if len(word) > 1}
    return frozenset(words - FREE)
