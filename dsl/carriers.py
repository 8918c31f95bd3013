"""Digits that somebody or something holds: ``Anna's digit``, ``the card on the left``, ``under the third cup``.

What carries a digit stands for it. Persons become names of digits of their own;
cups, cards and doors in a row give way to the ordinals that tell them apart.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from oedipus.dsl.clauses import line_of, said_at
from oedipus.dsl.lexicon import simplify
from oedipus.dsl.patterns import Table, apply, rules
from oedipus.dsl.phrases import CONTRACTIONS, NUMBER_WORDS, ORDINALS
from oedipus.dsl.reader import RawClause, Word
from oedipus.dsl.wordlists import PRONOUNS, REFERENTS, words_of

_COUNTS = "|".join(word for word, number in NUMBER_WORDS.items() if 1 < number < 11)
_HELD = "hidden|written|placed|printed|painted|drawn|shown|put|standing|engraved|displayed"
_SAYING = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:there are |the )?(?:{_COUNTS}|\d) (?:different |secret )?(?:digits|numbers) (?:are |is )?(?:{_HELD}) "
        rf"(?:under|on|in|behind|inside|below) (?P<count>{_COUNTS}|\d) (?P<noun>[a-z]+s)\b.*",
        rf"(?:there are |on (?:the|a) table (?:are|lie) )?(?P<count>{_COUNTS}|\d) (?P<noun>[a-z]+s)(?: .*)? "
        r"(?:with|show|shows|have|has|carry|carries|bear|bears|hold|holds|hide|hides|contain|contains|is labelled with)"
        r" (?:a|one|a single|a secret|exactly one) (?:digit|number)\b.*",
        rf"(?:there are )?(?P<count>{_COUNTS}|\d) (?P<noun>cards|boxes|tiles|cubes|blocks|doors|plates|tickets) "
        r"(?:(?:lie|stand|are|sit|hang)(?: lying| standing)? )?in a (?:row|line)(?: .*)?",
        rf"there are (?P<count>{_COUNTS}|\d) (?P<noun>[a-z]+s)\b.* "
        r"(?:under|behind|in|on|inside|below) each\b.* digit\b.*",
    )
)
_OWNED = re.compile(r"([a-z]+)'s\Z")
_NOBODY = frozenset({*PRONOUNS, *REFERENTS, *ORDINALS, "number", "today", "year", "let", "other", "one", "zero"})
_MANY = frozenset(["digit", "digits", "number", "numbers", "card", "figure"])


def carried(clauses: list[RawClause]) -> list[RawClause]:
    """The clauses with persons as names, and things in a row as ordinals."""
    return _in_a_row(_owned(clauses))


def _owned(clauses: list[RawClause]) -> list[RawClause]:
    """``Anna's digit is twice Ben's``: digits Anna and Ben."""
    owners: dict[str, str] = {}
    told = next((names for clause in clauses if (names := _choosing(clause))), {})
    for clause in clauses:
        for place, word in enumerate(clause.words[:-1]):
            held = _OWNED.match(word.text)
            if held and clause.words[place + 1].text in _MANY and word.text not in CONTRACTIONS:
                owners.setdefault(held.group(1), word.written[:-2])
    owners = {
        name: written
        for name, written in owners.items()
        if name not in _NOBODY and written[0].isupper() and len(name) > 1
    }
    owners = told | {name: written for name, written in owners.items() if name not in told}
    if not 1 < len(owners) < 11:
        return clauses
    if declaring := next((clause for clause in clauses if _declares(clause, owners)), None):
        named = {word.text: word.written for word in declaring.words if word.written[:1].isupper()}
        return [replace(one, words=tuple(_without_owned(one.words, named))) for one in clauses]
    out: list[RawClause] = []
    for clause in clauses:
        words = _without_owned(clause.words, owners)
        said = {word.text for word in words}
        if _choosing(clause):
            continue
        introducing = bool(said & _MANY) and (bool(said & set(_PEOPLE)) or len(said & set(owners)) > 1)
        if words != list(clause.words) or not introducing or not said & {"each", "all", "have", "has", "pick", "got"}:
            out.append(replace(clause, words=tuple(words)))
    listed = [part for name in owners.values() for part in (",", name)][1:]
    first = next(
        place
        for place, clause in enumerate(clauses)
        if any(_OWNED.match(word.text) for word in clause.words) or _choosing(clause)
    )
    return [
        *out[: min(first, len(out) - 1)],
        said_at(clauses[first], "digits", *listed),
        *out[min(first, len(out) - 1) :],
    ]


def _declares(clause: RawClause, owners: dict[str, str]) -> bool:
    """``There are three digits: Anna, Ben and Carl``: their names are declared already."""
    said = {word.text for word in clause.words}
    return bool(said & {"digits", "numbers"}) and not said & {"is", "has"} and set(owners) <= said


def _choosing(clause: RawClause) -> dict[str, str]:
    """The persons of ``Ali, Ben and Cleo each thought of a digit``, none in other sentences."""
    words = clause.words
    verb = next((place for place, word in enumerate(words) if word.text in _CHOOSING), 0)
    texts = [word.text for word in words[verb:]]
    chosen = texts[-1] in ("digit", "number") and texts[-2:-1] not in (["-"], ["digit"])
    if not verb or not chosen or not {"a", "one"} & set(texts) or len(texts) > 5 or "digit" in texts[:-1]:
        return {}
    if "and" not in [word.text for word in words[:verb]]:
        return {}
    listed = [word for word in words[:verb] if word.text not in (",", "and", "each", "have", "has", "all")]
    people = all(
        word.kind == "word" and word.written[0].isupper() and len(word.text) > 1 and word.text not in _NOBODY
        for word in listed
    )
    return {word.text: word.written for word in listed} if people and len(listed) > 1 else {}


_CHOOSING = words_of(
    "thought think thinks chose choose chooses picked pick picks hold holds has have got wrote write writes drew draw"
)
_PEOPLE = (
    "friends",
    "children",
    "people",
    "kids",
    "students",
    "pupils",
    "boys",
    "girls",
    "players",
    "brothers",
    "sisters",
)


def _without_owned(words: Sequence[Word], owners: dict[str, str]) -> list[Word]:
    out: list[Word] = []
    place = 0
    while place < len(words):
        word = words[place]
        held = _OWNED.match(word.text)
        if held and held.group(1) in owners:
            out.append(word._replace(text=held.group(1), written=word.written[:-2], end=word.end - 2))
            place += 1 + (place + 1 < len(words) and words[place + 1].text in _MANY)
            continue
        out.append(word)
        place += 1
    return out


def _in_a_row(clauses: list[RawClause]) -> list[RawClause]:
    """``Three cards show a digit each``: three digits, and *the second card* is the second digit."""
    for place, clause in enumerate(clauses):
        if not any(word.text in ("digit", "digits", "number", "numbers", "row", "line") for word in clause.words):
            continue
        line = line_of(simplify(clause.words, {}))
        found = next((one for pattern in _SAYING if (one := pattern.fullmatch(line))), None)
        if found is None or found.group("noun") in ("numbers", "digits", "letters", "codes"):
            continue
        said = said_at(clause, "there", "are", found.group("count"), "digits")
        rules_ = _ordinals_of(re.sub(r"(?<=x|h|s)es$|s$", "", found.group("noun")), found.group("noun"))
        rest = [replace(one, words=tuple(apply(simplify(one.words, {}), rules_))) for one in clauses[place + 1 :]]
        return [*clauses[:place], said, *(one for one in rest if one.words)]
    return clauses


def _ordinals_of(noun: str, nouns: str) -> Table:
    on = "(?:under|on|in|behind|inside|below|at|of)"
    return rules(
        rf"""
{noun} :: (?:digits|numbers) {on} (?:the )?(#ord) {noun} and (?:{on} )?(?:the )?(#ord) {noun} -> the \1 and \2 digits
{noun} {nouns} :: (?:digits|numbers) {on} (?:the )?(#ord) and (?:the )?(#ord) (?:{noun}|{nouns}) -> the \1 and \2 digits
{noun} :: (?:digit|number) {on} (?:the )?(#ord|left|right|leftmost|rightmost) {noun} -> the \1 {noun}
{noun} :: ^(?:each|every) {noun} (?:shows|carries|bears|holds|hides|has) (?:a|one) (?:single )?(?:digit|number)$ ->
{noun} :: (?:the )?left {noun} -> the first digit
{noun} :: (?:the )?right {noun} -> the last digit
{noun} :: (#ord) {noun} (?:shows|carries|bears|holds|hides) -> \1 digit is
{noun} :: (#ord) {noun} (?:has|contains) (?=(?:a |an )?(?:#num|#adj)(?: |$)) -> \1 digit is
{noun} :: (#ord) {noun} -> \1 digit
{noun} :: {noun} (\d+) -> digit \1
{noun} :: (no|every|each) {noun} (?:shows|hides|has|carries|bears|holds) -> \1 digit is
{nouns} :: (?:digits|numbers) {on} (?:the )?other (?:#num )?{nouns} -> other digits
{nouns} :: (?:digits|numbers) {on} (?:the )?(?:#num )?{nouns} -> digits
{nouns} :: (?:the |all )?(?:#num )?{nouns} (?=add|are|show|total|sum) -> the digits
"""
    )
