"""A chart over the words of a sentence: every way to read it by the phrasebook (Earley's algorithm on tries)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from oedipus.dsl import syntax as s
from oedipus.dsl.english.phrasebook import Node, Phrasebook, Production
from oedipus.dsl.english.templates import TemplateError, key_of
from oedipus.dsl.spans import Span

MOST = 24
"""Most different meanings of one part that are followed; a sentence with more is refused."""
REFERENTS = frozenset(["q", "t", "u", "uu", "thing", "digit", "group"])
MARKED = frozenset(["claim", "clause", "vp", *REFERENTS])


class Mention(NamedTuple):
    """What a part of the sentence speaks of, from word ``start`` to before word ``end``."""

    category: str
    start: int
    end: int
    meaning: Any


class Reading(NamedTuple):
    """One meaning of a part, and what it mentions on the way."""

    meaning: Any
    mentions: tuple[Mention, ...] = ()
    production: Production | None = None
    parts: "tuple[Reading, ...]" = ()

    def lines(self) -> set[str]:
        """Where the productions used stand."""
        own = {self.production.place} if self.production else set()
        return own.union(*(one.lines() for one in self.parts))


class Symbol(NamedTuple):
    """A word or several that are of a class, up to before word ``end``."""

    end: int
    meaning: Any


Lexed = Sequence[Mapping[str, Sequence[Symbol]]]
"""For each word the symbols that can begin there."""


@dataclass(slots=True, eq=False)
class Chart:
    """What was found. ``far`` is the furthest word that fits something before it, ``awaiting`` what could follow."""

    book: Phrasebook
    spans: Sequence[Span]
    back: list[dict[tuple[Node, int], list[Any]]]
    complete: list[dict[tuple[str, int], list[Node]]]
    """For each end and each beginning the places in patterns that are whole there."""
    far: int = 0
    overflow: bool = False
    memo: Any = None
    named: Mapping[int, str] = field(default_factory=dict)
    """Places whose digit is called by the ordinal: *first* is one thing there, not two."""

    def readings(self, category: str, start: int = 0, end: int | None = None) -> list[Reading]:
        """All different meanings of the words from ``start`` to before ``end`` as a ``category``."""
        self.memo = self.memo or {}
        return self._of(category, start, len(self.spans) if end is None else end)

    def awaiting(self) -> set[str]:
        """The words and classes that would fit at the furthest word."""
        wanted: set[str] = set()
        for node, _ in self.back[self.far]:
            wanted |= set(node.words)
            for part in node.parts:
                wanted |= self.book.first[part]
        return wanted

    def _of(self, category: str, start: int, end: int) -> list[Reading]:
        key = (category, start, end)
        if key in self.memo:
            return self.memo[key]
        self.memo[key] = []
        found: dict[Any, Reading] = {}
        idioms: dict[Any, Reading] = {}
        span = Span(self.spans[start].start, self.spans[end - 1].end)
        for node in self.complete[end].get((category, start), ()):
            for parts in self._sequences(node, start, end):
                for production in node.done:
                    one = self._made(production, parts, span, start, end)
                    if one is not None:
                        kept = idioms if production.idiom else found
                        same = self._key(one.meaning)
                        # The place goes on rather than the name: of several it may be the one left over.
                        if same not in kept or same != key_of(one.meaning):
                            kept[same] = one
        chosen = list((idioms or found).values())
        if len(chosen) > MOST:
            self.overflow = True
        self.memo[key] = chosen[:MOST]
        return self.memo[key]

    def _key(self, meaning: Any) -> Any:
        match meaning:
            case s.Call("bare", (s.Number(place),)) if int(place) in self.named:
                return s.Name(self.named[int(place)])
        return key_of(meaning)

    def _made(
        self, production: Production, parts: tuple[Reading, ...], span: Span, start: int, end: int
    ) -> Reading | None:
        try:
            meaning = production.made(tuple(one.meaning for one in parts), {}, span, start)
        except TemplateError as error:
            raise TemplateError(f"{production.place}: {error}") from None
        mentions: tuple[Mention, ...] = ()
        for one in parts:
            if one.mentions:
                mentions += one.mentions
        if production.category in MARKED:
            mentions += (Mention(production.category, start, end, meaning),)
        return Reading(meaning, mentions, production, parts)

    def _sequences(self, node: Node, start: int, end: int) -> list[tuple[Reading, ...]]:
        """For each way to come to ``node``, the readings of its symbols."""
        key = (id(node), start, end)
        if key in self.memo:
            return self.memo[key]
        found: list[tuple[Reading, ...]] = []
        self.memo[key] = found
        for before, middle, child in self.back[end][node, start]:
            heads = [()] if before is None else self._sequences(before, start, middle)
            lasts = [Reading(child.meaning)] if isinstance(child, Symbol) else self._of(*child)
            for head in heads:
                for last in lasts:
                    if len(found) >= MOST * MOST:
                        self.overflow = True
                        break
                    found.append((*head, last))
        return found


def parse(
    book: Phrasebook, lexed: Lexed, spans: Sequence[Span], start: str, named: Mapping[int, str] | None = None
) -> Chart:
    """Fill a chart with all parts that can begin a ``start``; ``spans`` are the places of the words, ``named`` the
    places whose digit is called by its ordinal."""
    size = len(spans)
    root = book.roots[start]
    back: list[dict[tuple[Node, int], list[Any]]] = [{} for _ in range(size + 1)]
    waiting: list[dict[str, list[tuple[Node, int, Node]]]] = [defaultdict(list) for _ in range(size + 1)]
    agenda: list[list[tuple[Node, int]]] = [[] for _ in range(size + 1)]
    complete: list[dict[tuple[str, int], list[Node]]] = [defaultdict(list) for _ in range(size + 1)]
    chart = Chart(book, spans, back, complete, named=named or {})
    back[0][root, 0] = []
    agenda[0].append((root, 0))
    first = book.first
    for at in range(size + 1):
        here, queue, wait = back[at], agenda[at], waiting[at]
        symbols = lexed[at] if at < size else {}
        known = symbols.keys()
        done = complete[at]
        for node, origin in queue:
            at_root = origin == at and node is book.roots[node.category]
            before = None if at_root else node
            for symbol in known & node.words.keys():
                follow = node.words[symbol]
                for one in symbols[symbol]:
                    _add(back, agenda, one.end, follow, origin, (before, at, one))
                    chart.far = max(chart.far, one.end)
            for part, follow in node.parts.items():
                if first[part].isdisjoint(known):
                    continue
                if part not in wait:
                    predicted = (book.roots[part], at)
                    if predicted not in here:
                        here[predicted] = []
                        queue.append(predicted)
                wait[part].append((node, origin, follow))
            if node.done:
                whole = done[node.category, origin]
                whole.append(node)
                if len(whole) > 1:
                    continue
                child = (node.category, origin, at)
                for parent, from_, follow in waiting[origin].get(node.category, ()):
                    head = None if from_ == origin and parent is book.roots[parent.category] else parent
                    _add(back, agenda, at, follow, from_, (head, origin, child))
    return chart


def _add(back: Any, agenda: Any, at: int, node: Node, origin: int, pointer: Any) -> None:
    table = back[at]
    key = (node, origin)
    if key in table:
        table[key].append(pointer)
    else:
        table[key] = [pointer]
        agenda[at].append(key)
