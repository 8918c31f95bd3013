"""Hamiltonian Monte Carlo with a dense mass matrix: the covariance of a Gaussian fitted beforehand.

A measured picture leaves some latents as wide as the prior and holds combinations of others to a hundredth of it. A
diagonal mass matrix makes every step as short as the narrowest of them. In the coordinates of
q = N(m, L Lᵀ), ξ = m + L η, all are about equally wide (:mod:`oedipus.runtime.algorithms.whitened`; Neal
2011, section 4.1). Chains begin at draws of q, and what jumps are proposals from q: L^α N(ξ | 0, 1) / q(ξ) decides.
"""

from dataclasses import dataclass, replace

from torch import Generator

from oedipus.runtime.algorithms import hmc
from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, FullRank, Info
from oedipus.runtime.algorithms.whitened import Whitened
from oedipus.runtime.density import Density


@dataclass(frozen=True, slots=True)
class State:
    """The chains in the coordinates of ``gaussian``."""

    gaussian: FullRank
    chains: hmc.State


@dataclass(frozen=True, slots=True)
class Dense:
    """``inner`` in the coordinates of ``gaussian``, which a run that goes on has in its state."""

    inner: hmc.HMC
    gaussian: FullRank | None
    begins: Begin = "mode"

    @property
    def name(self) -> str:
        """The inner algorithm's."""
        return self.inner.name

    @property
    def iterations(self) -> int:
        """Trajectories of a whole run."""
        return self.inner.iterations

    @property
    def draws(self) -> int:
        """Kept of each chain."""
        return self.inner.draws

    @property
    def chains(self) -> int:
        """All in one batch."""
        return self.inner.chains

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:  # noqa: ARG002
        """Each chain at a draw of the Gaussian. Raises ``ValueError`` without one."""
        if self.gaussian is None:
            raise ValueError("a dense mass matrix needs a Gaussian")
        return State(self.gaussian, self.inner.init(Whitened(density, self.gaussian), rng))

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """One trajectory of every chain, and its jumps."""
        chains, info = self.inner.step(Whitened(density, state.gaussian), state.chains, rng)
        if info.draws is not None:
            info = replace(info, draws=state.gaussian.push(info.draws))
        return State(state.gaussian, chains), info

    def result(self, state: State) -> Draws:
        """Where the chains are."""
        return Draws(state.gaussian.push(state.chains.point.position)[None])
