"""The metric 1 + JᵀJ of a posterior over Gaussian latents, applied and inverted without ever being stored.

J is the Jacobian of the likelihood's coordinates (:meth:`Density.coordinates`),
in which its Fisher metric is the identity; the 1 is the prior's (Knollmüller and
Enßlin 2019, eq. 31). One application costs a forward-mode pass and a backward pass.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.autograd import forward_ad

from oedipus.runtime.density import Density

Operator = Callable[[Tensor], Tensor]


class Metric:
    """1 + JᵀJ at ``points`` ``[rows, dim]``, a metric of its own for every row."""

    def __init__(self, density: Density, points: Tensor, alpha: float) -> None:
        self._density, self._alpha = density, alpha
        self.points = points.detach().clone()
        self._leaf = self.points.clone().requires_grad_()
        with torch.enable_grad():
            self._graph = density.coordinates(self._leaf, alpha)

    @property
    def coordinates(self) -> Tensor:
        """The coordinates at the points, ``[rows, coordinates]``."""
        return self._graph.detach()

    def forward(self, tangents: Tensor) -> Tensor:
        """J v ``[rows, coordinates]`` of ``tangents`` v ``[rows, dim]``."""
        with torch.no_grad(), forward_ad.dual_level():
            dual = forward_ad.make_dual(self.points, tangents.detach().contiguous())
            pushed = forward_ad.unpack_dual(self._density.coordinates(dual, self._alpha)).tangent
        return torch.zeros_like(self._graph) if pushed is None else pushed

    def backward(self, cotangents: Tensor) -> Tensor:
        """Jᵀ w ``[rows, dim]`` of ``cotangents`` w ``[rows, coordinates]``."""
        (pulled,) = torch.autograd.grad(self._graph, self._leaf, cotangents, retain_graph=True)
        return pulled

    def __call__(self, tangents: Tensor) -> Tensor:
        """(1 + JᵀJ) v, row by row."""
        return tangents + self.backward(self.forward(tangents))


def conjugate_gradients(
    operator: Operator, target: Tensor, *, iterations: int, tolerance: float = 1e-3, start: Tensor | None = None
) -> Tensor:
    """x with ``operator``(x) = ``target``, both ``[rows, dim]``, row by row (Hestenes and Stiefel 1952).

    ``operator`` is symmetric and positive for each row. Ends once every residual
    is below ``tolerance`` times the norm of its target, or after ``iterations``.
    """
    found = torch.zeros_like(target) if start is None else start
    residual = target - operator(found) if start is not None else target
    direction, size = residual, residual.square().sum(dim=1)
    enough = (tolerance**2) * target.square().sum(dim=1).clamp_min(torch.finfo(target.dtype).tiny)
    for _ in range(iterations):
        if bool((size <= enough).all()):
            break
        applied = operator(direction)
        curvature = (direction * applied).sum(dim=1)
        # A row that has converged exactly has no direction left; it must stay where it is.
        length = torch.where(curvature > 0, size / curvature.clamp_min(1e-30), 0.0)[:, None]
        found, residual = found + length * direction, residual - length * applied
        before, size = size, residual.square().sum(dim=1)
        direction = residual + torch.where(before > 0, size / before.clamp_min(1e-30), 0.0)[:, None] * direction
    return found
