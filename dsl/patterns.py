"""Regular expressions over words instead of characters, for turns of phrase that have gaps in them.

A pattern is written over a clause's words with one space between them. ``#name``
stands for one of the :data:`GAPS`, such as ``#num`` for a number; parentheses
keep what matched. A template names what was kept by ``\\1``; ``¶`` in it ends a
clause. Words kept have their places in the text, new ones that of the match.
The patterns are lines ``trigger words :: pattern -> template`` of files in turns/.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from oedipus.dsl import phrases
from oedipus.dsl.reader import Word

_NUMBER = rf"(?:\d+|{'|'.join(word for word in phrases.NUMBER_WORDS)})"
_POSSESSIVE = "(?:my|its|their|the|your)"
_PLACE = (
    r"(?:(?:ten|hundred) (?:thousand|million)s?|ones|units?|tens|hundreds|thousands|millions|tenths?|hundredths?|thousandths?"  # noqa: E501
    r"|ten|hundred|thousand)"
)
_BARE_PLACE = r"(?:(?:ten|hundred) (?:thousand|million)s|ones|units|tens|hundreds|thousands|millions|tenths|hundredths|thousandths)"  # noqa: E501
_ORDINAL = rf"(?:{'|'.join(word for word in phrases.ORDINALS)}|\d+(?:st|nd|rd|th)|second (?:to )?last)"
_NOUN = "(?:digits?|numbers?|figures?|numerals?|one)"
_ONE = (
    rf"(?:{_POSSESSIVE} )?(?:{_PLACE} {_NOUN}|{_PLACE} place(?: digit)?|{_ORDINAL}(?: {_NOUN})?|digit \d+)(?: of \w+)?"
)

GAPS = {
    "num": _NUMBER,
    "place": _PLACE,
    "bare": _BARE_PLACE,
    "ord": _ORDINAL,
    "own": _POSSESSIVE,
    "noun": _NOUN,
    "digit": rf"(?:{_ONE}|[a-z])",
    "spot": "(?:place|position|spot|slot|column)",
    "self": "(?:i|me|it|(?:my |this )?number|code)",
    "det": "(?:a|an|the|my|your|his|her|our|this|that|its|their|some|one)",
    "number": rf"(?:{'|'.join(sorted(phrases.NUMBER_NOUNS, key=lambda noun: (-len(noun), noun)))})",
    "more": "(?:more|greater|larger|bigger|higher)",
    "less": "(?:less|fewer|smaller|lower)",
    "be": "(?:is|are|am|was|be)",
    "adj": "(?:odd|even|prime|square|nonzero|composite)",
}
"""What ``#name`` stands for in a pattern."""
_GAP = re.compile(r"#(\w+)")
_REFERENCE = re.compile(r"\\(\d)")


def _looks_ahead(pattern: str) -> bool:
    """Whether a pattern ends by looking ahead: then it has seen to its end itself."""
    if not pattern.endswith(")"):
        return False
    depth = 0
    for place in range(len(pattern) - 1, -1, -1):
        depth += (pattern[place] == ")") - (pattern[place] == "(")
        if depth == 0:
            return pattern[place : place + 3] in ("(?=", "(?!")
    return False


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern and its template. ``trigger`` are words of which one has to occur: other rules cost nothing."""

    source: str
    template: str
    trigger: frozenset[str]

    @property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, compiled when a word first triggers it: all of them would take half a second."""
        return _compiled(self.source)


@dataclass(frozen=True, slots=True)
class Table:
    """Rules in their order; ``places`` are those of the rules that a word can trigger."""

    rules: tuple[Rule, ...]
    places: Mapping[str, frozenset[int]]

    def triggered(self, texts: Iterable[str], start: int) -> list[int]:
        """Places from ``start`` on of the rules that the words trigger, in their order."""
        return sorted({place for text in texts for place in self.places.get(text, ()) if place >= start})


def rules(lines: str) -> Table:
    """The rules of a text with lines ``trigger words :: pattern -> template``."""
    found = tuple(_rule(line) for line in lines.strip().splitlines() if line.strip())
    places: defaultdict[str, set[int]] = defaultdict(set)
    for place, rule in enumerate(found):
        for word in rule.trigger:
            places[word].add(place)
    return Table(found, {word: frozenset(at) for word, at in places.items()})


def lines(name: str) -> list[str]:
    """The lines of a file in turns/, without comments."""
    text = files("oedipus.dsl").joinpath("turns", f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def table(name: str) -> Table:
    """The rules of a file in turns/."""
    return rules("\n".join(lines(name)))


def _rule(line: str) -> Rule:
    trigger, _, rest = line.partition("::")
    pattern, _, template = rest.partition("->")
    spaced = re.sub(r"^,\? ", "(?:, )?", pattern.strip().replace(" ,? ", "(?: ,)? "))
    body = _GAP.sub(lambda gap: GAPS[gap.group(1)], spaced)
    stop = "" if _looks_ahead(body) else r"(?!\S)"
    return Rule(rf"(?<!\S){body}{stop}", template.strip(), frozenset(trigger.split()))


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


@cache
def _template(text: str) -> tuple[str | int, ...]:
    return tuple(int(word[1:]) if _REFERENCE.fullmatch(word) else word for word in text.split())


MOST_ROUNDS = 12
"""How often one rule may change a clause."""


def apply(words: Sequence[Word], table: Table, names: Container[str] = ()) -> list[Word]:
    """The words with every rule applied in order, wherever it matches."""
    found = list(words)
    waiting = table.triggered({word.text for word in found}, 0)
    while waiting:
        place = waiting.pop(0)
        made = _applied(found, table.rules[place], names)
        if made is not None:
            found = made
            waiting = table.triggered({word.text for word in found}, place + 1)
    return found


def _applied(words: list[Word], rule: Rule, names: Container[str]) -> list[Word] | None:
    """The words with one rule applied wherever it matches, None where it does not."""
    found, start, changed = words, 0, False
    for _ in range(MOST_ROUNDS):
        matched = _match(found, rule.pattern, start)
        if matched is None:
            break
        first, stop, groups = matched
        if _hides_name(found, first, stop, groups, names):
            start = stop
            continue
        new = list(_filled(rule.template, found, first, stop, groups))
        found = [*found[:first], *new, *found[stop:]]
        start, changed = first + len(new), True
    return found if changed else None


def _hides_name(
    words: Sequence[Word], first: int, stop: int, groups: Sequence[tuple[int, int]], names: Container[str]
) -> bool:
    """Whether a word that the template replaces is a declared name."""
    kept = {place for low, high in groups for place in range(low, high)}
    return any(
        len(words[place].text) > 1 and words[place].text in names for place in range(first, stop) if place not in kept
    )


def _match(
    words: Sequence[Word], pattern: re.Pattern[str], start: int
) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Places of the words matched and of those kept by each parenthesis."""
    line = " ".join(word.text for word in words)
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for place, word in enumerate(words):
        starts[at] = place
        at += len(word.text)
        ends[at] = place + 1
        at += 1
    begin = next((at for at, place in starts.items() if place == start), None)
    found = pattern.search(line, begin) if begin is not None else None
    if found is None or not found.group().strip() or found.start() not in starts:
        return None
    stop = found.start() + len(found.group().rstrip())
    if stop not in ends:
        return None
    groups: list[tuple[int, int]] = []
    for one in range(1, pattern.groups + 1):
        if not found.group(one):
            groups.append((0, 0))
            continue
        first, last = found.start(one), found.start(one) + len(found.group(one).rstrip())
        if first not in starts or last not in ends:
            return None
        groups.append((starts[first], ends[last]))
    return starts[found.start()], ends[stop], groups


def _filled(
    template: str, words: Sequence[Word], first: int, stop: int, groups: Sequence[tuple[int, int]]
) -> Iterator[Word]:
    start, end = words[first].start, words[stop - 1].end
    for part in _template(template):
        if isinstance(part, int):
            low, high = groups[part - 1]
            yield from words[low:high]
        else:
            kind = "symbol" if part in ("(", ")", ",", "*", "+", "-", "/", "=") else "word"
            yield Word("number" if part.isdecimal() else kind, part, part, start, end)  # type: ignore[arg-type]


def sentences(words: Sequence[Word]) -> list[list[Word]]:
    """The words cut at each ``¶``."""
    out: list[list[Word]] = [[]]
    for word in words:
        if word.text == "¶":
            out.append([])
        else:
            out[-1].append(word)
    return [one for one in out if one]
