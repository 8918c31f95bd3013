"""A module as one file: a zip or a tar of cards and weights, read without anything being unpacked where it wants."""

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from oedipus.networks.files import GIGA, open_regular, read_regular, size_of

SUFFIXES = (".toml", ".safetensors", ".pt2")
LIMIT = 4 * GIGA
MOST = 1000
CHUNK = 1 << 20


class ArchiveError(ValueError):
    """A module that cannot be read; the message says why."""


def contents(source: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every card and file of weights in a folder or an archive, which may have one folder inside.

    Whatever else lies there is passed over. Raises :class:`ArchiveError`, ``OSError``.
    """
    if source.is_dir():
        found = sorted(path for path in source.iterdir() if path.suffix in SUFFIXES)
        if len(found) > MOST:
            raise ArchiveError(f"{source}: {len(found):,} files; {MOST:,} are the most")
        for path in found:
            yield path.name, read_regular(path, LIMIT)
        return
    open_regular(source, LIMIT).close()
    try:
        yield from _zipped(source) if zipfile.is_zipfile(source) else _tarred(source)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, RuntimeError, NotImplementedError) as error:
        raise ArchiveError(f"{source}: neither a folder nor a zip or tar archive that can be read ({error})") from error


def _zipped(source: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(source) as archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        budget = _Budget(source, len(members))
        for member in members:
            name = budget.name(member.filename)
            if name:
                with archive.open(member) as file:
                    yield name, budget.read(file)


def _tarred(source: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(source) as archive:
        budget = _Budget(source, 0)
        for member in archive:
            budget.count()
            name = budget.name(member.name) if member.isfile() else ""
            file = archive.extractfile(member) if name else None
            if file is not None:
                yield name, budget.read(file)


class _Budget:
    """What may be read of an archive: each name once, and no more bytes than a bound, whatever its headers say."""

    def __init__(self, source: Path, members: int) -> None:
        self.source, self.left, self.members, self.names = source, LIMIT, members, set[str]()
        self.count(0)

    def count(self, more: int = 1) -> None:
        self.members += more
        if self.members > 10 * MOST:
            raise ArchiveError(f"{self.source}: more than {10 * MOST:,} members")

    def name(self, member: str) -> str:
        """The file's own name, empty for what is no part of a module. Folders inside are left out."""
        path = PurePosixPath(member.replace("\\", "/"))
        if path.suffix not in SUFFIXES or path.name.startswith("."):
            return ""
        if path.name in self.names:
            raise ArchiveError(f"{self.source}: '{path.name}' is in it twice")
        self.names.add(path.name)
        if len(self.names) > MOST:
            raise ArchiveError(f"{self.source}: more than {MOST:,} files")
        return path.name

    def read(self, file: IO[bytes]) -> bytes:
        parts = []
        while part := file.read(CHUNK):
            self.left -= len(part)
            if self.left < 0:
                raise ArchiveError(f"{self.source}: it holds more than {size_of(LIMIT)}")
            parts.append(part)
        return b"".join(parts)
