"""Files that others wrote: only regular ones are opened, and never more is read than a bound says.

Opening a pipe waits for whoever writes to it, a device never ends, and a file
may grow while it is read. Everything that a user, a riddle or a card names is
opened here.
"""

import errno
import json
import os
import stat
import sys
from io import BufferedReader
from pathlib import Path
from typing import Any

KILO, MEGA, GIGA = 1 << 10, 1 << 20, 1 << 30
CHUNK = 1 << 20
"""Bytes that are read at once of a file that says it has none."""
_WAITS_NOT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class FileRefused(OSError):  # noqa: N818 - it is what the user is told
    """A file that is not read; ``strerror`` says why, in words that follow the file's name."""

    def __init__(self, reason: str, path: Path) -> None:
        super().__init__(errno.EINVAL, reason, str(path))


def open_regular(path: Path, limit: int) -> BufferedReader:
    """The regular file of at most ``limit`` bytes at ``path``, opened. Raises ``OSError``."""
    try:
        handle = os.open(path, os.O_RDONLY | _WAITS_NOT)
    except ValueError as error:  # a NUL or a lone surrogate inside the name
        raise FileRefused("no file can have this name", path) from error
    try:
        _check(path, os.fstat(handle), limit)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_regular(path: Path, limit: int) -> bytes:
    """The content of a regular file of at most ``limit`` bytes. Raises ``OSError``."""
    with open_regular(path, limit) as file:
        # Room is taken for all that is asked for, before a byte is read; some files say that they have none.
        content = file.read(min(limit, os.fstat(file.fileno()).st_size) + 1)
        while len(content) <= limit and (more := file.read(min(CHUNK, limit + 1 - len(content)))):
            content += more
    if len(content) > limit:
        raise FileRefused(_too_large(limit), path)
    return content


def read_input(limit: int) -> bytes:
    """Standard input, whatever it is, up to ``limit`` bytes. Raises ``OSError``."""
    if sys.stdin is None:
        raise FileRefused("standard input is closed", Path("-"))
    content = sys.stdin.buffer.read(limit + 1)
    if len(content) > limit:
        raise FileRefused(_too_large(limit), Path("-"))
    return content


def read_json(text: str | bytes) -> Any:
    """JSON that may nest as deep as it likes. Raises ``ValueError`` for what is none, or nests beyond reason."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it nests too deep") from error


def size_of(limit: int) -> str:
    """A bound as it is told: 64 kB, 2 GB."""
    unit, name = next((one for one in ((GIGA, "GB"), (MEGA, "MB"), (KILO, "kB")) if limit >= one[0]), (1, "bytes"))
    return f"{limit / unit:.4g} {name}"


def _check(path: Path, status: os.stat_result, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FileRefused("it is a directory", path)
    if not stat.S_ISREG(status.st_mode):
        raise FileRefused("it is no regular file", path)
    if status.st_size > limit:
        raise FileRefused(_too_large(limit), path)


def _too_large(limit: int) -> str:
    return f"it is larger than {size_of(limit)}"
