"""Cases of benchmarks/faces.py: faces, their measurements, the riddles about them, and how well a posterior does."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from baselines import climbed
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks import faces
from oedipus.networks.cards import Card
from oedipus.networks.library import load_network
from oedipus.runtime.operators import compose
from oedipus.runtime.posterior import Posterior, load_posterior

SEEN = "mask(coarsen(gray(x), 4), left)"
CHAIN = (("gray", ()), ("coarsen", (4,)), ("mask", ("left",)))
SIGMA = 0.5
BAND = (0.05, 0.95)
LABELS = ("without", "with")


@dataclass(frozen=True)
class Case:
    """A face ``[3, 64, 64]`` with its age in years and gender."""

    name: str
    picture: Tensor
    age: float
    female: bool

    @property
    def gender(self) -> str:
        return "female" if self.female else "male"


def prior_cases(number: int, cards: Mapping[str, Card]) -> list[Case]:
    """Faces that the generator draws, and what the networks read in them."""
    rng = torch.Generator().manual_seed(1)
    # Drawn one by one, so that more cases begin with the same ones.
    latents = torch.cat([torch.randn(1, cards["face"].latents, generator=rng) for _ in range(max(number, 1))])
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


def observe(case: Case, cards: Mapping[str, Card]) -> Tensor:
    """The degraded picture ``[1, 16, 16]``, as the riddle's own operators make it, 0 where the mask hides it."""
    chain = compose(CHAIN, cards["face"].shape, {})
    clean = chain.forward(case.picture[None])[0]
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(3))
    seen = chain.forward(torch.ones(1, *cards["face"].shape))[0] > 0
    return torch.where(seen, clean + SIGMA * noise, 0.0)


def posteriors(case: Case, cards: Mapping[str, Card]) -> dict[str, Posterior]:
    """The posterior of the picture alone, and that with age and gender."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "observed.npy", observe(case, cards).numpy())
        without = f'face x\ndata y = "observed.npy"\n{SEEN} = y ± {SIGMA}\n'
        told = f"x is {round(case.age)} ± 1 years old\nx is {case.gender} with alpha 10\n"
        return {
            label: load_posterior(compile_text(text, cards, folder), cards)
            for label, text in zip(LABELS, (without, without + told), strict=True)
        }


@torch.no_grad()
def quality(pictures: Tensor, case: Case, cards: Mapping[str, Card]) -> dict[str, float]:
    """How near the mean is, how honest the band, what the samples' age and gender are.

    ``judged_age`` is the mean by a network that took no part.
    """
    low, high = torch.quantile(pictures.flatten(1), torch.tensor(BAND), dim=0)
    truth = case.picture.flatten()
    ages = load_network(cards["age"])(pictures)
    judged = load_network(cards["face_age_judge"])(pictures)
    genders = load_network(cards["gender"])(pictures).softmax(dim=1)
    share = genders[:, cards["gender"].classes.index(case.gender)].mean().item()
    return {
        "rms": rms(pictures.mean(dim=0), case.picture),
        "inside": round(((truth >= low) & (truth <= high)).float().mean().item(), 3),
        "width": round((high - low).mean().item(), 3),
        "age": round(ages.mean().item(), 1),
        "age_spread": round(ages.std().item(), 2),
        "judged_age": round(judged.mean().item(), 1),
        "gender": round(share, 3),
    }


@torch.no_grad()
def fit(posterior: Posterior, latents: Tensor) -> dict[str, Any]:
    """Mean reduced χ² of each measurement, and the mean log-density in nats, of samples ``[samples, dim]``."""
    found = posterior.evaluate(latents, posterior.alpha)
    density = found.log_likelihood - latents.square().sum(dim=1) / 2
    return {
        "chi2": [round(one, 2) for one in found.details["reduced_chi2"].mean(dim=0).tolist()],
        "log_density": round(density.mean().item(), 1),
    }


def rms(picture: Tensor, truth: Tensor) -> float:
    """Root mean square over all pixels and channels, in units of the full range."""
    return round((picture - truth).square().mean().sqrt().item(), 4)


def highest(posterior: Posterior) -> Tensor:
    """The picture of highest posterior density that Adam finds from a few prior draws (Bora et al. 2017)."""
    found = climbed(posterior, torch.Generator().manual_seed(0), steps=400, starts=4)
    with torch.no_grad():
        return posterior.pictures(found[None])[0][0]
