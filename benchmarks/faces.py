"""Faces from half a coarse grey picture, with and without age and gender (paper section 5.3).

    python benchmarks/faces.py --prior 4 --faces 4 --data DIR --figure docs/face.png

A case is a face, its measurement mask(coarsen(gray(x), 4), left) with noise of ± 0.5, and the
riddle that reconstructs it: once from the picture alone, once with "… years old"
± 1 and the gender with alpha 10. Prior cases are drawn by the generator (their age and gender are
what the networks read in them); faces are test pictures, which are never
stored. Beside MGVI stands what is commonly done with generators: Adam to the
latents of highest posterior density (Bora et al. 2017). ``--figure`` draws the first
prior case (Figures 4 and 5 of the paper).
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from report import machine, table, write
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks import faces
from oedipus.networks.cards import Card, read_cards
from oedipus.networks.library import load_network
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import request_for, solve

SEEN = "mask(coarsen(gray(portrait), 4), left)"
SIGMA = 0.5
BAND = (0.05, 0.95)


@dataclass(frozen=True)
class Case:
    """A face ``[3, 64, 64]`` with its age in years and gender."""

    name: str
    picture: Tensor
    age: float
    female: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prior", type=int, default=4, help="cases drawn by the generator")
    parser.add_argument("--faces", type=int, default=0, help="cases from test pictures")
    parser.add_argument("--data", type=Path, help="the folder of test.tar")
    parser.add_argument("--algorithm", default="mgvi", choices=["mgvi", "geovi"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--use", type=Path, action="append", help="a library of networks")
    parser.add_argument("--figure", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    cards = read_cards(asked.use or ())
    rows = []
    for case in [*prior_cases(asked.prior, cards), *test_cases(asked.faces, asked.data)]:
        row, shown = measure(case, cards, asked)
        rows.append(row)
        print(row, flush=True)
        if asked.figure and len(rows) == 1:
            draw(case, shown, asked.figure)
    figures = {"machine": machine(), "algorithm": asked.algorithm, "cases": rows} | summarise(rows)
    write("faces", figures, section(figures))


def prior_cases(number: int, cards: Mapping[str, Card]) -> list[Case]:
    """Faces that the generator draws, and what the networks read in them."""
    rng = torch.Generator().manual_seed(1)
    latents = torch.randn(max(number, 1), cards["face"].latents, generator=rng)
    with torch.no_grad():
        pictures = load_network(cards["face"])(latents)
        ages = load_network(cards["age"])(pictures)
        female = load_network(cards["gender"])(pictures).argmax(dim=1) == cards["gender"].classes.index("female")
    return [Case(f"prior {at}", pictures[at], ages[at].item(), bool(female[at])) for at in range(number)]


def test_cases(number: int, data: Path | None) -> list[Case]:
    """Faces of people, evenly spread over the test set."""
    if number == 0:
        return []
    held = faces.load(data, "test")
    chosen = torch.linspace(0, len(held.ages) - 1, number).long().tolist()
    return [
        Case(f"face {at}", faces.unit(held.pictures[at]), held.ages[at].item(), bool(held.female[at])) for at in chosen
    ]


def measure(case: Case, cards: Mapping[str, Card], asked: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both reconstructions and the point estimate of one case."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        observed = observe(case.picture, cards, folder)
        without = f'There is a face: portrait.\ndata y = "observed.npy"\n{SEEN} = y ± {SIGMA}\n'
        told = f"the portrait is {round(case.age)} ± 1 years old\nthe portrait is {gender(case)} with alpha 10\n"
        posteriors = {
            "without": load_posterior(compile_text(without, cards, folder), cards),
            "with": load_posterior(compile_text(without + told, cards, folder), cards),
        }
    row: dict[str, Any] = {"case": case.name, "age": round(case.age, 1), "female": case.female}
    shown: dict[str, Any] = {"observed": observed}
    for label, posterior in posteriors.items():
        began = time.perf_counter()
        request = request_for(posterior.program, algorithm=asked.algorithm, samples=asked.samples)
        result = solve(posterior, request)
        pictures = result.pictures[0]
        row[label] = quality(pictures, case, cards) | {"seconds": round(time.perf_counter() - began, 1)}
        shown[label] = pictures
    point = highest(posteriors["with"])
    row["map"] = {"rms": rms(point, case.picture)}
    shown["map"] = point
    return row, shown


def observe(picture: Tensor, cards: Mapping[str, Card], folder: Path) -> Tensor:
    """The degraded picture, as the riddle's own operators make it, in ``folder``/observed.npy."""
    from oedipus.runtime.operators import compose

    chain = compose((("gray", ()), ("coarsen", (4,)), ("mask", ("left",))), cards["face"].shape, {})
    clean = chain.forward(picture[None])[0]
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(3))
    seen = chain.forward(torch.ones(1, *cards["face"].shape))[0] > 0
    observed = torch.where(seen, clean + SIGMA * noise, 0.0)
    np.save(folder / "observed.npy", observed.numpy())
    return observed


def gender(case: Case) -> str:
    return "female" if case.female else "male"


def quality(pictures: Tensor, case: Case, cards: Mapping[str, Card]) -> dict[str, float]:
    """How near the mean is, how honest the band, what the samples' age and gender are."""
    low, high = torch.quantile(pictures.flatten(1), torch.tensor(BAND), dim=0)
    truth = case.picture.flatten()
    with torch.no_grad():
        ages = load_network(cards["age"])(pictures)
        genders = load_network(cards["gender"])(pictures).softmax(dim=1)
    share = genders[:, cards["gender"].classes.index(gender(case))].mean().item()
    return {
        "rms": rms(pictures.mean(dim=0), case.picture),
        "inside": round(((truth >= low) & (truth <= high)).float().mean().item(), 3),
        "age": round(ages.mean().item(), 1),
        "age_spread": round(ages.std().item(), 2),
        "gender": round(share, 3),
    }


def rms(picture: Tensor, truth: Tensor) -> float:
    return round((picture - truth).square().mean().sqrt().item(), 4)


def highest(posterior: Posterior, steps: int = 400, starts: int = 4) -> Tensor:
    """The picture of highest posterior density that Adam finds from a few prior draws."""
    latents = 0.5 * torch.randn(starts, posterior.dim, generator=torch.Generator().manual_seed(0))
    latents.requires_grad_()
    adam = torch.optim.Adam([latents], lr=0.05)
    for _ in range(steps):
        density = posterior.log_prob(latents)
        adam.zero_grad()
        (-density.sum()).backward()
        adam.step()
    with torch.no_grad():
        best = posterior.log_prob(latents).argmax()
        return posterior.pictures(latents[best][None])[0][0]


def summarise(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians over prior cases and over test faces apart."""
    found: dict[str, Any] = {}
    for kind in ("prior", "face"):
        chosen = [row for row in rows if row["case"].startswith(kind)]
        if not chosen:
            continue
        found[kind] = {
            "cases": len(chosen),
            "rms_with": statistics.median(row["with"]["rms"] for row in chosen),
            "rms_without": statistics.median(row["without"]["rms"] for row in chosen),
            "rms_map": statistics.median(row["map"]["rms"] for row in chosen),
            "inside_with": statistics.mean(row["with"]["inside"] for row in chosen),
            "inside_without": statistics.mean(row["without"]["inside"] for row in chosen),
            "age_spread_ratio": statistics.median(
                row["with"]["age_spread"] / row["without"]["age_spread"] for row in chosen
            ),
            "age_error": statistics.median(abs(row["with"]["age"] - row["age"]) for row in chosen),
            "gender": statistics.mean(row["with"]["gender"] for row in chosen),
            "seconds": statistics.median(row["with"]["seconds"] for row in chosen),
        }
    return found


def section(figures: dict[str, Any]) -> str:
    lines = []
    for kind, label in (("prior", "drawn by the generator"), ("face", "test pictures")):
        if kind in figures:
            one = figures[kind]
            lines.append(
                [
                    f"{one['cases']} {label}",
                    f"{one['rms_without']:.3f}", f"{one['rms_with']:.3f}", f"{one['rms_map']:.3f}",
                    f"{one['inside_without']:.0%}, {one['inside_with']:.0%}", f"{one['age_spread_ratio']:.2f}",
                    f"{one['age_error']:.1f}", f"{one['gender']:.0%}", f"{one['seconds']:.0f} s",
                ]
            )  # fmt: skip
    header = [
        "cases", "RMS without", "RMS with", "RMS of MAP", "truth inside the 90 % band, without and with",
        "age's spread with / without", "age's error, years", "samples of the right gender", "time, with",
    ]  # fmt: skip
    where = figures["machine"]
    return (
        "## Faces: half a coarse grey picture, age and gender\n\n"
        f"`python benchmarks/faces.py --prior N --faces N --data DIR` ({figures['algorithm'].upper()}, "
        f"{where['threads']} thread, load average {where['load_average']}); medians, of shares means.\n\n"
        + table(header, lines)
    )


def draw(case: Case, shown: dict[str, Any], path: Path) -> None:
    """Truth and data, then means, spreads and samples without and with age and gender."""
    figure = Figure(figsize=(12.4, 3.3), dpi=110)
    axes = figure.subplots(2, 10)
    for row, label in zip(axes, ("without", "with"), strict=True):
        pictures = shown[label]
        spread = pictures.std(dim=0).mean(dim=0)
        first = case.picture if label == "without" else shown["observed"]
        for axis, tile in zip(row, [first, pictures.mean(dim=0), spread, *pictures[::13][:7]], strict=True):
            array = tile.squeeze(0) if tile.ndim == 3 and len(tile) == 1 else tile
            axis.imshow(
                array.permute(1, 2, 0) if array.ndim == 3 else array, cmap="gray" if array is not spread else "magma"
            )
            axis.set(xticks=[], yticks=[])
        row[1].set_ylabel(f"{label} age\nand gender", fontsize=8)
    axes[0][0].set_title("truth", fontsize=8)
    axes[1][0].set_title("data", fontsize=8)
    axes[0][1].set_title("mean", fontsize=8)
    axes[0][2].set_title("spread", fontsize=8)
    axes[0][3].set_title("samples", fontsize=8, loc="left")
    figure.suptitle(
        f"a face of {round(case.age)} years, {gender(case)}, from half of a coarse grey picture", fontsize=10
    )
    figure.tight_layout(pad=0.5)
    figure.savefig(path, format="png", metadata={"Software": "oedipus"})


if __name__ == "__main__":
    main()
