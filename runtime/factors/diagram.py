"""Decision diagrams contracted with their readouts: log Σ over satisfying joint classes of Π p.

Two messages are passed through the layers. Backward, β_i(s) is the probability
that the rest of the readouts makes the formula true from state s; forward, α_i(s)
that the readouts so far lead to s. Then log P = log β_0(start), and its gradient
with respect to log p_i(c) is the marginal Σ_s α_i(s) p_i(c) β_{i+1}(next(s, c)) / P
(the algorithm of Rabiner 1989, equations 19-27, on an acyclic automaton).

Messages are float64 probabilities, which is exact as long as P is above e^-600:
what they lose lies below e^-708. The few samples that are deeper are done again in
logs.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor, device
from torch.autograd import forward_ad
from torch.autograd.function import FunctionCtx, once_differentiable

from oedipus.compiler import program

DEPTH = 600.0
"""Nats. float64 ends at e^-708; the rest is margin for sums over paths and states."""

CACHED = 1 << 18
"""Transitions times samples worked on at once: what fits a core's cache."""

Layers: TypeAlias = tuple[Tensor, ...]
Messages: TypeAlias = tuple[Tensor, Tensor | None]
"""log P [samples], and the marginals of all readouts' classes [all classes, samples] where wanted."""


def bind(body: program.Diagram, where: device) -> Callable[[Sequence[Tensor]], Tensor]:
    """log P [samples] in nats as a function of the log-probabilities [samples, classes] of the readouts."""
    layers = tuple(torch.tensor(layer, device=where) for layer in body.layers)

    def log_probability_of(readouts: Sequence[Tensor]) -> Tensor:
        gradient = any(one.requires_grad or forward_ad.unpack_dual(one).tangent is not None for one in readouts)
        result: Tensor = Contraction.apply(layers, gradient, *readouts)  # type: ignore[no-untyped-call]
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
    def forward(ctx: FunctionCtx, layers: Layers, gradient: bool, *readouts: Tensor) -> Tensor:
        """log P [samples]."""
        value, marginals = contract(layers, readouts, gradient=gradient)
        ctx.save_for_backward(*marginals)
        ctx.save_for_forward(*marginals)
        return value

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Marginals [samples, classes] times the gradient [samples]."""
        (gradient,) = gradients
        return None, None, *(gradient[:, None] * one for one in ctx.saved_tensors)

    @staticmethod
    def jvp(ctx: Any, _layers: None, _gradient: None, *tangents: Tensor) -> Tensor:
        """Marginals [samples, classes] times the tangents of the readouts, summed."""
        return torch.stack([(m * t).sum(dim=1) for m, t in zip(ctx.saved_tensors, tangents, strict=True)]).sum(dim=0)


def contract(layers: Layers, readouts: Sequence[Tensor], *, gradient: bool) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Value [samples] and marginals [samples, classes], block by block of samples."""
    joined = torch.cat([one.detach() for one in readouts], dim=1).T.double().contiguous()
    block = max(1, CACHED // max(layer.numel() for layer in layers))
    parts = [probabilities(layers, part, gradient=gradient) for part in joined.split(block, dim=1)]
    value = torch.cat([one for one, _ in parts])
    marginals = torch.cat([one for _, one in parts if one is not None], dim=1) if gradient else None
    deep = torch.nonzero(~(value > -DEPTH)).squeeze(1)
    if len(deep):
        value[deep], found = logarithms(layers, joined[:, deep], gradient=gradient)
        if marginals is not None and found is not None:
            marginals[:, deep] = found
    dtype, classes = readouts[0].dtype, [one.shape[1] for one in readouts]
    return value.to(dtype), () if marginals is None else marginals.T.to(dtype).split(classes, dim=1)


def by_readout(layers: Layers, joined: Tensor) -> tuple[Tensor, ...]:
    """The rows of each readout's classes."""
    return joined.split([layer.shape[1] for layer in layers])


def accepted(like: Tensor) -> Tensor:
    """The message of the final states [2, samples]."""
    samples = like.shape[1]
    return torch.stack([like.new_zeros(samples), like.new_ones(samples)])


def along(message: Tensor, layer: Tensor) -> Tensor:
    """The message of each transition's target [states, classes, samples]."""
    return message.index_select(0, layer.view(-1)).view(*layer.shape, -1)


def arrived(taken: Tensor, layer: Tensor, after: Tensor) -> Tensor:
    """Transitions [states, classes, samples] added up by target, as ``after`` [states, samples]."""
    return torch.zeros_like(after).index_add_(0, layer.view(-1), taken.flatten(0, 1))


def probabilities(layers: Layers, joined: Tensor, *, gradient: bool) -> Messages:
    """Messages as probabilities, of log-probabilities [all classes, samples]."""
    whole = joined.exp()
    chances = by_readout(layers, whole)
    backward = [accepted(whole)]
    for layer, chance in zip(reversed(layers), reversed(chances), strict=True):
        backward.append(along(backward[-1], layer).mul_(chance).sum(dim=1))
    total = backward.pop()[0]
    if not gradient:
        return total.log(), None
    marginals = torch.empty_like(whole)
    forward = torch.ones_like(whole[:1])
    for layer, chance, marginal in zip(layers, chances, by_readout(layers, marginals), strict=True):
        after = backward.pop()
        taken = forward[:, None] * chance
        torch.sum(along(after, layer).mul_(taken), dim=0, out=marginal)
        forward = arrived(taken, layer, after) if backward else forward
    return total.log(), marginals.div_(total)


def logarithms(layers: Layers, joined: Tensor, *, gradient: bool) -> Messages:
    """The same messages as logs: several times the work, right at any depth."""
    weights = by_readout(layers, joined)
    backward = [accepted(joined).log()]
    for layer, weight in zip(reversed(layers), reversed(weights), strict=True):
        backward.append((along(backward[-1], layer) + weight).logsumexp(dim=1))
    value = backward[-1][0]
    marginals = []
    share = torch.ones_like(joined[:1])
    for layer, weight in zip(layers, weights, strict=True) if gradient else ():
        here = backward.pop()
        passing = (along(backward[-1], layer) + weight - here[:, None]).exp()
        # A state that leads nowhere true has -inf here and passes nothing on.
        taken = share[:, None] * passing.nan_to_num(nan=0.0)
        marginals.append(taken.sum(dim=0))
        share = arrived(taken, layer, backward[-1])
    return value, torch.cat(marginals) if gradient else None
