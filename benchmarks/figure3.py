"""The search over its iterations (paper Figure 3), over many seeds of the riddle of Table 1.

    python benchmarks/figure3.py --seeds 20

Mean-field annealed from the prior as in the paper, and as it is by default, begun among
modes of a bank. Each seed is a line: ELBO at the final α, score, accuracy; and the share of seeds of
which all, or any, of an iteration's samples show 1, 3, 4. One process, one thread. Writes
benchmarks/results/figure3.json and docs/figure3.png.
"""

import argparse
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from report import PAGE, machine, table, write
from riddle import SOLUTION

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import read_cards
from oedipus.riddles import text_of
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import request_for, solve

KEYS = ("elbo", "score", "accuracy", "all_correct", "any_correct")
NAMES = {
    "elbo": "ELBO, nats",
    "score": "score",
    "accuracy": "accuracy",
    "all_correct": "all correct",
    "any_correct": "any correct",
}
STARTS = {"prior": "from the prior, α 0.5, 1, 3, 10", "bank": "from modes of a bank"}


def traces(posterior: Posterior, start: str, seeds: range) -> dict[str, Any]:
    """Rows of the trace by key, [seeds, iterations], and how many seeds were right."""
    rows: dict[str, list[list[float]]] = {key: [] for key in KEYS}
    right, seconds = 0, []
    for seed in seeds:
        request = request_for(posterior.program, algorithm="meanfield", start=start, seed=seed, samples=100)
        result = solve(posterior, request)
        right += dict(result.answer) == SOLUTION
        seconds.append(result.seconds)
        for key in KEYS:
            rows[key].append([round(float(getattr(row, key)), 4) for row in result.trace])
        print(start, seed, dict(result.answer), f"{result.seconds:.1f} s", flush=True)
    return {"right": right, "seconds": float(np.median(seconds)), "rows": rows}


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
    header = ["search", "seeds right", "seconds, median", "ELBO", "score", "accuracy", "all correct", "any correct"]
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
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cards = read_cards()
    posterior = load_posterior(compile_text(text_of("three_numbers"), cards), cards)
    found = {start: traces(posterior, start, range(asked.seeds)) for start in STARTS}
    draw(found)
    # The curves are in the picture; the file keeps every fifth iteration of them.
    for one in found.values():
        one["rows"] = {key: [row[::5] + row[-1:] for row in rows] for key, rows in one["rows"].items()}
    figures = {"seeds": asked.seeds, "machine": machine(), "starts": found}
    write("figure3", figures, section(figures))


if __name__ == "__main__":
    main()
