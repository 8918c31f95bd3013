"""What English leaves out or negates as a whole, written out before anything is read.

``so is b`` repeats a predicate, ``not both`` denies two things together. Where the words left
out cannot be told for sure, the clause is refused: a wrong reading is worse than none.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.phrases import NUMBER_WORDS
from oedipus.dsl.reader import Word

_BE = frozenset(["is", "are", "am"])
_VERBS = frozenset(["leave", "leaves", "is", "has", "gives", "i", "it"])
_STOPS = frozenset([",", "and", "or", "but", "then", "if", "iff", "nor"])
_ADDING = frozenset(["add", "adds", "added", "adding", "sum", "multiply", "multiplied", "taken", "put", "multiplies"])
_ACTING = frozenset(["has", "have", "=", "add", "adds", "equals", "equal", "differ", "differs", "ends", "contains"])
MOST_REPEATS = 8
"""How often one clause may repeat a predicate without saying it."""
_FULL = "say it in full: 'a is odd and b is odd'"


def written_out(words: Sequence[Word], names: Mapping[str, Any]) -> list[Word]:
    """The words of a clause with what is left out put in. Raises :class:`Mistake` where it is not clear."""
    out = _definite(list(words), len(names))
    if any(name in names for name in ("together", "both", "so", "too", "only")):
        return out
    for step in (
        _divide_me,
        _divided_by,
        _not_the_case,
        _no_digit,
        _no_two,
        _not_both,
        _nor_is_it,
        _so_is,
        _is_not,
        _too,
        _together,
    ):
        out = step(out)
    return out


def _texts(words: Sequence[Word]) -> list[str]:
    return [word.text for word in words]


def _at(place: Word, *texts: str) -> list[Word]:
    return [Word("symbol" if text in "()," else "word", text, text, place.start, place.start) for text in texts]


def _copied(words: Sequence[Word], place: Word) -> list[Word]:
    return [word._replace(start=place.start, end=place.start) for word in words]


def _until(words: Sequence[Word], start: int, stops: frozenset[str]) -> int:
    return next((place for place in range(start, len(words)) if words[place].text in stops), len(words))


def _definite(words: list[Word], known: int) -> list[Word]:
    """``The three digits add up to 6``: all there are; of named digits the count has to be theirs."""
    match _texts(words[:3]):
        case ["the", count, "digits" | "numbers"] if count in NUMBER_WORDS and known in (0, NUMBER_WORDS[count]):
            return [words[0], *words[2:]]
    return words


def _divide_me(words: list[Word]) -> list[Word]:
    """``When you divide me by 7, the remainder is 3``: divided, it leaves that."""
    texts = _texts(words)
    if texts[:1] in (["when"], ["if"]) and texts[2:5] == ["divide", "me", "by"] and "remainder" in texts[6:9]:
        return [words[0], *_at(words[1], "i", "am", "divided"), *words[4:]]
    return words


def _divided_by(words: list[Word]) -> list[Word]:
    """``divided by 3 and by 5`` has the remainder for both; ``divided by 3 and remainder 2`` is refused."""
    texts = _texts(words)
    if "divided" not in texts:
        return words
    after = texts.index("divided") + 2
    for place in range(after, len(words) - 1):
        rest = texts[place:]
        if rest[0] == "and" and "remainder" in rest[1:4] and "divided" in rest and not _VERBS & set(rest):
            return [*words[: place + 1], *_at(words[place], "leaves"), *_divided_by(words[place + 1 :])]
    return [
        word
        for place, word in enumerate(words)
        if not (place > after and word.text == "by" and texts[place - 1] in ("and", "or", ","))
    ]


def _not_the_case(words: list[Word]) -> list[Word]:
    """``It is not the case that F``: not (F)."""
    texts = _texts(words)
    for place in range(len(words) - 5):
        if texts[place : place + 4] == ["it", "is", "not", "the"] and texts[place + 4 : place + 6] == ["case", "that"]:
            start = place + 6
        elif texts[place : place + 5] == ["it", "is", "not", "true", "that"]:
            start = place + 5
        else:
            continue
        whole = frozenset(["then", "with"]) if place == 0 else frozenset(["then", ",", "with"])
        stop = _until(words, start, whole)
        if start >= stop:
            return words
        inner = [*_at(words[place], "not", "("), *words[start:stop], *_at(words[stop - 1], ")")]
        return [*words[:place], *inner, *words[stop:]]
    return words


def _no_digit(words: list[Word]) -> list[Word]:
    """``do not contain the digit 0``, ``contains the digit 7``: the numeral alone says it."""
    texts = _texts(words)
    for place in range(2, len(words) - 1):
        said = texts[place - 1 : place + 1] == ["the", "digit"] and words[place + 1].kind == "number"
        if said and texts[place - 2] in ("contain", "contains", "have", "has"):
            if texts[place - 3 : place - 2] == ["not"]:
                return [*words[: place - 4], *_at(words[place], "has", "no"), *words[place + 1 :]]
            return [*words[: place - 1], *words[place + 1 :]]
    return words


def _no_two(words: list[Word]) -> list[Word]:
    """``No two digits are both odd``: at most one is."""
    match _texts(words):
        case ["no", "two", "digits" | "numbers" | "letters", "are", "both", *_]:
            return [*_at(words[0], "at", "most", "one", "digit", "is"), *words[5:]]
        case ["no", "two", "of", "the", "digits" | "numbers" | "letters", "are", "both", *_]:
            return [*_at(words[0], "at", "most", "one", "digit", "is"), *words[7:]]
    return words


def _not_both(words: list[Word]) -> list[Word]:
    """``S is not both P and Q``: not (S is P and Q)."""
    texts = _texts(words)
    for place in range(2, len(words) - 1):
        if texts[place - 1 : place + 1] != ["not", "both"] or texts[place - 2] not in _BE:
            continue
        first = max((at + 1 for at in range(place) if texts[at] in ("if", "then", ",", "that", "or")), default=0)
        stop = _until(words, place, frozenset([",", "then", "but"]))
        ands = [at for at in range(place, stop) if texts[at] == "and"]
        wanted = 0 if texts[place - 2] == "are" and "and" in texts[first:place] else 1
        if len(ands) > wanted:
            stop = ands[wanted]
        said = [*words[first : place - 1], *words[place + 1 : stop]]
        return [*words[:first], *_at(words[first], "not", "("), *said, *_at(words[stop - 1], ")"), *words[stop:]]
    return words


def _so_is(words: list[Word]) -> list[Word]:
    """``a is odd and so is b``: and b is odd; ``nor is b``: and b is not."""
    texts = _texts(words)
    for place in range(1, len(words) - 2):
        so = (
            texts[place] in ("so", "nor", "as", "neither")
            and texts[place + 1] in _BE
            and texts[place - 1] in ("and", "then", ",")
        )
        behind = words[place + 2]
        predicate = texts[place] == "neither" and (behind.kind == "number" or behind.text in NUMBER_WORDS)
        if not so or predicate or texts[0] == "if":
            continue
        stop = _until(words, place + 2, frozenset([",", "then", "but"]))
        before = place - 1 - (texts[place - 2] == ",")
        link = _at(words[place - 1], texts[place - 1] if texts[place] == "so" and texts[place - 1] != "," else "and")
        said = _predicate(words[:before], words[place])
        said[0] = words[place + 1]
        return [*words[:before], *link, *words[place + 2 : stop], *_copied(said, words[stop - 1]), *words[stop:]]
    return words


def _nor_is_it(words: list[Word]) -> list[Word]:
    """``is not larger than 4, nor is it odd``: and is not odd."""
    texts = _texts(words)
    for place in range(1, len(words) - 3):
        if texts[place] == "nor" and texts[place + 1] in _BE and texts[place + 2] in ("it", "i", "they"):
            before = place - (texts[place - 1] == ",")
            return [*words[:before], *_at(words[place], "and", "is", "not"), *words[place + 3 :]]
    return words


def _too(words: list[Word]) -> list[Word]:
    """``a is odd and b too``: and b is odd."""
    texts = _texts(words)
    if not words or texts[-1] not in ("too", "also"):
        return words
    start = max((place + 1 for place, text in enumerate(texts) if text in _STOPS), default=0)
    if start and start < len(words) - 1 and not _BE & set(texts[start:]) and not _ACTING & set(texts):
        stop = start - 1 - (texts[start - 2] == ",")
        return [*words[:-1], *_copied(_predicate(words[:stop], words[-1]), words[-1])]
    return words


def _predicate(before: Sequence[Word], place: Word) -> list[Word]:
    """From its verb on, what the clause before says. Raises :class:`Mistake` where it says several things."""
    texts = _texts(before)
    verbs = [at for at, text in enumerate(texts) if text in _BE]
    if len(verbs) != 1 or {"or", "but", "then", "its", "it"} & set(texts):
        raise Mistake("E201", place.span, "it is not clear what this repeats", _FULL)
    said = list(before[verbs[0] :])
    if "and" in _texts(said) or "," in _texts(said):
        raise Mistake("E201", place.span, "it is not clear what this repeats", _FULL)
    return said


def _together(words: list[Word]) -> list[Word]:
    """``a and b together are 10``: their sum."""
    texts = _texts(words)
    if "together" not in texts[1:] or _ADDING & set(texts) or "taken" in texts:
        return words
    place = texts.index("together")
    verb = next((at for at in range(place) if texts[at] in _BE or texts[at] in ("as", "than", "has", "=")), -1)
    plain = [*words[:place], *words[place + 1 :]]
    if verb < 0 and not {"if", "or", "then"} & set(texts[:place]):
        return [*_at(words[0], "sum", "of"), *plain]
    last = max((at for at in range(place) if texts[at] in ("as", "than")), default=-1)
    if last >= 0:
        return [*words[: last + 1], *_at(words[last], "sum", "of"), *plain[last + 1 :]]
    raise Mistake("E201", words[place].span, "it is not clear what is added here", "write 'the sum of a and b'")


def _is_not(words: list[Word], left: int = MOST_REPEATS) -> list[Word]:
    """``a is odd, but b is not``: the predicate before, denied; ``but b is``: said."""
    texts = _texts(words)
    for place in range(2, len(words)):
        if texts[place] not in _BE or place < 4:
            continue
        denied = texts[place + 1 : place + 2] == ["not"]
        end = place + 1 + denied
        if texts[end : end + 1] not in ([], [","], ["and"], ["but"], ["then"]):
            continue
        start = max(
            (at + 1 for at in range(place) if texts[at] in (",", "and", "but", "then", "if", "while")), default=0
        )
        stop = start - 1
        while stop > 0 and texts[stop - 1] in (",", "and", "but", "then"):
            stop -= 1
        verbs = [at for at in range(stop) if texts[at] in _BE]
        if start < 2 or not verbs or start == place:
            continue
        first = verbs[-1] + 1 + (texts[verbs[-1] + 1 : verbs[-1] + 2] == ["not"])
        said = _copied(words[first:stop], words[end - 1])
        if not said or {"and", "or", ","} & set(_texts(said)):
            raise Mistake("E201", words[place].span, "it is not clear what this repeats", _FULL)
        return _is_not([*words[:end], *said, *words[end:]], left - 1) if left else words
    return words
