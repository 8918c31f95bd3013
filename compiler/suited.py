"""Whether a program suits the algorithm that is to solve it, known without torch.

An algorithm declares what it ``NEEDS`` beside its options; ``check`` holds a riddle to it, and so does ``solve``.
"""

from collections.abc import Mapping, Set
from typing import Any

from oedipus.compiler.options import ALGORITHMS, AUTO, NEEDED, Fault, fault
from oedipus.compiler.program import Gaussian, Program

NEEDS: Mapping[str, str] = {
    "readings": "a riddle whose clauses are all read off pictures by networks",
    "independent": "pictures that are independent in the prior, and `given` couples them",
}
"""What an algorithm may need of a program, in words that follow its name and "needs"."""
WHY = {
    "bank": "every clause is read off the pictures by classifiers, so prior draws that are read once are enough",
    "meanfield": "a Gaussian is fitted to the posterior",
    "mgvi": "pictures are measured, and their Fisher metric gives the posterior's shape",
}


def offers(program: Program, *, read: bool, coupled: bool) -> frozenset[str]:
    """Which of :data:`NEEDS` a program has; ``read``: some network reads its pictures, ``coupled``: its prior
    correlates them."""
    measured = any(isinstance(one.body, Gaussian) for one in program.factors)
    return frozenset(name for name, has in (("readings", read and not measured), ("independent", not coupled)) if has)


def choose(offered: Set[str], options: Mapping[str, Any], *, start: str) -> tuple[str, str]:
    """The algorithm's name and the reason in one sentence.

    An option that only one algorithm has decides; else riddles over readouts go to
    the bank, and measured pictures to MGVI.
    """
    if start == "prior":
        return "meanfield", "a start at the prior is the annealed search's"
    preferred = ["bank", "meanfield", "mgvi"] if {"readings", "independent"} <= offered else ["mgvi", "meanfield"]
    preferred = preferred if "independent" in offered else ["meanfield", "mgvi"]
    for name in preferred:
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
