"""What a run cannot fit into memory or onto the disk is refused before it begins."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oedipus.runtime.posterior import Posterior

BYTES = 4
LAYERS = 8
"""Numbers that networks hold at least for each pixel of a picture, while they draw and read it."""
LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory() -> int:
    """Bytes of memory that this process may have at most."""
    found = [1 << 62]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for path in LIMITS:
        try:
            found.append(int(Path(path).read_text()))
        except (OSError, ValueError):  # there is no such limit, or it is "max"
            continue
    return min(one for one in found if one > 0)


def refuse(posterior: Posterior, algorithm: Any, *, samples: int, members: int, directory: Path | None) -> None:
    """Raise ``ValueError`` naming the number that is too large for this machine.

    ``members`` of a bank and ``samples`` at the end are those of the request. What is counted is less than a run
    takes, so that nothing is refused which would fit.
    """
    pixels = sum(_pixels(posterior))
    each, there = BYTES * (posterior.dim + LAYERS * pixels), memory()
    for name, rows in [("samples", samples), ("members", members), *_batches(algorithm)]:
        if rows * each > there:
            raise ValueError(
                f"{name}: {_told(name, rows)} take {_size(rows * each)} of memory, here are {_size(there)}"
            )
    kept = getattr(algorithm, "draws", 0) * getattr(algorithm, "chains", 0) * posterior.dim * BYTES
    stored = kept + samples * (posterior.dim + pixels) * BYTES
    if directory is None:
        if kept > there:
            raise ValueError(
                f"draws: they take {_size(kept)} of memory, here are {_size(there)}; --out keeps them on disk"
            )
        return
    free = shutil.disk_usage(directory).free
    if stored > free:
        name = "draws" if kept > stored / 2 else "samples"
        raise ValueError(f"{name}: they take {_size(stored)} on disk, in {directory} {_size(free)} are free")


def _pixels(posterior: Posterior) -> Iterator[int]:
    for variable in posterior.program.variables:
        channels, rows, columns = posterior.cards[variable.generator].shape
        yield channels * rows * columns


def _batches(algorithm: Any) -> Iterator[tuple[str, int]]:
    """How many latents are evaluated at once, by the option that says so."""
    yield "pairs", 2 * getattr(algorithm, "pairs", 0)
    for name in ("restarts", "chains", "particles", "pool", "samples", "batch"):
        yield name, getattr(algorithm, name, 0)


def _told(name: str, rows: int) -> str:
    return f"{rows // 2 if name == 'pairs' else rows:,}"


def _size(number: int) -> str:
    return f"{number / 2**30:,.1f} GB"
