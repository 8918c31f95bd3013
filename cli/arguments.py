"""What the functions of the API are given, held against what they take: each wrong type gets a sentence."""

import operator
import os
from collections.abc import Iterable, Mapping
from numbers import Real
from pathlib import Path
from typing import Any, TypeAlias

from oedipus.networks.cards import CardError
from oedipus.networks.files import read_regular
from oedipus.service.reading import LARGEST_BYTES, Reading, read, read_bytes

Given: TypeAlias = str | os.PathLike[str] | Reading
Paths: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def named(value: object) -> str:
    """What a value is, as messages say it."""
    return "None" if value is None else type(value).__name__


def riddle(given: Given, use: Paths = ()) -> Reading:
    """The riddle that is meant, read and sound.

    A string with a space or a line break in it is the text itself, and so is an empty one; any other string, and a
    ``Path``, names a file. Paths in a text begin in the working directory, those in a file where it lies.
    Raises ``RiddleError``, ``TypeError``, ``ValueError`` for a directory of ``use``, ``OSError`` for a file that
    cannot be read.
    """
    directories = paths("use", use)
    if isinstance(given, Reading) and not directories:
        return given.required()
    try:
        if isinstance(given, Reading):
            found = read(given.text, given.folder, name=given.name, use=directories, weights=True)
        elif isinstance(given, str) and (not given or any(map(str.isspace, given))):
            found = read(given, Path.cwd(), use=directories, weights=True)
        elif isinstance(given, str | os.PathLike):
            found = _file(path("riddle", given), isinstance(given, str), directories)
        else:
            raise TypeError(f"riddle: a text, or the Path of a file, not {named(given)}")
    except CardError as error:
        raise ValueError(f"use: {error}") from error
    return found.required()


def _file(file: Path, is_text: bool, use: tuple[Path, ...]) -> Reading:
    try:
        content = read_regular(file, LARGEST_BYTES)
    except FileNotFoundError:
        hint = "; the text of a riddle has a space or a line break in it" if is_text else ""
        raise FileNotFoundError(f"riddle: there is no file '{file}'{hint}") from None
    return read_bytes(content, file.resolve().parent, name=str(file), use=use)


def path(name: str, given: object) -> Path:
    """A path. Raises ``TypeError``."""
    if not isinstance(given, str | os.PathLike):
        raise TypeError(f"{name}: a Path, not {named(given)}")
    found = os.fspath(given)
    if not isinstance(found, str):
        raise TypeError(f"{name}: a Path of text, not of {named(found)}")
    if not found:
        raise ValueError(f"{name}: an empty string is no path")
    return Path(found)


def paths(name: str, given: object) -> tuple[Path, ...]:
    """One path or several. Raises ``TypeError``."""
    if isinstance(given, str | os.PathLike):
        return (path(name, given),)
    if not isinstance(given, Iterable) or isinstance(given, bytes):
        raise TypeError(f"{name}: a Path or several, not {named(given)}")
    return tuple(path(name, one) for one in given)


def flag(name: str, given: object) -> bool:
    """True or False. Raises ``TypeError``."""
    if not isinstance(given, bool):
        raise TypeError(f"{name}: True or False, not {named(given)}")
    return given


def whole(name: str, given: object, least: int | None = None, most: int | None = None) -> int:
    """A whole number, NumPy's too. Raises ``TypeError``, ``ValueError`` beyond the bounds."""
    try:
        if isinstance(given, bool):
            raise TypeError
        found = operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name}: a whole number, not {named(given)}") from None
    if least is not None and found < least:
        raise ValueError(f"{name}: must be at least {least:,}, not {found:,}")
    if most is not None and found > most:
        raise ValueError(f"{name}: must be at most {most:,}, not {found:,}")
    return found


def number(name: str, given: object, *, positive: bool = False) -> float:
    """A number, NumPy's too. Raises ``TypeError``, ``ValueError`` for one that is not positive."""
    if isinstance(given, bool) or not isinstance(given, Real):
        raise TypeError(f"{name}: a number, not {named(given)}")
    found = float(given)
    if positive and not 0 < found < float("inf"):
        raise ValueError(f"{name}: must be positive, not {found:g}")
    return found


def word(name: str, given: object) -> str:
    """A word. Raises ``TypeError``."""
    if not isinstance(given, str):
        raise TypeError(f"{name}: a word, not {named(given)}")
    return given


def schedule(name: str, given: object) -> tuple[float, ...] | None:
    """An annealing schedule: one number or several; None for none given. Raises ``TypeError`` and ``ValueError``."""
    if given is None:
        return None
    if type(given) is not bool and isinstance(given, Real):
        return (number(name, given),)
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise TypeError(f"{name}: a number or several, such as 10 or (0.5, 1, 3, 10), not {named(given)}")
    found = tuple(number(name, one) for one in given)
    if not found:
        raise ValueError(f"{name}: a schedule has at least one number")
    return found


def options(given: Mapping[str, object]) -> dict[str, Any]:
    """Hyper-parameters: plain numbers, truths and words. Raises ``TypeError``."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or isinstance(value, bool | int | float | str):
            found[name] = value
        elif isinstance(value, Real):
            found[name] = whole(name, value) if hasattr(value, "__index__") else float(value)
        else:
            raise TypeError(f"{name}: a number, True, False or a word, not {named(value)}")
    return found
