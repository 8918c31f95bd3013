"""Pictures of the capitals A to Z, drawn from free fonts, split by design.

``recipes/letter_fonts.txt`` lists the designs, the Debian packages that hold them, and which designs are held out.
The fonts themselves are no part of this repository; ``docs/letters.md`` tells how to fetch them.
"""

import string
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from oedipus.networks.mnist import DataError

Part: TypeAlias = Literal["train", "held"]
ALPHABET = string.ascii_uppercase
TABLE = Path(__file__).parent / "recipes" / "letter_fonts.txt"
SOURCE = (
    "capitals of 108 designs of free fonts, 20 of them held out (Debian packages; OFL, GPL, Apache, LPPL and alike)"
)
SIDE, HEIGHT, WIDEST = 28, 19, 24
"""Pixels of a picture's side, of a capital's height, and of its width at most."""
MOST = 12
"""Fonts of one design at most, so that large families do not outweigh the others."""
_FINE = 4
"""How many times finer a letter is drawn before it is made as small as it is to be."""
_UNFIT = ("hairline", "thin", "extralight", "outline", "inverted", "sharp", "stencil", "initials", "caps")
"""Styles whose strokes are lost at this size, or are drawn around."""


@dataclass(frozen=True, slots=True)
class Design:
    """One design: the packages and families that it comes in, and whether it is held out."""

    name: str
    packages: tuple[str, ...]
    families: tuple[str, ...]
    held: bool


def designs() -> tuple[Design, ...]:
    """Every design of the table."""
    lines = (line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return tuple(_design([cell.strip() for cell in line.split("|")]) for line in lines)


def _design(cells: list[str]) -> Design:
    families = tuple(one.strip() for one in cells[2].split(","))
    return Design(cells[0], tuple(cells[1].split()), families, cells[3:] == ["held"])


def load(directory: Path | None, part: Part) -> tuple[Tensor, Tensor]:
    """Pictures ``[n, 1, 28, 28]`` in 0..1 and labels ``[n]``, 0 for A, of the fonts below ``directory``.

    Raises :class:`DataError` where a design of the table has no font there.
    """
    if directory is None:
        raise DataError("name the folder that the fonts were unpacked to with --data (docs/letters.md)")
    drawn = _drawn(directory, part == "held")
    pictures = torch.from_numpy(drawn).float().div(255).reshape(-1, 1, SIDE, SIDE)
    return pictures, torch.arange(len(ALPHABET)).repeat(len(drawn))


@lru_cache(maxsize=2)
def _drawn(directory: Path, held: bool) -> np.ndarray:
    """Alphabets ``[fonts, 26, 28, 28]`` of one side of the split."""
    found = _families(directory)
    alphabets = []
    for design in designs():
        if design.held != held:
            continue
        paths = [path for family in design.families for path in found.get(family, ())]
        if not paths:
            raise DataError(f"no font of {design.name} is below {directory}: unpack {' '.join(design.packages)} there")
        step = max(1.0, len(paths) / MOST)
        alphabets += [alphabet(paths[int(at * step)]) for at in range(min(MOST, len(paths)))]
    return np.stack(alphabets)


def _families(directory: Path) -> Mapping[str, list[Path]]:
    """Fonts by the family that they name, in the order of their paths."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(directory.rglob("*.[ot]tf")):
        try:
            family, style = ImageFont.truetype(str(path), 10).getname()
        except OSError:
            continue  # a font that this build of FreeType cannot open
        if family and not any(word in f"{path.stem} {style}".lower() for word in _UNFIT):
            found[family].append(path)
    return found


def alphabet(path: Path) -> np.ndarray:
    """The capitals of one font ``[26, 28, 28]``, as high as each other, each in the middle of its picture."""
    font = ImageFont.truetype(str(path), 200)
    _, top, _, bottom = font.getbbox("H")
    font = ImageFont.truetype(str(path), round(200 * HEIGHT * _FINE / (bottom - top)))
    return np.stack([_letter(font, letter) for letter in ALPHABET])


def _letter(font: ImageFont.FreeTypeFont, letter: str) -> np.ndarray:
    left, top, right, bottom = font.getbbox(letter)
    fine = Image.new("L", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(fine).text((-left, -top), letter, font=font, fill=255)
    fine = fine.crop(fine.getbbox())
    scale = min(1 / _FINE, WIDEST / fine.width, WIDEST / fine.height)
    small = fine.resize(
        (max(1, round(fine.width * scale)), max(1, round(fine.height * scale))), Image.Resampling.LANCZOS
    )
    picture = Image.new("L", (SIDE, SIDE))
    picture.paste(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    return np.asarray(picture)
