"""Weights into modules: the one place where a card becomes a network."""

import hashlib
import os
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import nn

from oedipus.networks.architectures import build
from oedipus.networks.cards import EXPORTED, Card
from oedipus.networks.exported import ExportError, load_program
from oedipus.networks.frugal import Frugal
from oedipus.networks.storing import save_file


class WeightsError(Exception):
    """Weights are missing, damaged or of another architecture; the message says which and how to mend it."""


def load_network(card: Card, device: torch.device | str = "cpu") -> nn.Module:
    """The card's network in evaluation mode, frozen, on ``device``.

    Raises :class:`WeightsError` where the file is missing, its checksum is not
    the card's, or it does not fit the architecture.
    """
    try:
        content = card.weights.read_bytes()
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
    except (SafetensorError, LookupError, RuntimeError, TypeError, ExportError) as error:
        raise WeightsError(f"network '{card.name}': {card.weights} does not fit its card: {error}") from error
    network = network.to(device).requires_grad_(False)
    return _drawing(card, network, device) if card.role == "generator" else network


def _restored(card: Card, content: bytes) -> nn.Module:
    if card.architecture == EXPORTED:
        return load_program(content)
    network = build(card.architecture, **card.options)
    network.load_state_dict(load(content))
    return network


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
            reason = str(error).strip().splitlines()[0]
            raise WeightsError(
                f"network '{card.name}': {card.weights} draws no {rows} pictures from {card.latents} latents: {reason} "
                f"(export it with a dynamic number of rows)"
            ) from error
        if tuple(drawn.shape) != (rows, *card.shape):
            raise WeightsError(
                f"network '{card.name}': {card.weights} draws {tuple(drawn.shape)}, its card says {(rows, *card.shape)}"
            )


def save_weights(network: nn.Module, path: Path, *, half: bool = False) -> str:
    """Write the network's weights whole or not at all, ``half`` in 16 bits; returns their sha256."""
    partial = path.with_name(path.name + ".partial")
    stored = {name: value.half() if half else value for name, value in network.state_dict().items()}
    save_file({name: value.contiguous() for name, value in stored.items()}, partial)
    os.replace(partial, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()
