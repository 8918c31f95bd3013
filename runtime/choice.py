"""``--algorithm auto``: which algorithm suits a program, and why."""

from collections.abc import Mapping
from typing import Any

from oedipus.compiler.options import ALGORITHMS
from oedipus.runtime.algorithms.mgvi import EXPLICIT
from oedipus.runtime.algorithms.mixture import fitted_blocks
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.starts import readable


def choose(posterior: Posterior, options: Mapping[str, Any], *, start: str) -> tuple[str, str]:
    """The algorithm's name and the reason in one sentence.

    An option that only one algorithm has decides; else riddles over readouts go to
    the bank, measured pictures that show values to chains between their readings, and other measured ones to MGVI.
    """
    preferred = ["bank", "meanfield", "mgvi"] if readable(posterior) else ["mgvi", "meanfield"]
    if separable(posterior) and posterior.dim <= EXPLICIT:
        preferred = ["tempered", *preferred]
    if start == "prior":
        return "meanfield", "a start at the prior is the annealed search's"
    if posterior.coupled:
        preferred = ["meanfield", "mgvi"]
    for name in preferred:
        if set(options) <= set(ALGORITHMS[name]):
            asked = f", and it has the option {', '.join(options)}" if options else ""
            return name, WHY[name] + asked
    return preferred[0], WHY[preferred[0]]


def separable(posterior: Posterior) -> bool:
    """Whether every picture that is measured shows a value, which tells its explanations apart."""
    if posterior.coupled or not posterior.measurements:
        return False
    return all(posterior.value_networks[at] is not None for at in fitted_blocks(posterior))


WHY = {
    "tempered": "pictures are measured, and chains go between all that they may read",
    "bank": "every clause is read off the pictures by classifiers, so prior draws that are read once are enough",
    "meanfield": "a Gaussian is fitted to the posterior",
    "mgvi": "pictures are measured, and their Fisher metric gives the posterior's shape",
}
