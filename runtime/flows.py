"""Coupling flows: invertible maps ξ = T(z) of standard normal noise, with or without a context, built on zuko.

Each coupling leaves half of the coordinates as they are and moves the other half by an affine map or a
rational-quadratic spline whose numbers a small network reads off the first half (Dinh et al. 2017; Durkan et al.
2019). Which half is fixed by the bits of a coordinate's number, so that after 2 log₂ d couplings any two have met.
A flow begins as the identity, and is a plain set of tensors beside its :class:`Form`.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor, nn

MOST = 1 << 16
"""Of any number in a form: what a damaged file asks for is not built."""
SLOPE = 1e-3


class FlowError(ValueError):
    """A flow that cannot be built or is not what its form says; the message says why."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a flow is built: ``latents`` coordinates, given ``context`` numbers; ``couplings`` maps one after the
    other, each with a network of two layers of ``hidden`` units; splines of ``bins`` pieces on [−5, 5], or affine
    maps where ``bins`` is 0. Raises :class:`FlowError` for numbers that make no flow."""

    latents: int
    context: int = 0
    couplings: int = 8
    hidden: int = 128
    bins: int = 0

    def __post_init__(self) -> None:
        for one in fields(self):
            value, least = getattr(self, one.name), {"context": 0, "bins": 0, "latents": 2}.get(one.name, 1)
            if type(value) is not int or not least <= value <= MOST:
                raise FlowError(f"a flow with {str(value)[:20]} {one.name} cannot be built")

    def stored(self) -> dict[str, int]:
        """The form as JSON holds it."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Any) -> "Form":
        """The form that :meth:`stored` gave. Raises :class:`FlowError`."""
        if not isinstance(stored, Mapping) or set(stored) != {one.name for one in fields(cls)}:
            raise FlowError("a flow's form has other entries than this version writes")
        return cls(**stored)


class Flow(nn.Module):
    """T and its inverse."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        from zuko.flows.coupling import GeneralCouplingTransform
        from zuko.lazy import LazyComposedTransform
        from zuko.transforms import MonotonicRQSTransform

        kind: dict[str, Any] = {"hidden_features": (form.hidden, form.hidden), "activation": nn.SiLU}
        if form.bins:
            kind["univariate"] = partial(MonotonicRQSTransform, slope=SLOPE)
            kind["shapes"] = [(form.bins,), (form.bins,), (form.bins - 1,)]
        self.form = form
        # zuko draws first weights from torch's own generator, which is not ours to move.
        with torch.random.fork_rng(devices=[]):
            layers = [
                GeneralCouplingTransform(form.latents, form.context, mask=mask, **kind)
                for mask in masks(form.latents, form.couplings)
            ]
        self.transform = LazyComposedTransform(*layers)

    def forward(self, values: Tensor, context: Tensor | None = None, *, inverse: bool = False) -> tuple[Tensor, Tensor]:
        """T of noise ``[rows, latents]``, or the noise of latents, and log |det| ``[rows]`` of that map's Jacobian.

        ``context`` ``[rows, context]``. Everything happens in here, so that ``torch.func.functional_call`` works.
        """
        found = self.transform(context)
        moved, log_det = (found.inv if inverse else found).call_and_ladj(values)
        return moved, log_det

    def log_prob(self, latents: Tensor, context: Tensor | None = None) -> Tensor:
        """log q ``[rows]`` in nats of ``latents`` ``[rows, latents]``."""
        noise, log_det = self(latents, context, inverse=True)
        return standard(noise) + log_det


def masks(latents: int, couplings: int) -> list[Tensor]:
    """Which coordinates ``[latents]`` each coupling leaves as they are: by one bit of their numbers, then its
    opposite, then the next bit's."""
    bits = max(1, (latents - 1).bit_length())
    number = torch.arange(latents)
    return [((number >> (at // 2 % bits)) & 1) == at % 2 for at in range(couplings)]


def standard(noise: Tensor) -> Tensor:
    """log N(z | 0, 1) ``[rows]`` in nats of ``noise`` ``[rows, dim]``."""
    return -(noise.square() + math.log(2 * math.pi)).sum(dim=1) / 2


def build(form: Form, rng: Generator) -> Flow:
    """A flow at the identity, the inner layers of its networks drawn by ``rng`` (uniform, ± 1 / √inputs)."""
    flow = Flow(form)
    with torch.no_grad():
        for name, one in flow.named_parameters():
            inputs = flow.get_parameter(name.rpartition(".")[0] + ".weight").shape[1]
            one.copy_((2 * torch.rand(one.shape, generator=rng) - 1) / inputs**0.5)
        for coupling in flow.transform.transforms:
            coupling.hyper[-1].weight.zero_()
            coupling.hyper[-1].bias.zero_()
    return flow


def tensors_of(flow: Flow) -> dict[str, Tensor]:
    """A flow's parameters by name, as a file holds them: flat, apart from the flow, without gradients."""
    return {name: one.detach().clone() for name, one in flow.named_parameters()}


def restored(form: Form, tensors: Mapping[str, Tensor]) -> Flow:
    """The flow of this form with these parameters. Raises :class:`FlowError` where they are not its own, or no
    numbers."""
    flow = Flow(form)
    wanted = dict(flow.named_parameters())
    if set(wanted) != set(tensors):
        odd = sorted(set(wanted) ^ set(tensors))
        raise FlowError(f"the flow's parameters are not those of its form ('{odd[0]}' and {len(odd) - 1} more)")
    for name, one in wanted.items():
        given = tensors[name]
        if given.shape != one.shape or not given.is_floating_point() or not given.isfinite().all():
            raise FlowError(f"'{name}' of the flow is not {list(one.shape)} finite numbers")
    with torch.no_grad():
        for name, one in wanted.items():
            one.copy_(tensors[name])
    return flow
