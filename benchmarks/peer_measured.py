"""MGVI and geoVI of half a digit beside NIFTy.re's: a part of benchmarks/peers.py."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from peer_bridge import handed_over, medians_of, peer, timed
from report import HERE, table
from safetensors.torch import load_file
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import read_cards
from oedipus.runtime.algorithms.geovi import GeoVI
from oedipus.runtime.algorithms.mgvi import MGVI
from oedipus.runtime.diagnostics import of_chains
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.run import run
from oedipus.runtime.starts import starts

SIGMA = 0.3
ROUNDS, TRAJECTORIES = 9, 800


def half_a_digit() -> Posterior:
    """A held-out digit of which the right half is seen, with noise of standard deviation 0.3."""
    picture = load_file(HERE.parent / "tests" / "data" / "digits.safetensors")["pictures"][7].float() / 255
    noisy = picture + SIGMA * torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))
    cards = read_cards()
    compiled = compile_text(f"digit x\nmask(x, left) = 0 ± {SIGMA}", cards)
    posterior = load_posterior(compiled, cards)
    measurement = posterior.measurements[0]
    assert measurement.seen is not None
    posterior.measurements[0] = replace(measurement, data=noisy.flatten()[measurement.seen])
    return posterior


def measured_side_by_side(python: Path, repeats: int) -> dict[str, Any]:
    """MGVI and geoVI of half a digit; mean and widths against long tempered chains."""
    posterior = half_a_digit()
    measurement = posterior.measurements[0]
    assert measurement.seen is not None
    start = starts(posterior, torch.Generator().manual_seed(0), members=512, most=1)
    # Hamiltonian chains led into the posterior, long after they agree; HMC with a diagonal mass never does here.
    reference = MGVI((10.0,), trajectories=TRAJECTORIES)
    chains = run(reference, posterior, torch.Generator().manual_seed(0), start=start).columns["latents"]
    known = of_chains(chains)
    print("reference", known, flush=True)
    assert known.rhat is not None
    assert known.ess is not None
    truth = chains.flatten(0, 1)
    figures: dict[str, Any] = {"reference": {"rhat": known.rhat.max, "ess": known.ess.min, "draws": len(truth)}}
    for name, algorithm in (
        ("mgvi", MGVI((10.0,), rounds=ROUNDS, trajectories=0, still=0.0)),
        ("geovi", GeoVI((10.0,), rounds=ROUNDS, still=0.0)),
    ):
        plan, arrays = handed_over(posterior)
        plan |= {
            "sigma": SIGMA, "rounds": algorithm.rounds, "pairs": algorithm.pairs, "solve": algorithm.solve,
            "newton": algorithm.newton, "inner": algorithm.inner, "bends": getattr(algorithm, "bends", 0),
        }  # fmt: skip
        arrays |= {
            "seen": measurement.seen.numpy(), "data": measurement.data.numpy(), "mean": start.mean[0].numpy()
        }  # fmt: skip
        runs: dict[str, list[dict[str, float]]] = {"ours": [], "nifty": []}
        with peer(python, name, plan, arrays) as nifty:
            first, _ = nifty(1000)
            for seed in range(repeats):
                seconds, outcome = timed(
                    lambda at=seed, one=algorithm: run(one, posterior, torch.Generator().manual_seed(at), start=start)
                )
                # As many as the last rounds have on both sides, twice the pairs of the others.
                drawn = outcome.posterior.draw(4 * algorithm.pairs, torch.Generator().manual_seed(seed))
                centre = outcome.posterior.mean if hasattr(outcome.posterior, "mean") else drawn.mean(dim=0)
                runs["ours"].append({"seconds": seconds} | against(posterior, truth, centre, drawn))
                seconds, found = nifty(seed)
                drawn = found["samples"]
                runs["nifty"].append({"seconds": seconds} | against(posterior, truth, found["mean"], drawn))
                print(name, seed, {system: one[-1] for system, one in runs.items()}, flush=True)
        figures[name] = medians_of(runs)
        figures[name]["nifty"]["with_compilation"] = first
    return figures


@torch.no_grad()
def against(posterior: Posterior, truth: Tensor, centre: Tensor, drawn: Tensor) -> dict[str, float]:
    """``mean``: error in widths of the posterior, root mean square; ``variance``: mean ratio; ``energy`` in nats."""
    width = truth.std(dim=0)
    return {
        "mean": ((drawn.mean(dim=0) - truth.mean(dim=0)) / width).square().mean().sqrt().item(),
        "variance": ((drawn - centre).square().mean(dim=0) / width.square()).mean().item(),
        "energy": -posterior.log_prob(drawn).mean().item(),
        "energy_of_posterior": -posterior.log_prob(truth[:: len(truth) // 200]).mean().item(),
    }


def measured_section(found: Mapping[str, Any]) -> list[str]:
    called = {"ours": "Oedipus", "nifty": "NIFTy.re"}
    rows = [
        [
            f"{called[system]}, {name}",
            f"{one['seconds']:.1f} s" + (f" ({one['with_compilation']:.1f} s)" if "with_compilation" in one else ""),
            f"{one['mean']:.2f}",
            f"{one['variance']:.2f}",
            f"{one['energy']:.1f} ({one['energy_of_posterior']:.1f})",
        ]
        for name in ("mgvi", "geovi")
        for system, one in found[name].items()
    ]
    header = [
        "system", "seconds (the first, with compilation)", "error of the mean, in widths",
        "variance by the posterior's",
        "energy of samples (of the posterior), nats",
    ]  # fmt: skip
    return [
        f"The right half of a held-out digit with noise of standard deviation {SIGMA}: MGVI and geoVI, {ROUNDS} "
        f"rounds of as many pairs from the same start, median of {found['repeats']}, against the posterior: "
        f"{found['reference']['draws']:,} draws of tempered Hamiltonian chains (`mgvi` with {TRAJECTORIES} "
        f"trajectories; R-hat at most {found['reference']['rhat']:.3f}, ESS at least "
        f"{found['reference']['ess']:,.0f}).",
        table(header, rows),
    ]
