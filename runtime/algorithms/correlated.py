"""What full-rank and low-rank variational inference share: Adam up the ELBO of a Gaussian with correlations.

The bound E_q[log L^α] − KL(q ‖ N(0, 1)) is estimated on fresh antithetic pairs pushed through
the Gaussian's own map from standard normal noise (Kucukelbir et al. 2017, section 2.6), its
divergence in closed form. Correlations are many numbers: pairs and iterations grow with them.
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Gaussian, Info, antithetic
from oedipus.runtime.algorithms.options import alphas, count, positive, validate
from oedipus.runtime.density import Density

MEMORY, SCALE_MEMORY, TINY = 0.9, 0.99, 1e-8
RELATIVE = 0.25
"""How much more slowly correlations move than mean and widths do, over the root of how many share a row."""


@dataclass(frozen=True, slots=True)
class State:
    """``parameters`` of the family, the running moments of their slopes, the bound in nats on the last noise."""

    parameters: tuple[Tensor, ...]
    first: tuple[Tensor, ...]
    second: tuple[Tensor, ...]
    elbo: float
    iteration: int = 0


@dataclass(frozen=True, slots=True)
class Correlated:
    """Hyper-parameters: ``fit`` iterations on ``pairs`` fresh antithetic pairs each, at a ``rate`` that falls.

    The last α of ``schedule`` is the posterior's. Raises ``ValueError`` naming the
    argument that makes no sense.
    """

    schedule: tuple[float, ...] = alphas(10.0)
    pairs: int = count(8)
    fit: int = count(300)
    rate: float = positive(0.02)
    begins: Begin = field(default="mode", init=False)
    name: str = field(default="", init=False)
    held: ClassVar[int] = 2
    """How many of the parameters, mean and widths, move at the full rate."""

    def __post_init__(self) -> None:
        validate(self)

    @property
    def iterations(self) -> int:
        """Iterations of a whole run."""
        return self.fit

    def parameters(self, start: Approximation, rng: Generator) -> tuple[Tensor, ...]:
        """The family's parameters at a diagonal Gaussian."""
        raise NotImplementedError

    def gaussian(self, parameters: tuple[Tensor, ...]) -> Gaussian:
        """The Gaussian of these parameters."""
        raise NotImplementedError

    def noise(self, parameters: tuple[Tensor, ...]) -> Tensor:
        """Any vector as long as the noise that the Gaussian pushes."""
        raise NotImplementedError

    def divergence(self, parameters: tuple[Tensor, ...]) -> Tensor:
        """KL(q ‖ N(0, 1)) in nats."""
        raise NotImplementedError

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:
        """Begin as the diagonal Gaussian ``start``, by default the prior."""
        if start is None:
            blank = torch.zeros(1, density.dim)
            start = Approximation(0.1 * torch.randn(1, density.dim, generator=rng), blank)
        parameters = self.parameters(start, rng)
        blanks = tuple(torch.zeros_like(one) for one in parameters)
        return State(parameters, blanks, blanks, float("-inf"))

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """One step of Adam (Kingma and Ba 2015)."""
        alpha = self.schedule[-1]
        leaves = tuple(one.detach().requires_grad_() for one in state.parameters)
        noise = antithetic(2 * self.pairs, self.noise(leaves), rng)
        evaluation = density.evaluate(self.gaussian(leaves).push(noise), alpha)
        finite = evaluation.log_likelihood.isfinite()
        expected = torch.where(finite, evaluation.log_likelihood, 0.0).sum() / finite.sum().clamp_min(1)
        elbo = expected - self.divergence(leaves)
        slopes = [torch.nan_to_num(one) for one in torch.autograd.grad(elbo, leaves)]
        state = replace(self._climb(state, slopes), elbo=elbo.item(), iteration=state.iteration + 1)
        rejected, ahead = int((~finite).sum()), self.iterations - state.iteration
        return state, Info(state.iteration, alpha, state.elbo, dict(evaluation.details), rejected=rejected, ahead=ahead)

    def _climb(self, state: State, slopes: list[Tensor]) -> State:
        count = state.iteration + 1
        rate = self.rate * min(1.0, 2 * (1 - state.iteration / self.fit))
        parameters, first, second = [], [], []
        for place, (value, one, two, slope) in enumerate(
            zip(state.parameters, state.first, state.second, slopes, strict=True)
        ):
            one = MEMORY * one + (1 - MEMORY) * slope
            two = SCALE_MEMORY * two + (1 - SCALE_MEMORY) * slope.square()
            move = one / (1 - MEMORY**count) / ((two / (1 - SCALE_MEMORY**count)).sqrt() + TINY)
            # Adam moves what is all noise as fast as what is not; many small numbers add up to a wide row.
            share = 1.0 if place < self.held else RELATIVE / value.shape[1] ** 0.5
            parameters.append(value + rate * share * move)
            first.append(one)
            second.append(two)
        return replace(state, parameters=tuple(parameters), first=tuple(first), second=tuple(second))

    def result(self, state: State) -> Gaussian:
        """The Gaussian as it is."""
        return self.gaussian(state.parameters)
