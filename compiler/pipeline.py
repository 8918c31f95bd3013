"""The whole compilation on one page: text → checked riddle → program.

Every pass is a pure function; the verifier looks at what each one hands on.
"""

from collections.abc import Mapping
from pathlib import Path

from oedipus.compiler.checked import Clause, Riddle
from oedipus.compiler.frontend import check_text
from oedipus.compiler.logic.lower import TooLarge, lower
from oedipus.compiler.program import Program
from oedipus.compiler.verify import verify_program, verify_riddle
from oedipus.dsl.diagnostics import Diagnostic, RiddleError
from oedipus.networks.cards import Card


def compile_text(
    text: str, cards: Mapping[str, Card], folder: Path | None = None, *, left_open: bool = False
) -> Program:
    """Compile a riddle's text against a library of cards; ``folder`` is where paths of measured pictures begin,
    ``left_open`` whether data may be.

    Raises :class:`oedipus.dsl.diagnostics.RiddleError` with every mistake found.
    """
    return compile_riddle(check_text(text, cards, folder=folder), cards, left_open=left_open)


def compile_riddle(riddle: Riddle, cards: Mapping[str, Card], *, left_open: bool = False) -> Program:
    """Compile a checked riddle. Raises :class:`oedipus.dsl.diagnostics.RiddleError`
    for a clause that would need more states or steps than the budget allows, and for one whose data are left open
    where ``left_open`` does not allow it."""
    verify_riddle(riddle, cards)
    if not left_open and (found := [unanswered(clause) for clause in riddle.clauses if clause.open]):
        raise RiddleError(found)
    try:
        program = lower(riddle, cards)
    except TooLarge as error:
        raise RiddleError([too_large(error)]) from error
    verify_program(program)
    return program


def unanswered(clause: Clause) -> Diagnostic:
    """What is told where a riddle is to be solved and its data are not there."""
    help_ = "say what they are where there is a '?'; oedipus dream learns to answer whatever they will be"
    return Diagnostic("E607", clause.span, "the data of this clause are not known yet", help_, clause=clause.name)


def too_large(error: TooLarge) -> Diagnostic:
    """What the user is told of a clause beyond the budget."""
    if error.number:
        help_ = "bound what it is raised to, or say it with smaller numbers"
        return Diagnostic("E405", error.clause.span, str(error), help_, clause=error.clause.name)
    return Diagnostic(
        "E413",
        error.clause.span,
        label=str(error),
        help="say it in several smaller clauses, or with fewer digits at once",
        clause=error.clause.name,
    )
