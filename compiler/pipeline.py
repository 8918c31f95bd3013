"""The whole compilation on one page: text → checked riddle → program."""

from collections.abc import Mapping

from oedipus.compiler.checked import Riddle
from oedipus.compiler.lower import lower
from oedipus.compiler.program import Program
from oedipus.compiler.verify import verify_program, verify_riddle
from oedipus.networks.cards import Card


def compile_text(text: str, cards: Mapping[str, Card]) -> Program:
    """Compile a riddle's text against a library of cards.

    Raises :class:`oedipus.dsl.diagnostics.RiddleError` with every mistake found.
    """
    from oedipus.compiler.frontend import check_text

    return compile_riddle(check_text(text, cards), cards)


def compile_riddle(riddle: Riddle, cards: Mapping[str, Card]) -> Program:
    """Compile a checked riddle."""
    verify_riddle(riddle, cards)
    program = lower(riddle, cards)
    verify_program(program)
    return program
