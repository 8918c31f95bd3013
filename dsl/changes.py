"""What can be done to the digits of a number: reversed, one of them moved, left out, put in, …"""

from typing import Literal, NamedTuple

Kind = Literal["reverse", "front", "back", "drop", "swap", "put", "raise", "twice"]


class Change(NamedTuple):
    """One deed. Places of digits count 1, 2, … from the left and −1, −2, … from the right.

    ``front`` and ``back`` move the digit at ``first`` to that end, ``drop`` leaves
    it out, ``swap`` exchanges it with the one at ``second``. ``put`` writes the
    digit ``first`` behind the digit at ``second``: 0 is before all. ``raise`` adds
    ``first`` to every digit; ``twice`` writes the number behind itself.
    """

    kind: Kind
    first: int = 0
    second: int = 0


MIDDLE = 1_000
"""The place in the middle: of the only digit there, of both for ``swap``, between both for ``put``."""


_PREFIX = "changed:"


def written(change: Change) -> str:
    """The change as one word, such as no text has."""
    return f"{_PREFIX}{change.kind}:{change.first}:{change.second}"


def read_change(word: str) -> Change | None:
    """The change that a word made by :func:`written` stands for; None for any other word."""
    if not word.startswith(_PREFIX):
        return None
    kind, first, second = word.removeprefix(_PREFIX).split(":")
    return Change(kind, int(first), int(second))  # type: ignore[arg-type]
