"""One solve of the page: live pictures and figures on the way, the files of ``oedipus solve --out`` at the end."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from oedipus import __version__
from oedipus.compiler.pipeline import compile_riddle
from oedipus.dsl.diagnostics import RiddleError
from oedipus.editor.features import Reading
from oedipus.page.tasks import Asked, Cancelled, Task, Tell, Told, Wrong
from oedipus.report.figures import data_uri
from oedipus.runtime.diagnostics import Diagnostics, diagnose
from oedipus.runtime.metrics import Metrics
from oedipus.runtime.outputs import summary, write_picture, write_result
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import Result, request_for, solve
from oedipus.shell.solve_text import text_of

OFTEN = 0.25
"""Seconds between two things that are told of a run."""
LIVE, SHOWN, MOST_VARIABLES = 3, 8, 24
"""Samples of a variable on the way and at the end; variables of which pictures are sent."""
MODES = 8


class Watched(Posterior):
    """A posterior that keeps the pictures it drew last, without a pass through the generator of its own."""

    @classmethod
    def of(cls, posterior: Posterior) -> "Watched":
        """The same posterior, watched."""
        return cls(**{one.name: getattr(posterior, one.name) for one in fields(posterior)})

    def pictures(self, latents: Tensor) -> list[Tensor]:
        """As :meth:`Posterior.pictures`."""
        drawn = super().pictures(latents)
        object.__setattr__(self, "seen", [one[:LIVE].detach() for one in drawn[:MOST_VARIABLES]])
        return drawn

    seen: Sequence[Tensor] = ()
    """Of each variable, the first pictures ``[up to LIVE, channels, height, width]`` of the last batch."""


class Progress:
    """Collects rows of the trace and tells them a few times a second. Raises where it was asked to end."""

    def __init__(self, posterior: Watched, tell: Tell, asked: Asked) -> None:
        self.posterior, self.tell, self.asked = posterior, tell, asked
        self.rows: list[list[float | None]] = []
        self.began = self.told = time.monotonic()

    def __call__(self, row: Metrics) -> None:
        """Note a row. Raises ``Cancelled``, and ``KeyboardInterrupt`` to keep what there is."""
        if self.asked.cancelled.is_set():
            raise Cancelled
        if self.asked.stopped.is_set():
            self.asked.stopped.clear()
            raise KeyboardInterrupt
        self.rows.append([row.iteration, _finite(row.alpha), _finite(row.elbo), _finite(row.score)])
        if time.monotonic() - self.told >= OFTEN:
            self.send(row)

    def send(self, row: Metrics) -> None:
        """Tell what was noted, and the pictures as they are now."""
        names = [one.name for one in self.posterior.program.variables]
        pictures = [
            {"name": name, "samples": [data_uri(one) for one in batch]}
            for name, batch in zip(names, self.posterior.seen, strict=False)
        ]
        reading = dict(zip(self.posterior.valued, row.reading, strict=False))
        self.tell({"event": "progress", "rows": self.rows, "reading": reading, "pictures": pictures,
                   "seconds": time.monotonic() - self.began})  # fmt: skip
        self.rows, self.told = [], time.monotonic()


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def solved(task: Task, reading: Reading, tell: Tell, asked: Asked) -> Told:
    """Solve the riddle of ``reading``. Raises :class:`Wrong`, ``Cancelled``, ``ValueError`` for options."""
    try:
        program = compile_riddle(reading.riddle, reading.cards)
    except RiddleError as error:
        raise Wrong(error.diagnostics, task.text) from None
    if core := _conflict(reading):
        return {"event": "unsatisfiable", "core": core}
    tell({"event": "begun", "variables": [one.name for one in program.variables]})
    posterior = Watched.of(load_posterior(program, reading.cards, folder=task.files.folder))
    progress = Progress(posterior, tell, asked)
    result = solve(posterior, request_for(program, seed=task.options.get("seed")), watch=progress)
    if asked.cancelled.is_set():
        raise Cancelled
    if progress.rows and result.trace:
        progress.send(result.trace[-1])
    diagnostics = diagnose(posterior, result, weigh=True)
    if asked.cancelled.is_set():
        raise Cancelled
    lost = [] if task.out is None else _written(task.out, task, reading, posterior, result, diagnostics)
    return _told(reading, posterior, result, diagnostics) | {"lost": lost}


def _conflict(reading: Reading) -> list[dict[str, str]]:
    """Clauses that no digits fulfil together; none where there are digits, or it is not known."""
    from oedipus.compiler.verdict.decide import verdict

    found = verdict(reading.riddle, reading.cards, limit=1, seconds=10)
    texts = {clause.name: clause.text for clause in reading.riddle.clauses}
    unsatisfiable = found.kind == "unsatisfiable"
    return [{"clause": name, "text": texts.get(name, "")} for name in found.core] if unsatisfiable else []


def _written(
    out: Path, task: Task, reading: Reading, posterior: Posterior, result: Result, diagnostics: Diagnostics
) -> list[str]:
    """Write numbers, picture and report; what could not be drawn."""
    from oedipus.report.html import Solved, write_report

    command = "oedipus solve riddle.riddle"
    attributes = {"riddle": task.text, "command": command, "oedipus_version": __version__}
    write_result(result, posterior, out, diagnostics=diagnostics, attributes=attributes)
    (out / "riddle.riddle").write_text(task.text, encoding="utf-8")
    whole = Solved(
        task.text, "riddle.riddle", reading.riddle, reading.cards, posterior, result, diagnostics, command
    )  # fmt: skip
    lost = []
    for name, draw in (
        ("solution.png", lambda: write_picture(result, posterior, out)),
        ("report.html", lambda: write_report(whole, out)),
    ):
        try:
            draw()
        except Exception as error:  # whatever a drawing fails with, the numbers are there
            lost.append(f"{name} could not be drawn: {type(error).__name__}: {error}")
    return lost


def _told(reading: Reading, posterior: Posterior, result: Result, diagnostics: Diagnostics) -> Told:
    texts = {clause.name: clause.text for clause in reading.riddle.clauses}
    return {
        "event": "result",
        "answer": dict(result.answer),
        "satisfied": result.satisfied if result.answer else None,
        "violated": [{"clause": name, "text": texts.get(name, "")} for name in result.violated],
        "probability": result.probability,
        "judged": result.judged,
        "samples": len(result.latents),
        "interrupted": result.interrupted,
        "seconds": result.seconds,
        "algorithm": result.request.algorithm,
        "why": result.why,
        "modes": [
            {"reading": dict(zip(posterior.valued, reading, strict=True)), "share": share}
            for reading, share in result.masses[:MODES]
        ],
        "pictures": list(_pictures(posterior, result)),
        "text": text_of(result, diagnostics, None).splitlines(),
        "figures": _plain(summary(result, posterior, diagnostics)),
    }


def _pictures(posterior: Posterior, result: Result) -> Any:
    chosen = torch.linspace(0, len(result.latents) - 1, min(SHOWN, len(result.latents))).round().long().tolist()
    variables = list(zip(posterior.program.variables, result.pictures, strict=True))
    for variable, pictures in variables[:MOST_VARIABLES]:
        yield {
            "name": variable.name,
            "value": result.answer.get(variable.name),
            "mean": data_uri(pictures.mean(dim=0)),
            "samples": [data_uri(pictures[at]) for at in chosen],
        }


def _plain(figures: Mapping[str, Any]) -> Told:
    """The figures that are one number each."""
    return {name: value for name, value in figures.items() if isinstance(value, int | float | str) or value is None}
