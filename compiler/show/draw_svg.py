"""The factor graph as an SVG picture after the paper's Figure 2.

From top to bottom: latents ξ, the picture each generator draws, the readouts of
the networks on it, the logic tensor or diagram they are contracted with, and a
circle for the clause. Nothing but the program goes in, and no other tool.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import assert_never

import numpy as np

from oedipus.compiler import program as p
from oedipus.compiler.show.describe import arguments, name, size

SLOT = 118.0
MARGIN = 28.0
ROWS = {"latents": 42.0, "picture": 128.0, "readout": 232.0, "body": 350.0, "clause": 458.0, "text": 506.0}
HEIGHT = 572.0
SIDE = 52.0
FONT = "font-family='Helvetica, Arial, sans-serif'"
COLOURS = ("#3b6ea5", "#b5543b", "#4f8a4b", "#8a5ca0", "#a8842c", "#3d8f8f", "#9c4a6e", "#6b6b6b", "#5a7d2a", "#7a5230")


@dataclass(frozen=True, slots=True)
class Layout:
    """Horizontal places of everything, and the picture's width."""

    variables: tuple[float, ...]
    readouts: tuple[float, ...]
    factors: tuple[float, ...]
    width: float


def svg(program: p.Program) -> str:
    """The program as one SVG document."""
    layout = placed(program)
    size_of = f"width='{layout.width:.0f}' height='{HEIGHT:.0f}' viewBox='0 0 {layout.width:.0f} {HEIGHT:.0f}'"
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' {size_of}>",
        "<rect width='100%' height='100%' fill='white'/>",
        *_edges(program, layout),
        *_variables(program, layout),
        *_readouts(program, layout),
        *_factors(program, layout),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


# Layout -----------------------------------------------------------------------


def placed(program: p.Program) -> Layout:
    """Readouts stand under their picture, factors near the middle of their readouts."""
    order = sorted(range(len(program.readouts)), key=lambda place: (_owner(program, place), place))
    slots: list[list[int]] = [[place for place in order if _owner(program, place) == v] for v in _numbers(program)]
    width = max(sum(max(len(group), 1) for group in slots), len(program.factors), 1) * SLOT + 2 * MARGIN
    step = (width - 2 * MARGIN) / max(sum(max(len(group), 1) for group in slots), 1)
    readouts = [0.0] * len(program.readouts)
    variables, left = [], MARGIN
    for group in slots:
        span = step * max(len(group), 1)
        variables.append(left + span / 2)
        for turn, place in enumerate(group):
            readouts[place] = left + step * (turn + 0.5)
        left += span
    factors = _spread([_middle(factor, program, variables, readouts) for factor in program.factors], width)
    return Layout(tuple(variables), tuple(readouts), tuple(factors), width)


def _numbers(program: p.Program) -> range:
    return range(len(program.variables))


def _owner(program: p.Program, readout: int) -> int:
    return _places(program)[program.readouts[readout].variable]


def _places(program: p.Program) -> Mapping[str, int]:
    return {variable.name: place for place, variable in enumerate(program.variables)}


def _middle(factor: p.Factor, program: p.Program, variables: Sequence[float], readouts: Sequence[float]) -> float:
    if isinstance(factor.body, p.Gaussian):
        return variables[_places(program)[factor.body.variable]]
    return float(np.mean([readouts[place] for place in factor.readouts])) if factor.readouts else MARGIN


def _spread(wishes: Sequence[float], width: float) -> list[float]:
    """One slot each, in the order of the wishes and evenly over the width."""
    step = (width - 2 * MARGIN) / max(len(wishes), 1)
    result = [0.0] * len(wishes)
    for turn, place in enumerate(sorted(range(len(wishes)), key=lambda one: (wishes[one], one))):
        result[place] = MARGIN + step * (turn + 0.5)
    return result


# Parts ------------------------------------------------------------------------


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def _edges(program: p.Program, layout: Layout) -> Iterator[str]:
    for place, x in enumerate(layout.variables):
        yield _curve(x, ROWS["latents"] + 20, x, ROWS["picture"] - SIDE / 2, _colour(place))
    for place, x in enumerate(layout.readouts):
        owner = _owner(program, place)
        yield _curve(layout.variables[owner], ROWS["picture"] + SIDE / 2, x, ROWS["readout"] - 17, _colour(owner))
    for factor, x in zip(program.factors, layout.factors, strict=True):
        end = ROWS["body"] - SIDE / 2
        if isinstance(factor.body, p.Gaussian):
            owner = _places(program)[factor.body.variable]
            yield _curve(layout.variables[owner], ROWS["picture"] + SIDE / 2, x, end, _colour(owner))
        for place in factor.readouts:
            yield _curve(layout.readouts[place], ROWS["readout"] + 17, x, end, _colour(_owner(program, place)))
        yield _curve(x, ROWS["body"] + SIDE / 2, x, ROWS["clause"] - 22, "#444")


def _curve(x: float, y: float, to_x: float, to_y: float, colour: str) -> str:
    bend = (to_y - y) / 2
    path = f"M{x:.1f},{y:.1f} C{x:.1f},{y + bend:.1f} {to_x:.1f},{to_y - bend:.1f} {to_x:.1f},{to_y:.1f}"
    return f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='1.4' stroke-opacity='0.75'/>"


def _text(x: float, y: float, words: str, points: float = 11, colour: str = "#222", style: str = "") -> str:
    place = f"x='{x:.1f}' y='{y:.1f}' text-anchor='middle' font-size='{points}' fill='{colour}'"
    return f"<text {place} {FONT} {style}>{escape(words)}</text>"


def _variables(program: p.Program, layout: Layout) -> Iterator[str]:
    for place, (variable, x) in enumerate(zip(program.variables, layout.variables, strict=True)):
        colour = _colour(place)
        yield f"<circle cx='{x:.1f}' cy='{ROWS['latents']}' r='20' fill='white' stroke='{colour}' stroke-width='1.8'/>"
        yield _text(x, ROWS["latents"] + 6, "ξ", 18, colour, "font-style='italic'")
        yield _box(x, ROWS["picture"], SIDE, SIDE, "#111", colour, 2)
        yield _text(x, ROWS["picture"] + 4, _short(variable.name, 9), 11, "white")
        yield _text(x + SIDE / 2 + 6, ROWS["picture"] - SIDE / 2 - 6, _short(variable.generator, 12), 9, "#777")


def _readouts(program: p.Program, layout: Layout) -> Iterator[str]:
    for place, (readout, x) in enumerate(zip(program.readouts, layout.readouts, strict=True)):
        colour = _colour(_owner(program, place))
        yield f"<g><title>{escape(name(readout))}: {readout.classes} classes</title>"
        yield _box(x, ROWS["readout"], SLOT - 12, 34, "white", colour, 17)
        yield _text(x, ROWS["readout"] + 4, _short(readout.network, 17), 10.5)
        yield "</g>"


def _factors(program: p.Program, layout: Layout) -> Iterator[str]:
    for factor, x in zip(program.factors, layout.factors, strict=True):
        yield f"<g><title>{escape(f'{factor.name}: {arguments(factor, program)}; {size(factor)}')}</title>"
        yield from _body(factor.body, x, ROWS["body"])
        yield f"<circle cx='{x:.1f}' cy='{ROWS['clause']}' r='22' fill='#f3e9c9' stroke='#444' stroke-width='1.4'/>"
        yield _text(x, ROWS["clause"] + 4, _short(factor.name, 8), 11, "#222", "font-weight='bold'")
        if factor.alpha is not None:
            yield _text(x + 26, ROWS["clause"] - 18, f"α {factor.alpha:g}", 9, "#777", "font-style='italic'")
        for line, words in enumerate(wrap(factor.text, 21)[:5]):
            yield _text(x, ROWS["text"] + 13 * line, words, 9.5, "#444")
        yield "</g>"


def _body(body: p.Body, x: float, y: float) -> Iterator[str]:
    match body:
        case p.Tensor(values) | p.Choice(values):
            yield from _tensor(values, x, y)
        case p.Diagram(layers):
            yield from _diagram([len(layer) for layer in layers], x, y)
        case p.Gaussian(data=data, sigma=sigma):
            yield _box(x, y, SIDE * 1.6, SIDE, "white", "#444", 4)
            bell = "q10,0 16,-18 t16,-18 t16,18 t16,18"
            yield f"<path d='M{x - 32:.1f},{y + 12:.1f} {bell}' fill='none' stroke='#444' stroke-width='1.4'/>"
            yield _text(x, y + 23, _short(f"{'?' if data is None else data} ± {sigma:g}", 16), 9)
        case other:
            assert_never(other)


def _tensor(values: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], x: float, y: float) -> Iterator[str]:
    """Up to two dimensions cell by cell; of more, sheets of the first one's classes behind each other."""
    for sheet in range(min(values.ndim - 2, 3), 0, -1):
        yield _box(x + 6 * sheet, y - 6 * sheet, SIDE, SIDE, "#f7f7f7", "#888", 1)
    yield _box(x, y, SIDE if values.ndim > 1 else SIDE / 3, SIDE, "white", "#444", 1)
    face = np.atleast_2d(values).reshape(-1, *values.shape[-2:]).any(axis=0) if values.ndim > 2 else values
    face = face.reshape(-1, 1) if face.ndim < 2 else face
    width = SIDE if values.ndim > 1 else SIDE / 3
    across, down = width / face.shape[1], SIDE / face.shape[0]
    for row, column in np.argwhere(face):
        corner = f"x='{x - width / 2 + across * column:.1f}' y='{y - SIDE / 2 + down * row:.1f}'"
        yield f"<rect {corner} width='{across:.1f}' height='{down:.1f}' fill='#444' stroke='white' stroke-width='0.4'/>"


def _diagram(states: Sequence[int], x: float, y: float) -> Iterator[str]:
    """A column of dots for each layer, taller where there are more states."""
    yield _box(x, y, SIDE * 1.6, SIDE, "white", "#444", 4)
    step = SIDE * 1.4 / max(len(states), 1)
    for place, count in enumerate(states):
        dots = min(1 + round(2 * np.log10(count)), 7)
        for dot in range(dots):
            centre = f"cx='{x - SIDE * 0.7 + step * (place + 0.5):.1f}' cy='{y - 4 + 6.0 * (dot - (dots - 1) / 2):.1f}'"
            yield f"<circle {centre} r='1.8' fill='#444'/>"
    yield _text(x, y + SIDE / 2 - 4, f"{sum(states):,} states", 8, "#777")


def _box(x: float, y: float, width: float, height: float, fill: str, stroke: str, radius: float) -> str:
    place = f"x='{x - width / 2:.1f}' y='{y - height / 2:.1f}' width='{width:.1f}' height='{height:.1f}'"
    return f"<rect {place} rx='{radius}' fill='{fill}' stroke='{stroke}' stroke-width='1.6'/>"


def _short(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1] + "…"
