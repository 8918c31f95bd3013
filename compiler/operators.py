"""Measurement operators as the compiler knows them: what they take, the shape and the range they give, in words.

Each is linear; :mod:`oedipus.runtime.operators` holds the maps themselves, a module of the same name each.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Argument: TypeAlias = int | float | str
Call: TypeAlias = tuple[str, tuple[Argument, ...]]
Shape: TypeAlias = tuple[int, int, int]
"""(channels, rows, columns)."""
Files: TypeAlias = Mapping[str, NDArray[np.float32]]
"""Pictures ``[channels, rows, columns]`` by the path that the riddle names them by."""

SYNONYMS: Mapping[Argument, str] = {"grey": "gray", "downsample": "coarsen"}
SIDES: Mapping[Argument, str] = {
    **{side: side for side in ("left", "right", "top", "bottom", "centre")},
    "upper": "top",
    "lower": "bottom",
    "center": "centre",
    "middle": "centre",
}


class OperatorError(Exception):
    """An operator that does not fit what it is applied to; the message says why."""


@dataclass(frozen=True, slots=True)
class Operator:
    """``shape(before, arguments)`` raises :class:`OperatorError`; ``gain`` is what the largest value grows by."""

    example: str
    shape: Callable[[Shape, tuple[Argument, ...]], Shape]
    said: Callable[[tuple[Argument, ...]], str]
    gain: Callable[[Shape], float] = lambda _: 1.0


def canonical(name: str, arguments: tuple[Argument, ...]) -> Call:
    """The operator under its own name, sides too: ``mask(x, upper)`` is ``mask(x, top)``."""
    name = SYNONYMS.get(name, name)
    if name == "mask":
        arguments = tuple(SIDES.get(argument, argument) for argument in arguments)
    return name, arguments


def through(calls: Sequence[Call], shape: Shape) -> tuple[Shape, float]:
    """Shape and largest value of what ``calls``, first to last, make of a picture in 0..1.

    Raises :class:`OperatorError`.
    """
    largest = 1.0
    for name, arguments in calls:
        operator = OPERATORS[name]
        largest *= operator.gain(shape)
        shape = operator.shape(shape, arguments)
    return shape, largest


def written(calls: Sequence[Call], inner: str) -> str:
    """``mask(coarsen(gray(x), 4), left)``."""
    for name, arguments in calls:
        inner = f"{name}({', '.join([inner, *(_quoted(name, one) for one in arguments)])})"
    return inner


def mask_file(call: Call) -> str | None:
    """The path of the picture that a mask is read from, None for a side and for other operators."""
    name, arguments = call
    found = name == "mask" and len(arguments) == 1 and isinstance(arguments[0], str) and arguments[0] not in SIDES
    return str(arguments[0]) if found else None


def size(shape: Shape) -> str:
    """``3 × 64 × 64``."""
    return " × ".join(map(str, shape))


def _quoted(name: str, argument: Argument) -> str:
    return f'"{argument}"' if mask_file((name, (argument,))) is not None else str(argument)


# What each takes and gives ----------------------------------------------------


def _gray(shape: Shape, arguments: tuple[Argument, ...]) -> Shape:
    _expect(not arguments, "gray takes nothing but a picture")
    return (1, *shape[1:])


def _coarsen(shape: Shape, arguments: tuple[Argument, ...]) -> Shape:
    (block,) = _counts(arguments, (1,), "coarsen takes the side of its blocks in pixels")
    channels, rows, columns = shape
    whole = rows % block == 0 and columns % block == 0
    _expect(whole, f"blocks of {block} × {block} do not fill {rows} × {columns} pixels")
    return channels, rows // block, columns // block


def _mask(shape: Shape, arguments: tuple[Argument, ...]) -> Shape:
    _expect(len(arguments) == 1 and isinstance(arguments[0], str), "mask takes a side or the path of a picture")
    if arguments[0] in SIDES:
        _expect(min(shape[1:]) >= 2, f"{shape[1]} × {shape[2]} pixels have no half")
    return shape


def _blur(shape: Shape, arguments: tuple[Argument, ...]) -> Shape:
    right = len(arguments) == 1 and not isinstance(arguments[0], str) and 0 < arguments[0] < math.inf
    _expect(right, "blur takes one positive width in pixels")
    return shape


def _crop(shape: Shape, arguments: tuple[Argument, ...]) -> Shape:
    numbers = _counts(arguments, (1, 4), "crop takes the side of the middle square, or row, column, height and width")
    channels, rows, columns = shape
    top, left, height, width = window(shape, numbers)
    inside = min(top, left) >= 0 and top + height <= rows and left + width <= columns
    _expect(inside, f"the window lies outside the {rows} × {columns} pixels")
    return channels, height, width


def window(shape: Shape, numbers: Sequence[int]) -> tuple[int, int, int, int]:
    """Row, column (from 0), height and width of a crop."""
    if len(numbers) == 4:
        top, left, height, width = numbers
        return top, left, height, width
    (side,) = numbers
    return (shape[1] - side) // 2, (shape[2] - side) // 2, side, side


def _counts(arguments: tuple[Argument, ...], lengths: tuple[int, ...], usage: str) -> list[int]:
    _expect(len(arguments) in lengths and all(isinstance(one, int) for one in arguments), usage)
    numbers = [int(one) for one in arguments]
    _expect(all(one >= 1 for one in numbers[-2:]) and all(one >= 0 for one in numbers), usage)
    return numbers


def _expect(right: bool, message: str) -> None:
    if not right:
        raise OperatorError(message)


def _cut(arguments: tuple[Argument, ...]) -> str:
    if len(arguments) == 1:
        return f"cut to its middle {arguments[0]} × {arguments[0]} pixels"
    top, left, height, width = arguments
    return f"cut to {height} × {width} pixels from row {top} and column {left} (counted from 0)"


def _hidden(arguments: tuple[Argument, ...]) -> str:
    (what,) = arguments
    if what not in SIDES:
        return f'the black pixels of "{what}" left out'
    return f"its {what} left out" if what == "centre" else f"its {what} half left out"


OPERATORS: Mapping[str, Operator] = {
    "gray": Operator("gray(x)", _gray, lambda _: "its colour channels added up", lambda shape: float(shape[0])),
    "coarsen": Operator("coarsen(x, 4)", _coarsen, lambda a: f"averaged over blocks of {a[0]} × {a[0]} pixels"),
    "mask": Operator("mask(x, left)", _mask, _hidden),
    "blur": Operator("blur(x, 1.5)", _blur, lambda a: f"blurred by {a[0]:g} pixels"),
    "crop": Operator("crop(x, 2, 3, 20, 20)", _crop, _cut),
}
