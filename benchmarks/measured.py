"""Measured digits by what ``auto`` takes: R-hat, effective sample sizes, seconds, and the shares of the readings.

    python benchmarks/measured.py --seeds 10

The riddles of the library that measure one digit, and two in which a half-hidden digit is bound to one that nobody saw.
One thread a process; seconds are of the processor and include the search for the readings.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import torch
from crew import add_flags, over
from report import machine, table, write

from oedipus import riddles
from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import read_cards
from oedipus.runtime.diagnostics import diagnose
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import Request, solve
from oedipus.sweep.journal import Row
from oedipus.sweep.spread import Task, remembered

FOLDER = Path(riddles.__file__).parent
HALF = 'digits x, b\ndata y = "data/half_hidden.npy"\nmask(x, left) = y ± 0.3\n'
BOUND = {"b is twice x": f"{HALF}b is twice x\n", "b is larger than x": f"{HALF}b is larger than x\n"}
NAMES = ("half_hidden", "keyhole", "out_of_focus", "torn", *BOUND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--algorithm", default="auto")
    parser.add_argument("--only", nargs="*", help="these alone; nothing is written")
    add_flags(parser)
    asked = parser.parse_args()
    tasks = [
        {"id": f"{name} {asked.algorithm} {seed}", "riddle": name, "seed": seed, "algorithm": asked.algorithm}
        for seed in range(asked.seeds)
        for name in asked.only or NAMES
    ]
    runs = [{name: value for name, value in row.items() if name != "id"} for row in over(tasks, one, asked)]
    if not asked.only:
        figures = {"seeds": asked.seeds, "workers": asked.workers, "machine": machine() | {"threads": 1}, "runs": runs}
        write("measured", figures, section(figures))


def posterior_of(name: str) -> Posterior:
    """The posterior of one of :data:`NAMES`."""
    cards = read_cards()
    text = BOUND.get(name) or riddles.text_of(name)
    return load_posterior(compile_text(text, cards, FOLDER), cards, folder=FOLDER)


def one(task: Task) -> Row:
    """The figures of one solve."""
    torch.set_num_threads(1)
    posterior = remembered(task["riddle"], lambda: posterior_of(task["riddle"]))
    begin = time.process_time()
    result = solve(posterior, Request(algorithm=task["algorithm"], seed=task["seed"]))
    seconds = time.process_time() - begin
    found = diagnose(posterior, result, weigh=False)
    return {
        "riddle": task["riddle"],
        "seed": task["seed"],
        "rhat": found.rhat.max if found.rhat else None,
        "ess": found.ess.min if found.ess else None,
        "seconds": seconds,
        "readings": {"".join(map(str, one.values)): one.share for one in result.answers[:8]},
    }


def section(figures: dict[str, Any]) -> str:
    rows = []
    for name in dict.fromkeys(run["riddle"] for run in figures["runs"]):
        runs = [run for run in figures["runs"] if run["riddle"] == name]
        rhat, ess = [run["rhat"] for run in runs], [run["ess"] for run in runs]
        shares = ", ".join(f"{digits} {share:.0%}" for digits, share in runs[0]["readings"].items())
        good = sum(one is not None and one <= 1.05 for one in rhat)
        rows.append(
            [
                f"`{name}`" if name not in BOUND else f"half hidden, {name}",
                f"{good} of {len(runs)}",
                f"{max(one or 0.0 for one in rhat):.3f}",
                f"{min(one or 0.0 for one in ess):,.0f}",
                f"{max(run['seconds'] for run in runs):.0f} s",
                shares,
            ]
        )
    header = ["riddle", "R-hat ≤ 1.05", "greatest R-hat", "least ESS", "slowest", "readings of the first seed"]
    where = figures["machine"]
    return "\n\n".join(
        [
            "## Measured digits by default",
            f"`python benchmarks/measured.py --seeds {figures['seeds']}`: `auto`, over all latents; seconds of one "
            f"processor, load {where['load_average']} on {where['cores']} cores.",
            table(header, rows),
        ]
    )


if __name__ == "__main__":
    main()
