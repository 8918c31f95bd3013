"""Oedipus beside NumPyro and NIFTy.re: the same networks, weights, α, latents, chains and core.

    python benchmarks/peers.py --environment DIR

The peers live in an environment of their own, made in DIR where it is not there yet (pinned
versions; needs a network). Everything is handed over as NumPy arrays, and first of all
both sides' densities and gradients are compared. Runs alternate, ``--repeats`` of each, all on one
core; figures are medians, and seconds the processor's, so that whatever else runs has little say.
Effective sample sizes and R-hat of both by the same call of ArviZ. Writes
benchmarks/results/peers.json and the section of docs/benchmarks.md after each of ``--parts``.
"""

import argparse
import json
import os
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from peer_bridge import PINNED, environment, handed_over, medians_of, peer, timed
from peer_measured import measured_section, measured_side_by_side
from report import HERE, machine, table, write
from torch import Generator, Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import read_cards
from oedipus.riddles import text_of
from oedipus.runtime.algorithms.base import Approximation
from oedipus.runtime.algorithms.elbo import elbo_on
from oedipus.runtime.algorithms.hamiltonian import Target
from oedipus.runtime.algorithms.hmc import HMC
from oedipus.runtime.algorithms.hmc import State as HMCState
from oedipus.runtime.algorithms.meanfield import MeanField
from oedipus.runtime.density import Density
from oedipus.runtime.diagnostics import of_chains
from oedipus.runtime.posterior import PAPER, Posterior, load_posterior
from oedipus.runtime.run import run
from oedipus.runtime.solve import Request, solve
from oedipus.runtime.starts import starts

CHAINS, LEAPFROG, WARMUP = 8, 10, 150
ITERATIONS, PARTICLES, RATE = 220, 10, 0.04
SHORT_TARGET, JUMPS = 0.3, 8


@dataclass(frozen=True)
class Placed:
    """Chains that begin where they are told to."""

    positions: Tensor

    def draw(self, number: int, _rng: Generator) -> Tensor:
        return self.positions[:number]


@dataclass(frozen=True)
class Jumping(HMC):
    """HMC whose jumps begin after its first trajectory: the positions are those of the other systems."""

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> HMCState:
        """The chains where they are told to be, all pictures jumping."""
        state = HMC(self.schedule, self.chains, jumps=0).init(density, rng, start)
        return replace(state, jumping=tuple(range(len(state.landed))))


def chains_side_by_side(posterior: Posterior, python: Path, draws: int, repeats: int) -> dict[str, Any]:
    """ESS per second of HMC from the same positions: leapfrog 10, target 0.6, diagonal mass; and ours as it likes."""
    positions = solve(posterior, Request(algorithm="bank", samples=CHAINS)).latents[:CHAINS]
    plan, arrays = handed_over(posterior)
    plan |= {"draws": draws, "warmup": WARMUP, "leapfrog": LEAPFROG, "target": 0.6, "thin": 1, "gradients": 100}
    arrays["positions"] = positions.numpy()
    target = Target(posterior, posterior.alpha)
    same = HMC(posterior.schedule[-1:], CHAINS, draws, WARMUP, LEAPFROG, jumps=0)
    # As many gradients, in trajectories of one step.
    short = shortened(same)
    jumping = Jumping(posterior.schedule[-1:], CHAINS, draws, 2 * WARMUP, 1, 2, SHORT_TARGET, JUMPS)
    algorithms = {"ours": same, "short": short, "jumping": jumping}
    ours: dict[str, list[Any]] = {name: [] for name in (*algorithms, "numpyro")}
    gradients: dict[str, list[float]] = {"ours": [], "jax": []}
    with peer(python, "gradient", plan, arrays) as bare:
        _, there = bare(0)
        here = target.at(positions)
        error = ((here.gradient + positions) - there["slope"]).abs().max().item()
        assert error < 1e-2 * (1 + there["slope"].abs().max().item()), f"the two sides differ: {error}"
        for _ in range(repeats):
            gradients["ours"].append(timed(lambda: [target.at(positions) for _ in range(100)])[0] / 100)
            gradients["jax"].append(bare(0)[0] / 100)
    with peer(python, "hmc", plan, arrays) as numpyro:
        first, _ = numpyro(1000)
        for seed in range(repeats):
            for name, algorithm in algorithms.items():
                seconds, chains = timed(lambda one=algorithm, at=seed: ours_from(positions, posterior, one, at))
                ours[name].append(of_run(seconds, chains))
            seconds, found = numpyro(seed)
            ours["numpyro"].append(of_run(seconds, found["draws"].transpose(0, 1)))
            print(seed, {name: runs[-1] for name, runs in ours.items()}, flush=True)
    medians = medians_of(ours)
    medians["numpyro"]["with_compilation"] = first
    return {
        "dim": posterior.dim, "draws": draws, "gradient_error": error, "systems": medians,
        "gradient_ms": {name: 1e3 * statistics.median(values) for name, values in gradients.items()},
    }  # fmt: skip


def shortened(algorithm: HMC) -> HMC:
    """As many gradients in trajectories of one step, the last of ten kept, tuned to accept fewer."""
    return replace(algorithm, leapfrog=1, thin=LEAPFROG, warmup=algorithm.warmup * LEAPFROG, acceptance=SHORT_TARGET)


def short_trajectories(posterior: Posterior, python: Path, draws: int, repeats: int) -> dict[str, Any]:
    """The settings that suit this posterior, on both sides."""
    positions = solve(posterior, Request(algorithm="bank", samples=CHAINS)).latents[:CHAINS]
    plan, arrays = handed_over(posterior)
    plan |= {"draws": draws, "warmup": WARMUP * LEAPFROG, "leapfrog": 1, "target": SHORT_TARGET, "thin": LEAPFROG}
    arrays["positions"] = positions.numpy()
    algorithm = shortened(HMC(posterior.schedule[-1:], CHAINS, draws, WARMUP, LEAPFROG, jumps=0))
    runs: dict[str, list[dict[str, float]]] = {"ours": [], "numpyro": []}
    with peer(python, "hmc", plan, arrays) as numpyro:
        first, _ = numpyro(1000)
        for seed in range(repeats):
            seconds, chains = timed(lambda at=seed: ours_from(positions, posterior, algorithm, at))
            runs["ours"].append(of_run(seconds, chains))
            seconds, found = numpyro(seed)
            runs["numpyro"].append(of_run(seconds, found["draws"].transpose(0, 1)))
            print(seed, {name: one[-1] for name, one in runs.items()}, flush=True)
    medians = medians_of(runs)
    medians["numpyro"]["with_compilation"] = first
    return {"draws": draws, "systems": medians}


def ours_from(positions: Tensor, posterior: Posterior, algorithm: HMC, seed: int) -> Tensor:
    rng = torch.Generator().manual_seed(seed)
    start: Any = Placed(positions)
    return run(algorithm, posterior, rng, start=start).columns["latents"]


def of_run(seconds: float, chains: Tensor) -> dict[str, float]:
    known = of_chains(chains)
    assert known.ess is not None
    assert known.rhat is not None
    return {
        "seconds": seconds, "ess": known.ess.mean, "ess_min": known.ess.min, "rhat": known.rhat.max,
        "ess_a_second": known.ess.mean / seconds, "ess_min_a_second": known.ess.min / seconds,
    }  # fmt: skip


def fits_side_by_side(posterior: Posterior, python: Path, repeats: int) -> dict[str, Any]:
    """Mean-field from the same start: as many iterations, samples and the same rate."""
    rng = torch.Generator().manual_seed(0)
    start = starts(posterior, rng, members=4096, most=1)
    algorithm = MeanField(
        posterior.schedule[-1:], steps=0, pairs=PARTICLES // 2, polish=ITERATIONS, rate=RATE, restarts=1
    )
    plan, arrays = handed_over(posterior)
    plan |= {"iterations": ITERATIONS, "particles": PARTICLES, "rate": RATE}
    width = start.log_sigma[0].mean().exp()
    start = Approximation(start.mean, torch.full_like(start.mean, float(width)).log())
    arrays |= {"mean": start.mean[0].numpy(), "width": width.numpy()}
    runs: dict[str, list[tuple[float, float]]] = {"ours": [], "numpyro": []}
    with peer(python, "svi", plan, arrays) as numpyro:
        first, _ = numpyro(1000)
        for seed in range(repeats):
            seconds, outcome = timed(
                lambda at=seed: run(algorithm, posterior, torch.Generator().manual_seed(at), start=start)
            )
            runs["ours"].append((seconds, bound(posterior, outcome.posterior)))
            seconds, found = numpyro(seed)
            there = Approximation(found["mean"][None], found["sigma"].log()[None])
            runs["numpyro"].append((seconds, bound(posterior, there)))
            print(seed, {name: one[-1] for name, one in runs.items()}, flush=True)
    systems: dict[str, dict[str, float]] = {
        name: {"seconds": statistics.median(one[0] for one in both), "elbo": statistics.median(one[1] for one in both)}
        for name, both in runs.items()
    }
    systems["numpyro"]["with_compilation"] = first
    return {"iterations": ITERATIONS, "dim": posterior.dim, "systems": systems}


@torch.no_grad()
def bound(posterior: Posterior, q: Approximation) -> float:
    """ELBO in nats on 400 samples that neither side has seen."""
    noise = torch.randn(1, 200, posterior.dim, generator=torch.Generator().manual_seed(99))
    return elbo_on(posterior, q.mean, q.log_sigma, noise, posterior.alpha)[0].item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environment", type=Path, default=HERE.parent / "runs" / "peers", help="of the peers")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--draws", type=int, default=300)
    parser.add_argument("--parts", nargs="*", default=["digit", "short", "riddle", "fits", "mgvi", "geovi"])
    asked = parser.parse_args()
    torch.set_num_threads(1)
    # One core for this process and for the peers, which inherit it.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    python = environment(asked.environment)
    cards = read_cards()
    digit = load_posterior(compile_text("digit x\nx is a four with alpha 100", cards), cards)
    riddle = load_posterior(compile_text(text_of("three_numbers"), cards), cards, schedule=PAPER)
    stored = HERE / "results" / "peers.json"
    figures = json.loads(stored.read_text(encoding="utf-8")) if stored.exists() else {}
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "digit": lambda: chains_side_by_side(digit, python, asked.draws, asked.repeats),
        "short": lambda: short_trajectories(digit, python, asked.draws, asked.repeats),
        "riddle": lambda: chains_side_by_side(riddle, python, asked.draws, asked.repeats),
        "fits": lambda: fits_side_by_side(riddle, python, asked.repeats),
        "mgvi": lambda: measured_side_by_side("mgvi", python, asked.repeats),
        "geovi": lambda: measured_side_by_side("geovi", python, asked.repeats),
    }
    for part in asked.parts:
        figures[part] = parts[part]() | {"repeats": asked.repeats, "machine": machine()}
        print(part, json.dumps(figures[part]), flush=True)
        write("peers", figures, section(figures))


def section(figures: Mapping[str, Any]) -> str:
    blocks = [
        "## Beside NumPyro and NIFTy.re",
        "`python benchmarks/peers.py`: the same networks, weights, α, latents, chains and starts, one core for all, "
        f"medians of runs in turn; {', '.join(PINNED)}. Seconds are the processor's and include warm-up; "
        "compilation is told apart.",
    ]
    for part, title in (("digit", "one digit, α = 100, 128 latents"), ("riddle", "the riddle of Table 1, 384 latents")):
        if part in figures:
            blocks += chains_section(figures[part], title)
    if "short" in figures:
        blocks += short_section(figures["short"])
    if "fits" in figures:
        blocks += fits_section(figures["fits"])
    measured = {name: figures[name] for name in ("mgvi", "geovi") if name in figures}
    if measured:
        blocks += measured_section(measured)
    return "\n\n".join(blocks)


def short_section(found: Mapping[str, Any]) -> list[str]:
    called = {"ours": "Oedipus", "numpyro": "NumPyro, thinned likewise"}
    rows = [
        [called[name], f"{one['seconds']:.1f} s", f"{one['ess']:.0f} ({one['ess_min']:.0f})",
         f"{one['rhat']:.3f}", f"{one['ess_a_second']:.2f} ({one['ess_min_a_second']:.2f})"]
        for name, one in found["systems"].items()
    ]  # fmt: skip
    return [
        f"The same digit with one step a trajectory and target {SHORT_TARGET} on both sides, "
        f"one draw in {LEAPFROG} "
        f"kept, median of {found['repeats']}.",
        table(["system", "seconds", "mean ESS (least)", "max R-hat", "a second (least)"], rows),
    ]


def chains_section(found: Mapping[str, Any], title: str) -> list[str]:
    called = {
        "ours": "Oedipus, leapfrog 10, target 0.6",
        "short": "Oedipus, as many gradients, leapfrog 1, target 0.3",
        "jumping": f"Oedipus as by default, leapfrog 1, target 0.3, {JUMPS} jumps",
        "numpyro": "NumPyro HMC, vectorised, leapfrog 10, target 0.6",
    }
    rows = [
        [
            called[name],
            f"{one['seconds']:.1f} s" + (f" ({one['with_compilation']:.1f} s)" if "with_compilation" in one else ""),
            f"{one['ess']:.0f} ({one['ess_min']:.0f})",
            f"{one['rhat']:.3f}",
            f"{one['ess_a_second']:.2f} ({one['ess_min_a_second']:.2f})",
        ]
        for name, one in found["systems"].items()
    ]
    times = found["gradient_ms"]
    header = ["system", "seconds (the first, with compilation)", "mean ESS (least)", "max R-hat", "a second (least)"]
    return [
        f"HMC of {title}: {CHAINS} chains, {found['draws']} draws each, warm-up {WARMUP}, median of "
        f"{found['repeats']}. One gradient of all chains: {times['ours']:.1f} ms ours, {times['jax']:.1f} ms JAX's; "
        f"they differ by at most {found['gradient_error']:.0e}.",
        table(header, rows),
    ]


def fits_section(found: Mapping[str, Any]) -> list[str]:
    called = {"ours": "Oedipus, meanfield", "numpyro": "NumPyro, AutoNormal SVI"}
    rows = [
        [
            called[name],
            f"{one['seconds']:.2f} s" + (f" ({one['with_compilation']:.2f} s)" if "with_compilation" in one else ""),
            f"{one['elbo']:.2f} nats",
        ]
        for name, one in found["systems"].items()
    ]
    return [
        f"Mean-field of the riddle of Table 1 from the same start: {found['iterations']} iterations of {PARTICLES} "
        "samples, Adam at the same falling rate; the ELBO by one function on the same fresh noise.",
        table(["system", "seconds (the first, with compilation)", "ELBO"], rows),
    ]


if __name__ == "__main__":
    main()
