"""Decision diagrams contracted with their readouts: log Σ over satisfying joint classes of Π p.

Two messages are passed through the layers. Backward, β_i(s) is the probability
that the rest of the readouts makes the formula true from state s; forward, α_i(s)
that the readouts so far lead to s. Then log P = log β_0(start), and its gradient
with respect to log p_i(c) is the marginal Σ_s α_i(s) p_i(c) β_{i+1}(next(s, c)) / P
(the algorithm of Rabiner 1989, equations 19-27, on an acyclic automaton).

Messages are float64 and rescaled layer by layer, which is exact unless P lies more
than ``DEPTH`` nats below a layer's scale; those samples are done again in logs.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor, device
from torch.autograd.function import FunctionCtx, once_differentiable

from oedipus.compiler import program

DEPTH = 600.0
"""Nats. float64 loses what is e^-708 of the greatest; the rest is margin for sums over paths and states."""

CACHED = 1 << 18
"""Transitions times samples worked on at once: what fits a core's cache."""

Layers: TypeAlias = tuple[Tensor, ...]
Messages: TypeAlias = tuple[Tensor, list[Tensor]]
"""log P [samples], and for each readout the marginals [classes, samples], none where not wanted."""


def bind(body: program.Diagram, where: device) -> Callable[[Sequence[Tensor]], Tensor]:
    """log P [samples] in nats as a function of the log-probabilities [samples, classes] of the readouts."""
    layers = tuple(torch.tensor(layer, device=where) for layer in body.layers)

    def log_probability_of(readouts: Sequence[Tensor]) -> Tensor:
        result: Tensor = Contraction.apply(layers, *readouts)  # type: ignore[no-untyped-call]
        return result

    return log_probability_of


def log_probability(diagram: program.Diagram, log_readouts: Sequence[Tensor]) -> Tensor:
    """log P [samples] in nats of one diagram; see :func:`bind` for contracting the same one often.

    Rows are independent; the result has the readouts' dtype and a gradient. A
    sample that cannot be true is -inf with gradient zero.
    """
    return bind(diagram, log_readouts[0].device)(log_readouts)


class Contraction(torch.autograd.Function):
    """Both messages in one go: marginals are wanted whenever a gradient is."""

    @staticmethod
    def forward(ctx: FunctionCtx, layers: Layers, *readouts: Tensor) -> Tensor:
        """log P [samples]."""
        gradient = any(one.requires_grad for one in readouts)
        value, marginals = contract(layers, readouts, gradient=gradient)
        ctx.save_for_backward(*marginals)
        return value

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Marginals [samples, classes] times the gradient [samples]."""
        (gradient,) = gradients
        return None, *(gradient[:, None] * one for one in ctx.saved_tensors)


def contract(layers: Layers, readouts: Sequence[Tensor], *, gradient: bool) -> Messages:
    """Value [samples] and marginals [samples, classes], block by block of samples."""
    samples = len(readouts[0])
    value = readouts[0].new_empty(samples)
    marginals = [torch.empty_like(one) for one in readouts] if gradient else []
    block = max(1, CACHED // max(layer.numel() for layer in layers))
    for start in range(0, samples, block):
        chosen = slice(start, start + block)
        weights = [one[chosen].detach().T.double().contiguous() for one in readouts]
        _store(value, marginals, chosen, *scaled_messages(layers, weights, gradient=gradient))
    deep = torch.nonzero(value.isnan()).squeeze(1)
    if len(deep):
        weights = [one[deep].detach().T.double().contiguous() for one in readouts]
        _store(value, marginals, deep, *log_messages(layers, weights, gradient=gradient))
    return value, marginals


def _store(value: Tensor, marginals: list[Tensor], chosen: slice | Tensor, found: Tensor, parts: list[Tensor]) -> None:
    value[chosen] = found.to(value.dtype)
    for whole, part in zip(marginals, parts, strict=True):
        whole[chosen] = part.T.to(whole.dtype)


# Probabilities, rescaled layer by layer -------------------------------------


def scaled_messages(layers: Layers, weights: list[Tensor], *, gradient: bool) -> Messages:
    """Messages as probabilities; NaN for samples too deep for that. ``weights`` are logs [classes, samples]."""
    peaks = [one.amax(dim=0).clamp(min=-1e300) for one in weights]
    chances = [(one - peak).exp() for one, peak in zip(weights, peaks, strict=True)]
    backward = [_accepted(weights[0])]
    scale, highest = torch.zeros_like(peaks[0]), torch.zeros_like(peaks[0])
    for layer, chance in zip(reversed(layers), reversed(chances), strict=True):
        message = _along(backward[-1], layer).mul_(chance).sum(dim=1)
        message, step = _rescaled(message)
        scale = scale + step
        highest = torch.maximum(highest, scale)
        backward.append(message)
    value = torch.where(scale > highest - DEPTH, scale + sum(peaks), torch.nan)
    return value, _marginals(layers, chances, backward[::-1]) if gradient else []


def _accepted(like: Tensor) -> Tensor:
    """The message of the final states [2, samples]."""
    samples = like.shape[1]
    return torch.stack([like.new_zeros(samples), like.new_ones(samples)])


def _along(message: Tensor, layer: Tensor) -> Tensor:
    """The message of each transition's target [states, classes, samples]."""
    return message.index_select(0, layer.view(-1)).view(*layer.shape, -1)


def _rescaled(message: Tensor) -> tuple[Tensor, Tensor]:
    """The message with its greatest entry 1, and the logarithm of what that was [samples]."""
    greatest = message.amax(dim=0)
    return message / greatest.clamp(min=1e-300), greatest.log()


def _marginals(layers: Layers, chances: list[Tensor], backward: list[Tensor]) -> list[Tensor]:
    """Posterior probability of each class of each readout [classes, samples]."""
    marginals = []
    forward = torch.ones_like(chances[0][:1])
    for layer, chance, after in zip(layers, chances, backward[1:], strict=True):
        taken = forward[:, None] * chance
        marginal = _along(after, layer).mul_(taken).sum(dim=0)
        marginals.append(marginal / marginal.sum(dim=0))
        reached = torch.zeros_like(after).index_add_(0, layer.view(-1), taken.flatten(0, 1))
        forward, _ = _rescaled(reached)
    return marginals


# Logs -----------------------------------------------------------------------


def log_messages(layers: Layers, weights: list[Tensor], *, gradient: bool) -> Messages:
    """The same messages as logs: several times the work, right at any depth."""
    backward = [_accepted(weights[0]).log()]
    for layer, weight in zip(reversed(layers), reversed(weights), strict=True):
        backward.append((_along(backward[-1], layer) + weight).logsumexp(dim=1))
    backward.reverse()
    marginals = []
    share = torch.ones_like(weights[0][:1])
    for place, (layer, weight) in enumerate(zip(layers, weights, strict=True) if gradient else ()):
        here, after = backward[place], backward[place + 1]
        passing = (_along(after, layer) + weight - here[:, None]).exp()
        taken = share[:, None] * passing.nan_to_num(nan=0.0)
        marginals.append(taken.sum(dim=0))
        share = torch.zeros_like(after).index_add_(0, layer.view(-1), taken.flatten(0, 1))
    return backward[0][0], marginals
