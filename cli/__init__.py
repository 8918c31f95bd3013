"""Oedipus: riddles in plain text, solved by Bayesian inference over the latents of trained generators.

    import oedipus
    result = oedipus.solve("digits a, b\\na = b + 7\\nb is odd")
    result.answer, result.probability

``oedipus.dsl`` and ``oedipus.compiler`` need no torch; it is imported when a
riddle is solved.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oedipus.runtime.solve import Result

__version__ = "0.1.0"
__all__ = ["__version__", "solve"]


def solve(riddle: str, *, alpha: tuple[float, ...] | None = None, **request: Any) -> "Result":
    """Solve a riddle given as text; its paths begin in the working directory.

    ``alpha`` is the annealing schedule; ``request`` takes the fields of
    :class:`oedipus.runtime.solve.Request` and the algorithm's hyper-parameters.
    Raises ``RiddleError`` (with a diagnostic for every mistake) for a text that
    is no riddle, ``ValueError`` for an option that makes no sense.
    """
    from oedipus.compiler.pipeline import compile_text
    from oedipus.networks.cards import read_cards
    from oedipus.runtime.posterior import load_posterior
    from oedipus.runtime.solve import request_for, solve

    cards = read_cards()
    program = compile_text(riddle, cards, Path.cwd())
    return solve(load_posterior(program, cards, schedule=alpha, folder=Path.cwd()), request_for(program, **request))
