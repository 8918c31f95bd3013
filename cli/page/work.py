"""What a task of the page's workers is: what it is asked, what it tells, and how it is ended."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, TypeAlias

from oedipus.page.riddles import Files, read
from oedipus.service.reading import Reading

Told: TypeAlias = dict[str, Any]


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
    text: str
    files: Files
    out: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


Tell: TypeAlias = Callable[[Told], None]
Doing: TypeAlias = Callable[[Task, Tell, Asked], Told]


def sound(task: Task) -> Reading:
    """The task's riddle. Raises :class:`RiddleError`."""
    return read(task.text, task.files).required()


def named(reading: Reading, names: Iterable[str]) -> list[dict[str, str]]:
    """Clauses with their words."""
    texts = {clause.name: clause.text for clause in reading.riddle.clauses}
    return [{"clause": name, "text": texts.get(name, "")} for name in names]
