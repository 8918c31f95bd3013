"""What the page's worker processes are asked to do. Each task is a function of JSON that returns JSON.

``tell`` hands on what happens on the way. A task is told to stop through ``Asked``, which it looks at between two
iterations; one that does not look is killed.
"""

from collections.abc import Mapping
from pathlib import Path

from oedipus.compiler.checked import Measurement
from oedipus.compiler.resolve.functions import FUNCTIONS
from oedipus.compiler.vocabulary import words_of
from oedipus.dsl.diagnostics import Diagnostic, as_json
from oedipus.dsl.parser import parser_of
from oedipus.networks.cards import read_cards
from oedipus.page.teaching import draw, teach
from oedipus.page.work import Asked, Doing, Task, Tell, Told, named, sound

LISTED = 100
"""Solutions that a verdict lists."""


def wrong(diagnostics: tuple[Diagnostic, ...], text: str) -> Told:
    """What is told of a text that is no riddle."""
    return {"event": "wrong", "diagnostics": [as_json(one, text) for one in diagnostics]}


def verdict(task: Task, tell: Tell, asked: Asked) -> Told:  # noqa: ARG001
    """Which digits fulfil every clause, as ``oedipus check`` tells it. Raises :class:`RiddleError`."""
    from oedipus.service.verdicts import events, headline

    reading = sound(task)
    found = reading.verdict(limit=LISTED, seconds=task.options["seconds"])
    told = events(found, reading.readers) | {
        "core": named(reading, found.core),
        "redundant": named(reading, found.redundant),
    }
    measured = any(isinstance(one.body, Measurement) for one in reading.riddle.clauses)
    return told | {"event": "verdict", "headline": headline(found), "measured": measured}


def explain(task: Task, tell: Tell, asked: Asked) -> Told:  # noqa: ARG001
    """How every clause was read. Raises :class:`RiddleError`."""
    from oedipus.compiler.show.explain import core_riddle, events

    reading = sound(task)
    clauses = [one for one in events(reading.riddle, reading.cards) if one["event"] == "clause"]
    return {"event": "explanation", "clauses": clauses, "core": core_riddle(reading.riddle)}


def why(task: Task, tell: Tell, asked: Asked) -> Told:  # noqa: ARG001
    """The solution step by step. Raises :class:`RiddleError`."""
    from oedipus.compiler.verdict.why import narrate
    from oedipus.compiler.verdict.why import why as explanation

    reading = sound(task)
    found = explanation(reading.riddle, reading.cards, seconds=task.options["seconds"])
    texts = {clause.name: clause.text for clause in reading.riddle.clauses}
    *steps, end = narrate(found, texts, reading.readers.told).splitlines()
    return {"event": "why", "steps": [one.partition(". ")[2] for one in steps], "end": end}


def gallery(task: Task, tell: Tell, asked: Asked) -> Told:  # noqa: ARG001
    """The library's riddles about digits; those about faces take minutes and are left to the shell."""
    words = words_of(read_cards())
    riddles = []
    for path in sorted(Path(task.options["folder"]).glob("*.riddle")):
        text = path.read_text(encoding="utf-8")
        declared = parser_of(text, words.vocabulary, frozenset(words.readers), FUNCTIONS).declared
        if {one.kind for one in declared.variables.values()} == {"digit"}:
            first = text.lstrip("\ufeff").splitlines()[0]
            about = first.strip("# ") if first.startswith("#") else ""
            title = path.stem.replace("_", " ").capitalize()
            riddles.append({"name": path.stem, "title": title, "about": about, "text": text})
    return {"event": "gallery", "riddles": riddles}


def solve(task: Task, tell: Tell, asked: Asked) -> Told:
    """Answer, certainty and pictures; what ``oedipus solve --out`` writes, in ``task.out``. Raises ``RiddleError``."""
    from oedipus.page.solving import solved

    return solved(task, sound(task), tell, asked)


TASKS: Mapping[str, Doing] = {
    "verdict": verdict, "explain": explain, "why": why, "gallery": gallery, "solve": solve, "draw": draw,
    "teach": teach,
}  # fmt: skip
