"""Normalizing flows: posterior draws first, then the evidence lower bound (Rezende and Mohamed 2015).

q(ξ) is a mixture over the readings of a riddle, and in each of them every picture has a coupling flow of its own
(:mod:`oedipus.runtime.flowed`). It is fitted in three stages:

1. Draws of the posterior: by `bank` where networks read every clause, else by `hmc`.
2. Forward: maximum likelihood on four in five of the draws, from their Gaussians on, until the fifth says
   that it gets no better. This finds all modes.
3. Backward: up the bound E_q[log L^α + log N(ξ | 0, 1) − log q(ξ)] by Adam. log q is followed through ξ alone, not
   through its own parameters, whose part is zero on average and all noise where q fits (Roeder et al. 2017). The
   weights of the mixture have their exact slope, each component its own rows.

Where networks read every clause, a high α makes the likelihood a cliff: what lies beyond costs hundreds of nats, and a
batch sees it once in a while. So the slope of one row is no longer than ``LONGEST``; α rises on the way to
``BEYOND`` times its value, which asks for some distance to the cliff and costs little (a four at α = 1,000 has 0.1 nats
less evidence than at 100); and the parameters are averaged over the last iterations. To anneal from a small
α is no use after the second stage.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms import bank
from oedipus.runtime.algorithms.bank import BankSampler
from oedipus.runtime.algorithms.base import Algorithm, Approximation, Begin, Draws, Info
from oedipus.runtime.algorithms.flow_start import begin
from oedipus.runtime.algorithms.hmc import HMC
from oedipus.runtime.algorithms.jumps import widths
from oedipus.runtime.algorithms.options import alphas, count, positive, validate
from oedipus.runtime.density import Density
from oedipus.runtime.flowed import Flows
from oedipus.runtime.flows import standard
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.starts import readable

MEMORY, SCALE_MEMORY, TINY = 0.9, 0.99, 1e-8
LONGEST = 1000.0
BEYOND, RISEN = 10.0, 0.5
CALM = 0.99
CHAINS = 16
AROUND = 0.5
EPOCH, PATIENCE = 20, 2
FEWEST = 2
CHUNK = 256


@dataclass(frozen=True, slots=True)
class Fit:
    """``q``, the moments ``first`` and ``second`` of its slopes, and ``average``, all ``[parameters]``."""

    q: Flows
    first: Tensor
    second: Tensor
    average: Tensor

    @classmethod
    def at(cls, q: Flows) -> "Fit":
        """Nothing known of slopes yet."""
        blanks = torch.zeros_like(q.vector())
        return cls(q, blanks, blanks, q.vector())

    def up(self, slope: Tensor, rate: float, count: int) -> "Fit":
        """The ``count``-th step of Adam (Kingma and Ba 2015)."""
        first = MEMORY * self.first + (1 - MEMORY) * slope
        second = SCALE_MEMORY * self.second + (1 - SCALE_MEMORY) * slope.square()
        move = first / (1 - MEMORY**count) / ((second / (1 - SCALE_MEMORY**count)).sqrt() + TINY)
        return replace(self, q=self.q.at(self.q.vector() + rate * move), first=first, second=second)


@dataclass(frozen=True, slots=True)
class State:
    """``inner``: the sampler's state while draws are made; ``draws`` ``[draws, dim]`` so far, then, with a ``fit``,
    ``[own, width]`` of each of its pieces. ``held``: the held-out draws' log q in nats at its best, ``worse``: epochs
    since then, ``forward`` steps of that stage and ``climbed`` ones of the last."""

    inner: Any
    draws: tuple[Tensor, ...] = ()
    fit: Fit | None = None
    held: float = -math.inf
    worse: int = 0
    forward: int = 0
    climbed: int = 0
    iteration: int = 0


@dataclass(frozen=True, slots=True)
class FlowVI:
    """Hyper-parameters.

    ``particles``: posterior draws of the first stage, from a bank of ``pool`` prior draws where there is one;
    ``directions`` of each block, those in which the likelihood is steepest, are moved by its flow;
    ``couplings``, ``hidden``, ``bins``: the flows' form (:class:`oedipus.runtime.flows.Form`); ``components``:
    readings at most; ``forward``: steps of maximum likelihood at most; ``fit``: steps up the bound, on ``batch``
    samples each, at a ``rate`` that falls. The last α of ``schedule`` is the posterior's. Raises ``ValueError``
    naming the argument that makes no sense.
    """

    schedule: tuple[float, ...] = alphas(10.0)
    pool: int = count(4096)
    particles: int = count(1024, 10)
    directions: int = count(24, 2)
    couplings: int = count(8)
    hidden: int = count(64)
    bins: int = count(0, 0)
    components: int = count(16)
    forward: int = count(200, 0)
    fit: int = count(600)
    batch: int = count(128, 2)
    rate: float = positive(0.002)
    name: str = field(default="flow", init=False)
    begins: Begin = field(default="modes", init=False)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def iterations(self) -> int:
        """At most; how many powers a bank's particles pass is found on the way."""
        longest = max(one.iterations for one in (self._bank, self._chains))
        return longest + -(-self.forward // EPOCH) + self.fit

    @property
    def _bank(self) -> BankSampler:
        return BankSampler(self.schedule[-1:], self.pool, self.particles, self.particles, trajectories=0)

    @property
    def _chains(self) -> HMC:
        return HMC(self.schedule[-1:], CHAINS, draws=-(-self.particles // CHAINS))

    def _sampler(self, density: Density) -> Algorithm[Any]:
        return self._bank if _clauses_alone(density) else self._chains

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:
        """The sampler's first state."""
        return State(self._sampler(density).init(density, rng, start))

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """One iteration of the sampler, some steps of maximum likelihood, or one step up the bound."""
        fit = state.fit
        if fit is None:
            state, info = self._sample(density, state, rng)
        elif state.forward < self.forward and state.worse < PATIENCE:
            state, info = self._likelier(density, state, fit, rng)
        else:
            state, info = self._climb(density, state, fit, rng)
        state = replace(state, iteration=state.iteration + 1)
        ahead = self.fit - state.climbed if state.climbed else None
        return state, replace(info, iteration=state.iteration, draws=None, stats={}, ahead=ahead)

    def result(self, state: State) -> Flows | Draws:
        """The flows as they are, averaged; what the sampler has where it was cut short."""
        if state.fit is not None:
            return state.fit.q.at(state.fit.average) if state.climbed else state.fit.q
        if state.draws:
            return Draws(torch.stack(state.draws))
        if isinstance(state.inner, bank.State):
            return replace(self._bank.result(state.inner), log_evidence=None)
        return self._chains.result(state.inner)

    def _sample(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        sampler = self._sampler(density)
        inner, info = sampler.step(density, state.inner, rng)
        state = replace(state, inner=inner)
        if info.draws is not None:
            state = replace(state, draws=(*state.draws, info.draws))
        if not info.last and state.iteration + 1 < sampler.iterations:
            return state, info
        found = sampler.result(inner)
        draws = torch.cat(state.draws) if state.draws else found.draw(self.particles, rng)
        form = {"couplings": self.couplings, "hidden": self.hidden, "bins": self.bins}
        blocks, readings = _read(density, draws, self.schedule[-1])
        around = draws + AROUND * torch.randn(draws.shape, generator=rng).to(draws.device)
        parts = [_uphill(density, rows, self.schedule[-1])[1] for rows in around.split(CHUNK)]
        q, own = begin(
            draws, torch.cat(parts), readings, blocks, form, directions=self.directions, most=self.components, rng=rng
        )
        return replace(state, inner=None, draws=own, fit=Fit.at(q)), info

    def _likelier(self, density: Density, state: State, fit: Fit, rng: Generator) -> tuple[State, Info]:
        """An epoch of maximum likelihood; the parameters that the held-out draws like best are kept in ``average``."""
        held = [one[: -(-len(one) // 5)] for one in state.draws]
        seen = [one[len(one) // 5 :] for one in state.draws]
        best = state.held if state.forward else _mean_log_prob(fit.q, held)
        for step in range(min(EPOCH, self.forward - state.forward)):
            batch = [one[torch.randint(len(one), (self.batch,), generator=rng).to(one.device)] for one in seen]
            vector = fit.q.vector().requires_grad_()
            (slope,) = torch.autograd.grad(_log_prob(fit.q.at(vector), batch), vector, materialize_grads=True)
            fit = fit.up(slope, self.rate / 4, state.forward + step + 1)
        value, forward = _mean_log_prob(fit.q, held), state.forward + EPOCH
        fit, worse = (replace(fit, average=fit.q.vector()), 0) if value > best else (fit, state.worse + 1)
        if worse == PATIENCE or forward >= self.forward:
            fit = Fit.at(fit.q.at(fit.average))
        bound, details, _ = self._bound(density, fit.q, self.schedule[-1], rng)
        state = replace(state, fit=fit, forward=forward, held=max(value, best), worse=worse)
        return state, Info(0, self.schedule[-1], bound.item(), details)

    def _climb(self, density: Density, state: State, fit: Fit, rng: Generator) -> tuple[State, Info]:
        """One step of Adam up the bound, at this iteration's α."""
        share, climbed = state.climbed / self.fit, state.climbed + 1
        beyond = BEYOND if _clauses_alone(density) else 1.0
        alpha = self.schedule[-1] * beyond ** min(1.0, share / RISEN)
        vector = fit.q.vector().requires_grad_()
        bound, details, rejected = self._bound(density, fit.q.at(vector), alpha, rng)
        (slope,) = torch.autograd.grad(bound, vector)
        fit = fit.up(torch.nan_to_num(slope), self.rate * min(1.0, 2 * (1 - share), climbed / 20), climbed)
        average = torch.lerp(fit.q.vector(), fit.average, min(CALM, 1 - 1 / climbed))
        state = replace(state, fit=replace(fit, average=average), climbed=climbed)
        return state, Info(0, alpha, bound.item(), details, rejected=rejected)

    def _bound(self, density: Density, q: Flows, alpha: float, rng: Generator) -> tuple[Tensor, dict[str, Tensor], int]:
        """The bound in nats on fresh samples, with the slope that is described above; their details, and how many
        had no finite likelihood."""
        weights = q.log_weights.softmax(dim=0)
        rows = (weights.detach().cpu() * self.batch).round().long().clamp_min(FEWEST)
        chosen = torch.arange(len(rows)).repeat_interleave(rows).to(weights.device)
        noise = torch.randn(len(chosen), density.dim, generator=rng).to(weights.device)
        latents = q.push(noise, chosen)
        likelihood, uphill, details = _uphill(density, latents.detach(), alpha)
        finite = likelihood.isfinite()
        share = (weights.detach() / rows.to(weights))[chosen] * finite
        known = standard(latents) - q.detached().log_prob(latents)
        # Its value is the log-likelihood, its slope the clipped one.
        seen = torch.where(finite, likelihood, 0.0) + ((latents - latents.detach()) * uphill).sum(dim=1)
        value = seen + known
        own = torch.zeros_like(weights).index_add(0, chosen, (value.detach() * finite) / rows.to(weights)[chosen])
        bound = (share * value).sum()
        return bound + ((weights - weights.detach()) * own).sum(), details, int((~finite).sum())


def _clauses_alone(density: Density) -> bool:
    """Whether networks read every clause, so that the likelihood is a probability."""
    return isinstance(density, Posterior) and readable(density)


def _uphill(density: Density, latents: Tensor, alpha: float) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """log L^α ``[rows]`` in nats, its slopes ``[rows, dim]``, none longer than ``LONGEST``, and the details."""
    leaf = latents.detach().requires_grad_()
    evaluation = density.evaluate(leaf, alpha)
    finite = torch.where(evaluation.log_likelihood.isfinite(), evaluation.log_likelihood, 0.0)
    (slope,) = torch.autograd.grad(finite.sum(), leaf)
    slope = torch.nan_to_num(slope)
    short = (LONGEST / slope.norm(dim=1, keepdim=True).clamp_min(TINY)).clamp_max(1.0)
    return evaluation.log_likelihood.detach(), slope * short, dict(evaluation.details)


def _log_prob(q: Flows, draws: Sequence[Tensor]) -> Tensor:
    """log q in nats of one draw of each piece, on average over its own."""
    parts = [piece.log_prob(own).mean() for piece, own in zip(q.pieces, draws, strict=True)]
    return torch.stack(parts).sum()


@torch.no_grad()
def _mean_log_prob(q: Flows, draws: Sequence[Tensor]) -> float:
    return _log_prob(q, draws).item()


@torch.no_grad()
def _read(density: Density, draws: Tensor, alpha: float) -> tuple[tuple[int, ...], Tensor | None]:
    """The blocks that draws ``[draws, dim]`` come in, and what each of them is read as, ``[draws, blocks]``.

    One block with all latents unless networks read every clause: a measurement, or a prior that couples pictures,
    correlates what one reading says of them.
    """
    if not isinstance(density, Posterior):
        return (density.dim,), None
    parts = [density.evaluate(rows, alpha).details.get("values") for rows in draws.split(CHUNK)]
    known = [one.argmax(dim=2) for one in parts if one is not None]
    values = torch.cat(known) if known else None
    if _clauses_alone(density):
        return widths(density), _by_block(density, values, len(draws))
    if values is None:
        return (density.dim,), None
    # One number for each joint reading.
    return (density.dim,), values.unique(dim=0, return_inverse=True)[1][:, None]


def _by_block(density: Posterior, values: Tensor | None, rows: int) -> Tensor:
    """Readings ``[rows, blocks]``, 0 for a picture that shows no value."""
    found, at = torch.zeros(rows, len(density.widths), dtype=torch.long, device=density.device), 0
    for block, network in enumerate(density.value_networks):
        if network and values is not None:
            found[:, block], at = values[:, at], at + 1
    return found


ALGORITHM = FlowVI
