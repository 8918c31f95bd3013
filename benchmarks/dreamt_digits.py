"""The ten conditional generators as one network: share right, by the judge, k-hat, gap to the evidence, time.

    oedipus dream riddles/dreams/any_digit.riddle --out DIR --rows 65536 --slopes 0 --steps 4000
    python benchmarks/dreamt_digits.py DIR

Of each digit the flow's own samples, and those that `oedipus condition digit N` takes from them by their weights.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import torch

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import read_cards
from oedipus.networks.library import load_network
from oedipus.runtime.algorithms.forward import by_weight, weigh
from oedipus.runtime.diagnostics import pareto_k
from oedipus.runtime.dream.module import Module, read_module
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import request_for, solve


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", type=Path)
    parser.add_argument("--samples", type=int, default=2000)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    cards, module = read_cards(), read_module(asked.module)
    rows = []
    for digit in range(10):
        posterior = load_posterior(compile_text(f"digit x\nx is {digit} with alpha 100\n", cards), cards)
        rows.append({"digit": digit, **measured(asked.module, module, posterior, digit, asked.samples)})
        print(json.dumps(rows[-1]), flush=True)
    print(json.dumps({"median": middle(rows)}))
    print(table(rows))


@torch.no_grad()
def measured(folder: Path, module: Module, posterior: Posterior, digit: int, samples: int) -> dict[str, float]:
    """The figures of one digit."""
    rng = torch.Generator().manual_seed(digit)
    condition = module.ask(posterior)
    latents = module.draw(condition, samples, rng)
    log_weights, _ = weigh(module, posterior, condition, latents, posterior.alpha)
    pictures = posterior.pictures(latents)[0]
    found = {
        name: (load_network(posterior.cards[name])(pictures).argmax(dim=1) == digit).float()
        for name in ("digit_classifier", "digit_judge")
    }
    taken = by_weight(log_weights[:200], 100, rng)
    began = time.process_time()
    result = solve(posterior, request_for(posterior.program, algorithm="forward", module=str(folder)))
    whole = time.process_time() - began
    judge = load_network(posterior.cards["digit_judge"])(result.pictures[0]).argmax(dim=1)
    return {
        "right": float(found["digit_classifier"].mean()),
        "judge": float(found["digit_judge"].mean()),
        "khat": pareto_k(log_weights[:200]),
        "gap": float(log_weights.logsumexp(dim=0)) - torch.tensor(samples).log().item() - float(log_weights.mean()),
        "twice": 1 - len(taken.unique()) / len(taken),
        "weighted_judge": float((judge == digit).float().mean()),
        "milliseconds": timed(module, posterior),
        "whole_ms": 1000 * whole,
    }


def timed(module: Module, posterior: Posterior) -> float:
    """Milliseconds of the processor for 20 samples and their pictures, networks at hand; the median of five."""
    spent = []
    for turn in range(5):
        began = time.process_time()
        posterior.pictures(module.draw(module.ask(posterior), 20, torch.Generator().manual_seed(turn)))
        spent.append(1000 * (time.process_time() - began))
    return statistics.median(spent)


def middle(rows: list[dict[str, float]]) -> dict[str, Any]:
    """Medians over the digits."""
    return {name: round(statistics.median(row[name] for row in rows), 4) for name in rows[0]}


def table(rows: list[dict[str, float]]) -> str:
    """The figures as docs/benchmarks.md has them."""
    lines = [
        "| digit | right | by the judge | k-hat of 200 | gap, nats | judge, weighted | 20 pictures | `condition` |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row['digit']:.0f} | {row['right']:.2%} | {row['judge']:.2%} | {row['khat']:.2f} | {row['gap']:.1f} "
        f"| {row['weighted_judge']:.0%} | {row['milliseconds']:.0f} ms | {row['whole_ms']:.0f} ms |"
        for row in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
