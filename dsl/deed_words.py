"""The words of deeds: which digit, what is done to it, and how that is told.

Patterns are written over the words of a clause with one space between them and
without articles, as in :mod:`patterns`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from oedipus.dsl.changes import MIDDLE, Change
from oedipus.dsl.patterns import GAPS
from oedipus.dsl.phrases import NUMBER_WORDS, ORDINALS, PLACES, PLURAL_NUMBERS
from oedipus.dsl.wordlists import words_of

_NUM, _MORE, _LESS = GAPS["num"], GAPS["more"], GAPS["less"]
_SIDES: Mapping[str, int] = {
    "leading": 1, "leftmost": 1, "left": 1, "left hand": 1, "initial": 1,
    "final": -1, "rightmost": -1, "right": -1, "right hand": -1, "unit": -1, "last": -1, "middle": MIDDLE,
}  # fmt: skip
_PLACES = sorted((*PLACES, *(f"{name}'s" for name in PLACES)), key=len, reverse=True)


def any_of(*words: str) -> str:
    """One of some words or phrases, the longer first."""
    return f"(?:{'|'.join(sorted((word for text in words for word in text.split(', ')), key=len, reverse=True))})"


_OWN = rf"(?:{any_of(GAPS['own'], 'his', 'her')} )?"
_WHOLE = any_of("number", "it", "me", "i", "code", "original number", "whole number", "result")
_OF = rf"(?: {any_of('of', 'from', 'in')} (?:{_WHOLE}|[a-z]))?"
_FRONT = r"(?:very )?" + any_of(
    "front, beginning, start, left, left end, far left, extreme left, left side, left hand side, head",
    "first place, first position, leftmost place",
)
_BACK = r"(?:very )?" + any_of(
    "end, back, right, right end, far right, extreme right, right side, right hand side, tail",
    "last place, last position, units place, ones place, unit place, rightmost place",
)
_REST = any_of(
    "rest, others, remaining ones, other one",
    rf"(?:other|remaining|rest of) (?:(?:two|three|four|five) )?{any_of('digits?', 'number')}",
    "other",
)
_BE = r"(?:(?:is|are|was|were|be|being|has been|am) (?:now |then )?)"


class _Verb(NamedTuple):
    """The forms of a verb: ``do`` for who does it, ``done`` for what it is done to."""

    do: str
    done: str


def _verb(do: str, done: str, more: str = "") -> _Verb:
    """The verbs of two lists; ``moves?|moving``, ``moved`` and more that are said of what it is done to."""
    return _Verb(any_of(do, done), any_of(done, more) if more else any_of(done))


_MOVE = _verb(
    "moves?, moving, shifts?, shifting, transfers?, transferring, puts?, putting, places?, placing, takes?, taking",
    "moved, shifted, transferred, put, placed, taken, brought, carried",
)
_SHIFT = _verb("moves?, moving, shifts?, shifting, transfers?, transferring", "moved, shifted, transferred")
_DROP = _verb(
    "removes?, removing, erases?, erasing, deletes?, deleting, drops?, dropping, omits?, omitting, discards?"
    ", cross(?:es|ing)? (?:out|off), strik(?:e|es|ing) (?:out|off), leav(?:e|es|ing) (?:out|off)"
    ", tak(?:e|es|ing) (?:away|off), rub(?:s|bing)? (?:out|off), cover(?:s|ing)?(?: up)?, cut(?:s|ting)? off",
    "removed, erased, deleted, dropped, omitted, discarded, crossed (?:out|off), struck (?:out|off), left (?:out|off)"
    ", taken (?:away|off), rubbed (?:out|off), covered(?: up)?, cut off",
    "lost",
)
_SWAP = _verb(
    "swaps?, swapping, exchang(?:e|es|ing), interchang(?:e|es|ing), switch(?:es|ing)?, transpos(?:e|es|ing)"
    ", revers(?:e|es|ing)",
    "(?:swapped|switched)(?: round| around)?, exchanged, interchanged, transposed, reversed",
)
_PUT = _verb(
    "puts?, putting, places?, placing, writ(?:e|es|ing), adds?, adding, append(?:s|ing)?, attach(?:es|ing)?"
    ", insert(?:s|ing)?, adjoin(?:s|ing)?, prefix(?:es|ing)?, annex(?:es|ing)?, affix(?:es|ing)?",
    "put, placed, written, added, appended, attached, inserted, adjoined, prefixed, annexed, affixed",
    "tacked on, put in, written in",
)
_RAISE = _verb("increas(?:e|es|ing), rais(?:e|es|ing)", "increased, raised")
_LOWER = _verb("decreas(?:e|es|ing), reduc(?:e|es|ing), lower(?:s|ing)?", "decreased, reduced, lowered")
_ADD = _verb("adds?, adding", "added")
_SUBTRACT = _verb("subtracts?, subtracting, takes?, taking", "subtracted, taken(?: away)?")
_WRITE = _verb("writ(?:e|es|ing), reads?, reading, arrang(?:e|es|ing)", "written, read, arranged, put, placed")


def _which(name: str) -> str:
    """One digit by its place; the group ``name`` keeps what tells it."""
    told = any_of(*ORDINALS, r"\d+(?:st|nd|rd|th)", *_PLACES, *_SIDES)
    noun = any_of("digits?", "figures?", "numeral", "number", "one")
    return rf"{_OWN}(?P<{name}>{told})(?: {noun})?(?: place| position)?(?: \d)?{_OF}"


_FROM = rf"(?: from (?:{_FRONT}|{_BACK})(?: of {_WHOLE})?)?"
_BEFORE_REST = rf"{any_of('in front of', 'before', 'ahead of', 'at front of', 'to left of')} {_REST}"
_BEHIND_REST = rf"{any_of('behind', 'after', 'at end of', 'to right of')} {_REST}"
_TO_FRONT = rf"(?:{_BEFORE_REST}|{any_of('to', 'at', 'in', 'into', 'on')} {_FRONT}(?: of {_WHOLE})?|first)"
_TO_BACK = rf"(?:{_BEHIND_REST}|{any_of('to', 'at', 'in', 'into', 'on')} {_BACK}(?: of {_WHOLE})?|last)"
_THIS = rf"(?:{any_of('this', 'that', 'it', f'{_OWN}digit', 'digit')}(?: digit)?(?: \d)?|\d)"
_THERE = rf"(?:to|at) (?P<to>{_BACK}|{_FRONT})(?: of {_WHOLE})?"
_NEW_DIGIT = rf"(?:(?:digit|another|extra|single) )*(?P<n>{_NUM}s?)"
_AT = rf"{any_of('to', 'at', 'in', 'on')} {_OWN}"
_PUT_FRONT = rf"{_AT}{_FRONT}(?: of {_WHOLE})?|in front(?: of {_WHOLE})?|{any_of('before', 'to left of')} {_WHOLE}"
_PUT_BACK = rf"{_AT}{_BACK}(?: of {_WHOLE})?|behind(?: {_WHOLE})?|{any_of('after', 'to right of')} {_WHOLE}"
_BETWEEN = (
    rf"(?:in )?between (?:{_OWN}(?:two )?digits{_OF}|{_which('a')} and {_which('b')}|them)"
    rf"|in {_OWN}{any_of('middle', 'centre', 'center')}(?: of {_WHOLE}| between {_OWN}(?:two )?digits)?"
)
_PUT_THERE = rf"(?:(?P<front>{_PUT_FRONT})|(?P<back>{_PUT_BACK})|{_BETWEEN})"
_PAIR = (
    rf"(?:{_which('a')} and {_which('b')}|(?:positions|places) of {_which('c')} and {_which('d')}"
    rf"|{_OWN}(?P<e>first|last|middle|outer|end|outside) (?:two )?digits{_OF}|ends)"
)
_EACH = rf"{any_of('each', 'every one', 'all', 'every')} (?:of )?{_OWN}digits?{_OF}"
_ALL = rf"(?:order of )?{_OWN}(?:two |three |four )?digits{_OF}(?: in order)?"
_BY = rf"(?P<n>{_NUM})"
_TWICE = any_of("twice(?: in row| one after other| side by side)?", "(?:next to|after|beside|behind) itself")
_BACKWARDS = any_of("backwards?", "in (?:reverse|reversed|opposite) order")
_CHANGE_PLACES = r"(?:change|swap|exchange|switch) (?:places?|positions)"


def _said(verb: _Verb, what: str, how: str = "") -> Iterator[str]:
    """Somebody does it, it is done, and *with it done*."""
    behind = f" {how}" if how else ""
    yield f"{verb.do} {what}{behind}"
    yield f"{what} {_BE}{verb.done}{behind}"
    yield f"with {what} {verb.done}{behind}"


@cache
def _deeds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each way to tell a deed; made when one is first looked for."""
    told = (
        ("front", _said(_MOVE, _which("a") + _FROM, _TO_FRONT)),
        ("front", [rf"{_which('a')} {_BE}{_DROP.done} and {_MOVE.done} {_TO_FRONT}"]),
        ("back", _said(_MOVE, _which("a") + _FROM, _TO_BACK)),
        ("back", [rf"{_which('a')} {_BE}{_DROP.done} and {_MOVE.done} {_TO_BACK}"]),
        ("there", [f"{_THIS} {_BE}{_SHIFT.done}{_FROM} {_THERE}", f"{_SHIFT.do} {_THIS}{_FROM} {_THERE}"]),
        ("across", _said(_MOVE, _which("a"), rf"to (?:other|opposite) (?:end|side)(?: of {_WHOLE})?")),
        ("drop", _said(_DROP, _which("a"))),
        ("drop", [f"without {_which('a')}"]),
        ("swap", _said(_SWAP, _PAIR)),
        ("swap", _said(_SWAP, _which("a"), f"with {_which('b')}")),
        ("swap", [f"{_PAIR} {_CHANGE_PLACES}"]),
        ("put", _said(_PUT, _NEW_DIGIT, _PUT_THERE)),
        ("raise", _said(_RAISE, _EACH, f"by {_BY}")),
        ("raise", _said(_ADD, _BY, f"to {_EACH}")),
        ("lower", _said(_LOWER, _EACH, f"by {_BY}")),
        ("lower", _said(_SUBTRACT, _BY, f"from {_EACH}")),
        ("twice", _said(_WRITE, _WHOLE, _TWICE)),
        ("reverse", _said(_SWAP, _ALL)),
        ("reverse", _said(_SWAP, _ALL, "in order")),
        ("reverse", _said(_SWAP, _WHOLE)),
        ("reverse", _said(_WRITE, f"(?:{_ALL}|{_WHOLE})", _BACKWARDS)),
        ("reverse", [f"{_ALL} {_CHANGE_PLACES}"]),
    )
    return tuple((kind, re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")) for kind, patterns in told for pattern in patterns)


TRIGGERS = words_of(
    """
    move moves moving moved shift shifting shifted transferred transferring put puts putting place placing placed
    taken brought remove removes removing removed erase erasing erased delete deleting deleted drop dropping dropped
    omitted omitting cross crossing crossed strike striking struck left leave leaving take taking rub rubbing rubbed
    discarded covered cut lost swap swaps swapping swapped exchange exchanging exchanged interchange interchanging
    interchanged switch switching switched transposed transposing write writes writing written add adding added
    append appended appending attach attached insert inserted inserting adjoined prefixed annexed affixed increase
    increasing increased raised raising decrease decreasing decreased reduced lowered subtract subtracting subtracted
    without change reverse reversing reversed backwards backward
    """
)
"""Words of which one stands in every deed."""


class Found(NamedTuple):
    """A deed, and the places of the line between which it is told."""

    change: Change
    start: int
    end: int


def find(line: str) -> Found | None:
    """The first deed of a line, the longest where several start at one place."""
    best: Found | None = None
    for kind, pattern in _deeds():
        found = pattern.search(line)
        change = _change(kind, found) if found else None
        if found is None or change is None:
            continue
        if best is None or (found.start(), -found.end()) < (best.start, -best.end):
            best = Found(change, *found.span())
    return best


def place_of(told: str) -> int:
    """A place among digits from the words that tell it: 1, 2, … from the left, −1, −2, … from the right."""
    told = told.removesuffix("'s")
    if told in PLACES:
        return -1 - PLACES[told]
    return _SIDES.get(told) or ORDINALS.get(told) or int(re.sub(r"\D", "", told) or 0)


def _digit(told: str) -> int:
    """The digit that a numeral or its word names; a negative number where it names none."""
    value = {**NUMBER_WORDS, **PLURAL_NUMBERS}.get(told) if told.isalpha() else int(told.rstrip("s"))
    return value if value is not None and 0 <= value <= 9 else -1


def _change(kind: str, found: re.Match[str]) -> Change | None:
    said = {name: text for name, text in found.groupdict().items() if text}
    places = [place_of(said[name]) for name in "abcd" if name in said]
    if not all(places):
        return None
    match kind:
        case "front" | "back" | "drop":
            return Change(kind, places[0])
        case "across":
            return {1: Change("back", 1), -1: Change("front", -1)}.get(places[0])
        case "there":
            return Change("back", 1) if re.fullmatch(_BACK, said["to"]) else Change("front", -1)
        case "swap":
            pairs = {"first": (1, 2), "last": (-2, -1), "middle": (MIDDLE, MIDDLE)}
            first, second = (places[0], places[1]) if places else pairs.get(said.get("e", ""), (1, -1))
            return Change("swap", first, second)
        case "put":
            behind = 0 if "front" in said else -1 if "back" in said else places[0] if places else MIDDLE
            return Change("put", _digit(said["n"]), behind) if _digit(said["n"]) >= 0 else None
        case "raise" | "lower":
            by = _digit(said["n"])
            return Change("raise", by if kind == "raise" else -by) if by > 0 else None
        case "twice":
            return Change("twice")
    return Change("reverse")
