"""Inference algorithms, one module each; a module ``NAME.py`` here with ``ALGORITHM`` is found by name."""

import math
from collections.abc import Mapping
from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from oedipus.runtime.algorithms.base import Algorithm


def names() -> tuple[str, ...]:
    """Every algorithm that a riddle can be solved by."""
    modules = (module.name for module in iter_modules(__path__))
    return tuple(name for name in sorted(modules) if hasattr(import_module(f"{__name__}.{name}"), "ALGORITHM"))


def kind_of(name: str) -> type[Any]:
    """The class of the algorithm called ``name``. Raises ``ValueError`` for an unknown name."""
    if name not in names():
        raise ValueError(f"algorithm: '{name}' is none of auto, {', '.join(names())}")
    kind: type[Any] = import_module(f"{__name__}.{name}").ALGORITHM
    return kind


def create(name: str, options: Mapping[str, Any], defaults: Mapping[str, Any] = MappingProxyType({})) -> Algorithm[Any]:
    """The algorithm called ``name`` with these hyper-parameters, and those of ``defaults`` that it has.

    Raises ``ValueError`` for an unknown name, an unknown option, or a value that makes no sense.
    """
    kind = kind_of(name)
    known = [one.name for one in fields(kind) if one.init]
    for option in options:
        if option not in known:
            raise ValueError(f"{option}: {name} has no such option; it has {', '.join(known)}")
    checked = {
        one.name: _checked(one.name, options[one.name], one.default) for one in fields(kind) if one.name in options
    }
    algorithm: Algorithm[Any] = kind(**{key: value for key, value in defaults.items() if key in known} | checked)
    return algorithm


def _checked(name: str, value: Any, default: Any) -> Any:
    """``value`` as the option's type, which its default has. Raises ``ValueError``."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    match default:
        case bool() if not isinstance(value, bool):
            raise ValueError(f"{name}: must be true or false, not '{value}'")
        case bool() | None:
            return value
        case int() if not number or value != int(value):
            raise ValueError(f"{name}: must be a whole number, not '{value}'")
        case int():
            return int(value)
        case float() if not number:
            raise ValueError(f"{name}: must be a number, not '{value}'")
        case float():
            return float(value)
        case tuple() if isinstance(value, int | float):
            return (float(value),)
        case tuple() | str() if type(value) not in (type(default), list):
            raise ValueError(f"{name}: cannot be '{value}'")
    return value
