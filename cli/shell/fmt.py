"""``oedipus fmt``: a riddle in its canonical form."""

import sys
from pathlib import Path

from oedipus.compiler.frontend import format_text
from oedipus.shell.common import Exit, read_riddle, write_text


def reformat(file: str, *, check: bool) -> Exit:
    """Rewrite ``file`` (or standard input to standard output); with ``check`` only say whether it would change."""
    source = read_riddle(file)
    formatted = format_text(source.text, source.cards)
    if check:
        if formatted == source.text:
            return Exit.DONE
        print(f"oedipus: {file} is not in canonical form; `oedipus fmt {file}` rewrites it", file=sys.stderr)
        return Exit.WRONG_FILE
    if file == "-":
        write_text(formatted, None)
    elif formatted != source.text:
        write_text(formatted, Path(file))
    return Exit.DONE
