from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from oedipus.compiler import checked as c
from oedipus.compiler import program as p
from oedipus.compiler.pipeline import compile_riddle
from oedipus.compiler.verify import InternalError, verify_diagram, verify_program, verify_riddle
from oedipus.networks.cards import Card

from .conftest import digits

PARITY = (np.array([[0, 1]], dtype=np.int32), np.array([[0, 1], [1, 0]], dtype=np.int32))


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        (c.Clause("I", c.Compare("=", c.Value("z"), c.Constant(Fraction(1)))), "'z' is not declared"),
        (c.Clause("I", c.Seen("a", "oddity", 0)), "no card"),
        (c.Clause("I", c.Seen("a", "odd", 2)), "no class 2"),
        (c.Clause("I", c.Truth(True), alpha=0.0), "alpha"),
        (c.Clause("I", c.Measurement("a", (), 0.0, 0.0)), "sigma"),
    ],
)
def test_broken_riddles(clause: c.Clause, message: str, cards: Mapping[str, Card]) -> None:
    with pytest.raises(InternalError, match=message):
        verify_riddle(c.Riddle(digits("a"), (clause,)), cards)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"readouts": (0, 0)}, "used twice"),
        ({"readouts": (0, 9)}, "no such readout"),
        ({"body": p.Tensor(np.zeros((2, 3), dtype=np.bool_))}, "shape"),
        ({"body": p.Tensor(np.zeros((10, 10)))}, "not 0/1"),  # type: ignore[arg-type]
        ({"body": p.Diagram(PARITY)}, "layer of shape"),
        ({"body": p.Gaussian("first", (), 1.0, 1.0)}, "no readouts"),
        ({"alpha": -1.0}, "alpha"),
    ],
)
def test_broken_factors(
    change: dict[str, object], message: str, three_numbers: c.Riddle, cards: Mapping[str, Card]
) -> None:
    program = compile_riddle(three_numbers, cards)
    factors = list(program.factors)
    factors[1] = replace(factors[1], **change)  # type: ignore[arg-type]
    with pytest.raises(InternalError, match=message):
        verify_program(replace(program, factors=tuple(factors)))


def test_broken_diagrams() -> None:
    verify_diagram(p.Diagram(PARITY), (2, 2), "factor I")
    with pytest.raises(InternalError, match="not there"):
        verify_diagram(p.Diagram((PARITY[0], PARITY[1] + 1)), (2, 2), "factor I")
    with pytest.raises(InternalError, match="starts"):
        verify_diagram(p.Diagram((PARITY[1], PARITY[1])), (2, 2), "factor I")
    with pytest.raises(InternalError, match="2 layers for 3"):
        verify_diagram(p.Diagram(PARITY), (2, 2, 2), "factor I")
