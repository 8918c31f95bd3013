"""A module: weights of q(ξ | y) with the program it was dreamt for, and a card that says of what and how well.

``NAME/module.safetensors`` has the weights, half as precise as they were trained, ``program.json`` the riddle with its
data left open, ``module.toml`` the card: sha256 of both, of the generator and of every network that the riddle asks,
the range of every σ, and what calibration found.
"""

import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import tomli_w
import torch
from safetensors import SafetensorError
from torch import Tensor

from oedipus.compiler import serialise
from oedipus.compiler.serialise import ProgramFileError
from oedipus.networks.files import MEGA, read_regular
from oedipus.networks.storing import save_file
from oedipus.networks.tensors import load_tensors
from oedipus.runtime.dream.family import Family, FamilyError
from oedipus.runtime.dream.network import Amortised, Shape
from oedipus.runtime.dream.surrogate import Condition
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.saved import hash_of

FORMAT = "oedipus-module-2"
CARD, WEIGHTS, PROGRAM = "module.toml", "module.safetensors", "program.json"
LIMIT = 256 * MEGA
ROUNDING = 1e-4
"""By how much, as a share, σ may leave its range."""
STRANGE = 8.0
"""Standard deviations of their mean square beyond which data are unlike those that were dreamt."""


class ModuleError(ValueError):
    """A module that cannot be used, or not for this riddle; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ModuleCard:
    """What a module is of. ``networks``: sha256 of the weights of each; ``sigmas``: range of each open measurement."""

    structure: str
    alpha: float
    networks: Mapping[str, str]
    sigmas: tuple[tuple[float, float], ...]
    values: tuple[int, ...]
    shape: Mapping[str, Any]
    weights: str = ""
    program: str = ""
    training: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)

    def text(self) -> str:
        """The card as TOML."""
        return tomli_w.dumps({"format": FORMAT, **_plain(asdict(self))})


@dataclass(frozen=True)
class Module:
    """A network that has dreamt of ``family``."""

    card: ModuleCard
    family: Family
    network: Amortised

    def ask(self, posterior: Posterior) -> Condition:
        """What the network is asked of a riddle. Raises :class:`ModuleError` where it was dreamt for another, for
        other networks, or for another range of σ."""
        try:
            asked = self.family.ask(posterior)
        except FamilyError as error:
            raise ModuleError(f"the module was dreamt for another riddle: {error}; dream of this one anew") from error
        if posterior.prior is not None:
            raise ModuleError("the module was dreamt from the generators' own prior, and here is one that is given")
        for name, known in self.card.networks.items():
            if hash_of(posterior.cards[name]) != known:
                raise ModuleError(
                    f"the module was dreamt with other weights of '{name}' than there are now; dream anew"
                )
        ranges = zip(asked.log_sigma, self.card.sigmas, self.family.measured, strict=True)
        for log, (low, high), at in ranges:
            sigma = float(log.exp())
            if not low * (1 - ROUNDING) <= sigma <= high * (1 + ROUNDING):
                clause = self.family.program.factors[at]
                raise ModuleError(
                    f"the module was dreamt for σ from {low:g} to {high:g} in '{clause.text or clause.name}', "
                    f"not for {sigma:g}; dream anew with this σ in the riddle, or a greater --spread"
                )
        return asked

    def strangeness(self, asked: Condition) -> float:
        """How unlike what was dreamt the data are: the most standard deviations by which the mean square of a
        measurement's components lies above 1."""
        parts = zip(self.network.components, asked.data, asked.log_sigma, strict=True)
        squares = [one.strange(data, log)[0] for one, data, log in parts]  # type: ignore[operator]
        return max((float((one.mean() - 1) * (len(one) / 2) ** 0.5) for one in squares), default=0.0)

    def draw(self, asked: Condition, number: int, rng: torch.Generator) -> Tensor:
        """``number`` samples ``[number, dim]`` of q."""
        noise = torch.randn(number, self.network.shape.latents, generator=rng)
        return self.network.push(noise, asked)


def of_family(family: Family, posterior: Posterior) -> dict[str, str]:
    """sha256 of every network that a family's posterior looks at. Raises ``OSError``."""
    asked = {one.generator for one in family.program.variables} | {one.network for one in family.program.readouts}
    bodies = (factor.body for factor in family.program.factors)
    asked |= {network for body in bodies if (network := getattr(body, "network", None)) is not None}
    return {name: hash_of(posterior.cards[name]) for name in sorted(asked)}


def halved(network: Amortised) -> Amortised:
    """The network as it comes back from a file."""
    kept = {name: value.half().float() for name, value in network.named_parameters()}
    network.load_state_dict(network.state_dict() | kept)
    return network.requires_grad_(False).eval()


def write_module(directory: Path, card: ModuleCard, family: Family, network: Amortised) -> None:
    """Write the module, its card last. Raises ``OSError``."""
    directory.mkdir(parents=True, exist_ok=True)
    halves = {name for name, _ in network.named_parameters()}
    # Only what a coupling's mask says is a tensor of truth values, and that follows from the shape.
    stored = {
        name: value.half() if name in halves else value
        for name, value in network.state_dict().items()
        if value.is_floating_point()
    }
    save_file(stored, directory / WEIGHTS)
    program = serialise.text(family.program)
    _whole(directory / PROGRAM, program)
    hashes = {"weights": _sha(directory / WEIGHTS), "program": hashlib.sha256(program.encode()).hexdigest()}
    _whole(directory / CARD, ModuleCard(**{**_fields(card), **hashes}).text())


def read_module(directory: Path) -> Module:
    """The module in a directory. Raises :class:`ModuleError` for one that is missing, damaged or of another version."""
    try:
        told = tomllib.loads(read_regular(directory / CARD, MEGA).decode("utf-8"))
        if told.pop("format", None) != FORMAT:
            raise ModuleError(f"{directory / CARD} is no card of a module of this version; dream anew")
        card = ModuleCard(**_listed(told))
        for name, known in ((WEIGHTS, card.weights), (PROGRAM, card.program)):
            if _sha(directory / name) != known:
                raise ModuleError(f"{directory / name} is damaged, its sha256 is not the card's; dream anew")
        program = serialise.decode(read_regular(directory / PROGRAM, LIMIT).decode("utf-8"))
        family = Family(program, card.alpha)
        network = _restored(directory / WEIGHTS, card)
    except ModuleError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise ModuleError(f"{directory}: no module that can be read ({reason}); oedipus dream writes one") from error
    except (
        ValueError, TypeError, KeyError, AttributeError, RuntimeError, SafetensorError, ProgramFileError
    ) as error:  # fmt: skip
        said = f"{type(error).__name__}: {str(error)[:200]}"
        raise ModuleError(f"{directory}: a damaged module ({said}); dream anew") from error
    if family.structure != card.structure:
        raise ModuleError(f"{directory}: its program is not the one that its card speaks of; dream anew")
    return Module(card, family, network)


def _restored(path: Path, card: ModuleCard) -> Amortised:
    shape = {name: tuple(value) if isinstance(value, list) else value for name, value in card.shape.items()}
    network = Amortised(Shape(**shape), card.values)  # type: ignore[arg-type]
    tensors, _ = load_tensors(path, LIMIT)
    masks = {name: value for name, value in network.state_dict().items() if not value.is_floating_point()}
    network.load_state_dict({name: value.float() for name, value in tensors.items()} | masks)
    return network.requires_grad_(False).eval()


def _fields(card: ModuleCard) -> dict[str, Any]:
    return {name: getattr(card, name) for name in card.__dataclass_fields__}


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """Tuples as the lists that TOML knows."""
    return {
        name: _plain(value) if isinstance(value, Mapping) else _as_list(value) for name, value in told.items()
    }  # fmt: skip


def _as_list(value: Any) -> Any:
    return [_as_list(one) for one in value] if isinstance(value, tuple | list) else value


def _listed(told: Mapping[str, Any]) -> dict[str, Any]:
    sigmas = tuple((float(low), float(high)) for low, high in told["sigmas"])
    return {**told, "sigmas": sigmas, "values": tuple(told["values"])}


def _whole(path: Path, text: str) -> None:
    partial = path.with_name(f".partial-{path.name}")
    try:
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _sha(path: Path) -> str:
    return hashlib.sha256(read_regular(path, LIMIT)).hexdigest()
