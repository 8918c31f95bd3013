"""The words that network cards bring, as plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

WITHOUT_ARTICLE = frozenset("much many little few some several two three".split())
"""First words of features that are had as they are: much ink, three corners."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``nouns`` give a word's kind; ``adjectives`` and ``features`` are phrases for what networks judge;
    ``functions`` are called with parentheses; ``units`` give a phrase the function whose values it measures."""

    nouns: Mapping[str, str] = field(default_factory=dict)
    adjectives: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)

    def kind(self, word: str) -> str | None:
        """The kind that a noun means, in the singular or the plural."""
        return self.nouns.get(word) or (self.nouns.get(word[:-1]) if word.endswith("s") else None)

    def entries(self) -> Iterator[tuple[str, str, str]]:
        """Lines for the lexicon of English: class, words, meaning in core text."""
        for noun, kind in self.nouns.items():
            yield "NOUN", noun, kind
            yield "NOUNS", f"{noun}s", kind
        for phrase in self.adjectives:
            yield "ADJ", phrase, f"x: {ident(phrase)}(x)"
        for phrase in self.features:
            yield "FEATURE", phrase, f"x: {ident(phrase)}(x)"
            if phrase.split()[0] in WITHOUT_ARTICLE:
                yield "FEATURES", phrase, f"x: {ident(phrase)}(x)"
            if not phrase.endswith("s"):
                yield "FEATURES", f"{phrase}s", f"x: {ident(phrase)}(x)"
        for name in self.functions:
            yield "FUNCTION", name, f"x: {name}(x)"
        for phrase, name in self.units.items():
            yield "UNIT", phrase, f"x: {name}(x)"


def ident(phrase: str) -> str:
    """A phrase as a name of the core language: ``closed circle`` is ``closed_circle``."""
    return "_".join("".join(char if char.isalnum() else " " for char in phrase.lower()).split())
