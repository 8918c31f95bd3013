"""Prior draws of one source of pictures and what networks read in them, kept in the user's cache.

The cache is addressed by what the weights are and not by names, so new weights
never meet old readings, and a second riddle over the same networks reads nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from pooch import os_cache
from safetensors import SafetensorError
from torch import Generator, Tensor

from oedipus.networks.tensors import load_tree, save_tree
from oedipus.runtime.saved import hash_of

if TYPE_CHECKING:
    from oedipus.runtime.posterior import Posterior
    from oedipus.runtime.source import Source

SEED = 20_231
CHUNK = 512


@dataclass(frozen=True, slots=True)
class Pool:
    """``latents`` ``[members, latents]``, and each network's class log-probabilities ``[members, classes]``."""

    latents: Tensor
    readings: dict[str, Tensor]


@torch.no_grad()
def draw_pool(posterior: Posterior, source: Source, networks: Sequence[str], members: int, rng: Generator) -> Pool:
    """Fresh draws, each picture drawn once and read by every network."""
    latents = torch.randn(members, posterior.cards[source.generator].latents, generator=rng).to(posterior.device)
    parts: dict[str, list[Tensor]] = {network: [] for network in networks}
    for chunk in latents.split(CHUNK):
        pictures = posterior.networks[source.generator](source.own(chunk))
        for network, read in parts.items():
            read.append(posterior.log_classes(network, pictures))
    return Pool(latents, {network: torch.cat(read) for network, read in parts.items()})


def cached_pool(posterior: Posterior, source: Source, networks: Sequence[str], members: int) -> Pool:
    """The pool of these weights from the cache; where it is not there, or damaged, drawn and stored.

    That of a prior that only this riddle has is drawn every time.
    """
    if source.prior is not None:
        return draw_pool(posterior, source, networks, members, torch.Generator().manual_seed(SEED))
    path = cache_path(posterior, source.generator, networks, members)
    if (kept := _kept(path, posterior, source, networks, members)) is not None:
        return kept
    rng = torch.Generator().manual_seed(SEED)
    pool = draw_pool(posterior, source, networks, members, rng)
    # A cache that cannot be written (a full disk, a read-only home) costs time, not the answer.
    with suppress(OSError, SafetensorError):
        path.parent.mkdir(parents=True, exist_ok=True)
        save_tree(path, {"latents": pool.latents, "readings": pool.readings})
    return pool


def _kept(path: Path, posterior: Posterior, source: Source, networks: Sequence[str], members: int) -> Pool | None:
    """The pool that the cache has, None where there is none, or a damaged one, or one of other shapes."""
    try:
        tree = load_tree(path)
        latents, read = tree["latents"], tree["readings"]
        readings = {network: read[network] for network in networks}
    except (OSError, SafetensorError, LookupError, TypeError, ValueError):
        return None
    cards = posterior.cards
    shapes = [(latents, cards[source.generator].latents)]
    shapes += [(readings[network], len(cards[network].classes)) for network in networks]
    for found, width in shapes:
        right = isinstance(found, Tensor) and found.dtype == torch.float32 and tuple(found.shape) == (members, width)
        if not (right and found.isfinite().all()):
            return None
    there = posterior.device
    return Pool(latents.to(there), {network: found.to(there) for network, found in readings.items()})


def cache_path(posterior: Posterior, generator: str, networks: Sequence[str], members: int) -> Path:
    """Where the pool of these weights is kept."""
    weights = [hash_of(posterior.cards[name]) for name in (generator, *networks)]
    parts = [*weights, *networks, str(members), str(SEED)]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    home = os.environ.get("OEDIPUS_CACHE")
    return (Path(home) if home else Path(os_cache("oedipus"))) / "banks" / f"{generator}-{key}.safetensors"
