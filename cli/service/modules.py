"""Networks of others in the user's own library: added, removed, verified."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from oedipus.networks.archive import ArchiveError, contents
from oedipus.networks.cards import SHIPPED, Card, CardError, read_card, read_cards
from oedipus.networks.inspection import inspect
from oedipus.networks.own import clashes, dependants, unmet


class ModuleError(ValueError):
    """Networks that cannot be added or removed; the message says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Added:
    """``cards`` as they lie in the library now; ``before``: the versions of those that were there already."""

    cards: tuple[Card, ...]
    before: Mapping[str, str]


def add(source: Path, library: Path, *, upgrade: bool = False) -> Added:
    """Put every network of a folder or an archive into the library: all of them, or none.

    Each is looked through as one named by ``use`` would be. Raises :class:`ModuleError`, ``TakenError`` where another
    command changes the library, ``OSError``.
    """
    from oedipus.runtime.directory import claimed, whole

    with tempfile.TemporaryDirectory(prefix="oedipus-") as folder:
        staged = Path(folder)
        try:
            for name, content in contents(source):
                (staged / name).write_bytes(content)
            cards = _looked_through(staged, source)
        except ArchiveError as error:
            raise ModuleError(str(error)) from error
        with claimed(library):
            before = _agreed(cards, library, upgrade=upgrade)
            with whole(library) as place:
                for card in cards:
                    (place / card.weights.name).write_bytes(card.weights.read_bytes())
                    (place / card.path.name).write_text(card.text(), encoding="utf-8")
    return Added(tuple(replace(card, directory=library) for card in cards), before)


def _looked_through(folder: Path, source: Path) -> list[Card]:
    """The cards of a module, with the sha256 of their weights."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise ModuleError(f"{source}: no network cards (NAME.toml) in it")
    try:
        cards = [read_card(path) for path in paths]
        inspect(cards)
    except CardError as error:
        raise ModuleError(str(error).replace(f"{folder}/", f"{source}: ")) from error
    return [replace(card, sha256=card.sha256 or _sha256(card)) for card in cards]


def _sha256(card: Card) -> str:
    with card.weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _agreed(cards: Sequence[Card], library: Path, *, upgrade: bool) -> dict[str, str]:
    """The versions that are there already. Raises :class:`ModuleError` for what speaks against adding the cards."""
    shipped = {name: card for name, card in read_cards(own=False).items() if card.directory == SHIPPED}
    there = own_cards(library)
    taken = [card.name for card in cards if card.name in shipped]
    if taken:
        raise ModuleError(f"'{taken[0]}' is the name of a network that is shipped; give it another name")
    other = {card.name: there[card.name].version for card in cards if card.name in there}
    if other and not upgrade:
        name, version = next(iter(other.items()))
        new = next(card.version for card in cards if card.name == name)
        raise ModuleError(f"'{name}' is there already, version {version}; --upgrade puts version {new} in its place")
    together = {**shipped, **there, **{card.name: card for card in cards}}
    others = {name: card for name, card in together.items() if name not in {one.name for one in cards}}
    wrong = [*unmet(together, together.values()), *clashes(others, cards)]
    if wrong:
        raise ModuleError("; ".join(wrong))
    with tempfile.TemporaryDirectory() as folder:  # the rest is what reading them all together finds
        for card in [*there.values(), *cards]:
            card.write(Path(folder))
        try:
            read_cards((Path(folder),), own=False)
        except CardError as error:
            raise ModuleError(str(error).replace(f"{folder}/", "")) from error
    return other


def own_cards(library: Path) -> dict[str, Card]:
    """The cards of a library that can be read; one that cannot is no reason not to remove or replace it."""
    found = {}
    for path in sorted(library.glob("*.toml")):
        try:
            found[path.stem] = read_card(path)
        except CardError:
            continue
    return found


def remove(names: Iterable[str], library: Path, *, others: bool = False) -> list[str]:
    """Take networks out of the library, with ``others`` those that need them, too; the names of all that went.

    Raises :class:`ModuleError` for one that is not there or is needed, ``TakenError``, ``OSError``.
    """
    from oedipus.runtime.directory import claimed

    wanted = list(dict.fromkeys(names))
    with claimed(library):
        there = own_cards(library)
        for name in wanted:
            if not (library / f"{name}.toml").exists():
                raise ModuleError(_missing(name, library, there))
            needing = [one for one in dependants(there, name) if one not in wanted]
            if needing and not others:
                raise ModuleError(f"'{name}' is needed by {', '.join(needing)}; --with-dependants removes these, too")
            wanted += needing
        for name in wanted:  # a card is what makes a network exist
            (library / f"{name}.toml").unlink(missing_ok=True)
        for name in wanted:
            for suffix in (".safetensors", ".pt2"):
                (library / f"{name}{suffix}").unlink(missing_ok=True)
    return wanted


def _missing(name: str, library: Path, there: Mapping[str, Card]) -> str:
    if (SHIPPED / f"{name}.toml").exists():
        return f"'{name}' is shipped with oedipus and stays"
    known = f"there are {', '.join(there)}" if there else "there are none"
    return f"no network '{name}' in {library}; {known}"


@dataclass(frozen=True, slots=True)
class Verified:
    """``faults``: a sentence each; ``figures``: by name what the card says and what was measured now."""

    name: str
    version: str
    faults: tuple[str, ...] = ()
    figures: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def verify(names: Sequence[str], library: Path, data: Path | None = None) -> Iterator[Verified]:
    """Look through networks, all of them without names: schema, needs, hash, weights, and with ``data`` their figures.

    Raises :class:`ModuleError` for a name that is not there; ``DataError`` where ``data`` are not those of a recipe.
    """
    shipped = {card.name: card.path for card in read_cards(own=False).values()}
    paths = shipped | {path.stem: path for path in sorted(library.glob("*.toml"))}
    for name in names:
        if name not in paths:
            raise ModuleError(f"no network is called '{name}'; there are {', '.join(sorted(paths))}")
    known = {**read_cards(own=False), **own_cards(library)}
    for name in names or sorted(paths):
        try:
            card = read_card(paths[name])
        except CardError as error:
            yield Verified(name, "?", (str(error),))
            continue
        faults = [*unmet(known, [card]), *_weights(card)]
        figures = {} if faults or data is None else _measured(card, data)
        faults += [f"{one}: the card says {said:g}, measured now {now:g}" for one, (said, now) in figures.items()
                   if not _same(said, now)]  # fmt: skip
        yield Verified(name, card.version, tuple(faults), figures)


def _weights(card: Card) -> Iterator[str]:
    from oedipus.networks.library import WeightsError, load_network

    if not card.sha256:
        yield "the card has no sha256, so nothing tells whether the weights are still its own"
    try:
        if card.sha256 and _sha256(card) != card.sha256:
            yield f"{card.weights}: its sha256 is not the card's"
            return
        load_network(card)
    except OSError as error:
        yield f"cannot read {card.weights} ({error.strerror})"
    except WeightsError as error:
        yield str(error)


def _measured(card: Card, data: Path) -> dict[str, tuple[float, float]]:
    """Figures of the card that can be measured again: by its recipe, else the share right on a folder a class."""
    from oedipus.networks.library import load_network
    from oedipus.service.remeasure import measured

    found = measured(card, load_network(card), data)
    return {name: (said, found[name]) for name, said in card.figures.items() if name in found}


def _same(said: float, now: float) -> bool:
    return abs(said - now) <= 0.002 + 0.01 * abs(said)
