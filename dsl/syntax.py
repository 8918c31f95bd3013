"""Syntax of a riddle: names are strings, nothing is resolved, every node has its place.

Emitted by the parser; holds afterwards: operators are bound, lists are lists.
What a name, a pronoun or an ordinal stands for is the resolver's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from oedipus.dsl.changes import Change
from oedipus.dsl.spans import NOWHERE, Span

# Terms --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A plain number. ``zeros`` counts those written in front, as in ``ends in 05``."""

    value: Fraction
    span: Span = field(default=NOWHERE, compare=False)
    zeros: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A declared name, in lower case."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Letters:
    """A word spelled from one-letter digits, such as SEND."""

    word: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Ordinal:
    """``the second digit of p``; -1 is the last, 0 the middle."""

    index: int
    owner: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Place:
    """``my tens digit``: the digit that counts 10**power."""

    power: int
    owner: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Pronoun:
    """``it``, ``whole`` (I, me, the number, the code), ``that``: what was spoken of last; the
    ``numbers`` declared."""

    who: Literal["it", "them", "whole", "that", "numbers"]
    span: Span = field(default=NOWHERE, compare=False)
    plural: bool = False
    """``they``, which several things can be."""
    mine: bool = False
    """``my``: who says it is never *it*."""


@dataclass(frozen=True, slots=True)
class Digits:
    """All digits, of ``owner`` or of the riddle; ``besides`` is left out."""

    owner: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)
    besides: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Slice:
    """``the first two digits``, ``the last three digits``."""

    start: int
    count: int
    owner: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """``a, b and c``."""

    items: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """``+ - * / // % ** neg`` on terms, left to right; ``+`` and ``*`` are flat."""

    op: str
    operands: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """``min(a, b)``, ``the sum of a and b``, ``the reverse of n``, ``age(portrait)``."""

    function: str
    arguments: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Changed:
    """``the number without its first digit``: what a deed makes of a number's digits."""

    change: Change
    number: "Expression"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """``the number of odd digits``."""

    counted: "Described"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Relative:
    """Seen from each digit: the one before or behind it, the sum of the ``two before``, ``another``, all the ``others``."""  # noqa: E501

    which: Literal["before", "two before", "behind", "another", "others"]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted path."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Described:
    """``odd digits``, ``zeros``, ``digits equal to 3``: digits of which ``predicate`` holds."""

    predicate: "Predicate"
    owner: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)


# Predicates ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Related:
    """``= term`` and its kin; ``by`` is an offset (``two larger than b``), ``factor`` a multiple of it."""

    op: str
    term: "Expression"
    by: "Expression | None" = None
    factor: "Expression | None" = None
    compared: str = "="
    """How the sides compare where there is an offset: ``>=`` in ``at least 3 more than b``."""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Shifted:
    """``one more than a square``: it holds of the number less ``by``."""

    op: str
    by: "Expression"
    predicate: "Predicate"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Stepped:
    """``increase by 2``: each differs so from the one before."""

    word: str
    by: "Expression"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Adjectives:
    """``odd``, ``all different``, ``an even prime``: every word holds."""

    words: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Wide:
    """``a two-digit number``."""

    width: int
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Feature:
    """``has a closed circle``; ``count`` where it says how many, ``op`` how it compares with that."""

    name: str
    count: "Expression | None" = None
    op: str = "="
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """``between 2 and 5``; without the ends where not ``inclusive``."""

    low: "Expression"
    high: "Expression"
    inclusive: bool = True
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """``one of 1, 3, b``."""

    items: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DivisibleBySome:
    """``divisible by exactly two of 2, 3 and 5``; or a factor of so many where ``inverse``."""

    quantifier: "Quantifier"
    items: tuple["Expression", ...]
    inverse: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Divisible:
    """``divisible by term``; or ``a factor of term`` where ``inverse``."""

    term: "Expression"
    inverse: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class PowerOf:
    """``a power of 3``."""

    base: "Expression"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Remainder:
    """``leaves a remainder of 2 when divided by 5``."""

    remainder: "Expression"
    divisor: "Expression"
    said_last: Literal["remainder", "divisor"] = field(default="divisor", compare=False)
    """Which of the two a further number is an alternative to."""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Differing:
    """``differ by 3`` of two subjects, ``differs from b by 3`` of one; no ``by`` means not equal."""

    other: "Expression | None"
    by: "Expression | None"
    op: str = "="
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Folded:
    """``add up to 12`` (``+``) and ``multiply to an odd number`` (``*``)."""

    op: str
    said: "Predicate"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Arranged:
    """``are 1, 2 and 3``; ``any_order`` allows every arrangement, None where the text does not say."""

    items: tuple["Expression", ...]
    any_order: bool | None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Ending:
    """``ends in 25``; ``starts with an odd digit`` where ``front``."""

    said: "Predicate"
    front: bool
    infinitive: bool = field(default=False, compare=False)
    """``end in``, which goes on with ``does not start with``."""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Containing:
    """``contains the digits 1, 2 and 3``: each of the items somewhere."""

    items: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Showing:
    """``has a 7 in the tens place``: ``digit`` shows ``term``."""

    digit: "Expression"
    term: "Expression"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """``stands before the 3``: where a digit is, not what it is worth; ``gap`` digits lie between where told."""

    where: Literal["before", "after", "just before", "just after", "beside", "between", "apart"]
    others: tuple["Expression", ...]
    gap: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Having:
    """``has two odd digits``, ``contains a 7``."""

    quantifier: "Quantifier"
    counted: "Described"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """``= 33 ± 1 years old``: a Gaussian measurement."""

    data: "Expression"
    sigma: "Expression"
    unit: str | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Combined:
    """``not``, ``and``, ``or``, ``xor``, ``nor`` of predicates."""

    connective: str
    parts: tuple["Predicate", ...]
    span: Span = field(default=NOWHERE, compare=False)


Predicate: TypeAlias = (
    Related
    | Shifted
    | Stepped
    | Adjectives
    | Wide
    | Feature
    | Between
    | OneOf
    | Divisible
    | DivisibleBySome
    | PowerOf
    | Remainder
    | Differing
    | Folded
    | Arranged
    | Having
    | Standing
    | Ending
    | Showing
    | Containing
    | Within
    | Combined
)

# Formulas -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quantifier:
    """How many: ``all none some``, or a comparison with a number."""

    op: str
    count: int = 0
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """``subject`` fulfils ``predicate``; no subject means the one before."""

    subject: "Expression | None"
    predicate: Predicate
    span: Span = field(default=NOWHERE, compare=False)
    verbal: bool = False
    """Whether a clause without a subject has a verb of its own, which a negation before does not reach."""


@dataclass(frozen=True, slots=True)
class Only:
    """``only a is odd``: the subject is, all other digits are not."""

    subject: "Expression"
    predicate: Predicate
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """``a < b <= c``."""

    terms: tuple["Expression", ...]
    ops: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Junction:
    """``and or xor nor`` of formulas; ``not`` of one; ``if`` and ``iff`` of two."""

    connective: str
    parts: tuple["Expression", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Quantified:
    """``two of a, b and c are odd``; without a predicate the group lists formulas."""

    quantifier: Quantifier
    group: "Expression"
    predicate: Predicate | None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Exists:
    """``there are exactly two prime digits``."""

    quantifier: Quantifier
    counted: Described
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``any two neighbouring digits differ by 2``; ``fold`` is what joins the two first, if any.

    ``pairs`` is how many of all pairs of digits, neighbours or not, are so; None for all neighbours.
    """

    fold: str | None
    predicate: Predicate
    owner: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)
    pairs: int | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """Mastermind: parts are (how many digits, in place?), None where the place is not told."""

    guess: str
    parts: tuple[tuple[int, bool | None], ...]
    placed_only: bool = False
    """Whether it tells only how many are in place, and of the others nothing."""
    at_least: bool = False
    span: Span = field(default=NOWHERE, compare=False)


Term: TypeAlias = (
    Number
    | Name
    | Letters
    | Ordinal
    | Place
    | Pronoun
    | Digits
    | Slice
    | Listing
    | Operation
    | Call
    | Changed
    | Tally
    | Text
    | Relative
    | Described
)
Formula: TypeAlias = Claim | Only | Chain | Junction | Quantified | Exists | Neighbours | Hint
Expression: TypeAlias = Term | Formula

# Statements ---------------------------------------------------------------


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
    """``digits a, b, c``; names empty for ``there are three numbers``."""

    kind: str
    names: tuple[Name, ...]
    count: int | None = None
    source: str | None = None
    adjectives: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeclareNumber:
    """Numbers of several digits; ``places`` are powers of ten, highest first. A code has ordinals instead."""

    places: tuple[int, ...]
    code: bool
    names: tuple[Name, ...] = ()
    count: int | None = None
    adjectives: tuple[str, ...] = ()
    tail: "Expression | None" = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Let:
    """``let total = a + b``."""

    name: Name
    body: Expression
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Data:
    """``data y = "photo.png"``."""

    name: Name
    path: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """``use``, ``given``, ``evidence``, ``alpha``, ``solution``, ``solve``, ``find``, ``how many``."""

    name: str
    values: tuple[Expression | str, ...] = ()
    options: Mapping[str, float | str] = field(default_factory=dict)
    span: Span = field(default=NOWHERE, compare=False)


Body: TypeAlias = Statement | Declare | DeclareNumber | Let | Data | Setting


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: what messages call it, and what it says."""

    name: str
    labelled: bool
    body: Body
    line: int = field(default=0, compare=False)
    span: Span = field(default=NOWHERE, compare=False)
    text: str = field(default="", compare=False)
