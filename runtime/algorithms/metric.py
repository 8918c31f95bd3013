"""The metric 1 + JᵀJ of a posterior over Gaussian latents, applied and inverted.

J is the Jacobian of the likelihood's coordinates (:meth:`Density.coordinates`),
in which its Fisher metric is the identity; the 1 is the prior's (Knollmüller and
Enßlin 2019, eq. 31). One application costs a forward-mode and a backward pass; where the
coordinates are few, as in riddles and coarse pictures, J is formed once and all else is linear algebra.

A Gaussian N(m, D) fits a posterior best where D⁻¹ is the mean of 1 + JᵀJ over its own samples (Opper and
Archambeau 2009, eq. 18, with Gauss and Newton's curvature). For coordinates that are as good as linear
among the samples, J at m says that already; for the few that bend, such as an age read by a
network, :func:`metric_over` takes their rows of J at every sample.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Generator, Tensor
from torch.autograd import forward_ad

from oedipus.runtime.density import Density

Operator = Callable[[Tensor], Tensor]


DENSE = 1024
"""Coordinates up to which the Jacobian is formed."""
FORWARD = 2
"""What a pass in forward mode costs, in backward passes."""
CHUNK = 64
BENT = 0.25
"""Mean square by which a coordinate may miss its linear prediction, in units of its noise."""
MOST_BENT, PROBES = 6, 20


class Metric(Protocol):
    """1 + JᵀJ at one point of the latents."""

    coordinates: Tensor
    """t at the point, ``[coordinates]``."""

    @property
    def rows(self) -> int:
        """Rows of J."""

    def forward(self, tangents: Tensor) -> Tensor:
        """J v ``[rows, coordinates]`` of ``tangents`` v ``[rows, dim]``."""

    def backward(self, cotangents: Tensor) -> Tensor:
        """Jᵀ w ``[rows, dim]`` of ``cotangents`` w ``[rows, coordinates]``."""

    def solve(self, target: Tensor, *, iterations: int, tolerance: float = 1e-3) -> Tensor:
        """(1 + JᵀJ)⁻¹ ``target``, both ``[rows, dim]``."""


def metric_at(density: Density, point: Tensor, alpha: float) -> Metric:
    """The metric at ``point`` ``[dim]``: with J formed where the coordinates are few, else matrix-free."""
    free = FreeMetric(density, point, alpha)
    return DenseMetric.of(free) if len(free.coordinates) <= DENSE else free


def metric_over(density: Density, point: Tensor, offsets: Tensor, alpha: float) -> Metric:
    """The mean metric over samples at ``point`` + ``offsets`` ``[rows, dim]``, as far as it differs from that at
    ``point``; there alone where J is not formed or there are no samples."""
    metric = metric_at(density, point, alpha)
    if not isinstance(metric, DenseMetric) or len(offsets) == 0:
        return metric
    leaf = (point + offsets).detach().requires_grad_()
    with torch.enable_grad():
        seen = density.coordinates(leaf, alpha)
    bent = _bent(seen.detach() - metric.coordinates - metric.forward(offsets))
    rows = [
        torch.autograd.grad(seen[:, place].sum(), leaf, retain_graph=True)[0] / len(offsets) ** 0.5
        for place in bent.tolist()
    ]
    return metric.without(bent, rows) if rows else metric


def straight_metric(density: Density, point: Tensor, alpha: float, rng: Generator) -> Metric:
    """The metric at ``point`` of the coordinates that are as good as linear over its own width.

    Its Gaussian is wide of those that are not, and so covers a posterior that they bend.
    """
    metric = metric_at(density, point, alpha)
    kept = torch.arange(metric.rows, device=point.device)
    for _ in range(MOST_BENT):
        if not isinstance(metric, DenseMetric):
            break
        noise = torch.randn(PROBES, len(point) + metric.rows, generator=rng).to(point.device)
        white, data = noise.split([len(point), metric.rows], dim=1)
        offsets = metric.solve(white + metric.backward(data))
        with torch.no_grad():
            seen = density.coordinates(point + offsets, alpha)
        bent = _bent(seen[:, kept] - metric.coordinates[kept] - metric.forward(offsets))
        if len(bent) == 0:
            break
        metric, kept = metric.without(bent, []), _left(kept, bent)
    return metric


def _bent(missed: Tensor) -> Tensor:
    """Which coordinates ``missed`` ``[rows, coordinates]`` their linear prediction by much, the worst first."""
    squares = torch.nan_to_num(missed, nan=0.0, posinf=0.0, neginf=0.0).square().mean(dim=0)
    worst = squares.topk(min(MOST_BENT, len(squares)))
    return worst.indices[worst.values > BENT]


def _left(rows: Tensor, bent: Tensor) -> Tensor:
    """``rows`` without the places ``bent``."""
    straight = torch.ones(len(rows), dtype=torch.bool, device=rows.device)
    straight[bent] = False
    return rows[straight]


class FreeMetric:
    """J applied by forward-mode differentiation, Jᵀ by backward; inverted by conjugate gradients."""

    def __init__(self, density: Density, point: Tensor, alpha: float) -> None:
        self._density, self._alpha = density, alpha
        self.point = point.detach()
        with torch.no_grad():
            self.coordinates = density.coordinates(self.point[None], alpha)[0]

    @property
    def rows(self) -> int:
        """Rows of J."""
        return len(self.coordinates)

    def forward(self, tangents: Tensor) -> Tensor:
        """J v ``[rows, coordinates]`` of ``tangents`` v ``[rows, dim]``."""
        with torch.no_grad(), forward_ad.dual_level():
            points = self.point.repeat(len(tangents), 1)
            dual = forward_ad.make_dual(points, tangents.detach().contiguous())
            pushed = forward_ad.unpack_dual(self._density.coordinates(dual, self._alpha)).tangent
        return tangents.new_zeros(len(tangents), len(self.coordinates)) if pushed is None else pushed

    def backward(self, cotangents: Tensor) -> Tensor:
        """Jᵀ w ``[rows, dim]`` of ``cotangents`` w ``[rows, coordinates]``."""
        if not len(cotangents):
            return self.point.new_zeros(0, len(self.point))
        leaf = self.point.repeat(len(cotangents), 1).requires_grad_()
        with torch.enable_grad():
            seen = self._density.coordinates(leaf, self._alpha)
        (pulled,) = torch.autograd.grad(seen, leaf, cotangents)
        return pulled

    def solve(self, target: Tensor, *, iterations: int, tolerance: float = 1e-3) -> Tensor:
        """(1 + JᵀJ)⁻¹ ``target``, both ``[rows, dim]``."""
        return conjugate_gradients(
            lambda rows: rows + self.backward(self.forward(rows)), target, iterations=iterations, tolerance=tolerance
        )


class DenseMetric:
    """The same with J stored, ``[rows, dim]``; inverted in the smaller of its two spaces."""

    @staticmethod
    def of(free: FreeMetric) -> "DenseMetric":
        """J formed, by a backward pass for each coordinate or a forward-mode pass for each latent."""
        rows, dim, device = free.rows, len(free.point), free.coordinates.device
        if FORWARD * dim < rows:
            try:
                parts = torch.eye(dim, device=device).split(CHUNK)
                return DenseMetric(free.coordinates, torch.cat([free.forward(part) for part in parts]).T.contiguous())
            except NotImplementedError:
                pass  # an operation of a network of somebody's own that has no forward mode
        parts = torch.eye(rows, device=device).split(CHUNK)
        return DenseMetric(free.coordinates, torch.cat([free.backward(part) for part in parts]))

    def __init__(self, coordinates: Tensor, jacobian: Tensor) -> None:
        self.coordinates, self.jacobian = coordinates, jacobian
        wide = self.jacobian.double()
        self._fewer = len(wide) < wide.shape[1]
        gram = wide @ wide.T if self._fewer else wide.T @ wide
        self._root = torch.linalg.cholesky(gram + torch.eye(len(gram), dtype=gram.dtype, device=gram.device))

    @property
    def rows(self) -> int:
        """Rows of J."""
        return len(self.jacobian)

    def without(self, bent: Tensor, rows: Sequence[Tensor]) -> "DenseMetric":
        """The metric with the rows ``bent`` of J replaced by ``rows``, each ``[any, dim]``."""
        jacobian = torch.cat([_left(self.jacobian, bent), *rows])
        return DenseMetric(self.coordinates, torch.nan_to_num(jacobian, posinf=0.0, neginf=0.0))

    def forward(self, tangents: Tensor) -> Tensor:
        """J v ``[rows, coordinates]`` of ``tangents`` v ``[rows, dim]``."""
        return tangents @ self.jacobian.T

    def backward(self, cotangents: Tensor) -> Tensor:
        """Jᵀ w ``[rows, dim]`` of ``cotangents`` w ``[rows, coordinates]``."""
        return cotangents @ self.jacobian

    def solve(self, target: Tensor, *, iterations: int = 0, tolerance: float = 0.0) -> Tensor:  # noqa: ARG002
        """(1 + JᵀJ)⁻¹ ``target``, both ``[rows, dim]``, exactly (Woodbury's identity where coordinates are fewer)."""
        wide = target.double()
        if not self._fewer:
            return torch.cholesky_solve(wide.T, self._root).T.to(target.dtype)
        jacobian = self.jacobian.double()
        inner = torch.cholesky_solve(jacobian @ wide.T, self._root)
        return (wide - inner.T @ jacobian).to(target.dtype)


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
