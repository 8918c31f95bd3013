"""The answer as a picture: posterior mean and samples of every variable (paper Figures 1 and 3)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import Result

SHOWN = 9
TILE, GAP = 64, 1


def draw_solution(result: Result, posterior: Posterior, path: Path) -> None:
    """One row a variable: the mean picture, large samples beside it, its reading in front."""
    names = [variable.name for variable in posterior.program.variables]
    shown = min(SHOWN, len(result.latents))
    figure = Figure(figsize=(1.05 * (shown + 2), 1.1 * len(names) + 0.75), dpi=130)
    # Antithetic partners lie half the samples apart; a stride across all shows both kinds.
    chosen = np.linspace(0, len(result.latents) - 1, shown).round().astype(int)
    axes = figure.subplots(len(names), shown + 1, squeeze=False)
    for row, (name, pictures) in enumerate(zip(names, result.pictures, strict=True)):
        tiles = [pictures.mean(dim=0), *(pictures[place] for place in chosen)]
        for axis, tile in zip(axes[row], tiles, strict=True):
            axis.imshow(_image(tile), cmap="gray", vmin=0, vmax=1, interpolation="bicubic")
            axis.set(xticks=[], yticks=[])
        read = f"{name}\nreads {result.answer[name]}" if name in result.answer else name
        axes[row][0].set_ylabel(read, rotation=0, ha="right", va="center", fontsize=9)
    axes[0][0].set_title("mean", fontsize=9)
    axes[0][1].set_title("samples", fontsize=9, loc="left")
    figure.suptitle(_headline(result), fontsize=10)
    figure.tight_layout(pad=0.6)
    figure.savefig(path, format="png", metadata={"Software": "oedipus"})


def _headline(result: Result) -> str:
    if not result.answer:
        return f"{len(result.latents)} posterior samples"
    digits = ", ".join(str(digit) for digit in result.answer.values())
    return f"{digits}   ({result.probability:.0%} of {len(result.latents)} samples read so)"


def _image(picture: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = picture.permute(1, 2, 0).cpu().numpy()
    return array[:, :, 0] if array.shape[2] == 1 else array


def draw_sheet(pictures: Sequence[Tensor], path: Path) -> None:
    """A PNG of ``[samples, channels, height, width]`` of each variable; those of one draw lie side by side."""
    samples, channels = len(pictures[0]), max(batch.shape[1] for batch in pictures)
    height = max(batch.shape[2] for batch in pictures)
    strips = torch.cat(
        [functional.pad(one.cpu().expand(-1, channels, -1, -1), _frame(one, height)) for one in pictures], dim=3
    )
    columns = max(1, round((samples * strips.shape[2] / strips.shape[3]) ** 0.5))
    rows = -(-samples // columns)
    blank = strips.new_zeros(rows * columns - samples, *strips.shape[1:])
    tiles = torch.cat([strips, blank]).unflatten(0, (rows, columns))
    sheet = tiles.permute(2, 0, 3, 1, 4).flatten(3, 4).flatten(1, 2)
    pixels = (_image(sheet.clamp(0, 1)) * 255).round().astype(np.uint8)
    drawn = Image.fromarray(pixels)
    zoom = max(1, round(TILE / height))
    size = drawn.width * zoom, drawn.height * zoom
    drawn.resize(size, Image.Resampling.BICUBIC).save(path, format="PNG", optimize=True)


def _frame(batch: Tensor, height: int) -> tuple[int, int, int, int]:
    """Padding that makes pictures ``height`` high and puts ``GAP`` around them."""
    spare = height - batch.shape[2]
    return GAP, GAP, GAP + spare // 2, GAP + spare - spare // 2
