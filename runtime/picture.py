"""The answer as a picture: posterior mean and samples of every variable (paper Figures 1 and 3)."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor

from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import Result

SHOWN = 9


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
