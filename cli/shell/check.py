"""``oedipus check``: the verdict for people and for programs."""

from oedipus.compiler.logic.axes import Readers
from oedipus.compiler.program import Program
from oedipus.compiler.show import describe
from oedipus.compiler.verdict.decide import verdict
from oedipus.compiler.verdict.outcome import Verdict
from oedipus.shell.common import Exit, emit, read_riddle


def report(file: str, *, limit: int, seconds: float, as_events: bool) -> Exit:
    """Print the verdict of a riddle and the cost of its factors; returns the exit status."""
    source = read_riddle(file, as_events=as_events)
    program = source.program()
    readers = Readers.of(source.riddle, source.cards)
    found = verdict(source.riddle, source.cards, limit=limit, seconds=seconds)
    if as_events:
        emit(
            {
                "event": "result",
                "verdict": found.kind,
                "count": found.count,
                "solutions": [readers.all_told(one) for one in found.solutions],
                "core": list(found.core),
                "redundant": list(found.redundant),
                "free": {name: [readers.told(name, one) for one in values] for name, values in found.free.items()},
                "reason": found.reason,
                "factors": [
                    {"clause": factor.name, "alpha": factor.alpha, "cost": describe.cost(factor)}
                    for factor in program.factors
                ],
            }
        )
    else:
        print(_text(found, program, readers))
    return Exit.UNSATISFIABLE if found.kind == "unsatisfiable" else Exit.DONE


def _text(found: Verdict, program: Program, readers: Readers) -> str:
    lines = [_headline(found)]
    shown = [readers.all_told(one) for one in found.solutions]
    lines += ["  " + ", ".join(f"{name} = {value}" for name, value in one.items()) for one in shown]
    if found.count is None and found.kind == "multiple":
        lines.append("  ...")
    for name, values in found.free.items():
        lines.append(f"for {name}, any of {', '.join(str(readers.told(name, one)) for one in values)} would do")
    if found.core:
        lines.append(f"in conflict: {', '.join(found.core)} (without any one of them the rest could be fulfilled)")
    if found.redundant:
        lines.append(f"redundant: {', '.join(found.redundant)} (the other clauses imply it)")
    return "\n".join([*lines, "", describe.describe(program, tensors=False)])


def _headline(found: Verdict) -> str:
    match found.kind:
        case "unsatisfiable":
            return "unsatisfiable: no digits fulfil every clause"
        case "unique":
            return "unique: one solution"
        case "multiple":
            return f"{found.count} solutions" if found.count else f"more than {len(found.solutions)} solutions"
        case "unknown":
            return f"unknown: {found.reason}"
