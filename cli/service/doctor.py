"""What this installation is and has, and what to mend: versions, device, threads, weights, cache."""

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from oedipus.version import VERSION

LIBRARIES = ("torch", "numpy", "arviz", "cpmpy", "ortools", "lark", "matplotlib", "safetensors", "typer")
EXTRA = {
    "pygls": "pip install -e '.[editor]' in the clone, or pip install 'pygls>=2.0' beside a wheel",
    "starlette": "pip install -e '.[page]' in the clone, or make serve, which does it",
    "IPython": "pip install ipython, or pip install notebook",
    "onnx": "pip install -e '.[convert]' in the clone, or pip install 'onnx>=1.17'",
}
"""What is not needed by all, and how it is installed."""
FOR = {
    "pygls": "the language server",
    "starlette": "the page",
    "IPython": "the notebook's %%riddle",
    "onnx": "converting published networks",
}
LITTLE = 200 << 20
"""Bytes of free disk below which it is told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do where it is not ``well``."""

    name: str
    said: str
    well: bool = True
    mend: str = ""


def findings() -> Iterator[Finding]:
    """Everything, in the order in which it is told."""
    yield Finding("oedipus", f"{VERSION} in {Path(__file__).parents[1]}")
    yield _python()
    for name in LIBRARIES:
        yield _library(name)
    yield from (_extra(name) for name in EXTRA)
    yield from _device()
    yield _networks()
    yield from _cache(cache_home())
    yield _writable("working directory", Path.cwd(), "change to a directory that is yours, or give --out another one")


def cache_home() -> Path:
    """Where banks of prior draws are kept: OEDIPUS_CACHE, else the user's cache."""
    from pooch import os_cache

    home = os.environ.get("OEDIPUS_CACHE")
    return Path(home) if home else Path(os_cache("oedipus"))


def _python() -> Finding:
    said = f"{platform.python_version()} on {platform.platform()}"
    return Finding("python", said, sys.version_info >= (3, 11), "install Python 3.11 or later and make the venv anew")


def _library(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(
            name, "missing", False, "install oedipus again, with what it needs: pip install -e . in the clone"
        )


def _extra(name: str) -> Finding:
    there = importlib.util.find_spec(name) is not None
    return Finding(name, version(name) if there else f"not installed; only {FOR[name]} needs it: {EXTRA[name]}")


def _device() -> Iterator[Finding]:
    import torch

    cores = os.cpu_count() or 1
    yield Finding("processor", f"{cores} cores; threads of torch by itself {torch.get_num_threads()}, of a solve 1")
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(place) for place in range(torch.cuda.device_count())]
        yield Finding("cuda", f"{', '.join(names)}: --device cuda")
        return
    built = torch.backends.cuda.is_built()
    driver = shutil.which("nvidia-smi") is not None
    why = "none; everything runs on the processor" if not driver else "a driver is there and torch finds no device"
    mend = "install the torch that fits the driver (https://pytorch.org)" if not built else "look at nvidia-smi"
    yield Finding("cuda", why, not driver, mend)


def _networks() -> Finding:
    from oedipus.networks.cards import WeightsError, read_cards
    from oedipus.networks.library import load_network

    cards = read_cards()
    broken = []
    for card in cards.values():
        try:
            load_network(card)
        except WeightsError as error:
            broken.append(str(error))
    if broken:
        return Finding("networks", f"{len(broken)} of {len(cards)} cannot be used", False, "; ".join(broken))
    return Finding("networks", f"{len(cards)}, their weights as their cards say")


def _cache(home: Path) -> Iterator[Finding]:
    size, files = 0, 0
    for path in home.rglob("*"):
        if path.is_file():
            size, files = size + path.stat().st_size, files + 1
    yield Finding("cache", f"{home}: {size / 1e6:.1f} MB in {files} files")
    mend = "set OEDIPUS_CACHE to a directory that is yours; without a cache every first solve draws its bank anew"
    yield _writable("cache writable", home, mend)


def _writable(name: str, directory: Path, mend: str) -> Finding:
    """By writing, as permissions do not tell of full disks and file systems that are mounted read-only."""
    there = next(one for one in (directory, *directory.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"oedipus")
            file.flush()
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(name, f"no: {there}: {error.strerror or error}", False, mend)
    return Finding(name, f"yes, {free / 1e9:.1f} GB free", free >= LITTLE, f"make room on the disk of {there}")
