"""What a posterior and a run are made of, as hashes and plain data."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict

import torch

from oedipus.compiler import serialise
from oedipus.networks.cards import Card
from oedipus.runtime.checkpoint import Identity
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.saved import hash_of
from oedipus.runtime.solve import Request


def identity_of(posterior: Posterior, request: Request) -> Identity:
    """The identity of solving ``posterior`` as ``request`` says. Raises ``OSError``."""
    asked = asdict(request) | {"alpha": list(posterior.schedule)}
    program = hashlib.sha256(serialise.text(posterior.program).encode()).hexdigest()
    weights = weights_of(posterior.cards, posterior.networks)
    if posterior.prior is not None:
        prior = torch.cat([posterior.prior.mean.flatten(), posterior.prior.scale.flatten()]).cpu()
        weights["given"] = hashlib.sha256(prior.numpy().tobytes()).hexdigest()
    return Identity(program, weights, asked)


def weights_of(cards: Mapping[str, Card], names: Mapping[str, object]) -> dict[str, str]:
    """sha256 of each network's weights. Raises ``OSError``."""
    return {name: hash_of(cards[name]) for name in sorted(names)}
