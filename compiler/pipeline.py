"""The whole compilation on one page: text → checked riddle → program.

Every pass is a pure function; the verifier looks at what each one hands on.
"""

from collections.abc import Mapping
from pathlib import Path

from oedipus.compiler.checked import Clause, Riddle
from oedipus.compiler.frontend import check_text
from oedipus.compiler.logic.lower import TooLarge, lower
from oedipus.compiler.options import RUN
from oedipus.compiler.program import Program
from oedipus.compiler.suited import offers, unsuited
from oedipus.compiler.verify import verify_program, verify_riddle
from oedipus.dsl.diagnostics import Diagnostic, RiddleError
from oedipus.dsl.spans import NOWHERE
from oedipus.networks.cards import Card, value_cards


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
    _suits(riddle, program, cards)
    return program


def unanswered(clause: Clause) -> Diagnostic:
    """What is told where a riddle is to be solved and its data are not there."""
    help_ = "say what they are where there is a '?'; oedipus dream learns to answer whatever they will be"
    return Diagnostic("E607", clause.span, "the data of this clause are not known yet", help_, clause=clause.name)


def _suits(riddle: Riddle, program: Program, cards: Mapping[str, Card]) -> None:
    """Raise :class:`RiddleError` where the riddle names an algorithm that cannot solve it.

    What ``given`` couples is known once its file is read, which is the solver's business.
    """
    if program.algorithm is None:
        return
    own = {name: program.options.get(name, option.default) for name, option in RUN.items()}
    options = {name: value for name, value in program.options.items() if name not in RUN}
    readers = value_cards(cards.values())
    valued = [one.name for one in program.variables if one.kind in readers]
    offered = offers(program, valued=valued, read=bool(program.readouts or valued), coupled=False)
    wrong = unsuited(offered, program.algorithm, options, own)
    if wrong is not None:
        places = riddle.settings.places
        about = wrong.about or ""
        span = places.get(f"{about} =", places.get(about, places.get("", NOWHERE)))
        said = f"{about} {wrong.said}".strip()
        raise RiddleError([Diagnostic("E503", span, said, wrong.help)])


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
