"""q(ξ | y): the posterior of a learned forward model, linearised where it lies, and a flow around it.

The encoder of the data is an inversion, unrolled. From the prior N(0, 1) and the surrogate's likelihood, taken as
linear among samples of the posterior as it was known before, follows a Gaussian N(m, D), D⁻¹ = 1 + RᵀR, a few rounds
long (posterior linearisation: García-Fernández et al. 2015): what mgvi does to the generator is done to a network a
thousand times cheaper. What that misses of η = D^(−1/2) (ξ − m) everywhere, its mean and covariance, is taken off as
simulations have it, and a conditional coupling flow (Dinh et al. 2017) bends the rest to them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from zuko.flows.coupling import GeneralCouplingTransform
from zuko.lazy import LazyComposedTransform

from oedipus.runtime.dream.surrogate import Components, Condition, Surrogate, log_sigmas, principal

MOST_COMPONENTS = 128
AIMED = 512
"""Rows that directions are taken from."""
INFORMED = 32
"""Directions that data tell most of, whose covariance is learned; of the others it is the variance."""
FLAT = 1e-7
"""Eigenvalue of RᵀR below which a direction is the prior's."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a network is.

    ``latents`` of ξ; ``measured``: components of each measurement; ``chosen``: options of each choice; ``width`` of
    the surrogate's hidden layers; ``rounds`` of its linearisation over antithetic ``pairs`` of samples;
    ``couplings`` of width ``coupled``, given ``encoded`` numbers about the data.
    """

    latents: int
    measured: tuple[int, ...]
    chosen: tuple[int, ...]
    width: int = 384
    rounds: int = 4
    pairs: int = 16
    couplings: int = 4
    coupled: int = 96
    encoded: int = 48

    @property
    def features(self) -> int:
        """Numbers that say what is asked: components and log σ of every measurement, and choices one-hot."""
        return sum(self.measured) + len(self.measured) + sum(self.chosen)


@dataclass(frozen=True, slots=True)
class Local:
    """The Gaussian around one answer of the surrogate: ``mean`` ``[rows, latents]``, and D⁻¹ = 1 + Q Λ Qᵀ by ``axes`` Q
    ``[rows, latents, rank]`` and ``known`` Λ ``[rows, rank]``; ``code`` ``[rows, encoded]`` of the data."""

    mean: Tensor
    axes: Tensor
    known: Tensor
    code: Tensor

    def whiten(self, latents: Tensor) -> Tensor:
        """η = D^(−1/2) (ξ − m)."""
        return self._stretched(latents - self.mean, (1 + self.known).sqrt() - 1)

    def colour(self, white: Tensor) -> Tensor:
        """ξ = m + D^(1/2) η."""
        return self.mean + self._stretched(white, (1 + self.known).rsqrt() - 1)

    @property
    def volume(self) -> Tensor:
        """log |D^(−1/2)| ``[rows]``."""
        return self.known.log1p().sum(dim=1) / 2

    def _stretched(self, offset: Tensor, by: Tensor) -> Tensor:
        if len(self.axes) == 1:
            return offset + (offset @ self.axes[0] * by) @ self.axes[0].T
        along = (offset[:, None] @ self.axes).squeeze(1) * by
        return offset + (self.axes @ along[..., None]).squeeze(2)


class Amortised(nn.Module):
    """q(ξ | y) over ``[rows, latents]``; :meth:`fit` gives it the linear Gaussian that training begins at."""

    turn: Tensor
    bias: Tensor
    root: Tensor
    centre: Tensor
    spread: Tensor

    def __init__(self, shape: Shape, values: Sequence[int]) -> None:
        super().__init__()
        self.shape = shape
        parts = zip(values, shape.measured, strict=True)
        self.components = nn.ModuleList([Components(one, kept) for one, kept in parts])
        self.surrogate = Surrogate(shape.latents, sum(shape.measured), sum(shape.chosen), shape.width)
        self.register_buffer("centre", torch.zeros(shape.features))
        self.register_buffer("spread", torch.ones(shape.features))
        self.register_buffer("turn", torch.eye(shape.latents))
        self.register_buffer("bias", torch.zeros(shape.latents))
        self.register_buffer("root", torch.eye(shape.latents))
        self.encoder = nn.Sequential(
            nn.Linear(shape.features, 2 * shape.encoded), nn.SiLU(), nn.Linear(2 * shape.encoded, shape.encoded)
        )
        self.log_scale = nn.Parameter(torch.zeros(shape.latents))
        self.coupling = LazyComposedTransform(*_couplings(shape))
        for one in self.coupling.transforms:
            nn.init.zeros_(one.hyper[-1].weight)
            nn.init.zeros_(one.hyper[-1].bias)

    # What is asked, as numbers

    def readings(self, asked: Condition) -> Tensor:
        """The data's components ``[rows, measured]``."""
        parts = [one(data) for one, data in zip(self.components, asked.data, strict=True)]
        return torch.cat(parts, dim=1) if parts else torch.zeros(asked.rows, 0)

    def features(self, asked: Condition) -> Tensor:
        """``[rows, features]``, not yet standardised."""
        parts = [self.readings(asked), *(one[:, None] for one in asked.log_sigma)]
        chosen = zip(asked.choices, self.shape.chosen, strict=True)
        parts += [nn.functional.one_hot(one, options).float() for one, options in chosen]
        return torch.cat(parts, dim=1)

    # The surrogate's posterior

    def look(self, asked: Condition) -> Local:
        """The Gaussian at the surrogate's answer to each row."""
        with torch.no_grad():
            mean, axes, known = self._gaussian(asked)
        return Local(mean, axes, known, self.encoder((self.features(asked) - self.centre) / self.spread))

    def _gaussian(self, asked: Condition) -> tuple[Tensor, Tensor, Tensor]:
        """m, Q and Λ of :class:`Local`; where nothing is measured, once for each combination of choices."""
        if self.shape.measured:
            mean, noted = self._linearised(asked)
            return (mean, *spectrum(noted))
        kinds, which = torch.unique(torch.stack(asked.choices, dim=1), dim=0, return_inverse=True)
        mean, noted = self._linearised(Condition((), (), tuple(kinds.T)))
        axes, known = spectrum(noted)
        return mean[which], axes[which], known[which]

    def _linearised(self, asked: Condition) -> tuple[Tensor, Tensor]:
        """m ``[rows, latents]``, and R ``[rows, readings, latents]`` with D⁻¹ = 1 + RᵀR, after the rounds.

        Each round takes the surrogate as linear among samples of the last round's Gaussian: with their mean reading,
        their mean Jacobian, and what these miss of the samples as further noise.
        """
        dim, readings = self.shape.latents, self.surrogate.measured + len(self.shape.chosen)
        rng = torch.Generator().manual_seed(0)
        noise = torch.randn(self.shape.pairs, dim + readings, generator=rng)
        white, seen = noise[:, :dim], noise[:, dim:]
        mean = torch.zeros(asked.rows, dim)
        offsets = white.expand(asked.rows, -1, -1)
        noted = torch.zeros(asked.rows, readings, dim)
        for turn in range(self.shape.rounds):
            if turn:
                offsets = _solved(noted, white + seen @ noted)
            mean, noted = self._round(mean, torch.cat([offsets, -offsets], dim=1), asked)
        return mean, noted

    def _round(self, mean: Tensor, offsets: Tensor, asked: Condition) -> tuple[Tensor, Tensor]:
        """The next m and R, of samples at ``mean`` ``[rows, latents]`` + ``offsets`` ``[rows, samples, latents]``."""
        measured = self.surrogate.measured
        every = torch.arange(measured).expand(len(mean), -1)
        picked = torch.cat([every, self._picked(asked)], dim=1)
        read, jacobian = self.surrogate.mean_jacobian(mean[:, None] + offsets, picked)
        centre = read.mean(dim=1)
        bent = read - centre[:, None] - offsets @ jacobian.mT
        missed = bent[..., :measured]
        noise = torch.diag_embed(self._noise(asked)) + self.surrogate.missed + missed.mT @ missed / missed.shape[1]
        root = torch.linalg.cholesky(noise)
        held = read[..., measured:].sigmoid()
        sharp = (held * (1 - held)).mean(dim=1)
        linear = (jacobian @ mean[..., None]).squeeze(2)
        told = self.readings(asked) - centre[:, :measured] + linear[:, :measured]
        seen = torch.linalg.solve_triangular(root, torch.cat([jacobian[:, :measured], told[..., None]], 2), upper=False)
        noted = torch.cat([seen[..., :-1], jacobian[:, measured:] * sharp.sqrt()[..., None]], dim=1)
        held_back = (1 - held).mean(dim=1) + sharp * linear[:, measured:]
        pull = seen[..., -1][:, None] @ seen[..., :-1] + held_back[:, None] @ jacobian[:, measured:]
        return _solved(noted, pull).squeeze(1), noted

    def _noise(self, asked: Condition) -> Tensor:
        """σ² ``[rows, measured]``."""
        if not self.shape.measured:
            return torch.zeros(asked.rows, 0)
        return (2 * log_sigmas(self.shape.measured, asked)).exp()

    def _picked(self, asked: Condition) -> Tensor:
        """Places of the options that hold ``[rows, choices]`` among the readings."""
        found, first = [], self.surrogate.measured
        for one, options in zip(asked.choices, self.shape.chosen, strict=True):
            found.append(first + one)
            first += options
        return torch.stack(found, dim=1) if found else torch.zeros(asked.rows, 0, dtype=torch.long)

    # The density

    def log_prob(self, latents: Tensor, asked: Condition) -> Tensor:
        """log q ``[rows]`` in nats of ``latents`` ``[rows, latents]``; ``asked`` has a row for each, or one for all."""
        local = self.look(asked)
        return self.log_white(local.whiten(latents), local.code) + local.volume

    def log_white(self, white: Tensor, code: Tensor) -> Tensor:
        """log of the density ``[rows]`` of η = ``white`` ``[rows, latents]``."""
        told = torch.linalg.solve_triangular(self.root, (white @ self.turn - self.bias).T, upper=False).T
        noise = told * self.log_scale.exp()
        volume = self.log_scale.sum() - self.root.diagonal().log().sum()
        if len(self.coupling.transforms):
            noise, bent = self.coupling(code).call_and_ladj(noise)
            volume = volume + bent
        return volume - (noise.square() + math.log(2 * math.pi)).sum(dim=1) / 2

    @torch.no_grad()
    def push(self, noise: Tensor, asked: Condition) -> Tensor:
        """Standard normal ``noise`` ``[rows, latents]`` to draws of q; ``asked`` as in :meth:`log_prob`."""
        local = self.look(asked)
        if len(self.coupling.transforms):
            noise = self.coupling(local.code).inv(noise)
        told = (noise / self.log_scale.exp()) @ self.root.T + self.bias
        return local.colour(told @ self.turn.T)

    # Where training begins

    @torch.no_grad()
    def fit(self, latents: Tensor, clean: Sequence[Tensor], held: Tensor, asked: Condition, weights: Tensor) -> None:
        """The best linear surrogate of ``latents`` ``[rows, latents]``, each row weighing ``weights`` ``[rows]``;
        ``clean`` ``[rows, values]`` are the measurements without noise, ``held`` ``[rows, options]`` P^α."""
        for components, data in zip(self.components, clean, strict=True):
            components.fit(data)  # type: ignore[operator]
        share = weights / weights.sum()
        known = [one(data) for one, data in zip(self.components, clean, strict=True)]
        readings = torch.cat(known, dim=1) if known else torch.zeros(len(latents), 0)
        self.surrogate.fit(latents, readings, held, share)
        features = self.features(asked)
        self.centre.copy_((share[:, None] * features).sum(dim=0))
        spread = (share[:, None] * (features - self.centre).square()).sum(dim=0).sqrt()
        self.spread.copy_(torch.where(spread > 1e-6, spread, 1.0))
        self.aim(latents[:AIMED], asked.at(slice(0, AIMED)))

    @torch.no_grad()
    def aim(self, latents: Tensor, asked: Condition) -> None:
        """Turn to the directions of ξ by how much of them the data ``asked`` of ``latents`` tell, the most first."""
        measured = self.surrogate.measured
        read, jacobian = self.surrogate.jacobian(latents)
        held = read[:, measured:].sigmoid()
        noise = self._noise(asked).mean(dim=0) + self.surrogate.missed.diagonal()
        sharp = torch.cat([noise.reciprocal().expand(len(read), -1), held * (1 - held)], dim=1)
        told = (jacobian * sharp.sqrt()[..., None]).flatten(0, 1).double()
        self.turn.copy_(principal(told.T @ told / len(read))[1].T)

    @torch.no_grad()
    def settle(self, white: Tensor, weights: Tensor) -> None:
        """Take the mean and the covariance of η = ``white`` ``[rows, latents]``, each row weighing ``weights``."""
        share, turned = (weights / weights.sum()).double()[:, None], (white @ self.turn).double()
        bias = (share * turned).sum(dim=0)
        offset = turned - bias
        root = torch.diag((share * offset.square()).sum(dim=0).clamp_min(1e-3).sqrt())
        first = offset[:, :INFORMED]
        if len(white) > INFORMED * INFORMED:
            root[:INFORMED, :INFORMED] = torch.linalg.cholesky(first.T @ (share * first))
        self.bias.copy_(bias)
        self.root.copy_(root)


def _couplings(shape: Shape) -> list[nn.Module]:
    if shape.latents < 2:
        return []
    places = torch.arange(shape.latents)
    return [
        # Neighbours first, then pairs of neighbours, and so on: in a few layers each has met every other.
        GeneralCouplingTransform(
            shape.latents,
            shape.encoded,
            mask=(places // 2 ** (turn // 2 % max(1, int(math.log2(shape.latents))))) % 2 == turn % 2,
            hidden_features=[shape.coupled] * 2,
            activation=nn.SiLU,
        )
        for turn in range(shape.couplings)
    ]


def _solved(noted: Tensor, target: Tensor) -> Tensor:
    """(1 + RᵀR)⁻¹ ``target`` ``[rows, any, latents]`` of R = ``noted``, in the smaller of its two spaces."""
    rank, dim = noted.shape[1:]
    if rank >= dim:
        return torch.cholesky_solve(target.mT, torch.linalg.cholesky(noted.mT @ noted + torch.eye(dim))).mT
    inner = torch.linalg.cholesky(noted @ noted.mT + torch.eye(rank))
    return target - torch.cholesky_solve(noted @ target.mT, inner).mT @ noted


def spectrum(noted: Tensor) -> tuple[Tensor, Tensor]:
    """Q ``[rows, latents, rank]`` with orthonormal columns and Λ ``[rows, rank]`` of RᵀR = Q Λ Qᵀ."""
    rank, dim = noted.shape[1:]
    if rank >= dim:
        values, axes = torch.linalg.eigh(noted.mT @ noted)
        return axes, values.clamp_min(0)
    values, sides = torch.linalg.eigh(noted @ noted.mT)
    values = torch.where(values > FLAT, values, 0.0)
    axes = noted.mT @ sides * torch.where(values > 0, values.clamp_min(FLAT).rsqrt(), 0.0)[:, None]
    return axes, values
