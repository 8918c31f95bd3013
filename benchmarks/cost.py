"""What a solve spends, and what of it outside the networks, against digits, clauses and samples.

    python benchmarks/cost.py

One process, one thread, by ``bank`` (whose bank is there already) and by ``meanfield`` from the best of its modes. A
riddle of n digits has a clause for each neighbouring pair and for each digit. Seconds are of the processor,
medians of three; inside the networks is what their forward and backward passes took, by hooks. Also the seconds
of the torch-free commands. Writes benchmarks/results/cost.json, docs/cost.png and the section of docs/benchmarks.md.
"""

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from report import HERE, PAGE, machine, table, write
from torch import nn

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card, read_cards
from oedipus.runtime.posterior import load_posterior
from oedipus.runtime.solve import request_for, solve

DIGITS, CLAUSES, SAMPLES = (1, 3, 10, 30), (10, 20, 40, 80), (100, 200, 400, 800)
RUNS = 3
COMMANDS = ("check", "explain", "fmt", "compile")
RIDDLE = HERE.parent / "riddles" / "three_numbers.riddle"


@dataclass(slots=True)
class Meter:
    """Processor seconds inside the networks; a pass that another network's pass lies in counts once."""

    seconds: float = 0.0
    depth: int = 0
    begun: float = field(default=0.0)

    def enter(self, *_: Any) -> None:
        if self.depth == 0:
            self.begun = time.process_time()
        self.depth += 1

    def leave(self, *_: Any) -> None:
        self.depth -= 1
        if self.depth == 0:
            self.seconds += time.process_time() - self.begun


@contextmanager
def metered(networks: Mapping[str, nn.Module]) -> Iterator[Meter]:
    """Hooks on every network for as long as it takes."""
    meter = Meter()
    hooks = []
    for network in networks.values():
        hooks.append(network.register_forward_pre_hook(meter.enter))
        hooks.append(network.register_forward_hook(meter.leave))
        hooks.append(network.register_full_backward_pre_hook(meter.enter))
        hooks.append(network.register_full_backward_hook(meter.leave))
    try:
        yield meter
    finally:
        for hook in hooks:
            hook.remove()


def riddle(digits: int, clauses: int) -> str:
    """So many digits, and clauses about one or two of them that every digit can fulfil."""
    names = [f"a{place + 1}" for place in range(digits)]
    said = [f"{name} is {('odd', 'even')[place % 2]}" for place, name in enumerate(names)]
    said += [f"{a} + {b} is odd" for a, b in itertools.pairwise(names)]
    said += [f"{a} + {b} <= 16" for a, b in itertools.pairwise(names)]
    said += [f"{a} - {b} <= 8" for a, b in itertools.pairwise(names)]
    said += [f"{a} <> {b}" for a, b in zip(names, names[2:], strict=False)]
    said += [f"{a} + {b} <= 17" for a, b in zip(names, names[3:], strict=False)]
    said += [f"{a} + {b} >= 0" for a, b in zip(names, names[3:], strict=False)]
    said += [f"{a} + {b} <= 18" for a, b in itertools.pairwise(names)]
    if len(said) < clauses:
        raise ValueError(f"{digits} digits give {len(said)} clauses, not {clauses}")
    return "\n".join([f"digits {', '.join(names)}", *said[:clauses]]) + "\n"


def one(algorithm: str, digits: int, clauses: int, samples: int, cards: Mapping[str, Card]) -> dict[str, Any]:
    """Medians of a few solves."""
    posterior = load_posterior(compile_text(riddle(digits, clauses), cards), cards)
    posterior.bank(4096)
    found = []
    for seed in range(RUNS):
        request = request_for(posterior.program, algorithm=algorithm, seed=seed, samples=samples)
        with metered(posterior.networks) as meter:
            begun = time.process_time()
            solve(posterior, replace(request))
            found.append((time.process_time() - begun, meter.seconds))
    total, inside = (statistics.median(one[place] for one in found) for place in (0, 1))
    return {
        "algorithm": algorithm, "digits": digits, "clauses": clauses, "samples": samples, "seconds": round(total, 3),
        "outside": round(total - inside, 3),
    }  # fmt: skip


def starts() -> dict[str, float]:
    """Processor seconds of a command from its start to its end, the least of five; ``python`` is an empty one."""
    found = {}
    for name in ("python", "import", *COMMANDS):
        command = [sys.executable, "-c", ""]
        if name == "import":
            command = [sys.executable, "-c", "import oedipus.__main__"]
        elif name != "python":
            command = [sys.executable, "-m", "oedipus", name, str(RIDDLE)]
        times = []
        for _ in range(5):
            before = os.times()
            subprocess.run(command, check=True, capture_output=True)
            after = os.times()
            times.append(after.children_user + after.children_system - before.children_user - before.children_system)
        found[name] = round(min(times), 3)
    return found


def slope(runs: list[dict[str, Any]], axis: str) -> float:
    """The exponent of a power law through the seconds: at most 1 where they are at most linear."""
    x, y = np.log([run[axis] for run in runs]), np.log([run["seconds"] for run in runs])
    return float(np.polyfit(x, y, 1)[0])


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    torch.set_num_threads(1)
    cards = read_cards()
    runs: dict[str, list[dict[str, Any]]] = {"digits": [], "clauses": [], "samples": []}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OEDIPUS_CACHE"] = folder
        for algorithm in ("bank", "meanfield"):
            for digits in DIGITS:
                runs["digits"].append(one(algorithm, digits, 2 * digits - 1, 100, cards))
            for clauses in CLAUSES:
                runs["clauses"].append(one(algorithm, 12, clauses, 100, cards))
            for samples in SAMPLES:
                runs["samples"].append(one(algorithm, 3, 5, samples, cards))
            print(algorithm, *(axis[-1] for axis in runs.values()), sep="\n", flush=True)
    figures = {"machine": machine(), "runs": runs, "starts": starts()}
    draw(runs)
    write("cost", figures, section(figures))


def draw(runs: Mapping[str, list[dict[str, Any]]]) -> None:
    """docs/cost.png: seconds, and those outside the networks, against each axis."""
    figure = Figure(figsize=(10, 3.4), dpi=110, layout="constrained")
    for axes, (axis, found) in zip(figure.subplots(1, 3), runs.items(), strict=True):
        for colour, algorithm in (("C0", "bank"), ("C1", "meanfield")):
            own = [run for run in found if run["algorithm"] == algorithm]
            x = [run[axis] for run in own]
            axes.plot(x, [run["seconds"] for run in own], "o-", color=colour, label=algorithm)
            axes.plot(x, [run["outside"] for run in own], "o--", color=colour, fillstyle="none")
        axes.set(xlabel=axis, ylabel="processor seconds" if axis == "digits" else "", xlim=(0, None), ylim=(0, None))
        axes.grid(alpha=0.3)
    axes.plot([], [], "k--", label="outside the networks")
    axes.legend(fontsize=8)
    figure.savefig(PAGE.parent / "cost.png", metadata={"Software": "oedipus"})


def section(figures: Mapping[str, Any]) -> str:
    rows, told = [], []
    for axis, found in figures["runs"].items():
        for algorithm in ("bank", "meanfield"):
            own = [run for run in found if run["algorithm"] == algorithm]
            rows += [
                [
                    f"`{algorithm}`", str(run["digits"]), str(run["clauses"]), str(run["samples"]),
                    f"{run['seconds']:.2f} s", f"{run['outside'] / run['seconds']:.0%}",
                ]
                for run in own
            ]  # fmt: skip
            told.append(f"{axis} {slope(own, axis):.2f} (`{algorithm}`)")
    begun, where = figures["starts"], figures["machine"]
    commands = ", ".join(f"`{name}` {begun[name]:.2f} s" for name in COMMANDS)
    return "\n\n".join(
        [
            "## What a solve costs",
            f"`python benchmarks/cost.py`: {where['cores']} cores, load {where['load_average']}, one thread, medians "
            f"of {RUNS}, the bank at hand. Exponents of a power law through the seconds (1 is linear, less is "
            f"cheaper): {'; '.join(told)}.",
            table(["", "digits", "clauses", "samples", "of processor", "outside the networks"], rows),
            "![Seconds against digits, clauses and samples](cost.png)",
            f"Torch-free commands, from start to end, of the processor: {commands}; importing the shell takes "
            f"{begun['import']:.2f} s, an empty Python {begun['python']:.2f} s.",
        ]
    )


if __name__ == "__main__":
    main()
