"""Cards: what a network is, where it came from, and the words it brings to the language.

Reading cards needs no torch; the compiler sees networks only through them.
"""

import os
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import tomli_w

from oedipus.networks.files import read_regular
from oedipus.networks.own import own_library
from oedipus.networks.roles import EXPORTED, NUMBER, Role

# The shipped cards are part of the program; a schema, and the time to import one, is for those of others.
LIMIT = 1 << 16
"""Bytes of the largest card."""
MOST = 500
"""Most cards of a directory."""
SHIPPED = Path(__file__).parent / "weights"


GROUPS = ("adjectives", "features", "sorts")
"""The tables of a card that give phrases a class."""


class CardError(Exception):
    """A card that cannot be used; the message names the file, the field and the mend."""


class WeightsError(Exception):
    """Weights are missing, damaged or of another architecture; the message says which and how to mend it."""


@dataclass(frozen=True, slots=True)
class Card:
    """One network's card (TOML beside its weights).

    ``classes`` are the labels of a classifier's outputs, in order; ``table``
    gives for each value of the kind the class it truly belongs to (None where that is
    unknown, so that symbolic checks skip it). ``language`` holds the phrases:

    - ``nouns``: words that declare a variable of this generator's kind;
    - ``value = true``: this classifier reads the value a picture shows, and its classes
      are the values of the kind: whole numbers, or names in their order;
    - ``order``: whether values that are names have one, and the words for it;
    - ``adjectives``: ``{phrase: class}`` for "is odd";
    - ``features``: ``{phrase: class}`` for "has a closed circle";
    - ``sorts``: ``{phrase: class}`` for "is a vowel", "two vowels";
    - ``rows``: of the reader of names, what all pictures of the kind in their order are called: "the word";
    - ``functions``: names for "age(portrait)", and ``units`` for "33 years old".

    ``picture`` gives ``shape`` and ``range`` of a generator's pictures, which are
    brought to 0..1; ``memory`` how many it draws at a time (``chunk``) and whether
    activations are computed again for the gradient (``recompute = true``).
    ``licence`` is that of the weights; ``intended_use`` says what they are for,
    and what they cannot tell. ``version`` is the network's own (PEP 440), ``needs`` are other networks that it
    cannot do without, of some versions (:func:`oedipus.networks.own.need_of`). ``alpha`` of a classifier is the power
    above which its word is not taken: clauses that ask it count with no more, unless they name a power themselves.
    """

    name: str
    role: Role
    kind: str
    architecture: str
    options: Mapping[str, int] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    table: tuple[int, ...] | None = None
    language: Mapping[str, Any] = field(default_factory=dict)
    picture: Mapping[str, Any] = field(default_factory=dict)
    memory: Mapping[str, int] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    sha256: str = ""
    licence: str = ""
    intended_use: str = ""
    version: str = "1.0"
    needs: tuple[str, ...] = ()
    alpha: float | None = None
    directory: Path = SHIPPED

    @property
    def weights(self) -> Path:
        """The file beside the card: safetensors, or the program of a network that brings its own architecture."""
        return self.directory / f"{self.name}{'.pt2' if self.architecture == EXPORTED else '.safetensors'}"

    @property
    def path(self) -> Path:
        """The card's own file."""
        return self.directory / f"{self.name}.toml"

    @property
    def latents(self) -> int:
        """Dimension of a generator's Gaussian latents."""
        return int(self.options["latents"])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, rows and columns of a generator's pictures. Raises :class:`CardError` where it does not say."""
        shape = tuple(int(one) for one in self.picture.get("shape", ()))
        if len(shape) != 3 or min(shape) < 1:
            raise CardError(f"{self.name}: the card needs [picture] with shape = [channels, rows, columns]")
        return shape

    @property
    def reads_values(self) -> bool:
        """Whether this is the classifier whose classes are the values of its kind."""
        return self.role != "judge" and bool(self.language.get("value"))

    @property
    def named(self) -> bool:
        """Whether the classes are names rather than numbers."""
        return not all(map(NUMBER.fullmatch, self.classes))

    @property
    def values(self) -> tuple[int, ...]:
        """What each class is worth as a value: the number that it is, or the place of a name, from 0."""
        return tuple(range(len(self.classes))) if self.named else tuple(map(int, self.classes))

    def shows(self, place: int) -> int | str:
        """What a picture of class ``place`` shows, as it is told."""
        return self.told(self.values[place])

    def told(self, value: int) -> int | str:
        """A value as it is told: the number, or the name."""
        return self.classes[value] if self.named else value

    def text(self) -> str:
        """The card as TOML."""
        plain = {
            "name": self.name,
            "version": None if self.version == "1.0" else self.version,
            "role": self.role,
            "kind": self.kind,
            "architecture": self.architecture,
            "sha256": self.sha256,
            "licence": self.licence,
            "intended_use": self.intended_use,
            "needs": list(self.needs),
            "alpha": self.alpha,
            "classes": list(self.classes),
            "table": None if self.table is None else list(self.table),
            "options": dict(self.options),
            "picture": dict(self.picture),
            "memory": dict(self.memory),
            "language": dict(self.language),
            "figures": dict(self.figures),
            "training": dict(self.training),
        }
        return tomli_w.dumps({key: value for key, value in plain.items() if value not in (None, "", [], {})})

    def write(self, directory: Path) -> Path:
        """Write the card as ``directory/NAME.toml``, whole or not at all."""
        path = directory / f"{self.name}.toml"
        partial = path.with_suffix(".toml.partial")
        try:
            partial.write_text(self.text(), encoding="utf-8")
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        return path


def read_card(path: Path) -> Card:
    """Read one card. Raises :class:`CardError` naming the card, the key and what is wrong with it."""
    from oedipus.networks.card_schema import SchemaError, parse, shown, validate

    try:
        raw = parse(read_regular(path, LIMIT).decode("utf-8"))
        validate(raw)
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror})") from error
    except SchemaError as error:
        raise CardError(f"{path}: {error}") from error
    except ValueError as error:
        raise CardError(f"{path}: not a TOML file ({shown(error)})") from error
    if raw["name"] != path.stem:
        raise CardError(f"{path}: the card is called '{raw['name']}'; 'name' and file name must agree")
    return _card(path, raw)


def _card(path: Path, raw: dict[str, Any]) -> Card:
    classes, table, needs = tuple(raw.pop("classes", ())), raw.pop("table", None), tuple(raw.pop("needs", ()))
    return Card(
        needs=needs, classes=classes, table=None if table is None else tuple(table), directory=path.parent, **raw
    )


@cache
def _shipped() -> Mapping[str, Card]:
    paths = sorted(SHIPPED.glob("*.toml"))
    cards = [_card(path, tomllib.loads(path.read_text(encoding="utf-8"))) for path in paths]
    return {card.name: card for card in cards}


def read_cards(directories: Iterable[Path] = (), *, own: bool = True) -> Mapping[str, Card]:
    """All cards by name: the shipped ones, with ``own`` those of the user's library, then those of each directory,
    later ones winning.

    Raises :class:`CardError` for a bad card, cards that do not agree, or a directory without any.
    """
    found = dict(_shipped())
    if own:
        found |= {card.name: card for card in map(read_card, sorted(own_library().glob("*.toml"))[:MOST])}
    for directory in directories:
        try:
            paths = sorted(directory.glob("*.toml"))
        except (OSError, ValueError) as error:
            raise CardError(f"{str(directory)!r}: no network cards can be there ({error})") from error
        if not paths:
            raise CardError(f"{directory}: no network cards (*.toml) there")
        if len(paths) > MOST:
            raise CardError(f"{directory}: {len(paths):,} network cards; {MOST} are the most")
        found |= {card.name: card for card in map(read_card, paths)}
    _agree(found.values())
    return MappingProxyType(found)


def value_cards(cards: Iterable[Card]) -> dict[str, Card]:
    """For each kind whose pictures show a value, the classifier that reads it; of several the last."""
    return {card.kind: card for card in cards if card.reads_values}


def truths(cards: Collection[Card]) -> dict[str, dict[int, int]]:
    """For each network that declares a table, and each reader of values, the class of every value: a table lists them
    in the order of the values, numbers by their size and names by their place."""
    values = {kind: sorted(card.values) for kind, card in value_cards(cards).items()}
    found = {
        card.name: dict(zip(card.values, range(len(card.classes)), strict=True)) for card in cards if card.reads_values
    }
    return found | {
        card.name: dict(zip(values.get(card.kind, range(len(card.table))), card.table, strict=True))
        for card in cards
        if card.table is not None
    }


def _agree(cards: Collection[Card]) -> None:
    """Raise :class:`CardError` for two readers of a kind that know different values, and for a table that is shorter
    or longer than the values."""
    readers: dict[str, Card] = {}
    for card in cards:
        if card.reads_values and _values(card) != _values(readers.setdefault(card.kind, card)):
            other = readers[card.kind]
            raise CardError(
                f"{card.path}: 'classes' are not the values of a {card.kind} as '{other.name}' reads them: "
                f"{', '.join(other.classes[:20])}"
            )
    for card in cards:
        known = readers.get(card.kind)
        if card.table is not None and known is not None and len(card.table) != len(known.classes):
            raise CardError(
                f"{card.path}: 'table' has {len(card.table)} entries; a {card.kind} shows one of "
                f"{len(known.classes)} values, and each needs one"
            )


def _values(card: Card) -> tuple[str, ...] | frozenset[int]:
    """What two readers of a kind have in common: the names in their order, or the numbers."""
    return card.classes if card.named else frozenset(card.values)
