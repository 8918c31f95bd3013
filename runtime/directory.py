"""A directory that one run at a time works in, and files that appear there as one set or not at all.

A set is written into ``.staged``. Renaming that to ``.whole`` is the moment at which it is complete; from there
its files are moved to their places. A run that dies before has changed nothing, one that dies
after has its files moved by whoever comes next.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from oedipus.networks.storing import WORK

LOCK, STAGED, WHOLE = ".lock", ".staged", ".whole"
LAST = "result.json"
"""The file of the numbers that is moved last: where it is, all of them are."""
OPTIONAL = ("solution.png", "report.html")
"""What is drawn of the numbers, and never outlives those it was drawn of."""


class TakenError(ValueError):
    """A directory that another run is working in."""


@contextmanager
def claimed(directory: Path) -> Iterator[None]:
    """Make ``directory`` where there is none, keep others out of it, and clear away what a killed run left.

    The operating system lets go of the lock of a process that dies; one that ends leaves no file.
    Raises :class:`TakenError`, and ``OSError`` where the directory cannot be written.
    """
    fresh = not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / LOCK
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise TakenError(
            f"out: another run is at work in {directory}; wait for it to end, or write into another directory"
        ) from None
    try:
        settle(directory)
        yield
    finally:
        # Removed while it is held: whoever opened it meanwhile finds that it has no name any more, and opens anew.
        with suppress(OSError):
            path.unlink(missing_ok=True)
        lock.release()
        if fresh:
            with suppress(OSError):
                directory.rmdir()  # if nothing came of it


def settle(directory: Path) -> None:
    """Finish what a killed run had begun: a whole set takes its place, all else that was half written goes."""
    _move(directory)
    shutil.rmtree(directory / STAGED, ignore_errors=True)
    for pattern in (".partial-*", "checkpoint*.partial", f".checkpoint*{WORK}"):
        for left in directory.glob(pattern):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


@contextmanager
def whole(directory: Path) -> Iterator[Path]:
    """A directory to write a set of files into; without an exception all of them replace those of ``directory``.

    Raises ``OSError``, and then, as after any other exception, ``directory`` is as it was.
    """
    staged = directory / STAGED
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    try:
        yield staged
        _settled_on_disk(staged)
        os.replace(staged, directory / WHOLE)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    _move(directory)


def _settled_on_disk(staged: Path) -> None:
    """On disk, not only on its way there."""
    for path in staged.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _move(directory: Path) -> None:
    """A whole set to its places, if there is one."""
    if not (directory / WHOLE).is_dir():
        return
    last = directory / WHOLE / LAST
    if last.exists():
        # Numbers without their mark and without pictures are no results; others beside them would be wrong ones.
        for name in (LAST, *OPTIONAL):
            (directory / name).unlink(missing_ok=True)
    for path in sorted((directory / WHOLE).iterdir(), key=lambda one: one == last):
        os.replace(path, directory / path.name)
    (directory / WHOLE).rmdir()
