"""What the commands share: reading a riddle, showing diagnostics, exit statuses."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

import typer

from oedipus.compiler.checked import Riddle
from oedipus.dsl.diagnostics import Diagnostic, RiddleError, as_json, render
from oedipus.dsl.reader import decode
from oedipus.networks.cards import Card, CardError, read_cards


class Exit(IntEnum):
    """Exit statuses of every command."""

    DONE = 0
    USAGE = 2
    WRONG_FILE = 3
    UNSATISFIABLE = 4
    UNSOLVED = 5


def fail(message: str, status: Exit, *, as_event: bool = False) -> NoReturn:
    """End with one clear line on stderr (and one JSON object on stdout where asked)."""
    if as_event:
        emit({"event": "error", "message": message, "status": int(status)})
    print(f"oedipus: {message}", file=sys.stderr)
    raise typer.Exit(status)


def emit(event: Mapping[str, Any]) -> None:
    """One JSON object on a line of stdout, at once."""
    print(json.dumps(event, ensure_ascii=False), flush=True)


def read_bytes(file: str) -> bytes:
    """A file's content, or standard input for ``-``. Ends with status 3 where it cannot be read."""
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        fail(f"cannot read {file}: {error.strerror}", Exit.WRONG_FILE)


@contextmanager
def reading(file: str, *, as_events: bool) -> Iterator[None]:
    """Turn every mistake of a riddle or a card into its message and status 3."""
    try:
        yield
    except RiddleError as error:
        show(error.diagnostics, _text(file), file, as_events=as_events)
        raise typer.Exit(Exit.WRONG_FILE) from None
    except CardError as error:
        fail(str(error), Exit.WRONG_FILE, as_event=as_events)


def show(diagnostics: Sequence[Diagnostic], text: str, file: str, *, as_events: bool) -> None:
    """Diagnostics as text on stderr, or as JSON objects on stdout."""
    if as_events:
        for one in diagnostics:
            emit(as_json(one, text))
    elif diagnostics:
        print(render(diagnostics, text, "<stdin>" if file == "-" else file), file=sys.stderr)


_texts: dict[str, str] = {}


def _text(file: str) -> str:
    return _texts.get(file, "")


def read_riddle(file: str, *, as_events: bool = False) -> tuple[Riddle, Mapping[str, Card]]:
    """The checked riddle of a file and the cards it was checked against.

    Warnings are shown; mistakes end the command with status 3.
    """
    from oedipus.compiler.frontend import check_with_warnings, libraries

    content = read_bytes(file)
    with reading(file, as_events=as_events):
        _texts[file] = content.decode("utf-8", errors="replace")
        text = _texts[file] = decode(content)
        folder = Path.cwd() if file == "-" else Path(file).resolve().parent
        cards = read_cards(folder / one for one in libraries(text))
        riddle, warnings = check_with_warnings(text, cards)
    show(warnings, text, file, as_events=as_events)
    return riddle, cards


def write_text(text: str, output: Path | None) -> None:
    """To stdout, or into a file that is written whole or not at all."""
    if output is None:
        print(text)
        return
    partial = output.with_name(f".partial-{output.name}")
    try:
        partial.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
        os.replace(partial, output)
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror}", Exit.USAGE)
