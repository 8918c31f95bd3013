"""Cards: what a network is, where it came from, and the words it brings to the language.

Reading cards needs no torch; the compiler sees networks only through them.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

import tomli_w

Role = Literal["generator", "classifier", "regressor", "judge"]
EXPORTED = "exported"
"""The architecture of networks that are ``torch.export`` programs."""
SHIPPED = Path(__file__).parent / "weights"


class CardError(Exception):
    """A card that cannot be used; the message names the file, the field and the mend."""


@dataclass(frozen=True, slots=True)
class Card:
    """One network's card (TOML beside its weights).

    ``classes`` are the labels of a classifier's outputs, in order; ``table``
    gives for each digit 0..9 the class it truly belongs to (None where that is
    unknown, so that symbolic checks skip it). ``language`` holds the phrases:

    - ``nouns``: words that declare a variable of this generator's kind;
    - ``value = true``: this classifier reads the integer a picture shows;
    - ``adjectives``: ``{phrase: class}`` for "is odd";
    - ``features``: ``{phrase: class}`` for "has a closed circle";
    - ``functions``: names for "age(portrait)", and ``units`` for "33 years old".

    ``picture`` gives ``shape`` and ``range`` of a generator's pictures, which are
    brought to 0..1; ``memory`` how many it draws at a time (``chunk``) and whether
    activations are computed again for the gradient (``recompute = true``).
    ``licence`` is that of the weights; ``intended_use`` says what they are for,
    and what they cannot tell.

    """

    name: str
    role: Role
    kind: str
    architecture: str
    options: Mapping[str, int] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    table: tuple[int, ...] | None = None
    language: Mapping[str, Any] = field(default_factory=dict)
    picture: Mapping[str, Any] = field(default_factory=dict)
    memory: Mapping[str, int] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    sha256: str = ""
    licence: str = ""
    intended_use: str = ""
    directory: Path = SHIPPED

    @property
    def weights(self) -> Path:
        """The file beside the card: safetensors, or the program of a network that brings its own architecture."""
        return self.directory / f"{self.name}{'.pt2' if self.architecture == EXPORTED else '.safetensors'}"

    @property
    def latents(self) -> int:
        """Dimension of a generator's Gaussian latents."""
        return int(self.options["latents"])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, rows and columns of a generator's pictures. Raises :class:`CardError` where it does not say."""
        shape = tuple(int(one) for one in self.picture.get("shape", ()))
        if len(shape) != 3 or min(shape) < 1:
            raise CardError(f"{self.name}: the card needs [picture] with shape = [channels, rows, columns]")
        return shape

    def text(self) -> str:
        """The card as TOML."""
        plain = {
            "name": self.name,
            "role": self.role,
            "kind": self.kind,
            "architecture": self.architecture,
            "sha256": self.sha256,
            "licence": self.licence,
            "intended_use": self.intended_use,
            "classes": list(self.classes),
            "table": None if self.table is None else list(self.table),
            "options": dict(self.options),
            "picture": dict(self.picture),
            "memory": dict(self.memory),
            "language": dict(self.language),
            "figures": dict(self.figures),
            "training": dict(self.training),
        }
        return tomli_w.dumps({key: value for key, value in plain.items() if value not in (None, "", [], {})})

    def write(self, directory: Path) -> Path:
        """Write the card as ``directory/NAME.toml``, whole or not at all."""
        path = directory / f"{self.name}.toml"
        partial = path.with_suffix(".toml.partial")
        try:
            partial.write_text(self.text(), encoding="utf-8")
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        return path


def read_card(path: Path) -> Card:
    """Read one card. Raises :class:`CardError` naming what is wrong with it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CardError(f"{path}: not a TOML file ({error})") from error
    known = set(Card.__dataclass_fields__) - {"directory"}
    for missing in sorted({"name", "role", "kind", "architecture"} - set(raw)):
        raise CardError(f"{path}: the field '{missing}' is missing")
    for extra in sorted(set(raw) - known):
        raise CardError(f"{path}: '{extra}' is no field of a card; fields are {', '.join(sorted(known))}")
    if raw["role"] not in get_args(Role):
        raise CardError(f"{path}: role '{raw['role']}' is none of {', '.join(get_args(Role))}")
    if raw["name"] != path.stem:
        raise CardError(f"{path}: the card is called '{raw['name']}'; name and file name must agree")
    _check_memory(path, raw.get("memory", {}))
    classes, table = tuple(raw.pop("classes", ())), raw.pop("table", None)
    if table is not None and not all(isinstance(entry, int) and 0 <= entry < len(classes) for entry in table):
        raise CardError(f"{path}: 'table' must give for each digit the index of one of the {len(classes)} classes")
    for group in ("adjectives", "features"):
        for phrase, label in raw.get("language", {}).get(group, {}).items():
            if label not in classes:
                raise CardError(
                    f"{path}: phrase '{phrase}' means class '{label}', which is none of {', '.join(classes)}"
                )
    return Card(classes=classes, table=None if table is None else tuple(table), directory=path.parent, **raw)


def _check_memory(path: Path, memory: Mapping[str, Any]) -> None:
    chunk, recompute = memory.get("chunk", 1), memory.get("recompute", False)
    right = isinstance(chunk, int) and chunk >= 1 and isinstance(recompute, bool)
    if not right or set(memory) - {"chunk", "recompute"}:
        raise CardError(f"{path}: 'memory' has a chunk of 1 or more pictures, and recompute = true or false")


def read_cards(directories: Iterable[Path] = ()) -> Mapping[str, Card]:
    """All cards by name: the shipped ones, then those of each directory, later ones winning.

    Raises :class:`CardError` for a bad card or a directory without any.
    """
    found: dict[str, Card] = {}
    for directory in (SHIPPED, *directories):
        paths = sorted(directory.glob("*.toml"))
        if not paths:
            raise CardError(f"{directory}: no network cards (*.toml) there")
        found |= {card.name: card for card in map(read_card, paths)}
    return MappingProxyType(found)
