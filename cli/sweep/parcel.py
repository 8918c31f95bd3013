"""A compiled riddle on its way to another machine: plain JSON and files that are known by their sha256.

Nothing in a parcel is ever unpickled. Networks that are shipped travel by their hash alone: a worker has the same
ones, or refuses.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from oedipus.compiler import serialise
from oedipus.networks.cards import SHIPPED, Card, read_cards
from oedipus.networks.files import GIGA, read_regular
from oedipus.version import VERSION

if TYPE_CHECKING:
    from oedipus.compiler.program import Program
    from oedipus.service.reading import Reading

Files: TypeAlias = Mapping[str, bytes]
TENSORS, GIVEN, LIBRARY = "program.safetensors", "given.safetensors", "library"
MOST = 8 * GIGA


class ParcelError(Exception):
    """A parcel that this machine cannot open; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """``structure``: the program's JSON; ``shipped``: sha256 of each shipped network; ``files``: sha256 by name."""

    structure: str
    shipped: Mapping[str, str]
    files: Mapping[str, str]
    version: str = VERSION

    @property
    def digest(self) -> str:
        """sha256 of all that it holds."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def text(self) -> str:
        """As JSON, always the same for the same content."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @staticmethod
    def of(text: str) -> "Parcel":
        """What :attr:`text` gave."""
        return Parcel(**json.loads(text))


def pack(reading: "Reading", program: "Program | None" = None) -> tuple[Parcel, dict[str, bytes]]:
    """The reading's program with all that its solution needs, and the contents of its files by their sha256.

    Raises ``RiddleError``, ``OSError``.
    """
    from oedipus.runtime.saved import hash_of

    program = reading.program if program is None else program
    contents: dict[str, bytes] = {}
    files: dict[str, str] = {}
    for name, content in _files(reading, program):
        files[name] = hashlib.sha256(content).hexdigest()
        contents[files[name]] = content
    kinds = {one.kind for one in program.variables}
    shipped = {
        name: hash_of(card)
        for name, card in sorted(reading.cards.items())
        if card.directory == SHIPPED and card.kind in kinds
    }
    if program.given is not None:
        program = replace(program, given=GIVEN)
    structure, _ = serialise.encode(program)
    return Parcel(structure, shipped, files), contents


def _files(reading: "Reading", program: "Program") -> Iterator[tuple[str, bytes]]:
    yield TENSORS, serialise.encode(program)[1]
    if program.given is not None:
        yield GIVEN, read_regular((reading.folder or Path()) / program.given, MOST)
    for card in reading.cards.values():
        if card.directory != SHIPPED:
            yield f"{LIBRARY}/{card.path.name}", read_regular(card.path, MOST)
            if card.weights.exists():
                yield f"{LIBRARY}/{card.weights.name}", read_regular(card.weights, MOST)


@dataclass(frozen=True, slots=True)
class Opened:
    """A parcel on the machine that is to solve it; ``folder`` is where the program's paths begin."""

    program: "Program"
    cards: Mapping[str, Card]
    folder: Path


def unpack(parcel: Parcel, store: Path) -> Opened:
    """Lay a parcel's files out in ``store``, where they lie by their sha256.

    Raises :class:`ParcelError` for a file that is missing or another, and for other networks or another version.
    """
    from oedipus.runtime.saved import hash_of

    if parcel.version != VERSION:
        raise ParcelError(f"this worker has oedipus {VERSION}, the sweep is of {parcel.version}; install the same")
    folder = store / f"parcel-{parcel.digest[:32]}"
    if not folder.is_dir():
        _lay_out(parcel, store, folder)
    tensors = read_regular(folder / TENSORS, MOST)
    library = folder / LIBRARY
    cards = read_cards((library,) if library.is_dir() else ())
    for name, wanted in parcel.shipped.items():
        if name not in cards or hash_of(cards[name]) != wanted:
            raise ParcelError(f"this worker's network '{name}' is not the sweep's; install the same oedipus there")
    return Opened(serialise.decode(parcel.structure, tensors), cards, folder)


def _lay_out(parcel: Parcel, store: Path, folder: Path) -> None:
    partial = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    for name, digest in parcel.files.items():
        place = Path(name)
        if place.is_absolute() or ".." in place.parts:
            raise ParcelError(f"a file of the sweep is called '{name}'")
        content = fetch(store, digest)
        target = partial / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    try:
        partial.rename(folder)
    except OSError:  # another task of this worker was faster
        shutil.rmtree(partial, ignore_errors=True)
        if not folder.is_dir():
            raise


def put(store: Path, files: Files) -> None:
    """Store contents by their sha256. Raises :class:`ParcelError` for one that is not what its name says."""
    store.mkdir(parents=True, exist_ok=True)
    for digest, content in files.items():
        if hashlib.sha256(content).hexdigest() != digest:
            raise ParcelError(f"a file of the sweep was damaged on its way ({digest[:12]})")
        target = store / digest
        if not target.exists():
            partial = target.with_suffix(f".{os.getpid()}")
            partial.write_bytes(content)
            partial.replace(target)


def fetch(store: Path, digest: str) -> bytes:
    """A stored content. Raises :class:`ParcelError` where it is missing or damaged."""
    try:
        content = read_regular(store / digest, MOST)
    except OSError as error:
        raise ParcelError(f"a file of the sweep did not arrive at this worker ({digest[:12]})") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise ParcelError(f"a file of the sweep is damaged on this worker ({digest[:12]})")
    return content
