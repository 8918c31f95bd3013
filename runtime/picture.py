"""The answer as a picture: posterior mean and samples of every variable (paper Figures 1 and 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from oedipus.runtime.answers import solutions
from oedipus.runtime.measured import Findings, Measured, Reading
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.solve import Result

SHOWN = 9
SHARE = 0.005
"""From which another solution is told."""
TONES = {"": "0.45", "second": "#4f8a4b", "broken": "#b5543b"}
"""Colours of what samples read, as in report.html."""
TILE, GAP = 64, 1
SMALL, LARGE = 1.05, 1.5
"""Inches of a picture, and of one that was measured."""


def draw_solution(result: Result, posterior: Posterior, path: Path, found: Findings) -> None:
    """Write :func:`solution` of a result as PNG. Raises ``OSError``."""
    names = [variable.name for variable in posterior.program.variables]
    pictures = dict(zip(names, result.pictures, strict=True))
    figure = solution(pictures, result.answer, result.probability, found, read_as(result, posterior))
    figure.savefig(path, format="png", metadata={"Software": "oedipus"})


def solution(
    pictures: Mapping[str, Tensor],
    answer: Mapping[str, int | str],
    probability: float,
    found: Findings,
    read_as: "ReadAs | None" = None,
) -> Figure:
    """One row a variable: the mean picture, large samples beside it, its reading in front.

    ``pictures`` ``[samples, channels, height, width]``; ``probability`` of the ``answer``. Of pictures that were
    measured, what was observed and the pixel-wise standard deviation too, as ``found``; under samples what they are
    ``read_as``, other solutions in green and what breaks a clause in red.
    """
    observed = _observed(found)
    number = len(next(iter(pictures.values())))
    shown = min(SHOWN, number)
    before = 2 + max((len(observed.get(name, ())) for name in pictures), default=0) if observed else 1
    tile = LARGE if observed else SMALL
    figure = Figure(figsize=(tile * (shown + before + 0.9), 1.05 * tile * len(pictures) + 0.75), dpi=130)
    # Antithetic partners lie half the samples apart; a stride across all shows both kinds.
    chosen = np.linspace(0, number - 1, shown).round().astype(int)
    # The colour bar takes room of its own.
    widths = [1.0] * (before - 1) + [1.3 if observed else 1.0] + [1.0] * shown
    axes = figure.subplots(len(pictures), shown + before, squeeze=False, width_ratios=widths)
    for row, (name, batch) in enumerate(pictures.items()):
        if observed:
            _draw_observed(axes[row][: before - 2], observed.get(name, ()))
            _draw_deviation(figure, axes[row][before - 1], batch)
        _draw(axes[row][before - 2 if observed else 0], batch.mean(dim=0))
        for axis, place in zip(axes[row][before:], chosen, strict=True):
            _draw(axis, batch[place])
            if read_as is not None and name in answer:
                axis.set_xlabel(
                    str(read_as.told[place][name]), fontsize=7, labelpad=1.5, color=TONES[read_as.tones[place]]
                )
        read = f"{name}\nreads {answer[name]}" if name in answer else name
        # Where no picture was observed the first places are blank, and a label there would be, too.
        first = next(axis for axis in axes[row] if axis.axison)
        first.set_ylabel(read, rotation=0, ha="right", va="center", fontsize=9)
    titles = [*["observed"] * (before - 2), "mean", "deviation"] if observed else ["mean"]
    for axis, words in zip(axes[0], [*titles, "samples"], strict=False):
        axis.set_title(words, fontsize=9, loc="left")
    figure.suptitle(_headline(answer, probability, number, found, read_as), fontsize=10)
    figure.tight_layout(pad=0.6)
    return figure


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What each sample reads, ``told`` by variable, and its tone; ``counted`` draws stand behind the shares; ``also``
    other solutions, in words."""

    told: Sequence[Mapping[str, int | str]]
    tones: Sequence[str]
    counted: int
    also: tuple[str, ...]


def read_as(result: Result, posterior: Posterior) -> ReadAs | None:
    """What a result's samples read; None where they show no values."""
    if "values" not in result.details or not result.answers:
        return None
    rows = result.details["values"].argmax(dim=2).tolist()
    others = [one for one in solutions(result.answers, SHARE) if one.classes != result.answers[0].classes]
    return ReadAs(
        [dict(zip(posterior.valued, posterior.told(row), strict=True)) for row in rows],
        [tone_of(result, row) for row in rows],
        result.counted,
        tuple(f"{', '.join(map(str, one.reading.values()))} ({one.share:.0%})" for one in others[:3]),
    )


def tone_of(result: Result, classes: Sequence[int]) -> str:
    """Of a sample that reads ``classes``: "" where that is the answer, "second" for another reading that fulfils every
    clause, "broken" for one that does not."""
    if tuple(classes) == result.answers[0].classes:
        return ""
    kept = {one.classes: one for one in result.answers}.get(tuple(classes))
    return "second" if kept is not None and kept.satisfied else "broken"


def _observed(findings: Findings) -> dict[str, list[Measured]]:
    """The measured pictures of each variable."""
    found: dict[str, list[Measured]] = {}
    for one in findings.measured:
        if isinstance(one.data, Tensor):
            found.setdefault(one.variable, []).append(one)
    return found


def _draw(axis: Axes, picture: Tensor) -> None:
    axis.imshow(_image(picture), cmap="gray", vmin=0, vmax=1, interpolation="bicubic")
    axis.set(xticks=[], yticks=[])


def _draw_observed(axes: Sequence[Axes], found: Sequence[Measured]) -> None:
    """The data as they are, with pixels to be seen; a row with fewer pictures leaves room."""
    for axis, one in zip(axes, [*found, *[None] * (len(axes) - len(found))], strict=True):
        if one is None or not isinstance(one.data, Tensor):
            axis.set_axis_off()
            continue
        axis.imshow(_image(one.data.clamp(0, 1) if len(one.data) == 3 else one.data), cmap="gray")
        axis.set(xticks=[], yticks=[])


def _draw_deviation(figure: Figure, axis: Axes, pictures: Tensor) -> None:
    """The standard deviation of each pixel, its colour bar in units of the pictures, which are 0..1."""
    drawn = axis.imshow(deviation(pictures).cpu().numpy(), cmap="magma", vmin=0)
    axis.set(xticks=[], yticks=[])
    figure.colorbar(drawn, ax=axis, fraction=0.05, pad=0.04).ax.tick_params(labelsize=7)


def deviation(pictures: Tensor) -> Tensor:
    """Pixel-wise standard deviation ``[height, width]`` of ``[samples, channels, height, width]``, over channels
    the root of the mean square."""
    return pictures.var(dim=0, correction=0).mean(dim=0).sqrt()


def _headline(
    answer: Mapping[str, int | str], probability: float, number: int, found: Findings, read_as: "ReadAs | None"
) -> str:
    if not answer:
        return "   ".join([f"{number} posterior samples", *map(said, found.readings)])
    digits = ", ".join(str(digit) for digit in answer.values())
    counted = number if read_as is None else read_as.counted
    also = "" if read_as is None or not read_as.also else f"   also a solution:   {'   '.join(read_as.also)}"
    return f"{digits}   ({probability:.0%} of {counted:,} samples read so){also}"


def said(reading: Reading) -> str:
    """What a network reads in the samples, in a few words."""
    if not reading.classes:
        figures = reading.figures
        return f"{reading.network} {figures['mean']:.1f} ± {figures['standard_deviation']:.1f}"
    best = max(reading.shares, key=lambda name: reading.shares[name])
    return f"{reading.shares[best]:.0%} {best}"


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
