"""What to do where a result cannot be trusted: flags of ``oedipus solve`` that this riddle takes, and no others."""

from collections.abc import Iterator
from dataclasses import replace

from oedipus.compiler.options import ALGORITHMS
from oedipus.compiler.program import Gaussian
from oedipus.runtime.algorithms.options import MOST
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import Request, Result

LENGTHS = ("draws", "trajectories")


def longer(request: Request) -> str | None:
    """The flag that asks for twice as many draws of each chain, None where the algorithm has no such option."""
    known = ALGORITHMS.get(request.algorithm, {})
    for name in LENGTHS:
        if name in known:
            asked = request.options.get(name, known[name].default)
            number = min(MOST, 2 * int(asked))
            return f"--option {name}={number}" if number > int(asked) else None
    return None


def others(posterior: Posterior, algorithm: str) -> Iterator[str]:
    """Algorithms that weigh explanations far apart and can solve this program."""
    offered = posterior.offers
    if {"readings", "independent"} <= offered:
        yield "bank"
    elif "separable" in offered:
        yield "tempered"
    if algorithm != "smc":
        yield "smc"


def for_chains(posterior: Posterior, request: Request) -> tuple[str, ...]:
    """Flags for chains that do not agree: longer ones first, then other algorithms."""
    again = longer(request)
    found = [again] if again else []
    found += [f"--algorithm {name}" for name in others(posterior, request.algorithm) if name != request.algorithm]
    return tuple(found)


def for_answer(posterior: Posterior, result: Result) -> tuple[str, ...]:
    """What to do about an answer that breaks a clause, a sentence each."""
    if not result.violated:
        return ()
    found = ["--refine learns from that and solves on", "another --seed searches elsewhere"]
    logic = [one for one in posterior.program.factors if not isinstance(one.body, Gaussian)]
    if len(logic) > 1 and posterior.program.evidence == "product":
        found.append("`evidence joint` in the file combines clauses of logic exactly, where they mislead one by one")
    return tuple(found)


def followed(request: Request, flag: str) -> Request:
    """The request after a flag of :func:`for_chains`. Options of another algorithm do not stay."""
    kind, _, said = flag.partition(" ")
    if kind == "--algorithm":
        return replace(request, algorithm=said, options={})
    name, _, number = said.partition("=")
    return replace(request, options={**request.options, name: int(number)})
