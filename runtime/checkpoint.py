"""Checkpoints: a run between two iterations, on disk, so that it goes on bit for bit.

``checkpoint.safetensors`` holds the state, the random generator, the trace and
what the run is of; ``checkpoint.draws`` beside it the draws so far. Both are gone
once the run is complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from oedipus.networks.tensors import load_tree, save_tree
from oedipus.runtime.draws import Layout
from oedipus.runtime.states import StateError, decode, encode

FORMAT = "oedipus-checkpoint-1"
FILE, DRAWS = "checkpoint.safetensors", "checkpoint.draws"


class CheckpointError(ValueError):
    """A checkpoint that a run cannot go on from; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a run is of: sha256 of the program, of each file that it takes weights from, and the whole request."""

    program: str
    weights: Mapping[str, str]
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One run between two iterations.

    ``stage`` is the run's among those of a solve; ``rng`` the generator's state;
    ``layout`` and ``count`` belong to the draws; ``trace`` has the rows of all
    iterations so far, earlier stages included; ``seconds`` were spent until then. ``learned``: what earlier
    rounds of :mod:`oedipus.runtime.refine` did, None where wrong answers teach nothing. ``over``: the stage's
    last iteration is done.
    """

    identity: Identity
    stage: str
    iteration: int
    state: Any
    rng: torch.Tensor
    layout: Layout | None
    count: int
    trace: tuple[Any, ...]
    seconds: float
    learned: tuple[Any, ...] | None = None
    over: bool = False

    def write(self, directory: Path) -> None:
        """Replace the directory's checkpoint, whole or not at all. Raises ``OSError``."""
        save_tree(directory / FILE, {"format": FORMAT, "checkpoint": encode(self)})

    def belongs_to(self, identity: Identity) -> None:
        """Raise :class:`CheckpointError` naming what differs from ``identity``."""
        if self.identity.program != identity.program:
            raise CheckpointError("resume: the checkpoint is of another riddle; begin anew without --resume")
        for name, own in self.identity.weights.items():
            if identity.weights.get(name) != own:
                raise CheckpointError(f"resume: '{name}' has other weights than when the checkpoint was written")
        self.agrees(identity.request)

    def agrees(self, request: Mapping[str, Any]) -> None:
        """Raise :class:`CheckpointError` for the first entry of ``request`` that was another in this run."""
        for name, value in _flat(request).items():
            before = _flat(self.identity.request).get(name)
            if before != value:
                raise CheckpointError(
                    f"{name}: the checkpoint was written with {_shown(before)}, not {_shown(value)}; "
                    f"leave {name} out to resume, or begin anew without --resume"
                )


def read_checkpoint(directory: Path, device: torch.device | str = "cpu") -> Checkpoint | None:
    """The directory's checkpoint, or None where it has none. Raises :class:`CheckpointError` for a damaged one."""
    path = directory / FILE
    if not path.exists():
        return None
    try:
        tree = load_tree(path)
        if tree["format"] != FORMAT:
            raise CheckpointError(f"resume: {path} was written by another version; begin anew without --resume")
        found = decode(tree["checkpoint"], device)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, StateError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"resume: {path} is no checkpoint that can be read ({error})") from error
    if not isinstance(found, Checkpoint):
        raise CheckpointError(f"resume: {path} is no checkpoint of a run")
    return found


def remove_checkpoint(directory: Path) -> None:
    """A complete run needs none."""
    (directory / FILE).unlink(missing_ok=True)
    (directory / DRAWS).unlink(missing_ok=True)


def _flat(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request with the algorithm's options beside its own, lists and tuples alike."""
    own = {name: value for name, value in request.items() if name != "options"}
    both = own | dict(request.get("options", {}))
    return {name: list(value) if isinstance(value, tuple | list) else value for name, value in both.items()}


def _shown(value: Any) -> str:
    if value is None:
        return "its default"
    return ",".join(f"{one:g}" for one in value) if isinstance(value, list) else str(value)
