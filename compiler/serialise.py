"""Programs as files: NAME.json for the structure, NAME.safetensors for the tensors, written whole or not at all.

The same program gives the same bytes. ``text`` gives one self-contained JSON
document instead, tensors inline.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from oedipus.compiler import program as p
from oedipus.compiler.verify import InternalError, verify_program
from oedipus.networks.files import GIGA, read_json, read_regular

LIMIT = GIGA
"""Bytes of the largest file of a program that is read."""
FORMAT = "oedipus-program-1"
Array: TypeAlias = NDArray[Any]


class ProgramFileError(Exception):
    """A stored program that cannot be used; the message names the file and what is wrong."""


# Out ----------------------------------------------------------------------


def text(program: p.Program) -> str:
    """The program as one JSON document, tensors as nested lists of numbers."""
    return _json(_plain(program, lambda _, array: (array if array.dtype.kind == "f" else array.astype(int)).tolist()))


def encode(program: p.Program) -> tuple[str, bytes]:
    """The program as JSON and safetensors; the JSON names the tensors and holds their sha256."""
    arrays: dict[str, Array] = {}

    def put(name: str, array: Array) -> str:
        arrays[name] = np.array(array, order="C")
        return name

    plain = _plain(program, put)
    tensors = save_tensors(arrays)
    plain["sha256"] = hashlib.sha256(tensors).hexdigest()
    return _json(plain), tensors


def write(program: p.Program, path: Path) -> None:
    """Write ``path`` (JSON) and its neighbour with the suffix ``.safetensors``, both or none."""
    structure, tensors = encode(program)
    contents = {path: structure.encode(), path.with_suffix(".safetensors"): tensors}
    partials = {target: target.with_name(target.name + ".partial") for target in contents}
    try:
        for target, content in contents.items():
            partials[target].write_bytes(content)
        for target, partial in partials.items():
            os.replace(partial, target)
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)


def _json(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _plain(program: p.Program, put: Callable[[str, Array], Any]) -> dict[str, Any]:
    settings = {name: getattr(program, name) for name in ("evidence", "schedule", "find", "algorithm", "libraries")}
    return settings | {
        "format": FORMAT,
        "given": program.given,
        "solution": None if program.solution is None else dict(program.solution),
        "options": dict(program.options),
        "variables": [asdict(variable) for variable in program.variables],
        "readouts": [asdict(readout) for readout in program.readouts],
        "factors": [_plain_factor(place, factor, put) for place, factor in enumerate(program.factors)],
    }


def _plain_factor(place: int, factor: p.Factor, put: Callable[[str, Array], Any]) -> dict[str, Any]:
    body: dict[str, Any]
    match factor.body:
        case p.Tensor(values):
            body = {"tensor": put(f"factors/{place}", values)}
        case p.Choice(values):
            body = {"choice": put(f"factors/{place}", values)}
        case p.Diagram(layers):
            body = {"diagram": [put(f"factors/{place}/{depth}", layer) for depth, layer in enumerate(layers)]}
        case p.Gaussian() as gaussian:
            stored = {
                path: put(f"factors/{place}/{turn}", one) for turn, (path, one) in enumerate(gaussian.files.items())
            }
            body = {"gaussian": asdict(replace(gaussian, files={})) | {"files": stored}}
        case other:
            assert_never(other)
    fields = {name: getattr(factor, name) for name in ("name", "readouts", "alpha", "line", "text")}
    return fields | {"body": body}


# In -----------------------------------------------------------------------


def read(path: Path) -> p.Program:
    """Read what :func:`write` wrote. Raises :class:`ProgramFileError`."""
    try:
        return decode(read_regular(path, LIMIT).decode("utf-8"), read_regular(path.with_suffix(".safetensors"), LIMIT))
    except OSError as error:
        raise ProgramFileError(f"{error.filename}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, ProgramFileError) as error:
        raise ProgramFileError(f"{path}: {error}") from error


def decode(structure: str, tensors: bytes | None = None) -> p.Program:
    """The program that :func:`encode` (or, without tensors, :func:`text`) gave. Raises :class:`ProgramFileError`."""
    try:
        plain = read_json(structure)
        if plain.get("format") != FORMAT:
            raise ProgramFileError(f"not a program of format {FORMAT}")
        arrays = {} if tensors is None else load_tensors(tensors)
        if tensors is not None and plain.get("sha256") != hashlib.sha256(tensors).hexdigest():
            raise ProgramFileError("the tensors are not those this structure was written with")
        program = _program(plain, lambda stored, kind: arrays[stored] if arrays else np.array(stored, dtype=kind))
        verify_program(program)
    except ProgramFileError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise ProgramFileError(f"not a stored program ({type(error).__name__}: {error})") from error
    except InternalError as error:
        raise ProgramFileError(f"a damaged program: {error.what}") from error
    return program


def _program(plain: Mapping[str, Any], get: Callable[[Any, type], Array]) -> p.Program:
    return p.Program(
        variables=tuple(p.Variable(**one) for one in plain["variables"]),
        readouts=tuple(p.Readout(**one | {"table": _tuple(one["table"])}) for one in plain["readouts"]),
        factors=tuple(_factor(one, get) for one in plain["factors"]),
        evidence=plain["evidence"],
        schedule=_tuple(plain["schedule"]),
        find=tuple(plain["find"]),
        solution=plain["solution"],
        algorithm=plain["algorithm"],
        options=plain["options"],
        libraries=tuple(plain["libraries"]),
        given=plain["given"],
    )


def _tuple(stored: list[Any] | None) -> tuple[Any, ...] | None:
    return None if stored is None else tuple(stored)


def _factor(plain: Mapping[str, Any], get: Callable[[Any, type], Array]) -> p.Factor:
    fields = {name: plain[name] for name in ("name", "alpha", "line", "text")}
    return p.Factor(readouts=tuple(plain["readouts"]), body=_body(plain["body"], get), **fields)


def _body(plain: Mapping[str, Any], get: Callable[[Any, type], Array]) -> p.Body:
    match plain:
        case {"tensor": stored}:
            return p.Tensor(get(stored, np.bool_))
        case {"choice": stored}:
            return p.Choice(get(stored, np.bool_))
        case {"diagram": layers}:
            return p.Diagram(tuple(get(layer, np.int32) for layer in layers))
        case {"gaussian": gaussian}:
            operators = tuple((name, tuple(arguments)) for name, arguments in gaussian["operators"])
            files = {path: get(stored, np.float32) for path, stored in gaussian["files"].items()}
            return p.Gaussian(**gaussian | {"operators": operators, "files": files})
    raise ProgramFileError(f"a factor of unknown kind: {', '.join(plain)}")
