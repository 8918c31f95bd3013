"""How far an inference can be trusted: R-hat and effective sample sizes of chains, Pareto k of approximations.

R-hat is rank-normalised and split, the effective sample size the bulk's (Vehtari et
al. 2021); k-hat is the tail index of the importance weights p/q (Vehtari et al.
2024), below 0.7 where q covers the posterior. All three are ArviZ's, which is
imported when it is needed.
"""

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor
from torch.nn import functional

from oedipus.runtime.advice import for_answer, for_chains
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import Result

GOOD_RHAT, POOR_RHAT = 1.01, 1.1
REDRAWN, COARSE = 1000, 7
"""Pictures that are drawn again at most, and the squares a side that they are averaged in."""
FEWEST = 4
"""Draws of each chain that a split R-hat needs."""
WEIGHED = 400
BATCH = 50
SEED = 0

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Range:
    """The least, the mean and the greatest of a figure over all latents."""

    min: float
    mean: float
    max: float

    @staticmethod
    def of(values: Array) -> "Range":
        """Of figures ``[latents]``, all of them finite."""
        return Range(float(values.min()), float(values.mean()), float(values.max()))


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """``rhat`` and ``ess`` over the latents of ``chains`` times ``draws`` draws; ``khat`` of an approximation.

    None where an algorithm has no chains, or no density to weigh; ``rhat`` of a single chain too, which agrees
    with itself, and both where a latent never moved, so that its variance says nothing. Where chains disagree
    (R-hat above :data:`POOR_RHAT`): how many latents are ``apart``, and the greatest R-hat over coarse pixels of the
    ``pictures``, if those of all draws are few enough. ``advice`` are flags for chains that do not agree, ``remedies``
    sentences for an answer that breaks a clause; both work for this riddle.
    """

    rhat: Range | None = None
    ess: Range | None = None
    khat: float | None = None
    chains: int = 0
    draws: int = 0
    apart: int = 0
    pictures: float | None = None
    advice: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


def diagnose(posterior: Posterior, result: Result, *, weigh: bool = True) -> Diagnostics:
    """What the result's chains, or its approximation where ``weigh``, say of themselves."""
    remedies = for_answer(posterior, result)
    latents = result.columns.get("latents")
    khat = result.inferred.khat if isinstance(result.inferred, Draws) else None
    if latents is not None and len(latents) >= FEWEST:
        found = replace(of_chains(latents), remedies=remedies, khat=khat)
        if found.rhat is None or found.rhat.max <= GOOD_RHAT:
            return found
        seen = of_pictures(posterior, latents) if found.rhat.max > POOR_RHAT else None
        return replace(found, pictures=seen, advice=for_chains(posterior, result.request))
    if weigh and not isinstance(result.inferred, Draws):
        return Diagnostics(khat=pareto_k(log_weights(posterior, result, WEIGHED)), remedies=remedies)
    return Diagnostics(remedies=remedies, khat=khat)


@torch.no_grad()
def of_pictures(posterior: Posterior, latents: Tensor) -> float | None:
    """The greatest R-hat over pixels, averaged in squares, of the pictures of ``latents`` ``[draws, chains, dim]``;
    None where there are too many of them to draw again."""
    rows = latents.flatten(0, 1)
    if len(rows) > REDRAWN:
        return None
    parts = [
        torch.cat([functional.adaptive_avg_pool2d(one, COARSE).flatten(1) for one in posterior.pictures(part)], dim=1)
        for part in rows.to(posterior.device).split(BATCH)
    ]
    found = of_chains(torch.cat(parts).cpu().unflatten(0, latents.shape[:2]))
    return None if found.rhat is None else found.rhat.max


def of_chains(latents: Tensor) -> Diagnostics:
    """R-hat and bulk ESS over ``latents`` ``[draws, chains, dim]``."""
    rhat, ess, _ = statistics()
    figures = []
    with quiet():
        for place in range(latents.shape[2]):
            # One latent at a time: draws may be mapped from disk, and stay there.
            chains: Array = latents[:, :, place].T.double().numpy()
            figures.append((rhat(chains), ess(chains)))
    draws, several = latents.shape[0], latents.shape[1] > 1
    both = np.array(figures)
    apart = int((both[:, 0] > POOR_RHAT).sum())
    known = [Range.of(column) if np.isfinite(column).all() else None for column in both.T]
    if not _moved(latents):
        known = [None, None]
    return Diagnostics(known[0] if several else None, known[1], chains=latents.shape[1], draws=draws, apart=apart)


def _moved(latents: Tensor) -> bool:
    """Whether every latent of ``latents`` ``[draws, chains, dim]`` takes more than one value in some chain."""
    first, varied = latents[0], torch.zeros(latents.shape[2], dtype=torch.bool)
    for row in latents[1:]:
        varied |= (row != first).any(dim=0).cpu()
    return bool(varied.all())


@torch.no_grad()
def log_weights(posterior: Posterior, result: Result, number: int) -> Tensor:
    """log p(ξ, y) − log q(ξ) ``[number]`` in nats of independent draws ξ of the approximation."""
    assert not isinstance(result.inferred, Draws)
    # Antithetic partners are not independent; the first half of twice as many has none.
    latents = result.inferred.draw(2 * number, Generator().manual_seed(SEED))[:number]
    density = torch.cat([posterior.log_prob(part) for part in latents.split(BATCH)])
    return density - result.inferred.log_prob(latents) - posterior.dim * math.log(2 * math.pi) / 2


def pareto_k(weights: Tensor) -> float:
    """PSIS k-hat of log-weights ``[draws]``; infinite where a weight is no number."""
    if not weights.isfinite().all():
        return math.inf
    _, _, psis = statistics()
    with quiet():
        return psis(weights.double().cpu().numpy())


def statistics() -> tuple[Callable[[Array], float], Callable[[Array], float], Callable[[Array], float]]:
    """ArviZ's R-hat and ESS of ``[chains, draws]`` and k-hat of ``[draws]``, of version 1 or the 0.2 before it."""
    try:
        from arviz_stats.base import array_stats
    except ModuleNotFoundError:
        with quiet():
            arviz: Any = __import__("arviz")
        return (
            lambda chains: float(arviz.rhat(chains)),
            lambda chains: float(arviz.ess(chains)),
            lambda weights: float(arviz.psislw(weights)[1]),
        )
    return (
        lambda chains: float(array_stats.rhat(chains)),
        lambda chains: float(array_stats.ess(chains)),
        lambda weights: float(array_stats.psislw(weights)[1]),
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Without ArviZ's announcements, and without complaints about latents that never moved."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
