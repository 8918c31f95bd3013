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
NAMED = 3
"""Latents of a variable that are named where chains disagree."""
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
class Apart:
    """A variable whose chains disagree: of how many ``latents`` R-hat is above :data:`POOR_RHAT`, the :data:`NAMED`
    ``worst`` of them, counted from 0, with their R-hat, and the greatest R-hat over coarse pixels of its ``pictures``,
    None where those of all draws are too many to be drawn again."""

    variable: str
    latents: int
    worst: tuple[tuple[int, float], ...]
    pictures: float | None = None

    @property
    def seen(self) -> bool:
        """Whether the pictures disagree, too, or are not known not to."""
        return self.pictures is None or self.pictures > POOR_RHAT


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """``rhat`` and ``ess`` over the latents of ``chains`` times ``draws`` draws; ``khat`` of an approximation.

    None where an algorithm has no chains, or no density to weigh; ``rhat`` of a single chain too, which agrees
    with itself, and both where a latent never moved, so that its variance says nothing. ``apart`` are the variables
    whose chains disagree (R-hat above :data:`POOR_RHAT`), and whether their pictures do. ``advice`` are
    flags for chains that do not agree, ``remedies`` sentences for an answer that breaks a clause; both work for this
    riddle.
    """

    rhat: Range | None = None
    ess: Range | None = None
    khat: float | None = None
    chains: int = 0
    draws: int = 0
    apart: tuple[Apart, ...] = ()
    advice: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


def diagnose(posterior: Posterior, result: Result, *, weigh: bool = True) -> Diagnostics:
    """What the result's chains, or its approximation where ``weigh``, say of themselves."""
    remedies = for_answer(posterior, result)
    latents = result.columns.get("latents")
    khat = result.inferred.khat if isinstance(result.inferred, Draws) else None
    if latents is not None and len(latents) >= FEWEST:
        figures = _figures(latents)
        found = replace(_summed(latents, figures), remedies=remedies, khat=khat)
        if found.rhat is None or found.rhat.max <= GOOD_RHAT:
            return found
        apart = tuple(_apart(posterior, latents, figures[:, 0])) if found.rhat.max > POOR_RHAT else ()
        return replace(found, apart=apart, advice=for_chains(posterior, result.request))
    if weigh and not isinstance(result.inferred, Draws):
        return Diagnostics(khat=pareto_k(log_weights(posterior, result, WEIGHED)), remedies=remedies)
    return Diagnostics(remedies=remedies, khat=khat)


def _apart(posterior: Posterior, latents: Tensor, rhat: Array) -> Iterator[Apart]:
    """The variables that have latents whose ``rhat`` ``[dim]`` is poor."""
    seen = of_pictures(posterior, latents)
    first = 0
    for place, (variable, width) in enumerate(zip(posterior.program.variables, posterior.widths, strict=True)):
        own = rhat[first : first + width]
        first += width
        poor = int((own > POOR_RHAT).sum())
        if poor:
            worst = tuple((int(at), float(own[at])) for at in np.argsort(-own)[: min(NAMED, poor)])
            yield Apart(variable.name, poor, worst, None if seen is None else seen[place])


@torch.no_grad()
def of_pictures(posterior: Posterior, latents: Tensor) -> list[float | None] | None:
    """The greatest R-hat over pixels, averaged in squares, of every variable's pictures of ``latents`` ``[draws,
    chains, dim]``, None for pictures that never change; None where there are too many of them to draw again."""
    rows = latents.flatten(0, 1)
    if len(rows) > REDRAWN:
        return None
    drawn = [
        [functional.adaptive_avg_pool2d(one, COARSE).flatten(1).cpu() for one in posterior.pictures(part)]
        for part in rows.to(posterior.device).split(BATCH)
    ]
    coarse = [torch.cat(parts).unflatten(0, latents.shape[:2]) for parts in zip(*drawn, strict=True)]
    found = (of_chains(one[:, :, _varied(one)]).rhat for one in coarse)
    return [None if rhat is None else rhat.max for rhat in found]


def of_chains(latents: Tensor) -> Diagnostics:
    """R-hat and bulk ESS over ``latents`` ``[draws, chains, dim]``."""
    return _summed(latents, _figures(latents))


def _figures(latents: Tensor) -> Array:
    """R-hat and bulk ESS ``[dim, 2]`` of every one of ``latents``."""
    rhat, ess, _ = statistics()
    figures = []
    with quiet():
        for place in range(latents.shape[2]):
            # One latent at a time: draws may be mapped from disk, and stay there.
            chains: Array = latents[:, :, place].T.double().numpy()
            figures.append((rhat(chains), ess(chains)))
    return np.array(figures).reshape(-1, 2)


def _summed(latents: Tensor, figures: Array) -> Diagnostics:
    """Their ranges, where they can be computed."""
    draws, several = latents.shape[0], latents.shape[1] > 1
    known = [Range.of(column) if len(column) and np.isfinite(column).all() else None for column in figures.T]
    if not bool(_varied(latents).all()):
        known = [None, None]
    return Diagnostics(known[0] if several else None, known[1], chains=latents.shape[1], draws=draws)


def _varied(latents: Tensor) -> Tensor:
    """Which of ``latents`` ``[draws, chains, dim]`` take more than one value in some chain, ``[dim]``."""
    first, varied = latents[0], torch.zeros(latents.shape[2], dtype=torch.bool)
    for row in latents[1:]:
        varied |= (row != first).any(dim=0).cpu()
    return varied


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
