"""What the page's workers do about words: draw pictures to pick from, and learn from those that were picked."""

import time
from collections.abc import Sequence
from typing import Any

from oedipus.networks.cards import Card
from oedipus.page.work import Asked, Cancelled, Task, Tell, Told

OFTEN = 0.25
"""Seconds between two things that are told of a lesson."""


def draw(task: Task, tell: Tell, asked: Asked) -> Told:  # noqa: ARG001
    """A sheet of generated pictures."""
    from oedipus.networks.cards import read_cards
    from oedipus.report.figures import data_uri
    from oedipus.service.teaching import imagine
    from oedipus.service.words import generator_of

    options = task.options
    drawn = imagine(generator_of(options["kind"], read_cards()), options["number"], seed=options["sheet"])
    return {"event": "drawn", "pictures": [data_uri(one) for one in drawn]}


def teach(task: Task, tell: Tell, asked: Asked) -> Told:
    """Learn a word from what was picked; card and weights are in ``task.out`` then. Raises ``ValueError``."""
    from oedipus.service import teaching
    from oedipus.service.examples import examples_of
    from oedipus.service.words import generator_of

    assert task.out is not None
    options, word = task.options, task.options["word"]
    tell({"event": "begun", "variables": []})
    generator = generator_of(options["kind"], task.files.cards)
    classes = {word: _picked(generator, options["yes"], options["sheet"]),
               f"not-{word}": _picked(generator, options["no"], options["sheet"])}  # fmt: skip
    told = -OFTEN

    def note(at: teaching.Learning) -> None:
        nonlocal told
        if at.seconds - told >= OFTEN or at.done == at.total:
            told = at.seconds
            tell({"event": "learning", **at.event, "line": at.line})

    lesson = teaching.Lesson(
        word=word, kind=options["kind"], examples=examples_of(classes), out=task.out, use=task.files.libraries
    )
    began = time.monotonic()
    try:
        learned = teaching.teach(lesson, watch=note, cancel=asked.cancelled)
    except teaching.Cancelled:
        raise Cancelled from None
    seconds = round(time.monotonic() - began, 1)
    return {"event": "taught", **learned.event, "kind": generator.kind, "lines": learned.told, "seconds": seconds}


def _picked(generator: Card, places: Sequence[int], sheet: int) -> Any:
    """The pictures ``[places, channels, rows, columns]`` at these places of the sheets."""
    import numpy as np

    from oedipus.service.teaching import imagine

    sheets = {
        number: imagine(generator, sheet, seed=number).numpy() for number in sorted({at // sheet for at in places})
    }
    found = [sheets[at // sheet][at % sheet] for at in places]
    return np.stack(found) if found else np.zeros((0, *generator.shape), dtype=np.float32)
