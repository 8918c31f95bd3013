"""``%%riddle``: a notebook cell that is a riddle.

    %load_ext oedipus

    %%riddle seed=1 algorithm=bank
    digits a, b
    a = b + 7
    b is odd

The line may begin with what to do: ``solve`` (the default), ``check``, ``explain``, ``why`` or ``compile``; then come
the keywords of that function of :mod:`oedipus`, and ``into=NAME`` for a variable that takes the result.
"""

import ast
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from oedipus import api

VERBS: Mapping[str, Callable[..., Any]] = {
    "solve": api.solve, "check": api.check, "explain": api.explain, "why": api.why, "compile": api.compile,
}  # fmt: skip


def register(shell: Any) -> None:
    """Make ``%%riddle`` known to an IPython shell."""

    def riddle(line: str, cell: str) -> Any:
        """What the cell says, done as the line says."""
        verb, keywords = arguments_of(line)
        into = keywords.pop("into", None)
        found = VERBS[verb](cell or "\n", **keywords)
        if into is not None:
            shell.push({str(into): found})
        return found

    shell.register_magic_function(riddle, magic_kind="cell", magic_name="riddle")


def arguments_of(line: str) -> tuple[str, dict[str, Any]]:
    """The verb and the keywords that a line asks for. Raises ``ValueError``."""
    words = shlex.split(line)
    verb = words.pop(0) if words and "=" not in words[0] else "solve"
    if verb not in VERBS:
        raise ValueError(f"%%riddle: '{verb}' is none of {', '.join(VERBS)}")
    keywords: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (equals and name.isidentifier() and value):
            raise ValueError(f"%%riddle: '{word}' is not of the form name=value")
        keywords[name] = _value(value)
    return verb, keywords


def _value(text: str) -> Any:
    """A Python literal, else the word itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
