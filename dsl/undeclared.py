"""Riddles that declare nothing: what they speak of is declared for them, with the warning W703."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from oedipus.dsl import syntax as s
from oedipus.dsl.english.lexicon import NUMBERS, spelt
from oedipus.dsl.reader import RawClause, Word
from oedipus.dsl.spans import Span

Found = Iterator[tuple[s.Body, RawClause]]
_CODES = frozenset(["code", "codes", "pin", "password", "passcode", "combination"])
_HAVING = frozenset(["of", "with", "has", "have", "having"])
_PLACES = {"ones": 0, "units": 0, "unit": 0, "tens": 1, "hundreds": 2, "thousands": 3}


def inferred(raw: Sequence[RawClause]) -> list[tuple[s.Body, RawClause]]:
    """What is spoken of though nothing declares it, and the clause that does so."""
    for look in (_letters, _mentioned, _carried, _guessed, _places, _bounds):
        found = list(look(raw))
        if found:
            return found
    return []


def _texts(clause: RawClause) -> list[str]:
    return [word.text for word in spelt(clause.words, {})]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else NUMBERS.get(text)


def _span(words: Sequence[Word]) -> Span:
    return words[0].span.to(words[-1].span)


def _mentioned(raw: Sequence[RawClause]) -> Found:
    """``a three-digit number``, ``a code of four digits`` in the middle of a sentence."""
    for clause in raw:
        texts = [text for text in _texts(clause) if text != "-"]
        for at, text in enumerate(texts):
            count = _number(text)
            if count is None or not 1 <= count <= 12 or texts[at + 1 : at + 2] not in (["digit"], ["digits"]):
                continue
            rest, before = texts[at + 2 : at + 6], texts[max(0, at - 3) : at]
            if texts[at + 1] == "digit" and any(one.rstrip("s") in ("number", "integer", *_CODES) for one in rest):
                code = bool(_CODES & set(rest[:3]))
            elif (
                texts[at + 1] == "digits"
                and before[-1:]
                and before[-1] in _HAVING
                and (_CODES | {"number"}) & set(before)
            ):
                code = bool(_CODES & set(before))
            else:
                continue
            yield s.DeclareNumber(tuple(range(count))[::-1], code, span=clause.span), clause
            return


def _letters(raw: Sequence[RawClause]) -> Found:
    """``SEND + MORE = MONEY``: a digit for each letter."""
    letters: dict[str, None] = {}
    first: RawClause | None = None
    for clause in raw:
        texts = [word.text for word in clause.words]
        capitals = [
            word for word in clause.words if word.kind == "word" and word.written.isupper() and word.text != "i"
        ]
        equation = "=" in texts and any(text in "+-*" for text in texts)
        if equation and len(capitals) == sum(word.kind == "word" for word in clause.words):
            said = capitals
        else:
            named = [word for before, word in pairwise(clause.words) if before.text in ("number", "numbers")]
            said = [word for word in named if word in capitals and len(word.text) > 1]
        letters |= dict.fromkeys(letter for word in said for letter in word.written if letter.isalpha())
        first = first or (clause if said else None)
    if first is not None:
        yield s.Declare("digit", tuple(s.Name(one, first.span) for one in letters), span=first.span), first


def _carried(raw: Sequence[RawClause]) -> Found:
    """``Anna's digit``: a digit of that name for each who has one."""
    names: dict[str, s.Name] = {}
    first: RawClause | None = None
    for clause in raw:
        words = spelt(clause.words, {})
        for at, word in enumerate(words[:-1]):
            own = words[at + 1].text == "'s" and word.written[:1].isupper()
            if own and any(one.text in ("digit", "digits", "number") for one in words[at + 2 : at + 6]):
                first = first or clause
                names.setdefault(word.text, s.Name(word.written, word.span))
    if first is not None and len(names) > 1:
        yield s.Declare("digit", tuple(names.values()), span=first.span), first


def _guessed(raw: Sequence[RawClause]) -> Found:
    """``682: one digit is right``: a code of as many digits."""
    for clause in raw:
        texts = _texts(clause)
        guess = next((word.text for word in clause.words if word.kind == "number" and len(word.text) > 2), None)
        if (
            guess
            and guess.isdecimal()
            and {"correct", "right", "wrong", "hits", "bulls", "place", "position"} & set(texts)
        ):
            yield s.DeclareNumber(tuple(range(len(guess)))[::-1], True, span=clause.span), clause
            return


def _places(raw: Sequence[RawClause]) -> Found:
    """``My tens digit is 4``: a number with the places spoken of."""
    powers: list[int] = []
    first: RawClause | None = None
    for clause in raw:
        texts = [*_texts(clause), ""]
        for at, text in enumerate(texts[:-1]):
            if text in _PLACES and texts[at + 1] in ("digit", "digits", "place"):
                powers.append(_PLACES[text])
                first = first or clause
    if first is not None and max(powers) > 0:
        yield s.DeclareNumber(tuple(range(max(powers) + 1))[::-1], span=first.span), first


def _bounds(raw: Sequence[RawClause]) -> Found:
    """``I am greater than 40 but less than 50``: a number of as many digits as both bounds have."""
    for clause in raw:
        texts = _texts(clause)
        numbers = [int(word.text) for word in clause.words if word.kind == "number" and word.text.isdecimal()]
        about = {"i", "number"} & set(texts) and {"between", "greater", "more", "larger", "bigger", "less"} & set(texts)
        if about and len(numbers) > 1:
            low, high = min(numbers), max(numbers)
            widths = {len(str(low)), len(str(high - 1))}
            if len(widths) == 1 and high > 9:
                yield s.DeclareNumber(tuple(range(widths.pop()))[::-1], span=clause.span), clause
                return
