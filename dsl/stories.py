"""The story around a code told away: whose it is and what it opens says nothing of its digits."""

from collections.abc import Container, Sequence

from oedipus.dsl.reader import Word

_THINGS = frozenset(
    ["padlock", "lock", "safe", "vault", "door", "alarm", "suitcase", "briefcase", "phone", "strongbox", "locker"]
)
_BEFORE = frozenset(["bike", "bicycle", "bank", "front", "garage", "school", "gym", "hotel", "old", "new", "wall"])
_DETERMINERS = frozenset(["a", "an", "the", "my", "your", "his", "her", "our", "this"])
_CODES = frozenset(["code", "combination", "pin", "password"])


def plain_story(words: Sequence[Word], names: Container[str]) -> list[Word]:
    """``a safe has a code …`` as ``there is a code …``, ``the code to the safe`` as ``the code``."""
    if any(name in names for name in (*_THINGS, *_BEFORE)):
        return list(words)
    out: list[Word] = []
    place = 0
    while place < len(words):
        stop = _thing(words, place + 1) if words[place].text in ("to", "of", "for", "on") and _codes(out) else 0
        if not stop:
            out.append(words[place])
            stop = place + 1
        place = stop
    return _owned(out)


def _codes(words: Sequence[Word]) -> bool:
    return bool(words) and words[-1].text in _CODES


def _thing(words: Sequence[Word], start: int) -> int:
    """The place behind ``my bike lock`` that starts at ``start``, 0 where nothing of the kind stands there."""
    place = start + (start < len(words) and words[start].text in _DETERMINERS)
    while place < len(words) and words[place].text in _BEFORE:
        place += 1
    return place + 1 if place < len(words) and words[place].text in _THINGS else 0


def _owned(words: list[Word]) -> list[Word]:
    stop = _thing(words, 0)
    first = words[0] if words else None
    texts = [word.text for word in words]
    if first is not None and stop and texts[stop : stop + 1] == ["has"] and _CODES & set(texts[stop:]):
        return [*_there_is(first), *words[stop + 1 :]]
    is_code = texts[1:2] and texts[1] in _CODES and texts[2:5] in (["is", "a", "code"], ["is", "a", "combination"])
    if first is not None and is_code and texts[0] in ("my", "the", "our"):
        return [*_there_is(first), *words[3:]]
    return words


def _there_is(first: Word) -> list[Word]:
    return [Word("word", text, text, first.start, first.end) for text in ("there", "is")]


def widened(words: Sequence[Word]) -> list[Word]:
    """``I am an even number between 20 and 40`` with the number of digits that its bounds have.

    Unchanged where it names no two bounds, or bounds of different lengths.
    """
    texts = [word.text for word in words]
    start = 2 + (texts[2:3] in (["a"], ["an"]))
    bounds = [word for word in words if word.kind == "number" and word.text.isdecimal()]
    told = texts[:2] == ["i", "am"] and "digit" not in texts and "number" in texts
    if not told or len(bounds) != 2 or len({len(one.text) for one in bounds}) != 1 or not _bounded(texts):
        return list(words)
    at = words[start - 1]
    width = Word("number", str(len(bounds[0].text)), at.written, at.end, at.end)
    return [*words[:start], width, Word("word", "digit", at.written, at.end, at.end), *words[start:]]


def _bounded(texts: Sequence[str]) -> bool:
    """Whether a number is said to be between two others, with nothing left open."""
    place = next(one for one, text in enumerate(texts) if text == "number")
    match list(texts[place + 1 :]):
        case ["between", low, "and", high]:
            return low.isdecimal() and high.isdecimal()
        case [more, "than", low, "and" | "but", less, "than", high]:
            return more in _MORE and less in _LESS and low.isdecimal() and high.isdecimal()
    return False


_MORE = frozenset(["greater", "larger", "more", "bigger", "higher"])
_LESS = frozenset(["less", "smaller", "lower"])
