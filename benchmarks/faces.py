"""Faces from half a coarse grey picture, with and without age and gender (paper section 5.3).

    python benchmarks/faces.py --prior 20 --faces 20 --data DIR
    python benchmarks/faces.py --figure docs/face.png
    python benchmarks/faces.py --reference 1
    python benchmarks/faces.py --environment DIR --peers 2
    python benchmarks/faces.py --sizes

A case is a face, its measurement mask(coarsen(gray(x), 4), left) with noise of ± 0.5, and the
riddle that reconstructs it: once from the picture alone, once with "… years old"
± 1 and the gender with alpha 10. Prior cases are drawn by the generator (their age and gender are
what the networks read in them); faces are test pictures, which are never
stored. Beside it stands what is commonly done with generators: Adam to the
latents of highest posterior density. Each case is stored when it is done, and a run with the same weights and
settings goes on behind it. ``--figure`` draws the first prior case (Figures 4 and 5 of the paper);
``--reference`` holds cases against long chains; ``--peers`` runs NIFTy.re's MGVI on them; ``--sizes`` measures time
and memory. Each of these adds to the stored figures.
"""

import argparse
import json
import statistics
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from crew import add_flags, over
from face_cases import LABELS, Case, fit, highest, posteriors, prior_cases, quality, rms, test_cases
from face_figures import draw_evolution, draw_faces, follow
from face_peer import beside
from face_reference import against_long_chains, sizes
from report import HERE, machine, table, write

from oedipus.networks.cards import Card, read_cards
from oedipus.runtime.algorithms import create
from oedipus.runtime.diagnostics import of_chains
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import request_for, solve
from oedipus.sweep.journal import Row
from oedipus.sweep.spread import Task

STORE = HERE / "results" / "faces.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prior", type=int, default=0, help="cases drawn by the generator")
    parser.add_argument("--faces", type=int, default=0, help="cases from test pictures")
    parser.add_argument("--data", type=Path, help="the folder of test.tar")
    parser.add_argument("--algorithm", default="mgvi", choices=["mgvi", "geovi"])
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    add_flags(parser)
    parser.add_argument("--use", type=Path, action="append", help="a library of networks")
    parser.add_argument("--figure", type=Path, help="a PNG; …_evolution.png is written beside it")
    parser.add_argument("--reference", type=int, default=0, metavar="N", help="prior cases to hold against long chains")
    parser.add_argument("--environment", type=Path, help="an environment with NIFTy.re, made where it is not")
    parser.add_argument("--peers", type=int, default=1, metavar="N", help="prior cases to give to NIFTy.re")
    parser.add_argument("--sizes", action="store_true", help="time and memory of a gradient against the batch")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    cards = read_cards(asked.use or ())
    figures = stored(cards, asked)
    plain = {name: getattr(asked, name) for name in ("prior", "faces", "algorithm", "samples", "threads")}
    plain |= {"data": None if asked.data is None else str(asked.data.resolve())}
    plain |= {"use": [str(one.resolve()) for one in asked.use or ()]}
    wanted = [*prior_cases(asked.prior, cards), *test_cases(asked.faces, asked.data)]
    tasks = [{"id": case.name, **plain} for case in wanted if case.name not in figures["cases"]]
    for row in over(tasks, measured, asked):
        figures["cases"][row.pop("id")] = row
        keep(figures)
    if asked.figure:
        [case] = prior_cases(1, cards)
        runs = {label: follow(one, seed=0) for label, one in posteriors(case, cards).items()}
        draw_faces(case, cards, runs, asked.figure)
        draw_evolution(case, cards, runs, asked.figure.with_stem(f"{asked.figure.stem}_evolution"))
    for case in prior_cases(asked.reference, cards)[: asked.reference]:
        figures["reference"][case.name] = against_long_chains(case, cards)
        keep(figures)
    if asked.environment:
        for case in prior_cases(asked.peers, cards):
            figures["nifty"][case.name] = beside(case, cards, asked.environment)
            keep(figures)
    if asked.sizes:
        figures["sizes"] = sizes()
    keep(figures)


def stored(cards: Mapping[str, Card], asked: argparse.Namespace) -> dict[str, Any]:
    """The figures so far, of the same weights and settings; else none."""
    weights = {name: cards[name].sha256 for name in ("face", "age", "gender")}
    options = json.loads(json.dumps(asdict(create(asked.algorithm, {}))))
    made = {"weights": weights, "algorithm": asked.algorithm, "samples": asked.samples, "options": options}
    known = json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}
    blank: dict[str, Any] = {"made": made, "cases": {}, "reference": {}, "nifty": {}, "sizes": []}
    return (blank | known if known.get("made") == made else blank) | {"machine": machine()}


def keep(figures: dict[str, Any]) -> None:
    figures["summary"] = summarise(figures["cases"])
    write("faces", figures, section(figures))


def measured(task: Task) -> Row:
    """The case of that name, on whichever worker."""
    asked = argparse.Namespace(**task)
    torch.set_num_threads(asked.threads)
    cards = read_cards(map(Path, asked.use))
    data = None if asked.data is None else Path(asked.data)
    cases = [*prior_cases(asked.prior, cards), *test_cases(asked.faces, data)]
    return measure(next(case for case in cases if case.name == asked.id), cards, asked)


def measure(case: Case, cards: Mapping[str, Card], asked: argparse.Namespace) -> dict[str, Any]:
    """Both reconstructions and the point estimates of one case."""
    row: dict[str, Any] = {"age": round(case.age, 1), "female": case.female}
    for label, posterior in posteriors(case, cards).items():
        row[label] = reconstruct(posterior, case, cards, asked)
        row[label]["map"] = rms(highest(posterior), case.picture)
    return row


def reconstruct(
    posterior: Posterior, case: Case, cards: Mapping[str, Card], asked: argparse.Namespace
) -> dict[str, Any]:
    began, processor = time.perf_counter(), time.process_time()
    result = solve(posterior, request_for(posterior.program, algorithm=asked.algorithm, samples=asked.samples))
    spent = {
        "seconds": round(time.perf_counter() - began, 1), "processor": round(time.process_time() - processor, 1),
        "iterations": len(result.trace),
    }  # fmt: skip
    rhat = of_chains(result.columns["latents"]).rhat if "latents" in result.columns else None
    spent |= {"rhat": round(rhat.max, 3)} if rhat else {}
    return quality(result.pictures[0], case, cards) | fit(posterior, result.latents) | spent


def summarise(cases: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Medians over prior cases and over test faces apart; of shares means."""
    found: dict[str, Any] = {}
    for kind in ("prior", "face"):
        chosen = [row for name, row in cases.items() if name.startswith(kind)]
        if not chosen:
            continue
        found[kind] = {"cases": len(chosen)}
        for label in LABELS:
            rows = [row[label] for row in chosen]
            found[kind][label] = {
                name: statistics.median(row[name] for row in rows)
                for name in ("rms", "map", "width", "age_spread", "seconds", "processor")
            }
            found[kind][label]["rhat"] = [row["rhat"] for row in rows if "rhat" in row]
            found[kind][label] |= {name: statistics.mean(row[name] for row in rows) for name in ("inside", "gender")}
            found[kind][label]["better"] = sum(row["rms"] < row["map"] for row in rows)
            errors = zip(rows, chosen, strict=True)
            found[kind][label]["age_error"] = statistics.median(abs(row["age"] - one["age"]) for row, one in errors)
            found[kind][label]["chi2"] = [
                round(statistics.mean(values), 2) for values in zip(*(row["chi2"] for row in rows), strict=True)
            ]
        found[kind]["age_spread_ratio"] = statistics.median(
            row["with"]["age_spread"] / row["without"]["age_spread"] for row in chosen
        )
    return found


def section(figures: dict[str, Any]) -> str:
    where, made = figures["machine"], figures["made"]
    parts = [
        "## Faces: half a coarse grey picture, age and gender\n",
        f"`python benchmarks/faces.py --prior N --faces N --data DIR` ({made['algorithm']}, {made['samples']} samples, "
        f"{where['threads']} thread, load average {where['load_average']}). Medians over the cases; of "
        "shares, means; of R-hat, the greatest of a case's latents, the median and the greatest. RMS is that of the "
        "posterior mean to the truth over all pixels, of which half were never seen; MAP is the "
        "picture of highest posterior density by Adam (400 steps from four starts; Bora et al. 2017), which has no "
        "spread. Seconds are of one core: a processor's time, whatever else ran.\n",
        table(HEADER, [_row(kind, label, figures["summary"]) for kind in figures["summary"] for label in LABELS]),
        "",
        *(
            f"The age's spread with age and gender is {one['age_spread_ratio']:.2f} of that without "
            f"({NAMES[kind]}; median)."
            for kind, one in figures["summary"].items()
        ),
    ]
    for name, lines in (("reference", _reference), ("nifty", _nifty), ("sizes", _sizes)):
        if figures[name]:
            parts += ["", lines(figures[name])]
    return "\n".join(parts)


NAMES = {"prior": "drawn by the generator", "face": "test pictures"}
HEADER = (
    "cases", "age and gender", "RMS of the mean", "RMS of MAP", "mean nearer than MAP", "truth inside the 90 % band",
    "width of the band", "age's spread, years", "age's error, years", "right gender", "χ² of picture, age", "R-hat",
    "time",
)  # fmt: skip


def _row(kind: str, label: str, summary: dict[str, Any]) -> list[str]:
    one = summary[kind][label]
    return [
        f"{summary[kind]['cases']} {NAMES[kind]}", label, f"{one['rms']:.3f}", f"{one['map']:.3f}",
        f"{one['better']} of {summary[kind]['cases']}", f"{one['inside']:.1%}", f"{one['width']:.2f}",
        f"{one['age_spread']:.1f}", f"{one['age_error']:.1f}", f"{one['gender']:.0%}",
        ", ".join(f"{value:.2f}" for value in one["chi2"]), _rhat(one["rhat"]), f"{one['processor']:.0f} s",
    ]  # fmt: skip


def _rhat(found: list[float]) -> str:
    """The median over cases, and the greatest."""
    return f"{statistics.median(found):.2f}, {max(found):.2f}" if found else "–"


def _reference(found: dict[str, Any]) -> str:
    rows = [
        [
            name, label, f"{one['mean']:.3f}", f"{one['deviation']:.2f}", f"{one['age'][0]:.1f}, {one['age'][1]:.1f}",
            f"{one['age_spread'][0]:.2f}, {one['age_spread'][1]:.2f}", f"{one['rhat']:.2f}", f"{one['ess']:.0f}",
        ]
        for name, pair in found.items() for label, one in pair.items()
    ]  # fmt: skip
    header = [
        "case", "age and gender", "RMS between the means", "ratio of deviations", "age: fast, long",
        "age's spread: fast, long", "the long chains' R-hat (mean)", "ESS (mean)",
    ]  # fmt: skip
    return "`--reference`: the default run against ten times as many trajectories from another seed.\n\n" + table(
        header, rows
    )


def _nifty(found: dict[str, Any]) -> str:
    rows = [
        [
            name, label, f"{one['ours']['rms']:.3f}", f"{one['nifty']['rms']:.3f}",
            f"{one['ours']['inside']:.1%}", f"{one['nifty']['inside']:.1%}",
            f"{one['ours']['log_density']:.0f}", f"{one['nifty']['log_density']:.0f}",
            f"{one['ours']['age_spread']:.1f}", f"{one['nifty']['age_spread']:.1f}",
            f"{one['ours']['processor']:.0f} s", f"{one['nifty']['processor']:.0f} s",
        ]
        for name, pair in found.items() for label, one in pair.items()
    ]  # fmt: skip
    header = [
        "case", "age and gender", "RMS", "NIFTy", "inside the 90 % band", "NIFTy", "mean log-density, nats", "NIFTy",
        "age's spread", "NIFTy", "time", "NIFTy",
    ]  # fmt: skip
    return (
        "`--environment DIR --peers N`: NIFTy.re 9.2's MGVI (`linear_resample`, 15 rounds of 5 pairs, 30 Newton steps, "
        "100 pairs drawn at the end) on the same networks, which agree to 1e-4, data and core; its time is without "
        "compilation.\n\n" + table(header, rows)
    )


def _sizes(found: list[dict[str, float]]) -> str:
    rows = [[f"{one['rows']}", f"{one['ms']:.1f} ms", f"{one['mb']:.0f} MB"] for one in found]
    return (
        "`--sizes`: one gradient of the posterior with age and gender. A run takes about as many gradients as it has "
        "chains, so time and memory grow with `chains`; drawing more samples from them costs nothing but "
        "their pictures.\n\n" + table(["rows in a batch", "a row", "memory above the networks"], rows)
    )


if __name__ == "__main__":
    main()
