"""What a posterior and a run are made of, as hashes and plain data."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict

from oedipus.compiler import serialise
from oedipus.networks.cards import Card
from oedipus.runtime.checkpoint import Identity
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import Request


def identity_of(posterior: Posterior, request: Request) -> Identity:
    """The identity of solving ``posterior`` as ``request`` says. Raises ``OSError``."""
    asked = asdict(request) | {"alpha": list(posterior.schedule)}
    program = hashlib.sha256(serialise.text(posterior.program).encode()).hexdigest()
    return Identity(program, weights_of(posterior.cards, posterior.networks), asked)


def weights_of(cards: Mapping[str, Card], names: Mapping[str, object]) -> dict[str, str]:
    """sha256 of each network's weights. Raises ``OSError``."""
    return {name: hash_of(cards[name]) for name in sorted(names)}


def hash_of(card: Card) -> str:
    """sha256 of a network's weights, from its card or else its file. Raises ``OSError``."""
    return card.sha256 or hashlib.sha256(card.weights.read_bytes()).hexdigest()
