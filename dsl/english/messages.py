"""What is told of a sentence that has no reading: the furthest word, what would fit, the sentence mended by a word."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import TypeAlias

from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake, closest, likely_typo
from oedipus.dsl.english.reading import English, Option, Unread
from oedipus.dsl.reader import Word
from oedipus.dsl.spans import Span

_CLASSES = {
    "NUM": "a number", "NAME": "a name", "ORD": "first, second, tens …", "NEW": "a new name", "NAMED": "a name",
    "VALUE": "a value", "ADJ": "odd, even, prime …", "KIND": "prime, square …", "REL": "larger than, at least …",
    "STRING": '"a path"',
    "IS": "is", "ARE": "are", "HAVE": "has", "AND": "and", "OR": "or",
}  # fmt: skip
_NEUTRAL = frozenset(
    "the a an is was were are of to in on at his her my i he she it and with for from by who has have had that "
    "this as its their our your".split()
)
_PUT = ("is", "are", "the", "than", "of", "to", "and", "digit", "by", "has", "as", ",")
_NEEDLESS = frozenset("the a an of is are has that digit digits number , = to than by as".split())
"""Words that may be left out of a sentence without changing what it denies or counts."""
Sound: TypeAlias = Callable[[Option], bool]
REPAIRS = 10
"""How many sentences of a file are tried to be mended."""
TRIED = 40
"""Changes of a sentence tried."""


def explain_unread(unread: Unread, english: English, mend: bool = True, sound: Sound = bool) -> list[Mistake]:
    """The mistakes of a sentence without a reading; ``mend`` tells whether to look for one that has a reading, which
    is ``sound`` where the compiler could take it."""
    words, at = unread.words, unread.chart.far
    known = english.lexicon.all_words() | english.declared.names()
    strange = [word for word in words if _strange(word, known, english)]
    if strange:
        found = [_unknown(word, known, unread) for word in strange]
        typos = [one for one in found if one.diagnostic.suggestion]
        return typos if len(typos) == len(found) else found[:1]
    repair = next(repairs(unread, english, sound), "") if mend else ""
    help_ = f"this would be understood: '{repair}'" if repair else _named(words, at, english) or _fitting(unread)
    if at >= len(words):
        end = words[-1].end
        return [Mistake("E202", Span(end, end), "the sentence ends too soon", help_)]
    return [Mistake("E201", words[at].span, f"'{words[at].written}' cannot stand here", help_)]


def _named(words: Sequence[Word], at: int, english: English) -> str:
    """That a name has no article, where that is what stands in the way."""
    if not 0 < at < len(words) or words[at - 1].text != "the" or words[at].text not in english.declared.variables:
        return ""
    name = words[at].text
    kind = english.declared.variables[name].kind
    return f"'{name}' is a name: write it without 'the', or 'the {kind} {name}'"


def _unknown(word: Word, known: set[str] | frozenset[str], unread: Unread) -> Mistake:
    near = closest(word.text, known)
    typo = bool(near) and likely_typo(word.text, near)
    help_ = f"did you mean '{near}'?" if typo else _fitting(unread)
    return Mistake("E102", word.span, f"'{word.written}' has no meaning here", help_, near if typo else "")


def _strange(word: Word, known: set[str] | frozenset[str], english: English) -> bool:
    plain = word.kind == "word" and len(word.text) > 1 and word.text not in known
    return plain and not english.declared.spells(word.text)


def _fitting(unread: Unread) -> str:
    """The words that would fit at the furthest place."""
    awaited = unread.chart.awaiting()
    told = [_CLASSES[one] for one in _CLASSES if one in awaited]
    plain = sorted(word for word in awaited if word.isalpha() and word.islower() and len(word) > 1)
    said = list(dict.fromkeys([*told[:5], *plain]))[:8]
    return f"what fits there: {', '.join(said)}" if said else "docs/language.md shows what can be said"


def repairs(unread: Unread, english: English, sound: Sound) -> Iterator[str]:
    """The sentence with one word put in, left out or exchanged near the furthest place, where that can be read."""
    words, at = list(unread.words), unread.chart.far
    awaited = sorted(word for word in unread.chart.awaiting() if word.isalpha() and word.islower())
    tried = 0
    for place, removed, added in _changes(words, at, awaited):
        tried += 1
        if tried > TRIED:
            return
        new = [words[place]._replace(kind="word", text=added, written=added)] if added and words else []
        if place >= len(words):
            return
        changed = [*words[:place], *new, *words[place + removed :]]
        if not changed:
            continue
        if _possible(changed, english, sound):
            yield " ".join(word.written for word in changed).replace(" ,", ",").replace(" 's", "'s")


def _possible(words: Sequence[Word], english: English, sound: Sound) -> bool:
    """Whether a sentence has a reading that declares what can be declared and states what can be computed."""
    try:
        options = english.options(words)
    except (Unread, Mistake):
        return False
    for option in options:
        declared = deepcopy(english.declared)
        try:
            for body in option.bodies:
                declared.add(body)
        except Mistake:
            continue
        if option.bodies and any(isinstance(one, s.Declare | s.DeclareNumber) for one in option.bodies):
            return True
        if sound(option):
            return True
    return False


def _changes(words: Sequence[Word], at: int, awaited: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Places, how many words go, and the word that comes: likely ones first."""
    if at < len(words):
        near = closest(words[at].text, awaited)
        if near:
            yield at, 1, near
        for word in _PUT:
            yield at, 0, word
        if words[at].text in _NEEDLESS:
            yield at, 1, ""
    if 0 < at <= len(words) and words[at - 1].text in _NEEDLESS:
        yield at - 1, 1, ""
    if at < len(words):
        for word in awaited:
            yield at, 0, word


def story_reason(words: Sequence[Word], english: English) -> str:
    """The word for which a sentence cannot be left out as a story; empty where there is none."""
    names = english.declared.names()
    if [word.text for word in words[:2]] in (["i", "am"], ["i'm"]) or words[0].text in ("it", "they", "i'm"):
        return words[0].written
    for word in words:
        if word.text in names or word.kind in ("number", "ordinal", "string"):
            return word.written
        if word.kind == "symbol" and word.text not in (",", ":", "'", "-"):
            return word.written
        if word.kind == "word" and word.text not in _NEUTRAL and english.lexicon.telling(word.text):
            return word.written
    return ""
