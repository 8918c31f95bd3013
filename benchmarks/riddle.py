"""The paper's riddle (Table 1) over many seeds: success, seconds, and what the samples show.

    python benchmarks/riddle.py --seeds 100

    python benchmarks/riddle.py --seeds 100 --algorithm bank --powers default

One process, one thread, unless ``--workers`` or ``--cluster`` says otherwise. A seed is right where the answer is
1, 3, 4. The judge is a network that takes no part in inference. Powers are the paper's, α to 10, or those that
``solve`` takes by default. ``--start prior`` measures the search from the prior with the annealed line search, as in
the paper. The bank is built beforehand and its building timed apart.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Mapping
from typing import Any

import torch
from crew import add_flags, over
from report import machine, table, write

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card, read_cards
from oedipus.riddles import text_of
from oedipus.runtime.algorithms.base import Approximation
from oedipus.runtime.diagnostics import of_chains
from oedipus.runtime.posterior import PAPER, SCHEDULE, Posterior, load_posterior
from oedipus.runtime.solve import Result, request_for, solve
from oedipus.sweep.journal import Row
from oedipus.sweep.spread import Task, remembered

SAMPLES = 100
SOLUTION = {"first": 1, "second": 3, "third": 4}
POWERS = {"paper": PAPER, "default": SCHEDULE}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--algorithm", default="meanfield")
    parser.add_argument("--start", choices=["bank", "prior"], default="bank")
    parser.add_argument("--powers", choices=POWERS, default="paper")
    parser.add_argument("--restarts", type=int, default=None)
    parser.add_argument("--steps", type=int, default=None)
    parser.add_argument("--polish", type=int, default=None)
    parser.add_argument("--draws", type=int, default=1000, help="of each chain of hmc")
    add_flags(parser)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cards = read_cards()
    options = {name: getattr(asked, name) for name in ("algorithm", "start", "restarts", "steps", "polish")}
    options |= {"draws": asked.draws} if asked.algorithm == "hmc" else {}
    seeds = range(asked.first, asked.first + asked.seeds)
    tasks = [
        {"id": f"{json.dumps(options)} {asked.powers} {seed}", "seed": seed, "powers": asked.powers, "options": options}
        for seed in seeds
    ]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OEDIPUS_CACHE"] = folder
        begin = time.perf_counter()
        table_1(cards, asked.powers).bank(4096)
        built = time.perf_counter() - begin
        runs = [{name: value for name, value in row.items() if name != "id"} for row in over(tasks, one, asked)]
    name = "riddle" if asked.start == "bank" else "riddle-from-the-prior"
    if asked.algorithm != "meanfield":
        name = f"riddle-by-{asked.algorithm}"
    if asked.powers != "paper":
        name = f"{name}-sure"
    about = {"algorithm": asked.algorithm, "start": asked.start, "bank_seconds": built, "machine": machine()}
    about |= {"powers": asked.powers, "alpha": POWERS[asked.powers][-1]}
    figures = summarise(runs) | about | {"runs": runs}
    print({key: value for key, value in figures.items() if key != "runs"})
    write(name, figures, section(figures, name))


def table_1(cards: Mapping[str, Card], powers: str) -> Posterior:
    """The posterior of the paper's riddle."""
    return load_posterior(compile_text(text_of("three_numbers"), cards), cards, schedule=POWERS[powers])


def one(task: Task) -> Row:
    """What a seed gave."""
    torch.set_num_threads(1)
    seed, posterior = task["seed"], remembered(task["powers"], lambda: table_1(read_cards(), task["powers"]))
    request = request_for(posterior.program, seed=seed, samples=SAMPLES, **task["options"])
    processor = time.process_time()
    result = solve(posterior, request)
    processor = time.process_time() - processor
    return {
        "seed": seed,
        "answer": list(result.answer.values()),
        "right": dict(result.answer) == SOLUTION,
        "classifier": round(result.probability, 4),
        "judge": round(result.judged or 0.0, 4),
        "elbo": None if result.elbo is None else round(result.elbo, 2),
        "seconds": round(result.seconds, 2),
        "processor_seconds": round(processor, 2),
        "iterations": len(result.trace),
        **more(posterior, result),
    }


@torch.no_grad()
def more(posterior: Posterior, result: Result) -> dict[str, float]:
    """Of a Gaussian, the share of its own draws that show the solution; of chains, R-hat and the least ESS."""
    if isinstance(result.inferred, Approximation):
        own = result.inferred.draw(300, torch.Generator().manual_seed(result.request.seed))
        shown = posterior.evaluate(own, posterior.alpha).details["values"].argmax(dim=2)
        return {"fitted": (shown == torch.tensor(list(SOLUTION.values()))).all(dim=1).float().mean().item()}
    if "latents" in result.columns:
        chains = of_chains(result.columns["latents"])
        assert chains.rhat is not None
        assert chains.ess is not None
        return {"rhat": round(chains.rhat.max, 4), "ess": round(chains.ess.min)}
    return {}


def summarise(runs: list[dict[str, Any]]) -> dict[str, Any]:
    right = [run for run in runs if run["right"]]
    figures: dict[str, Any] = {"seeds": len(runs), "right": len(right)}
    for key in ("seconds", "processor_seconds"):
        values = [run[key] for run in runs]
        figures[key] = {"median": statistics.median(values), "max": max(values)}
    for key in ("classifier", "judge", "elbo", "fitted", "rhat", "ess"):
        values = [run[key] for run in right if run.get(key) is not None] or [0.0]
        figures[key] = {
            "mean": round(statistics.mean(values), 4),
            "median": statistics.median(values),
            "min": min(values),
            "max": max(values),
        }
    return figures


def section(figures: dict[str, Any], name: str) -> str:
    start = (
        "modes of a bank of prior draws" if figures["start"] == "bank" else "the prior, α annealed by the line search"
    )
    by_mean_field = figures["algorithm"] == "meanfield"
    ours = [
        f"Oedipus, mean-field, start: {start}" if by_mean_field else f"Oedipus, `{figures['algorithm']}`",
        f"{figures['right']} of {figures['seeds']}",
        f"{figures['seconds']['median']:.1f} s (slowest {figures['seconds']['max']:.1f} s)",
        f"{figures['classifier']['mean']:.1%} (least {figures['classifier']['min']:.1%})",
        f"{figures['judge']['mean']:.1%} (least {figures['judge']['min']:.1%})",
    ]
    paper = ["Knollmüller & Enßlin, mean-field", "88 of 100", "2400 s", "not given", "not given"]
    header = [
        f"Table 1 riddle, α = {figures['alpha']:g}",
        "seeds right",
        "seconds a seed, one core, median",
        "samples of right seeds read 1, 3, 4",
        "by the judge",
    ]
    where = figures["machine"]
    extra = ""
    if by_mean_field:
        extra = f" Samples are mended; of the Gaussian's own draws {figures['fitted']['mean']:.1%} show 1, 3, 4."
    elif figures["rhat"]["max"]:
        extra = f" Greatest R-hat {figures['rhat']['max']:.3f}, least effective sample size {figures['ess']['min']:,}."
    note = (
        f"{where['cores']} cores, load {where['load_average']}, one thread, torch {where['torch']}; "
        f"{SAMPLES} samples a seed; the bank was built in {figures['bank_seconds']:.1f} s; "
        f"of the processor {figures['processor_seconds']['median']:.1f} s a seed.{extra}"
    )
    flag = "" if figures["start"] == "bank" else " --start prior"
    flag += "" if by_mean_field else f" --algorithm {figures['algorithm']}"
    flag += "" if figures["powers"] == "paper" else f" --powers {figures['powers']}"
    command = f"`python benchmarks/riddle.py --seeds {figures['seeds']}{flag}`"
    titles = {"riddle": "The riddle of Table 1", "riddle-from-the-prior": "The same from the prior"}
    title = titles.get(name, f"The same by `{figures['algorithm']}`")
    rows = [paper, ours]
    if figures["powers"] != "paper":
        title, rows = f"Table 1 by `{figures['algorithm']}` with the default powers", [ours]
    return f"## {title}\n\n{command}: {note}\n\n{table(header, rows)}"


if __name__ == "__main__":
    main()
