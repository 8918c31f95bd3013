"""Posteriors on disk: a distribution over generators' latents that says of what, so that it is a generator itself.

One safetensors file; its metadata has the distribution's type, and for each
variable its name, kind, generator, number of latents and the sha256 of the
generator's weights. Tensors are over the latents of all variables, in that order.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, assert_never

import torch
from safetensors import SafetensorError
from torch import Tensor

from oedipus.networks import stored as weights
from oedipus.networks.cards import Card
from oedipus.networks.files import GIGA, read_json, read_regular
from oedipus.networks.stored import StoredError
from oedipus.networks.storing import save_file
from oedipus.networks.tensors import digest, load_tensors
from oedipus.runtime.algorithms.base import Approximation, Draws, FullRank, LowRank, Posterior
from oedipus.runtime.flowed import Flows, restored
from oedipus.runtime.flows import FlowError

FORMAT = "oedipus-posterior-1"
TENSORS = {
    "diagonal": ("mean", "log_sigma"),
    "lowrank": ("mean", "log_sigma", "factor"),
    "full": ("mean", "scale"),
    "draws": ("draws",),
    "flows": ("log_weights", "scales", "parameters"),
}


LIMIT = 8 * GIGA
"""Bytes of the largest posterior that is read."""
MOST_LATENTS = 1 << 20
WIDEST = 40.0
"""Most of a logarithm of a width: beyond, single precision has no squares."""


class SavedError(ValueError):
    """A stored posterior that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose latents they are: a variable, its generator, and the sha256 of the generator's weights."""

    name: str
    kind: str
    generator: str
    latents: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A stored posterior over the latents of ``origins``, in their order."""

    origins: tuple[Origin, ...]
    distribution: Posterior

    @property
    def widths(self) -> list[int]:
        """Latents of each variable."""
        return [origin.latents for origin in self.origins]

    def write(self, path: Path) -> None:
        """Write the file. Raises ``OSError``."""
        kind, tensors = _parts(self.distribution)
        of: dict[str, Any] = {"format": FORMAT, "type": kind, "variables": [asdict(one) for one in self.origins]}
        plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        if isinstance(self.distribution, Flows):
            of["flows"] = self.distribution.told()
        of["sha256"] = digest(_spoken(of), plain)
        # One entry: safetensors writes several in any order, and the same posterior should be the same bytes.
        save_file(plain, path, metadata={"posterior": json.dumps(of)})


def _parts(distribution: Posterior) -> tuple[str, Mapping[str, Tensor]]:
    match distribution:
        case Approximation(mean, log_sigma):
            return "diagonal", {"mean": mean[0], "log_sigma": log_sigma[0]}
        case LowRank(mean, log_sigma, factor):
            return "lowrank", {"mean": mean, "log_sigma": log_sigma, "factor": factor}
        case FullRank(mean, scale):
            return "full", {"mean": mean, "scale": scale}
        case Draws(latents):
            return "draws", {"draws": latents}
        case Flows():
            return "flows", distribution.tensors()
        case other:
            assert_never(other)


def read_saved(path: Path) -> Saved:
    """Read what :meth:`Saved.write` wrote, in single precision. Raises :class:`SavedError`."""
    try:
        tensors, metadata = load_tensors(path, LIMIT)
        of = read_json(metadata.get("posterior", "{}"))
        if not isinstance(of, dict) or of.get("format") != FORMAT:
            raise SavedError(f"{path}: not a posterior that oedipus has stored")
        origins = _origins(of["variables"])
        if set(tensors) != set(TENSORS[of["type"]]):
            raise ValueError(
                f"a posterior of type '{of['type']}' has {', '.join(TENSORS[of['type']])} and nothing else"
            )
        if "sha256" in of and of["sha256"] != digest(_spoken(of), tensors):
            raise ValueError("its content is not what its hash was made of")
    except SavedError:
        raise
    except (OSError, SafetensorError, StoredError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise SavedError(f"{path}: cannot be read ({reason})") from error
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise SavedError(f"{path}: a damaged posterior ({type(error).__name__}: {str(error)[:200]})") from error
    dim = sum(origin.latents for origin in origins)
    if of["type"] == "flows":
        return Saved(origins, _flows(path, of.get("flows"), tensors, dim))
    return Saved(origins, _distribution(path, tensors, dim))


def _spoken(of: Mapping[str, Any]) -> str:
    """What a file says of its posterior, its hash left out."""
    return json.dumps({key: value for key, value in of.items() if key != "sha256"}, sort_keys=True)


def _origins(stored: Any) -> tuple[Origin, ...]:
    """The variables that a file speaks of. Raises ``ValueError`` or ``TypeError``."""
    origins = tuple(Origin(**one) for one in stored)
    for one in origins:
        for text in (one.name, one.kind, one.generator):
            if not isinstance(text, str) or not 0 < len(text) <= 200 or not text.isprintable():
                raise ValueError("a variable, its kind or its generator has no name")
        if type(one.latents) is not int or not 1 <= one.latents <= MOST_LATENTS:
            raise ValueError(f"'{one.name}' has {str(one.latents)[:20]} latents")
        if not isinstance(one.sha256, str) or not re.fullmatch("[0-9a-f]{64}", one.sha256):
            raise ValueError(f"the sha256 of the weights of '{one.generator}' is none")
    if not origins or len({one.name for one in origins}) < len(origins):
        raise ValueError("it speaks of no variable, or of one twice")
    return origins


def _flows(path: Path, told: Any, stored: Mapping[str, Tensor], dim: int) -> Flows:
    try:
        return restored(told, {name: _numbers(path, name, value) for name, value in stored.items()}, dim)
    except FlowError as error:
        raise SavedError(f"{path}: {error}") from error


def _numbers(path: Path, name: str, value: Tensor) -> Tensor:
    """A tensor in single precision. Raises :class:`SavedError` where it holds anything but numbers."""
    if not value.is_floating_point():
        raise SavedError(f"{path}: '{name}' holds {str(value.dtype).removeprefix('torch.')}, not numbers with a point")
    if not value.float().isfinite().all():
        raise SavedError(f"{path}: '{name}' has entries that are no number in single precision")
    return value.float()


def _distribution(path: Path, stored: Mapping[str, Tensor], dim: int) -> Posterior:
    ranks = {"mean": 1, "log_sigma": 1, "scale": 2, "factor": 2, "draws": 3}
    tensors = {}
    for name, value in stored.items():
        first = {"mean": (dim,), "log_sigma": (dim,), "scale": (dim, dim), "factor": (dim,)}.get(name, ())
        over = value.shape[-1:] == (dim,) if name == "draws" else value.shape[: len(first)] == first
        if value.ndim != ranks[name] or not over or not value.numel():
            raise SavedError(f"{path}: '{name}' is not over the {dim} latents that the file speaks of")
        tensors[name] = _numbers(path, name, value)
    _has_width(path, tensors)
    match tensors:
        case {"draws": draws}:
            return Draws(draws)
        case {"mean": mean, "scale": scale}:
            return FullRank(mean, scale)
        case {"mean": mean, "log_sigma": log_sigma, "factor": factor}:
            return LowRank(mean, log_sigma, factor)
    return Approximation(tensors["mean"][None], tensors["log_sigma"][None])


def _has_width(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """A Gaussian of no width, or of one beyond all numbers, is none."""
    if "log_sigma" in tensors and tensors["log_sigma"].abs().max() > WIDEST:
        raise SavedError(f"{path}: 'log_sigma' has entries beyond ±{WIDEST:g}, which are no widths")
    if "scale" in tensors and not (tensors["scale"].diagonal().min() > 0 and not tensors["scale"].triu(1).any()):
        raise SavedError(f"{path}: 'scale' is no lower triangle with positive numbers on its diagonal")


def fits(path: Path, origins: Iterable[Origin], cards: Mapping[str, Card]) -> None:
    """Raise :class:`SavedError` where a posterior's generator is not in the library as it was then."""
    for origin in origins:
        card = cards.get(origin.generator)
        if card is None or card.role != "generator":
            raise SavedError(
                f"{path}: its generator '{origin.generator}' is not in the library; --use adds its directory"
            )
        if card.latents != origin.latents or hash_of(card) != origin.sha256:
            raise SavedError(f"{path}: the generator '{origin.generator}' has other weights now than it had then")


@torch.no_grad()
def drawn(saved: Saved, number: int, rng: torch.Generator) -> list[Tensor]:
    """``number`` draws of each variable's latents, ``[number, latents]``."""
    return list(saved.distribution.draw(number, rng).split(saved.widths, dim=1))


def hash_of(card: Card) -> str:
    """sha256 of a network's weights, from its card or else its file. Raises ``OSError``."""
    return card.sha256 or hashlib.sha256(read_regular(card.weights, weights.LIMIT)).hexdigest()
