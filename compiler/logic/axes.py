"""Axes: which readouts a formula is about, in the order it first mentions them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from oedipus.compiler import checked as c
from oedipus.compiler.logic.evaluate import subformulas
from oedipus.compiler.program import Readout
from oedipus.networks.cards import Card, truths, value_cards

Tables: TypeAlias = Mapping[str, Mapping[int, int] | Sequence[int]]
"""For each network the class that every value truly belongs to."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One readout as a formula sees it: ``numbers[class]`` is the integer a class stands for (of values that are
    names their place), None for a network that reads no values."""

    readout: Readout
    numbers: tuple[int, ...] | None

    @property
    def classes(self) -> int:
        """Number of classes."""
        return self.readout.classes


@dataclass(frozen=True, slots=True)
class Readers:
    """What reads a riddle's variables: their kinds, the cards, for each kind its value classifier, and for each network
    that declares a table the class of every value."""

    kinds: Mapping[str, str]
    cards: Mapping[str, Card]
    values: Mapping[str, Card]
    tables: Mapping[str, Mapping[int, int]]

    @classmethod
    def of(cls, riddle: c.Riddle, cards: Mapping[str, Card]) -> "Readers":
        """The readers of a riddle's variables."""
        kinds = {variable.name: variable.kind for variable in riddle.variables}
        return cls(kinds, cards, value_cards(cards.values()), truths(cards.values()))

    def value_network(self, variable: str) -> str | None:
        """The classifier that reads the value ``variable`` shows, None where its kind shows none."""
        card = self.values.get(self.kinds[variable])
        return card.name if card else None

    def told(self, variable: str, value: int) -> int | str:
        """A variable's value as it is told: a number, or its name."""
        card = self.values.get(self.kinds[variable])
        return card.told(value) if card else value

    def all_told(self, shown: Mapping[str, int]) -> dict[str, int | str]:
        """The same of several variables."""
        return {name: self.told(name, value) for name, value in shown.items()}

    def axis(self, variable: str, network: str) -> Axis:
        """The readout of ``network`` on ``variable``; its table is in the order of the value classifier's classes."""
        card, reader = self.cards[network], self.values.get(self.kinds[variable])
        table = self.tables.get(network)
        if table is not None and reader is not None:
            ordered = tuple(table[value] for value in reader.values)
        else:
            ordered = card.table  # type: ignore[assignment]
        readout = Readout(variable, network, len(card.classes), ordered)
        return Axis(readout, card.values if card.reads_values else None)

    def any_axis(self) -> list[Axis]:
        """A readout for a formula about nothing, so that every factor has one; none without variables."""
        for variable, kind in self.kinds.items():
            networks = [card.name for card in self.cards.values() if card.kind == kind and card.role == "classifier"]
            for network in sorted(networks, key=lambda name: name != self.value_network(variable)):
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
                    found[variable, self.values[self.kinds[variable]].name] = None
        return found
