"""The user's own library, one folder beside the shipped one: where it lies, and what its cards need of each other."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oedipus.networks.cards import Card

VARIABLE = "OEDIPUS_LIBRARY"
NEED = re.compile(r"([^\s<>=!~,;][^<>=!~,;]*?)\s*((?:[<>=!~]=?|===).*)?")
"""A need as a card writes it: a name, then perhaps versions, as ``slant >= 1.2, < 2``."""


def own_library() -> Path:
    """OEDIPUS_LIBRARY, else ``oedipus/networks`` in the user's folder for the data of programs."""
    home = os.environ.get(VARIABLE)
    if home:
        return Path(home)
    from platformdirs import user_data_path

    return user_data_path("oedipus", appauthor=False) / "networks"


@dataclass(frozen=True, slots=True)
class Need:
    """Another network that a card cannot do without, of some versions (PEP 440), of any where ``versions`` is empty."""

    name: str
    versions: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.versions}".strip()

    def met_by(self, card: "Card") -> bool:
        """Whether a network of that name is of a version that will do."""
        from packaging.specifiers import SpecifierSet

        return SpecifierSet(self.versions).contains(card.version, prereleases=True)


def need_of(text: str) -> Need:
    """What a card writes. Raises ``ValueError``."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    found = NEED.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"must be a name, with versions or without, such as slant >= 1.2, not '{text[:60]}'")
    try:
        SpecifierSet(found[2] or "")
    except InvalidSpecifier:
        raise ValueError(f"must be a name and versions, such as slant >= 1.2, not '{text[:60]}'") from None
    return Need(found[1], (found[2] or "").strip())


def unmet(cards: Mapping[str, "Card"], of: Iterable["Card"]) -> Iterator[str]:
    """What some of the cards need and the others do not give, a sentence each."""
    for card in of:
        for need in map(need_of, card.needs):
            if need.name not in cards:
                yield f"'{card.name}' needs '{need}', and there is no network of that name"
            elif not need.met_by(cards[need.name]):
                yield f"'{card.name}' needs '{need}', and '{need.name}' is of version {cards[need.name].version}"


def dependants(cards: Mapping[str, "Card"], name: str) -> list[str]:
    """Names of the networks that cannot do without one, those that need these in turn among them."""
    found = [name]
    for one in found:
        found += [
            card.name
            for card in cards.values()
            if card.name not in found and any(need_of(need).name == one for need in card.needs)
        ]
    return found[1:]


def clashes(cards: Mapping[str, "Card"], new: Iterable["Card"]) -> Iterator[str]:
    """Words that a new card gives a kind and another network of that kind has already, a sentence each."""
    known = {(kind, word): card for card in cards.values() for kind, word in _words(card)}
    for card in new:
        for kind, word in _words(card):
            other = known.get((kind, word))
            if other is not None and other.name != card.name:
                yield f"'{word}' of a {kind} would be read by '{card.name}', and is by '{other.name}'"


def _words(card: "Card") -> Iterator[tuple[str, str]]:
    if card.role == "judge":
        return
    for field in ("adjectives", "features", "functions"):
        for word in card.language.get(field, ()):
            yield card.kind, str(word).lower()
    for noun in card.language.get("nouns", ()):
        yield "picture", str(noun).lower()
