"""Posteriors on disk: a distribution over generators' latents that says of what, so that it is a generator itself.

One safetensors file; its metadata has the distribution's type, and for each
variable its name, kind, generator, number of latents and the sha256 of the
generator's weights. Tensors are over the latents of all variables, in that order.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import assert_never

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from oedipus.networks.cards import Card
from oedipus.networks.storing import save_file
from oedipus.runtime.algorithms.base import Approximation, Draws, FullRank, LowRank, Posterior

FORMAT = "oedipus-posterior-1"
TENSORS = {
    "diagonal": ("mean", "log_sigma"),
    "lowrank": ("mean", "log_sigma", "factor"),
    "full": ("mean", "scale"),
    "draws": ("draws",),
}


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
        of = {"format": FORMAT, "type": kind, "variables": [asdict(origin) for origin in self.origins]}
        plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
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
        case other:
            assert_never(other)


def read_saved(path: Path) -> Saved:
    """Read what :meth:`Saved.write` wrote. Raises :class:`SavedError`."""
    try:
        with safe_open(path, framework="pt") as file:
            of = json.loads((file.metadata() or {}).get("posterior", "{}"))
            if of.get("format") != FORMAT:
                raise SavedError(f"{path}: not a posterior that oedipus has stored")
            tensors = {name: file.get_tensor(name) for name in TENSORS[of["type"]]}
        origins = tuple(Origin(**one) for one in of["variables"])
    except (OSError, SafetensorError) as error:
        raise SavedError(f"{path}: cannot be read ({error})") from error
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, SavedError):
            raise
        raise SavedError(f"{path}: a damaged posterior ({type(error).__name__}: {error})") from error
    return Saved(origins, _distribution(path, tensors, sum(origin.latents for origin in origins)))


def _distribution(path: Path, tensors: Mapping[str, Tensor], dim: int) -> Posterior:
    rows = {"log_sigma": (dim,), "mean": (dim,), "scale": (dim, dim)}
    for name, value in tensors.items():
        if value.shape != rows.get(name, (*value.shape[:-1], dim) if name == "draws" else (dim, *value.shape[1:])):
            raise SavedError(f"{path}: '{name}' is not over the {dim} latents that the file speaks of")
        if not value.isfinite().all():
            raise SavedError(f"{path}: '{name}' has entries that are no number")
    match tensors:
        case {"draws": draws}:
            return Draws(draws)
        case {"mean": mean, "scale": scale}:
            return FullRank(mean, scale)
        case {"mean": mean, "log_sigma": log_sigma, "factor": factor}:
            return LowRank(mean, log_sigma, factor)
    return Approximation(tensors["mean"][None], tensors["log_sigma"][None])


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
    return card.sha256 or hashlib.sha256(card.weights.read_bytes()).hexdigest()
