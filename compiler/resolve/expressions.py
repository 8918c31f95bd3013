"""Core expressions to checked formulas and terms."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, cast

from oedipus.compiler.checked import (
    Constant,
    Formula,
    Term,
    Truth,
    Variable,
)
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.resolve.arithmetic import LARGEST, constant, is_term
from oedipus.compiler.resolve.connectives import both, either, junction
from oedipus.compiler.resolve.named import Names
from oedipus.compiler.resolve.numerals import Numeral
from oedipus.compiler.resolve.operations import operation, remainder_of_power
from oedipus.compiler.resolve.relations import related
from oedipus.compiler.resolve.values import Choice, Group, Item, Path, Spelt, Value, group_of, spelt, weighted
from oedipus.compiler.vocabulary import Words
from oedipus.dsl import syntax as s
from oedipus.dsl.declared import Declared, Whole
from oedipus.dsl.diagnostics import Mistake, closest
from oedipus.dsl.nesting import DEEPEST, PLAIN, make_room, too_deep
from oedipus.dsl.spans import Span
from oedipus.dsl.vocabulary import ident

MOST_STEPS = 100_000
"""Most expressions that a clause is made of, all that its names and groups stand for written out."""
OF_NUMBERS = frozenset("odd even prime composite perfect_square perfect_cube divisible power_of palindrome".split())
"""Properties that say nothing where they are told of a plain number."""


class NeedsWidth(Exception):  # noqa: N818 - no error: the statement around is read once for each width
    """The digits of a computed number are asked for, of which nobody knows how many there are."""

    def __init__(self, numeral: Numeral) -> None:
        self.numeral = numeral
        super().__init__("width")


class _Definition(NamedTuple):
    """What a ``let`` was found to stand for, how deep it nests, and how many expressions it is made of."""

    body: s.Expression
    value: Value
    depth: int
    steps: int


@dataclass(slots=True)
class Resolver:
    """Resolves the expressions of one clause. ``by`` is its judge: ``logic``, a network, or None."""

    declared: Declared
    words: Words
    functions: Mapping[str, tuple[int, int, "Make"]]
    judged: "Callable[[Resolver, s.Call], Value | None]"
    """What cards say of a function that is none of ``functions``."""
    by: str | None = None
    by_span: Span = field(default_factory=lambda: Span(0, 0))
    bound: dict[int, Value] = field(default_factory=dict)
    written: dict[Term, tuple[Term, ...]] = field(default_factory=dict)
    """The digits of computed numbers, while one of their widths is looked at."""
    pictures: dict[str, Variable] = field(default_factory=dict)
    """The variables with their generators, by name in lower case."""
    depth: int = 0
    """How many expressions, those that names stand for among them, are being looked at inside one another."""
    deepest: int = 0
    """The greatest ``depth`` met since the last definition began."""
    room: int = PLAIN
    """Levels that Python has been given room for."""
    steps: int = 0
    """How many have been looked at in this clause."""
    spelled: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    """The words of letters met, and their digits."""

    @property
    def names(self) -> Names:
        """The names of values."""
        return Names(self.words, self.declared)

    # What is needed where

    def formula(self, node: s.Expression) -> Formula:
        """The formula of a statement. Raises :class:`Mistake` where it is none."""
        try:
            value = self.value(node)
        except NeedsWidth as need:
            return self._by_width(node, need.numeral)
        if isinstance(value, Group | Spelt | Path | Choice) or is_term(value):
            help_ = "say something about it: 'is odd', '= 3', 'is larger than …'"
            raise Mistake("E401", node.span, "this is a number; nothing is said about it", help_)
        return cast(Formula, value)

    def term(self, node: s.Expression) -> Term:
        """The number of an expression. Raises :class:`Mistake` where it is none."""
        return self.number(self.value(node), node.span)

    def number(self, value: Value, span: Span) -> Term:
        """The number that a value is. Raises :class:`Mistake` where it is none."""
        if isinstance(value, Spelt):
            return value.term
        if isinstance(value, Group):
            raise Mistake("E402", span, "one number is needed here, not a list")
        if isinstance(value, Path):
            raise Mistake("E402", span, "a path is not a number")
        if isinstance(value, Choice):
            raise self.names.no_number(value, span)
        if not is_term(value):
            raise Mistake("E402", span, "this is a statement, true or false, not a number")
        return self.shown(value, span)

    def shown(self, term: Term, span: Span) -> Term:
        """The term, unless it is a picture of something that shows no number."""
        if isinstance(term, Shown):
            kind = self.declared.variables[term.variable.lower()].kind
            if kind not in self.words.readers:
                raise Mistake("E406", span, f"'{term.variable}' is a {kind}: it shows no number")
            if self.words.named(kind):
                raise self.names.no_number(term, span)
        return term

    def group(self, *nodes: s.Expression) -> Group:
        """The members of one group, or of a list of numbers and groups."""
        items: list[Item] = []
        for node in nodes:
            value = self.value(node)
            items += value.items if isinstance(value, Group) else [Item(value)]
        return Group(tuple(items))

    def terms(self, *nodes: s.Expression) -> tuple[Term, ...]:
        """The numbers of a group each member of which is one in any case."""
        return self.members(self.group(*nodes), nodes[0].span)

    def members(self, group: Group, span: Span) -> tuple[Term, ...]:
        """The numbers of a group each member of which is one in any case."""
        if not group.plain:
            raise Mistake("E403", span, "this cannot be said of some of several only")
        return tuple(self.as_term(one.value, span) for one in group.items)

    def alike(self, *nodes: s.Expression, ordered: bool = False) -> tuple[Term, ...]:
        """The members of a group as terms that are compared with each other: numbers, or values of one kind."""
        found = [(one, node.span) for node in nodes for one in self.group(node).items]
        if not self.names.among([one.value for one, _ in found]) or any(one.condition for one, _ in found):
            return self.terms(*nodes)
        return self.names.alike([one.value for one, _ in found], [span for _, span in found], ordered=ordered)

    def as_term(self, value: Value, span: Span) -> Term:
        """A member of a group as a number."""
        if isinstance(value, Choice):
            raise self.names.no_number(value, span)
        if isinstance(value, Spelt):
            return value.term
        if isinstance(value, Group | Path) or not is_term(value):
            raise Mistake("E402", span, "a number is needed here")
        return self.shown(value, span)

    def as_formula(self, value: Value, span: Span) -> Formula:
        """A member of a group as a statement."""
        if self.names.among([value]):
            raise self.names.no_number(value, span)
        if isinstance(value, Group | Path | Spelt | Choice) or is_term(value):
            raise Mistake("E403", span, "a statement is needed here")
        return cast(Formula, value)

    def whole(self, node: s.Expression) -> int:
        """A plain whole number."""
        term = self.term(node)
        if not isinstance(term, Constant) or term.value.denominator != 1:
            raise Mistake("E402", node.span, "a plain whole number is needed here")
        return int(term.value)

    @contextmanager
    def binding(self, level: int, value: Value) -> Iterator[None]:
        """While the variable of a ``for`` stands for ``value``."""
        before = self.bound.get(level)
        self.bound[level] = value
        yield
        if before is not None:
            self.bound[level] = before

    def _by_width(self, node: s.Expression, numeral: Numeral) -> Formula:
        """The statement for each number of digits that a computed number can have."""
        found: list[Formula] = []
        for fits, digits in numeral.forms():
            self.written[numeral.term] = digits
            try:
                found.append(both([fits, self.formula(node)]))
            except Mistake as mistake:
                if mistake.diagnostic.code != "E305":
                    raise
            finally:
                del self.written[numeral.term]
        return either(found) if found else Truth(False)

    # One node

    def value(self, node: s.Expression) -> Value:
        """What an expression stands for. Raises :class:`Mistake`, also where names stand for too much."""
        self._reach(self.depth + 1, 1, node)
        self.depth += 1
        try:
            return self._value(node)
        finally:
            self.depth -= 1

    def _reach(self, depth: int, steps: int, node: s.Expression) -> None:
        """Note how deep and how long a clause has become. Raises :class:`Mistake` where that is too much."""
        self.steps += steps
        if depth > DEEPEST:
            raise too_deep(node)
        if self.steps > MOST_STEPS:
            label = "written out, with all that it refers to, this is too long"
            raise Mistake("E412", node.span, label, "say it with fewer groups inside one another")
        self.deepest = max(self.deepest, depth)
        if depth > self.room:
            self.room = depth + PLAIN
            make_room(self.room)

    def _value(self, node: s.Expression) -> Value:  # noqa: C901 - one line for each node
        match node:
            case s.Number(value) if abs(value) > LARGEST:
                raise Mistake("E405", node.span, f"numbers go up to {LARGEST:,}".replace(",", " "))
            case s.Number(value):
                return _number(node) if value.denominator == 1 and value >= 0 else Constant(value)
            case s.Name():
                return self._name(node)
            case s.Bound(level):
                return self.bound[level]
            case s.Letters(word):
                return spelt(self._letters(word, node.span))
            case s.Text(text):
                return self.names.choice(text) or Path(text)
            case s.Listing(items):
                return self.group(*items)
            case s.Each():
                return self._each(node)
            case s.Operation(op, operands):
                divided = op == "%" and isinstance(operands[0], s.Operation) and operands[0].op == "**"
                asked = (*operands[0].operands, operands[1]) if divided else operands  # type: ignore[union-attr]
                terms = [self.term(one) for one in asked]
                return remainder_of_power(terms, node) if divided else operation(node, terms)
            case s.Call():
                return self._call(node)
            case s.Chain(terms, ops):
                parts = [related(self, op, a, b) for op, a, b in zip(ops, terms, terms[1:], strict=False)]
                return both(parts)
            case s.Junction(connective, parts):
                return junction(connective, [self.formula(part) for part in parts])
            case s.Measured():
                help_ = "write it alone: age(x) = 33 ± 1"
                raise Mistake("E601", node.span, "a measurement is a clause of its own", help_)
        raise AssertionError(f"not resolved: {node}")

    def _name(self, node: s.Name) -> Value:
        key, declared = node.name.lower(), self.declared
        if key in declared.variables:
            return self.names.shows(key)
        if key in declared.lets:
            return self._let(key, node)
        if key in declared.data:
            raise Mistake("E402", node.span, f"'{node.name}' is measured data, not a number")
        for one in declared.wholes:
            if one.name.lower() == key:
                return self.spelt(one)
        if key in ("true", "false"):
            return Truth(key == "true")
        return self._common(key, node)

    def _common(self, key: str, node: s.Name) -> Value:
        """``number``, ``digits`` and other words for all there is."""
        wholes = self.declared.wholes
        if key in ("number", "code"):
            return self.spelt(self.only(node.span))
        if key == "numbers" and len(wholes) > 1:
            return group_of([self.spelt(one) for one in wholes])
        kind = self.words.vocabulary.kind(key)
        if kind is not None:
            names = [one.name for one in self.declared.variables.values() if one.kind == kind]
            if not names:
                raise Mistake("E306", node.span, f"no {kind} is declared", "declare them first: digits a, b")
            return group_of([self.names.shows(name) for name in names])
        # A value of one letter is meant only as it is written, which the reader knows.
        if len(key) > 1 and (value := self.names.choice(key)) is not None:
            return value
        near = closest(key, {*self.declared.names(), *(one for one in self.words.values if len(one) > 1)})
        help_ = f"did you mean '{near}'?" if near else f"declare it: digits {node.name}"
        raise Mistake("E101", node.span, f"nothing is called '{node.name}'", help_, near)

    def only(self, span: Span) -> Whole:
        """The only number there is. Raises :class:`Mistake` where there are none or several."""
        wholes = self.declared.wholes
        if len(wholes) > 1:
            names = ", ".join(one.name for one in wholes)
            raise Mistake("E306", span, "this could belong to several numbers", f"say which: {names}")
        if not wholes:
            raise Mistake("E306", span, "no number is declared", "write 'There is a three-digit number.' first")
        return wholes[0]

    def spelt(self, whole: Whole) -> Spelt:
        """A declared number."""
        digits = tuple(self.names.shows(name) for name in whole.digits)
        return Spelt(weighted(digits, whole.powers), digits)

    def _let(self, key: str, node: s.Name) -> Value:
        """What a definition stands for, worked out once. Raises :class:`Mistake`."""
        body = self.declared.lets[key]
        if key in self._defining:
            raise Mistake("E306", node.span, f"'{key}' is defined by itself")
        known = None if self.written else self._known.get((key, self.by))
        if known is not None and known.body is body:
            self._reach(self.depth + known.depth, known.steps, node)
            return known.value
        around, began, self.deepest = self.deepest, self.steps, self.depth
        self._defining.append(key)
        try:
            value = self._value(body)
        finally:
            self._defining.pop()
        if not self.written:
            made = _Definition(body, value, self.deepest - self.depth, self.steps - began)
            self._known[key, self.by] = made
        self.deepest = max(around, self.deepest)
        return value

    _defining: list[str] = field(default_factory=list)
    _known: dict[tuple[str, str | None], "_Definition"] = field(default_factory=dict)

    def _letters(self, word: str, span: Span) -> tuple[Term, ...]:
        digits: list[Term] = []
        for letter in word.lower():
            if letter.isdecimal():
                digits.append(constant(int(letter)))
            elif letter in self.declared.variables:
                digits.append(self.names.shows(letter))
            else:
                raise Mistake("E101", span, f"no digit is called '{letter}'", f"declare it: digits {letter}")
        self.spelled[word] = tuple(digits)
        return tuple(digits)

    def _each(self, node: s.Each) -> Group:
        items: list[Item] = []
        for one in self.group(node.group).items:
            with self.binding(node.level, one.value):
                condition = one.condition
                if node.condition is not None:
                    own = self.formula(node.condition)
                    condition = own if condition is None else both([condition, own])
                items.append(Item(self._member(node.body), condition))
        return Group(tuple(items))

    def _member(self, node: s.Expression) -> Value:
        """A member of a group; a statement about a computed number's digits holds for the width it has."""
        try:
            return self.value(node)
        except NeedsWidth as need:
            return self._by_width(node, need.numeral)

    def _call(self, node: s.Call) -> Value:
        known = self.functions.get(node.function)
        if known is not None:
            lowest, most, make = known
            if not lowest <= len(node.arguments) <= most:
                wanted = f"{lowest} argument{'s' * (lowest != 1)}"
                raise Mistake("E410", node.span, f"{node.function} takes {wanted}, here are {len(node.arguments)}")
            if node.arguments and isinstance(node.arguments[0], s.Number) and node.function in OF_NUMBERS:
                help_ = "say which digit: 'the first digit is odd'"
                raise Mistake("E401", node.span, "this says nothing of a digit", help_)
            return make(self, node)
        found = self.judged(self, node)
        if found is not None:
            return found
        judged = map(ident, (*self.words.adjectives, *self.words.sorts))
        near = closest(node.function, [*self.functions, *self.words.functions, *judged])
        help_ = f"did you mean '{near}'?" if near else "docs/language.md lists the functions"
        raise Mistake("E102", node.span, f"there is no function '{node.function}'", help_, near)


def _number(node: s.Number) -> Value:
    digits = [constant(int(char)) for char in str(int(node.value))]
    return Spelt(Constant(node.value), tuple(digits))


Make: TypeAlias = Callable[[Resolver, s.Call], Value]
"""What a function of the core language makes of its call."""
