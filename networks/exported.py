"""Generators as ``torch.export`` programs (``.pt2``): what such a file holds is checked before torch reads it.

A ``.pt2`` is a zip archive. Its weights are raw numbers beside JSON that says their
shapes, its graph is JSON, but ``torch.export.load`` would also unpickle sample
inputs and odd tensors, call any function that the graph names, and evaluate
expressions and guards as Python. None of that is needed to draw pictures: sample
inputs and guards are left out, and an archive with anything else than plain
weights and calls of torch's own tensor operators is refused.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn


class ExportError(Exception):
    """A program that cannot be used; the message says why."""


_PLAIN = re.compile(
    r"models/model\.json|data/(weights|constants)/((weight|tensor)_\d+|model_(weights|constants)_config\.json)"
    r"|archive_format|archive_version|byteorder|\.data/(version|serialization_id)|\.format_version"
)
_SAMPLES = "data/sample_inputs/model.pt"
_TARGET = re.compile(
    r"torch\.ops\.aten\.\w+\.\w+|_operator\.(add|sub|mul|floordiv|truediv|mod|pow|neg|eq|ne|lt|le|gt|ge|getitem)"
)
_NAME = re.compile(r"[\w.]*")
_SYMBOLS = re.compile(r"[\w\s+\-*/(),'=<>]*")
_IN_SYMBOLS = re.compile(
    r"Symbol|Integer|Mul|Add|Pow|Rational|FloorDiv|Mod|Max|Min|True|positive|integer|nonnegative|[su]\d+|\d+"
)


def load_program(content: bytes) -> nn.Module:
    """The program in the bytes of a ``.pt2`` file, as a module. Raises :class:`ExportError`."""
    try:
        checked = plain(content)
        return torch.export.load(io.BytesIO(checked)).module()
    except ExportError:
        raise
    except Exception as error:  # torch raises whatever its readers stumble over
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ExportError(f"torch {torch.__version__} cannot read this program ({reason})") from error


def plain(content: bytes) -> bytes:
    """The archive again with weights and graph alone. Raises :class:`ExportError` where it needs more than these."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as kept:
            for member in archive.infolist():
                root, _, name = member.filename.partition("/")
                if name == _SAMPLES:
                    kept.writestr(f"{root}/{name}", b"")
                elif name.startswith("extra/"):
                    continue
                elif not _PLAIN.fullmatch(name):
                    raise ExportError(f"it holds '{member.filename}', which is neither weights nor graph")
                else:
                    kept.writestr(f"{root}/{name}", _checked(name, archive.read(member)))
    except (zipfile.BadZipFile, ValueError, KeyError) as error:
        raise ExportError(f"not an archive of torch.export.save ({error})") from error
    return out.getvalue()


def _checked(name: str, content: bytes) -> bytes:
    if not name.endswith(".json"):
        return content
    stored = json.loads(content)
    if name != "models/model.json":
        for key, payload in stored["config"].items():
            if payload.get("use_pickle") or not _PLAIN.fullmatch(f"data/weights/{payload['path_name']}"):
                raise ExportError(f"its tensor '{key}' is pickled")
        return content
    stored["guards_code"] = []
    for node in _mappings(stored):
        if "metadata" in node:
            node["metadata"] = {}
        _check(node)
    return json.dumps(stored).encode()


def _check(node: dict[str, Any]) -> None:
    target, name, symbols = node.get("target"), node.get("name"), node.get("expr_str")
    if isinstance(target, str) and not _TARGET.fullmatch(target):
        raise ExportError(f"its graph calls '{target}'; only torch's tensor operators are called here")
    if isinstance(name, str) and not _NAME.fullmatch(name):
        raise ExportError(f"'{name[:40]}' is no name")
    if isinstance(symbols, str):
        words = re.findall(r"\w+", symbols)
        if not _SYMBOLS.fullmatch(symbols) or not all(_IN_SYMBOLS.fullmatch(word) for word in words):
            raise ExportError(f"'{symbols[:40]}' is no size")


def _mappings(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside a tree of JSON."""
    if isinstance(node, dict):
        yield node
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _mappings(one)
