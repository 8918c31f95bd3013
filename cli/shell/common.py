"""What the commands share: reading a riddle, showing diagnostics, exit statuses."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from oedipus.compiler.checked import Riddle
from oedipus.compiler.frontend import read_text
from oedipus.dsl.diagnostics import Diagnostic, RiddleError, as_json, render
from oedipus.dsl.reader import LARGEST, decode
from oedipus.networks.cards import Card, CardError, read_cards
from oedipus.networks.files import read_input, read_regular

if TYPE_CHECKING:
    from oedipus.compiler.program import Program


LARGEST_BYTES = 16 * LARGEST
"""What is read of a riddle: more than any has, so that one which is too large is told how large it is."""


class Exit(IntEnum):
    """Exit statuses of every command."""

    DONE = 0
    USAGE = 2
    WRONG_FILE = 3
    UNSATISFIABLE = 4
    UNSOLVED = 5
    OURS = 70
    INTERRUPTED = 130


def fail(message: str, status: Exit, *, as_event: bool = False) -> NoReturn:
    """End with one clear line on stderr (and one JSON object on stdout where asked)."""
    if as_event:
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


def show(diagnostics: Sequence[Diagnostic], text: str, file: str, *, as_events: bool) -> None:
    """Diagnostics as text on stderr, or as JSON objects on stdout."""
    if as_events:
        for one in diagnostics:
            emit(as_json(one, text))
    elif diagnostics:
        print(render(diagnostics, text, "<stdin>" if file == "-" else file), file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Source:
    """A riddle that was read: its text, its meaning, and the cards it was checked against."""

    file: str
    text: str
    riddle: Riddle
    cards: Mapping[str, Card]
    as_events: bool

    @property
    def folder(self) -> Path:
        """Where the paths of the riddle begin."""
        return folder_of(self.file)

    @contextmanager
    def mistakes(self) -> Iterator[None]:
        """Later stages of the compiler find mistakes too; each gets its message and status 3."""
        try:
            yield
        except RiddleError as error:
            show(error.diagnostics, self.text, self.file, as_events=self.as_events)
            raise typer.Exit(Exit.WRONG_FILE) from None

    def program(self, *, left_open: bool = False) -> "Program":
        """The compiled program; its data may be ``left_open`` where that is said."""
        from oedipus.compiler.pipeline import compile_riddle

        with self.mistakes():
            return compile_riddle(self.riddle, self.cards, left_open=left_open)


def read_riddle(file: str, *, as_events: bool = False) -> Source:
    """Read and check a riddle; warnings are shown, mistakes end the command with status 3."""
    return understand(read_bytes(file), file, as_events=as_events)


def folder_of(file: str) -> Path:
    """The folder of a riddle file; the working directory for standard input."""
    return Path.cwd() if file == "-" else Path(file).resolve().parent


def understand(content: bytes, file: str, *, as_events: bool = False) -> Source:
    """What :func:`read_riddle` does, of content that was read already."""
    text = content.decode("utf-8", errors="replace")
    try:
        text = decode(content)
        cards = read_cards()
        folder = folder_of(file)
        riddle, found = read_text(text, cards, folder)
        if riddle.settings.libraries:
            cards = read_libraries(folder / library for library in riddle.settings.libraries)
            riddle, found = read_text(text, cards, folder)
    except RiddleError as error:
        found = error.diagnostics
    except CardError as error:
        fail(str(error), Exit.WRONG_FILE, as_event=as_events)
    show(found, text, file, as_events=as_events)
    if any(one.severity == "error" for one in found):
        raise typer.Exit(Exit.WRONG_FILE)
    return Source(file, text, riddle, cards, as_events)


def read_libraries(directories: Iterable[Path]) -> Mapping[str, Card]:
    """The shipped cards and those of these directories, their weights looked through. Raises ``CardError``."""
    cards = read_cards(directories)
    from oedipus.networks.inspection import inspect

    inspect(cards.values())
    return cards


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
