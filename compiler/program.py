"""The Program: a factor graph as plain data, the compiler's last word and the runtime's first.

A program needs neither the text it came from nor the networks' weights to be
read, drawn, stored or checked against an assignment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Variable:
    """One picture x = G(ξ) with its own latents; ``generator`` is a card's name."""

    name: str
    kind: str
    generator: str


@dataclass(frozen=True, slots=True)
class Readout:
    """Class probabilities of one network on one variable's picture.

    ``table[place]`` is the class that the value of class ``place`` of the kind's
    value classifier truly belongs to, or None where the card declares none;
    symbolic checks then leave the readout out.
    """

    variable: str
    network: str
    classes: int
    table: tuple[int, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A 0/1 logic tensor over the readouts' classes (the paper's A and B, section 5.2)."""

    values: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """A layered decision diagram: ``layers[i][state, class]`` is the state after readout i.

    The start is state 0 of the first layer. After the last layer state 1 means
    true and state 0 false; inner layers number their own states from 0.
    """

    layers: tuple[NDArray[np.int32], ...]

    @property
    def states(self) -> int:
        """Number of states, the two final ones not counted."""
        return sum(len(layer) for layer in self.layers)


@dataclass(frozen=True, slots=True)
class Gaussian:
    """N(data | network(operators(variable)), sigma²) (paper eq. 2); ``readouts`` of its factor are empty.

    ``operators`` are applied first to last, then the regressor ``network`` where
    there is one. ``data`` is a number, which every value of the prediction is
    compared with, or a key of ``files``: the pictures ``[channels, rows, columns]``
    that the riddle names by their paths, masks of the operators among them; None where they are left open.
    """

    variable: str
    operators: tuple[tuple[str, tuple[int | float | str, ...]], ...]
    data: float | str | None
    sigma: float
    network: str | None = None
    files: Mapping[str, NDArray[np.float32]] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What is left open: one of several logic tensors, ``values`` ``[options, classes, …]``."""

    values: NDArray[np.bool_]


Body: TypeAlias = Tensor | Diagram | Gaussian | Choice


@dataclass(frozen=True, slots=True)
class Factor:
    """One clause's likelihood: P_c(ξ)^α. ``readouts`` index into the program's.

    ``alpha`` is the clause's own power, None for the run's. ``name`` is the label,
    else the line; ``text`` the clause as written.
    """

    name: str
    readouts: tuple[int, ...]
    body: Body
    alpha: float | None = None
    line: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """Variables, readouts and factors, with what the file says about the run."""

    variables: tuple[Variable, ...]
    readouts: tuple[Readout, ...]
    factors: tuple[Factor, ...]
    evidence: Literal["product", "joint"] = "product"
    schedule: tuple[float, ...] | None = None
    find: tuple[str, ...] = ()
    solution: Mapping[str, int] | None = None
    algorithm: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    given: str | None = None

    @property
    def open(self) -> tuple[int, ...]:
        """Numbers of the factors whose data are left open."""
        return tuple(at for at, one in enumerate(self.factors) if _is_open(one.body))

    def violated(self, reading: Mapping[str, int]) -> Iterator[str]:
        """Names of the factors that ``reading`` does not fulfil, by the tables; it gives for each variable the class
        of its value, which for digits is the digit."""
        for factor in self.factors:
            chosen = [self.readouts[place] for place in factor.readouts]
            if isinstance(factor.body, Gaussian | Choice) or any(
                one.table is None or one.variable not in reading for one in chosen
            ):
                continue
            classes = [one.table[reading[one.variable]] for one in chosen if one.table is not None]
            if not holds(factor.body, classes):
                yield factor.name


def _is_open(body: Body) -> bool:
    return isinstance(body, Choice) or (isinstance(body, Gaussian) and body.data is None)


def holds(body: Tensor | Diagram, classes: list[int]) -> bool:
    """Whether the joint classes satisfy a logic body."""
    if isinstance(body, Tensor):
        return bool(body.values[tuple(classes)])
    state = 0
    for layer, chosen in zip(body.layers, classes, strict=True):
        state = int(layer[state, chosen])
    return state == 1
