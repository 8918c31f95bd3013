"""A sheet of prior samples, to be looked at."""

import os
from pathlib import Path

import torch
from matplotlib.figure import Figure

from oedipus.networks.cards import Card
from oedipus.networks.library import load_network


@torch.no_grad()
def draw_sheet(card: Card, path: Path, *, rows: int = 10, columns: int = 10, seed: int = 0) -> None:
    """Draw ``rows × columns`` samples of a generator as PNG, whole or not at all.

    Raises ``WeightsError``, and ``OSError`` where it cannot be written.
    """
    latents = torch.randn(rows * columns, card.latents, generator=torch.Generator().manual_seed(seed))
    pictures = load_network(card)(latents)
    lines = pictures.unflatten(0, (rows, columns)).permute(0, 3, 1, 4, 2)
    sheet = lines.flatten(0, 1).flatten(1, 2)
    figure = Figure(figsize=(columns * 0.7, rows * 0.7), dpi=100)
    axis = figure.add_axes((0, 0, 1, 1))
    axis.imshow(sheet.squeeze(2).numpy(), cmap="gray", vmin=0, vmax=1, interpolation="bicubic")
    axis.axis("off")
    partial = path.with_name(f".partial-{path.name}")
    try:
        figure.savefig(partial, format="png", metadata={"Software": "oedipus"})
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
