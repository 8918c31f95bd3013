"""What the commands share: reading a riddle, showing diagnostics, exit statuses."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from oedipus.compiler.checked import Riddle
from oedipus.dsl.diagnostics import Diagnostic, RiddleError, as_json, render
from oedipus.networks.cards import Card, CardError
from oedipus.networks.files import read_input, read_regular
from oedipus.service.reading import LARGEST_BYTES, Reading, read_libraries
from oedipus.service.reading import read_bytes as understood
from oedipus.shell.flags import EVENTS

if TYPE_CHECKING:
    from oedipus.compiler.program import Program

__all__ = ["read_libraries"]


class Exit(IntEnum):
    """Exit statuses of every command."""

    DONE = 0
    USAGE = 2
    WRONG_FILE = 3
    UNSATISFIABLE = 4
    UNSOLVED = 5
    OURS = 70
    INTERRUPTED = 130


def fail(message: str, status: Exit) -> NoReturn:
    """End with one clear line on stderr (and one JSON object on stdout where the command has ``--json``)."""
    if EVENTS.get():
        emit({"event": "error", "message": message, "status": int(status)})
    print(f"oedipus: {message}", file=sys.stderr)
    raise typer.Exit(status)


def emit(event: Mapping[str, Any]) -> None:
    """One JSON object on a line of stdout, at once."""
    unicode = "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()
    print(json.dumps(event, ensure_ascii=not unicode), flush=True)


def read_bytes(file: str) -> bytes:
    """A file's content, or standard input for ``-``. Ends with status 3 where it cannot be read."""
    try:
        return read_input(LARGEST_BYTES) if file == "-" else read_regular(Path(file), LARGEST_BYTES)
    except OSError as error:
        fail(f"cannot read {file}: {error.strerror}", Exit.WRONG_FILE)


def show(diagnostics: Sequence[Diagnostic], text: str, name: str, *, as_events: bool) -> None:
    """Diagnostics as text on stderr, or as JSON objects on stdout."""
    if as_events:
        for one in diagnostics:
            emit(as_json(one, text))
    elif diagnostics:
        print(render(diagnostics, text, name), file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Source:
    """A riddle that was read and is sound, and how its command tells things."""

    reading: Reading
    as_events: bool

    @property
    def text(self) -> str:
        """As it was written."""
        return self.reading.text

    @property
    def riddle(self) -> Riddle:
        """Its meaning."""
        return self.reading.riddle

    @property
    def cards(self) -> Mapping[str, Card]:
        """The networks it was checked against."""
        return self.reading.cards

    @contextmanager
    def mistakes(self) -> Iterator[None]:
        """Later stages of the compiler find mistakes too; each gets its message and status 3."""
        try:
            yield
        except RiddleError as error:
            show(error.diagnostics, self.text, self.reading.name, as_events=self.as_events)
            raise typer.Exit(Exit.WRONG_FILE) from None

    def program(self, *, left_open: bool = False) -> "Program":
        """The compiled program; its data may be ``left_open`` where that is said."""
        with self.mistakes():
            return self.reading.compiled(left_open=left_open)


def read_riddle(file: str, *, as_events: bool = False, use: Sequence[Path] | None = None) -> Source:
    """Read and check a riddle; warnings are shown, mistakes end the command with status 3."""
    return understand(read_bytes(file), file, as_events=as_events, use=use)


def folder_of(file: str) -> Path:
    """The folder of a riddle file; the working directory for standard input."""
    return Path.cwd() if file == "-" else Path(file).resolve().parent


def understand(content: bytes, file: str, *, as_events: bool = False, use: Sequence[Path] | None = None) -> Source:
    """What :func:`read_riddle` does, of content that was read already."""
    try:
        name = "<stdin>" if file == "-" else file
        reading = understood(content, folder_of(file), name=name, use=use or ())
    except CardError as error:
        fail(str(error), Exit.WRONG_FILE)
    if reading.trouble:
        fail(reading.trouble, Exit.WRONG_FILE)
    show(reading.diagnostics, reading.text, name, as_events=as_events)
    if not reading.sound:
        raise typer.Exit(Exit.WRONG_FILE)
    return Source(reading, as_events)


def write_text(text: str, output: Path | None) -> None:
    """To stdout, in UTF-8 whatever the terminal's encoding is, or into a file that is written whole or not at all."""
    if output is None:
        print(end="", flush=True)
        sys.stdout.buffer.write(text.removesuffix("\n").encode() + b"\n")
        sys.stdout.buffer.flush()
        return
    partial = output.with_name(f".partial-{output.name}")
    try:
        partial.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
        os.replace(partial, output)
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror}", Exit.USAGE)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
