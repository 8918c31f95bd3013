"""The tree as CONTRIBUTING draws it: no file imports itself through others, and rooms only what stands above them."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = {"dsl": "oedipus.dsl", "compiler": "oedipus.compiler", "runtime": "oedipus.runtime", "cli": "oedipus",
           "networks": "oedipus.networks"}  # fmt: skip
ABOVE = {
    "dsl": {"networks"},
    "compiler.resolve": {"dsl", "networks", "compiler", "compiler.logic"},
    "compiler.logic": {"dsl", "networks", "compiler"},
    "compiler.verdict": {"dsl", "networks", "compiler", "compiler.logic"},
    "sweep": {"dsl", "networks", "compiler", "compiler.logic", "compiler.verdict", "runtime", "service", "version"},
    "service": {
        "dsl",
        "networks",
        "compiler",
        "compiler.logic",
        "compiler.resolve",
        "compiler.show",
        "compiler.verdict",
        "runtime",
        "report",
        "version",
    },
    "compiler.show": {"dsl", "networks", "compiler", "compiler.logic", "compiler.verdict"},
}
"""What files of a room may import besides each other; only ``networks.cards`` of the networks, which needs no torch."""


def modules() -> dict[str, Path]:
    found = {}
    for folder, package in FOLDERS.items():
        for path in (ROOT / folder).rglob("*.py"):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            name = ".".join([package, *(parts[:-1] if parts[-1] == "__init__" else parts)])
            found[name] = path
    return found


MODULES = modules()


def imported(name: str) -> Iterator[str]:
    """The modules of ours that a module imports, at its head or within a function, but not for types alone."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    typed = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typed:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in MODULES or node.module in MODULES:
                    yield whole if whole in MODULES else node.module


def room(name: str) -> str:
    inside = name.removeprefix("oedipus.")
    for one in sorted(ABOVE, key=len, reverse=True):
        if inside.startswith(f"{one}."):
            return one
    return inside.split(".")[0]


def test_no_circle_of_imports() -> None:
    order = TopologicalSorter({name: set(imported(name)) - {name} for name in MODULES})
    order.prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("name", sorted(ABOVE))
def test_a_room_imports_what_stands_above_it(name: str) -> None:
    found = {
        room(other): (module, other) for module in MODULES if room(module) == name for other in set(imported(module))
    }
    assert set(found) <= ABOVE[name] | {name}, found
