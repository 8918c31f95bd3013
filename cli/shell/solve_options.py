"""The flags of ``oedipus solve`` as options and a schedule."""

from collections.abc import Sequence
from typing import Any

from oedipus.service.values import value_of


def schedule_of(alpha: str | None) -> tuple[float, ...] | None:
    """The annealing schedule that ``--alpha`` gives. Raises ``ValueError``."""
    if alpha is None:
        return None
    try:
        return tuple(float(part) for part in alpha.split(","))
    except ValueError:
        raise ValueError(
            f"alpha: a schedule is numbers with commas between, such as 0.5,1,3,10, not '{alpha}'"
        ) from None


def options_of(pairs: Sequence[str]) -> dict[str, Any]:
    """``name=value`` flags as a mapping, values as numbers where they are. Raises ``ValueError``."""
    options = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise ValueError(f"option: '{pair}' is not of the form name=value")
        options[name.strip()] = value_of(value.strip())
    return options
