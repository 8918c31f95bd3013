"""The phrasebook: productions, one a line, ``category: pattern -> meaning``, and what can begin each category.

A pattern holds plain words, word classes in capitals, parts as ``[category name]`` or ``[CLASS name]``, alternatives
``a/b`` and ``(optional words)``. A mark behind the category, ``idiom^:``, makes a line win over what is composed of
the same words. Nothing depends on the order of the lines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from oedipus.dsl.english.templates import Made, template

PHRASES = Path(__file__).parent / "phrases"
_PART = re.compile(r"\[(\w+)(?: (\w+))?\]")
_PIECE = re.compile(r"\[[^\]]*\]|\(|\)|[^\s()\[\]]+")


class PhrasebookError(Exception):
    """A line that is no production, or productions that never end."""


@dataclass(slots=True)
class Production:
    """One line. ``parts`` names the parts of its pattern, by their place among the symbols of ``symbols``."""

    category: str
    symbols: tuple[str, ...]
    slots: dict[str, int]
    text: str
    idiom: bool
    place: str
    """File and line."""
    _made: Made | None = None

    @property
    def made(self) -> Made:
        """What it means, built when first needed."""
        if self._made is None:
            self._made = template(self.text, self.slots)
        return self._made


@dataclass(slots=True, eq=False)
class Node:
    """A place in the patterns of one category that begin alike."""

    category: str
    words: dict[str, "Node"] = field(default_factory=dict)
    parts: dict[str, "Node"] = field(default_factory=dict)
    done: list[Production] = field(default_factory=list)


class Phrasebook:
    """All productions. Raises :class:`PhrasebookError` for an empty pattern, an unknown part, a circle."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        self.roots: dict[str, Node] = {}
        self.productions: list[Production] = []
        for place, line in lines:
            for one in productions(place, line):
                self._add(one)
        self.first: dict[str, set[str]] = {}
        self._first()
        self._no_circles()

    def _add(self, one: Production) -> None:
        self.productions.append(one)
        node = self.roots.setdefault(one.category, Node(one.category))
        for symbol in one.symbols:
            table = node.parts if symbol[0] == "[" else node.words
            node = table.setdefault(symbol.strip("[]"), Node(one.category))
        node.done.append(one)

    def _first(self) -> None:
        """The words and classes that each category can begin with."""
        found = {category: set(root.words) for category, root in self.roots.items()}
        for node in self.nodes():
            for part in node.parts:
                if part not in found:
                    raise PhrasebookError(f"no line makes '{part}', which {node.category} needs")
        changed = True
        while changed:
            changed = False
            for category, root in self.roots.items():
                for part in root.parts:
                    if not found[part] <= found[category]:
                        found[category] |= found[part]
                        changed = True
        self.first = found

    def nodes(self) -> Iterator[Node]:
        """Every place in a pattern."""
        waiting = list(self.roots.values())
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [*node.words.values(), *node.parts.values()]

    def _no_circles(self) -> None:
        single = {name: [part for part, node in root.parts.items() if node.done] for name, root in self.roots.items()}

        def walk(name: str, path: tuple[str, ...]) -> None:
            if name in path:
                raise PhrasebookError("a circle of categories: " + " -> ".join([*path[path.index(name) :], name]))
            for part in single[name]:
                walk(part, (*path, name))

        for name in single:
            walk(name, ())


def productions(place: str, line: str) -> Iterator[Production]:
    """The productions of a line: one for each choice among its alternatives and optional words."""
    head, arrow, meaning = line.rpartition(" -> ")
    category, colon, pattern = head.partition(":")
    if not arrow or not colon or not pattern.strip():
        raise PhrasebookError(f"{place}: not 'category: pattern -> meaning': {line}")
    idiom = category.endswith("^")
    for sequence in dict.fromkeys(_choices(_PIECE.findall(pattern), place)):
        if not sequence:
            raise PhrasebookError(f"{place}: the pattern can be empty: {line}")
        slots: dict[str, int] = {}
        symbols: list[str] = []
        for at, piece in enumerate(sequence):
            if part := _PART.fullmatch(piece):
                kind, name = part.groups()
                symbols.append(kind if kind.isupper() else f"[{kind}]")
                if name:
                    slots[name] = at
            else:
                symbols.append({"LPAR": "(", "RPAR": ")"}.get(piece, piece))
        yield Production(category.strip().rstrip("^"), tuple(symbols), slots, meaning.strip(), idiom, place)


def _choices(pieces: list[str], place: str) -> list[tuple[str, ...]]:
    """All sequences of symbols that a pattern allows."""
    found, at = _sequence(pieces, 0, place)
    if at != len(pieces):
        raise PhrasebookError(f"{place}: a parenthesis is closed that was not opened")
    return found


def _sequence(pieces: list[str], at: int, place: str) -> tuple[list[tuple[str, ...]], int]:
    found: list[tuple[str, ...]] = [()]
    while at < len(pieces) and pieces[at] != ")":
        piece = pieces[at]
        if piece == "(":
            inner, at = _sequence(pieces, at + 1, place)
            if at >= len(pieces):
                raise PhrasebookError(f"{place}: a parenthesis is not closed")
            found = [one + more for one in found for more in [(), *inner]]
        else:
            choices = [piece] if piece[0] == "[" or piece in ("/", "//") else piece.split("/")
            found = [(*one, choice) for one in found for choice in choices]
        at += 1
    return found, at


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Place and text of the lines of a file that say something."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        said = line.split("  #")[0].strip()
        if said and not said.startswith("#"):
            yield f"{path.name}:{number}", said


NAMED = PHRASES / "values.txt"
"""What is said of values that are names, where a kind has such."""


@cache
def phrasebook(*, named: bool = False) -> Phrasebook:
    """The productions of all files in phrases/; those of values that are names only where they are ``named``."""
    paths = [path for path in sorted(PHRASES.glob("*.txt")) if named or path != NAMED]
    return Phrasebook(one for path in paths for one in read_lines(path))
