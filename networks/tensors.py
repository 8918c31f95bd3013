"""Whole or absent: trees of tensors and numbers in safetensors files, written atomically."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from oedipus.networks.storing import save_file

Tree = Mapping[str, Any]


def save_tree(path: Path, tree: Tree) -> None:
    """Write a nested mapping of tensors, numbers, strings and lists to ``path``.

    Tensors keep their dtype; everything else travels as JSON in the header. The
    file is written beside its place and moved there, so a reader sees the old
    one or the new one and never half of it.
    """
    tensors: dict[str, torch.Tensor] = {}
    skeleton = _split(tree, "", tensors)
    partial = path.with_name(path.name + ".partial")
    save_file(tensors, partial, metadata={"tree": json.dumps(skeleton)})
    os.replace(partial, path)


def load_tree(path: Path) -> dict[str, Any]:
    """Read what :func:`save_tree` wrote. Raises ``OSError`` or ``safetensors.SafetensorError``."""
    with safe_open(path, framework="pt") as file:
        skeleton = json.loads(file.metadata()["tree"])
        # In memory of their own: tensors that begin anywhere in a file are multiplied with other roundings.
        tree: dict[str, Any] = _join(skeleton, lambda name: file.get_tensor(name).clone())
    return tree


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


def _join(node: Any, fetch: Any) -> Any:
    if isinstance(node, list):
        return [_join(value, fetch) for value in node]
    if isinstance(node, dict):
        if "$tensor" in node:
            return fetch(node["$tensor"])
        return {key: _join(value, fetch) for key, value in node["$items"]}
    return node
