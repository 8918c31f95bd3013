"""Weights into modules: the one place where a card becomes a network."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from safetensors.torch import load
from torch import Tensor, nn

from oedipus.networks.architectures import build
from oedipus.networks.cards import Card, WeightsError
from oedipus.networks.exported import load_program, reason_of
from oedipus.networks.files import read_regular
from oedipus.networks.frugal import Frugal
from oedipus.networks.roles import EXPORTED
from oedipus.networks.stored import LARGEST, LIMIT
from oedipus.networks.storing import save_file

__all__ = ["WeightsError", "load_network", "save_weights"]


def load_network(card: Card, device: torch.device | str = "cpu") -> nn.Module:
    """The card's network in evaluation mode, frozen, on ``device``.

    Raises :class:`WeightsError` where the file is missing, its checksum is not
    the card's, or it does not fit the architecture.
    """
    try:
        content = read_regular(card.weights, LIMIT)
    except OSError as error:
        raise WeightsError(
            f"network '{card.name}': cannot read {card.weights} ({error.strerror}); "
            f"reinstall oedipus, or make it with `oedipus networks train {card.name}`"
        ) from error
    if card.sha256 and hashlib.sha256(content).hexdigest() != card.sha256:
        raise WeightsError(
            f"network '{card.name}': {card.weights} is damaged, its sha256 is not the card's; reinstall oedipus, "
            f"or remove the sha256 line from the card if you changed the weights on purpose"
        )
    try:
        network = _restored(card, content)
    except Exception as error:  # builders and readers fail with whatever they stumble over
        reason = str(error) if isinstance(error, WeightsError) else reason_of(error)
        raise WeightsError(f"network '{card.name}': {card.weights} does not fit its card: {reason}") from error
    network = network.to(device).requires_grad_(False)
    return _drawing(card, network, device) if card.role == "generator" else network


def _restored(card: Card, content: bytes) -> nn.Module:
    if card.architecture == EXPORTED:
        return load_program(content, card.name)
    stored = load(content)
    # What a card asks for is held against the file before any memory is taken for it.
    with torch.device("meta"):
        wanted = build(card.architecture, **card.options).state_dict()
    _agree(wanted, stored)
    network = build(card.architecture, **card.options)
    network.load_state_dict(stored)
    return network


def _agree(wanted: Mapping[str, Tensor], stored: Mapping[str, Tensor]) -> None:
    if missing := sorted(set(wanted) - set(stored)):
        raise WeightsError(f"'{missing[0]}' is missing, and {len(missing) - 1} more")
    if extra := sorted(set(stored) - set(wanted)):
        raise WeightsError(f"'{extra[0][:80]}' is no part of its architecture, nor are {len(extra) - 1} more")
    for name, tensor in stored.items():
        if tensor.shape != wanted[name].shape:
            raise WeightsError(f"'{name}' has the shape {list(tensor.shape)}, not {list(wanted[name].shape)}")
        if wanted[name].is_floating_point() and not tensor.is_floating_point():
            raise WeightsError(f"'{name}' holds {tensor.dtype}, not {wanted[name].dtype}")
        if tensor.is_floating_point() and not (tensor.abs() <= LARGEST).all():
            raise WeightsError(f"'{name}' has entries that are no number, or beyond {LARGEST:,.0f}")


def _drawing(card: Card, network: nn.Module, device: torch.device | str) -> nn.Module:
    """The generator within the memory that its card allows, its pictures in 0..1."""
    low, high = map(float, card.picture.get("range", (0.0, 1.0)))
    if card.memory or (low, high) != (0.0, 1.0):
        chunk, recompute = int(card.memory.get("chunk", 0)), bool(card.memory.get("recompute", False))
        network = Frugal(network, chunk=chunk, recompute=recompute, low=low, high=high)
    if card.architecture == EXPORTED:
        _try(card, network, device)
    return network


@torch.no_grad()
def _try(card: Card, network: nn.Module, device: torch.device | str) -> None:
    """A program has no architecture to be held against, so it draws one picture and two."""
    for rows in (1, 2):
        try:
            drawn = network(torch.zeros(rows, card.latents, device=device))
        except Exception as error:  # a program fails with whatever its own operators raise
            reason = reason_of(error)
            raise WeightsError(
                f"network '{card.name}': {card.weights} draws no {rows} pictures from {card.latents} latents: {reason} "
                f"(export it with a dynamic number of rows)"
            ) from None
        if not isinstance(drawn, Tensor) or not drawn.isfinite().all():
            raise WeightsError(f"network '{card.name}': {card.weights} draws what is no picture")
        if tuple(drawn.shape) != (rows, *card.shape):
            raise WeightsError(
                f"network '{card.name}': {card.weights} draws {tuple(drawn.shape)}, its card says {(rows, *card.shape)}"
            )


@torch.no_grad()
def hold_together(generator: Card, readers: Iterable[Card], networks: Mapping[str, nn.Module]) -> None:
    """Show one picture of a generator to every network of its kind.

    Raises :class:`WeightsError` where one cannot read it, or says other than its card does.
    """
    device = next((one.device for one in networks[generator.name].parameters()), torch.device("cpu"))
    picture = networks[generator.name](torch.zeros(1, generator.latents, device=device))
    for card in readers:
        try:
            said = networks[card.name](picture)
        except Exception as error:  # a network fails with whatever its own layers raise
            raise WeightsError(
                f"network '{card.name}': it cannot read pictures {list(picture.shape[1:])} of '{generator.name}', "
                f"which are of its kind, {card.kind}: {reason_of(error)}"
            ) from None
        wanted = (1, len(card.classes)) if card.role == "classifier" else (1,)
        if not isinstance(said, Tensor) or tuple(said.shape) not in (wanted, (1, 1) if wanted == (1,) else wanted):
            shape = list(said.shape) if isinstance(said, Tensor) else type(said).__name__
            raise WeightsError(
                f"network '{card.name}': of a picture it says {shape}, and its card has {len(card.classes)} 'classes'"
            )


def save_weights(network: nn.Module, path: Path, *, half: bool = False) -> str:
    """Write the network's weights whole or not at all, ``half`` in 16 bits; returns their sha256."""
    partial = path.with_name(path.name + ".partial")
    stored = {name: value.half() if half else value for name, value in network.state_dict().items()}
    save_file({name: value.contiguous() for name, value in stored.items()}, partial)
    os.replace(partial, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()
