"""The fast run against long chains, and what a gradient costs: parts of benchmarks/faces.py."""

import resource
import sys
import time
from collections.abc import Mapping
from multiprocessing import get_context
from typing import Any

import torch
from face_cases import Case, posteriors, prior_cases
from torch import Tensor

from oedipus.networks.cards import Card, read_cards
from oedipus.networks.library import load_network
from oedipus.runtime.algorithms.mgvi import MGVI
from oedipus.runtime.diagnostics import of_chains
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.run import Outcome, run
from oedipus.runtime.starts import starts

LONGER = 10
ROWS = (1, 4, 12, 24, 48)


def against_long_chains(case: Case, cards: Mapping[str, Card]) -> dict[str, Any]:
    """Means, deviations and ages of the default run beside those of ten times as many trajectories."""
    found = {}
    for label, posterior in posteriors(case, cards).items():
        short = MGVI(schedule=posterior.schedule[-1:])
        fast, long = infer(posterior, short, 0), infer(
            posterior, MGVI(schedule=posterior.schedule[-1:], trajectories=LONGER * short.trajectories), 1
        )  # fmt: skip
        chains = of_chains(long.columns["latents"])
        assert chains.rhat is not None
        assert chains.ess is not None
        both = [pictures_of(posterior, outcome) for outcome in (fast, long)]
        means, spreads = [one.mean(dim=0) for one in both], [one.std(dim=0).mean().item() for one in both]
        with torch.no_grad():
            ages = [load_network(cards["age"])(one) for one in both]
        found[label] = {
            "mean": (means[0] - means[1]).square().mean().sqrt().item(),
            "deviation": spreads[0] / spreads[1],
            "age": [one.mean().item() for one in ages],
            "age_spread": [one.std().item() for one in ages],
            "rhat": chains.rhat.mean,
            "ess": chains.ess.mean,
        }
        print(case.name, label, found[label], flush=True)
    return found


def infer(posterior: Posterior, algorithm: MGVI, seed: int) -> Outcome:
    """A run as `oedipus solve` makes it."""
    rng = torch.Generator().manual_seed(seed)
    start = starts(posterior, rng, members=4096, most=4)
    return run(algorithm, posterior, rng, start=start)


@torch.no_grad()
def pictures_of(posterior: Posterior, outcome: Outcome) -> Tensor:
    """Pictures of all draws, of long chains 1,000 of them."""
    draws = outcome.columns["latents"].flatten(0, 1)
    chosen = torch.randperm(len(draws), generator=torch.Generator().manual_seed(0))[:1000]
    return torch.cat([posterior.pictures(part)[0] for part in draws[chosen].split(50)])


def sizes() -> list[dict[str, float]]:
    """Milliseconds a row and megabytes of one gradient, each batch in a process of its own."""
    rows = []
    for number in ROWS:
        with get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(_gradient, (number,)))
        print(rows[-1], flush=True)
    return rows


def _gradient(rows: int) -> dict[str, float]:
    torch.set_num_threads(1)
    cards = read_cards()
    posterior = posteriors(prior_cases(1, cards)[0], cards)["with"]
    latents = torch.randn(rows, posterior.dim, generator=torch.Generator().manual_seed(0), requires_grad=True)
    before, best = _peak(), float("inf")
    for _ in range(5):
        began = time.process_time()
        torch.autograd.grad(posterior.log_prob(latents).sum(), latents)
        best = min(best, time.process_time() - began)
    return {"rows": rows, "ms": round(1e3 * best / rows, 2), "mb": round(_peak() - before, 1)}


def _peak() -> float:
    """The most memory this process has held, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
