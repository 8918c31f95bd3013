"""A program as text: what is drawn, what is read, every factor and what it costs."""

from collections.abc import Iterator, Sequence
from typing import assert_never

import numpy as np

from oedipus.compiler import program as p
from oedipus.compiler.operators import size as shape_of
from oedipus.compiler.operators import written

MATRIX_CLASSES = 12


def describe(program: p.Program, *, tensors: bool = True) -> str:
    """The whole program, readouts numbered; with ``tensors`` one- and two-dimensional ones are written out."""
    return "\n".join(_lines(program, tensors)) + "\n"


def _lines(program: p.Program, tensors: bool) -> Iterator[str]:
    yield "variables"
    yield from _table([(one.name, one.kind, f"drawn by {one.generator}") for one in program.variables])
    yield "readouts"
    yield from _table([(str(place), name(one), f"{one.classes} classes") for place, one in enumerate(program.readouts)])
    yield "factors"
    yield from _table([_row(factor, program) for factor in program.factors])
    yield f"cost: {sum(map(cost, program.factors)):,} products a sample, evidence {program.evidence}"
    for factor in program.factors if tensors else ():
        yield from _written_out(factor, program)


def name(readout: p.Readout) -> str:
    """``network(variable)``."""
    return f"{readout.network}({readout.variable})"


def cost(factor: p.Factor) -> int:
    """Multiplications a sample takes: cells of a tensor, transitions of a diagram."""
    match factor.body:
        case p.Tensor(values) | p.Choice(values):
            return int(values.size)
        case p.Diagram(layers):
            return sum(layer.size for layer in layers)
        case p.Gaussian(data=data, files=files):
            return files[data].size if isinstance(data, str) and data in files else 1
        case other:
            assert_never(other)


def size(factor: p.Factor) -> str:
    """The factor's body in a few words: its form and how much of it is true."""
    match factor.body:
        case p.Tensor(values):
            shape = "×".join(map(str, values.shape)) or "constant"
            return f"tensor {shape}, {int(values.sum()):,} of {values.size:,} hold"
        case p.Choice(values):
            return f"left open, {len(values)} tensors {'×'.join(map(str, values.shape[1:]))}"
        case p.Diagram(layers) as diagram:
            return f"diagram, {diagram.states:,} states in {len(layers)} layers"
        case p.Gaussian(data=data, sigma=sigma, files=files):
            shape = f" ({shape_of(files[data].shape)})" if isinstance(data, str) and data in files else ""
            told = "left open" if data is None else data if isinstance(data, str) else f"{data:g}"
            return f"Gaussian, {told}{shape} ± {sigma:g}"
        case other:
            assert_never(other)


def arguments(factor: p.Factor, program: p.Program) -> str:
    """What the factor is about: its readouts, or the measured expression."""
    if isinstance(factor.body, p.Gaussian):
        expression = written(factor.body.operators, factor.body.variable)
        return f"{factor.body.network}({expression})" if factor.body.network else expression
    return ", ".join(name(program.readouts[place]) for place in factor.readouts)


def _row(factor: p.Factor, program: p.Program) -> tuple[str, ...]:
    alpha = "" if factor.alpha is None else f"alpha {factor.alpha:g}"
    return factor.name, arguments(factor, program), size(factor), alpha, factor.text


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        yield "  none"
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(cells)).rstrip()


def _written_out(factor: p.Factor, program: p.Program) -> Iterator[str]:
    values = factor.body.values if isinstance(factor.body, p.Tensor) else np.zeros((0, 0, 0), dtype=np.bool_)
    if values.ndim not in (1, 2) or max(values.shape) > MATRIX_CLASSES:
        return
    readouts = [program.readouts[place] for place in factor.readouts]
    yield ""
    yield f"{factor.name}: {' down, '.join(map(name, readouts))}{' across' * (values.ndim == 2)}"
    rows = [("", *map(str, range(values.shape[-1])))]
    for label, line in enumerate(np.atleast_2d(values)):
        rows.append((str(label) if values.ndim == 2 else "", *("·1"[int(one)] for one in line)))
    yield from _table(rows)
