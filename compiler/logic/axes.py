"""Axes: which readouts a formula is about, in the order it first mentions them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from oedipus.compiler import checked as c
from oedipus.compiler.logic.evaluate import subformulas
from oedipus.compiler.program import Readout
from oedipus.networks.cards import Card


@dataclass(frozen=True, slots=True)
class Axis:
    """One readout as a formula sees it: ``numbers[class]`` is the integer a class stands for,
    None for a network that reads no integers."""

    readout: Readout
    numbers: tuple[int, ...] | None

    @property
    def classes(self) -> int:
        """Number of classes."""
        return self.readout.classes


@dataclass(frozen=True, slots=True)
class Readers:
    """What reads a riddle's variables: their kinds, the cards, and for each kind its value classifier."""

    kinds: Mapping[str, str]
    cards: Mapping[str, Card]
    values: Mapping[str, str]

    @classmethod
    def of(cls, riddle: c.Riddle, cards: Mapping[str, Card]) -> "Readers":
        """The readers of a riddle's variables."""
        values = {card.kind: card.name for card in cards.values() if card.language.get("value")}
        return cls({variable.name: variable.kind for variable in riddle.variables}, cards, values)

    def value_network(self, variable: str) -> str | None:
        """The classifier that reads the integer ``variable`` shows, None where its kind shows none."""
        return self.values.get(self.kinds[variable])

    def axis(self, variable: str, network: str) -> Axis:
        """The readout of ``network`` on ``variable``."""
        card = self.cards[network]
        numbers = tuple(map(int, card.classes)) if card.language.get("value") else None
        return Axis(Readout(variable, network, len(card.classes), card.table), numbers)

    def any_axis(self) -> list[Axis]:
        """A readout for a formula about nothing, so that every factor has one; none without variables."""
        for variable, kind in self.kinds.items():
            networks = [card.name for card in self.cards.values() if card.kind == kind and card.role == "classifier"]
            for network in sorted(networks, key=lambda name: name != self.values.get(kind)):
                return [self.axis(variable, network)]
        return []

    def keys(self, formula: c.Formula) -> Iterable[tuple[str, str]]:
        """The (variable, network) pairs of a formula, each once, in order of first mention."""
        found: dict[tuple[str, str], None] = {}
        for node in subformulas(formula):
            match node:
                case c.Seen(variable, network, _):
                    found[variable, network] = None
                case c.Value(variable):
                    found[variable, self.values[self.kinds[variable]]] = None
        return found
