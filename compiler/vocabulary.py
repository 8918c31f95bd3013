"""The words that network cards bring, and what they mean: cards to vocabulary.

Adding a card with a new phrase is all it takes for a riddle to use it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from oedipus.dsl.vocabulary import Order, Vocabulary, ident
from oedipus.networks.cards import Card, value_cards


@dataclass(frozen=True, slots=True)
class Meaning:
    """A phrase's network, the class that the phrase names, and the kind of picture it reads."""

    kind: str
    network: str
    label: int
    table: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Words:
    """All phrases of a library of networks. A phrase may have one meaning for each kind."""

    vocabulary: Vocabulary
    cards: Mapping[str, Card]
    adjectives: Mapping[str, Mapping[str, Meaning]]
    features: Mapping[str, Mapping[str, Meaning]]
    sorts: Mapping[str, Mapping[str, Meaning]]
    functions: Mapping[str, Mapping[str, str]]
    generators: Mapping[str, str]
    readers: Mapping[str, Card]
    """For each kind the classifier that reads the value a picture shows."""
    values: Mapping[str, Mapping[str, int]]
    """For each name of a value, as it is called in core text, the kinds that have it and what it is worth there."""

    def named(self, kind: str) -> Card | None:
        """The reader of a kind whose values are names, None for other kinds."""
        card = self.readers.get(kind)
        return card if card is not None and card.named else None

    def ordered(self, kind: str) -> bool:
        """Whether one value of the kind can be less than another."""
        return self.named(kind) is None or "order" in self.readers[kind].language


def words_of(cards: Mapping[str, Card]) -> Words:
    """Collect the phrases of all cards but those of judges."""
    used = [card for card in cards.values() if card.role != "judge"]
    adjectives = _meanings(used, "adjectives")
    features = _meanings(used, "features")
    sorts = _meanings(used, "sorts")
    functions: dict[str, dict[str, str]] = {}
    units: dict[str, str] = {}
    for card in used:
        for name in _names(card.language.get("functions", ())):
            functions.setdefault(name, {})[card.kind] = card.name
            units |= dict.fromkeys(_names(card.language.get("units", ())), name)
    generators: dict[str, str] = {}
    for card in used:
        if card.role == "generator" and (card.kind not in generators or card.name == card.kind):
            generators[card.kind] = card.name
    readers = value_cards(used)
    vocabulary = Vocabulary(
        nouns={noun.lower(): card.kind for card in used if card.role == "generator" for noun in _nouns(card)},
        adjectives=frozenset(adjectives),
        features=frozenset(features),
        functions=frozenset(functions),
        units=units,
        values={kind: card.classes for kind, card in readers.items() if card.named},
        orders={kind: _order(card) for kind, card in readers.items() if card.named and "order" in card.language},
        rows={kind: tuple(card.language.get("rows", ())) for kind, card in readers.items() if card.named},
        sorts={phrase: frozenset(kinds) for phrase, kinds in sorts.items()},
        owners=_owners(adjectives, features, sorts),
    )
    return Words(vocabulary, cards, adjectives, features, sorts, functions, generators, readers, _values(readers))


def _values(readers: Mapping[str, Card]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for kind, card in readers.items():
        for place, name in enumerate(card.classes if card.named else ()):
            found.setdefault(ident(name), {})[kind] = place
    return found


def _owners(*tables: Mapping[str, Mapping[str, Meaning]]) -> dict[str, frozenset[str]]:
    """For each phrase of the tables the kinds that it is said of."""
    found: dict[str, frozenset[str]] = {}
    for table in tables:
        for phrase, kinds in table.items():
            found[phrase] = found.get(phrase, frozenset()) | frozenset(kinds)
    return found


def _order(card: Card) -> Order:
    return Order(**{name: tuple(words) for name, words in card.language["order"].items()})


def _nouns(card: Card) -> list[str]:
    return [*card.language.get("nouns", ()), card.kind]


def _names(said: Any) -> list[str]:
    """Names given as a list, as the keys of a table, or as one string."""
    return [said] if isinstance(said, str) else [str(name) for name in said]


def _meanings(cards: list[Card], group: str) -> dict[str, dict[str, Meaning]]:
    found: dict[str, dict[str, Meaning]] = {}
    for card, phrase, label in _phrases(cards, group):
        found.setdefault(phrase.lower(), {})[card.kind] = Meaning(
            card.kind, card.name, card.classes.index(label), card.table
        )
    return found


def _phrases(cards: list[Card], group: str) -> Iterator[tuple[Card, str, str]]:
    for card in cards:
        for phrase, label in card.language.get(group, {}).items():
            yield card, phrase, label
