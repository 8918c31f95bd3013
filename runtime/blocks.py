"""Block moves among bank members: a clause's own diagram proposes members for all its variables at once.

One variable after the other cannot leave an answer that only several changes
together can better (two letters that swap). For a clause f with power a over
variables v, members k_v and the classes c_v that f tells apart,

    q(k) ∝ Σ_{c true in f} Π_v p_v(c_v | k_v)^a u_v(k_v)

is drawn exactly: classes backwards through the diagram with weights
W_v(c) = Σ_k p_v(c | k)^a u_v(k), then each member given its class. u_v holds the clauses
that concern v alone. What q leaves out (other clauses, and the power taken inside the
sum) is put right by the ratio of Metropolis and Hastings. Only factors of the program
are used, one at a time: nothing knows of a solution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Generator, Tensor

from oedipus.compiler import program

if TYPE_CHECKING:
    from oedipus.runtime.bank import Bank


@dataclass(frozen=True, slots=True)
class Block:
    """A clause that can propose: its number, for each of its readouts the variable and network, and all clauses that
    are about any of these variables, ``touched`` by what it proposes."""

    clause: int
    variables: tuple[int, ...]
    networks: tuple[str, ...]
    layers: tuple[Tensor, ...]
    touched: tuple[int, ...]


def blocks_of(bank: Bank) -> list[Block]:
    """The clauses over two or more variables that ask about each only once."""
    factors, found = bank.posterior.program.factors, []
    asked = [bank.posterior.asked_by(number) for number in range(len(factors))]
    for number, factor in enumerate(factors):
        networks = tuple(network for network, _ in asked[number])
        variables = tuple(place for _, place in asked[number])
        if len(variables) < 2 or len(set(variables)) < len(variables):
            continue
        match factor.body:
            case program.Diagram(layers):
                arrays = layers
            case program.Tensor(values):
                arrays = layers_of(values)
            case _:
                continue
        tensors = tuple(torch.from_numpy(np.asarray(layer, dtype=np.int64)) for layer in arrays)
        touched = tuple(other for other, keys in enumerate(asked) if any(place in variables for _, place in keys))
        found.append(Block(number, variables, networks, tensors, touched))
    return found


def layers_of(values: np.ndarray) -> tuple[np.ndarray, ...]:
    """A dense 0/1 tensor as the layers of a diagram, a state for every different remainder."""
    layers, remainders = [], [values]
    for axis in range(values.ndim):
        after: dict[bytes, int] = {}
        kept: list[np.ndarray] = []
        layer = np.zeros((len(remainders), values.shape[axis]), dtype=np.int64)
        for state, rest in enumerate(remainders):
            for label, part in enumerate(rest):
                if axis == values.ndim - 1:
                    layer[state, label] = int(part)
                    continue
                key = part.tobytes()
                if key not in after:
                    after[key] = len(kept)
                    kept.append(part)
                layer[state, label] = after[key]
        layers.append(layer)
        remainders = kept
    return tuple(layers)


@torch.no_grad()
def move(bank: Bank, block: Block, chosen: Tensor, alpha: float, rng: Generator) -> tuple[Tensor, Tensor]:
    """One proposal by ``block`` for every chain; ``chosen`` ``[chains, variables]`` after it, and who accepted."""
    posterior = bank.posterior
    powers = posterior.powers(alpha)
    power = float(powers[block.clause])
    alone = [bank.alone(variable, alpha) for variable in block.variables]
    weights = [
        torch.nan_to_num((power * bank.readings[network, variable] + own[:, None]).double(), nan=-torch.inf)
        for network, variable, own in zip(block.networks, block.variables, alone, strict=True)
    ]
    sums = [one.logsumexp(dim=0) for one in weights]
    classes = sample_classes(block.layers, sums, len(chosen), rng)
    if classes is None:
        return chosen, torch.zeros(len(chosen), dtype=torch.bool)
    proposed = chosen.clone()
    for at, variable in enumerate(block.variables):
        chance = weights[at].softmax(dim=0).T  # [classes, members]
        for label in classes[:, at].unique().tolist():
            rows = torch.nonzero(classes[:, at] == label).squeeze(1)
            drawn = torch.multinomial(chance[label], len(rows), replacement=True, generator=rng)
            proposed[rows, variable] = drawn.to(proposed.device)
    gain = _merit(bank, block, proposed, alpha, alone) - _merit(bank, block, chosen, alpha, alone)
    accepted = torch.rand(len(chosen), generator=rng).log() < gain.cpu()
    return torch.where(accepted.to(chosen.device)[:, None], proposed, chosen), accepted


def _merit(bank: Bank, block: Block, chosen: Tensor, alpha: float, alone: list[Tensor]) -> Tensor:
    """log of target over proposal ``[chains]``, up to what the proposal does not change."""
    posterior = bank.posterior
    powers = posterior.powers(alpha)
    target = bank.some_clauses(chosen, block.touched) @ powers[list(block.touched)]
    raised = {
        (network, variable): powers[block.clause] * bank.readings[network, variable][chosen[:, variable]]
        for network, variable in zip(block.networks, block.variables, strict=True)
    }
    proposal = posterior.clause(block.clause, raised)
    own = torch.stack([one[chosen[:, at]] for one, at in zip(alone, block.variables, strict=True)]).sum(dim=0)
    return target - proposal - own


def sample_classes(layers: tuple[Tensor, ...], log_weights: list[Tensor], number: int, rng: Generator) -> Tensor | None:
    """``number`` joint classes ``[number, readouts]`` that the diagram calls true, with chance Π of weights.

    ``log_weights`` ``[classes]`` of each readout, in nats. None where nothing true has any weight.
    """
    rest = [torch.tensor([-torch.inf, 0.0], dtype=torch.float64)]
    for layer, weight in zip(reversed(layers), reversed(log_weights), strict=True):
        rest.append((rest[-1][layer] + weight.cpu()).logsumexp(dim=1))
    if not bool(rest[-1][0].isfinite()):
        return None
    state = torch.zeros(number, dtype=torch.int64)
    drawn = []
    for layer, weight in zip(layers, log_weights, strict=True):
        rest.pop()
        onward = rest[-1][layer[state]] + weight.cpu()
        label = torch.multinomial(onward.softmax(dim=1), 1, generator=rng).squeeze(1)
        drawn.append(label)
        state = layer[state, label]
    return torch.stack(drawn, dim=1)
