"""Linear measurement operators on pictures, one module each, found by the name a riddle uses.

Every module exports ``build(shape, arguments, files) -> Operator`` for pictures of ``shape`` (channels, rows,
columns). Shapes and arguments were checked by :mod:`oedipus.compiler.operators`, which lists the same names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module, util
from typing import Protocol

from torch import Tensor

from oedipus.compiler.operators import Call, Files, Shape, through


class Operator(Protocol):
    """A linear map A of pictures, each of a batch by itself."""

    def forward(self, pictures: Tensor) -> Tensor:
        """A x: ``[rows, *shape]`` to ``[rows, *shape of the result]``."""

    def adjoint(self, data: Tensor) -> Tensor:
        """Aᵀ y, back to ``[rows, *shape]``: ⟨A x, y⟩ = ⟨x, Aᵀ y⟩."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators applied one after the other; none at all is the identity."""

    parts: tuple[Operator, ...]

    def forward(self, pictures: Tensor) -> Tensor:
        """A x."""
        for part in self.parts:
            pictures = part.forward(pictures)
        return pictures

    def adjoint(self, data: Tensor) -> Tensor:
        """Aᵀ y."""
        for part in reversed(self.parts):
            data = part.adjoint(data)
        return data


def compose(calls: Sequence[Call], shape: Shape, files: Files) -> Chain:
    """The operators ``calls``, first to last, on pictures of ``shape``; ``files`` hold masks by path.

    Raises ``LookupError`` for a name without a module, ``OperatorError`` where one does not fit.
    """
    parts: list[Operator] = []
    for call in calls:
        name, arguments = call
        path = f"{__name__}.{name}"
        if not name.isidentifier() or util.find_spec(path) is None:
            raise LookupError(f"no operator is called '{name}'")
        parts.append(import_module(path).build(shape, arguments, files))
        shape, _ = through([call], shape)
    return Chain(tuple(parts))
