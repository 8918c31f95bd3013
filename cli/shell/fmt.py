"""``oedipus fmt``: a riddle in its canonical form."""

import sys
from pathlib import Path

from oedipus.compiler.frontend import format_text
from oedipus.shell.common import Exit, Source, emit, write_text


def reformat(file: str, source: Source, *, check: bool) -> Exit:
    """Rewrite ``file`` (or standard input to standard output); with ``check`` only say whether it would change."""
    formatted = format_text(source.text, source.cards)
    changed = formatted != source.text
    if source.as_events:
        emit({"event": "result", "canonical": not changed, "text": formatted})
    if check:
        if changed:
            print(f"oedipus: {file} is not in canonical form; `oedipus fmt {file}` rewrites it", file=sys.stderr)
        return Exit.WRONG_FILE if changed else Exit.DONE
    if file == "-" and not source.as_events:
        write_text(formatted, None)
    elif file != "-" and changed:
        write_text(formatted, Path(file))
    return Exit.DONE
