"""Data left open, ``data y = ?``: which clause is about them, and what they may turn out to be.

Open data are a measured picture or number (``mask(x, left) = y ± 0.3``), a whole number that a term equals
(``a = y``), or whether a statement holds (``female(x) iff y``).
"""

from dataclasses import dataclass, field

from oedipus.compiler.checked import Compare, Formula
from oedipus.compiler.resolve.arithmetic import bounds, constant
from oedipus.compiler.resolve.connectives import negate
from oedipus.compiler.resolve.expressions import Resolver
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake

MOST_OPTIONS = 100
"""Whole numbers that open data may turn out to be."""


@dataclass(slots=True)
class LeftOpen:
    """The open data of a riddle, each of which one clause alone is about."""

    resolver: Resolver
    used: set[str] = field(default_factory=set)

    def measured(self, node: s.Expression) -> None:
        """Note that a measurement is of open data. Raises :class:`Mistake` where another clause is about them."""
        if isinstance(node, s.Measured) and (name := self._open(node.data)) is not None:
            self._take(name)

    def options(self, node: s.Expression) -> tuple[Formula, ...]:
        """What a statement says for each value of the open data it is about; none where it is about none.

        Raises :class:`Mistake` where these are too many to be told apart.
        """
        match node:
            case s.Junction("iff", (told, s.Name() as data)) if self._open(data) is not None:
                self._take(data)
                formula = self.resolver.formula(told)
                return formula, negate(formula)
            case s.Chain((told, s.Name() as data), ("=",)) if self._open(data) is not None:
                self._take(data)
                return self._values(told)
        return ()

    def _values(self, told: s.Expression) -> tuple[Formula, ...]:
        term = self.resolver.term(told)
        low, high = bounds(term)
        if high - low >= MOST_OPTIONS:
            label = f"this may be more than {MOST_OPTIONS} numbers"
            raise Mistake("E607", told.span, label, "leave a single digit open, or several one by one")
        return tuple(Compare("=", term, constant(value)) for value in range(int(low), int(high) + 1))

    def _open(self, node: s.Expression) -> s.Name | None:
        data = self.resolver.declared.data
        return node if isinstance(node, s.Name) and node.name in data and data[node.name] is None else None

    def _take(self, data: s.Name) -> None:
        if data.name in self.used:
            label = f"another clause is about '{data.name}' already"
            raise Mistake("E607", data.span, label, f"declare other data for it: data {data.name}_2 = ?")
        self.used.add(data.name)
