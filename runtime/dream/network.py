"""q(ξ | y): an encoder of the data, a conditional Gaussian, and a coupling flow around it (Papamakarios et al. 2021).

The data of a picture become its principal components over the simulated pictures, each shrunk as the optimal
linear filter at its σ would. From them the Gaussian's mean and precision are read; it begins as the best linear
one. Only the directions of ξ that the data inform have a full covariance; the flow then bends all of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from zuko.flows.coupling import GeneralCouplingTransform
from zuko.lazy import LazyComposedTransform

MOST_COMPONENTS = 128
NEAREST = 1e-6
"""Least variance of a component, in units of the largest: what is smaller is rounding."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a network is. ``latents`` of ξ, ``informed`` directions with a covariance of their own, widths of
    the encoder and of each of the ``couplings``. ``measured``: components of each measurement; ``chosen``: classes
    of each choice."""

    latents: int
    measured: tuple[int, ...]
    chosen: tuple[int, ...]
    informed: int = 48
    width: int = 256
    depth: int = 3
    couplings: int = 4
    coupled: int = 128

    @property
    def features(self) -> int:
        """What the encoder is given: the components and log σ of every measurement, and choices one-hot."""
        return sum(self.measured) + len(self.measured) + sum(self.chosen)


@dataclass(frozen=True, slots=True)
class Condition:
    """What q is asked about, row by row: data ``[rows, values]`` and log σ ``[rows]`` of each measurement, and the
    number ``[rows]`` of each choice."""

    data: tuple[Tensor, ...]
    log_sigma: tuple[Tensor, ...]
    choices: tuple[Tensor, ...]

    def repeat(self, number: int) -> "Condition":
        """The only row ``number`` times."""
        return Condition(
            tuple(one.expand(number, -1) for one in self.data),
            tuple(one.expand(number) for one in self.log_sigma),
            tuple(one.expand(number) for one in self.choices),
        )


class Components(nn.Module):
    """Data ``[rows, values]`` as filtered principal components ``[rows, components]``, of variance below 1."""

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
        values, axes = _principal(covariance)
        kept = values[: len(self.variance)]
        self.axes.copy_(axes[: len(kept)])
        self.variance.copy_(kept.clamp_min(NEAREST * float(kept[0].clamp_min(1e-30))))

    def forward(self, data: Tensor, log_sigma: Tensor) -> Tensor:
        """Each component in units of its own spread, times v / (v + σ²)."""
        noise = (2 * log_sigma).exp()[:, None]
        shrunk: Tensor = (data - self.mean) @ self.axes.T * (self.variance.sqrt() / (self.variance + noise))
        return shrunk

    def strange(self, data: Tensor, log_sigma: Tensor) -> Tensor:
        """Squares of the components in units of what was dreamt, ``[rows, components]``: 1 in the mean."""
        noise = (2 * log_sigma).exp()[:, None]
        return ((data - self.mean) @ self.axes.T).square() / (self.variance + noise)


class Block(nn.Module):
    """h + f(h)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner, self.outer = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, hidden: Tensor) -> Tensor:
        bent: Tensor = hidden + self.outer(nn.functional.silu(self.inner(self.norm(hidden))))
        return bent


class Amortised(nn.Module):
    """q(ξ | y) over ``[rows, latents]``; :meth:`fit` gives it the linear Gaussian that training begins at."""

    turn: Tensor
    level: Tensor
    centre: Tensor
    spread: Tensor

    def __init__(self, shape: Shape, values: Sequence[int]) -> None:
        super().__init__()
        self.shape, own = shape, min(shape.informed, shape.latents)
        self.informed, self.rest = own, shape.latents - own
        parts = zip(values, shape.measured, strict=True)
        self.components = nn.ModuleList([Components(one, kept) for one, kept in parts])
        for name, size in (("centre", shape.features), ("spread", shape.features)):
            self.register_buffer(name, torch.zeros(size) if name == "centre" else torch.ones(size))
        self.register_buffer("turn", torch.eye(shape.latents))
        self.enter = nn.Linear(shape.features, shape.width)
        self.blocks = nn.Sequential(*(Block(shape.width) for _ in range(shape.depth)), nn.LayerNorm(shape.width))
        self.linear = nn.Linear(shape.features, shape.latents)
        self.head = nn.Linear(shape.width, 2 * shape.latents + own * (own - 1) // 2)
        self.coupling = LazyComposedTransform(*self._couplings())
        for one in (self.head, *(one.hyper[-1] for one in self.coupling.transforms)):
            nn.init.zeros_(one.weight)
            nn.init.zeros_(one.bias)

    def _couplings(self) -> list[nn.Module]:
        if self.shape.latents < 2:
            return []
        places = torch.arange(self.shape.latents)
        hidden = [self.shape.coupled] * 2
        return [
            # Neighbours first, then pairs of neighbours, and so on: in a few layers each has met every other.
            GeneralCouplingTransform(
                self.shape.latents,
                self.shape.width,
                mask=(places // 2 ** (turn // 2 % max(1, int(math.log2(self.shape.latents))))) % 2 == turn % 2,
                hidden_features=hidden,
                activation=nn.SiLU,
            )
            for turn in range(self.shape.couplings)
        ]

    # Conditions

    def features(self, asked: Condition) -> Tensor:
        """``[rows, features]``, standardised."""
        parts = [one(data, sigma) for one, data, sigma in zip(self.components, asked.data, asked.log_sigma, strict=True)]
        parts += [one[:, None] for one in asked.log_sigma]
        chosen = zip(asked.choices, self.shape.chosen, strict=True)
        parts += [nn.functional.one_hot(one, classes).float() for one, classes in chosen]
        return (torch.cat(parts, dim=1) - self.centre) / self.spread

    def _gaussian(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Mean ``[rows, latents]``, logarithms of the precision's root's diagonal, its lower triangle ``[rows,
        informed, informed]``, and the encoder's output, in turned coordinates."""
        hidden = self.blocks(self.enter(features))
        shift, diagonal, below = self.head(hidden).split(
            [self.shape.latents, self.shape.latents, self.informed * (self.informed - 1) // 2], dim=1
        )
        lower = below.new_zeros(len(below), self.informed, self.informed)
        rows, columns = torch.tril_indices(self.informed, self.informed, -1)
        lower[:, rows, columns] = below
        return self.linear(features) + shift, diagonal.clamp(-12, 12), lower, hidden

    # The density

    def log_prob(self, latents: Tensor, asked: Condition) -> Tensor:
        """log q ``[rows]`` in nats of ``latents`` ``[rows, latents]``."""
        mean, diagonal, lower, hidden = self._gaussian(self.features(asked))
        offset = latents @ self.turn - mean
        white = diagonal.exp() * offset
        own = white[:, : self.informed] + (lower @ offset[:, : self.informed, None]).squeeze(2)
        noise, bent = self._bend(torch.cat([own, white[:, self.informed :]], dim=1), hidden)
        return diagonal.sum(dim=1) + bent - (noise.square() + math.log(2 * math.pi)).sum(dim=1) / 2

    def _bend(self, white: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
        if not len(self.coupling.transforms):
            return white, white.new_zeros(len(white))
        noise, volume = self.coupling(hidden).call_and_ladj(white)
        return noise, volume

    @torch.no_grad()
    def push(self, noise: Tensor, asked: Condition) -> Tensor:
        """Standard normal ``noise`` ``[rows, latents]`` to draws of q."""
        mean, diagonal, lower, hidden = self._gaussian(self.features(asked))
        white = self.coupling(hidden).inv(noise) if len(self.coupling.transforms) else noise
        root = lower + torch.diag_embed(diagonal[:, : self.informed].exp())
        own = torch.linalg.solve_triangular(root, white[:, : self.informed, None], upper=False).squeeze(2)
        offset = torch.cat([own, white[:, self.informed :] / diagonal[:, self.informed :].exp()], dim=1)
        return (mean + offset) @ self.turn.T

    # Where training begins

    @torch.no_grad()
    def fit(self, latents: Tensor, clean: Sequence[Tensor], asked: Condition, weights: Tensor) -> None:
        """The best linear Gaussian of ``latents`` ``[rows, latents]`` given ``asked``, each row weighing
        ``weights`` ``[rows]``; ``clean`` ``[rows, values]`` are the measurements without noise."""
        for components, data in zip(self.components, clean, strict=True):
            components.fit(data)
        share = (weights / weights.sum()).double()[:, None]
        raw = self.features(asked).double()
        centre = (share * raw).sum(dim=0)
        spread = (share * (raw - centre).square()).sum(dim=0).sqrt()
        self.centre.copy_(centre)
        self.spread.copy_(torch.where(spread > 1e-6, spread, 1.0))
        features = self.features(asked).double()
        mean = (share * latents.double()).sum(dim=0)
        gram = features.T @ (share * features) + 1e-4 * torch.eye(features.shape[1])
        slope = torch.linalg.solve(gram, features.T @ (share * (latents.double() - mean)))
        # Directions of ξ by how much of them the data tell.
        _, turned = _principal(slope.T @ features.T @ (share * features) @ slope)
        self.turn.copy_(turned.T)
        self.linear.weight.copy_((slope @ turned.T).T)
        self.linear.bias.copy_(mean @ turned.T)
        left = (latents.double() - mean - features @ slope) @ turned.T
        covariance = left.T @ (share * left)
        own = covariance[: self.informed, : self.informed]
        # Of P = Rᵀ R with R lower triangular: Cholesky's of the coordinates in reverse order.
        root = torch.linalg.cholesky(torch.linalg.inv(own + 1e-6 * torch.eye(len(own))).flip(0, 1)).T.flip(0, 1)
        bias = self.head.bias
        size = self.shape.latents
        bias[size : size + self.informed] = root.diagonal().log()
        bias[size + self.informed : 2 * size] = -covariance.diagonal()[self.informed :].clamp_min(1e-6).log() / 2
        rows, columns = torch.tril_indices(self.informed, self.informed, -1)
        bias[2 * size :] = root[rows, columns]


def _principal(covariance: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues, the largest first, and eigenvectors as rows, of two directions the same on every machine."""
    values, vectors = torch.linalg.eigh(covariance)
    axes = vectors.flip(1).T
    return values.flip(0), axes * axes.gather(1, axes.abs().argmax(dim=1, keepdim=True)).sign()
