"""One solve of the page: live pictures and figures on the way, the files of ``oedipus solve --out`` at the end."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from oedipus.page.work import Asked, Cancelled, Task, Tell, Told, named
from oedipus.report.figures import data_uri
from oedipus.report.html import Solved
from oedipus.runtime.bank import Bank
from oedipus.runtime.held import Held
from oedipus.runtime.outputs import summary
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.saved import SavedError
from oedipus.service.progress import Progress
from oedipus.service.reading import Reading, Unsatisfiable
from oedipus.service.solving import Order, solve
from oedipus.shell.solve_text import text_of

OFTEN = 0.25
"""Seconds between two things that are told of a run."""
LIVE, SHOWN, MOST_VARIABLES = 3, 8, 24
"""Samples of a variable on the way and at the end; variables of which pictures are sent."""
MODES = 8


class Watched(Posterior):
    """A posterior that keeps what it drew last: pictures, or the latents of a bank's members, which are drawn when
    somebody looks."""

    seen: Sequence[Tensor] = ()
    """Of each variable, pictures ``[up to LIVE, channels, height, width]``."""

    @classmethod
    def of(cls, posterior: Posterior) -> "Watched":
        """The same posterior, watched."""
        return cls(**{one.name: getattr(posterior, one.name) for one in fields(posterior)})

    def pictures(self, latents: Tensor, held: Held | None = None) -> list[Tensor]:
        """As :meth:`Posterior.pictures`."""
        drawn = super().pictures(latents, held)
        object.__setattr__(self, "seen", [one[:LIVE].detach() for one in drawn[:MOST_VARIABLES]])
        return drawn

    def bank(self, members: int) -> Bank:
        """As :meth:`Posterior.bank`, watched."""
        if members not in self._banks:
            self._banks[members] = WatchedBank.stored(self, members)
        return self._banks[members]


class WatchedBank(Bank):
    """A bank that remembers the first particles that were taken from it last."""

    particles: Tensor | None = None

    def gather(self, chosen: Tensor) -> Tensor:
        """As :meth:`Bank.gather`."""
        latents = super().gather(chosen)
        self.particles = latents[:LIVE]
        return latents

    @torch.no_grad()
    def look(self) -> None:
        """Let the posterior draw them."""
        if self.particles is not None:
            self.posterior.pictures(self.particles)
            self.particles = None


class Live:
    """Collects what a run goes through and tells it a few times a second."""

    def __init__(self, tell: Tell, asked: Asked) -> None:
        self.tell, self.asked = tell, asked
        self.posterior: Watched | None = None
        self.rows: list[list[Any]] = []
        self.last: Progress | None = None
        self.told = time.monotonic()

    def look(self, posterior: Posterior) -> Posterior:
        """Watch a posterior."""
        self.posterior = Watched.of(posterior)
        self.tell({"event": "begun", "variables": [one.name for one in posterior.program.variables]})
        return self.posterior

    def __call__(self, row: Progress) -> None:
        """Note an iteration. Raises ``Cancelled``."""
        if self.asked.cancelled.is_set():
            raise Cancelled
        self.rows.append([row.stage, row.iteration, row.alpha, _finite(row.elbo), _finite(row.score)])
        self.last = row
        if time.monotonic() - self.told >= OFTEN:
            self.send()

    def send(self) -> None:
        """Tell what was noted, and the pictures as they are now."""
        if self.last is None or self.posterior is None or not self.rows:
            return
        for bank in self.posterior._banks.values():
            if isinstance(bank, WatchedBank):
                bank.look()
        names = [one.name for one in self.posterior.program.variables]
        pictures = [
            {"name": name, "samples": [data_uri(one) for one in batch]}
            for name, batch in zip(names, self.posterior.seen, strict=False)
        ]
        self.tell(
            {"event": "progress", "rows": self.rows, "pictures": pictures, "reading": dict(self.last.reading),
             "seconds": self.last.seconds, "remaining": self.last.remaining}
        )  # fmt: skip
        self.rows, self.told = [], time.monotonic()


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def solved(task: Task, reading: Reading, tell: Tell, asked: Asked) -> Told:
    """Solve the riddle of ``reading`` and tell the result; what is left to say once its files are written.

    Raises ``RiddleError``, ``Cancelled``; ``ValueError``, ``SavedError``, ``WeightsError`` for what cannot be solved.
    """
    live = Live(tell, asked)

    def found(result: Solved) -> None:
        if asked.cancelled.is_set():
            raise Cancelled
        live.send()
        tell(told_of(result, reading))

    order = Order(
        reading=reading, options={"seed": task.options.get("seed")}, out=task.out, interval=math.inf,
        command=f"oedipus solve {reading.name}",
    )  # fmt: skip
    try:
        outcome = solve(order, watch=live, cancel=asked.stopped, found=found, through=live.look)
    except Unsatisfiable as error:
        return {"event": "unsatisfiable", "core": named(reading, error.conflict)}
    except SavedError as error:
        raise ValueError(str(error)) from error
    if task.out is not None:
        (task.out / reading.name).write_text(task.text, encoding="utf-8")
    return {"event": "stored", "lost": [_here(one, task.out) for one in outcome.lost]}


def _here(message: str, out: Path | None) -> str:
    """A message without the server's folder in it."""
    return message.replace(str(out), "the download")


def told_of(solved: Solved, reading: Reading) -> Told:
    """The result as the page shows it."""
    result, posterior = solved.result, solved.posterior
    return {
        "event": "result",
        "answer": dict(result.answer),
        "satisfied": result.satisfied if result.answer else None,
        "violated": named(reading, result.violated),
        "probability": result.probability,
        "judged": result.judged,
        "samples": len(result.latents),
        "interrupted": result.interrupted,
        "seconds": result.seconds,
        "algorithm": result.request.algorithm,
        "why": result.why,
        "modes": [
            {"reading": dict(one.reading), "share": one.share, "satisfied": one.satisfied}
            for one in result.answers[:MODES]
        ],
        "pictures": list(_pictures(solved)),
        "text": text_of(result, solved.diagnostics, None).splitlines(),
        "figures": _plain(summary(result, posterior, solved.diagnostics)),
    }


def _pictures(solved: Solved) -> Iterator[Told]:
    """The mean picture of the samples that read as the answer does, and some of all samples."""
    result = solved.result
    chosen = torch.linspace(0, len(result.latents) - 1, min(SHOWN, len(result.latents))).round().long().tolist()
    like = torch.ones(len(result.latents), dtype=torch.bool)
    if "values" in result.details:
        read = result.details["values"].argmax(dim=2).cpu()
        like = (read == torch.tensor(list(result.answer.values()))).all(dim=1)
    variables = list(zip(solved.posterior.program.variables, result.pictures, strict=True))
    for variable, pictures in variables[:MOST_VARIABLES]:
        yield {
            "name": variable.name,
            "value": result.answer.get(variable.name),
            "mean": data_uri(pictures[like].mean(dim=0)),
            "samples": [data_uri(pictures[at]) for at in chosen],
        }


def _plain(figures: Mapping[str, Any]) -> Told:
    """The figures that are one number each."""
    return {name: value for name, value in figures.items() if isinstance(value, int | float | str) or value is None}
