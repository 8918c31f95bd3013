"""Networks that a user brings, inspected without torch: what is missing or damaged is told before anything is solved.

Weights are read through once here, for their hash and for entries that are no
number, where the file is not larger than :data:`EAGER`; all are read again, and
held against their architecture, when they are loaded
(:func:`oedipus.networks.library.load_network`).
"""

import hashlib
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from oedipus.networks import exported_archive
from oedipus.networks.cards import SHIPPED, Card, CardError, WeightsError
from oedipus.networks.exported_graph import Ends
from oedipus.networks.files import MEGA, open_regular, read_regular
from oedipus.networks.roles import EXPORTED
from oedipus.networks.stored import LARGEST, LIMIT, StoredError, first_out_of_range, read_header

EAGER = 256 * MEGA
"""Bytes of the largest file that is read whole before it is needed."""


def inspect(cards: Iterable[Card]) -> None:
    """Look through the weights of all networks but the shipped ones.

    Raises :class:`CardError` naming the card, the key that its weights do not agree with, and why.
    """
    for card in cards:
        if card.directory == SHIPPED:
            continue
        try:
            status = os.stat(card.weights)
            _inspect(card.weights, card.architecture, card.sha256, (status.st_mtime_ns, status.st_size, status.st_ino))
            _fits(card)
        except OSError as error:
            raise CardError(_told(card, "architecture", f"cannot read {card.weights} ({error.strerror})")) from error
        except _OtherHashError as error:
            raise CardError(_told(card, "sha256", f"{card.weights} is damaged, {error}")) from error
        except (ValueError, WeightsError) as error:
            raise CardError(_told(card, "architecture", f"{card.weights} is damaged or not let in: {error}")) from error


def _told(card: Card, key: str, reason: str) -> str:
    said = f"'{key}' is {card.architecture}, and" if key == "architecture" else f"'{key}':"
    return f"{card.path}: {said} {reason}"


class _OtherHashError(ValueError):
    """Weights of another sha256 than the card's."""


@lru_cache(maxsize=256)
def _inspect(path: Path, architecture: str, sha256: str, state: tuple[int, int, int]) -> None:
    """Once for each file as it stands; ``state`` tells whether it is still the same."""
    if architecture != EXPORTED:
        read_header(path)
    if state[1] > EAGER:
        return
    with open_regular(path, LIMIT) as file:
        if sha256 and hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise _OtherHashError(
                "its sha256 is not the card's; remove that line from the card if you changed the weights on purpose"
            )
    if architecture != EXPORTED and (name := first_out_of_range(path)):
        raise StoredError(f"'{name[:80]}' has entries that are no number, or beyond {LARGEST:,.0f}")


@lru_cache(maxsize=256)
def _ends(path: Path, state: tuple[int, int, int]) -> Ends:
    del state
    return exported_archive.checked_archive(read_regular(path, exported_archive.LIMIT))[1]


def _fits(card: Card) -> None:
    """Hold shapes at the ends of a network against what its card says of them."""
    if card.architecture == EXPORTED:
        status = os.stat(card.weights)
        if status.st_size <= EAGER:
            _fits_program(card, _ends(card.weights, (status.st_mtime_ns, status.st_size, status.st_ino)))
        return
    # In every architecture of a classifier here the last layer is called so.
    scores = [one.shape[:1] for name, one in read_header(card.weights).tensors.items() if name.startswith("scores.")]
    if card.classes and scores and scores != [(len(card.classes),)] * len(scores):
        raise CardError(
            f"{card.path}: 'classes' has {len(card.classes)} entries, and {card.weights} gives {scores[0][0]} scores"
        )


def _fits_program(card: Card, ends: Ends) -> None:
    if len(ends.inputs) != 1 or len(ends.outputs) != 1:
        raise WeightsError(f"it takes {len(ends.inputs)} tensors and gives {len(ends.outputs)}, not one and one")
    taken, given = ends.inputs[0][1:], ends.outputs[0][1:]
    if card.role == "generator":
        if taken not in ((card.latents,), (None,)):
            raise CardError(f"{card.path}: 'options.latents' is {card.latents}, and {card.weights} takes {list(taken)}")
        if "shape" in card.picture and given != card.shape and None not in given:
            raise CardError(
                f"{card.path}: 'picture.shape' is {list(card.shape)}, and {card.weights} draws {list(given)}"
            )
    elif card.classes and given not in ((len(card.classes),), (None,)):
        raise CardError(
            f"{card.path}: 'classes' has {len(card.classes)} entries, and {card.weights} gives scores {list(given)}"
        )
