"""A pool of prior draws with what would be measured of each, before noise."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class Pool:
    """Prior draws. ``latents`` ``[rows, dim]``; ``clean`` F(x) ``[rows, values]`` of each open measurement; ``options``
    α log P ``[rows, classes]`` of each open choice; ``log_weight`` ``[rows]`` what the other clauses say, in nats."""

    latents: Tensor
    clean: tuple[Tensor, ...]
    options: tuple[Tensor, ...]
    log_weight: Tensor
