"""Turns of phrase said in plainer words first: what people write, what the grammar reads.

The turns themselves are the lines of the files in turns/.
"""

from collections.abc import Container, Sequence
from functools import cache

from oedipus.dsl.calculations import calculated
from oedipus.dsl.deeds import deeds_told
from oedipus.dsl.patterns import apply, lines, table
from oedipus.dsl.phrases import expand
from oedipus.dsl.reader import Word

_PHRASES = table("phrases")
_QUANTITIES = table("quantities")


@cache
def _turns() -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in lines("plain"):
        left, right = line.split("->")
        for phrase in expand(left.strip()):
            table.setdefault(phrase, tuple(right.split()))
    return table


@cache
def _starts() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in _turns())


def rewrite(words: Sequence[Word], names: Container[str]) -> list[Word]:
    """The words with every turn of phrase replaced, longest first, but for declared names.

    Places stay those of the text.
    """
    out: list[Word] = []
    place = 0
    said = apply(apply(deeds_told(_not_both(words)), _QUANTITIES, names), _PHRASES, names)
    words = calculated(_added(said), names)
    while place < len(words):
        length, plain = _longest(words, place, names) if words[place].text in _starts() else (0, ())
        if not length:
            out.append(words[place])
            place += 1
            continue
        start, end = words[place].start, words[place + length - 1].end
        out += [Word("word", text, text, start, end) for text in plain]
        place += length
        if not plain and out and out[-1].text == "," and place < len(words) and words[place].text == ",":
            out.pop()
            place += 1
    return out


def _not_both(words: Sequence[Word]) -> Sequence[Word]:
    """``… or …, but not both`` is ``either … or …``; ``both`` is dropped before."""
    if [word.text for word in words[-2:]] != ["but", "not"] or len(words) < 4:
        return words
    rest = words[:-3] if words[-3].text == "," else words[:-2]
    first = rest[0]
    if first.text == "either" or "or" not in [word.text for word in rest]:
        return rest if first.text == "either" else words
    return [Word("word", "either", "", first.start, first.start), *rest]


_BACKWARD = frozenset(["reversed", "reverse", "interchanged", "swapped", "switched", "exchanged"])


def _added(words: Sequence[Word]) -> Sequence[Word]:
    """``if 27 is added to the number, the digits are reversed`` says what the reverse is."""
    texts = [word.text for word in words]
    match texts:
        case [
            "if" | "when",
            _,
            "is",
            ("added" | "subtracted") as done,
            "to" | "from",
            "number" | "me" | "it",
            *rest,
        ] if _BACKWARD & set(rest):
            sign = "plus" if done == "added" else "minus"
            at = words[5]._replace(text="me")
            said = [Word("word", text, text, at.start, at.end) for text in (sign, "is", "reversed", "number")]
            return [at, said[0], words[1], *said[1:]]
    return words


def _longest(words: Sequence[Word], place: int, names: Container[str]) -> tuple[int, tuple[str, ...]]:
    texts = tuple(word.text for word in words[place : place + 12])
    for length in range(len(texts), 0, -1):
        found = _turns().get(texts[:length])
        if found is not None and not any(text in names and len(text) > 1 for text in texts[:length]):
            return length, found
    return 0, ()
