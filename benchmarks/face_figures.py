"""Figures 4 and 5 of the paper, of one case drawn by the generator: what is known of the face, and how it is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from face_cases import LABELS, Case, observe
from matplotlib.figure import Figure
from torch import Generator, Tensor

from oedipus.networks.cards import Card
from oedipus.networks.library import load_network
from oedipus.runtime.algorithms.mgvi import MGVI
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.run import run
from oedipus.runtime.starts import starts

SHOWN = 12
COLOURS = {"without": "#b5543b", "with": "#3b6ea5"}


@dataclass
class Followed:
    """A run's samples ``[samples, 3, 64, 64]``, those of every iteration on the way, and how many were rounds."""

    pictures: Tensor
    steps: list[Tensor] = field(default_factory=list)
    rounds: int = 0


def follow(posterior: Posterior, *, seed: int, samples: int = 200) -> Followed:
    """The default run, watched: what `oedipus solve` does on a measured picture."""
    found = Followed(torch.empty(0))
    rng = torch.Generator().manual_seed(seed)
    start = starts(posterior, rng, members=4096, most=4)

    class Watched(MGVI):
        def step(self, density: Any, state: Any, rng: Generator) -> Any:
            state, info = super().step(density, state, rng)
            latents = state.mean + state.offsets
            if state.chains is None:
                found.rounds += 1
            else:
                latents = state.mean + state.chains.point.position @ state.scale.T
            with torch.no_grad():
                found.steps.append(posterior.pictures(latents)[0])
            return state, info

    outcome = run(Watched(schedule=posterior.schedule[-1:], samples=samples), posterior, rng, start=start)
    with torch.no_grad():
        found.pictures = posterior.pictures(outcome.posterior.draw(samples, rng))[0]
    return found


def draw_faces(case: Case, cards: Mapping[str, Card], runs: Mapping[str, Followed], path: Path) -> None:
    """Truth, data, posterior means, pixel-wise deviations and samples, without and with age and gender."""
    figure = Figure(figsize=(12.6, 4.6), dpi=120)
    grid = figure.add_gridspec(2, 2 + SHOWN // 2 + 1, width_ratios=[2.05, 2.05, 2.9, *[1] * (SHOWN // 2)])
    left = [figure.add_subplot(grid[row, 0]) for row in range(2)]
    _show(left[0], case.picture, f"truth: {case.age:.0f} years, {case.gender}")
    _show(left[1], observe(case, cards), "data: half of 16 × 16, ± 0.5")
    widest = max(run.pictures.std(dim=0).mean(dim=0).max().item() for run in runs.values())
    for row, label in enumerate(LABELS):
        pictures = runs[label].pictures
        _show(figure.add_subplot(grid[row, 1]), pictures.mean(dim=0), f"mean, {label} age and gender")
        axis = figure.add_subplot(grid[row, 2])
        drawn = axis.imshow(pictures.std(dim=0).mean(dim=0), cmap="magma", vmin=0, vmax=widest)
        axis.set(xticks=[], yticks=[])
        axis.set_title("standard deviation", fontsize=8)
        figure.colorbar(drawn, ax=axis, location="left", fraction=0.045, pad=0.03).ax.tick_params(labelsize=7)
        inner = grid[row, 3:].subgridspec(2, SHOWN // 2, wspace=0.04, hspace=0.04)
        chosen = torch.linspace(0, len(pictures) - 1, SHOWN).long()
        for place, picture in enumerate(pictures[chosen]):
            axis = figure.add_subplot(inner[place // (SHOWN // 2), place % (SHOWN // 2)])
            _show(axis, picture, "samples" if place == 0 else "")
    figure.subplots_adjust(left=0.01, right=0.995, top=0.94, bottom=0.01, wspace=0.08, hspace=0.14)
    figure.savefig(path, format="png", metadata={"Software": "oedipus"})


def _show(axis: Any, picture: Tensor, title: str) -> None:
    image = picture.permute(1, 2, 0)
    if image.shape[2] == 1:
        axis.imshow(image[:, :, 0], cmap="gray", interpolation="nearest")
    else:
        axis.imshow(image, interpolation="bicubic")
    axis.set(xticks=[], yticks=[])
    if title:
        axis.set_title(title, fontsize=8, loc="left")


@torch.no_grad()
def draw_evolution(case: Case, cards: Mapping[str, Card], runs: Mapping[str, Followed], path: Path) -> None:
    """Age and distance to the truth of the samples at every iteration: their means and standard deviations."""
    read = load_network(cards["age"])
    figure = Figure(figsize=(9.4, 3.2), dpi=120)
    ages, errors = figure.subplots(1, 2)
    for label, followed in runs.items():
        at = list(range(1, len(followed.steps) + 1))
        years = [read(step) for step in followed.steps]
        away = [(step - case.picture).square().mean(dim=(1, 2, 3)).sqrt() for step in followed.steps]
        for axis, values in ((ages, years), (errors, away)):
            mean = torch.stack([one.mean() for one in values])
            spread = torch.stack([one.std() for one in values])
            axis.fill_between(at, mean - spread, mean + spread, color=COLOURS[label], alpha=0.2, linewidth=0)
            axis.plot(at, mean, color=COLOURS[label], label=f"{label} age and gender")
            axis.axvline(followed.rounds + 0.5, color=COLOURS[label], linewidth=0.6, linestyle=":")
    ages.axhline(case.age, color="black", linewidth=0.8)
    ages.set(xlabel="iteration", ylabel="age of the samples, years")
    errors.set(xlabel="iteration", ylabel="RMS of the samples to the truth", ylim=(0, None))
    errors.legend(fontsize=8, frameon=False)
    for axis in (ages, errors):
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, format="png", metadata={"Software": "oedipus"})
