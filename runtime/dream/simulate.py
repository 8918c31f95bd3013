"""A pool of prior draws with what would be measured of each, before noise: made once, shard by shard, on disk.

Pictures cost far more than a step of training, and noise, σ and choices are drawn anew at every step: so a pool
of moderate size is used many times over. A shard depends on nothing but its number and the seed, so that an
interrupted simulation goes on with the next one.
"""

from collections.abc import Callable, Mapping
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
    α log P ``[rows, classes]`` of each open choice; ``log_weight`` ``[rows]`` what the other clauses say, in nats.
    ``slopes`` ``[some, dim]`` of the last rows: ∂F/∂ξ of an open measurement that is a number, of each in turn."""

    latents: Tensor
    clean: tuple[Tensor, ...]
    options: tuple[Tensor, ...]
    log_weight: Tensor
    slopes: Tensor


def simulate(
    family: Family,
    posterior: Posterior,
    directory: Path,
    *,
    rows: int,
    seed: int,
    identity: str,
    slopes: int = 0,
    watch: Callable[[int], None] = lambda _: None,
) -> Pool:
    """``rows`` prior draws of ``posterior``, which is that of ``family``'s simulator, about the last ``slopes`` of them
    with slopes where numbers are measured.

    Shards of the same ``identity`` in ``directory`` are not made again. ``watch`` is told the rows that are there.
    Raises ``OSError``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    shards = []
    size = min(SHARD, rows)
    sloped = -(-(rows - slopes) // size) if numbers_of(family, posterior) else rows
    for number in range(-(-rows // size)):
        path = directory / f"{number:06d}.safetensors"
        shard = _stored(path, identity)
        if shard is None or (number >= sloped and "slopes" not in shard):
            rng = torch.Generator().manual_seed((seed * MOST_SHARDS + number) * STRIDE)
            turn = (number - sloped) * size if number >= sloped else None
            shard = draw(family, posterior, size, rng, turn=turn)
            save_file(shard, path, metadata={"format": FORMAT, "identity": identity})
        shards.append(shard)
        watch(min(rows, (number + 1) * size))
    whole = {name: torch.cat([one[name] for one in shards])[:rows] for name in shards[0] if name != "slopes"}
    told = [one["slopes"] for one in shards[sloped:]]
    return Pool(
        whole["latents"],
        tuple(whole[f"clean/{turn}"] for turn in range(len(family.measured))),
        tuple(whole[f"options/{turn}"] for turn in range(len(family.chosen))),
        whole["log_weight"],
        torch.cat(told)[: max(0, rows - sloped * size)] if told else torch.zeros(0, posterior.dim),
    )


def numbers_of(family: Family, posterior: Posterior) -> list[int]:
    """Numbers of the simulator's clauses that measure one number which is left open."""
    places = _kept(family)
    found = [places.index(at) for at in family.measured]
    return [place for place in found if len(posterior.measurements[place].data) == 1]


def draw(
    family: Family, posterior: Posterior, rows: int, rng: torch.Generator, *, turn: int | None = None
) -> dict[str, Tensor]:
    """The tensors of a shard; with slopes of each number in turn, from the ``turn``-th row on, where that is given."""
    latents = torch.randn(rows, posterior.dim, generator=rng)
    parts = []
    for begin, part in zip(range(0, rows, BATCH), latents.split(BATCH), strict=True):
        parts.append(looked_at(family, posterior, part, None if turn is None else turn + begin))
    return {"latents": latents} | {name: torch.cat([one[name] for one in parts]) for name in parts[0]}


def _kept(family: Family) -> list[int]:
    """Numbers of the family's clauses that are the simulator's first ones, in their order; options lie behind them."""
    return [at for at in range(len(family.program.factors)) if at not in family.chosen]


def looked_at(family: Family, posterior: Posterior, latents: Tensor, turn: int | None = None) -> dict[str, Tensor]:
    """What would be measured of each row, and what the clauses say of it; with slopes from the ``turn``-th on."""
    leaf = latents.to(posterior.device).requires_grad_(turn is not None)
    with torch.set_grad_enabled(turn is not None):
        pictures = posterior.pictures(leaf)
        residuals = posterior.residuals(pictures)
    slopes = {} if turn is None else {"slopes": _slopes(family, posterior, residuals, leaf, turn)}
    with torch.no_grad():
        found = _told(family, posterior, [one.detach() for one in pictures], residuals)
    return {name: one.detach().cpu() for name, one in (found | slopes).items()}


def _slopes(family: Family, posterior: Posterior, residuals: Mapping[int, Tensor], leaf: Tensor, turn: int) -> Tensor:
    """∂F/∂ξ ``[rows, dim]`` of each number in turn."""
    numbers = torch.cat([residuals[place] for place in numbers_of(family, posterior)], dim=1)
    chosen = (turn + torch.arange(len(leaf), device=leaf.device)) % numbers.shape[1]
    (slope,) = torch.autograd.grad(numbers.gather(1, chosen[:, None]).sum(), leaf)
    return slope


def _told(
    family: Family, posterior: Posterior, pictures: list[Tensor], residuals: Mapping[int, Tensor]
) -> dict[str, Tensor]:
    clauses = posterior.clauses(posterior.read(pictures, residuals), pictures[0].flatten(1)) * posterior.powers(
        posterior.alpha
    )
    found: dict[str, Tensor] = {}
    first = len(family.program.factors) - len(family.chosen)
    kept = _kept(family)
    for turn, at in enumerate(family.measured):
        found[f"clean/{turn}"] = residuals[kept.index(at)]
    for turn, at in enumerate(family.chosen):
        body = family.program.factors[at].body
        count = len(body.values)  # type: ignore[union-attr]
        found[f"options/{turn}"] = clauses[:, first : first + count]
        first += count
    closed = [place for place, at in enumerate(kept) if at not in family.measured]
    found["log_weight"] = clauses[:, closed].sum(dim=1)
    return found


def _stored(path: Path, identity: str) -> dict[str, Tensor] | None:
    """A shard that is there whole and of the same simulation."""
    try:
        tensors, metadata = load_tensors(path)
    except (OSError, ValueError, SafetensorError):
        return None
    return tensors if (metadata.get("format"), metadata.get("identity")) == (FORMAT, identity) else None
