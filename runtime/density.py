"""What algorithms see of a problem: a likelihood over Gaussian latents."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One pass through the networks.

    ``log_likelihood`` [rows] in nats carries the gradient; ``details`` are
    detached, and what the likelihood did not need of them is paid for where it is looked at: for riddles
    ``clauses`` [rows, clauses] in nats before α, and ``values`` [rows,
    variables, classes], log-probabilities of what each picture shows, and
    ``reduced_chi2`` [rows, measurements], the mean squared residual of each
    measurement in units of its σ², in the order of the clauses.
    """

    log_likelihood: Tensor
    details: Mapping[str, Tensor] = field(default_factory=dict)


class Details(Mapping[str, Tensor]):
    """``known`` by-products, and others that are computed, without gradients, when somebody asks for them."""

    def __init__(self, known: Mapping[str, Tensor], later: Mapping[str, Callable[[], Tensor]]) -> None:
        self._known, self._later = dict(known), dict(later)

    def __getitem__(self, name: str) -> Tensor:
        if name not in self._known and name in self._later:
            with torch.no_grad():
                self._known[name] = self._later.pop(name)()
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._known, *self._later])

    def __len__(self) -> int:
        return len(self._known) + len(self._later)


class Density(Protocol):
    """An unnormalised posterior: the likelihood times the prior N(0, 1) on ``dim`` latents."""

    @property
    def dim(self) -> int:
        """Number of latents."""

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        """The tempered log-likelihood of ``latents`` [rows, dim]; rows do not depend on each other."""

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        """Coordinates ``[rows, coordinates]`` in which the likelihood's Fisher metric is the identity.

        Differentiable forwards and backwards; only algorithms that use the metric ask for them.
        """


def stacked(values: Sequence[Tensor]) -> Tensor:
    """Log-probabilities ``[rows, classes]`` of several variables as one ``[rows, variables, classes]``: of kinds with
    fewer values than others the rest are impossible."""
    most = max(one.shape[1] for one in values)
    wide = [functional.pad(one, (0, most - one.shape[1]), value=-torch.inf) for one in values]
    return torch.stack(wide, dim=1)
