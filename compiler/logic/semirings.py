"""One diagram, several questions: satisfiable, how many, the best, how probable."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler.program import Diagram

Probabilities = NDArray[np.float64]


def satisfiable(diagram: Diagram) -> bool:
    """Whether any joint class makes the formula true."""
    alive = np.array([False, True])
    for layer in reversed(diagram.layers):
        alive = np.asarray(alive[layer].any(axis=1))
    return bool(alive[0])


def count(diagram: Diagram) -> int:
    """How many joint classes make it true, exactly."""
    ways = np.array([0, 1], dtype=object)
    for layer in reversed(diagram.layers):
        ways = ways[layer].sum(axis=1)
    return int(ways[0])


def best(diagram: Diagram, log_probabilities: Sequence[Probabilities]) -> tuple[float, tuple[int, ...]]:
    """The most probable joint class that makes it true, and its log-probability in nats.

    ``log_probabilities[i]`` [classes]. Raises ValueError where nothing makes it true.
    """
    if not satisfiable(diagram):
        raise ValueError("nothing makes this formula true")
    value = np.array([-np.inf, 0.0])
    choices = []
    for layer, weights in zip(reversed(diagram.layers), reversed(log_probabilities), strict=True):
        candidates = np.where(np.isneginf(value[layer]), -np.inf, value[layer] + np.maximum(weights, -1e300))
        choices.append(candidates.argmax(axis=1))
        value = candidates.max(axis=1)
    state, classes = 0, []
    for layer, choice in zip(diagram.layers, reversed(choices), strict=True):
        classes.append(int(choice[state]))
        state = int(layer[state, classes[-1]])
    total = sum(float(weights[label]) for weights, label in zip(log_probabilities, classes, strict=True))
    return total, tuple(classes)


def log_probability(diagram: Diagram, log_probabilities: Sequence[Probabilities]) -> float:
    """log Σ over true joint classes of the product of class probabilities, in nats (paper, section 5.2)."""
    value = np.array([-np.inf, 0.0])
    for layer, weights in zip(reversed(diagram.layers), reversed(log_probabilities), strict=True):
        terms = value[layer] + weights
        peak = terms.max(axis=1)
        peak[np.isneginf(peak)] = 0.0
        with np.errstate(divide="ignore"):
            value = peak + np.log(np.exp(terms - peak[:, None]).sum(axis=1))
    return float(value[0])
