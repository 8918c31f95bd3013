"""A small picture of a result: what was measured, the mean, and joint samples, one column a variable."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from oedipus import Result

ROWS = 3
TILE, GAP, LABEL = 64, 3, 15
"""Pixels of a picture's side, between two, and of the line of names."""
INK, PAPER = 90, 255
TONES = 32
"""Grey tones of a picture of digits; more cost bytes that nobody sees."""


def write_picture(result: Result, path: Path) -> None:
    """The names above, then what was measured where anything was, the mean there too, then samples."""
    measured: dict[str, list[Tensor]] = {}
    for one in result.origin.found().measured:
        if isinstance(one.data, Tensor):
            measured.setdefault(one.variable, []).append(one.data)
    chosen = np.linspace(0, result.samples - 1, ROWS + 2 * bool(measured)).round().astype(int)
    if measured:  # lying: one row a variable, since there is more to see of each
        rows = [
            [(f"{name}: data", one) for one in measured.get(name, [])]
            + [(f"{name}: mean", batch.mean(dim=0)), *(("", batch[at]) for at in chosen)]
            for name, batch in result.pictures.items()
        ]
        most = max(map(len, rows))
        strips = [_strip([_tile(one) for _, one in row], [name for name, _ in row], most) for row in rows]
    else:
        names, batches = list(result.pictures), list(result.pictures.values())
        strips = [
            _strip([_tile(batch[at]) for batch in batches], names if row == 0 else [], len(names))
            for row, at in enumerate(chosen)
        ]
    _saved(np.concatenate(strips), path)


def _tile(picture: Tensor) -> NDArray[np.uint8]:
    """``[channels, rows, columns]`` as ``[TILE, TILE, 3]``; data that are no picture are stretched to grey."""
    values = picture.detach().cpu()
    if len(values) != 3 and (values.min() < 0 or values.max() > 1):
        values = (values - values.min()) / (values.max() - values.min())
    pixels = (values.clamp(0, 1).permute(1, 2, 0).expand(-1, -1, 3) * 255).round().to(torch.uint8).numpy()
    drawn = Image.fromarray(np.ascontiguousarray(pixels))
    side = max(drawn.size)
    method = Image.Resampling.BICUBIC if side >= 28 else Image.Resampling.NEAREST
    wide, high = (round(TILE * length / side) for length in drawn.size)
    tile = Image.new("RGB", (TILE, TILE), (PAPER,) * 3)
    tile.paste(drawn.resize((wide, high), method), ((TILE - wide) // 2, (TILE - high) // 2))
    return np.asarray(tile)


def _strip(tiles: Sequence[NDArray[np.uint8]], names: Sequence[str], columns: int) -> NDArray[np.uint8]:
    """Tiles side by side, their names above where there are any."""
    top = LABEL if any(names) else 0
    canvas = Image.new("RGB", (columns * (TILE + GAP) - GAP, top + TILE + GAP), (PAPER,) * 3)
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default(size=11)
    for at, tile in enumerate(tiles):
        canvas.paste(Image.fromarray(tile), (at * (TILE + GAP), top))
    for at, name in enumerate(names):
        draw.text((at * (TILE + GAP) + TILE // 2, 1), name, fill=(INK,) * 3, font=font, anchor="ma")
    return np.asarray(canvas)


def _saved(pixels: NDArray[np.uint8], path: Path) -> None:
    drawn = Image.fromarray(pixels)
    if (pixels == pixels[:, :, :1]).all():
        drawn = drawn.convert("L").quantize(TONES)
    drawn.save(path, format="PNG", optimize=True)
