"""A case of benchmarks/faces.py given to NIFTy.re: the same networks, data and prior, in an environment of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from face_cases import SIGMA, Case, fit, observe, posteriors, quality
from report import HERE
from torch import Tensor

from oedipus.networks.cards import Card
from oedipus.networks.library import load_network
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import request_for, solve
from oedipus.runtime.starts import starts

PINNED = ("jax[cpu]==0.10.2", "nifty==9.2.0", "numpy==2.4.6", "numpyro==0.22.0")
PAPER = {"rounds": 15, "pairs": 5, "newton": 30, "solve": 60, "inner": 15, "last": 50}
AGREES = 1e-4


def beside(case: Case, cards: Mapping[str, Card], environment: Path) -> dict[str, Any]:
    """Both reconstructions of a case by both systems; raises where their networks differ."""
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINNED], check=True)
    found = {}
    for label, posterior in posteriors(case, cards).items():
        start = starts(posterior, torch.Generator().manual_seed(0), members=4096, most=4).mean[0]
        latents, seconds = theirs(case, cards, posterior, start, python, told=label == "with")
        began = time.process_time()
        ours = solve(posterior, request_for(posterior.program, algorithm="mgvi", samples=2 * PAPER["last"]))
        spent = time.process_time() - began
        found[label] = {
            "ours": scored(posterior, ours.latents, case, cards) | {"processor": spent},
            "nifty": scored(posterior, latents, case, cards) | {"processor": seconds},
        }
        print(case.name, label, found[label], flush=True)
    return found


@torch.no_grad()
def scored(posterior: Posterior, latents: Tensor, case: Case, cards: Mapping[str, Card]) -> dict[str, Any]:
    return quality(posterior.pictures(latents)[0], case, cards) | fit(posterior, latents)


def theirs(
    case: Case, cards: Mapping[str, Card], posterior: Posterior, start: Tensor, python: Path, *, told: bool
) -> tuple[Tensor, float]:
    """Samples ``[samples, dim]`` and seconds of processor."""
    names = ("face", "age", "gender")
    arrays = {
        f"{name}.{key}": value.float().numpy()
        for name in names
        for key, value in load_network(cards[name]).state_dict().items()
    }
    points = torch.randn(3, posterior.dim, generator=torch.Generator().manual_seed(5))
    arrays |= {
        "start": start.numpy(),
        "points": points.numpy(),
        "data": observe(case, cards)[0, :, 8:].flatten().numpy(),
    }
    plan = PAPER | {
        "dim": posterior.dim, "sigma": SIGMA, "told": told, "age": round(case.age), "alpha": 10.0,
        "right": cards["gender"].classes.index(case.gender),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        np.savez(folder / "arrays.npz", **arrays)
        quiet = {"JAX_PLATFORMS": "cpu", "PYTHONPATH": "", "PYTHONWARNINGS": "ignore"}
        one_core = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "OMP_NUM_THREADS": "1"}
        subprocess.run([python, HERE / "face_worker.py", folder], env=os.environ | quiet | one_core, check=True)
        with np.load(folder / "answer.npz") as answer:
            agree(posterior, points, answer, told=told)
            return torch.from_numpy(answer["samples"]).float(), float(answer["seconds"])


@torch.no_grad()
def agree(posterior: Posterior, points: Tensor, answer: Mapping[str, Any], *, told: bool) -> None:
    """Both sides draw and measure the same. Raises ``SystemExit``."""
    pictures = posterior.pictures(points)[0]
    residuals = torch.cat(list(posterior.residuals([pictures]).values()), dim=1)
    missed = {
        "pictures": (torch.from_numpy(answer["pictures"]) - pictures).abs().max().item(),
        "residuals": (torch.from_numpy(answer["seen"])[:, : residuals.shape[1]] - residuals).abs().max().item(),
    }
    if told:
        # The gender's clause is the last: log P of it, of log-odds on their side.
        ours = posterior.clauses(posterior.read([pictures]), pictures.flatten(1))[:, -1]
        missed["gender"] = (torch.from_numpy(answer["seen"])[:, -1].sigmoid().log() - ours).abs().max().item()
    print("differences", missed, flush=True)
    if max(missed.values()) > AGREES * 10 or missed["pictures"] > AGREES:
        raise SystemExit(f"the two sides differ: {missed}")
