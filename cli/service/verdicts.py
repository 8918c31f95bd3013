"""A verdict in words and in plain values."""

from collections.abc import Mapping
from typing import Any

from oedipus.compiler.logic.axes import Readers
from oedipus.compiler.verdict.outcome import Verdict


def headline(found: Verdict) -> str:
    """The verdict in a line."""
    match found.kind:
        case "unsatisfiable":
            return "unsatisfiable: no digits fulfil every clause"
        case "unique":
            return "unique: one solution"
        case "multiple":
            return f"{found.count} solutions" if found.count else f"more than {len(found.solutions)} solutions"
        case "unknown":
            return f"unknown: {found.reason}"


def lines(found: Verdict, readers: Readers) -> list[str]:
    """What else it says: solutions, what is free, conflicts, redundant clauses."""
    told = ["  " + assignment(readers.all_told(one)) for one in found.solutions]
    if found.count is None and found.kind == "multiple":
        told.append("  … and more")
    elif found.count is not None and found.count > len(found.solutions) > 0:
        told.append(f"  … and {found.count - len(found.solutions):,} more (a higher limit lists them)")
    for name, values in found.free.items():
        told.append(f"for {name}, any of {', '.join(str(readers.told(name, one)) for one in values)} would do")
    if found.core:
        told.append(f"in conflict: {', '.join(found.core)} (without any one of them the rest could be fulfilled)")
    if found.redundant:
        told.append(f"redundant: {', '.join(found.redundant)} (the other clauses imply it)")
    return told


def assignment(values: Mapping[str, int | str]) -> str:
    """``a = 8, b = 1``."""
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def events(found: Verdict, readers: Readers) -> dict[str, Any]:
    """The verdict as JSON can hold it."""
    return {
        "verdict": found.kind,
        "count": found.count,
        "solutions": [readers.all_told(one) for one in found.solutions],
        "core": list(found.core),
        "redundant": list(found.redundant),
        "free": {name: [readers.told(name, one) for one in values] for name, values in found.free.items()},
        "reason": found.reason,
    }
