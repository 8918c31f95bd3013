"""A forward model written into a small network: what would be measured of ξ, how exactly it is known, and its Jacobian.

The generator, its operators and the networks that read it become one map s(ξ) of a linear part and two hidden layers.
What s misses is noise of its own beside σ²; a choice that holds with P^α becomes log σ(u(ξ)), where σ(u) is what
s knows of P^α on the average.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

NEAREST = 1e-6
"""Least variance of a component, in units of the largest: what is smaller is rounding."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What q is asked about, row by row: data ``[rows, values]`` and log σ ``[rows]`` of each measurement, and the
    number ``[rows]`` of each choice."""

    data: tuple[Tensor, ...]
    log_sigma: tuple[Tensor, ...]
    choices: tuple[Tensor, ...]

    @property
    def rows(self) -> int:
        """How many are asked about."""
        return len((*self.data, *self.choices)[0])

    def at(self, rows: Tensor | slice) -> "Condition":
        """Some of them."""
        return Condition(
            tuple(one[rows] for one in self.data),
            tuple(one[rows] for one in self.log_sigma),
            tuple(one[rows] for one in self.choices),
        )


class Components(nn.Module):
    """Principal components ``[rows, components]`` of data ``[rows, values]``."""

    mean: Tensor
    axes: Tensor
    variance: Tensor

    def __init__(self, values: int, components: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(values))
        self.register_buffer("axes", torch.zeros(components, values))
        self.register_buffer("variance", torch.ones(components))

    @torch.no_grad()
    def fit(self, clean: Tensor) -> None:
        """From data without noise ``[rows, values]``."""
        self.mean.copy_(clean.mean(dim=0))
        covariance = (clean - self.mean).double().T.cov().reshape(clean.shape[1], clean.shape[1])
        values, axes = principal(covariance)
        kept = values[: len(self.variance)]
        self.axes.copy_(axes[: len(kept)])
        self.variance.copy_(kept.clamp_min(NEAREST * float(kept[0].clamp_min(1e-30))))

    def forward(self, data: Tensor) -> Tensor:
        """The components; white noise of σ in the data is white noise of σ in them."""
        return (data - self.mean) @ self.axes.T

    def strange(self, data: Tensor, log_sigma: Tensor) -> Tensor:
        """Squares of the components in units of what was dreamt, ``[rows, components]``: 1 in the mean."""
        return self(data).square() / (self.variance + (2 * log_sigma).exp()[:, None])


class Surrogate(nn.Module):
    """s(ξ): ``[rows, latents]`` to ``[rows, readings]``, the components of every measurement and u of every option."""

    unit: Tensor
    missed: Tensor
    """Covariance ``[measured, measured]`` of what s misses."""

    def __init__(self, latents: int, measured: int, options: int, width: int) -> None:
        super().__init__()
        self.measured, readings = measured, measured + options
        self.linear = nn.Linear(latents, readings)
        self.first, self.second = nn.Linear(latents, width), nn.Linear(width, width)
        self.last = nn.Linear(width, readings)
        self.register_buffer("missed", torch.eye(measured))
        self.register_buffer("unit", torch.ones(readings))
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, latents: Tensor) -> Tensor:
        """The readings."""
        hidden = nn.functional.silu(self.second(nn.functional.silu(self.first(latents))))
        read: Tensor = self.linear(latents) + self.unit * self.last(hidden)
        return read

    def jacobian(self, latents: Tensor, rows: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Readings ``[batch, readings]`` and ∂s/∂ξ ``[batch, readings, latents]``; of some ``rows`` of them alone, the
        same ones or ``[batch, rows]``."""
        inner = self.first(latents)
        outer = self.second(nn.functional.silu(inner))
        read = self.linear(latents) + self.unit * self.last(nn.functional.silu(outer))
        chosen = torch.arange(len(self.unit)) if rows is None else rows
        shape = chosen if chosen.ndim == 2 else chosen[None]
        through = (self.unit[:, None] * self.last.weight)[shape] * _slope(outer)[:, None]
        through = (through @ self.second.weight) * _slope(inner)[:, None]
        return read, self.linear.weight[shape] + through @ self.first.weight

    def mean_jacobian(self, latents: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Some ``rows`` ``[batch, rows]`` of the readings ``[batch, samples, rows]`` of ``latents`` ``[batch, samples,
        latents]``, and of their mean ∂s/∂ξ over the samples ``[batch, rows, latents]``, which costs as much as one."""
        inner = self.first(latents)
        outer = self.second(nn.functional.silu(inner))
        read = self.linear(latents) + self.unit * self.last(nn.functional.silu(outer))
        # The mean of diag(a) W diag(b) is W times that of a bᵀ, entry by entry.
        through = self.second.weight * (_slope(outer).mT @ _slope(inner)) / latents.shape[1]
        jacobian = self.linear.weight + self.unit[:, None] * (self.last.weight @ through @ self.first.weight)
        chosen = rows[..., None].expand(-1, -1, latents.shape[2])
        return read.gather(2, rows[:, None].expand(-1, latents.shape[1], -1)), jacobian.gather(1, chosen)

    @torch.no_grad()
    def judge(self, latents: Tensor, readings: Tensor, share: Tensor) -> None:
        """Take what is missed from ``readings`` ``[rows, measured]``, each row weighing its ``share`` ``[rows]``."""
        missed = (readings - self(latents)[:, : self.measured]).double()
        covariance = missed.T @ (share.double()[:, None] * missed)
        self.missed.copy_(covariance + NEAREST * torch.diag(covariance.diagonal().clamp_min(NEAREST)))

    @torch.no_grad()
    def fit(self, latents: Tensor, readings: Tensor, held: Tensor, share: Tensor) -> None:
        """The best linear map to ``readings`` ``[rows, measured]``, each row weighing its ``share`` ``[rows]``, and of
        every option what it ``held`` ``[rows, options]`` on the average."""
        weight, inputs = share.double()[:, None], latents.double()
        mean, centre = (weight * readings).sum(dim=0), (weight * inputs).sum(dim=0)
        offset = inputs - centre
        gram = offset.T @ (weight * offset) + 1e-6 * torch.eye(offset.shape[1])
        slope = torch.linalg.solve(gram, offset.T @ (weight * (readings - mean)))
        left = (weight * (readings - mean - offset @ slope).square()).sum(dim=0).sqrt()
        rare = torch.logit((weight * held).sum(dim=0).clamp(1e-4, 1 - 1e-4))
        self.linear.weight.zero_()
        self.linear.weight[: self.measured] = slope.T
        self.linear.bias.copy_(torch.cat([mean - centre @ slope, rare]))
        self.unit[: self.measured] = left.clamp_min(1e-6)
        self.judge(latents, readings, share)


def _slope(inner: Tensor) -> Tensor:
    """The derivative of x σ(x)."""
    gate = inner.sigmoid()
    return gate * (1 + inner * (1 - gate))


def principal(covariance: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues, the largest first, and eigenvectors as rows, of two directions the same on every machine."""
    values, vectors = torch.linalg.eigh(covariance)
    axes = vectors.flip(1).T
    return values.flip(0), axes * axes.gather(1, axes.abs().argmax(dim=1, keepdim=True)).sign()


def log_sigmas(components: Sequence[int], asked: Condition) -> Tensor:
    """log σ ``[rows, measured]`` of every component of every measurement."""
    parts = zip(asked.log_sigma, components, strict=True)
    return torch.cat([log[:, None].expand(-1, count) for log, count in parts], dim=1)
