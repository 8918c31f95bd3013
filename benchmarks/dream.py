"""A dreamt module on the cases of faces.py: time, error, calibration, k-hat, and what polishing gains.

    oedipus dream riddles/dreams/any_face.riddle --out DIR --rows 84992 --slopes 37888 --width 512 --steps 4500
    python benchmarks/dream.py DIR --cases 20 --polish 1

The cases, data and figures of mgvi beside them are those of benchmarks/faces.py with age and gender.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import torch
from face_cases import Case, posteriors, prior_cases, quality
from report import HERE

from oedipus.networks.cards import read_cards
from oedipus.runtime.diagnostics import diagnose
from oedipus.runtime.dream.module import Module, read_module
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import request_for, solve


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", type=Path)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--polish", type=int, default=0, help="cases to polish")
    parser.add_argument("--trajectories", type=int, default=15)
    parser.add_argument("--polisher", choices=["mgvi", "hmc"], default="mgvi")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cards, module = read_cards(), read_module(asked.module)
    known = json.loads((HERE / "results" / "faces.json").read_text(encoding="utf-8"))["cases"]
    rows = []
    for at, case in enumerate(prior_cases(asked.cases, cards)):
        posterior = posteriors(case, cards)["with"]
        row = {"milliseconds": timed(module, posterior), "mgvi": known[case.name]["with"]}
        row["forward"] = answered(posterior, case, {"module": str(asked.module)})
        if at < asked.polish:
            options = {"module": str(asked.module), "polish": asked.trajectories, "polisher": asked.polisher}
            row["polished"] = answered(posterior, case, options)
        print(case.name, json.dumps(row), flush=True)
        rows.append(row)
    print(json.dumps(summary(rows)))


def timed(module: Module, posterior: Posterior) -> float:
    """Milliseconds of the processor for 20 samples, the network and the data at hand; the median of five."""
    spent = []
    for turn in range(5):
        began = time.process_time()
        module.draw(module.ask(posterior), 20, torch.Generator().manual_seed(turn))
        spent.append(1000 * (time.process_time() - began))
    return round(statistics.median(spent), 1)


def answered(posterior: Posterior, case: Case, options: dict[str, Any]) -> dict[str, float | None]:
    began = time.process_time()
    result = solve(posterior, request_for(posterior.program, algorithm="forward", samples=200, **options))
    figures: dict[str, float | None] = {**quality(result.pictures[0], case, read_cards())}
    figures["khat"] = diagnose(posterior, result).khat
    figures["processor"] = round(time.process_time() - began, 1)
    return figures


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians over the cases, of shares means; RMS as a share of mgvi's."""
    found: dict[str, Any] = {"milliseconds": statistics.median(row["milliseconds"] for row in rows)}
    for name in ("forward", "polished"):
        chosen = [row for row in rows if name in row]
        if chosen:
            found[name] = {
                key: round(statistics.median(row[name][key] for row in chosen), 4)
                for key in ("rms", "age_spread", "khat", "processor")
            }
            found[name]["inside"] = round(statistics.mean(row[name]["inside"] for row in chosen), 4)
            found[name]["rms_ratio"] = round(
                statistics.mean(row[name]["rms"] / row["mgvi"]["rms"] for row in chosen), 3
            )
    return found


if __name__ == "__main__":
    main()
