"""A posterior made of flows: q(ξ) = Σ_k w_k Π_b q_{k,b}(ξ_b), its pieces pushed through coupling flows.

A riddle's latents come in blocks, one a picture, or all of them as one block where pictures cannot be told apart. A
component k is one reading of all pictures; what it says of a block is one of a few :class:`Piece`, which components
share: "a is 3, b is 7" and "a is 3, b is 9" have the same threes. A piece is ξ = m + S (σ · T(z)), z ~ N(0, 1), with
S fixed, and m, σ and the flow T fitted. T moves the first coordinates, of which the likelihood depends most, and leaves
the others as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import torch
from torch import Generator, Tensor
from torch.func import functional_call

from oedipus.runtime.flows import Flow, FlowError, Form, build, standard, tensors_of

CHUNK = 1024
WIDEST = 40.0
MOST_PIECES = 4096


@lru_cache(maxsize=8)
def skeleton(form: Form) -> Flow:
    """A flow whose parameters are given from outside at each call."""
    return Flow(form).requires_grad_(False)


@lru_cache(maxsize=64)
def shapes(form: Form, width: int) -> dict[str, torch.Size]:
    """Names and shapes of the parameters of a piece of ``width`` latents: mean, log σ, and the flow's."""
    own = {"mean": torch.Size([width]), "log_sigma": torch.Size([width])}
    return own | {name: one.shape for name, one in skeleton(form).named_parameters()}


def size(form: Form, width: int) -> int:
    """How many parameters a piece of ``width`` latents has."""
    return sum(one.numel() for one in shapes(form, width).values())


def first_parameters(form: Form, mean: Tensor, log_sigma: Tensor, rng: Generator) -> Tensor:
    """The flat parameters ``[size]`` of the Gaussian N(mean, S diag σ² Sᵀ)."""
    return torch.cat([mean, log_sigma, *(one.flatten() for one in tensors_of(build(form, rng)).values())])


@dataclass(frozen=True)
class Piece:
    """One block's flow: its form, over the first of its coordinates, S ``[width, width]`` and its inverse, and flat
    ``parameters``."""

    form: Form
    scale: Tensor
    inverse: Tensor
    log_det: float
    parameters: Tensor

    @property
    def width(self) -> int:
        """Latents of the block."""
        return len(self.scale)

    @cached_property
    def _named(self) -> dict[str, Tensor]:
        wanted = shapes(self.form, self.width)
        parts = self.parameters.split([one.numel() for one in wanted.values()])
        return {name: part.view(shape) for (name, shape), part in zip(wanted.items(), parts, strict=True)}

    @property
    def _flow(self) -> dict[str, Tensor]:
        return {name: one for name, one in self._named.items() if name not in ("mean", "log_sigma")}

    def push(self, noise: Tensor) -> Tensor:
        """Latents ``[rows, width]`` of standard normal ``noise``."""
        first, rest = noise.split([self.form.latents, self.width - self.form.latents], dim=1)
        moved, _ = functional_call(skeleton(self.form).to(noise.device), self._flow, (first,))
        moved = torch.cat([moved, rest], dim=1)
        return self._named["mean"] + (moved * self._named["log_sigma"].exp()) @ self.scale.T

    def log_prob(self, latents: Tensor) -> Tensor:
        """log q ``[rows]`` in nats of ``latents`` ``[rows, width]``."""
        moved = (latents - self._named["mean"]) @ self.inverse.T * (-self._named["log_sigma"]).exp()
        first, rest = moved.split([self.form.latents, self.width - self.form.latents], dim=1)
        noise, log_det = functional_call(
            skeleton(self.form).to(latents.device), self._flow, (first,), {"inverse": True}
        )
        return standard(noise) + standard(rest) + log_det - self._named["log_sigma"].sum() - self.log_det


def piece(form: Form, scale: Tensor, parameters: Tensor) -> Piece:
    """A piece of its scale S and flat parameters. Raises :class:`FlowError` where they make none."""
    width = len(scale)
    if scale.shape != (width, width) or width < form.latents:
        raise FlowError(f"its scale is {list(scale.shape)}, over {form.latents} coordinates")
    if parameters.shape != (size(form, width),):
        raise FlowError(f"a flow of this form has {size(form, width):,} parameters, not {list(parameters.shape)}")
    if parameters[width : 2 * width].abs().max() > WIDEST:
        raise FlowError(f"it has widths beyond exp ±{WIDEST:g}")
    exact = scale.double()
    sign, log_det = torch.linalg.slogdet(exact)
    if sign == 0 or not log_det.isfinite():
        raise FlowError("its scale has no inverse")
    # Row by row, as it is once it was stored: a product has other roundings where the other factor's memory is turned.
    inverse = torch.linalg.inv(exact).to(scale.dtype).contiguous()
    return Piece(form, scale, inverse, log_det.item(), parameters)


@dataclass(frozen=True)
class Flows:
    """``pieces``; ``components`` name one of them for each block, ``log_weights`` ``[components]`` are theirs."""

    pieces: tuple[Piece, ...]
    components: tuple[tuple[int, ...], ...]
    log_weights: Tensor

    @property
    def widths(self) -> tuple[int, ...]:
        """Latents of each block."""
        return tuple(self.pieces[at].width for at in self.components[0])

    def vector(self) -> Tensor:
        """All that is fitted, ``[parameters]``: the log-weights, then every piece's parameters."""
        return torch.cat([self.log_weights, *(one.parameters for one in self.pieces)]).detach()

    def at(self, vector: Tensor) -> "Flows":
        """The same flows with other parameters, as :meth:`vector` has them."""
        weights, *parts = vector.split([len(self.log_weights), *(len(one.parameters) for one in self.pieces)])
        return Flows(
            tuple(replace(one, parameters=part) for one, part in zip(self.pieces, parts, strict=True)),
            self.components,
            weights,
        )

    def detached(self) -> "Flows":
        """The same, through which no gradient flows but that of the latents."""
        return self.at(self.vector())

    def of_pieces(self, latents: Tensor) -> dict[int, Tensor]:
        """log q ``[rows]`` in nats that each piece gives to its own block of ``latents`` ``[rows, dim]``."""
        parts = latents.split(self.widths, dim=1)
        blocks = {at: block for one in self.components for block, at in enumerate(one)}
        return {at: self.pieces[at].log_prob(parts[block]) for at, block in sorted(blocks.items())}

    def log_prob(self, latents: Tensor) -> Tensor:
        """log q ``[rows]`` in nats of ``latents`` ``[rows, dim]``."""
        found = []
        for rows in latents.split(CHUNK):
            own = self.of_pieces(rows)
            joint = torch.stack([torch.stack([own[at] for at in one]).sum(dim=0) for one in self.components])
            found.append((joint + self.log_weights.log_softmax(dim=0)[:, None]).logsumexp(dim=0))
        return torch.cat(found)

    def block_log_prob(self, latents: Tensor, block: slice) -> Tensor:
        """log q ``[…]`` in nats of one block's latents ``[…, width]``, whatever the others are."""
        starts = [sum(self.widths[:at]) for at in range(len(self.widths))]
        at, rows = starts.index(block.start), latents.flatten(0, -2)
        weights, found = self.log_weights.log_softmax(dim=0), []
        for one in sorted({component[at] for component in self.components}):
            own = [number for number, component in enumerate(self.components) if component[at] == one]
            found.append(torch.cat([self.pieces[one].log_prob(part) for part in rows.split(CHUNK)]))
            found[-1] = found[-1] + weights[own].logsumexp(dim=0)
        return torch.stack(found).logsumexp(dim=0).view(latents.shape[:-1])

    def push(self, noise: Tensor, chosen: Tensor) -> Tensor:
        """Standard normal ``noise`` ``[rows, dim]`` to latents of the components ``chosen`` ``[rows]``."""
        columns = []
        for block, part in enumerate(noise.split(self.widths, dim=1)):
            which = torch.tensor([one[block] for one in self.components], device=noise.device)[chosen]
            pushed, places = [], []
            for at in sorted({one[block] for one in self.components}):
                rows = (which == at).nonzero().squeeze(1)
                if len(rows):
                    pushed.append(self.pieces[at].push(part[rows]))
                    places.append(rows)
            columns.append(torch.cat(pushed)[torch.cat(places).argsort()])
        return torch.cat(columns, dim=1)

    @torch.no_grad()
    def draw(self, number: int, rng: Generator) -> Tensor:
        """``number`` independent samples ``[number, dim]``."""
        device = self.log_weights.device
        weights = self.log_weights.softmax(dim=0).cpu()
        chosen = torch.multinomial(weights, number, replacement=True, generator=rng).to(device)
        noise = torch.randn(number, sum(self.widths), generator=rng).to(device)
        parts = zip(noise.split(CHUNK), chosen.split(CHUNK), strict=True)
        return torch.cat([self.push(*part) for part in parts])

    def after(self, mean: Tensor, matrix: Tensor) -> "Flows":
        """The distribution of ``mean`` + ``matrix`` ξ, the matrix with entries inside blocks alone."""
        made: dict[int, Piece] = {}
        starts = [sum(self.widths[:at]) for at in range(len(self.widths))]
        for one in self.components:
            for start, at in zip(starts, one, strict=True):
                if at not in made:
                    old, width = self.pieces[at], self.pieces[at].width
                    own = slice(start, start + width)
                    inner = matrix[own, own]
                    moved = mean[own] + inner @ old.parameters[:width]
                    parameters = torch.cat([moved, old.parameters[width:]])
                    made[at] = piece(old.form, inner @ old.scale, parameters)
        return Flows(tuple(made[at] for at in range(len(self.pieces))), self.components, self.log_weights)

    def told(self) -> dict[str, Any]:
        """What a file says of it beside its tensors."""
        forms = [one.form.stored() for one in self.pieces]
        widths = [one.width for one in self.pieces]
        return {"forms": forms, "widths": widths, "components": [list(one) for one in self.components]}

    def tensors(self) -> dict[str, Tensor]:
        """Its numbers, piece after piece."""
        return {
            "log_weights": self.log_weights,
            "scales": torch.cat([one.scale.flatten() for one in self.pieces]),
            "parameters": torch.cat([one.parameters for one in self.pieces]),
        }


def restored(about: Any, tensors: Mapping[str, Tensor], dim: int) -> Flows:
    """What :meth:`Flows.told` and :meth:`Flows.tensors` gave, over ``dim`` latents.

    Raises :class:`FlowError` where it is damaged.
    """
    if not isinstance(about, Mapping) or set(about) != {"forms", "widths", "components"}:
        raise FlowError("it does not say what its flows are like")
    forms = [Form.of(one) for one in _listed(about["forms"])]
    widths = _listed(about["widths"])
    if len(widths) != len(forms) or not all(type(one) is int and 0 < one <= dim for one in widths):
        raise FlowError("its flows have other widths than latents")
    if any(one.context for one in forms):
        raise FlowError("a flow of it needs to be told a context")
    components = tuple(_component(one, widths, dim) for one in _listed(about["components"]))
    if len({tuple(widths[at] for at in one) for one in components}) > 1:
        raise FlowError("its components are not of the same blocks")
    # Each flow is of one block, the same in all components.
    places = {(at, block) for one in components for block, at in enumerate(one)}
    if sorted(at for at, _ in places) != list(range(len(forms))):
        raise FlowError("a flow of it is of no block, or of two")
    if tensors["log_weights"].shape != (len(components),):
        raise FlowError(f"'log_weights' is not of {len(components)} components")
    scales = _split(tensors["scales"], [one**2 for one in widths], "scales")
    parameters = _split(tensors["parameters"], [size(*one) for one in zip(forms, widths, strict=True)], "parameters")
    parts = zip(forms, widths, scales, parameters, strict=True)
    pieces = tuple(piece(form, scale.view(width, width), own) for form, width, scale, own in parts)
    return Flows(pieces, components, tensors["log_weights"])


def _listed(stored: Any) -> Sequence[Any]:
    if not isinstance(stored, list) or not 0 < len(stored) <= MOST_PIECES:
        raise FlowError("it has no flows, or too many")
    return stored


def _component(stored: Any, widths: Sequence[int], dim: int) -> tuple[int, ...]:
    own = _listed(stored)
    if not all(type(at) is int and 0 <= at < len(widths) for at in own):
        raise FlowError("a component of it names flows that it does not have")
    if sum(widths[at] for at in own) != dim:
        raise FlowError(f"a component of it is not over the {dim} latents that the file speaks of")
    return tuple(own)


def _split(stored: Tensor, sizes: Sequence[int], name: str) -> Sequence[Tensor]:
    if stored.shape != (sum(sizes),):
        raise FlowError(f"'{name}' of it are {list(stored.shape)} numbers, not {sum(sizes):,}")
    return stored.split(list(sizes))
