"""Turns of phrase said in plainer words first: what people write, what the grammar reads.

Each line maps words (fillers dropped, ``x/y`` alternatives, ``?`` optional) to
other words at the same place; an empty right side drops them.
"""

from collections.abc import Container, Sequence
from functools import cache

from oedipus.dsl.phrases import expand
from oedipus.dsl.reader import Word

_TURNS = """
if and only if -> iff
only if/when -> implies
not as large/big/great/high/old as -> less than
not as small/low/young as -> greater than
from left to right ->
from right to left -> reversed order
when read/reading from left to right ->
in total/all ->
of course ->
from/to? each other ->
from/to? one another ->
unless -> if not
get/gets/become/becomes larger/bigger/greater -> increase
get/gets/become/becomes smaller -> decrease
lie/lies/fall/falls between -> is between
lie/lies/fall/falls strictly between -> is strictly between
can be evenly? divided evenly? by -> is divisible by
but not by -> but not divisible by
and not by -> and not divisible by
and by -> and divisible by
or by -> or divisible by
number/result formed/obtained/made by reversing/swapping/interchanging my/its/their? digits -> reversed number
number/result you/we get/obtain by reversing/swapping/interchanging my/its/their/your? digits -> reversed number
if/when my/its/their? digits are reversed/swapped/switched/interchanged , number/result is -> reversed number is
if/when my/its/their? digits are reversed/swapped/switched/interchanged , new/resulting number is -> reversed number is
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits , number/result is -> reversed number is
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits , new/resulting number is -> reversed number is
of mine ->
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits , you/we get number? -> reversed number is
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits , you/we get another -> reversed number is
together ->
at all ->
if/when you/we add up? -> total of
if/when i am/is added to -> plus
adding up? -> total of
if/when you/we multiply -> product of
multiplying -> product of
if/when you/we double -> twice
doubling -> twice
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits -> reversed number
if/when my/its? digits are reversed/swapped/switched/interchanged -> reversed number
if/when i am reversed -> reversed number
reversing/swapping my/its? digits -> reversed number
you/we get/obtain number? -> is
result is -> is
i become number? -> is
gives/give number? -> is
i increase/grow by -> is i plus
i decrease/shrink by -> is i minus
number increases/grows by -> is i plus
number decreases by -> is i minus
it increases by -> is i plus
it decreases by -> is i minus
original number? -> whole number
new number -> reversed number
if/when you/we divide me by -> remainder when i is divided by
i leave -> i leaves
leave remainder -> leaves remainder
stand/stands for -> are
represents/represent -> are
reads/read same forwards/forward and backwards/backward -> is palindrome
reads/read same backwards/backward and forwards/forward -> is palindrome
reads/read same backwards/backward -> is palindrome
is/am same forwards/forward and backwards/backward -> is palindrome
reads/read same in both directions/ways -> is palindrome
is/are odd or even -> is odd or even
is used only? once -> is different
appears only? once -> is different
occurs only? once -> is different
have same value -> are equal
have different values -> are different
i must be -> i am
as many as -> same as
"""


@cache
def _turns() -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in _TURNS.strip().splitlines():
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
    words = _added(_not_both(words))
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
