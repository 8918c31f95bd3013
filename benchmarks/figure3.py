"""The search over its iterations (paper Figure 3), over many seeds of the riddle of Table 1.

    python benchmarks/figure3.py --seeds 100 --keep DIR

Mean-field annealed from the prior as in the paper, and as it is by default, begun among
modes of a bank. Each seed is a line: ELBO at the final α, score, accuracy; and the share of seeds of
which all, or any, of an iteration's samples show 1, 3, 4. One process, one thread, unless
``--workers`` or ``--cluster`` says otherwise. Writes
benchmarks/results/figure3.json and docs/figure3.png.
"""

import argparse
import time
from typing import Any

import numpy as np
import torch
from crew import add_flags, over
from matplotlib.figure import Figure
from report import PAGE, machine, table, write
from riddle import SOLUTION, table_1

from oedipus.networks.cards import read_cards
from oedipus.runtime.solve import request_for, solve
from oedipus.sweep.journal import Row
from oedipus.sweep.spread import Task, remembered

KEYS = ("elbo", "score", "accuracy", "all_correct", "any_correct")
NAMES = {
    "elbo": "ELBO, nats",
    "score": "score",
    "accuracy": "accuracy",
    "all_correct": "all correct",
    "any_correct": "any correct",
}
STARTS = {"prior": "from the prior, α 0.5, 1, 3, 10", "bank": "from modes of a bank"}


def traces(runs: list[Row]) -> dict[str, Any]:
    """Rows of the trace by key, [seeds, iterations], and how many seeds were right."""
    return {
        "right": sum(run["answer"] == SOLUTION for run in runs),
        "seconds": float(np.median([run["seconds"] for run in runs])),
        "rows": {key: [run["rows"][key] for run in runs] for key in KEYS},
    }


def one(task: Task) -> Row:
    """A seed's answer, seconds of the processor, and trace by key."""
    torch.set_num_threads(1)
    posterior = remembered("paper", lambda: table_1(read_cards(), "paper"))
    request = request_for(posterior.program, algorithm="meanfield", start=task["start"], seed=task["seed"], samples=100)
    processor = time.process_time()
    result = solve(posterior, request)
    seconds = time.process_time() - processor
    rows = {key: [round(float(getattr(row, key)), 4) for row in result.trace] for key in KEYS}
    return {"answer": dict(result.answer), "seconds": round(seconds, 2), "rows": rows}


def draw(found: dict[str, dict[str, Any]]) -> None:
    """docs/figure3.png."""
    figure = Figure(figsize=(9, 9), dpi=100)
    axes = figure.subplots(len(KEYS), len(found), squeeze=False)
    for column, (start, one) in enumerate(found.items()):
        for key, axis in zip(KEYS, axes[:, column], strict=True):
            values = np.array(one["rows"][key])
            if key in ("all_correct", "any_correct"):
                axis.plot(values.mean(axis=0), color="C0")
                axis.set_ylim(-0.05, 1.05)
            else:
                axis.plot(values.T, color="C0", alpha=0.25, linewidth=0.7)
                axis.plot(np.median(values, axis=0), color="black", linewidth=1.2)
            if key == "elbo":
                axis.set_ylim(np.quantile(values, 0.05) - 20, values.max() + 10)
            axis.set_ylabel(NAMES[key] if column == 0 else "")
            axis.grid(alpha=0.3)
        axes[0, column].set_title(STARTS[start], fontsize=10)
        axes[-1, column].set_xlabel("iteration")
    figure.tight_layout()
    figure.savefig(PAGE.parent / "figure3.png", metadata={"Software": "oedipus"})


def section(figures: dict[str, Any]) -> str:
    rows = []
    for start, one in figures["starts"].items():
        last = {key: float(np.mean([run[-1] for run in one["rows"][key]])) for key in KEYS}
        rows.append(
            [
                STARTS[start], f"{one['right']} of {figures['seeds']}", f"{one['seconds']:.1f} s",
                f"{last['elbo']:.1f}", f"{last['score']:.3f}", f"{last['accuracy']:.3f}",
                f"{last['all_correct']:.0%}", f"{last['any_correct']:.0%}",
            ]
        )  # fmt: skip
    header = [
        "search",
        "seeds right",
        "processor seconds, median",
        "ELBO",
        "score",
        "accuracy",
        "all correct",
        "any correct",
    ]
    note = "means over the seeds at the last iteration, of its ten samples; 'all' and 'any' are shares of seeds"
    return "\n\n".join(
        [
            "## The search over its iterations (the paper's Figure 3)",
            f"`python benchmarks/figure3.py --seeds {figures['seeds']}`, one thread, load "
            f"{figures['machine']['load_average']}: {note}. Lines are seeds, black is the median.",
            table(header, rows),
            "![ELBO, score, accuracy, all and any correct over the iterations](figure3.png)",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    add_flags(parser)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    tasks = [{"id": f"{start} {seed}", "start": start, "seed": seed} for start in STARTS for seed in range(asked.seeds)]
    rows = over(tasks, one, asked)
    found = {start: traces([row for row in rows if row["id"].startswith(f"{start} ")]) for start in STARTS}
    draw(found)
    # The curves are in the picture; the file keeps every twentieth iteration of them.
    for start in found.values():
        start["rows"] = {key: [row[::20] + row[-1:] for row in rows] for key, rows in start["rows"].items()}
    figures = {"seeds": asked.seeds, "machine": machine(), "starts": found}
    write("figure3", figures, section(figures))


if __name__ == "__main__":
    main()
