"""Pictures and charts as text inside a page: PNG as data URIs, lines as SVG that takes the page's colours."""

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

WIDTH, HEIGHT = 460, 214
LEFT, RIGHT, TOP, BOTTOM = 68, 12, 12, 40
POINTS = 400


def data_uri(picture: Tensor) -> str:
    """One picture ``[channels, rows, columns]`` in 0..1 as a PNG inside a URI."""
    pixels = (picture.detach().cpu().clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    return _uri(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)


def heat_uri(values: Tensor) -> tuple[str, float]:
    """An image ``[height, width]`` in a colour map from 0 to its greatest value, as data, and that value."""
    highest = float(values.max()) or 1.0
    colours = colormaps["magma"](values.detach().cpu().numpy() / highest)[:, :, :3]
    return _uri((colours * 255).round().astype(np.uint8)), highest


def grey_uri(values: Tensor) -> tuple[str, float, float]:
    """A picture ``[height, width]`` of any range as data, black its least value and white its greatest; and these."""
    low, high = float(values.min()), float(values.max())
    levels = ((values - low) / ((high - low) or 1.0) * 255).round().byte().cpu().numpy()
    return _uri(levels), low, high


def histogram(values: Tensor, *, marked: float | None = None, across: str = "", bins: int = 24) -> str:
    """How often ``values`` ``[samples]`` lie where, as one SVG element; ``marked`` is a value to point at, ``across``
    what the values are."""
    low, high = float(values.min()), float(values.max())
    if marked is not None:
        low, high = min(low, marked), max(high, marked)
    margin = 0.05 * (high - low) or 0.5
    low, high = low - margin, high + margin
    counts = np.histogram(values.detach().cpu().numpy(), bins=bins, range=(low, high))[0].tolist()
    step, tallest = (WIDTH - LEFT - RIGHT) / bins, max(*counts, 1)
    parts = [_grid(_down(0), "0"), _grid(_down(1), f"{tallest}")]
    for place, count in enumerate(counts):
        top = _down(count / tallest)
        parts.append(
            f"<rect class='bin' x='{LEFT + place * step + 0.5:.1f}' y='{top:.1f}' width='{step - 1:.1f}' "
            f"height='{_down(0) - top:.1f}'/>"
        )
    if marked is not None:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (marked - low) / (high - low)
        parts.append(f"<line class='mark' x1='{x:.1f}' x2='{x:.1f}' y1='{TOP}' y2='{_down(0):.1f}'/>")
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        words = _short(low + share * (high - low), high - low)
        parts.append(_text(LEFT + share * (WIDTH - LEFT - RIGHT), HEIGHT - 22, html.escape(words), anchor))
    parts += _axes(across, "samples")
    return f"<svg class='chart' viewBox='0 0 {WIDTH} {HEIGHT}' role='img'>{''.join(parts)}</svg>"


def _uri(pixels: NDArray[np.uint8]) -> str:
    stored = io.BytesIO()
    Image.fromarray(pixels).save(stored, format="PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(stored.getvalue()).decode()}"


def chart(
    series: Sequence[Sequence[float | None]], *, low: float | None = None, high: float | None = None, up: str = ""
) -> str:
    """Lines over the iterations, as one SVG element; None leaves a gap, and bounds come from the data where not given.
    ``up`` names the other axis.

    A line that starts far below its end is shown from where nine tenths of it lie.
    """
    values = sorted(value for line in series for value in line if value is not None)
    if not values:
        return ""
    low = values[len(values) // 20] if low is None else low
    high = values[-1] if high is None else high
    span = (high - low) or 1.0
    length = max(len(line) for line in series)
    marks = [low, low + span / 2, high]
    parts = [_grid(_down((mark - low) / span), _short(mark, span)) for mark in marks]
    parts += [
        _text(_across(at, length), HEIGHT - 22, str(at + 1), "end" if at else "start") for at in sorted({0, length - 1})
    ]
    parts += _axes("iteration", up)
    parts += [
        f"<polyline class='{name}' {_STROKE} points='{_path(line, low, span)}'/>"
        for name, line in zip("ab", series, strict=False)
    ]
    return f"<svg class='chart' viewBox='0 0 {WIDTH} {HEIGHT}' role='img'>{''.join(parts)}</svg>"


_STROKE = "fill='none' stroke-width='1.8' stroke-linejoin='round' stroke-linecap='round'"


def _path(line: Sequence[float | None], low: float, span: float) -> str:
    stride = max(1, len(line) // POINTS)
    chosen = [*range(0, len(line) - 1, stride), len(line) - 1]
    points = [(at, line[at]) for at in chosen]
    return " ".join(
        f"{_across(at, len(line)):.1f},{_down((value - low) / span):.1f}" for at, value in points if value is not None
    )


def _across(at: int, length: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * at / max(length - 1, 1)


def _down(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(max(share, 0.0), 1.0))


def _grid(y: float, label: str) -> str:
    line = f"<line class='grid' x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{y:.1f}' y2='{y:.1f}'/>"
    return line + _text(LEFT - 8, y + 4, label, "end")


def _axes(across: str, up: str) -> list[str]:
    """The names of both axes, that of the upright one along it."""
    middle, left = TOP + (HEIGHT - TOP - BOTTOM) / 2, 12
    return [
        f"<text class='axis' x='{(LEFT + WIDTH - RIGHT) / 2:.1f}' y='{HEIGHT - 5}' text-anchor='middle'>"
        f"{html.escape(across)}</text>",
        f"<text class='axis' x='{left}' y='{middle:.1f}' text-anchor='middle' "
        f"transform='rotate(-90 {left} {middle:.1f})'>{html.escape(up)}</text>",
    ]


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'>{words}</text>"


def _short(value: float, span: float) -> str:
    digits = 0 if span >= 20 else 1 if span >= 2 else 2
    return f"{value:.{digits}f}".replace("-", "−")
