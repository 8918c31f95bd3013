"""A pool of prior draws with what would be measured of each, before noise: made once, shard by shard, on disk.

Pictures cost far more than a step of training, and noise, σ and choices are drawn anew at every step: so a pool
of moderate size is used many times over. A shard depends on nothing but its number and the seed, so that an
interrupted simulation goes on with the next one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from torch import Tensor

from oedipus.networks.storing import save_file
from oedipus.networks.tensors import load_tensors
from oedipus.runtime.dream.family import Family
from oedipus.runtime.posterior import Posterior

SHARD, BATCH = 1024, 32
STRIDE, MOST_SHARDS = 1_000_003, 1_000_000
FORMAT = "oedipus-pool-1"


@dataclass(frozen=True, slots=True)
class Pool:
    """Prior draws. ``latents`` ``[rows, dim]``; ``clean`` F(x) ``[rows, values]`` of each open measurement; ``options``
    α log P ``[rows, classes]`` of each open choice; ``log_weight`` ``[rows]`` what the other clauses say, in nats."""

    latents: Tensor
    clean: tuple[Tensor, ...]
    options: tuple[Tensor, ...]
    log_weight: Tensor


def simulate(
    family: Family,
    posterior: Posterior,
    directory: Path,
    *,
    rows: int,
    seed: int,
    identity: str,
    watch: Callable[[int], None] = lambda _: None,
) -> Pool:
    """At least ``rows`` prior draws of ``posterior``, which is that of ``family``'s simulator.

    Shards of the same ``identity`` in ``directory`` are not made again. ``watch`` is told the rows that are there.
    Raises ``OSError``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    shards = []
    size = min(SHARD, rows)
    for number in range(-(-rows // size)):
        path = directory / f"{number:06d}.safetensors"
        shard = _stored(path, identity)
        if shard is None:
            shard = draw(family, posterior, size, torch.Generator().manual_seed((seed * MOST_SHARDS + number) * STRIDE))
            save_file(shard, path, metadata={"format": FORMAT, "identity": identity})
        shards.append(shard)
        watch(min(rows, (number + 1) * size))
    whole = {name: torch.cat([one[name] for one in shards])[:rows] for name in shards[0]}
    return Pool(
        whole["latents"],
        tuple(whole[f"clean/{turn}"] for turn in range(len(family.measured))),
        tuple(whole[f"options/{turn}"] for turn in range(len(family.chosen))),
        whole["log_weight"],
    )


@torch.no_grad()
def draw(family: Family, posterior: Posterior, rows: int, rng: torch.Generator) -> dict[str, Tensor]:
    """The tensors of a shard."""
    latents = torch.randn(rows, posterior.dim, generator=rng)
    parts = [_looked_at(family, posterior, part) for part in latents.split(BATCH)]
    return {"latents": latents} | {name: torch.cat([one[name] for one in parts]) for name in parts[0]}


def _looked_at(family: Family, posterior: Posterior, latents: Tensor) -> dict[str, Tensor]:
    """What would be measured of each row, and what the clauses say of it."""
    pictures = posterior.pictures(latents.to(posterior.device))
    residuals = posterior.residuals(pictures)
    clauses = posterior.clauses(posterior.read(pictures, residuals)) * posterior.powers(posterior.alpha)
    found: dict[str, Tensor] = {}
    first = len(family.program.factors) - len(family.chosen)
    # The simulator has the measurements and closed clauses in their own order, and options behind them.
    kept = [at for at in range(len(family.program.factors)) if at not in family.chosen]
    for turn, at in enumerate(family.measured):
        found[f"clean/{turn}"] = residuals[kept.index(at)]
    for turn, at in enumerate(family.chosen):
        body = family.program.factors[at].body
        count = len(body.values)  # type: ignore[union-attr]
        found[f"options/{turn}"] = clauses[:, first : first + count]
        first += count
    closed = [place for place, at in enumerate(kept) if at not in family.measured]
    found["log_weight"] = clauses[:, closed].sum(dim=1)
    return {name: one.cpu() for name, one in found.items()}


def _stored(path: Path, identity: str) -> dict[str, Tensor] | None:
    """A shard that is there whole and of the same simulation."""
    try:
        tensors, metadata = load_tensors(path)
    except (OSError, ValueError, SafetensorError):
        return None
    return tensors if (metadata.get("format"), metadata.get("identity")) == (FORMAT, identity) else None
