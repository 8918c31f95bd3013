"""From raw words to terms of the grammar: which phrase stands where.

A :class:`Lexicon` joins the fixed phrases with the words of the network cards.
The longest phrase wins at each place, which is what makes English readable by
one deterministic grammar behind it; names declared in the file come first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from oedipus.dsl import phrases
from oedipus.dsl.phrases import NUMBER_NOUNS, Entry
from oedipus.dsl.reader import Word

Phrase: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that network cards bring, as plain data.

    ``nouns`` give a word's kind; ``adjectives`` and ``features`` a phrase's
    predicate name; ``functions`` are called with parentheses; ``units`` give a
    phrase the function whose values it measures.
    """

    nouns: Mapping[str, str] = field(default_factory=dict)
    adjectives: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, str] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)


@cache
def _fixed() -> dict[Phrase, Entry]:
    """The vocabulary-free part of the phrase dictionary; the first entry of a phrase wins."""
    table: dict[Phrase, Entry] = {}
    for terminal, value, pattern in phrases.PHRASES:
        for phrase in phrases.expand(pattern):
            table.setdefault(phrase, (terminal, value))
    for word, number in {**phrases.NUMBER_WORDS, **phrases.PLURAL_NUMBERS}.items():
        table.setdefault((word,), ("NUM", number))
    for word, number in phrases.ORDINALS.items():
        table.setdefault((word,), ("ORD", number))
    for word, number in (("third", -3), ("fourth", -4), ("fifth", -5)):
        table[(word, "last")] = table[(word, "to", "last")] = ("ORD", number)
    table[("second", "last")] = table[("second", "to", "last")] = table[("penultimate",)] = ("ORD", -2)
    return table


def fixed_terminal(text: str) -> str:
    """The terminal of a single word of the fixed phrases, or an empty string."""
    return _fixed().get((text,), ("", None))[0]


_SINGULAR_PLACES = frozenset(["unit", "ten", "hundred", "thousand", "million"])


@cache
def _places() -> dict[Phrase, Entry]:
    """``tens digit``, ``digit in the tens place``, ``hundreds`` and so on."""
    table: dict[Phrase, Entry] = {}
    for name, power in phrases.PLACES.items():
        words: Phrase = tuple(name.split())
        forms: list[Phrase] = [words, ("_".join(words),), (*words[:-1], words[-1] + "'s")]
        for base in forms:
            entry = ("PLACE", power)
            for behind in (("digit",), ("place",), ("place", "digit"), ("column",), ("position",)):
                table[(*base, *behind)] = entry
            for noun in ("digit", "number", "figure"):
                for link in ("in", "at", "of", "on"):
                    for tail in (("place",), ("position",), ("column",), ()):
                        if (noun, link, tail) == ("number", "of", ()):
                            continue  # a count
                        table[(noun, link, *base, *tail)] = entry
            if name not in _SINGULAR_PLACES:
                table[base] = entry
    return table


class Lexicon:
    """All phrases that can occur in a file, and the longest-match search over them."""

    def __init__(self, vocabulary: Vocabulary, *, places: bool = False) -> None:
        self.vocabulary = vocabulary
        self.table: dict[Phrase, Entry] = dict(_fixed())
        if places:
            self.table |= _places()
        self._add_words(vocabulary)
        self._longest: dict[str, int] = {}
        self.words = frozenset(word for phrase in self.table for word in phrase)
        for phrase in self.table:
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))

    def _add_words(self, words: Vocabulary) -> None:
        self.table.setdefault(("letter",), ("NOUN", "digit"))
        self.table.setdefault(("letters",), ("DIGITS", "digit"))
        for noun in NUMBER_NOUNS:
            self.table.setdefault((noun,), ("NOUN", "digit"))
        for noun, kind in words.nouns.items():
            self.table[tuple(noun.split())] = ("NOUN", kind)
            for plural in (f"{noun}s", f"{noun}es"):
                self.table.setdefault(tuple(plural.split()), ("DIGITS", kind))
        for phrase, name in words.features.items():
            for form in (phrase, f"{phrase}s"):
                self.table[tuple(form.split())] = ("FEATURE", name)
        for phrase, name in words.adjectives.items():
            self.table[tuple(phrase.split())] = ("ADJ", name)
        for phrase, name in words.units.items():
            self.table[tuple(phrase.split())] = ("UNIT", name)

    def match(self, words: Sequence[Word], start: int) -> tuple[int, Entry] | None:
        """The longest phrase at ``start``: how many words it takes, and its entry."""
        longest = self._longest.get(words[start].text, 0)
        if not longest:
            return None
        texts = tuple(word.text for word in words[start : start + longest])
        for length in range(len(texts), 0, -1):
            entry = self.table.get(texts[:length])
            if entry is not None:
                return length, entry
        return None

    def terminal(self, words: Sequence[Word], start: int) -> str:
        """The terminal of the phrase at ``start``, or an empty string."""
        found = self.match(words, start) if start < len(words) else None
        return found[1][0] if found else ""


def simplify(words: Sequence[Word], names: Mapping[str, Any]) -> list[Word]:
    """Words with contractions opened and possessives split off declared names."""
    out: list[Word] = []
    for word in _fractions(words):
        text = word.text
        opened = phrases.CONTRACTIONS.get(text)
        if text in names or "'" not in text:
            out.append(word)
        elif opened:
            out += [word._replace(text=part) for part in opened.split()]
        elif text.endswith("'s") and (text[:-2] in names or text[:-2] in _OWNERS):
            cut = word.end - 2
            out.append(word._replace(text=text[:-2], written=word.written[:-2], end=cut))
            out.append(Word("symbol", "'s", word.written[-2:], cut, word.end))
        else:
            out.append(word)
    return out


_PARTS = {
    name: size
    for size, forms in enumerate(
        ["half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 2
    )
    for name in (forms, f"{forms}s")
} | {"halves": 2, "fourth": 4, "fourths": 4}


def _fractions(words: Sequence[Word]) -> list[Word]:
    """``a third of``, ``two thirds of``, ``one quarter of`` as one word."""
    out: list[Word] = []
    for place, word in enumerate(words):
        if (
            word.text == "of"
            and [one.text for one in out[-2:-1]] == ["/"]
            and out[-1].text.isdecimal()
            and len(out) > 2
        ):
            top, _, bottom = out[-3:]
            if top.text.isdecimal() and int(bottom.text):
                out[-3:] = [Word("fraction", f"{top.text}/{bottom.text}", "", top.start, bottom.end)]
            out.append(word)
            continue
        size = _PARTS.get(word.text) if word.kind == "word" else None
        following = words[place + 1].text if place + 1 < len(words) else ""
        before = out[-1] if out else None
        if (
            size is None
            or before is None
            or not (following in ("of", "as", "the", "my", "its") or (before.text not in ("a", "an") and following))
        ):
            out.append(word)
            continue
        share = 1 if before.text in ("a", "an") else phrases.NUMBER_WORDS.get(before.text)
        share = int(before.text) if before.text.isdecimal() else share
        if share is None:
            out.append(word)
            continue
        out[-1] = Word("fraction", f"{share}/{size}", f"{before.written} {word.written}", before.start, word.end)
    return out


_OWNERS = frozenset(["number", "code", "it", "digit", "first", "second", "third", "fourth", "fifth", "last"])
