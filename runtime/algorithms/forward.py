"""Forward: samples from a module that has dreamt of the riddle's family (paper, section 7), at once.

q(ξ | y) is a conditional flow (:mod:`oedipus.runtime.dream`), and a sample of it costs a pass through a small network.
How far it can be trusted is said by the importance weights p(ξ, y) / q(ξ | y): their Pareto k-hat (Vehtari et al.
2024), and an estimate of the evidence. Where k-hat is good the samples are taken by these weights, and are the
posterior's own. With ``polish`` chains begin at the samples and are led to the posterior by Hamiltonian
trajectories, by ``mgvi`` in the coordinates that it ends with, those of the Fisher metric at the samples' mean, by
``hmc`` in those of the samples' covariance.
"""

import math
from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, FullRank, Info, Posterior
from oedipus.runtime.algorithms.metric import straight_metric
from oedipus.runtime.algorithms.mgvi import covariance_root
from oedipus.runtime.algorithms.options import alphas, count, option, share, validate
from oedipus.runtime.algorithms.whitened import Chains, Passage, Whitened
from oedipus.runtime.density import Density
from oedipus.runtime.diagnostics import pareto_k
from oedipus.runtime.dream import library
from oedipus.runtime.dream.module import STRANGE, Module, ModuleError, read_module
from oedipus.runtime.dream.surrogate import Condition
from oedipus.runtime.posterior import Posterior as Problem

CHUNK = 50
SPREAD = 16
"""Samples for each latent that their covariance is of."""
FEWEST = 25
"""Weights that a tail can be fitted to."""
COVERS = 0.7
"""k-hat up to which weights have a variance that can be estimated."""


@dataclass(frozen=True, slots=True)
class State:
    """``latents`` ``[samples, dim]`` of q; of those that were weighed log p − log q ``[weighed]`` in nats, k-hat and
    how unlike the dreamt ones the data are. Then ``mean`` and ``scale`` of the chains' coordinates, and
    the ``chains``."""

    latents: Tensor
    log_weights: Tensor
    khat: float | None = None
    strange: float = 0.0
    mean: Tensor | None = None
    scale: Tensor | None = None
    chains: Chains | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """Hyper-parameters.

    ``module``: the directory that ``oedipus dream`` wrote, or a name in the library. ``samples`` of q are drawn,
    ``weighed`` of them compared with the posterior (0: none), from which they are taken by their weights where k-hat is
    good and they are as many.
    ``polish``: trajectories of each of ``chains`` that go on from there, the last two thirds of which are kept; each
    takes at most ``leapfrog`` steps, as long as has ``acceptance``, in the coordinates of ``polisher``, ``mgvi`` or
    ``hmc`` (``auto``: mgvi where pictures are measured). Raises ``ValueError`` naming the argument that makes no sense.
    """

    module: str = option("")
    schedule: tuple[float, ...] = alphas(10.0)
    samples: int = count(20)
    weighed: int = count(200, 0)
    polish: int = count(0, 0)
    polisher: str = option("auto", words=("auto", "mgvi", "hmc"))
    chains: int = count(24)
    leapfrog: int = count(24)
    acceptance: float = share(0.75)
    name: str = field(default="forward", init=False)
    begins: Begin = field(default="prior", init=False)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def iterations(self) -> int:
        """One for the samples, one for each trajectory."""
        return 1 + self.polish

    @property
    def draws(self) -> int:
        """Kept of each chain."""
        return self.polish - self._warmup

    @property
    def _warmup(self) -> int:
        return self.polish // 3

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:  # noqa: ARG002
        """No samples yet; raises :class:`ModuleError` where the module cannot answer this riddle."""
        self._module(density)
        return State(torch.zeros(0, density.dim), torch.zeros(0))

    def _module(self, density: Density) -> tuple[Module, Problem]:
        if not self.module:
            raise ModuleError(
                "module: forward needs what has dreamt of this riddle: --from DIR; oedipus dream makes it"
            )
        if not isinstance(density, Problem):
            raise ModuleError("module: only a riddle's own posterior can be asked")
        return read_module(library.named(density, self.module)), density

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """All samples of q, then a trajectory of every chain."""
        if not len(state.latents):
            return self._answer(density, state, rng)
        return self._wander(density, state, rng)

    def _answer(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        module, problem = self._module(density)
        asked = module.ask(problem)
        latents = module.draw(asked, max(self.samples, self.weighed, self.chains if self.polish else 0), rng)
        strange = module.strangeness(asked)
        # Of one of them at least the trace can tell.
        log_weights, details = weigh(module, problem, asked, latents[: max(1, self.weighed)], self.schedule[-1])
        log_weights = log_weights[: self.weighed]
        khat = pareto_k(log_weights) if len(log_weights) >= FEWEST else None
        latents = latents.to(problem.device)
        if khat is not None and khat <= COVERS and not self.polish and self.samples <= len(log_weights):
            latents = latents[by_weight(log_weights, self.samples, rng).to(problem.device)]
        state = replace(state, latents=latents, log_weights=log_weights, khat=khat, strange=strange)
        return state, Info(1, self.schedule[-1], None, details, ahead=self.polish)

    def _wander(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        alpha = self.schedule[-1]
        if state.mean is None or state.scale is None:
            mean, scale = self._coordinates(density, state, alpha, rng)
            state = replace(state, mean=mean, scale=scale)
        assert state.mean is not None
        assert state.scale is not None
        gaussian = FullRank(state.mean, state.scale)
        passage = Passage(Whitened(density, gaussian), alpha, self._warmup, self.leapfrog, self.acceptance)
        chains = state.chains or passage.begin(self._starts(state, rng), beta=1.0)
        chains, info = passage.step(chains, rng, chains.trajectories + 2)
        return replace(state, chains=chains), replace(info, ahead=self.polish - chains.trajectories)

    def _coordinates(self, density: Density, state: State, alpha: float, rng: Generator) -> tuple[Tensor, Tensor]:
        """Mean and scale of the chains' coordinates."""
        module, problem = self._module(density)
        if self.polisher == "hmc" or (self.polisher == "auto" and not problem.measurements):
            latents = module.draw(module.ask(problem), SPREAD * density.dim, rng).to(problem.device)
            return latents.mean(dim=0), torch.linalg.cholesky(latents.T.cov())
        mean = state.latents.mean(dim=0)
        return mean, covariance_root(straight_metric(density, mean, alpha, rng), dim=len(mean))

    def _starts(self, state: State, rng: Generator) -> Tensor:
        """Where chains begin: samples of q by their weights, none of them taken twice."""
        if not len(state.log_weights):
            return state.latents[: self.chains]
        # The chains of highest weight in a random order of the same law (Gumbel's largest; Kool et al. 2019).
        noise = -(-torch.rand(len(state.log_weights), generator=rng).clamp_min(1e-30).log()).log()
        chosen = (state.log_weights + noise).topk(min(self.chains, len(noise))).indices
        return state.latents[chosen.to(state.latents.device)]

    def result(self, state: State) -> Posterior:
        """The samples of q, or where the chains are."""
        evidence = None
        if state.khat is not None and state.khat <= COVERS:
            evidence = float(state.log_weights.logsumexp(dim=0)) - math.log(len(state.log_weights))
        drawn = Draws(state.latents[:, None], evidence, state.khat, doubt(state))
        if state.chains is None or state.mean is None or state.scale is None:
            return drawn
        latents = FullRank(state.mean, state.scale).push(state.chains.point.position)
        return replace(drawn, latents=latents[None])


def by_weight(log_weights: Tensor, number: int, rng: Generator) -> Tensor:
    """Places ``[number]`` among ``log_weights``, each as often as its weight says, rounded up or down (systematic
    resampling: Kitagawa 1996)."""
    share = log_weights.double().softmax(dim=0).cumsum(dim=0)
    even = (torch.arange(number, dtype=torch.double) + torch.rand(1, generator=rng, dtype=torch.double)) / number
    return torch.searchsorted(share, even).clamp_max(len(share) - 1)


def doubt(state: State) -> str:
    """What is said of data that are unlike those that were dreamt, nothing where they are not."""
    if state.strange < STRANGE:
        return ""
    told = "" if state.khat is None else f", and Pareto k-hat is {state.khat:.2f}"
    return (
        f"the data are unlike what the module has dreamt of, by {state.strange:.0f} standard deviations{told}: "
        "its samples may be far from the posterior; infer it by --algorithm mgvi"
    )


@torch.no_grad()
def weigh(
    module: Module, problem: Problem, asked: Condition, latents: Tensor, alpha: float
) -> tuple[Tensor, dict[str, Tensor]]:
    """log p(ξ, y) − log q(ξ | y) ``[rows]`` in nats of ``latents`` ``[rows, dim]``, and details of each of them."""
    log_q = module.network.log_prob(latents, asked)
    found = [problem.evaluate(part, alpha) for part in latents.to(problem.device).split(CHUNK)]
    likelihood = torch.cat([one.log_likelihood for one in found]).cpu()
    prior = -(latents.square() + math.log(2 * math.pi)).sum(dim=1) / 2
    details = {name: torch.cat([one.details[name] for one in found]) for name in found[0].details}
    return likelihood + prior - log_q, details


ALGORITHM = Forward
