"""Safetensors files read without torch: their header, and whether their numbers are numbers.

The format: eight bytes with the length of a JSON header, the header, the raw
numbers. Everything that a header claims is held against the file before
anything is made of it.
"""

import io
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from oedipus.networks.files import GIGA, MEGA, open_regular, read_json

LIMIT = 16 * GIGA
"""Bytes of the largest file of tensors that is read."""
HEADER = 16 * MEGA
BYTES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2,
    "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}  # fmt: skip
LARGEST = float(1 << 20)
"""No weight of a network is larger; products of such as are have no place in single precision."""
_LARGEST: Mapping[str, tuple[type[np.unsignedinteger[Any]], int]] = {
    "F64": (np.uint64, 0x4130 << 48),
    "F32": (np.uint32, 0x4980 << 16),
    "F16": (np.uint16, 0x7BFF),
    "BF16": (np.uint16, 0x4980),
}
"""The bits of the largest weight of each type. Bits in order, the sign left out, are numbers in order: those of
infinity, and behind them of what is no number, come last."""
_PART = 4 * MEGA


class StoredError(ValueError):
    """A file of tensors that is damaged; the message says how, the file's name to be put in front."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One tensor of a file: its type, its shape, where its bytes begin and how many there are."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a file of tensors says it holds."""

    tensors: Mapping[str, Stored]
    metadata: Mapping[str, str]


def read_header(path: Path) -> Header:
    """The header of a safetensors file, held against the file's size. Raises ``OSError`` and :class:`StoredError`."""
    with open_regular(path, LIMIT) as file:
        return _header(file, os.fstat(file.fileno()).st_size)


def header_of(content: bytes) -> Header:
    """The header of a safetensors file that is in memory. Raises :class:`StoredError`."""
    return _header(io.BytesIO(content), len(content))


def first_out_of_range(path: Path) -> str:
    """The first tensor of a safetensors file with an entry beyond :data:`LARGEST`, or no number; empty for none.

    Reads the whole file, a part at a time. Raises ``OSError`` and :class:`StoredError`.
    """
    with open_regular(path, LIMIT) as file:
        header = _header(file, os.fstat(file.fileno()).st_size)
        return next((name for name, one in header.tensors.items() if not _in_range(file, one)), "")


def _header(file: BinaryIO, whole: int) -> Header:
    first = file.read(8)
    length = struct.unpack("<Q", first)[0] if len(first) == 8 else 0
    if not 2 <= length <= min(HEADER, whole - 8):
        raise StoredError("it is no safetensors file, or only a part of one")
    try:
        raw = read_json(file.read(length).decode("utf-8"))
    except ValueError as error:
        raise StoredError(f"its header is no JSON ({error})") from error
    if not isinstance(raw, dict):
        raise StoredError("its header is no table of tensors")
    metadata = raw.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(one, str) for one in metadata.values()):
        raise StoredError("its metadata are no texts")
    tensors = {name: _stored(name, one, 8 + length) for name, one in raw.items()}
    _covered(tensors, 8 + length, whole)
    return Header(tensors, metadata)


def _stored(name: str, raw: Any, begin: int) -> Stored:
    match raw:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(start), int(end)]} if len(raw) == 3:
            right = all(type(one) is int and 0 <= one < 1 << 48 for one in (*shape, start, end))
            if not right or dtype not in BYTES or prod(shape) * BYTES[dtype] != end - start:
                raise StoredError(f"its tensor '{name[:60]}' is not as large as its shape and type say")
            return Stored(dtype, tuple(shape), begin + start, end - start)
    raise StoredError(f"its tensor '{name[:60]}' has no type, shape and place")


def _covered(tensors: Mapping[str, Stored], begin: int, whole: int) -> None:
    """Raise :class:`StoredError` where tensors overlap, leave gaps or end elsewhere than the file does."""
    for one in sorted(tensors.values(), key=lambda one: (one.start, one.size)):
        if one.start != begin:
            raise StoredError("its tensors overlap, or leave gaps")
        begin += one.size
    if begin != whole:
        raise StoredError(f"it has {whole} bytes and its header speaks of {begin}")


def _in_range(file: BinaryIO, stored: Stored) -> bool:
    if stored.dtype not in _LARGEST:
        return True
    kind, largest = _LARGEST[stored.dtype]
    unsigned = kind((1 << (8 * kind().itemsize - 1)) - 1)
    file.seek(stored.start)
    left = stored.size
    while left > 0:
        part = file.read(min(left, _PART))
        if not part or len(part) % BYTES[stored.dtype]:
            raise StoredError("it ended while it was read")
        if (np.frombuffer(part, dtype=kind) & unsigned > kind(largest)).any():
            return False
        left -= len(part)
    return True
