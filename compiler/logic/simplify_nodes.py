"""Residual formulas: what is left of a formula over ordered axes once the first ones are known.

Compared by identity, since :class:`oedipus.compiler.logic.simplify.Formulas` interns
them. ``axes`` has a bit for each axis the node depends on, ``place`` its turn of
creation, ``successors`` the node for each class of its first axis.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from oedipus.compiler.logic.simplify_shapes import Sum


@dataclass(eq=False, slots=True)
class Known:
    """True or false."""

    holds: bool
    axes: int = 0


@dataclass(eq=False, slots=True)
class Table:
    """The truth for each class of one axis."""

    axis: int
    truths: tuple[bool, ...]
    axes: int
    place: int
    successors: "list[Node] | None" = None


@dataclass(eq=False, slots=True)
class Relation:
    """``term op 0``."""

    op: Literal["=", "!=", "<", "<="]
    term: Sum
    axes: int
    place: int
    successors: "list[Node] | None" = None


@dataclass(eq=False, slots=True)
class Property:
    """``term`` is prime, a square or a power of two."""

    name: str
    term: Sum
    axes: int
    place: int
    successors: "list[Node] | None" = None


@dataclass(eq=False, slots=True)
class Different:
    """The terms differ from each other and from the ``used`` values."""

    used: frozenset[Any]
    terms: tuple[Sum, ...]
    axes: int
    place: int
    successors: "list[Node] | None" = None


@dataclass(eq=False, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Node", ...]
    axes: int
    place: int
    successors: "list[Node] | None" = None


@dataclass(eq=False, slots=True)
class Negation:
    """The part does not hold."""

    part: "Node"
    axes: int
    place: int
    successors: "list[Node] | None" = None


Node: TypeAlias = Known | Table | Relation | Property | Different | All | Negation
TRUE, FALSE = Known(True), Known(False)


def known(truth: bool) -> Known:
    """The constant node."""
    return TRUE if truth else FALSE
