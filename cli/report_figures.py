"""Pictures and charts as text inside a page: PNG as data URIs, lines as SVG that takes the page's colours."""

import base64
import io
from collections.abc import Sequence

from PIL import Image
from torch import Tensor

WIDTH, HEIGHT = 460, 200
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 12, 24
POINTS = 400


def data_uri(picture: Tensor) -> str:
    """One picture ``[channels, rows, columns]`` in 0..1 as a PNG inside a URI."""
    pixels = (picture.detach().cpu().clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    stored = io.BytesIO()
    Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).save(stored, format="PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(stored.getvalue()).decode()}"


def chart(series: Sequence[Sequence[float | None]], *, low: float | None = None, high: float | None = None) -> str:
    """Lines over the iterations, as one SVG element; None leaves a gap, and bounds come from the data where not given.

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
    parts += [_text(_across(at, length), HEIGHT - 6, str(at + 1), "middle") for at in sorted({0, length - 1})]
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


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'>{words}</text>"


def _short(value: float, span: float) -> str:
    digits = 0 if span >= 20 else 1 if span >= 2 else 2
    return f"{value:.{digits}f}".replace("-", "−")
