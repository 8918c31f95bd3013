"""Everything a solved riddle leaves on disk, each file whole or absent."""

import csv
import io
import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from safetensors.torch import save_file

from oedipus.runtime.affine import affine, gaussian
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.algorithms.base import Posterior as Inferred
from oedipus.runtime.checkpoint import remove_checkpoint
from oedipus.runtime.diagnostics import Diagnostics, Range
from oedipus.runtime.measured import findings_of
from oedipus.runtime.netcdf import write_netcdf
from oedipus.runtime.picture import draw_solution
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.saved import Origin, Saved, hash_of
from oedipus.runtime.solve import Result


def summary(result: Result, posterior: Posterior, diagnostics: Diagnostics | None = None) -> dict[str, Any]:
    """The result as the last JSON object of the command line, with what samples say of measurements; no number in it
    is infinite or none."""
    return _finite(result, diagnostics) | findings_of(posterior, result.pictures).figures


def _finite(result: Result, diagnostics: Diagnostics | None) -> dict[str, Any]:
    found = Diagnostics() if diagnostics is None else diagnostics
    whole = _summary(result) | {name: _plain(getattr(found, name)) for name in ("rhat", "ess", "khat")}
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in whole.items()
    }


def _plain(figure: Range | float | None) -> dict[str, float | None] | float | None:
    if not isinstance(figure, Range):
        return figure
    return {name: value if math.isfinite(value) else None for name, value in asdict(figure).items()}


def _summary(result: Result) -> dict[str, Any]:
    return {
        "event": "result",
        "algorithm": result.request.algorithm,
        "why": result.why,
        "seed": result.request.seed,
        "answer": dict(result.answer),
        "probability": result.probability,
        "satisfied": result.satisfied if result.answer else None,
        "violated": list(result.violated),
        "elbo": result.elbo,
        "log_evidence": result.log_evidence,
        "readings": [{"reading": list(reading), "share": share} for reading, share in result.masses[:10]],
        "insights": list(result.insights),
        "score": result.score,
        "accuracy": result.accuracy,
        "judged": result.judged,
        "iterations": len(result.trace),
        "rejected": result.rejected,
        "seconds": result.seconds,
        "interrupted": result.interrupted,
    }


def write_result(
    result: Result,
    posterior: Posterior,
    directory: Path,
    *,
    diagnostics: Diagnostics | None = None,
    attributes: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write result.json, trace.csv, samples, posterior and picture into ``directory``.

    ``attributes`` say in posterior.nc where it comes from: the riddle, the command.
    Raises ``OSError`` where the directory cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    names = [variable.name for variable in posterior.program.variables]
    found = findings_of(posterior, result.pictures)
    samples = dict(
        zip(
            (f"latents/{name}" for name in names),
            posterior.own(result.latents).split(posterior.widths, dim=1),
            strict=True,
        )
    )
    for name, pictures in zip(names, result.pictures, strict=True):
        samples |= {f"images/{name}": pictures, f"mean/{name}": pictures.mean(dim=0)}
        samples[f"deviation/{name}"] = pictures.std(dim=0, correction=0)
    samples |= {f"readings/{one.variable}/{one.network}": one.values for one in found.readings}
    samples |= {f"reduced_chi2/{one.name}": one.chi2 for one in found.measured}
    _whole(directory / "samples.safetensors", lambda path: _tensors(samples, path))
    _whole(directory / "posterior.safetensors", saved_of(result, posterior).write)
    _whole(directory / "trace.csv", lambda path: path.write_text(_trace(result), encoding="utf-8"))
    _whole(directory / "solution.png", lambda path: draw_solution(result, posterior, path, found))
    of: dict[str, str | int | float] = {"algorithm": result.request.algorithm, "seed": result.request.seed}
    of |= {"alpha": posterior.alpha, **attributes}
    _whole(directory / "posterior.nc", lambda path: write_netcdf(result, posterior, path, of))
    text = json.dumps(_finite(result, diagnostics) | found.figures, indent=2) + "\n"
    _whole(directory / "result.json", lambda path: path.write_text(text, encoding="utf-8"))
    if not result.interrupted:
        remove_checkpoint(directory)


def saved_of(result: Result, posterior: Posterior) -> Saved:
    """The posterior as a distribution over the generators' own latents. Raises ``OSError``."""
    origins = tuple(
        Origin(variable.name, variable.kind, variable.generator, width, hash_of(posterior.cards[variable.generator]))
        for variable, width in zip(posterior.program.variables, posterior.widths, strict=True)
    )
    return Saved(origins, _own(result.inferred, posterior))


def _own(inferred: Inferred, posterior: Posterior) -> Inferred:
    """The posterior over the generators' latents, of that over those which were inferred."""
    if posterior.prior is None:
        return inferred
    if isinstance(inferred, Draws):
        return replace(inferred, latents=posterior.own(inferred.latents))
    return gaussian(posterior.prior.after(affine(inferred)))


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
