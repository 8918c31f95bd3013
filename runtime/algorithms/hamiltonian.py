"""Hamiltonian dynamics of a posterior over Gaussian latents, all chains in one batch (Neal 2011).

H(ξ, p) = U(ξ) + ½ pᵀM⁻¹p with U(ξ) = ½‖ξ‖² − β log L(ξ)^α and a diagonal M. A leapfrog step kicks the
momenta by the likelihood alone, half before and half after the prior's own motion, which is solved
exactly: with ω² = M⁻¹, (ξ, p/ω) turn by the angle ωε (split HMC, Shahbaba et al. 2014). The prior
costs no error, so steps are as long as the likelihood allows. A trajectory is reversible and
preserves volume, so its end is accepted with min(1, exp(−ΔH)).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from oedipus.runtime.density import Density


@dataclass(frozen=True, slots=True)
class Point:
    """Where the chains are: ``position`` ``[chains, dim]``, ``log_density`` ``[chains]`` in nats, its
    ``gradient``, the likelihood at full power, ``[chains]``, and its details."""

    position: Tensor
    log_density: Tensor
    gradient: Tensor
    log_likelihood: Tensor
    details: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Target:
    """The posterior at ``alpha`` with its likelihood raised to ``beta``, one for all or ``[chains]``."""

    density: Density
    alpha: float
    beta: float | Tensor = 1.0

    def at(self, position: Tensor) -> Point:
        """Everything that a leapfrog step needs of ``position`` ``[chains, dim]``."""
        position = position.detach().requires_grad_()
        evaluation = self.density.evaluate(position, self.alpha)
        log_density = self.beta * evaluation.log_likelihood - position.square().sum(dim=1) / 2
        (gradient,) = torch.autograd.grad(log_density.sum(), position)
        return Point(
            position.detach(),
            log_density.detach(),
            gradient,
            evaluation.log_likelihood.detach(),
            evaluation.details,
        )

    def trajectory(
        self, point: Point, momentum: Tensor, *, length: float | Tensor, leapfrog: int, inverse_mass: Tensor
    ) -> tuple[Point, Tensor]:
        """End point and momentum after ``leapfrog`` steps of ``length``, of each chain its own where it is
        ``[chains, 1]``."""
        frequency = inverse_mass.sqrt()
        cosine, sine = (length * frequency).cos(), (length * frequency).sin()
        for _ in range(leapfrog):
            momentum = momentum + length / 2 * (point.gradient + point.position)
            position = cosine * point.position + sine * frequency * momentum
            momentum = cosine * momentum - sine / frequency * point.position
            point = self.at(position)
            momentum = momentum + length / 2 * (point.gradient + point.position)
        return point, momentum

    def transition(
        self, point: Point, rng: Generator, *, length: float | Tensor, leapfrog: int, inverse_mass: Tensor
    ) -> "Transition":
        """One trajectory of every chain with fresh momenta, accepted or not."""
        momentum = torch.randn(point.position.shape, generator=rng).to(inverse_mass.device) / inverse_mass.sqrt()
        end, turned = self.trajectory(point, momentum, length=length, leapfrog=leapfrog, inverse_mass=inverse_mass)
        before, after = energy(point, momentum, inverse_mass), energy(end, turned, inverse_mass)
        # What is no number, or an infinite density, is as good as impossible: never reached, always left.
        before, lost = torch.where(before.isfinite(), before, math.inf), ~after.isfinite()
        chance = torch.where(lost, 0.0, (before - after).clamp(max=0).exp())
        uniform = torch.rand(len(chance), generator=rng).to(chance.device)
        return Transition(choose(uniform < chance, end, point), chance, lost)


@dataclass(frozen=True, slots=True)
class Transition:
    """Where the chains are after a trajectory, its acceptance probability ``[chains]``, and which ends had no
    finite energy, ``[chains]``."""

    point: Point
    chance: Tensor
    lost: Tensor


def energy(point: Point, momentum: Tensor, inverse_mass: Tensor) -> Tensor:
    """The Hamiltonian ``[chains]`` in nats."""
    return (momentum.square() * inverse_mass).sum(dim=1) / 2 - point.log_density


def choose(accepted: Tensor, new: Point, old: Point) -> Point:
    """The new point's rows where ``accepted`` ``[chains]``, else the old ones."""

    def pick(one: Tensor, other: Tensor) -> Tensor:
        return torch.where(accepted.reshape(-1, *[1] * (one.ndim - 1)), one, other)

    return Point(
        pick(new.position, old.position),
        pick(new.log_density, old.log_density),
        pick(new.gradient, old.gradient),
        pick(new.log_likelihood, old.log_likelihood),
        {name: pick(value, old.details[name]) for name, value in new.details.items()},
    )


def select(point: Point, rows: Tensor) -> Point:
    """Some of the chains, by index."""
    return Point(
        point.position[rows],
        point.log_density[rows],
        point.gradient[rows],
        point.log_likelihood[rows],
        {name: value[rows] for name, value in point.details.items()},
    )


def merge(point: Point, part: Point, rows: Tensor) -> Point:
    """``point`` with the chains ``rows`` replaced by those of ``part``."""

    def put(old: Tensor, new: Tensor) -> Tensor:
        return old.index_copy(0, rows, new.to(old.dtype))

    return Point(
        put(point.position, part.position),
        put(point.log_density, part.log_density),
        put(point.gradient, part.gradient),
        put(point.log_likelihood, part.log_likelihood),
        {name: put(value, part.details[name]) for name, value in point.details.items()},
    )
