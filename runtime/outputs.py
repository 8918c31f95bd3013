"""Everything a solved riddle leaves on disk: the numbers as one set, and what is drawn of them after that."""

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from torch import Tensor

from oedipus.networks.storing import save_file
from oedipus.runtime.affine import affine, gaussian
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.algorithms.base import Posterior as Inferred
from oedipus.runtime.diagnostics import Diagnostics, Range
from oedipus.runtime.directory import whole
from oedipus.runtime.flowed import Flows
from oedipus.runtime.measured import Findings, findings_of
from oedipus.runtime.netcdf import write_netcdf
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
    whole["apart"] = [asdict(one) | {"worst": [list(latent) for latent in one.worst]} for one in found.apart]
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
        "readings": [one.figures for one in result.answers],
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
    """Write result.json, trace.csv, samples and posterior into ``directory``: all of them, or none.

    They replace those of an earlier result together with what was drawn of it. ``attributes`` say in
    posterior.nc where it comes from: the riddle, the command. Raises ``OSError`` where that cannot
    be written; the directory is then as it was.
    """
    found = findings_of(posterior, result.pictures)
    of: dict[str, str | int | float] = {"algorithm": result.request.algorithm, "seed": result.request.seed}
    of |= {"alpha": posterior.alpha, **{name: encodable(text) for name, text in attributes.items()}}
    with whole(directory) as staged:
        save_file(_samples(result, posterior, found), staged / "samples.safetensors")
        saved_of(result, posterior).write(staged / "posterior.safetensors")
        (staged / "trace.csv").write_text(_trace(result, posterior), encoding="utf-8")
        write_netcdf(result, posterior, staged / "posterior.nc", of)
        text = json.dumps(_finite(result, diagnostics) | found.figures, indent=2) + "\n"
        (staged / "result.json").write_text(text, encoding="utf-8")


def write_picture(result: Result, posterior: Posterior, directory: Path) -> None:
    """Draw solution.png, whole or not at all. Raises ``OSError``."""
    # Whoever wants the numbers alone does without matplotlib.
    from oedipus.runtime.picture import draw_solution

    found = findings_of(posterior, result.pictures)
    with whole(directory) as staged:
        draw_solution(result, posterior, staged / "solution.png", found)


def encodable(text: str) -> str:
    """``text`` without what UTF-8 cannot hold, such as a file's name in another encoding."""
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")


def _samples(result: Result, posterior: Posterior, found: Findings) -> dict[str, Tensor]:
    names = [variable.name for variable in posterior.program.variables]
    parts = posterior.own(result.latents).split(posterior.widths, dim=1)
    samples = {f"latents/{name}": part for name, part in zip(names, parts, strict=True)}
    for name, pictures in zip(names, result.pictures, strict=True):
        samples |= {f"images/{name}": pictures, f"mean/{name}": pictures.mean(dim=0)}
        samples[f"deviation/{name}"] = pictures.std(dim=0, correction=0)
    samples |= {f"readings/{one.variable}/{one.network}": one.values for one in found.readings}
    return samples | {f"reduced_chi2/{one.name}": one.chi2 for one in found.measured}


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
    if isinstance(inferred, Flows):
        return inferred.after(posterior.prior.mean, posterior.prior.matrix())
    return gaussian(posterior.prior.after(affine(inferred)))


def _trace(result: Result, posterior: Posterior) -> str:
    # A name of several words stays one cell among others.
    told = [[str(one).replace(" ", "_") for one in posterior.told(row.reading)] for row in result.trace]
    rows = [asdict(row) | {"reading": " ".join(said)} for row, said in zip(result.trace, told, strict=True)]
    for row in rows:
        del row["ahead"]  # of use while a run goes on
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()
