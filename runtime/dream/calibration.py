"""Whether a module's spread is right: simulation-based calibration (Talts et al. 2018) on prior draws it never saw.

Where ξ and y are drawn together, ξ is one more draw of the posterior of y. So its rank among samples of q(ξ | y) is
uniform, in whatever projection, and it lies within a 90 % band in nine of ten places.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import kstest
from torch import Generator, Tensor

from oedipus.runtime.diagnostics import pareto_k
from oedipus.runtime.dream.family import Family
from oedipus.runtime.dream.network import Amortised
from oedipus.runtime.dream.simulate import Pool, looked_at
from oedipus.runtime.dream.surrogate import Condition
from oedipus.runtime.dream.train import Plan, ask, kept, middle
from oedipus.runtime.posterior import Posterior

PROJECTIONS = 20
RANKED = 99
"""Samples that a truth is ranked among."""
BAND = (0.05, 0.95)
CHUNK = 50
WEIGHED = 200
"""Samples that k-hat is of."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Held-out draws: true latents ``[cases, dim]`` and what was measured of each."""

    latents: Tensor
    asked: Condition

    def one(self, at: int) -> Condition:
        """What was measured of one case."""
        return self.asked.at(slice(at, at + 1))


def cases_of(pool: Pool, plan: Plan, number: int, rng: Generator) -> Cases:
    """Up to ``number`` draws of the pool that nothing was trained or chosen on, each kept with the probability that its
    clauses give it."""
    rows = torch.arange(kept(pool), middle(pool))
    asked, weights = ask(pool, rows, plan.sigmas, rng)
    taken = torch.rand(len(rows), generator=rng) * weights.max() < weights
    chosen = taken.nonzero().squeeze(1)[:number]
    return Cases(pool.latents[rows[chosen]], asked.at(chosen))


@torch.no_grad()
def ranks(network: Amortised, cases: Cases, directions: Tensor, rng: Generator) -> Tensor:
    """The truth's rank ``[cases, directions]`` among :data:`RANKED` samples, as a number from 0 to 1, along each of
    ``directions`` ``[dim, directions]``."""
    found = []
    for at, truth in enumerate(cases.latents):
        noise = torch.randn(RANKED, len(truth), generator=rng)
        below = (network.push(noise, cases.one(at)) @ directions < truth @ directions).sum(dim=0)
        found.append((below + torch.rand(below.shape, generator=rng)) / (RANKED + 1))
    return torch.stack(found)


@torch.no_grad()
def inside(network: Amortised, posterior: Posterior, cases: Cases, samples: int, rng: Generator) -> Tensor:
    """The share ``[cases]`` of pixels whose truth lies in the 90 % band of ``samples`` pictures."""
    shares = []
    for at, truth in enumerate(cases.latents):
        noise = torch.randn(samples, len(truth), generator=rng)
        latents = torch.cat([truth[None], network.push(noise, cases.one(at))])
        parts = [posterior.pictures(part.to(posterior.device)) for part in latents.split(CHUNK)]
        drawn = torch.cat([torch.cat([one.flatten(1) for one in part], dim=1) for part in parts]).cpu()
        low, high = torch.quantile(drawn[1:], torch.tensor(BAND), dim=0)
        shares.append(((drawn[0] >= low) & (drawn[0] <= high)).float().mean())
    return torch.stack(shares)


@torch.no_grad()
def khats(
    network: Amortised, family: Family, posterior: Posterior, cases: Cases, samples: int, rng: Generator
) -> list[float]:
    """Pareto k-hat of the weights p / q of ``samples`` draws for each case; ``posterior`` is of ``family``'s
    simulator."""
    found = []
    for at in range(len(cases.latents)):
        asked = cases.one(at)
        latents = network.push(torch.randn(samples, posterior.dim, generator=rng), asked)
        seen = [looked_at(family, posterior, part) for part in latents.split(CHUNK)]
        whole = {name: torch.cat([one[name] for one in seen]) for name in seen[0]}
        log_p = whole["log_weight"] - latents.square().sum(dim=1) / 2
        for turn, (data, log_sigma) in enumerate(zip(asked.data, asked.log_sigma, strict=True)):
            log_p = log_p - ((whole[f"clean/{turn}"] - data) / log_sigma.exp()).square().sum(dim=1) / 2
        for turn, choice in enumerate(asked.choices):
            log_p = log_p + whole[f"options/{turn}"][:, int(choice)]
        found.append(pareto_k(log_p - network.log_prob(latents, asked)))
    return found


def uniformity(found: Tensor) -> list[float]:
    """p of Kolmogorov and Smirnov's test of each column of ranks ``[cases, directions]``."""
    return [float(kstest(column, "uniform").pvalue) for column in found.double().numpy().T]


def directions_of(network: Amortised, rng: Generator) -> tuple[Tensor, Tensor]:
    """Random unit vectors ``[dim, directions]``, and those that data tell most of."""
    random = torch.randn(network.shape.latents, PROJECTIONS, generator=rng)
    return random / random.norm(dim=0), network.turn[:, : min(PROJECTIONS, network.shape.latents)]


def calibrate(
    network: Amortised,
    family: Family,
    posterior: Posterior,
    pool: Pool,
    plan: Plan,
    *,
    cases: int = 200,
    pictured: int = 50,
    samples: int = 50,
    weighed: int = 20,
) -> Mapping[str, float]:
    """Figures for a card: the least p over projections, random ones and those that data tell most of, on ``cases``
    held-out draws; the share of pixels inside the 90 % band on the first ``pictured`` of them; k-hat on the first
    ``weighed``."""
    rng = torch.Generator().manual_seed(plan.seed + 2)
    drawn = cases_of(pool, plan, cases, rng)
    figures = {"cases": float(len(drawn.latents))}
    for name, directions in zip(("random", "informed"), directions_of(network, rng), strict=True):
        p = uniformity(ranks(network, drawn, directions, rng))
        figures |= {f"ks_{name}_least": round(min(p), 4), f"ks_{name}_median": round(float(np.median(p)), 3)}
    few = Cases(drawn.latents[:pictured], drawn.asked)
    figures["inside_90"] = round(float(inside(network, posterior, few, samples, rng).mean()), 4)
    found = khats(network, family, posterior, Cases(drawn.latents[:weighed], drawn.asked), WEIGHED, rng)
    return figures | {"khat_median": round(float(np.median(found)), 2), "khat_greatest": round(max(found), 2)}
