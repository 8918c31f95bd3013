"""``oedipus check``: the verdict for people and for programs."""

from collections.abc import Mapping
from typing import Any

from oedipus.compiler.logic.axes import Readers
from oedipus.compiler.program import Program
from oedipus.compiler.show import describe
from oedipus.compiler.verdict.outcome import Verdict
from oedipus.service.verdicts import events, headline, lines
from oedipus.shell.common import Exit, Source, emit


def report(source: Source, *, limit: int, seconds: float) -> Exit:
    """Print the verdict of a riddle and the cost of its factors; returns the exit status."""
    program = source.program(left_open=True)
    found = source.reading.verdict(limit=limit, seconds=seconds)
    if source.as_events:
        emit(_event(found, program, source.reading.readers))
    else:
        print(
            "\n".join(
                [headline(found), *lines(found, source.reading.readers), "", describe.describe(program, tensors=False)]
            )
        )
    return Exit.UNSATISFIABLE if found.kind == "unsatisfiable" else Exit.DONE


def _event(found: Verdict, program: Program, readers: Readers) -> Mapping[str, Any]:
    factors = [
        {"clause": factor.name, "alpha": factor.alpha, "cost": describe.cost(factor)} for factor in program.factors
    ]
    return {"event": "result", **events(found, readers), "factors": factors}
