"""What a worker does: one solve, and what it found as a row of plain values."""

import hashlib
import json
import math
import os
import socket
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oedipus.sweep.journal import Row
from oedipus.sweep.parcel import Parcel, fetch, unpack
from oedipus.sweep.plan import schedule_of
from oedipus.sweep.spread import Task, remembered, store

if TYPE_CHECKING:
    from oedipus.runtime.diagnostics import Diagnostics
    from oedipus.runtime.posterior import Posterior
    from oedipus.runtime.solve import Result

FILES = "files"
"""Under this name a row holds, by name, the files of a result that is kept, until they are written."""


def solve_task(task: Task) -> Row:
    """Solve ``parcel`` at ``point`` by ``seed``, exactly as ``oedipus solve`` would.

    Raises ``ParcelError``, ``WeightsError``, ``SavedError``, and ``ValueError`` for options that make no sense.
    """
    from oedipus.runtime.diagnostics import diagnose
    from oedipus.runtime.solve import request_for, solve
    from oedipus.runtime.standard import standard
    from oedipus.service.solving import threads

    options = dict(task["point"])
    alpha = options.pop("alpha", None)
    posterior = posterior_of(task["parcel"], None if alpha is None else schedule_of(alpha), str(store()))
    request = request_for(posterior.program, **options, seed=task["seed"])
    with threads(1), standard():
        begun, processor = time.perf_counter(), time.process_time()
        result = solve(posterior, request)
        found = diagnose(posterior, result, weigh=task["keep"])
        seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    row = row_of(posterior, result, found)
    row |= {"seconds": seconds, "processor_seconds": processor, "worker": f"{socket.gethostname()}:{os.getpid()}"}
    return row | ({FILES: _kept(posterior, result, found)} if task["keep"] else {})


def posterior_of(digest: str, schedule: tuple[float, ...] | None, folder: str) -> "Posterior":
    """A parcel's posterior, its networks loaded once for all tasks of a worker that follow each other."""
    from oedipus.runtime.posterior import load_posterior

    def make() -> "Posterior":
        opened = unpack(Parcel.of(fetch(Path(folder), digest).decode()), Path(folder))
        return load_posterior(opened.program, opened.cards, schedule=schedule, folder=opened.folder)

    return remembered(f"{digest} {schedule}", make)


def row_of(posterior: "Posterior", result: "Result", found: "Diagnostics") -> Row:
    """The plain numbers of a result; ``digest`` is the sha256 of its latents and pictures, bit for bit."""
    digest = hashlib.sha256()
    for tensor in (result.latents, *result.pictures):
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    answer = json.dumps(dict(result.answer), ensure_ascii=False)
    row = {
        "algorithm": result.request.algorithm,
        "answer": answer,
        "probability": result.probability,
        "satisfied": result.satisfied if result.answer else None,
        "readings": len(result.answers),
        "elbo": result.elbo,
        "log_evidence": result.log_evidence,
        "score": result.score,
        "accuracy": result.accuracy,
        "judged": result.judged,
        "iterations": len(result.trace),
        "rejected": result.rejected,
        "rhat": None if found.rhat is None else found.rhat.max,
        "ess": None if found.ess is None else found.ess.min,
        "khat": found.khat,
        "alpha": posterior.alpha,
        "digest": digest.hexdigest(),
    }
    return {name: None if isinstance(one, float) and not math.isfinite(one) else one for name, one in row.items()}


def _kept(posterior: "Posterior", result: "Result", found: "Diagnostics") -> Mapping[str, bytes]:
    """The files that ``oedipus solve --out`` writes of the numbers, and the picture."""
    from oedipus.runtime.outputs import write_picture, write_result

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        write_result(result, posterior, out, diagnostics=found)
        write_picture(result, posterior, out)
        return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's answer as a mapping again."""
    answer: dict[str, Any] = json.loads(row.get("answer") or "{}")
    return answer
