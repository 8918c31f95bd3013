"""Riddles in plain text, solved by Bayesian inference over the latents of trained generators.

    >>> import oedipus
    >>> oedipus.check("digits a, b\\na = b + 7\\nb is odd")
    Check(unique: a = 8, b = 1)

A string with a space or a line break in it is the text of a riddle, any other string or a ``Path`` is its file.
docs/python.md tells the rest.
"""

from typing import TYPE_CHECKING, Any

from oedipus.version import VERSION

if TYPE_CHECKING:
    from oedipus.api import (
        Check,
        Result,
        RiddleError,
        Unsatisfiable,
        check,
        compile,  # noqa: A004 - as the command is called
        explain,
        load,
        parse,
        sample,
        solve,
        why,
    )

__version__ = VERSION
__all__ = [
    "Check", "Result", "RiddleError", "Unsatisfiable", "__version__", "check", "compile", "explain", "load", "parse",
    "sample", "solve", "why",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """What is used for the first time, imported."""
    if name not in __all__:
        raise AttributeError(f"module 'oedipus' has no attribute '{name}'")
    from oedipus import api

    found = globals()[name] = getattr(api, name)
    return found


def __dir__() -> list[str]:
    """What is for people."""
    return sorted(__all__)


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext oedipus``: the cell magic ``%%riddle``."""
    from oedipus.magic import register

    register(shell)
