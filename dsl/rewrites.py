"""Turns of phrase said in plainer words first: what people write, what the grammar reads.

Each line maps words (fillers dropped, ``x/y`` alternatives, ``?`` optional) to
other words at the same place; an empty right side drops them.
"""

from collections.abc import Container, Sequence
from functools import cache

from oedipus.dsl.patterns import apply, rules
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

_GAPPED = rules(
    r"""
in at on :: (?:digit|number|figure|numeral) (?:that is )?(?:in|at|on) (?:#own )?(#place|#ord) #spot(?: digit)? -> \1 digit
place position spot slot column :: (#place|#ord) #spot (?:has|contains|holds) (#num) -> \1 digit is \2
in at :: (?:digit )?(#num) is (?:in|at) (?:#own )?(#place|#ord) #spot(?! or) -> \2 digit is \1
in at :: (?:digit )?(#num) is not (?:in|at) (?:#own )?(#place|#ord) #spot(?! or) -> \2 digit is not \1
in :: (?:digit )?(#num) in (?:#own )?(#place|#ord) (?:#spot|digit) -> \2 digit is \1
in :: (?:digit )?(#num) in middle -> middle digit is \1
with have has there :: (?:i have|it has|number has|has|there is|having) (#place|#ord|middle) digit is (?=#num) -> \1 digit is
with :: ,? with (#place|#ord|middle) digit is (?=#num) -> , where \1 digit is
tens hundreds thousands :: (?:i have|it has|number has|there are) (#num) (#more|#less) (#bare) than (#bare) -> \3 digit is \1 \2 than \4 digit
tens hundreds thousands :: (?:i have|it has|number has|there are) (#more|#less) (#bare) than (#bare) -> \2 digit is \1 than \3 digit
tens hundreds thousands :: (?:i have|it has|number has|there are) (twice|double|triple|half|\w+ times) as many (#bare) as (#bare) -> \2 digit is \1 \3 digit
tens hundreds thousands :: (?:i have|it has|number has|there are) (?:as many|same number of) (#bare) (?:as|and) (#bare) -> \1 digit is \2 digit
tens hundreds thousands :: (?:i have|it has|number has|has|there are) (#num) (#bare)(?! (?:digit|place|column|more|less)) -> \2 digit is \1
tens hundreds thousands ones :: (?<= is )(#num) , (#num) (#bare)(?! (?:digit|place)) -> \1 , \3 digit is \2
tens hundreds thousands ones :: (?<= is )(#num) (?:and|,|, and) (#num) (#bare)(?! (?:digit|place)) -> \1 , \3 digit is \2
that :: (twice|double|half|triple|thrice|times|than|half of|third of|as) that(?: number| digit| one)?$ -> \1 thereof
that :: (#num) (#more|#less)$ -> \1 \2
more :: there are more (#adj)(?: digits)? than (#adj) digits -> number of \1 digits is more than number of \2 digits
more :: (?:i|it|number|code) (?:have|has) more (#adj)(?: digits)? than (#adj) digits -> number of \1 digits is more than number of \2 digits
fewer :: there are fewer (#adj)(?: digits)? than (#adj) digits -> number of \1 digits is less than number of \2 digits
fewer :: (?:i|it|number|code) (?:have|has) fewer (#adj)(?: digits)? than (#adj) digits -> number of \1 digits is less than number of \2 digits
many same :: (?:there are|i have|it has|number has|code has) (?:as many|same as|same number of|equal number of) (#adj)(?: digits)? (?:as|and) (#adj) digits -> number of \1 digits is number of \2 digits
halfway midway :: (?:exactly )?(?:halfway|midway) between -> average of
largest biggest highest greatest :: is (?:largest|biggest|highest|greatest) odd (?:digit|single digit number)$ -> is 9
largest biggest highest greatest :: is (?:largest|biggest|highest|greatest) even (?:digit|single digit number)$ -> is 8
largest biggest highest greatest :: is (?:largest|biggest|highest|greatest) prime (?:digit|single digit number)$ -> is 7
smallest lowest least :: is (?:smallest|lowest|least) (?:even digit|digit possible|possible digit)$ -> is 0
smallest lowest least :: is (?:smallest|lowest|least) odd (?:digit|single digit number)$ -> is 1
smallest lowest least :: is (?:smallest|lowest|least) prime (?:digit|single digit number)$ -> is 2
largest biggest highest greatest :: is (?:largest|biggest|highest|greatest) (?:digit possible|possible digit|single digit number)$ -> is 9
same :: (?:have|has) same (#bare|#place|#ord) digit -> share \1 digit
used once :: ,? each (?:of which )?(?:is )?(?:used|appears|appearing|occurs|occurring) (?:exactly |only )?once -> , all different
all :: , all (?:of (?:them|which)|#own digits) (?:are )?different -> , all different
go goes going :: (?:go|goes|going|run|runs) up(?= |$) -> increase
go goes going :: (?:go|goes|going|run|runs) down(?= |$) -> decrease
get gets :: (?:get|gets) (?:larger|bigger|greater) -> increase
use uses using :: (?:do|does) not use digits? (#num) -> has no \1
use uses using :: (?:i|it|number|code) (?:use|uses) (?=digits?|#num) -> i has
other :: (#adj) (?:number|digit) other than (#num) -> \1 and not \2
begins begin start starts leading zeros zero :: (?:none of (?:words|numbers)|no (?:word|number)) (?:begins|begin|starts|start) with (?:zero|0) -> noleadingzero
leading first :: (?:leading zeros?|leading 0s?|zeros? at beginning) (?:is|are) not (?:allowed|permitted) -> noleadingzero
leading first :: no leading (?:zeros?|0s?)(?: (?:is|are) allowed)? -> noleadingzero
leading first :: (?:there are )?no leading (?:zeros?|0s?) -> noleadingzero
leading first :: (?:first|leading) (?:digit|letter) of (?:each|every|any) (?:word|number) (?:is|cannot be|can not be) (?:not )?(?:zero|0) -> noleadingzero
quotient ratio :: (?:quotient|ratio) of (#digit) (?:and|to|by|divided by) (#digit) -> ( \1 / \2 )
root :: square root of -> sqrt of
ranging :: ranging from -> from
fit :: (?:i|it|number) (?:can be found|lies|lie|falls|fall|sits|is located|is found) (?=between|in) -> i is
"""
)


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
    words = apply(_added(_not_both(words)), _GAPPED, names)
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
