"""The checked IR: what a riddle says once every name, pronoun and phrase is resolved.

Emitted by ``resolve``; holds afterwards: every variable mentioned is declared,
every term is an integer (or an exact fraction) over the values of variables, every
``Seen`` names a class of a network that reads the variable's kind, no sugar is
left (``between``, ``number(…)``, counts over lists and so on are spelled out).
Spans point into the text and do not take part in equality.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from oedipus.dsl.spans import NOWHERE, Span

ArithmeticOp = Literal["-", "/", "//", "%", "**"]
CompareOp = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Variable:
    """One latent picture: ``kind`` is such as "digit" or "face", ``generator`` the card that draws it."""

    name: str
    kind: str
    generator: str
    span: Span = field(default=NOWHERE, compare=False)


# Terms --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """An exact number; as a value that has a ``name`` its place among those of its kind, from 0."""

    value: Fraction
    name: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Value:
    """The integer that a variable shows, from ``low`` to ``high``: of a value that is a name its place, from 0."""

    variable: str
    low: int = field(default=0, compare=False, repr=False)
    high: int = field(default=9, compare=False, repr=False)
    kind: str = field(default="", compare=False, repr=False)
    """The variable's kind where its values are names, empty where they are numbers."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of all terms, 0 for none."""

    terms: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class Product:
    """The product of all terms, 1 for none."""

    terms: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left op right``; ``/`` is exact, ``//`` and ``%`` floor. Undefined (a zero divisor,
    a negative or fractional exponent) makes every relation it stands in false."""

    op: ArithmeticOp
    left: "Term"
    right: "Term"


@dataclass(frozen=True, slots=True)
class Absolute:
    """The size of a term without its sign."""

    term: "Term"


@dataclass(frozen=True, slots=True)
class Extreme:
    """The smallest or largest of the terms; undefined for none."""

    which: Literal["min", "max"]
    terms: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """``values[value]`` for a term from 0 up, e.g. how many closed circles a digit has."""

    name: str
    term: "Term"
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the formulas hold."""

    formulas: tuple["Formula", ...]


Term: TypeAlias = Constant | Value | Sum | Product | Arithmetic | Absolute | Extreme | Lookup | Count

# Formulas -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compare:
    """A relation of two terms."""

    op: CompareOp
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Property:
    """A predicate of integers, decided by arithmetic: odd, even, prime, square, power of two."""

    name: Literal["odd", "even", "prime", "square", "power of two"]
    term: Term


@dataclass(frozen=True, slots=True)
class Seen:
    """Network ``network`` reads ``variable`` as class number ``label``."""

    variable: str
    network: str
    label: int


@dataclass(frozen=True, slots=True)
class Not:
    """It is not so."""

    formula: "Formula"


@dataclass(frozen=True, slots=True)
class And:
    """All of them hold (so for none of them)."""

    formulas: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one holds (not so for none of them)."""

    formulas: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class ExactlyOne:
    """``either … or …``: one and only one holds."""

    formulas: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Implies:
    """If … then …: fails only where the condition holds and the consequence does not."""

    condition: "Formula"
    consequence: "Formula"


@dataclass(frozen=True, slots=True)
class Iff:
    """Both hold or neither does."""

    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class AllDifferent:
    """No two terms are equal (and all are defined)."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """Always or never."""

    holds: bool


Formula: TypeAlias = Compare | Property | Seen | Not | And | Or | ExactlyOne | Implies | Iff | AllDifferent | Truth

# Measurements -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measurement:
    """Gaussian likelihood N(data | operators(variable), sigma²) (paper eq. 2).

    ``operators`` are applied first to last, each a name with its arguments, and
    then ``network``, a regressor, if there is one. ``data`` is a number, the
    path of a picture, or None where it is left open; ``files`` holds what the paths give, ``[channels, rows,
    columns]`` each, empty where the riddle's folder was not known.
    """

    variable: str
    operators: tuple[tuple[str, tuple[int | float | str, ...]], ...]
    data: float | str | None
    sigma: float
    network: str | None = None
    files: Mapping[str, NDArray[np.float32]] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement of the riddle. ``name`` is what messages call it: its label, else "line 4".

    ``optimum`` tells that ``body`` states the least or greatest value that the
    other clauses allow, which the solver has found beforehand. ``options``: what is left open has one of
    these formulas hold, and ``body`` says that any of them does.
    """

    name: str
    body: Formula | Measurement
    alpha: float | None = None
    line: int = field(default=0, compare=False)
    span: Span = field(default=NOWHERE, compare=False)
    text: str = field(default="", compare=False)
    optimum: Literal["", "least", "greatest"] = field(default="", compare=False)
    options: tuple[Formula, ...] = ()

    @property
    def open(self) -> bool:
        """Whether its data are not known yet."""
        return bool(self.options) or (isinstance(self.body, Measurement) and self.body.data is None)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the file says about the run, none of which changes the likelihood's form."""

    schedule: tuple[float, ...] | None = None
    evidence: Literal["product", "joint"] = "product"
    find: tuple[str, ...] = ()
    count_wanted: bool = False
    solution: Mapping[str, int] | None = None
    algorithm: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    given: str | None = None
    places: Mapping[str, Span] = field(default_factory=dict, compare=False)
    """Of ``solve``: where the algorithm is named (""), each option (its name) and its value (``NAME =``)."""


@dataclass(frozen=True, slots=True)
class CoreClause:
    """A clause of the file as core text, a line each for what it declares, states and sets."""

    name: str
    labelled: bool
    texts: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Riddle:
    """Everything a file says. ``core`` is how its clauses were understood, in the core language."""

    variables: tuple[Variable, ...]
    clauses: tuple[Clause, ...]
    settings: Settings = Settings()
    core: tuple[CoreClause, ...] = field(default=(), compare=False)
