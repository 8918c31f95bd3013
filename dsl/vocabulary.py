"""The words that network cards bring, as plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

WITHOUT_ARTICLE = frozenset("much many little few some several two three".split())
"""First words of features that are had as they are: much ink, three corners."""


@dataclass(frozen=True, slots=True)
class Order:
    """The words by which the values of a kind have an order: *a comes before b in the rainbow*."""

    verbs: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    where: tuple[str, ...] = ()

    def entries(self) -> Iterator[tuple[str, str, str]]:
        """Lines for the lexicon of English."""
        for name, words, sign in (("BEFORE", self.before, "<"), ("AFTER", self.after, ">")):
            for word in words:
                yield f"STEP{name}", word, f"x: m: y: rank(x) = rank(y) {'-' if sign == '<' else '+'} m"
                for verb in self.verbs:
                    yield "ORDER", f"{verb} {word}", f"x: y: x {sign} y"
        for name, words in (("ORDERVERB", self.verbs), ("ORDERWHERE", self.where)):
            for word in words:
                yield name, word, "true"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``nouns`` give a word's kind; ``adjectives`` and ``features`` are phrases for what networks judge;
    ``functions`` are called with parentheses; ``units`` give a phrase the function whose values it measures."""

    nouns: Mapping[str, str] = field(default_factory=dict)
    adjectives: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each kind whose values are names, these in their order; kinds that show numbers have none."""
    orders: Mapping[str, Order] = field(default_factory=dict)
    """The kinds of these whose values have an order."""

    def kind(self, word: str) -> str | None:
        """The kind that a noun means, in the singular or the plural."""
        return self.nouns.get(word) or (self.nouns.get(word[:-1]) if word.endswith("s") else None)

    def entries(self) -> Iterator[tuple[str, str, str]]:
        """Lines for the lexicon of English: class, words, meaning in core text."""
        for noun, kind in self.nouns.items():
            yield "NOUN", noun, kind
            yield "NOUNS", f"{noun}s", kind
            if kind in self.values:
                yield "THING", noun, f"join({kind}s)"
                yield "THINGS", f"{noun}s", f"join({kind}s)"
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
        for name in dict.fromkeys(name for names in self.values.values() for name in names):
            for said in {" ".join(ident(name).split("_")), name.lower().replace("-", " - ")}:
                yield "VALUE", said, f'"{name}"'
        for order in dict.fromkeys(self.orders.values()):
            yield from order.entries()


def ident(phrase: str) -> str:
    """A phrase as a name of the core language: ``closed circle`` is ``closed_circle``."""
    return "_".join("".join(char if char.isalnum() else " " for char in phrase.lower()).split())
