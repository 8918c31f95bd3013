"""The archive of an exported program (``.pt2``), read without torch: sizes first, then names, then what is in it."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np

from oedipus.networks.exported_graph import Ends, ExportError, checked_graph
from oedipus.networks.files import GIGA, MEGA, read_json, size_of

LIMIT = 4 * GIGA
"""Bytes of the largest archive, and of all that it unpacks to."""
RATIO = 50
"""An archive unpacks to no more than so many times its own size (and 4 MB are always allowed)."""
MOST_MEMBERS = 20_000
MOST_JSON = 64 * MEGA

_PLAIN = re.compile(
    r"models/model\.json|data/(weights|constants)/((weight|tensor)_\d+|model_(weights|constants)_config\.json)"
    r"|archive_format|archive_version|byteorder|\.data/(version|serialization_id)|\.format_version"
)
_SAMPLES = "data/sample_inputs/model.pt"
_TYPES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 2, 7: 4, 8: 8, 12: 1, 13: 2}
"""Bytes of an entry by the code of its type: those that safetensors knows, too."""
_FLOATS: Mapping[int, tuple[type[np.unsignedinteger[Any]], int]] = {
    6: (np.uint16, 0x7C00), 7: (np.uint32, 0x7F800000), 8: (np.uint64, 0x7FF << 52), 13: (np.uint16, 0x7F80),
}  # fmt: skip
"""The type of a float's bits, and the bits of infinity: what is larger, its sign left out, is no number."""


def checked_archive(content: bytes) -> tuple[bytes, Ends]:
    """The archive again with weights and graph alone, and the shapes at its ends.

    Raises :class:`ExportError` where it needs more than these, or is larger than its own size allows.
    """
    out, ends, root = io.BytesIO(), None, ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as kept:
            sizes = _within(archive, len(content))
            for member in archive.infolist():
                root, _, name = member.filename.partition("/")
                if name == _SAMPLES:
                    kept.writestr(f"{root}/{name}", b"")
                elif not name.startswith("extra/"):
                    raw = _unpacked(archive, member)
                    if name == "models/model.json":
                        raw, ends = _graph(raw)
                    elif name.endswith(".json"):
                        raw = _config(raw, archive, member.filename, sizes)
                    kept.writestr(f"{root}/{name}", raw)
    except ExportError:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ExportError(f"not an archive of torch.export.save ({error})") from error
    except Exception as error:  # zlib and the unpackers of other formats raise errors of their own
        raise ExportError(f"not an archive of torch.export.save ({type(error).__name__})") from error
    if ends is None:
        raise ExportError("not an archive of torch.export.save (it holds no graph)")
    return out.getvalue(), ends


def _within(archive: zipfile.ZipFile, packed: int) -> Mapping[str, int]:
    """The sizes that the archive declares, held against the bounds before anything is unpacked."""
    members = archive.infolist()
    sizes = {one.filename: one.file_size for one in members}
    if len(members) > MOST_MEMBERS or len(sizes) < len(members):
        raise ExportError(f"it holds {len(members):,} members; each once and {MOST_MEMBERS:,} at most are let in")
    for one in members:
        name = one.filename.partition("/")[2]
        if not (name == _SAMPLES or name.startswith("extra/") or _PLAIN.fullmatch(name)):
            raise ExportError(f"it holds '{one.filename[:80]}', which is neither weights nor graph")
        if name.endswith(".json") and one.file_size > MOST_JSON:
            raise ExportError(f"its '{name}' is larger than {size_of(MOST_JSON)}")
    if (whole := sum(sizes.values())) > min(LIMIT, RATIO * packed + 4 * MEGA):
        raise ExportError(f"it says that {size_of(packed)} unpack to {size_of(whole)}, which is more than is let in")
    return sizes


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        raw = file.read(member.file_size + 1)
    if len(raw) != member.file_size:
        raise ExportError(f"its '{member.filename[:80]}' is not as large as it says")
    return raw


def _graph(raw: bytes) -> tuple[bytes, Ends]:
    stored = read_json(raw)
    ends = checked_graph(stored)
    return json.dumps(stored).encode(), ends


def _config(raw: bytes, archive: zipfile.ZipFile, place: str, sizes: Mapping[str, int]) -> bytes:
    """The table of weights: each plain, inside its own bytes, and made of numbers."""
    stored = read_json(raw)
    if not isinstance(stored, dict) or not isinstance(stored.get("config"), dict):
        raise ExportError("its table of weights is damaged")
    folder = place.rpartition("/")[0]
    for key, payload in stored["config"].items():
        if payload["use_pickle"] is not False or not re.fullmatch(r"(weight|tensor)_\d+", payload["path_name"]):
            raise ExportError(f"its tensor '{key[:80]}' is pickled")
        if not re.fullmatch(r"[\w.]{1,1000}", key):
            raise ExportError(f"'{key[:40]}' is no name")
        member = f"{folder}/{payload['path_name']}"
        _fits(key, payload["tensor_meta"], sizes[member])
        code = payload["tensor_meta"]["dtype"]
        if code in _FLOATS and not _numbers(_unpacked(archive, archive.getinfo(member)), code):
            raise ExportError(f"its tensor '{key[:80]}' has entries that are no number")
    return json.dumps(stored).encode()


def _fits(key: str, meta: Mapping[str, Any], there: int) -> None:
    sizes, strides = _whole(meta["sizes"]), _whole(meta["strides"])
    (offset,) = _whole([meta["storage_offset"]])
    if meta["dtype"] not in _TYPES or meta["layout"] != 7 or meta["device"]["type"] != "cpu":
        raise ExportError(f"its tensor '{key[:80]}' is of a type or on a device that is not let in")
    last = offset + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True)) + 1
    need = 0 if 0 in sizes else last * _TYPES[meta["dtype"]]
    if need > there or there % _TYPES[meta["dtype"]] or (prod(sizes) > there and 0 not in strides):
        raise ExportError(f"its tensor '{key[:80]}' is larger than what is stored of it")


def _whole(stored: list[Mapping[str, Any]]) -> tuple[int, ...]:
    numbers = tuple(_numbers_of(stored))
    if not all(type(one) is int and 0 <= one < 1 << 40 for one in numbers) or len(numbers) > 16:
        raise ExportError("it holds a tensor of no shape")
    return numbers


def _numbers_of(stored: list[Mapping[str, Any]]) -> Iterator[Any]:
    for one in stored:
        yield one["as_int"]


def _numbers(raw: bytes, code: int) -> bool:
    kind, infinity = _FLOATS[code]
    bits = np.frombuffer(raw, dtype=kind)
    mask = kind((1 << (8 * kind().itemsize - 1)) - 1)
    return not bool((bits & mask > kind(infinity)).any())
