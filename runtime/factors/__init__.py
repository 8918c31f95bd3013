"""Likelihood factors: log P_c of a clause from the log-probabilities of its readouts.

One module each. ``bind(body)`` turns the plain data of a factor into a function
of its readouts' log-probabilities, ``[rows, classes]`` each, to ``[rows]`` nats.
Measurements look at pictures and not at readouts: :mod:`oedipus.runtime.factors.gaussian`.
"""

from collections.abc import Callable, Sequence
from typing import assert_never

from torch import Tensor, device

from oedipus.compiler import program
from oedipus.runtime.factors import diagram, logic

LogFactor = Callable[[Sequence[Tensor]], Tensor]


def bind(body: program.Tensor | program.Diagram | program.Choice, where: device) -> LogFactor:
    """The factor's log-probability as a function of its readouts."""
    match body:
        case program.Tensor():
            return logic.bind(body, where)
        case program.Diagram():
            return diagram.bind(body, where)
        case program.Choice():
            raise ValueError("its data are left open: a Choice is answered before it is bound")
        case other:
            assert_never(other)
