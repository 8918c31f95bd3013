"""Where a flow begins: Gaussians of posterior draws, one for each block and reading, and their mixture.

A likelihood of pictures depends on few of the directions in which latents can go: of a digit's 128 eight have 98 % of
the mean square of its slope. The flow works in those that have most of Σ ∇log L ∇log Lᵀ around the draws (the
likelihood-informed subspace, Cui et al. 2014; Zahm et al. 2022 bound the divergence by what is left out); the others
begin as Gaussians. The draws' covariance is shrunk towards the prior's, the identity, by as much as so few draws ask
for (Ledoit and Wolf 2004), their mean outside of these directions towards zero (James and Stein 1961).
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Generator, Tensor

from oedipus.runtime.flowed import Flows, first_parameters, piece
from oedipus.runtime.flows import Form

SMALLEST = 0.01
"""Share of the draws below which a reading is left out: a flow of so few would be of nothing."""
NARROWEST = 1e-8


def begin(
    draws: Tensor,
    slopes: Tensor,
    readings: Tensor | None,
    widths: Sequence[int],
    form: Mapping[str, int],
    *,
    directions: int,
    most: int,
    rng: Generator,
) -> tuple[Flows, tuple[Tensor, ...]]:
    """Flows at the Gaussians of ``draws`` ``[draws, dim]`` by what they are read as, ``[draws, blocks]``; of all of
    them where nothing is read. At most ``most`` readings, the most frequent ones. ``slopes`` ``[draws, dim]`` of
    log L^α are from around the draws; the flows move ``directions`` of each block.

    And of each piece its own draws ``[own, width]`` in random order, each of them once: a bank gives the same member
    many times, and what is seen twice is no evidence that it lies close to anything.
    """
    if readings is None:
        readings = torch.zeros(len(draws), len(widths), dtype=torch.long)
    readings = readings.cpu()
    found, counts = readings.unique(dim=0, return_counts=True)
    order = counts.argsort(descending=True)[:most]
    kept = [at for at in order.tolist() if counts[at] >= SMALLEST * len(draws)] or order[:1].tolist()
    numbers: dict[tuple[int, int], int] = {}
    components = [
        tuple(numbers.setdefault((block, shown), len(numbers)) for block, shown in enumerate(reading))
        for reading in found[kept].tolist()
    ]
    listed = (readings[:, None] == found[kept]).all(dim=2).any(dim=1)
    parts, steep = draws.split(list(widths), dim=1), slopes.split(list(widths), dim=1)
    pieces, seen = [], []
    for block, shown in numbers:
        rows = (listed & (readings[:, block] == shown)).to(draws.device)
        own, width = parts[block][rows], widths[block]
        own = own.unique(dim=0)
        seen.append(own[torch.randperm(len(own), generator=rng).to(own.device)])
        mean, covariance = moments(own)
        axes = _axes(steep[block][rows].double(), covariance, min(directions, width))
        mean = _shrunk(mean, axes[:, directions:], len(own))
        variance = (axes.T @ covariance @ axes).diagonal()
        log_sigma = variance.clamp_min(NARROWEST).log() / 2
        shape = Form(latents=min(directions, width), **form)
        start = first_parameters(shape, mean.to(draws.dtype), log_sigma.to(draws.dtype), rng)
        pieces.append(piece(shape, axes.to(draws.dtype), start.to(draws.device)))
    weights = (counts[kept] / counts[kept].sum()).log()
    return Flows(tuple(pieces), tuple(components), weights.to(draws)), tuple(seen)


def _axes(slopes: Tensor, covariance: Tensor, directions: int) -> Tensor:
    """Orthonormal columns ``[width, width]``: first the steep ``directions``, turned into the draws' own axes."""
    _, axes = torch.linalg.eigh(slopes.T @ slopes)
    axes = axes.flip(1)
    first = axes[:, :directions]
    _, turned = torch.linalg.eigh(first.T @ covariance @ first)
    return torch.cat([first @ turned, axes[:, directions:]], dim=1)


def _shrunk(mean: Tensor, rest: Tensor, draws: int) -> Tensor:
    """The mean ``[width]`` of so many draws, its part along ``rest`` ``[width, directions]`` no longer than it is
    known to be."""
    part = rest.T @ mean
    unknown = len(part) / (draws * part.square().sum()).clamp_min(1e-12)
    return mean - rest @ (part * unknown.clamp_max(1.0))


def moments(draws: Tensor) -> tuple[Tensor, Tensor]:
    """Mean ``[width]`` and shrunk covariance ``[width, width]`` of ``draws`` ``[draws, width]``, in double precision.

    With the prior N(0, 1) worth one draw of its own, so that a single draw has a width.
    """
    number, width = draws.shape
    mean = draws.double().sum(dim=0) / (number + 1)
    apart = draws.double() - mean
    covariance = apart.T @ apart / number
    identity = torch.eye(width, dtype=covariance.dtype, device=covariance.device)
    spread = apart.square().sum(dim=1).square().sum() / number - covariance.square().sum()
    distance = (covariance - identity).square().sum()
    share = (spread / number / distance.clamp_min(1e-12)).clamp(1 / (number + 1), 1.0)
    return mean, (1 - share) * covariance + share * identity
