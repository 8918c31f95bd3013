"""Riddles of 4 to 10 digits by the bank: success, what the pictures show, and seconds, by the number of digits.

    python benchmarks/large.py --seeds 5
    python benchmarks/large.py --seeds 5 --alpha 10

Every riddle of the library with one solution and at least four digits, with the
product of its clauses' evidence and with all logic clauses as one factor. One process, one
thread; the bank is built beforehand and timed apart. The judge is a network that
takes no part in inference. Writes benchmarks/results/large.json, docs/large.png
and the section of docs/benchmarks.md.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

import torch
from crew import add_flags, over
from matplotlib.figure import Figure
from report import PAGE, machine, table, write

from oedipus.compiler.checked import Measurement, Riddle
from oedipus.compiler.frontend import check_text
from oedipus.compiler.pipeline import compile_riddle
from oedipus.compiler.verdict.decide import verdict
from oedipus.networks.cards import Card, read_cards
from oedipus.networks.library import load_network
from oedipus.riddles import names, text_of
from oedipus.runtime.posterior import SCHEDULE, Posterior, load_posterior
from oedipus.runtime.solve import Request, judge, solve
from oedipus.sweep.journal import Row
from oedipus.sweep.spread import Task, remembered

MEMBERS = 4096
LEAST, MOST = 4, 10
EVIDENCE: tuple[Literal["product", "joint"], ...] = ("product", "joint")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--alpha", type=float, help="the power of every clause, such as the paper's 10")
    add_flags(parser)
    parser.add_argument("--only", nargs="*", help="these riddles alone; nothing is written")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cards = read_cards()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OEDIPUS_CACHE"] = folder
        found = [(name, riddle, answer) for name, riddle, answer in unique_riddles(cards, asked.only)]
        tasks = [
            {
                "id": f"{name} {evidence} {asked.alpha} {asked.samples} {seed}", "riddle": name, "evidence": evidence,
                "answer": answer, "alpha": asked.alpha, "samples": asked.samples, "seed": seed,
            }
            for name, _, answer in found for evidence in EVIDENCE for seed in range(asked.seeds)
        ]  # fmt: skip
        rows = iter(over(tasks, seed_of, asked))
        runs = [
            one(riddle, evidence, [next(rows) for _ in range(asked.seeds)], name)
            for name, riddle, _ in found
            for evidence in EVIDENCE
        ]
    if not asked.only:
        figures = {"seeds": asked.seeds, "samples": asked.samples, "machine": machine(), "riddles": runs}
        figures["alpha"] = asked.alpha or SCHEDULE[-1]
        if asked.alpha is None:
            draw(runs)
        name = "large" if asked.alpha is None else f"large-{asked.alpha:g}"
        write(name, figures, section(figures, given=asked.alpha is not None))


def unique_riddles(
    cards: Mapping[str, Card], only: list[str] | None, least: int = LEAST
) -> Iterator[tuple[str, Riddle, dict[str, int]]]:
    """Name, riddle and its one solution, fewest digits first; of digits alone, and none of them measures a picture."""
    checked = [(name, check_text(text_of(name), cards)) for name in only or names()]
    for name, riddle in sorted(checked, key=lambda pair: len(pair[1].variables)):
        measured = any(isinstance(clause.body, Measurement) for clause in riddle.clauses)
        if any(one.kind != "digit" for one in riddle.variables):
            continue
        if measured or not least <= len(riddle.variables) <= MOST:
            continue
        found = verdict(riddle, cards, limit=2)
        if found.kind == "unique":
            yield name, riddle, dict(found.solutions[0])


def one(riddle: Riddle, evidence: str, seeds: list[Row], name: str) -> dict[str, Any]:
    """The figures of one riddle with one kind of evidence, over all seeds."""
    first = seeds[0]
    return {
        "riddle": name,
        "digits": len(riddle.variables),
        "evidence": evidence,
        "own": evidence == riddle.settings.evidence,
        "right": sum(run["right"] for run in seeds),
        "read": statistics.mean(run["read"] for run in seeds),
        "judged": statistics.mean(run["judged"] for run in seeds),
        "seconds": statistics.median(run["seconds"] for run in seeds),
        "processor_seconds": statistics.median(run["processor_seconds"] for run in seeds),
        "compile_seconds": first["compile_seconds"],
        "bank_seconds": max(run["bank_seconds"] for run in seeds),
        "seeds": seeds,
    }


def ready(task: Task) -> tuple[Posterior, dict[str, float]]:
    """The posterior with its bank, and the seconds of compiling it and of building the bank."""
    torch.set_num_threads(1)
    cards = read_cards()
    riddle = check_text(text_of(task["riddle"]), cards)
    start = time.perf_counter()
    program = compile_riddle(replace(riddle, settings=replace(riddle.settings, evidence=task["evidence"])), cards)
    compiled = time.perf_counter()
    posterior = load_posterior(program, cards, schedule=(task["alpha"],) if task["alpha"] else None)
    loaded = time.perf_counter()
    posterior.bank(MEMBERS)
    load_network(cards["digit_judge"])
    return posterior, {"compile_seconds": compiled - start, "bank_seconds": time.perf_counter() - loaded}


def seed_of(task: Task) -> Row:
    """One solve; ``read`` and ``judged`` are the shares of samples that show the solution."""
    key = f"{task['riddle']} {task['evidence']} {task['alpha']}"
    posterior, spent = remembered(key, lambda: ready(task))
    answer = task["answer"]
    processor = time.process_time()
    result = solve(posterior, Request(algorithm="bank", seed=task["seed"], samples=task["samples"]))
    processor = time.process_time() - processor
    expected = tuple(answer[name] for name in posterior.valued)
    return {
        "seed": task["seed"],
        "right": dict(result.answer) == answer,
        "answer": "".join(map(str, result.answer.values())),
        "read": {one.values: one.share for one in result.answers}.get(expected, 0.0),
        "judged": judge(posterior, list(result.pictures), answer) or 0.0,
        "log_evidence": result.log_evidence,
        "seconds": result.seconds,
        "processor_seconds": processor,
        **spent,
    }


def draw(runs: list[dict[str, Any]]) -> None:
    """docs/large.png: seconds and shares against the number of digits."""
    figure = Figure(figsize=(9, 3.4), dpi=110)
    times, shares = figure.subplots(1, 2)
    for evidence, marker, shift in (("product", "o", -0.12), ("joint", "s", 0.12)):
        chosen = [run for run in runs if run["evidence"] == evidence]
        digits = [run["digits"] + shift for run in chosen]
        times.plot(digits, [run["processor_seconds"] for run in chosen], marker, label=f"{evidence} evidence")
        shares.plot(digits, [run["read"] for run in chosen], marker, color="C0" if evidence == "product" else "C1")
        judged = [run["judged"] for run in chosen]
        colour = "C0" if evidence == "product" else "C1"
        shares.plot(digits, judged, marker, color=colour, fillstyle="none", label=f"{evidence}, by the judge")
    times.set(xlabel="digits", ylabel="processor seconds a solve", ylim=(0, None))
    shares.set(xlabel="digits", ylabel="share of samples that show the answer", ylim=(-0.03, 1.03))
    for axis in (times, shares):
        axis.legend(fontsize=8)
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(PAGE.parent / "large.png", metadata={"Software": "oedipus"})


def section(figures: dict[str, Any], *, given: bool) -> str:
    rows = [
        [
            f"`{run['riddle']}`",
            str(run["digits"]),
            run["evidence"] + (" (its own)" if run["own"] else ""),
            f"{run['right']} of {figures['seeds']}",
            f"{run['read']:.1%}",
            f"{run['judged']:.1%}",
            f"{run['seconds']:.1f} s",
            f"{run['processor_seconds']:.1f} s",
        ]
        for run in figures["riddles"]
    ]
    header = ["riddle", "digits", "evidence", "seeds right", "samples", "by the judge", "seconds", "of processor"]
    where = figures["machine"]
    slowest = max(run["bank_seconds"] for run in figures["riddles"])
    flag = f" --alpha {figures['alpha']:g}" if given else ""
    return "\n\n".join(
        [
            f"## The same with α = {figures['alpha']:g}" if given else "## Riddles of 4 to 10 digits",
            f"`python benchmarks/large.py --seeds {figures['seeds']}{flag}`: `bank`, α = {figures['alpha']:g}, "
            f"{figures['samples']} samples a solve, one thread, load {where['load_average']}; seconds are medians over "
            f"the seeds, without the bank, whose building took up to {slowest:.1f} s. Shares are of all samples of all "
            "seeds.",
            table(header, rows),
            "" if given else "![Seconds and shares against the number of digits](large.png)",
        ]
    )


if __name__ == "__main__":
    main()
