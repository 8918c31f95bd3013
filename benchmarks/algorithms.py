"""The riddle of Table 1 by every algorithm that suits it, with the default powers: is it right, how far, how long.

    python benchmarks/algorithms.py --seeds 3

One process, one thread, unless ``--workers`` or ``--cluster`` says otherwise; every algorithm with its own defaults and
a bank at hand. The judge is a network that takes no part in inference.
"""

import argparse
import statistics
from collections.abc import Iterator
from typing import Any

import torch
from crew import add_flags, over
from report import machine, table, write
from riddle import SAMPLES, one, summarise, table_1

from oedipus.compiler.options import ALGORITHMS
from oedipus.compiler.suited import unsuited
from oedipus.networks.cards import read_cards
from oedipus.runtime.posterior import SCHEDULE, Posterior


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="these alone; nothing is written")
    add_flags(parser)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    posterior = table_1(read_cards(), "default")
    posterior.bank(4096)
    names = asked.only or list(suiting(posterior))
    tasks = [
        {"id": f"{name} {seed}", "seed": seed, "powers": "default", "options": {"algorithm": name}}
        for seed in range(asked.seeds)
        for name in names
    ]
    rows = over(tasks, one, asked)
    found = {name: [row for row in rows if row["id"].startswith(f"{name} ")] for name in names}
    runs = {name: [{key: row[key] for key in row if key != "id"} for row in own] for name, own in found.items()}
    if not asked.only:
        figures = {"seeds": asked.seeds, "machine": machine() | {"threads": 1}, "runs": runs}
        write("algorithms", figures, section(figures))


def suiting(posterior: Posterior) -> Iterator[str]:
    """The algorithms that can solve it; `forward` needs a module that has dreamt of it."""
    for name in ALGORITHMS:
        if name != "forward" and not unsuited(posterior.offers, name, {}, {"start": "bank"}):
            yield name


def section(figures: dict[str, Any]) -> str:
    rows = []
    for name, runs in figures["runs"].items():
        told = summarise(runs)
        seconds = [run["processor_seconds"] for run in runs]
        chains = f"{told['rhat']['max']:.3f}; {told['ess']['min']:,.0f}" if told["rhat"]["max"] else "–"
        rows.append(
            [
                f"`{name}`",
                f"{told['right']} of {told['seeds']}",
                f"{told['classifier']['mean']:.1%}",
                f"{told['judge']['mean']:.1%}",
                f"{told['fitted']['mean']:.1%}" if told["fitted"]["max"] else "–",
                f"{told['elbo']['median']:.0f} nats" if told["elbo"]["min"] else "–",
                chains,
                f"{statistics.median(seconds):.1f} s",
            ]
        )
    header = [
        f"Table 1 riddle, α = {SCHEDULE[-1]:g}", "seeds right", "samples of right seeds", "by the judge", "as fitted",
        "ELBO", "greatest R-hat; least ESS", "seconds",
    ]  # fmt: skip
    where = figures["machine"]
    return "\n\n".join(
        [
            "## Every algorithm with the default powers",
            f"`python benchmarks/algorithms.py --seeds {figures['seeds']}`: {SAMPLES} samples a seed, one thread, load "
            f"{where['load_average']} on {where['cores']} cores; seconds are the processor's, medians, without the "
            "bank. Gaussians' samples are mended; *as fitted* are draws of the Gaussian itself.",
            table(header, rows),
        ]
    )


if __name__ == "__main__":
    main()
