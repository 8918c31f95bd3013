"""Dense logic tensors: the paper's A (two readouts) and B (three), contracted in logs."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, device

from oedipus.compiler import program


def bind(body: program.Tensor, where: device) -> Callable[[Sequence[Tensor]], Tensor]:
    """log Σ_valid Π_i p_i for the tensor's valid joint classes (paper section 5.2).

    The sum runs over the valid entries only and stays in logs throughout, so a
    clause and its negation are both exact where a probability is near 0 or 1.
    """
    valid = torch.from_numpy(np.argwhere(body.values)).to(where)

    def log_probability(readouts: Sequence[Tensor]) -> Tensor:
        joint = readouts[0][:, valid[:, 0]]
        for axis in range(1, len(readouts)):
            joint = joint + readouts[axis][:, valid[:, axis]]
        return joint.logsumexp(dim=1)

    return log_probability
