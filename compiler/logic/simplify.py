"""Normal forms of formulas: a formula over ordered axes, and what each class of the first axis leaves of it.

``Formulas.of`` turns a checked formula into a residual node; ``next`` derives it.
Nodes are interned, so two partial assignments that leave the same question lead
to the same node: this makes layers of a decision diagram out of formulas. Holds
for every node: no constant parts, anything of a single axis is a truth table,
relations compare with 0 and have no common divisor.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Any, Literal, assert_never

from oedipus.compiler import checked as c
from oedipus.compiler.budget import Effort
from oedipus.compiler.logic import evaluate
from oedipus.compiler.logic.axes import Axis, Tables
from oedipus.compiler.logic.simplify_nodes import (
    FALSE,
    TRUE,
    All,
    Different,
    Known,
    Negation,
    Node,
    Property,
    Relation,
    Table,
    known,
)
from oedipus.compiler.logic.simplify_shapes import Compound, Shape, Sum, Term, is_whole, span, term_order, tidy
from oedipus.compiler.logic.simplify_terms import STEPS, Terms


class Formulas(Terms):
    """Builds and derives formulas over ordered axes.

    A network without an axis of its own is judged by its table in ``tables``: the
    class of each digit, read off the axis of the variable's value.
    """

    def __init__(
        self,
        axes: Sequence[Axis],
        tables: Tables | None = None,
        effort: Effort | None = None,
    ):
        super().__init__([axis.classes for axis in axes], effort)
        self.tables = tables or {}
        self.numbers: dict[str, tuple[int, tuple[int, ...]]] = {}
        self.nodes: dict[Any, Node] = {}
        self.places: dict[tuple[str, str], int] = {}
        self.values: dict[str, Term] = {}
        for place, axis in enumerate(axes):
            self.places[axis.readout.variable, axis.readout.network] = place
            if axis.numbers is not None:
                self.values[axis.readout.variable] = self.table(place, axis.numbers)
                self.numbers[axis.readout.variable] = place, axis.numbers

    # From the checked IR ----------------------------------------------------

    def of(self, formula: c.Formula) -> Node:
        """The normal form of a checked formula."""
        match formula:
            case c.Compare(op, left, right):
                return self.compare(op, self.term(left), self.term(right))
            case c.Property(name, term):
                return self.property(name, self.term(term))
            case c.Seen(variable, network, label):
                return self.seen(variable, network, label)
            case c.Not(inner):
                return self.negation(self.of(inner))
            case c.And(formulas):
                return self.all([self.of(one) for one in formulas])
            case c.Or(formulas):
                return self.any([self.of(one) for one in formulas])
            case c.ExactlyOne(formulas):
                return self.compare("=", self.count(formulas), self.constant(1))
            case c.Implies(condition, consequence):
                return self.any([self.negation(self.of(condition)), self.of(consequence)])
            case c.Iff(first, second):
                one, two = (self.indicator(self.of(side)) for side in (first, second))
                return self.compare("=", one, two)
            case c.AllDifferent(terms):
                return self.different(frozenset(), [self.term(one) for one in terms])
            case c.Truth(holds):
                return known(holds)
        assert_never(formula)

    def term(self, term: c.Term) -> Term:
        """The normal form of a checked term."""
        match term:
            case c.Constant(constant):
                return self.constant(constant)
            case c.Value(variable):
                return self.values[variable]
            case c.Sum(terms):
                return self.combine([(1, self.term(one)) for one in terms])
            case c.Product(terms):
                return self.apply("*", *map(self.term, terms))
            case c.Arithmetic("-", left, right):
                return self.combine([(1, self.term(left)), (-1, self.term(right))])
            case c.Arithmetic(op, left, right):
                return self.apply(op, self.term(left), self.term(right))
            case c.Absolute(inner):
                return self.apply("abs", self.term(inner))
            case c.Extreme("min", terms):
                return self.apply("min", *map(self.term, terms))
            case c.Extreme(_, terms):
                negated = [self.combine([(-1, self.term(one))]) for one in terms]
                return self.combine([(-1, self.apply("min", *negated))])
            case c.Lookup(_, inner, table):
                return self.apply("lookup", table, self.term(inner))
            case c.Count(formulas):
                return self.count(formulas)
        assert_never(term)

    def seen(self, variable: str, network: str, label: int) -> Node:
        """A network's reading, or what it should be."""
        place = self.places.get((variable, network))
        if place is not None:
            return self.truth_table(place, [one == label for one in range(self.classes[place])])
        place, numbers = self.numbers[variable]
        return self.truth_table(place, [self.tables[network][number] == label for number in numbers])

    def count(self, formulas: Sequence[c.Formula]) -> Term:
        """How many formulas hold."""
        return self.combine([(1, self.indicator(self.of(one))) for one in formulas])

    # Derivatives ------------------------------------------------------------

    def next_node(self, node: Node, axis: int) -> "list[Node]":
        """The node for each class of ``axis``, before which no axis is left in it."""
        if not node.axes >> axis & 1 or isinstance(node, Known):
            return [node] * self.classes[axis]
        if node.successors is None:
            node.successors = self._derive(node, axis)
        return node.successors

    def _derive(self, node: Node, axis: int) -> "list[Node]":
        self.effort.spend(STEPS * self.classes[axis] * (len(node.parts) if isinstance(node, All) else 8))
        match node:
            case Known():
                return [node]
            case Table(_, truths):
                return [known(one) for one in truths]
            case Relation(op, term):
                return [self.relation(op, one) for one in self.next(term, axis)]
            case Property(name, term):
                return [self.property(name, one) for one in self.next(term, axis)]
            case Different(used, terms):
                columns = [self.next(one, axis) for one in terms]
                return [self.different(used, row) for row in zip(*columns, strict=True)]
            case All(parts):
                rows = zip(*(self.next_node(one, axis) for one in parts), strict=True)
                return [self.all(row) for row in rows]
            case Negation(part):
                return [self.negation(one) for one in self.next_node(part, axis)]
        assert_never(node)

    def next_argument(self, argument: Any, axis: int) -> Sequence[Any]:
        """Arguments of compounds may be formulas too (in counts)."""
        if isinstance(argument, Known | Table | Relation | Property | Different | All | Negation):
            return self.next_node(argument, axis)
        return super().next_argument(argument, axis)

    # Constructors -----------------------------------------------------------

    def _intern(self, kind: type[Any], *fields: Any, axes: int) -> Node:
        key = kind, *fields
        found = self.nodes.get(key)
        if found is None:
            found = self.nodes[key] = kind(*fields, axes, len(self.nodes))
            if axes & (axes - 1) == 0 and kind is not Table:
                axis = axes.bit_length() - 1
                truths = [one is TRUE for one in self.next_node(found, axis)]
                found = self.nodes[key] = self.truth_table(axis, truths)
        return found

    def truth_table(self, axis: int, truths: Sequence[bool]) -> Node:
        """A formula of one axis."""
        if all(truths) or not any(truths):
            return known(truths[0])
        return self._intern(Table, axis, tuple(truths), axes=1 << axis)

    def compare(self, op: c.CompareOp, left: Term, right: Term) -> Node:
        """``left op right``."""
        sign = -1 if op in (">", ">=") else 1
        difference = self.combine([(sign, left), (-sign, right)])
        match op:
            case ">":
                return self.relation("<", difference)
            case ">=":
                return self.relation("<=", difference)
            case _:
                return self.relation(op, difference)

    def relation(self, op: Literal["=", "!=", "<", "<="], term: Term) -> Node:
        """``term op 0``: false where undefined, decided where bounds or divisors decide it."""
        if term is None:
            return FALSE
        self.effort.spend(4 * STEPS)
        if op == "!=" and term.shape.total:
            return self.negation(self.relation("=", term))
        low, high = span(term)
        compare = evaluate.COMPARE[op]
        if op != "!=" and not any(compare(end, 0) for end in (low, high)) and (op != "=" or low > 0 or high < 0):
            return FALSE
        if term.shape.total and op in ("<", "<=") and compare(high, 0):
            return TRUE
        if term.shape.axes == 0:
            return known(compare(term.constant, 0))
        return self._reduced_relation(op, term)

    def _reduced_relation(self, op: Literal["=", "!=", "<", "<="], term: Sum) -> Node:
        constant, shape = self._whole(term)
        if shape.whole and op == "<":
            op, constant = "<=", constant + 1
        if shape.whole and shape.divisor > 1:
            if op == "=" and constant % shape.divisor:
                return FALSE
            if op == "!=":
                constant = Fraction(constant) / shape.divisor
            else:
                constant = constant // shape.divisor if op == "=" else ceil(Fraction(constant) / shape.divisor)
            shape = self._divided(shape)
        if shape.total and not shape.tables and len(shape.compounds) == 1:
            formula = self._of_indicator(op, constant, *shape.compounds[0])
            if formula is not None:
                return formula
        return self._intern(Relation, op, Sum(tidy(constant), shape), axes=shape.axes)

    def _whole(self, term: Sum) -> tuple[Any, Shape]:
        """The term times the least positive integer that makes its numbers whole."""
        _, whole = self.whole(term)
        constant, shape = whole
        return constant, shape

    def _divided(self, shape: Shape) -> Shape:
        found: Shape | None = shape.cache.get("divided")
        if found is None:
            divisor = shape.divisor
            tables = tuple(
                (axis, tuple(None if one is None else int(one) // divisor for one in entries))
                for axis, entries in shape.tables
            )
            compounds = tuple((compound, int(factor) // divisor) for compound, factor in shape.compounds)
            found = shape.cache["divided"] = self.shape(tables, compounds)
        return found

    def _of_indicator(self, op: Any, constant: Any, compound: Compound, factor: Any) -> Node | None:
        """A relation about the truth of one formula is that formula, its negation or a constant."""
        if compound.operator != "holds":
            return None
        without, with_it = (evaluate.COMPARE[op](constant + extra, 0) for extra in (0, factor))
        if without == with_it:
            return known(without)
        node: Node = compound.arguments[0]
        return node if with_it else self.negation(node)

    def property(self, name: str, term: Term) -> Node:
        """A property of integers; parity is a remainder."""
        if term is None:
            return FALSE
        if name in ("odd", "even"):
            return self.compare("=", self.apply("%", term, self.constant(2)), self.constant(int(name == "odd")))
        if term.shape.axes == 0:
            self.effort.spend(evaluate.property_steps(name, term.constant))
            return known(evaluate.has_property(name, Fraction(term.constant)))
        if term.shape.whole and not is_whole(term.constant):
            return FALSE
        return self._intern(Property, name, term, axes=term.shape.axes)

    def different(self, used: frozenset[Any], terms: Sequence[Term]) -> Node:
        """No value twice; used values that nothing left can reach are forgotten."""
        values = set(used)
        several = []
        self.effort.spend(STEPS * (2 + len(terms)))
        for one in terms:
            if one is None or (one.shape is self.empty and one.constant in values):
                return FALSE
            if one.shape is self.empty:
                values.add(one.constant)
            else:
                several.append(one)
        if not several or (len(several) == 1 and not values and several[0].shape.total):
            return TRUE
        low, high = min(span(one)[0] for one in several), max(span(one)[1] for one in several)
        reachable = frozenset(one for one in values if low <= one <= high)
        several.sort(key=term_order)
        axes = 0
        for one in several:
            axes |= one.shape.axes
        return self._intern(Different, reachable, tuple(several), axes=axes)

    def negation(self, node: Node) -> Node:
        """Not ``node``."""
        match node:
            case Known(holds):
                return known(not holds)
            case Table(axis, truths):
                return self.truth_table(axis, [not one for one in truths])
            case Negation(part):
                return part
            case _:
                return self._intern(Negation, node, axes=node.axes)

    def any(self, nodes: Sequence[Node]) -> Node:
        """At least one holds."""
        return self.negation(self.all([self.negation(one) for one in nodes]))

    def all(self, nodes: Sequence[Node]) -> Node:
        """Every one holds: nested ones are flattened, tables of one axis merged."""
        tables: dict[int, Sequence[bool]] = {}
        parts: dict[Node, None] = {}
        pending = list(reversed(nodes))
        while pending:
            match pending.pop():
                case Known(holds):
                    if not holds:
                        return FALSE
                case All(inner):
                    pending += reversed(inner)
                case Table(axis, truths):
                    tables[axis] = [one and two for one, two in zip(tables.get(axis, truths), truths, strict=True)]
                case other:
                    parts[other] = None
        return self._joined(tables, parts)

    def _joined(self, tables: dict[int, Sequence[bool]], parts: dict[Node, None]) -> Node:
        for axis, truths in tables.items():
            table = self.truth_table(axis, truths)
            if table is FALSE:
                return FALSE
            parts[table] = None
        if any(isinstance(one, Negation) and one.part in parts for one in parts):
            return FALSE
        if len(parts) < 2:
            return next(iter(parts), TRUE)
        axes = 0
        for one in parts:
            axes |= one.axes
        return self._intern(All, tuple(sorted(parts, key=_order)), axes=axes)

    def indicator(self, node: Node) -> Term:
        """1 where ``node`` holds, else 0."""
        match node:
            case Known(holds):
                return self.constant(int(holds))
            case Table(axis, truths):
                return self.table(axis, tuple(map(int, truths)))
            case Negation(part):
                return self.combine([(-1, self.indicator(part))], 1)
            case _:
                return self.intern("holds", (node,), (0, 1), True, True)


def _order(node: Any) -> tuple[int, int]:
    return node.axes, node.place
