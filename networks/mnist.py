"""MNIST from its four IDX files (LeCun and Cortes, CC BY-SA 3.0)."""

import gzip
import hashlib
import io
import zlib
from pathlib import Path

import numpy as np
import pooch
import torch
from torch import Tensor

from oedipus.networks.files import MEGA, read_regular

LIMIT = 64 * MEGA
"""Bytes of the largest file, packed or not; the largest of MNIST has 47 million."""
# md5 of the uncompressed files.
_FILES = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
_MIRROR = "https://ossci-datasets.s3.amazonaws.com/mnist/"


class DataError(Exception):
    """Training data is missing or damaged; the message says which file goes where."""


def load(directory: Path | None, part: str) -> tuple[Tensor, Tensor]:
    """Pictures ``[n, 1, 28, 28]`` in 0..1 and labels ``[n]`` of ``part`` ("train" or "t10k").

    Without a directory the files are fetched by hash into the user's cache.
    Raises :class:`DataError` where a file is missing or damaged.
    """
    pictures = _idx(_read(directory, f"{part}-images-idx3-ubyte"))
    labels = _idx(_read(directory, f"{part}-labels-idx1-ubyte"))
    return torch.from_numpy(pictures).float().div(255).unsqueeze(1), torch.from_numpy(labels).long()


def _read(directory: Path | None, name: str) -> bytes:
    path = _fetch(name) if directory is None else directory / f"{name}.gz"
    try:
        content = _unpacked(read_regular(path, LIMIT))
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"cannot read {path}: put {name}.gz of MNIST there ({error})") from error
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != _FILES[name]:
        raise DataError(f"{path} is not the MNIST file {name}: its checksum differs")
    return content


def _unpacked(content: bytes) -> bytes:
    """What a gzip file holds, as far as no file of MNIST is longer."""
    with gzip.open(io.BytesIO(content)) as file:
        return file.read(LIMIT)


def _fetch(name: str) -> Path:
    cache = pooch.os_cache("oedipus") / "mnist"
    try:
        # The hash of the decompressed bytes is checked by _read; gzip headers vary between mirrors.
        return Path(pooch.retrieve(f"{_MIRROR}{name}.gz", None, fname=f"{name}.gz", path=cache))
    except Exception as error:  # pooch passes on whatever its transport raises
        raise DataError(f"cannot fetch {name}.gz: put it into {cache}, or name its folder with --data") from error


def _idx(content: bytes) -> np.ndarray:
    dimensions = content[3]
    shape = [int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(dimensions)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape).copy()
