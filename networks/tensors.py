"""Whole or absent: trees of tensors and numbers in safetensors files, written atomically."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load

from oedipus.networks.files import read_json, read_regular
from oedipus.networks.stored import LIMIT, StoredError, header_of
from oedipus.networks.storing import save_file

Tree = Mapping[str, Any]
DEEPEST = 200
"""Most mappings and lists inside each other."""


def save_tree(path: Path, tree: Tree) -> None:
    """Write a nested mapping of tensors, numbers, strings and lists to ``path``.

    Tensors keep their dtype; everything else travels as JSON in the header. The
    file is written beside its place and moved there, so a reader sees the old
    one or the new one and never half of it.
    """
    tensors: dict[str, torch.Tensor] = {}
    skeleton = json.dumps(_split(tree, "", tensors))
    stored = {"sha256": digest(skeleton, tensors), "skeleton": skeleton}
    partial = path.with_name(path.name + ".partial")
    save_file(tensors, partial, metadata={"tree": json.dumps(stored)})
    os.replace(partial, path)


def load_tree(path: Path) -> dict[str, Any]:
    """Read what :func:`save_tree` wrote, bit for bit. Raises ``OSError``, ``SafetensorError``, or ``ValueError`` for a
    file whose hash is not what its content has."""
    tensors, metadata = load_tensors(path)
    try:
        stored = read_json(metadata.get("tree", "{}"))
        skeleton, known = stored["skeleton"], stored["sha256"]
        if digest(skeleton, tensors) != known:
            raise StoredError("its content is not what its hash was made of")
        tree: dict[str, Any] = _join(read_json(skeleton), tensors, 0)
    except (KeyError, TypeError, AttributeError) as error:
        raise StoredError(f"it holds no tree of tensors ({type(error).__name__})") from error
    return tree


def load_tensors(path: Path, limit: int = LIMIT) -> tuple[dict[str, torch.Tensor], Mapping[str, str]]:
    """All tensors of a safetensors file and its metadata. Raises ``OSError``, ``SafetensorError``, ``ValueError``."""
    content = read_regular(path, limit)
    header = header_of(content)
    # In memory of their own: tensors that begin anywhere in a file are multiplied with other roundings.
    return {name: tensor.clone() for name, tensor in load(content).items()}, header.metadata


def digest(text: str, tensors: Mapping[str, torch.Tensor]) -> str:
    """sha256 of a text and of tensors by name, whatever order they are in."""
    found = hashlib.sha256(text.encode())
    for name, tensor in sorted(tensors.items()):
        found.update(f"\n{name}\n{tensor.dtype}\n{list(tensor.shape)}\n".encode())
        flat = tensor.contiguous().as_strided((tensor.numel(),), (1,))
        found.update(flat.view(torch.uint8).numpy().data)
    return found.hexdigest()


def _split(node: Any, path: str, tensors: dict[str, torch.Tensor]) -> Any:
    if isinstance(node, torch.Tensor):
        tensors[path] = node.detach().cpu().contiguous().clone()
        return {"$tensor": path}
    if isinstance(node, Mapping):
        # Optimizer states are keyed by integers, which JSON would turn into strings.
        return {"$items": [[key, _split(value, f"{path}/{key}", tensors)] for key, value in node.items()]}
    if isinstance(node, list | tuple):
        return [_split(value, f"{path}/{place}", tensors) for place, value in enumerate(node)]
    return node


def _join(node: Any, tensors: Mapping[str, torch.Tensor], depth: int) -> Any:
    if depth > DEEPEST:
        raise StoredError("it nests too deep")
    if isinstance(node, list):
        return [_join(value, tensors, depth + 1) for value in node]
    if isinstance(node, dict):
        if "$tensor" in node:
            return tensors[node["$tensor"]]
        return {key: _join(value, tensors, depth + 1) for key, value in node["$items"]}
    return node
