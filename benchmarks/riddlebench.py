"""Oedipus beside what users of generative priors do by hand: 20 riddles of the library and 20 measured digits.

    python benchmarks/riddlebench.py

MAP by Adam (CSGM, PULSE), unadjusted Langevin and NumPyro's SVI sample from the same density as `solve` with its
defaults: the same networks, clauses, powers and data, handed over compiled. A case is right where the reading that
most samples show is the solution; the judge, which takes no part in inference, says how many samples show it. Seconds
are of one processor, without the bank and without the compilation that NumPyro needs, which are told apart. What each
system gave for a case is kept in ``--keep``, so a run that was stopped goes on. NumPyro lives in an environment of its
own (``--environment``, made where it is missing). Writes benchmarks/results/riddlebench.json and the section of
docs/benchmarks.md.
"""

import argparse
import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from baselines import climbed, langevin
from large import unique_riddles
from peer_bridge import PINNED, environment, handed_over, peer
from report import HERE, machine, table, write
from safetensors.torch import load_file
from torch import Tensor

from oedipus.compiler.pipeline import compile_riddle, compile_text
from oedipus.networks.cards import Card, read_cards
from oedipus.networks.library import load_network
from oedipus.runtime.algorithms.base import Approximation
from oedipus.runtime.operators import compose
from oedipus.runtime.posterior import SCHEDULE, Posterior, load_posterior
from oedipus.runtime.solve import Request, judge, solve
from oedipus.runtime.starts import readable

SAMPLES, MEMBERS = 100, 4096
RIDDLES = 20
CLIMB = {"steps": 200, "starts": 5}
CHAINS = {"steps": 300, "chains": 5}
FIT = {"iterations": 200, "particles": 10, "rate": 0.04, "starts": 2}
LOOKS: tuple[tuple[str, str, tuple[tuple[str, tuple[Any, ...]], ...], float], ...] = (
    ("left hidden", "mask(x, left)", (("mask", ("left",)),), 0.3),
    ("blurred", "blur(x, 2.5)", (("blur", (2.5,)),), 0.1),
    ("noisy", "x", (), 0.8),
    ("bottom hidden", "mask(x, bottom)", (("mask", ("bottom",)),), 0.3),
)
"""How measured digits are looked at: name, in the riddle's words, as operators, and σ."""


@dataclass(frozen=True)
class Case:
    """A posterior and the values that its pictures truly show."""

    group: str
    name: str
    posterior: Posterior
    solution: Mapping[str, int]


@dataclass(frozen=True)
class Found:
    """Latents ``[samples, dim]`` that a system gave, and what they cost in seconds of the processor."""

    latents: Tensor
    seconds: float
    compilation: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--riddles", type=int, default=RIDDLES)
    parser.add_argument("--measured", type=int, default=20)
    parser.add_argument("--systems", nargs="*", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--environment", type=Path, default=HERE.parent / "runs" / "peers", help="of NumPyro")
    parser.add_argument("--keep", type=Path, default=HERE.parent / "runs" / "riddlebench")
    parser.add_argument("--stored", action="store_true", help="nothing is run, and cases that are not known left out")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    asked.keep.mkdir(parents=True, exist_ok=True)
    os.environ["OEDIPUS_CACHE"] = str(asked.keep.resolve())
    # Measured digits differ in their data alone; NumPyro compiles for the first of each look.
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(asked.keep.resolve() / "compiled"))
    cards = read_cards()
    load_network(cards["digit_judge"])
    rows: list[dict[str, Any]] = []
    # In turns, so that a run that is cut short has some of both.
    for pair in itertools.zip_longest(riddles(cards, asked.riddles), measured(cards, asked.measured)):
        for case in filter(None, pair):
            row: dict[str, Any] = {"group": case.group, "case": case.name, "digits": len(case.solution)}
            for system in asked.systems:
                row[system] = kept(case, system, asked)
                print(case.name, system, row[system] or "not run", flush=True)
            rows += [row] if row.get("ours") else []
    rows.sort(key=lambda row: row["group"] != "riddles")
    figures = {"seed": asked.seed, "machine": machine(), "alpha": SCHEDULE[-1], "cases": rows}
    if set(asked.systems) == set(SYSTEMS):
        write("riddlebench", figures, section(figures))


def riddles(cards: Mapping[str, Card], number: int) -> Iterator[Case]:
    """Riddles of the library with one solution, evenly from those of few digits to those of many."""
    unique = list(unique_riddles(cards, None, least=1))
    for at in np.linspace(0, len(unique) - 1, number).round().astype(int):
        name, riddle, answer = unique[at]
        posterior = load_posterior(compile_riddle(riddle, cards), cards)
        yield Case("riddles", name, posterior, answer)


def measured(cards: Mapping[str, Card], number: int) -> Iterator[Case]:
    """Held-out digits of MNIST, as many of each class, masked, blurred or noisy in turn."""
    stored = load_file(HERE.parent / "tests" / "data" / "digits.safetensors")
    for at in range(number):
        digit = at % 10
        place = int(torch.nonzero(stored["labels"] == digit)[at // 10])
        picture = stored["pictures"][place].float() / 255
        look, said, operators, sigma = LOOKS[(at + at // 10) % len(LOOKS)]
        noise = sigma * torch.randn(picture.shape, generator=torch.Generator().manual_seed(at))
        data = compose(operators, picture.shape, {}).forward(picture[None])[0] + noise
        with tempfile.TemporaryDirectory() as folder:
            np.save(Path(folder, "y.npy"), data.numpy())
            text = f'digit x\ndata y = "y.npy"\n{said} = y ± {sigma}\n'
            program = compile_text(text, cards, Path(folder))
        yield Case("measured", f"{look} {digit}, picture {place}", load_posterior(program, cards), {"x": digit})


def kept(case: Case, system: str, asked: argparse.Namespace) -> dict[str, Any]:
    """The figures of a system for a case, from ``--keep`` where they are there already; none where nothing is run."""
    where: Path = asked.keep / f"{case.name.replace(' ', '-')}-{system}-{asked.seed}.json"
    if not where.exists():
        if asked.stored:
            return {}
        found = quality(case, SYSTEMS[system](case.posterior, asked))
        where.write_text(json.dumps(found), encoding="utf-8")
    known: dict[str, Any] = json.loads(where.read_text(encoding="utf-8"))
    return known


@torch.no_grad()
def quality(case: Case, found: Found) -> dict[str, Any]:
    """Whether the reading of most samples is the solution, and the shares that classifier and judge read so."""
    posterior = case.posterior
    shown = posterior.evaluate(found.latents, posterior.alpha).details["values"].argmax(dim=2)
    solution = tuple(case.solution[name] for name in posterior.valued)
    readings, counts = shown.unique(dim=0, return_counts=True)
    best = posterior.told(readings[counts.argmax()].tolist())
    share = sum(posterior.told(row) == solution for row in shown.tolist()) / len(shown)
    return {
        "right": best == solution,
        "answer": "".join(map(str, best)),
        "read": round(share, 4),
        "judged": round(judge(posterior, posterior.pictures(found.latents), case.solution) or 0.0, 4),
        "seconds": round(found.seconds, 2),
        "compilation": round(found.compilation, 2),
    }


def ours(posterior: Posterior, asked: argparse.Namespace) -> Found:
    """What ``solve`` does by default, with the bank at hand."""
    if readable(posterior):
        posterior.bank(MEMBERS)
    begin = time.process_time()
    result = solve(posterior, Request(seed=asked.seed, samples=SAMPLES))
    return Found(result.latents, time.process_time() - begin)


def by_adam(posterior: Posterior, asked: argparse.Namespace) -> Found:
    """The highest of several climbs: one picture of each variable."""
    begin = time.process_time()
    found = climbed(posterior, torch.Generator().manual_seed(asked.seed), **CLIMB)
    return Found(found[None], time.process_time() - begin)


def by_langevin(posterior: Posterior, asked: argparse.Namespace) -> Found:
    """Chains without acceptance."""
    begin = time.process_time()
    found = langevin(posterior, torch.Generator().manual_seed(asked.seed), samples=SAMPLES, **CHAINS)
    return Found(found, time.process_time() - begin)


def by_svi(posterior: Posterior, asked: argparse.Namespace) -> Found:
    """NumPyro's AutoNormal, the best of a few starts; the first of them is charged what the others took."""
    plan, arrays = handed_over(posterior)
    with peer(environment(asked.environment), "svi_from_prior", plan | FIT, arrays) as numpyro:
        _, found = numpyro(asked.seed)
    each = found["each"].tolist()
    once = statistics.median(each[1:])
    q = Approximation(found["mean"][None].float(), found["sigma"].log()[None].float())
    latents = q.draw(SAMPLES, torch.Generator().manual_seed(asked.seed))
    return Found(latents, once * len(each), max(0.0, each[0] - once))


SYSTEMS: dict[str, Callable[[Posterior, argparse.Namespace], Found]] = {
    "ours": ours, "map": by_adam, "langevin": by_langevin, "svi": by_svi,
}  # fmt: skip
CALLED = {
    "ours": "Oedipus, by default",
    "map": f"MAP by Adam, {CLIMB['steps']} steps from {CLIMB['starts']} starts",
    "langevin": f"unadjusted Langevin, {CHAINS['chains']} chains of {CHAINS['steps']} steps",
    "svi": f"NumPyro SVI, AutoNormal, best of {FIT['starts']} starts",
}


def summary(rows: list[dict[str, Any]]) -> Iterator[list[str]]:
    """A line for each system of its figures over the ``rows`` it has, seconds beside ours of the same."""
    for system in SYSTEMS:
        runs = [row[system] for row in rows if row[system]]
        if not runs:
            continue
        mine = statistics.mean(row["ours"]["seconds"] for row in rows if row[system])
        seconds = statistics.mean(run["seconds"] for run in runs)
        compiled = statistics.mean(run["compilation"] for run in runs)
        yield [
            CALLED[system],
            f"{sum(run['right'] for run in runs)} of {len(runs)}",
            f"{statistics.mean(run['read'] for run in runs):.1%}",
            f"{statistics.mean(run['judged'] for run in runs):.1%}",
            f"{seconds:.1f} s" + (f" (compilation {compiled:.1f} s)" if compiled else ""),
            f"{seconds / mine:.1f} ×",
        ]


def told(run: Mapping[str, Any]) -> str:
    """The share by the judge, and whether the answer is wrong."""
    return f"{run['judged']:.0%}{'' if run['right'] else ' ✗'}" if run else "–"


def section(figures: Mapping[str, Any]) -> str:
    header = ["system", "right", "samples", "by the judge", "seconds a case", "by ours"]
    blocks = [
        "## Beside MAP, Langevin and SVI",
        f"`python benchmarks/riddlebench.py`: the same density for all (networks, clauses, α = {figures['alpha']:g}, "
        f"data), {SAMPLES} samples a case, one of MAP; one thread, load {figures['machine']['load_average']}; "
        f"{PINNED[0]}, {PINNED[1]}. A case is right where the reading of most samples is the solution; shares are of "
        "samples that show the solution. Seconds are the processor's, means over the cases, without the bank that "
        "riddles share.",
    ]
    titles = {
        "riddles": "Riddles of the library with one solution, of {least} to {most} digits",
        "measured": "Held-out digits of MNIST, half hidden, blurred or noisy",
    }
    for group, title in titles.items():
        rows = [row for row in figures["cases"] if row["group"] == group]
        if not rows:
            continue
        digits = [row["digits"] for row in rows]
        said = title.format(least=min(digits), most=max(digits))
        blocks += [f"{said}; cases: {len(rows)}.", table(header, list(summary(rows)))]
    cases = [
        [f"`{row['case']}`" if row["group"] == "riddles" else row["case"], str(row["digits"])]
        + [told(row[system]) for system in SYSTEMS]
        for row in figures["cases"]
    ]
    note = "Each case by the judge, ✗ where the answer is wrong"
    if not all(row[system] for row in figures["cases"] for system in SYSTEMS):
        note += (
            ", – where it was not run yet (the command goes on where it stopped; a system's figures are of its cases)"
        )
    blocks += [f"{note}:", table(["case", "digits", *SYSTEMS], cases)]
    return "\n\n".join(blocks)


if __name__ == "__main__":
    main()
