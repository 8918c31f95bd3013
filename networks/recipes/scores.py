"""How clear, how balanced and how close to real digits a generator's samples are, by the judge."""

import torch
from torch import Tensor, nn

from oedipus.networks.cards import read_cards
from oedipus.networks.library import load_network


@torch.no_grad()
def generator_figures(
    generator: nn.Module, latents: int, real: Tensor, samples: int = 10_000, judged_by: str = "digit_judge"
) -> dict[str, float]:
    """Figures of ``samples`` prior draws beside ``real`` pictures ``[n, 1, 28, 28]``.

    ``clear``: share that the judge reads as one class with p > 0.9; ``clear_real``:
    the same of real pictures; ``frechet``: distance of Gaussians fitted to the
    judge's features (Heusel et al. 2017), ``frechet_floor``: of the two halves of
    the real pictures, each half as many.
    """
    judge = load_network(read_cards()[judged_by])
    rng = torch.Generator().manual_seed(1)
    drawn = torch.cat([generator(torch.randn(500, latents, generator=rng)) for _ in range(samples // 500)])
    fake, true = _readings(judge, drawn), _readings(judge, real)
    shares = torch.bincount(fake.argmax(dim=1), minlength=fake.shape[1]) / len(fake)
    features, kept = _features(judge, drawn), _features(judge, real)
    shuffled = kept[torch.randperm(len(kept), generator=rng)]
    figures = {
        "clear": _clear(fake),
        "clear_real": _clear(true),
        "clear_ratio": _clear(fake) / _clear(true),
        "smallest_class": shares.min().item(),
        "largest_class": shares.max().item(),
        "frechet": frechet(features, kept),
        "frechet_floor": frechet(shuffled[::2], shuffled[1::2]),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def frechet(first: Tensor, second: Tensor) -> float:
    """Fréchet distance of Gaussians fitted to two sets of features ``[n, features]``."""
    difference = (first.mean(dim=0) - second.mean(dim=0)).double()
    one, two = first.T.double().cov(), second.T.double().cov()
    values, vectors = torch.linalg.eigh(one)
    root = vectors * values.clamp_min(0).sqrt() @ vectors.T
    overlap = torch.linalg.eigvalsh(root @ two @ root).clamp_min(0).sqrt().sum()
    return (difference.square().sum() + one.trace() + two.trace() - 2 * overlap).item()


def _readings(judge: nn.Module, pictures: Tensor) -> Tensor:
    return torch.cat([judge(part).softmax(dim=1) for part in pictures.split(500)])


def _features(judge: nn.Module, pictures: Tensor) -> Tensor:
    return torch.cat([judge.features(part) for part in pictures.split(500)])  # type: ignore[operator]


def _clear(readings: Tensor) -> float:
    return (readings.amax(dim=1) > 0.9).float().mean().item()
