"""What is done to a number's digits, told as a deed: ``if its last digit is moved to the front, it doubles``.

A deed is found wherever it stands in a clause and becomes one word, the number
changed, of which the rest of the clause speaks. It stands in one of three frames:

- the deed, then what comes of it: ``if … , the new number is three times the old one``;
- what comes of it, then the deed: ``it becomes 9 larger when …``;
- the number that it makes: ``the number obtained by …``, ``the number with …``.
"""

import re
from collections.abc import Sequence

from oedipus.dsl.changes import written
from oedipus.dsl.clauses import line_of
from oedipus.dsl.deed_words import TRIGGERS, Found, any_of, find
from oedipus.dsl.patterns import GAPS
from oedipus.dsl.reader import Word

_NUM, _MORE, _LESS = GAPS["num"], GAPS["more"], GAPS["less"]
_MAKES = (
    rf"(?:{any_of('resulting', 'remaining', 'new', 'other')} )?{any_of('number', 'value', 'result', 'one')}"
    rf"(?: (?:that|which))?(?: {any_of('is', 'you', 'we', 'i', 'one')})?"
    rf" {any_of('obtained, formed, got, gets?, made, produced, created, left, results, obtain')}"
    rf"(?: {any_of('by', 'when', 'if', 'after', 'from', 'on', 'upon')})?"
)
_MADE = re.compile(rf"(?:^|(?<= )){_MAKES} (?:you |we |one |i )?$")
_COMPARED = re.compile(r"(?:^|(?<= ))(?:as|than)(?: if| when)?(?: (?:you|we|i|it|one))?(?: had| were| was)? $")
_WITH = re.compile(r"(?:^|(?<= ))(?:same )?(?:number|it|me|i|code) $")
_OPENING = re.compile(
    r"(?:^|(?<=, )|(?<=and )|(?<=but )|(?<=that )|(?<=which )|(?<=where ))(?:then )?"
    rf"(?:{any_of('if', 'when', 'whenever', 'by', 'after', 'on', 'upon', 'should')} )?"
    rf"(?:{any_of('you', 'we', 'i', 'one', 'he', 'she', 'somebody', 'someone')} )?$"
)
_NEW = any_of("new", "resulting", "remaining", "final", "changed", "different", "second", "other", "obtained", "so")
_THING = (
    rf"(?:(?:{_NEW} )*(?:\d digit )?{any_of('number, result, value, integer, code, year, answer')}"
    rf"(?: (?:so |thus |thereby )?{any_of('obtained, formed, made, produced, created, remaining, resulting')}"
    r"| (?:(?:which|that) remains|(?:(?:which|that) is )?left))?"
    r"|what (?:remains|is left)|it|i|this|that)"
)
_GET = any_of(
    "gets?, got, obtains?, obtained, haves?, has, (?:is|are) left with, end up with, find, make, form",
    "will (?:get|have)",
)
_RISES = any_of(
    "increases?, grows?, rises?, goes up, is increased, will be increased", rf"(?:gets|becomes) (?:{_MORE}|{_LESS})"
)
_FALLS = any_of("decreases?, shrinks?, falls?, drops?, goes down, is decreased, is reduced")
_TURNS = any_of(
    "doubles, triples, is doubled, is tripled, is halved, is unchanged, does not change, remains? unchanged",
    "remains? same, stays? same",
)
_TO = rf"to {any_of('give', 'make', 'get', 'form', 'obtain', 'leave', 'produce')}"
_MAKING = any_of("gives?, makes?, produces?, yields?, results? in, leaves?, giving, making, leaving, producing", _TO)
_IS = any_of("is, am, becomes?, became, equals, gives, makes, (?:will|would) (?:be|become), has become, turns into")
_KEPT_VERBS = any_of(
    "exceeds, has, contains, ends, starts, begins, leaves, divides, differs, consists, can, does, will"
)
_RESULT = re.compile(
    r" ?(?:,? ?(?:without changing|keeping|leaving) [^,]+)?(?:,? ?(?:and |then |so )*)(?:"
    rf"{any_of('you', 'we', 'i', 'one', 'he', 'she')} {_GET} "
    rf"|{_THING} (?:will |would |must )?(?P<grow>{_RISES}|{_FALLS}) by "
    rf"|{_THING} (?P<do>{_TURNS})(?= |$)"
    rf"|{_THING} (?:is|am) (?P<by>multiplied|divided) by "
    rf"|{_THING} (?:{_IS}|is now|must be) "
    rf"|{_THING} (?P<keep>)(?={_KEPT_VERBS}\b)"
    rf"|{_MAKING}(?: (?:you|us|me))? )"
)
_BACKWARD = re.compile(
    rf"^(?P<lead>.*?(?:^|, |and |but ))?{_THING} (?:will |would )?(?:(?P<grow>{_RISES}|{_FALLS}) by (?P<x>.+?)"
    rf"|(?P<do>{_TURNS})|(?:{_IS}|be|gets?) (?P<y>.+?))"
    r" ?,? (?:if|when|whenever|by|after) (?:you |we |i |one )?$"
)
_FALLING = re.compile(rf"{_FALLS}|\w+ {_LESS}")
_AGAIN = any_of(
    "before, it was(?: before)?, number, me, i was, i am, it, itself",
    "(?:original|old|first|starting|initial|given)(?: (?:number|one|value))?",
)
_TIMES = rf"(?:{_NUM} times|twice|half|double|triple)"
_PERCENT = any_of("%", "percent", "per cent")
_COMES = tuple(
    (re.compile(pattern), made)
    for pattern, made in (
        (rf"({_TIMES})(?: as (?:large|big|great|much|high)(?: as)?)?(?: (?:of )?{_AGAIN})?", r"\1 me"),
        (rf"({_NUM}) times (?:{_MORE}) than {_AGAIN}", r"\1 times me"),
        (rf"({_NUM}) times (?:{_LESS})(?: than {_AGAIN})?", r"me / \1"),
        (rf"({_NUM} (?:{_MORE}|{_LESS}))(?: than {_AGAIN})?", r"\1 than me"),
        (rf"({_NUM}) {_PERCENT} {_MORE}(?: than {_AGAIN})?", r"( 1 + \1 / 100 ) times me"),
        (rf"({_NUM}) {_PERCENT} {_LESS}(?: than {_AGAIN})?", r"( 1 - \1 / 100 ) times me"),
        (rf"({_MORE}|{_LESS})(?: than {_AGAIN})?", r"\1 than me"),
        (rf"({_MORE}|{_LESS}) (?:than {_AGAIN} )?by ({_NUM})", r"\2 \1 than me"),
        (rf"increased by ({_NUM})", r"\1 more than me"),
        (rf"(?:decreased|reduced) by ({_NUM})", r"\1 less than me"),
        (r"(?:exactly )?same(?: (?:number|as before|as original(?: number)?))?|unchanged|original number", "me"),
    )
)
_LATER = re.compile(rf"(?<= )(?:{_NEW} )+(?:number|value|one)(?: (?:so )?(?:obtained|formed))?(?= |$)")
_ONLY = re.compile(
    rf"(?: ?,? ?(?:and |then |so )*(?:{any_of('you', 'we', 'i', 'one')} {_GET}|{_TO}|giving|making|leaving) "
    r"(?:another |new |different )*(?:\d digit )?number)?"
)
_STRIP = re.compile(
    r"(?:exactly )?(?:(?:another|new|other|different) )?"
    rf"(?:number (?:(?:which|that) (?:is|am) |(?={_NUM} (?:{_MORE}|{_LESS}|times)))|(?=\S))"
)
_WIDE = re.compile(r"((?:another |new )?\w+ digit number) (?:which|that) (?:is|am) ")


def deeds_told(words: Sequence[Word]) -> list[Word]:
    """The words with each deed as the number that it makes; unchanged where none is told."""
    said = list(words)
    for _ in range(MOST_DEEDS):
        if not TRIGGERS & {word.text for word in said} or (made := _told(said)) is None:
            break
        said = made
    return said


MOST_DEEDS = 3
"""Deeds that one clause may tell."""


def is_deed(words: Sequence[Word]) -> bool:
    """Whether the words tell a deed and not what comes of it: ``move its last digit to the front``."""
    line = line_of(words)
    found = find(line) if TRIGGERS & {word.text for word in words} else None
    return (
        found is not None
        and bool(_OPENING.search(line[: found.start]))
        and _ONLY.fullmatch(line[found.end :]) is not None
    )


def _told(words: list[Word]) -> list[Word] | None:
    line = line_of(words)
    found = find(line)
    if found is None:
        return None
    before, after = line[: found.start], line[found.end :]
    number = [*_new(words, found.start, found.end, *_number(found))]
    made = _MADE.search(before) or (_WITH.search(before) if line[found.start :].startswith("with") else None)
    if compared := _COMPARED.search(before):
        until = compared.start() + len(compared.group().split()[0])
        return [*_kept(words, 0, until), *number, *_kept(words, found.end, len(line))]
    if made is not None and made.group().strip():
        return [*_kept(words, 0, made.start()), *number, *_kept(words, found.end, len(line))]
    opening, result = _OPENING.search(before), _RESULT.match(after)
    later = _LATER.search(after) if opening is not None and before.strip() and result is None else None
    if opening is not None and later is not None:
        comma = len(after) - len(after.lstrip(" ,"))
        told = [
            *_kept(words, found.end + comma, found.end + later.start()),
            *number,
            *_kept(words, found.end + later.end(), len(line)),
        ]
        return [*_kept(words, 0, opening.start()), *told]
    if opening is not None and result is not None:
        rest = found.end + result.end()
        verb = _verb_of(result, words, rest)
        said = [*_kept(words, 0, opening.start()), *number, *verb, *_come(words, line, rest, len(line))]
        if wide := _WIDE.match(line, rest):
            width = [
                *number,
                *_new(words, rest, rest, "is"),
                *_kept(words, rest, wide.end(1)),
                *_new(words, rest, rest, "and"),
            ]
            behind = _come(words, line, wide.end(), len(line))
            return [*_kept(words, 0, opening.start()), *width, *number, *verb, *behind]
        other = line.startswith("another ", rest)
        return (
            [*said, *_new(words, rest, rest, "and"), *number, *_new(words, rest, rest, "is", "not", "me")]
            if other
            else said
        )
    backward = _BACKWARD.match(before) if not after.strip() else None
    if backward is not None:
        group = "x" if backward.group("x") else "y"
        start, end = backward.span(group) if backward.group(group) else (backward.end(), backward.end())
        verb = _verb_of(backward, words, found.start)
        return [*_kept(words, 0, backward.end("lead")), *number, *verb, *_come(words, line, start, end)]
    return None


def _number(found: Found) -> tuple[str, ...]:
    return ("reversed", "number") if found.change.kind == "reverse" else (written(found.change),)


def _verb_of(result: re.Match[str], words: Sequence[Word], at: int) -> list[Word]:
    """*is*, and what a verb such as *increases by* adds to it."""
    said = result.groupdict()
    grow, do, by = said.get("grow"), said.get("do"), said.get("by")
    if said.get("keep") is not None:
        return []
    if grow:
        return _new(words, at, at, "is", "me", "minus" if _FALLING.fullmatch(grow) else "plus")
    if do:
        doing = {"doubles": "twice", "is doubled": "twice", "triples": "triple", "is tripled": "triple"}
        return _new(words, at, at, "is", *filter(None, (doing.get(do, "half" if "halved" in do else ""), "me")))
    if by:
        return _new(words, at, at, "is", "me", "times" if by == "multiplied" else "/")
    return _new(words, at, at, "is")


def _come(words: Sequence[Word], line: str, start: int, end: int) -> list[Word]:
    """What is said of the new number, with *as before* and the like spelled out."""
    text = line[start:end].rstrip()
    if head := _STRIP.match(text):
        start += head.end()
        text = text[head.end() :]
    if text.endswith(" again"):
        text = text.removesuffix(" again")
        end = start + len(text)
    for pattern, made in _COMES:
        if found := pattern.fullmatch(text):
            return _new(words, start, end, *found.expand(made).split())
    return [word._replace(text="me") if word.text == "it" else word for word in _kept(words, start, end)]


def _kept(words: Sequence[Word], start: int, end: int) -> list[Word]:
    """The words from one place of the line to another."""
    at, out = 0, []
    for word in words:
        if start <= at < end:
            out.append(word)
        at += len(word.text) + 1
    return out


def _new(words: Sequence[Word], start: int, end: int, *texts: str) -> list[Word]:
    """New words with the place that those between two places of the line have in the text."""
    old = _kept(words, start, max(end, start + 1)) or [words[-1]]
    place = (old[0].start, old[-1].end)
    return [
        Word("number" if text.isdecimal() else "symbol" if text in "/()+-" else "word", text, text, *place)
        for text in texts
    ]
