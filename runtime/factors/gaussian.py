"""Gaussian likelihoods N(y | F(x), σ²) of pictures through linear operators or of a regressor's reading (eq. 2, 8).

Their log-likelihood is −½ Σ r² with the residual r = (F(x) − y) / σ, in nats and
without the constant −n log(σ √2π), which no inference over x can see. The residual
is also the coordinate in which the likelihood's Fisher metric is the identity.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from oedipus.compiler import program
from oedipus.compiler.operators import Shape, mask_file
from oedipus.runtime.operators import Chain, compose


@dataclass(frozen=True, slots=True)
class Measurement:
    """One Gaussian factor: ``data`` ``[values]`` with ``sigma``, and how a picture predicts them.

    ``seen`` ``[pixels]`` are the places of the prediction's pixels that depend on the
    picture; the others, which a mask hides, are no data. None where there is one number.
    """

    operators: Chain
    network: nn.Module | None
    seen: Tensor | None
    data: Tensor
    sigma: float

    def predict(self, pictures: Tensor) -> Tensor:
        """F(x) ``[rows, values]`` of pictures ``[rows, channels, height, width]``."""
        shown = self.operators.forward(pictures)
        if self.network is not None:
            years: Tensor = self.network(shown)
            return years.reshape(len(pictures), 1)
        flat = shown.flatten(1)
        return flat if self.seen is None else flat[:, self.seen]

    def residual(self, prediction: Tensor) -> Tensor:
        """(F(x) − y) / σ, ``[rows, values]``."""
        return (prediction - self.data) / self.sigma


def bind(body: program.Gaussian, shape: Shape, networks: Mapping[str, nn.Module], where: torch.device) -> Measurement:
    """The measurement of pictures of ``shape``.

    Raises ``ValueError`` where the program was compiled without the files it names.
    """
    if body.data is None:
        raise ValueError("its data are left open: a measurement is answered before it is bound")
    missing = [path for path in _paths(body) if path not in body.files]
    if missing:
        raise ValueError(f'the picture "{missing[0]}" was not read: compile the riddle with the folder it lies in')
    operators = compose(body.operators, shape, body.files)
    if body.network is not None:
        data = torch.tensor([float(body.data)], device=where)
        return Measurement(operators, networks[body.network], None, data, body.sigma)
    # All operators have weights of one sign, so a picture of ones shows what is seen at all.
    shown = operators.forward(torch.ones(1, *shape))[0].flatten()
    seen = torch.nonzero(shown > 0).squeeze(1)
    data = (
        torch.tensor(body.files[body.data]).flatten()
        if isinstance(body.data, str)
        else torch.full_like(shown, body.data)
    )
    return Measurement(operators, None, seen.to(where), data[seen].to(where), body.sigma)


def _paths(body: program.Gaussian) -> list[str]:
    data = [body.data] if isinstance(body.data, str) else []
    return [*data, *(path for call in body.operators if (path := mask_file(call)) is not None)]


def log_likelihood(residual: Tensor) -> Tensor:
    """−½ Σ r² ``[rows]`` in nats of residuals ``[rows, values]``."""
    return -residual.square().sum(dim=1) / 2
