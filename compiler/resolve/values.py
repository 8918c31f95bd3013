"""What an expression of the core language stands for while it is resolved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from oedipus.compiler.checked import Constant, Formula, Product, Sum, Term


@dataclass(frozen=True, slots=True)
class Spelt:
    """A number whose digits are known one by one, from the left."""

    term: Term
    digits: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A member of a group; with a ``condition`` it is one only where that holds."""

    value: "Value"
    condition: Formula | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Several numbers, statements or groups, in their order."""

    items: tuple[Item, ...]

    @property
    def plain(self) -> bool:
        """Whether every member is one in any case."""
        return all(one.condition is None for one in self.items)


@dataclass(frozen=True, slots=True)
class Path:
    """A quoted text."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value by its ``name``; ``worth`` tells for each kind that has it which of the values it is, from 0."""

    name: str
    worth: Mapping[str, int]


Value: TypeAlias = Term | Formula | Spelt | Group | Path | Choice


def group_of(values: Sequence["Value"]) -> Group:
    """A group of values, each a member in any case."""
    return Group(tuple(Item(one) for one in values))


def weighted(digits: Sequence[Term], powers: Sequence[int]) -> Term:
    """Σ 10**power · digit."""
    parts = [
        digit if power == 0 else Product((Constant(Fraction(10) ** power), digit))
        for digit, power in zip(digits, powers, strict=True)
    ]
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def spelt(digits: Sequence[Term]) -> Spelt:
    """The number that digits spell in decimal."""
    return Spelt(weighted(digits, range(len(digits) - 1, -1, -1)), tuple(digits))
