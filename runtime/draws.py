"""Where a run's draws go while it lasts: memory, or a file that grows while memory does not.

A record holds one row of named columns for every chain, in single precision:
``latents`` and whatever the algorithm says of each draw.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

BYTES = 4
SPARE = 64 << 20
"""Bytes left free beside the draws, for everything else that is written."""


class DrawsError(ValueError):
    """Draws that do not fit, or stored ones that are not whole; the message names the argument."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a record: ``widths`` by name, for each of ``chains``."""

    chains: int
    widths: Mapping[str, int]

    @staticmethod
    def of(columns: Mapping[str, Tensor]) -> "Layout":
        """The layout of one record of columns ``[chains]`` or ``[chains, width]``."""
        chains = len(next(iter(columns.values())))
        return Layout(chains, {name: values[0].numel() for name, values in columns.items()})

    @property
    def width(self) -> int:
        """Numbers that a record has for each chain."""
        return sum(self.widths.values())

    @property
    def bytes(self) -> int:
        """Bytes of a record."""
        return BYTES * self.chains * self.width

    def join(self, columns: Mapping[str, Tensor]) -> Tensor:
        """One record ``[chains, width]``."""
        parts = [columns[name].detach().reshape(self.chains, -1).float().cpu() for name in self.widths]
        return torch.cat(parts, dim=1)

    def split(self, records: Tensor) -> dict[str, Tensor]:
        """Records ``[draws, chains, width]`` by column, ``[draws, chains, width of the column]``, as views."""
        ends = list(accumulate(self.widths.values()))
        starts = [0, *ends[:-1]]
        return {name: records[:, :, start:end] for name, start, end in zip(self.widths, starts, ends, strict=True)}


class Store(Protocol):
    """Records of one layout, in the order of the run."""

    @property
    def layout(self) -> Layout | None:
        """None before the first record."""

    @property
    def count(self) -> int:
        """Records so far."""

    def reserve(self, records: int, layout: Layout) -> None:
        """Raise :class:`DrawsError` where so many records have no room."""

    def append(self, columns: Mapping[str, Tensor]) -> None:
        """One record more."""

    def rewind(self, layout: Layout | None, count: int) -> None:
        """Go back to ``count`` records of ``layout``."""

    def columns(self) -> dict[str, Tensor]:
        """All records by column, ``[draws, chains, width]``; empty where there are none."""


@dataclass(slots=True)
class Memory:
    """Draws of a run that leaves nothing on disk."""

    layout: Layout | None = None
    records: list[Tensor] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Records so far."""
        return len(self.records)

    def reserve(self, records: int, layout: Layout) -> None:
        """Raise :class:`DrawsError` where they would fill more than half of the machine's memory."""
        need, there = 2 * records * layout.bytes, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        if need > there:
            raise DrawsError(
                f"draws: {records * layout.chains:,} draws of {layout.width} numbers need {_size(need)} of memory "
                f"and there are {_size(there)}; with an output directory they are kept on disk"
            )

    def append(self, columns: Mapping[str, Tensor]) -> None:
        """One record more."""
        self.layout = self.layout or Layout.of(columns)
        self.records.append(self.layout.join(columns))

    def rewind(self, layout: Layout | None, count: int) -> None:
        """Go back to ``count`` records."""
        self.layout = layout
        del self.records[count:]

    def columns(self) -> dict[str, Tensor]:
        """All records by column."""
        if self.layout is None:
            return {}
        return self.layout.split(torch.stack(self.records))


@dataclass(slots=True)
class File:
    """Draws appended to the file at ``path``; what is read back is mapped, not loaded."""

    path: Path
    layout: Layout | None = None
    count: int = 0

    def reserve(self, records: int, layout: Layout) -> None:
        """Raise :class:`DrawsError` where the disk has no room for them, twice: as a stream and as results."""
        need = 2 * records * layout.bytes + SPARE
        there = shutil.disk_usage(self.path.parent).free
        if need > there:
            raise DrawsError(
                f"draws: {records * layout.chains:,} draws of {layout.width} numbers need {_size(need)} of disk "
                f"and {self.path.parent} has {_size(there)} free; ask for fewer, or thin them"
            )

    def append(self, columns: Mapping[str, Tensor]) -> None:
        """One record more."""
        if self.layout is None:
            self.path.write_bytes(b"")
            self.layout = Layout.of(columns)
        with self.path.open("ab") as file:
            file.write(self.layout.join(columns).numpy().tobytes())
        self.count += 1

    def rewind(self, layout: Layout | None, count: int) -> None:
        """Go back to ``count`` records, a checkpoint's. Raises :class:`DrawsError` where there are fewer."""
        self.layout, self.count = layout, count
        if layout is None:
            return
        size = count * layout.bytes
        if not self.path.exists() or self.path.stat().st_size < size:
            raise DrawsError(f"resume: {self.path} is missing or damaged; begin anew without --resume")
        os.truncate(self.path, size)

    def sync(self) -> None:
        """Make sure that the records so far are on disk."""
        if self.path.exists():
            with self.path.open("rb") as file:
                os.fsync(file.fileno())

    def columns(self) -> dict[str, Tensor]:
        """All records by column, mapped from the file."""
        if self.layout is None or not self.count:
            return {}
        shape = (self.count, self.layout.chains, self.layout.width)
        # Copy on write: the file itself is never changed through these tensors.
        return self.layout.split(torch.from_numpy(np.memmap(self.path, dtype=np.float32, mode="c", shape=shape)))


def _size(number: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:,.0f} TB"
