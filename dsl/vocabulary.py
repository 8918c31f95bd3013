"""The words that network cards bring, as plain data."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

WITHOUT_ARTICLE = frozenset("much many little few some several two three".split())
"""First words of features that are had as they are: much ink, three corners."""


@dataclass(frozen=True, slots=True)
class Order:
    """The words by which the values of a kind have an order: *a comes before b in the rainbow*."""

    verbs: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    sorted: tuple[str, ...] = ()

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
        for word in self.sorted:
            yield "SORTED", word, "g: increasing(g)"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``nouns`` give a word's kind; ``adjectives``, ``features`` and ``sorts`` (*a vowel*) are phrases for what
    networks judge; ``functions`` are called with parentheses; ``units`` give a phrase the function whose values it
    measures."""

    nouns: Mapping[str, str] = field(default_factory=dict)
    adjectives: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    sorts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each sort the kinds that it is said of."""
    functions: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each kind whose values are names, these in their order; kinds that show numbers have none."""
    orders: Mapping[str, Order] = field(default_factory=dict)
    """The kinds of these whose values have an order."""
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each of these kinds what all its pictures in their order are called: *the word*."""
    owners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each adjective, feature and sort the kinds that it is said of."""

    def kind(self, word: str) -> str | None:
        """The kind that a noun means, in the singular or the plural."""
        return self.nouns.get(word) or (self.nouns.get(word[:-1]) if word.endswith("s") else None)

    def spoken(self, words: Collection[str]) -> frozenset[str]:
        """The kinds of named values that a text is about by its words: a value of two letters or more, or what is
        said of such kinds alone."""
        named = frozenset(self.values)
        said = [(ident(one), kind) for kind, names in self.values.items() for one in names if len(one) > 1]
        said += [(ident(one), kind) for one, kinds in self.owners.items() if kinds <= named for kind in kinds]
        return frozenset(kind for phrase, kind in said if all(word in words for word in phrase.split("_")))

    def within(self, kinds: Collection[str]) -> "Vocabulary":
        """The same without what is said of other kinds of named values than ``kinds``; their nouns stay."""
        idle = frozenset(self.values) - frozenset(kinds)
        unsaid = {phrase for phrase, owners in self.owners.items() if owners <= idle}
        return replace(
            self,
            adjectives=self.adjectives - unsaid,
            features=self.features - unsaid,
            sorts={phrase: owners for phrase, owners in self.sorts.items() if phrase not in unsaid},
            values={kind: names for kind, names in self.values.items() if kind not in idle},
            orders={kind: order for kind, order in self.orders.items() if kind not in idle},
        )

    def entries(self) -> Iterator[tuple[str, str, str]]:
        """Lines for the lexicon of English: class, words, meaning in core text."""
        yield from self._things()
        yield from self._phrases()
        for name in self.functions:
            yield "FUNCTION", name, f"x: {name}(x)"
        for phrase, name in self.units.items():
            yield "UNIT", phrase, f"x: {name}(x)"
        for name in dict.fromkeys(name for names in self.values.values() for name in names):
            for said in {" ".join(ident(name).split("_")), name.lower().replace("-", " - ")}:
                yield "VALUE", said, f'"{name}"'
        for order in dict.fromkeys(self.orders.values()):
            yield from order.entries()

    def _things(self) -> Iterator[tuple[str, str, str]]:
        """What the pictures of each kind are called, one, several, and all in a row."""
        for noun, kind in self.nouns.items():
            yield "NOUN", noun, kind
            yield "NOUNS", f"{noun}s", kind
            yield from (("NOUNROW", f"{noun} {row}", kind) for row in self.rows.get(kind, ()))
            if kind in self.values:
                yield "THING", noun, f"join({kind}s)"
                yield "THINGS", f"{noun}s", f"join({kind}s)"
                yield from (("DIGITWORD", said, "true") for said in (noun, f"{noun}s"))
        for kind in self.values:
            yield from (("ROW", row, f"join({kind}s)") for row in self.rows.get(kind, ()))

    def _phrases(self) -> Iterator[tuple[str, str, str]]:
        """What networks judge."""
        for phrase in self.adjectives:
            yield "ADJ", phrase, f"x: {ident(phrase)}(x)"
        for phrase in self.features:
            yield "FEATURE", phrase, f"x: {ident(phrase)}(x)"
            if phrase.split()[0] in WITHOUT_ARTICLE:
                yield "FEATURES", phrase, f"x: {ident(phrase)}(x)"
            if not phrase.endswith("s"):
                yield "FEATURES", f"{phrase}s", f"x: {ident(phrase)}(x)"
        for phrase, owners in self.sorts.items():
            for said in (phrase, f"{phrase}s"):
                yield "KIND", said, f"x: {ident(phrase)}(x)"
                for kind in sorted(owners & set(self.values)):
                    yield "SORTS", said, f"f: f(join({kind}s), x: {ident(phrase)}(x))"


def ident(phrase: str) -> str:
    """A phrase as a name of the core language: ``closed circle`` is ``closed_circle``."""
    return "_".join("".join(char if char.isalnum() else " " for char in phrase.lower()).split())
