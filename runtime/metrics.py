"""The figures of the paper's Figure 3 for one iteration's samples; none of them steers a run."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from oedipus.runtime.algorithms.base import Info
from oedipus.runtime.posterior import Posterior


@dataclass(frozen=True, slots=True)
class Metrics:
    """One row of the trace.

    ``elbo``: the bound at the final α, in nats (None for samplers); ``score``: the mean of P_c over
    samples and clauses; ``accuracy``: the mean probability that a sample shows
    the solution, and whether ``all`` or ``any`` samples do (None where no
    solution is known); ``reading``: the most frequent joint reading; ``rejected``: densities
    that were not finite; ``ahead``: iterations still to come, None where that is not known yet.
    """

    iteration: int
    alpha: float
    elbo: float | None
    score: float
    accuracy: float | None
    all_correct: bool | None
    any_correct: bool | None
    reading: tuple[int, ...]
    rejected: int = 0
    ahead: int | None = None


def measure(posterior: Posterior, info: Info) -> Metrics:
    """The metrics of an iteration, from readouts that it has already paid for."""
    clauses = info.details["clauses"]
    raised = posterior.powers(posterior.alpha) - posterior.powers(info.alpha)
    elbo = None if info.elbo is None else info.elbo + (clauses @ raised).mean().item()
    score = posterior.score(clauses)
    values = info.details.get("values")
    if values is None:
        return Metrics(info.iteration, info.alpha, elbo, score, None, None, None, (), info.rejected, info.ahead)
    readings = values.argmax(dim=2)
    accuracy = all_correct = any_correct = None
    if solution := posterior.program.solution:
        digits = digits_of(posterior, solution)
        right = (readings == digits).all(dim=1)
        accuracy = shown(values, digits).mean().item()
        all_correct, any_correct = bool(right.all()), bool(right.any())
    reading, _ = most_frequent(readings)
    row = (info.iteration, info.alpha, elbo, score, accuracy, all_correct, any_correct, reading)
    return Metrics(*row, info.rejected, info.ahead)


def digits_of(posterior: Posterior, solution: Mapping[str, int]) -> torch.Tensor:
    """The classes of a solution's values, in the order of ``values``."""
    places = [card.values.index(solution[name]) for name, card in posterior.value_cards.items()]
    return torch.tensor(places, device=posterior.device)


def shown(values: torch.Tensor, digits: torch.Tensor) -> torch.Tensor:
    """Probability ``[rows]`` that a row's pictures show ``digits``, from ``values`` [rows, variables, classes]."""
    own = values.gather(2, digits.reshape(1, -1, 1).expand(len(values), -1, 1))
    return own.squeeze(2).sum(dim=1).exp()


def most_frequent(readings: torch.Tensor) -> tuple[tuple[int, ...], float]:
    """The most frequent row of ``readings`` [rows, variables], and its share."""
    return shares(readings)[0]


def shares(readings: torch.Tensor) -> tuple[tuple[tuple[int, ...], float], ...]:
    """Every row of ``readings`` [rows, variables] with its share, the most frequent first."""
    rows, counts = readings.unique(dim=0, return_counts=True)
    order = counts.argsort(descending=True).tolist()
    return tuple((tuple(rows[at].tolist()), counts[at].item() / len(readings)) for at in order)
