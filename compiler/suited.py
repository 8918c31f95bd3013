"""Whether a program suits the algorithm that is to solve it, known without torch.

An algorithm declares what it ``NEEDS`` beside its options; ``check`` holds a riddle to it, and so does ``solve``.
"""

from collections.abc import Collection, Mapping, Set
from typing import Any

from oedipus.compiler.options import ALGORITHMS, AUTO, NEEDED, Fault, fault
from oedipus.compiler.program import Gaussian, Program

NEEDS: Mapping[str, str] = {
    "readings": "a riddle whose clauses are all read off pictures by networks",
    "independent": "pictures that are independent in the prior, and `given` couples them",
    "separable": "measured pictures that each show a value, which tells their explanations apart",
}
"""What an algorithm may need of a program, in words that follow its name and "needs"."""
WHY = {
    "bank": "every clause is read off the pictures by classifiers, so prior draws that are read once are enough",
    "forward": "there is a module that has dreamt of it",
    "meanfield": "a Gaussian is fitted to the posterior",
    "tempered": "pictures are measured, and chains go between all that they may read",
    "mgvi": "pictures are measured, and their Fisher metric gives the posterior's shape",
}


def offers(program: Program, *, valued: Collection[str], read: bool, coupled: bool) -> frozenset[str]:
    """Which of :data:`NEEDS` a program has; ``valued``: its variables that show a value, ``read``: some network reads
    its pictures, ``coupled``: its prior correlates them."""
    measured = {one.body.variable for one in program.factors if isinstance(one.body, Gaussian)}
    found = {
        "readings": read and not measured,
        "independent": not coupled,
        "separable": bool(measured) and measured <= set(valued) and not coupled,
    }
    return frozenset(name for name, has in found.items() if has)


def choose(offered: Set[str], options: Mapping[str, Any], *, start: str) -> tuple[str, str]:
    """The algorithm's name and the reason in one sentence.

    An option that only one algorithm has decides; else riddles over readouts go to
    the bank, measured pictures that show values to chains between their readings, and other measured ones to MGVI.
    """
    if start == "prior":
        return "meanfield", "a start at the prior is the annealed search's"
    preferred = ["bank", "meanfield", "mgvi"] if {"readings", "independent"} <= offered else ["mgvi", "meanfield"]
    preferred = ["tempered", *preferred] if "separable" in offered else preferred
    preferred = preferred if "independent" in offered else ["meanfield", "mgvi"]
    for name in [*preferred, "forward"]:
        if set(options) <= set(ALGORITHMS[name]):
            asked = f", and it has the option {', '.join(options)}" if options else ""
            return name, WHY[name] + asked
    return preferred[0], WHY[preferred[0]]


def unsuited(offered: Set[str], algorithm: str, options: Mapping[str, Any], own: Mapping[str, Any]) -> Fault | None:
    """What is wrong with solving a program that has ``offered`` by an algorithm; ``own`` options are the run's."""
    if algorithm == AUTO:
        algorithm, _ = choose(offered, options, start=str(own["start"]))
        if wrong := fault(algorithm, {**own, **options}):
            return Fault(wrong.about, f"{wrong.said} (auto takes {algorithm})", wrong.help)
    missing = next((one for one in NEEDED[algorithm] if one not in offered), None)
    return None if missing is None else Fault(None, f"{algorithm} needs {NEEDS[missing]}")
