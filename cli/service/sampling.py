"""Pictures drawn from a posterior that was saved, or that is at hand: it is a generator of its own."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from oedipus.networks.cards import Card

if TYPE_CHECKING:
    from torch import Tensor

    from oedipus.runtime.saved import Saved

CHUNK, MOST_TILES = 200, 2_500
SUFFIXES = (".png", ".safetensors")


@dataclass(frozen=True, repr=False)
class Samples:
    """Draws of each variable: ``latents`` ``[number, latents]`` and the ``pictures`` ``[number, channels, rows,
    columns]`` in 0..1 that its generator makes of them."""

    latents: "Mapping[str, Tensor]"
    pictures: "Mapping[str, Tensor]"

    def __repr__(self) -> str:
        return f"Samples({', '.join(self.pictures)}: {self.number} pictures each)"

    def _repr_html_(self) -> str:
        from oedipus.report.pictures import picture_row

        return "".join(picture_row(name, batch) for name, batch in self.pictures.items())

    @property
    def number(self) -> int:
        """Draws of each variable."""
        return len(next(iter(self.pictures.values())))

    def save(self, path: str | Path) -> Path:
        """Write a PNG sheet, or latents and pictures as safetensors, whole or not at all; which, its suffix says.

        Raises ``ValueError`` for another suffix or a sheet too large, ``OSError`` where it cannot be written.
        """
        path = Path(path)
        refuse_sheet(path, self.number)
        partial = path.with_name(f".partial-{path.name}")
        try:
            if path.suffix == ".png":
                from oedipus.runtime.picture import draw_sheet

                draw_sheet(list(self.pictures.values()), partial)
            else:
                from oedipus.networks.storing import save_file

                stored = {f"latents/{name}": part.contiguous() for name, part in self.latents.items()}
                stored |= {f"images/{name}": part.contiguous() for name, part in self.pictures.items()}
                save_file(stored, partial)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        return path


def refuse_sheet(path: Path, number: int) -> None:
    """Raise ``ValueError`` where so many pictures cannot be written as this file."""
    if path.suffix not in SUFFIXES:
        raise ValueError(f"out: a sheet is .png and tensors are .safetensors, not '{path.name}'")
    if path.suffix == ".png" and number > MOST_TILES:
        raise ValueError(f"number: a sheet holds at most {MOST_TILES:,} of each variable; .safetensors takes more")


def stored(path: Path) -> "tuple[Saved, Path]":
    """The posterior in a directory that a solve has written, or in a file, and its file. Raises ``SavedError``."""
    from oedipus.runtime.saved import read_saved

    path = path / "posterior.safetensors" if path.is_dir() else path
    return read_saved(path), path


def draw(saved: "Saved", path: Path, cards: Mapping[str, Card], number: int, seed: int) -> Samples:
    """``number`` draws of every variable; the same for the same seed. ``path`` is how messages call the posterior.

    Raises ``SavedError`` for a posterior whose generators are not these cards', ``WeightsError`` for weights that
    cannot be used.
    """
    import torch

    from oedipus.networks.library import WeightsError, load_network
    from oedipus.runtime.saved import drawn, fits
    from oedipus.runtime.standard import standard

    try:
        fits(path, saved.origins, cards)
    except OSError as error:
        raise WeightsError(f"a generator's weights cannot be read ({error})") from error
    with standard(), torch.no_grad():
        latents = drawn(saved, number, torch.Generator().manual_seed(seed))
        pictures = []
        for origin, part in zip(saved.origins, latents, strict=True):
            network = load_network(cards[origin.generator])
            pictures.append(torch.cat([network(rows) for rows in part.split(CHUNK)]))
    names = [origin.name for origin in saved.origins]
    return Samples(dict(zip(names, latents, strict=True)), dict(zip(names, pictures, strict=True)))
