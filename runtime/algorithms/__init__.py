"""Inference algorithms, one module each; a module ``NAME.py`` here with ``ALGORITHM`` is found by name."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from oedipus.compiler.options import ALGORITHMS, fault
from oedipus.runtime.algorithms.base import Algorithm


def names() -> tuple[str, ...]:
    """Every algorithm that a riddle can be solved by."""
    modules = (module.name for module in iter_modules(__path__))
    return tuple(name for name in sorted(modules) if hasattr(import_module(f"{__name__}.{name}"), "ALGORITHM"))


def kind_of(name: str) -> type[Any]:
    """The class of the algorithm called ``name``. Raises ``ValueError`` for an unknown name."""
    if name not in names():
        wrong = fault(name, {})
        raise ValueError(wrong.message if wrong else f"algorithm: '{name}' is none of {', '.join(names())}")
    kind: type[Any] = import_module(f"{__name__}.{name}").ALGORITHM
    return kind


def create(name: str, options: Mapping[str, Any], defaults: Mapping[str, Any] = MappingProxyType({})) -> Algorithm[Any]:
    """The algorithm called ``name`` with these hyper-parameters, and those of ``defaults`` that it has.

    Raises ``ValueError`` for an unknown name, an unknown option, or a value that makes no sense.
    """
    kind, known = kind_of(name), ALGORITHMS[name]
    for option in options:
        if option not in known:
            raise ValueError(f"{option}: {name} has no such option; it has {', '.join(known)}")
    wrong = fault(name, options)
    if wrong is not None:
        raise ValueError(wrong.message)
    made = {option: known[option].made(value) for option, value in options.items()}
    algorithm: Algorithm[Any] = kind(**{key: value for key, value in defaults.items() if key in known} | made)
    return algorithm
