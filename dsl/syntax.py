"""Syntax of the core language: names are strings, nothing is resolved, every node has its place.

Both front ends make these nodes: :mod:`oedipus.dsl.core` from core text, :mod:`oedipus.dsl.english` from English.
An expression may be a number, a group of numbers or a statement; which of them is needed where is the compiler's
business. A variable of ``… for x in …`` is counted from the innermost: two texts that differ in such names are equal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from oedipus.dsl.spans import NOWHERE, Span

# Expressions --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A plain number."""

    value: Fraction
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A declared name, in lower case; or a value of a kind that names its values."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Letters:
    """A word spelled from one-letter digits, such as SEND, and numerals: their decimal number."""

    word: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted path, or the numeral of a guess."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Bound:
    """The variable of the ``level``-th ``for``, the innermost of which is 1."""

    level: int
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Pronoun:
    """What the words before tell: ``it``, ``they``, ``others`` …, said at word ``at``. English alone has these."""

    who: str
    at: int
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """``[a, b, c]``."""

    items: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Each:
    """``body for x in group if condition``: a group made of another one, member by member."""

    body: "Expression"
    level: int
    group: "Expression"
    condition: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """``- / // % **`` of two numbers, ``+ *`` of two or more, ``neg`` of one. See :func:`operation`."""

    op: str
    operands: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """``min(a, b)``, ``odd(a)``, ``digits(n)``, ``age(portrait)``: a function, a property, a group."""

    function: str
    arguments: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """``a < b <= c``; ``a in [1, 2]``."""

    terms: tuple["Expression", ...]
    ops: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Junction:
    """``and or xor if iff`` of two statements or more, ``not`` of one. ``if``: condition, consequence."""

    connective: str
    parts: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Measured:
    """``age(portrait) = 33 ± 1``: a Gaussian measurement."""

    picture: "Expression"
    data: "Expression"
    sigma: "Expression"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Lambda:
    """``x: odd(x)``: the meaning of a phrase that waits for its subject. Templates alone have these."""

    parameters: tuple[str, ...]
    body: "Expression"
    span: Span = field(default=NOWHERE, compare=False)


Expression: TypeAlias = (
    Number
    | Name
    | Letters
    | Text
    | Bound
    | Pronoun
    | Listing
    | Each
    | Operation
    | Call
    | Chain
    | Junction
    | Measured
    | Lambda
)


def operation(op: str, operands: tuple[Expression, ...], span: Span) -> Operation:
    """An operation, the terms of one sum or product side by side however many there are: ``a - b - c`` is the sum of
    ``a``, ``-b`` and ``-c``."""
    match op, operands:
        case "+" | "*", (Operation(before, inner), *more) if before == op:
            return Operation(op, (*inner, *more), span)
        case "+" | "-", (Operation("+" | "-" as before, inner), *more):
            first = inner if before == "+" else (inner[0], opposite(inner[1]))
            return Operation("+", (*first, *(more if op == "+" else map(opposite, more))), span)
    return Operation(op, operands, span)


def opposite(node: Expression) -> Expression:
    """What is added where ``node`` is taken away, or taken away where it is added."""
    match node:
        case Number(value, span):
            return Number(-value, span)
        case Operation("neg", (inner,)):
            return inner
    return Operation("neg", (node,), node.span)


# Clauses ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statement:
    """A formula with its own power or its own judge, where the clause names them."""

    formula: Expression
    alpha: float | None = None
    by: str | None = None
    """A network's name, or ``logic``."""
    by_span: Span = field(default=NOWHERE, compare=False)
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Declare:
    """``digits a, b, c``. ``count`` is how many the text announces, None where it only names them."""

    kind: str
    names: tuple[Name, ...]
    count: int | None = None
    source: str | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeclareNumber:
    """``numbers p, q of 2 digits``; ``places`` are powers of ten, highest first. A ``code`` has ordinals instead."""

    places: tuple[int, ...]
    code: bool = False
    names: tuple[Name, ...] = ()
    count: int | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Let:
    """``let total = a + b``."""

    name: Name
    body: Expression
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Data:
    """``data y = "photo.png"``; without a path ``data y = ?``, which is left open."""

    name: Name
    path: str | None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """``use``, ``given``, ``evidence``, ``alpha``, ``solution``, ``solve``, ``find``, ``count``, ``leading``."""

    name: str
    values: tuple[Expression | str, ...] = ()
    options: Mapping[str, float | str] = field(default_factory=dict, hash=False)
    span: Span = field(default=NOWHERE, compare=False)
    places: Mapping[str, Span] = field(default_factory=dict, compare=False)
    """Of ``solve``: where the algorithm is named (""), each option (its name) and its value (``NAME =``)."""


Body: TypeAlias = Statement | Declare | DeclareNumber | Let | Data | Setting


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: what messages call it, and what it says; a sentence may declare something and state more of it."""

    name: str
    labelled: bool
    bodies: tuple[Body, ...]
    line: int = field(default=0, compare=False)
    span: Span = field(default=NOWHERE, compare=False)
    text: str = field(default="", compare=False)


# Walking ------------------------------------------------------------------


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions right inside ``node``."""
    match node:
        case Listing(items):
            return items
        case Operation(_, operands):
            return operands
        case Call(_, arguments):
            return arguments
        case Chain(terms, _):
            return terms
        case Junction(_, parts):
            return parts
        case Each(body, _, group, condition):
            return (body, group) if condition is None else (body, group, condition)
        case Measured(picture, data, sigma):
            return picture, data, sigma
        case Lambda(_, body):
            return (body,)
    return ()


def said(body: Body) -> tuple[Expression, ...]:
    """The expressions that a part of a clause is about."""
    match body:
        case Statement(formula):
            return (formula,)
        case Let(_, value):
            return (value,)
        case Setting(_, values):
            return tuple(one for one in values if not isinstance(one, str))
    return ()


def rebuilt(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """``node`` with each expression right inside it changed; itself where none changes."""
    parts = children(node)
    made = tuple(map(change, parts))
    if all(a is b for a, b in zip(parts, made, strict=True)):
        return node
    match node:
        case Listing(_, span):
            return Listing(made, span)
        case Operation(op, _, span):
            return operation(op, made, span)
        case Call(function, _, span):
            return Call(function, made, span)
        case Chain(_, ops, span):
            return Chain(made, ops, span)
        case Junction(connective, _, span):
            return Junction(connective, made, span)
        case Each(_, level, _, _, span):
            return Each(made[0], level, made[1], made[2] if len(made) == 3 else None, span)
        case Measured(_, _, _, span):
            return Measured(made[0], made[1], made[2], span)
        case Lambda(parameters, _, span):
            return Lambda(parameters, made[0], span)
    return node


def level(node: Expression) -> int:
    """How many ``for`` nest in ``node``, itself among them."""
    below = max(map(level, children(node)), default=0)
    return max(below, node.level) if isinstance(node, Each) else below
