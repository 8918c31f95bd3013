"""A batch of pictures as a row of a page."""

import html

import numpy as np
from torch import Tensor

from oedipus.report.figures import data_uri

SHOWN, SIDE = 8, 48


def picture_row(name: str, batch: Tensor, said: str = "") -> str:
    """The mean of ``[samples, channels, height, width]`` and some samples as HTML, with a name and what it reads."""
    chosen = np.linspace(0, len(batch) - 1, min(SHOWN, len(batch))).round().astype(int).tolist()
    shown = [(f"mean of {name}", batch.mean(dim=0)), *((f"a sample of {name}", batch[place]) for place in chosen)]
    images = "".join(
        f'<img alt="{html.escape(words, quote=True)}" src="{data_uri(one)}" width="{SIDE}" '
        f'style="display:inline-block;margin:1px{";margin-right:8px" if not place else ""}">'
        for place, (words, one) in enumerate(shown)
    )
    label = html.escape(f"{name} {said}".strip())
    name_style = "flex:0 0 7em;overflow-wrap:anywhere;padding-right:6px"
    row_style = "display:flex;align-items:center"
    return f'<div style="{row_style}"><div style="{name_style}">{label}</div><div>{images}</div></div>'
