"""The graph of an exported program, read as the JSON it is stored in and held against what a network needs.

The world is closed: every text in the JSON is a name unless its place says that
it is something else, and what it may be there is spelled out here. torch builds
Python source from the names, evaluates the sizes as expressions of sympy, and
imports modules that tree specifications name; so each is read before torch does.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from oedipus.networks.cards import WeightsError
from oedipus.networks.exported_operators import COMPUTING, ON_NUMBERS, TEXTS
from oedipus.networks.files import read_json


class ExportError(WeightsError):
    """A program that cannot be used; the message says why."""


def _set_of(names: str) -> frozenset[str]:
    return frozenset(names.split())


LARGEST = 1 << 28
"""Most entries of a tensor that a graph makes from numbers alone, about a gigabyte."""
MOST_NODES = 100_000
_END = (1 << 63) - 1
_NAME = re.compile(r"[\w.]{0,1000}|-?Infinity|NaN|<?=?[\d.]+(a|b|rc)?\d*(\+\w+)?")
_TARGET = re.compile(r"torch\.ops\.aten\.(\w+)\.(\w+)|_operator\.(\w+)|math\.(trunc|floor|ceil)|torch\.sym_(\w+)")
_EQUATION = re.compile(r"[A-Za-z.,>\s-]{1,200}")
_ARGUMENTS = _set_of(
    """
    as_none as_tensor as_tensors as_int as_ints as_float as_floats as_string as_sym_int as_sym_ints
    as_scalar_type as_memory_format as_layout as_device as_bool as_bools as_sym_bool as_sym_bools
    as_optional_tensors as_sym_float as_sym_floats as_optional_tensor as_nested_tensors
    """
)
_CONSTANTS = _set_of(
    """
    arange eye full linspace new_full new_ones new_zeros ones zeros tril_indices triu_indices repeat tile
    expand broadcast_to one_hot pad constant_pad_nd
    """
)


@dataclass(frozen=True, slots=True)
class Ends:
    """Shapes of a program's inputs and outputs; None where a size is left open."""

    inputs: tuple[tuple[int | None, ...], ...]
    outputs: tuple[tuple[int | None, ...], ...]


def checked_graph(stored: Any) -> Ends:
    """Hold ``models/model.json`` against the above; guards and notes are taken out. Raises :class:`ExportError`."""
    if not isinstance(stored, dict):
        raise ExportError("its graph is no table")
    stored["guards_code"] = []
    for node in _mappings(stored):
        if "metadata" in node:
            node["metadata"] = {}
        _names(node)
    try:
        module = stored["graph_module"]
        graph = module["graph"]
        if len(graph["nodes"]) > MOST_NODES:
            raise ExportError(f"its graph has more than {MOST_NODES:,} calls")
        for node in graph["nodes"]:
            _call(node)
        return Ends(_shapes(graph, _user(module, "input")), _shapes(graph, _user(module, "output")))
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise ExportError(f"its graph is damaged ({type(error).__name__})") from error


def checked_sizes(texts: str) -> None:
    """Refuse an expression of sizes that is none, or that could grow beyond reason. Raises :class:`ExportError`."""
    try:
        if len(texts) > 2000:
            raise ValueError
        _degree(ast.parse(texts, mode="eval").body, 0)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise ExportError(f"'{texts[:40]}' is no size") from error


# Texts --------------------------------------------------------------------


def _names(node: dict[str, Any]) -> None:
    for key, value in node.items():
        if not _NAME.fullmatch(key):
            raise ExportError(f"'{key[:40]}' is no name")
        match key, value:
            case ("target" | "as_string", str()):
                continue  # read with the call that they belong to
            case "expr_str", str():
                checked_sizes(value)
            case ("in_spec" | "out_spec", str()):
                _tree(read_json(value) if len(value) < 100_000 else None)
            case _:
                for text in value if isinstance(value, list) else [value]:
                    if isinstance(text, str) and not _NAME.fullmatch(text):
                        raise ExportError(f"'{text[:40]}' is no name")
                    if isinstance(text, int) and abs(text) > _END + 1:
                        raise ExportError("it speaks of numbers beyond 64 bits")


def _tree(stored: Any) -> None:
    """How inputs and outputs are nested: tuples, lists and mappings; any other type names a module to be imported."""
    match stored:
        case [1, {"type": _} as inner]:
            return _tree(inner)
        case {"type": None, "children_spec": []}:
            return None
        case {
            "type": "builtins.tuple" | "builtins.list" | "builtins.dict" | "collections.OrderedDict",
            "context": str(context),
            "children_spec": list(children),
        } if re.fullmatch(r'null|\[("[\w.]*"(, )?)*\]', context):
            for child in children:
                _tree(child)
            return None
    raise ExportError("its inputs or outputs are nested in types that are not opened here")


# Calls --------------------------------------------------------------------


def _call(node: Mapping[str, Any]) -> None:
    target = node["target"]
    found = _TARGET.fullmatch(target)
    if not found:
        raise ExportError(f"its graph calls '{target[:80]}'; only torch's tensor operators are called here")
    name, overload, on_numbers, _, _ = found.groups()
    writes = overload is not None and (overload == "out" or overload.endswith("_out"))
    if (name and (name not in COMPUTING or writes)) or (on_numbers and on_numbers not in ON_NUMBERS):
        raise ExportError(f"its graph calls '{target}', which is not among the operators that are let in")
    for one in node["inputs"]:
        for kind, value in one["arg"].items():
            _argument(name or "", f"{name}.{one['name']}", kind, value, target)
    if name in ("dropout", "feature_dropout") and any(
        one["arg"].get("as_bool") for one in node["inputs"] if one["name"] == "train"
    ):
        raise ExportError(f"its graph calls '{target}' as in training; export it in evaluation mode")


def _argument(name: str, place: str, kind: str, value: Any, target: str) -> None:
    if kind not in _ARGUMENTS:
        raise ExportError(f"its graph hands '{target}' a {kind.removeprefix('as_')}, which is not let in")
    if kind == "as_string" and not _text(place, value):
        raise ExportError(f"its graph hands '{target}' the text '{str(value)[:40]}', which is not let in")
    if name in _CONSTANTS and not _modest(kind, value):
        raise ExportError(f"its graph makes a tensor of more than {LARGEST:,} entries by '{target}'")


def _text(place: str, value: Any) -> bool:
    if place == "einsum.equation":
        return isinstance(value, str) and bool(_EQUATION.fullmatch(value))
    if place == "_assert_scalar.assert_msg":
        return isinstance(value, str) and len(value) < 2000
    return value in TEXTS.get(place, ())


def _modest(kind: str, value: Any) -> bool:
    match kind:
        case "as_int" | "as_float":
            return isinstance(value, int | float) and abs(value) <= LARGEST
        case "as_ints":
            return prod(max(1, abs(one)) for one in value) <= LARGEST
        case "as_sym_ints":
            return prod(max(1, abs(one.get("as_int", 1))) for one in value) <= LARGEST
    return True


# Sizes --------------------------------------------------------------------


def _degree(node: ast.expr, depth: int) -> int:
    """The degree of an expression as a polynomial of its symbols and numbers. Raises ``ValueError``."""
    if depth > 50:
        raise ValueError
    match node:
        case ast.Constant(value=bool()):
            return 0
        case ast.Constant(value=int(number)) if number <= _END:
            return 1
        case ast.Name(id=name) if re.fullmatch(r"[suz]\d{1,6}", name):
            return 1
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            return _degree(inner, depth + 1)
        case ast.BinOp(op=ast.Pow(), left=base, right=power):
            return _power(base, power, depth)
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.FloorDiv() | ast.Mod()):
            return _bounded(_degree(node.left, depth + 1) + _degree(node.right, depth + 1))
        case ast.Compare(left=left, comparators=others):
            return max(_degree(one, depth + 1) for one in (left, *others))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            return _function(name, arguments, keywords, depth)
    raise ValueError


def _function(name: str, arguments: list[ast.expr], keywords: list[ast.keyword], depth: int) -> int:
    if name == "Symbol":
        named = len(arguments) == 1 and isinstance(arguments[0], ast.Constant)
        if not named or not re.fullmatch(r"[suz]\d{1,6}", str(arguments[0].value)):  # type: ignore[attr-defined]
            raise ValueError
        if not all(one.arg in ("positive", "integer", "nonnegative") for one in keywords):
            raise ValueError
        return 1
    if keywords or len(arguments) > 64:
        raise ValueError
    if name == "Pow":
        base, power = arguments
        return _power(base, power, depth)
    if name in _FUNCTIONS:
        return _bounded(sum(_degree(one, depth + 1) for one in arguments))
    raise ValueError


def _power(base: ast.expr, power: ast.expr, depth: int) -> int:
    if isinstance(power, ast.Call) and isinstance(power.func, ast.Name) and power.func.id == "Integer":
        (power,) = power.args
    sign = isinstance(power, ast.UnaryOp) and isinstance(power.op, ast.USub)
    exponent = power.operand if isinstance(power, ast.UnaryOp) and sign else power
    if not (isinstance(exponent, ast.Constant) and type(exponent.value) is int and exponent.value <= 8):
        raise ValueError
    return _bounded(max(1, exponent.value) * _degree(base, depth + 1))


def _bounded(degree: int) -> int:
    if degree > 256:
        raise ValueError
    return degree


_FUNCTIONS = _set_of(
    """
    Integer Mul Add Rational FloorDiv CleanDiv CeilDiv Mod PythonMod ModularIndexing Max Min Eq Ne Lt Le Gt Ge
    Equality Unequality StrictLessThan LessThan StrictGreaterThan GreaterThan
    """
)


# Ends ---------------------------------------------------------------------


def _user(module: Mapping[str, Any], end: str) -> Iterator[str]:
    """The names of tensors that come from outside, or go there."""
    for one in module["signature"][f"{end}_specs"]:
        if f"user_{end}" in one:
            yield one[f"user_{end}"]["arg"]["as_tensor"]["name"]
        elif end == "input" and not {"parameter", "buffer", "tensor_constant"} & set(one):
            raise ExportError(f"its graph takes a {', '.join(one)[:40]}, which is not let in")


def _shapes(graph: Mapping[str, Any], names: Iterator[str]) -> tuple[tuple[int | None, ...], ...]:
    return tuple(tuple(one.get("as_int") for one in graph["tensor_values"][name]["sizes"]) for name in names)


def _mappings(stored: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside a tree of JSON."""
    left = [stored]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            yield node
            left += node.values()
        elif isinstance(node, list):
            left += node
