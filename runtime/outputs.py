"""Everything a solved riddle leaves on disk, each file whole or absent."""

import csv
import io
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from oedipus.runtime.checkpoint import remove_checkpoint
from oedipus.runtime.identity import hash_of
from oedipus.runtime.picture import draw_solution
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.saved import Origin, Saved
from oedipus.runtime.solve import Result


def summary(result: Result) -> dict[str, Any]:
    """The result as the last JSON object of the command line."""
    return {
        "event": "result",
        "algorithm": result.request.algorithm,
        "why": result.why,
        "seed": result.request.seed,
        "answer": dict(result.answer),
        "probability": result.probability,
        "satisfied": result.satisfied,
        "violated": list(result.violated),
        "elbo": result.elbo,
        "log_evidence": result.log_evidence,
        "readings": [{"reading": list(reading), "share": share} for reading, share in result.masses[:10]],
        "score": result.score,
        "accuracy": result.accuracy,
        "judged": result.judged,
        "iterations": len(result.trace),
        "rejected": result.rejected,
        "seconds": result.seconds,
        "interrupted": result.interrupted,
    }


def write_result(result: Result, posterior: Posterior, directory: Path) -> None:
    """Write result.json, trace.csv, samples, posterior and picture into ``directory``.

    Raises ``OSError`` where the directory cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    names = [variable.name for variable in posterior.program.variables]
    samples = dict(
        zip((f"latents/{name}" for name in names), result.latents.split(posterior.widths, dim=1), strict=True)
    )
    samples |= dict(zip((f"images/{name}" for name in names), result.pictures, strict=True))
    _whole(directory / "samples.safetensors", lambda path: _tensors(samples, path))
    _whole(directory / "posterior.safetensors", saved_of(result, posterior).write)
    _whole(directory / "trace.csv", lambda path: path.write_text(_trace(result), encoding="utf-8"))
    _whole(directory / "solution.png", lambda path: draw_solution(result, posterior, path))
    text = json.dumps(summary(result), indent=2) + "\n"
    _whole(directory / "result.json", lambda path: path.write_text(text, encoding="utf-8"))
    if not result.interrupted:
        remove_checkpoint(directory)


def saved_of(result: Result, posterior: Posterior) -> Saved:
    """The posterior as a distribution over the generators' own latents. Raises ``OSError``."""
    origins = tuple(
        Origin(variable.name, variable.kind, variable.generator, width, hash_of(posterior.cards[variable.generator]))
        for variable, width in zip(posterior.program.variables, posterior.widths, strict=True)
    )
    return Saved(origins, result.inferred)


def _tensors(tensors: dict[str, Any], path: Path) -> None:
    save_file({name: value.cpu().contiguous() for name, value in tensors.items()}, path)


def _trace(result: Result) -> str:
    rows = [asdict(row) | {"reading": " ".join(map(str, row.reading))} for row in result.trace]
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()


def _whole(path: Path, write: Callable[[Path], Any]) -> None:
    partial = path.with_name(f".partial-{path.name}")
    try:
        write(partial)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
