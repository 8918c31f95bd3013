"""The shell's edge: streams that are closed, full or of few letters, and what no command has foreseen."""

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, NoReturn, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PLAIN = {
    "±": "+/-", "×": "x", "·": "*", "≠": "!=", "≤": "<=", "≥": ">=", "−": "-", "–": "-", "—": "-", "…": "...",
    "α": "alpha", "σ": "sigma", "χ": "chi", "²": "^2", "³": "^3", "→": "->", "⇒": "=>", "“": '"', "”": '"',
    "‘": "'", "’": "'",
}  # fmt: skip
"""Signs that messages use, for a stream that has them not; each is read by the language as the sign itself."""
SHOWN = 4
"""Places of an unforeseen failure that are told."""


class OutputLost(Exception):  # noqa: N818 - it is what the user is told
    """Standard output takes no more; the message says why. No ``OSError``: those are of files."""


def _plainer(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    cut = error.object[error.start : error.end]
    return "".join(PLAIN.get(char) or char.encode("ascii", "backslashreplace").decode() for char in cut), error.end


class _Output(io.FileIO):
    """Standard output, whose failures are told apart from those of files."""

    def write(self, content: "ReadableBuffer", /) -> int:
        try:
            return super().write(content)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputLost(error.strerror or str(error)) from None


class _Messages(io.FileIO):
    """Standard error: where it takes no messages, the exit status still tells."""

    def write(self, content: "ReadableBuffer", /) -> int:
        try:
            return super().write(content)
        except OSError:
            return memoryview(content).nbytes


def prepare() -> None:
    """Make the standard streams safe to write to, whatever they are."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # Else the next file to be opened would take the place of the stream.
            os.open(os.devnull, os.O_RDWR)
    codecs.register_error("plainer", _plainer)
    sys.stdout = _rebuilt(sys.stdout, 1, _Output)
    sys.stderr = _rebuilt(sys.stderr, 2, _Messages)


def _rebuilt(stream: TextIO | None, number: int, kind: type[io.FileIO]) -> io.TextIOWrapper:
    before = stream if isinstance(stream, io.TextIOWrapper) else None
    if before is not None:
        with suppress(OSError):
            before.flush()
    raw = kind(number, "w", closefd=False)
    lines = number == 2 or raw.isatty()
    encoding = "utf-8" if before is None else before.encoding
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors="plainer", line_buffering=lines)


@contextmanager
def guarded() -> Iterator[None]:
    """Run a command. Whatever it ends by, there is a status and a line that says so, and never a traceback."""
    from oedipus.shell.common import Exit

    try:
        try:
            yield
        finally:
            # The language server's library closes what it wrote to.
            if not sys.stdout.closed:
                sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe has gone, which is no news to anybody.
        _end("", 1)
    except OutputLost as error:
        _end(f"cannot write to standard output: {error}", Exit.USAGE)
    except KeyboardInterrupt:
        _end("interrupted", Exit.INTERRUPTED)
    except Exception as error:
        if no_memory(error):
            _end("this takes more memory than there is; ask for less at a time", Exit.USAGE)
        _end(unforeseen(error), Exit.OURS)


def _end(message: str, status: int) -> NoReturn:
    from oedipus.shell.common import emit

    if message and "--json" in sys.argv[1:]:
        with suppress(OSError, OutputLost):
            emit({"event": "error", "message": message, "status": int(status)})
    _silenced()
    if message:
        print(f"oedipus: {message}", file=sys.stderr)
    sys.exit(int(status))


def _silenced() -> None:
    """Let go what is still buffered: Python would write it once more while it closes the stream, and fail again."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def no_memory(error: Exception) -> bool:
    """Whether an allocation failed; torch has no class of its own for that on processors."""
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or (isinstance(error, RuntimeError) and "can't allocate memory" in str(error))
    )


def unforeseen(error: Exception) -> str:
    """What is told of a failure that is ours: what it is, where it happened, and what to do."""
    from oedipus.version import VERSION

    home = Path(__file__).parents[2]
    places = [
        f"{path.relative_to(home) if path.is_relative_to(home) else path.name}:{frame.lineno}"
        for frame in extract_tb(error.__traceback__)
        for path in [Path(frame.filename)]
    ]
    said = " ".join(str(error).split())
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return (
        f"this is our mistake, not yours: {what[:500]}\n"
        f"  (oedipus {VERSION}, at {', '.join(places[-SHOWN:])})\n"
        "Please report it, with these lines, the command and the riddle."
    )
