"""What the page's worker processes are asked to do. Each task is a function of JSON that returns JSON.

``tell`` hands on what happens on the way. A task is told to stop through ``Asked``, which it looks at between two
iterations; one that does not look is killed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, TypeAlias

from oedipus.dsl.diagnostics import Diagnostic, RiddleError, as_json
from oedipus.editor.features import Reading
from oedipus.page.riddles import Files, read, texts_of

Told: TypeAlias = dict[str, Any]
LISTED = 100
"""Solutions that a verdict lists."""


class Cancelled(Exception):  # noqa: N818 - it was asked for
    """Nobody wants the result any more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a task after it began: ``stopped``, to end with what it has; ``cancelled``, to end at once."""

    stopped: Event = field(default_factory=Event)
    cancelled: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Task:
    """A task: what to do with which text, the files that it may name, where results go, and other ``options``."""

    do: str
    text: str = ""
    files: Files = Files(Path())
    out: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


class Wrong(Exception):  # noqa: N818 - it is the user's
    """A text that is no riddle, with what to say of it."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], text: str) -> None:
        self.told: Told = {"event": "wrong", "diagnostics": [as_json(one, text) for one in diagnostics]}
        super().__init__("; ".join(one.message for one in diagnostics))


Tell: TypeAlias = Callable[[Told], None]
Doing: TypeAlias = Callable[[Task, Tell, Asked], Told]


def sound(task: Task) -> Reading:
    """The task's riddle. Raises :class:`Wrong`."""
    reading = read(task.text, task.files)
    if not reading.sound:
        raise Wrong(reading.diagnostics, task.text)
    return reading


def verdict(task: Task, tell: Tell, asked: Asked) -> Told:  # noqa: ARG001
    """Which digits fulfil every clause, as ``oedipus check`` tells it. Raises :class:`Wrong`."""
    from oedipus.compiler.verdict.decide import verdict as decide

    reading = sound(task)
    found = decide(reading.riddle, reading.cards, limit=LISTED, seconds=task.options["seconds"])
    texts = texts_of(reading.riddle)
    return {
        "event": "verdict",
        "kind": found.kind,
        "count": found.count,
        "solutions": [dict(one) for one in found.solutions],
        "core": [{"clause": name, "text": texts.get(name, "")} for name in found.core],
        "redundant": [{"clause": name, "text": texts.get(name, "")} for name in found.redundant],
        "free": {name: list(values) for name, values in found.free.items()},
        "reason": found.reason,
        "measured": not reading.riddle.clauses or any(hasattr(one.body, "sigma") for one in reading.riddle.clauses),
    }


def explain(task: Task, tell: Tell, asked: Asked) -> Told:  # noqa: ARG001
    """How every clause was read. Raises :class:`Wrong`."""
    from oedipus.compiler.show.explain import core_riddle, events

    reading = sound(task)
    clauses = [one for one in events(reading.riddle, reading.cards) if one["event"] == "clause"]
    return {"event": "explanation", "clauses": clauses, "core": core_riddle(reading.riddle)}


def why(task: Task, tell: Tell, asked: Asked) -> Told:  # noqa: ARG001
    """The solution step by step. Raises :class:`Wrong`."""
    from oedipus.compiler.verdict.why import narrate
    from oedipus.compiler.verdict.why import why as explanation

    reading = sound(task)
    try:
        found = explanation(reading.riddle, reading.cards, seconds=task.options["seconds"])
    except RiddleError as error:
        raise Wrong(error.diagnostics, task.text) from None
    *steps, end = narrate(found, texts_of(reading.riddle)).splitlines()
    return {"event": "why", "steps": [one.partition(". ")[2] for one in steps], "end": end}


def gallery(task: Task, tell: Tell, asked: Asked) -> Told:  # noqa: ARG001
    """The library's riddles about digits; those about faces take minutes and are left to the shell."""
    riddles = []
    for path in sorted(Path(task.options["folder"]).glob("*.riddle")):
        text = path.read_text(encoding="utf-8")
        reading = read(text, task.files)
        if reading.sound and {one.kind for one in reading.riddle.variables} == {"digit"}:
            named = path.stem.replace("_", " ").capitalize()
            first = text.lstrip("\ufeff").splitlines()[0]
            about = first.strip("# ") if first.startswith("#") else ""
            riddles.append({"name": path.stem, "title": named, "about": about, "text": text})
    return {"event": "gallery", "riddles": riddles}


def solve(task: Task, tell: Tell, asked: Asked) -> Told:
    """Answer, certainty and pictures; the files of ``oedipus solve --out`` in ``task.out``. Raises :class:`Wrong`."""
    from oedipus.page.solving import solved

    return solved(task, sound(task), tell, asked)


TASKS: Mapping[str, Doing] = {
    "verdict": verdict, "explain": explain, "why": why, "gallery": gallery, "solve": solve,
}  # fmt: skip
