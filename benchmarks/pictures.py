"""The small pictures of docs/inference.md: each method on one curved posterior of two latents.

    python benchmarks/pictures.py
    python benchmarks/pictures.py --of flow

The likelihood is one measurement, y = 1 ± 0.3 of ξ₂ + ξ₁² / 2; grey is the exact posterior. The bank's
picture is the riddle of Table 1: which readings its particles have as the power rises.
Writes docs/methods/NAME.png.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from report import PAGE
from torch import Generator, Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import read_cards
from oedipus.riddles import text_of
from oedipus.runtime.algorithms import create
from oedipus.runtime.algorithms.base import Approximation
from oedipus.runtime.algorithms.hamiltonian import Target
from oedipus.runtime.density import Evaluation
from oedipus.runtime.metrics import shares
from oedipus.runtime.posterior import PAPER, load_posterior
from oedipus.runtime.run import run

FOLDER = PAGE.parent / "methods"
NOISE = 0.3
OPTIONS: dict[str, dict[str, Any]] = {
    "meanfield": {"schedule": (1.0,)},
    "fullrank": {"schedule": (1.0,)},
    "lowrank": {"schedule": (1.0,), "rank": 1},
    "mgvi": {"schedule": (1.0,), "pairs": 40},
    "geovi": {"schedule": (1.0,), "pairs": 40, "samples": 300},
    "smc": {"schedule": (1.0,), "particles": 300},
    "flow": {
        "schedule": (1.0,),
        "particles": 400,
        "couplings": 4,
        "hidden": 16,
        "bins": 6,
        "fit": 200,
        "batch": 64,
        "rate": 0.004,
    },
}


@dataclass(frozen=True)
class Banana:
    """One measurement of a bent function of two latents."""

    dim: int = 2

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        return alpha**0.5 * (latents[:, 1:] + latents[:, :1].square() / 2 - 1) / NOISE

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        return Evaluation(-self.coordinates(latents, alpha).square().sum(dim=1) / 2, {"clauses": latents.detach()})


def backdrop(density: Banana) -> tuple[Figure, Axes]:
    """The exact posterior in grey."""
    figure = Figure(figsize=(2.6, 2.2), dpi=90)
    axis = figure.subplots()
    grid = torch.stack(torch.meshgrid(torch.linspace(-3, 3, 120), torch.linspace(-3.2, 2.4, 120), indexing="xy"), dim=2)
    flat = grid.flatten(0, 1)
    log_density = density.evaluate(flat, 1.0).log_likelihood - flat.square().sum(dim=1) / 2
    axis.contourf(grid[..., 0], grid[..., 1], log_density.exp().unflatten(0, (120, 120)), 8, cmap="Greys")
    axis.set(xlim=(-3, 3), ylim=(-3.2, 2.4), xticks=[], yticks=[])
    return figure, axis


def save(figure: Figure, name: str) -> None:
    figure.tight_layout(pad=0.3)
    figure.savefig(FOLDER / f"{name}.png", metadata={"Software": "oedipus"})


def draws_of(name: str, density: Banana) -> Tensor:
    """Samples of what the algorithm finds; begun near the mode."""
    rng = Generator().manual_seed(1)
    start = Approximation(torch.tensor([[0.1, 0.8]]), torch.full((1, 2), -1.0))
    found = run(create(name, OPTIONS[name]), density, rng, start=None if name == "smc" else start)
    return found.posterior.draw(300, rng)


def trajectories(density: Banana, axis: Axes) -> None:
    """Six trajectories of HMC one after the other, a dot a leapfrog step."""
    rng, target = Generator().manual_seed(4), Target(density, 1.0)
    point, mass = target.at(torch.tensor([[0.8, 0.5]])), torch.ones(2)
    for number in range(6):
        momentum = torch.randn(1, 2, generator=rng)
        path = [point.position[0]]
        for _ in range(12):
            point, momentum = target.trajectory(point, momentum, length=0.15, leapfrog=1, inverse_mass=mass)
            path.append(point.position[0])
        x, y = torch.stack(path).T
        axis.plot(x, y, ".-", color=f"C{number}", markersize=3, linewidth=0.8)
        axis.plot(x[-1:], y[-1:], "o", color=f"C{number}", markersize=5)


def by_power() -> Figure:
    """Share of the bank's particles by reading, over the powers of the likelihood."""
    cards = read_cards()
    posterior = load_posterior(compile_text(text_of("three_numbers"), cards), cards, schedule=PAPER)
    algorithm, rng = create("bank", {}), Generator().manual_seed(0)
    state = algorithm.init(posterior, rng)
    rows = []
    for _ in range(algorithm.iterations):
        state, info = algorithm.step(posterior, state, rng)
        rows.append((info.alpha, shares(info.details["values"].argmax(dim=2))))
        if info.last:
            break
    last = [reading for reading, _ in rows[-1][1][:1]]
    middle = [reading for reading, _ in rows[len(rows) // 2][1] if reading not in last]
    chosen = last + middle[:4]
    figure = Figure(figsize=(3.6, 2.4), dpi=90)
    axis = figure.subplots()
    for reading in chosen:
        line = [dict(one).get(reading, 0.0) for _, one in rows]
        axis.plot(np.arange(len(rows)), line, ".-", label="".join(map(str, reading)), linewidth=1)
    axis.set_xticks(range(len(rows)), [f"{alpha:.2g}" for alpha, _ in rows], fontsize=7)
    axis.set(xlabel="α", ylabel="share of particles", ylim=(0, 1.02))
    axis.legend(fontsize=7)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", nargs="*", choices=[*OPTIONS, "hmc", "bank"], default=[*OPTIONS, "hmc", "bank"])
    asked = parser.parse_args()
    torch.set_num_threads(1)
    Path(FOLDER).mkdir(exist_ok=True)
    density = Banana()
    for name in (one for one in OPTIONS if one in asked.of):
        figure, axis = backdrop(density)
        x, y = draws_of(name, density).T
        axis.plot(x, y, ".", markersize=2.5, color="C0")
        save(figure, name)
    if "hmc" in asked.of:
        figure, axis = backdrop(density)
        trajectories(density, axis)
        save(figure, "hmc")
    if "bank" in asked.of:
        save(by_power(), "bank")


if __name__ == "__main__":
    main()
