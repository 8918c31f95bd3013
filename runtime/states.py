"""States of algorithms as trees that a checkpoint can hold, and back, whatever the algorithm.

A state is a frozen dataclass of tensors, numbers, strings, tuples, lists,
mappings and further such dataclasses, all of this package.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

PACKAGE = "oedipus."


class StateError(Exception):
    """A stored state that this version cannot read; the message says what is in the way."""


def encode(node: Any) -> Any:
    """``node`` as nested mappings, lists, tensors and JSON's scalars. Raises ``TypeError`` for anything else."""
    match node:
        case None | bool() | int() | float() | str() | Tensor():
            return node
        case tuple():
            return {"tuple": [encode(one) for one in node]}
        case list():
            return {"list": [encode(one) for one in node]}
        case Mapping():
            return {"mapping": [[encode(key), encode(value)] for key, value in node.items()]}
    if not is_dataclass(node) or isinstance(node, type):
        raise TypeError(f"a state cannot hold a {type(node).__name__}")
    kind = type(node)
    values = {one.name: encode(getattr(node, one.name)) for one in fields(node) if one.init}
    return {"class": f"{kind.__module__}:{kind.__qualname__}", "fields": values}


def decode(tree: Any, device: torch.device | str = "cpu") -> Any:
    """What :func:`encode` was given, its tensors on ``device``. Raises :class:`StateError`."""
    match tree:
        case None | bool() | int() | float() | str():
            return tree
        case Tensor():
            return tree.to(device)
        case {"tuple": parts}:
            return tuple(decode(one, device) for one in parts)
        case {"list": parts}:
            return [decode(one, device) for one in parts]
        case {"mapping": pairs}:
            return {decode(key, device): decode(value, device) for key, value in pairs}
        case {"class": str(name), "fields": Mapping() as values}:
            return _build(name, {key: decode(value, device) for key, value in values.items()})
    raise StateError(f"a state does not hold a {type(tree).__name__}")


def _build(name: str, values: Mapping[str, Any]) -> Any:
    module, _, kind = name.partition(":")
    # A file may only ask for this package's own plain data.
    if not module.startswith(PACKAGE):
        raise StateError(f"'{name}' is no state of this package")
    try:
        found = getattr(import_module(module), kind)
        if not (is_dataclass(found) and isinstance(found, type)):
            raise StateError(f"'{name}' is no state of this package")
        return found(**values)
    except (ImportError, AttributeError, TypeError) as error:
        raise StateError(f"'{name}' was written by another version ({error})") from error
