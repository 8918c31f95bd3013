"""Weights into modules: the one place where a card becomes a network."""

import hashlib
import os
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save_file
from torch import nn

from oedipus.networks.architectures import build
from oedipus.networks.cards import Card


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
        network = build(card.architecture, **card.options)
        network.load_state_dict(load(content))
    except (SafetensorError, LookupError, RuntimeError, TypeError) as error:
        raise WeightsError(f"network '{card.name}': {card.weights} does not fit its card: {error}") from error
    return network.to(device).requires_grad_(False)


def save_weights(network: nn.Module, path: Path, *, half: bool = False) -> str:
    """Write the network's weights whole or not at all, ``half`` in 16 bits; returns their sha256."""
    partial = path.with_name(path.name + ".partial")
    stored = {name: value.half() if half else value for name, value in network.state_dict().items()}
    save_file({name: value.contiguous() for name, value in stored.items()}, partial)
    os.replace(partial, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()
