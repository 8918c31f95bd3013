"""MGVI and geoVI of half a digit, ours and NIFTy.re's, against long tempered chains: a part of benchmarks/peers.py.

Energies are of draws of each system's final approximation that nothing was fitted to: the samples that the mean was
moved to suit have a lower energy than any others, and twenty of them tell it to within a few nats only.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from peer_bridge import handed_over, medians_of, peer, timed
from report import HERE, table
from safetensors.torch import load_file, save_file
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import read_cards
from oedipus.runtime.algorithms.base import Approximation, Draws
from oedipus.runtime.algorithms.geovi import GeoVI
from oedipus.runtime.algorithms.mgvi import MGVI
from oedipus.runtime.diagnostics import of_chains
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.run import run
from oedipus.runtime.starts import starts

SIGMA = 0.3
ROUNDS, TRAJECTORIES, SHORT = 9, 400, 8
FRESH_PAIRS = 50
REFERENCE = HERE.parent / "runs" / "half_a_digit.safetensors"
ALPHAS = (10.0,)
OURS: dict[str, dict[str, MGVI]] = {
    "mgvi": {
        "ours": MGVI(ALPHAS, rounds=ROUNDS, trajectories=0, still=0.0),
        "short": MGVI(ALPHAS, trajectories=SHORT),
        "default": MGVI(ALPHAS),
    },
    "geovi": {"ours": GeoVI(ALPHAS, rounds=ROUNDS, still=0.0)},
}
"""As many rounds as the peer on the same number of pairs; with a short passage to the posterior; as by default."""


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


def reference(posterior: Posterior, start: Approximation) -> Tensor:
    """Draws ``[draws, chains, dim]`` of chains long after they agree, made once and kept."""
    if REFERENCE.exists():
        return load_file(REFERENCE)["latents"]
    # Led into the posterior by tempering; HMC with a diagonal mass never arrives here.
    algorithm = MGVI(ALPHAS, trajectories=TRAJECTORIES)
    chains = run(algorithm, posterior, torch.Generator().manual_seed(0), start=start).columns["latents"].contiguous()
    REFERENCE.parent.mkdir(parents=True, exist_ok=True)
    save_file({"latents": chains}, REFERENCE)
    return chains


def measured_side_by_side(name: str, python: Path, repeats: int) -> dict[str, Any]:
    """``name`` of half a digit by every system; mean, widths and energy against long tempered chains."""
    posterior = half_a_digit()
    start = starts(posterior, torch.Generator().manual_seed(0), members=512, most=1)
    chains = reference(posterior, start)
    known = of_chains(chains)
    assert known.rhat is not None
    assert known.ess is not None
    truth, systems = chains.flatten(0, 1), OURS[name]
    runs: dict[str, list[dict[str, float]]] = {system: [] for system in (*systems, "nifty")}
    with peer(python, name, *_asked(posterior, start, systems["ours"])) as nifty:
        first, _ = nifty(1000)
        for seed in range(repeats):
            for system, one in systems.items():
                seconds, outcome = timed(
                    lambda at=seed, by=one: run(by, posterior, torch.Generator().manual_seed(at), start=start)
                )
                runs[system].append({"seconds": seconds} | against(posterior, truth, *_drawn(outcome.posterior, seed)))
            seconds, found = nifty(seed)
            figures = against(posterior, truth, found["mean"], found["fresh"])
            fitted = -posterior.log_prob(found["samples"]).mean().item()
            runs["nifty"].append({"seconds": seconds, "fitted": fitted} | figures)
            print(name, seed, {system: all_runs[-1] for system, all_runs in runs.items()}, flush=True)
    medians = medians_of(runs)
    medians["nifty"]["with_compilation"] = first
    figures_of_reference = {"rhat": known.rhat.max, "ess": known.ess.min, "draws": len(truth)}
    return {"reference": figures_of_reference, "systems": medians}


def _asked(posterior: Posterior, start: Approximation, ours: MGVI) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the peer is handed, with the same numbers of everything."""
    measurement = posterior.measurements[0]
    assert measurement.seen is not None
    plan, arrays = handed_over(posterior)
    plan |= {
        "sigma": SIGMA, "rounds": ours.rounds, "pairs": ours.pairs, "solve": ours.solve, "newton": ours.newton,
        "inner": ours.inner, "bends": getattr(ours, "bends", 0), "fresh": FRESH_PAIRS,
    }  # fmt: skip
    arrays |= {"seen": measurement.seen.numpy(), "data": measurement.data.numpy(), "mean": start.mean[0].numpy()}
    return plan, arrays


def _drawn(found: Any, seed: int) -> tuple[Tensor, Tensor]:
    """The centre of an approximation and draws of it; of chains or bent samples, all there are and their mean."""
    if isinstance(found, Draws):
        drawn = found.latents.flatten(0, 1)
        return drawn.mean(dim=0), drawn
    return found.mean, found.draw(2 * FRESH_PAIRS, torch.Generator().manual_seed(seed))


@torch.no_grad()
def against(posterior: Posterior, truth: Tensor, centre: Tensor, drawn: Tensor) -> dict[str, float]:
    """``mean``: error in widths of the posterior, root mean square; ``variance``: mean ratio; ``energy`` in nats."""
    width = truth.std(dim=0)
    return {
        "mean": ((drawn.mean(dim=0) - truth.mean(dim=0)) / width).square().mean().sqrt().item(),
        "variance": ((drawn - centre).square().mean(dim=0) / width.square()).mean().item(),
        "energy": -posterior.log_prob(drawn).mean().item(),
        "energy_of_posterior": -posterior.log_prob(truth[:: max(1, len(truth) // 1000)]).mean().item(),
    }


def measured_section(parts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A paragraph and a table of the ``parts`` "mgvi" and "geovi", as far as they were run, and a note on each that
    was put together from several runs."""
    called = {
        "ours": "Oedipus, {}, as many rounds",
        "short": f"Oedipus, {{}}, trajectories={SHORT}",
        "default": "Oedipus, {} as by default",
        "nifty": "NIFTy.re, {}",
    }
    rows = [
        [
            called[system].format(name),
            f"{one['seconds']:.1f} s" + (f" ({one['with_compilation']:.1f} s)" if "with_compilation" in one else ""),
            f"{one['mean']:.2f}",
            f"{one['variance']:.2f}",
            f"{one['energy']:.1f} ({one['energy_of_posterior']:.1f})" if "energy" in one else "–",
            f"{one['fitted']:.1f}" if "fitted" in one else "–",
        ]
        for name, part in parts.items()
        for system, one in part["systems"].items()
    ]
    header = [
        "system", "seconds (the first, with compilation)", "error of the mean, in widths",
        "variance by the posterior's", "energy of draws (of the posterior), nats",
        "of the samples that the mean was fitted to",
    ]  # fmt: skip
    known = next(iter(parts.values()))["reference"]
    return [
        f"The right half of a held-out digit with noise of standard deviation {SIGMA}: {ROUNDS} rounds of as many "
        f"pairs from the same start, median of {min(part['repeats'] for part in parts.values())}, against the "
        f"posterior: {known['draws']:,} draws of tempered Hamiltonian chains (`mgvi` with {TRAJECTORIES} trajectories; "
        f"R-hat at most {known['rhat']:.3f}, ESS at least {known['ess']:,.0f}). Energies and widths are of "
        f"{2 * FRESH_PAIRS} fresh draws at the final mean, of as many samples as there are where they are bent or "
        "chains: twenty samples tell an energy to within 3 nats, and those that the mean was moved to suit have less "
        "than others. By default `mgvi` takes 3 rounds and leads chains from there to the posterior.",
        table(header, rows),
        *(part["note"] for part in parts.values() if "note" in part),
    ]
