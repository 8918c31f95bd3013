"""How an algorithm declares its options: each once, as a field of its dataclass with default and bounds.

``draws: int = count(100)`` is a number of at least 1; :func:`validate` holds an algorithm to what it declares.
"""

from dataclasses import field, fields
from typing import Any

from oedipus.compiler.options import Option, never
from oedipus.runtime.algorithms.base import validate_schedule

MOST = 10**9


def option(default: Any, **bounds: Any) -> Any:
    """A field with the bounds of :class:`oedipus.compiler.options.Option`."""
    return field(default=default, metadata={"option": Option(default, **bounds)})


def count(default: int, least: int = 1, **more: Any) -> Any:
    """A whole number."""
    return option(default, least=least, most=MOST, **more)


def share(default: float) -> Any:
    """Between 0 and 1."""
    return option(default, least=0.0, most=1.0, between=True)


def positive(default: float) -> Any:
    """A positive number."""
    return option(default, least=0.0, between=True)


def alphas(*stages: float) -> Any:
    """A schedule: the α of each stage, increasing."""
    return option(stages)


def needs(kind: Any) -> tuple[str, ...]:
    """What a program must be for an algorithm, of :data:`oedipus.compiler.suited.NEEDS`."""
    found: tuple[str, ...] = getattr(kind, "NEEDS", ())
    return found


def iterating(kind: Any) -> tuple[str, ...]:
    """Options that count iterations, of which there must be one at least, whichever counts it."""
    found: tuple[str, ...] = getattr(kind, "ITERATING", ())
    return found


def declared(kind: Any) -> dict[str, Option]:
    """The options of a class, or of an object of it."""
    return {one.name: one.metadata["option"] for one in fields(kind) if "option" in one.metadata}


def validate(algorithm: Any) -> None:
    """Raise ``ValueError`` naming the option whose value makes no sense."""
    for name, one in declared(algorithm).items():
        value = getattr(algorithm, name)
        if name == "schedule":
            validate_schedule(value)
        elif wrong := one.wrong(value):
            raise ValueError(f"{name}: {wrong}")
    counts = iterating(algorithm)
    if counts and not any(getattr(algorithm, name) for name in counts):
        raise ValueError(f"{counts[0]}: {never(counts)}")
