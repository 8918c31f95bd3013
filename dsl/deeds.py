"""What is done to a number's digits, told as a deed: ``if its last digit is moved to the front, it doubles``.

A deed is found wherever it stands in a clause and becomes one word, the number
changed, of which the rest of the clause speaks. It stands in one of three frames:

- the deed, then what comes of it: ``if … , the new number is three times the old one``;
- what comes of it, then the deed: ``it becomes 9 larger when …``;
- the number that it makes: ``the number obtained by …``, ``the number with …``.
"""

import re
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from oedipus.dsl.changes import MIDDLE, Change, written
from oedipus.dsl.clauses import line_of
from oedipus.dsl.patterns import GAPS
from oedipus.dsl.phrases import NUMBER_WORDS, ORDINALS, PLACES, PLURAL_NUMBERS
from oedipus.dsl.reader import Word

_NUM, _MORE, _LESS = GAPS["num"], GAPS["more"], GAPS["less"]
_SIDES: Mapping[str, int] = {
    "leading": 1, "leftmost": 1, "left": 1, "left hand": 1, "initial": 1,
    "final": -1, "rightmost": -1, "right": -1, "right hand": -1, "unit": -1, "last": -1, "middle": MIDDLE,
}  # fmt: skip
_OWN = rf"(?:(?:{GAPS['own']}|his|her) )?"
_OF = r"(?: (?:of|from|in) (?:me|it|number|code|original number|[a-z]))?"
_WHOLE = r"(?:number|it|me|i|code|original number|whole number|result)"
_FRONT = r"(?:very )?(?:front|beginning|start|left|left end|far left|extreme left|left side|left hand side|head|first place|first position|leftmost place)"  # noqa: E501
_BACK = r"(?:very )?(?:end|back|right|right end|far right|extreme right|right side|right hand side|tail|last place|last position|units place|ones place|unit place|rightmost place)"  # noqa: E501
_REST = r"(?:rest|others|(?:other|remaining|rest of) (?:(?:two|three|four|five) )?(?:digits?|number)|remaining ones|other one|other)"  # noqa: E501
_PLACES = sorted((*PLACES, *(f"{name}'s" for name in PLACES)), key=len, reverse=True)
_BE = r"(?:is|are|was|were|be|being|has been|am) (?:now |then )?"


def _which(name: str) -> str:
    """One digit by its place; the group ``name`` keeps what tells it."""
    told = rf"(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)|{'|'.join(_PLACES)}|{'|'.join(_SIDES)})"
    return rf"{_OWN}(?P<{name}>{told})(?: (?:digits?|figures?|numeral|number|one))?(?: place| position)?(?: \d)?{_OF}"


class _Verb(NamedTuple):
    """The forms of one verb: to do, doing, done; what may stand behind it."""

    do: str
    done: str


def _verb(forms: str) -> _Verb:
    """The verb of lines ``move s ing d``: its forms by alternatives."""
    do, _, done = forms.partition(" / ")
    return _Verb(rf"(?:{do})", rf"(?:{done})")


_MOVE = _verb(
    "moves?|moving|moved|shifts?|shifting|shifted|transfers?|transferring|transferred|puts?|putting|places?|placing|placed|takes?|taking|brings?|bringing"
    " / moved|shifted|transferred|put|placed|taken|brought|carried"
)
_DROP = _verb(
    "removes?|removing|removed|erases?|erasing|erased|deletes?|deleting|deleted|drops?|dropping|dropped|omits?|omitting"
    "|cross(?:es|ing|ed)? (?:out|off)|strik(?:e|es|ing) (?:out|off)|leav(?:e|es|ing) (?:out|off)|tak(?:e|es|ing) (?:away|off)|rub(?:s|bing|bed)? (?:out|off)|discard(?:s|ing)?|cover(?:s|ing)?(?: up)?|chop(?:s|ping)? off|cut(?:s|ting)? off"  # noqa: E501
    " / removed|erased|deleted|dropped|omitted|crossed out|crossed off|struck out|struck off|left out|left off|taken away|taken off|rubbed out|rubbed off|discarded|covered|covered up|chopped off|cut off|lost"  # noqa: E501
)
_SWAP = _verb(
    "swaps?|swapping|swapped|exchang(?:e|es|ing|ed)|interchang(?:e|es|ing|ed)|switch(?:es|ing|ed)?|transpos(?:e|es|ing|ed)|revers(?:e|es|ing|ed)"
    " / swapped|exchanged|interchanged|switched|transposed|reversed|swapped round|swapped around|switched round|switched around"  # noqa: E501
)
_PUT = _verb(
    "puts?|putting|places?|placing|placed|writ(?:e|es|ing)|wrote|adds?|adding|added|append(?:s|ing|ed)?|attach(?:es|ing|ed)?|insert(?:s|ing|ed)?|adjoin(?:s|ing|ed)?|prefix(?:es|ing|ed)?|annex(?:es|ing|ed)?|affix(?:es|ing|ed)?"
    " / put|placed|written|added|appended|attached|inserted|adjoined|prefixed|annexed|affixed|tacked on|put in|written in"
)
_DIGIT = rf"(?:(?:digit|another|extra|single) )*(?P<n>{_NUM}s?)"
_MOVED_FROM = rf"(?: from (?:{_FRONT}|{_BACK})(?: of {_WHOLE})?)?"
_TO_FRONT = rf"(?:(?:in front of|before|ahead of|at front of|to left of) {_REST}|(?:to|at|in|into|on) {_FRONT}(?: of {_WHOLE})?|first)"
_TO_BACK = rf"(?:(?:behind|after|at end of|to right of) {_REST}|(?:to|at|in|into|on) {_BACK}(?: of {_WHOLE})?|last)"
_PUT_FRONT = rf"(?:(?:to|at|in|on) (?:{_OWN})?{_FRONT}(?: of {_WHOLE})?|in front(?: of {_WHOLE})?|before {_WHOLE}|to left of {_WHOLE})"
_PUT_BACK = (
    rf"(?:(?:to|at|in|on) (?:{_OWN})?{_BACK}(?: of {_WHOLE})?|behind(?: {_WHOLE})?|after {_WHOLE}|to right of {_WHOLE})"
)
_BETWEEN = rf"(?:in )?between (?:{_OWN}(?:two )?digits{_OF}|{_which('a')} and {_which('b')}|them)|in {_OWN}(?:middle|centre|center)(?: of {_WHOLE}| between {_OWN}(?:two )?digits)?"  # noqa: E501
_PAIR = rf"{_which('a')} and {_which('b')}|(?:positions|places) of {_which('c')} and {_which('d')}|{_OWN}(?P<e>first|last|middle|outer|end|outside) (?:two )?digits{_OF}"  # noqa: E501
_ALL = rf"(?:order of )?{_OWN}(?:two |three |four )?digits{_OF}(?: in order)?"


def _deeds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    each = rf"(?:each|every one|all|every) (?:of )?{_OWN}digits?{_OF}"
    told = (
        ("front", rf"{_MOVE.do} {_which('a')}{_MOVED_FROM} {_TO_FRONT}"),
        ("front", rf"{_which('a')} {_BE}{_MOVE.done}{_MOVED_FROM} {_TO_FRONT}"),
        ("front", rf"with {_which('a')} {_MOVE.done}{_MOVED_FROM} {_TO_FRONT}"),
        ("front", rf"{_which('a')} {_BE}{_DROP.done} and {_MOVE.done} {_TO_FRONT}"),
        ("back", rf"{_which('a')} {_BE}{_DROP.done} and {_MOVE.done} {_TO_BACK}"),
        ("back", rf"{_MOVE.do} {_which('a')}{_MOVED_FROM} {_TO_BACK}"),
        ("back", rf"{_which('a')} {_BE}{_MOVE.done}{_MOVED_FROM} {_TO_BACK}"),
        ("back", rf"with {_which('a')} {_MOVE.done}{_MOVED_FROM} {_TO_BACK}"),
        ("there", rf"(?:this|that|it|{_OWN}digit|digit)(?: digit)?(?: \d)? {_BE}{_MOVE.done}{_MOVED_FROM} (?:to|at) (?P<to>{_BACK}|{_FRONT})(?: of {_WHOLE})?"),  # noqa: E501
        ("there", rf"{_MOVE.do} (?:this|that|{_OWN}digit|digit|it)(?: digit)?(?: \d)?{_MOVED_FROM} (?:to|at) (?P<to>{_BACK}|{_FRONT})(?: of {_WHOLE})?"),  # noqa: E501
        ("drop", rf"{_DROP.do} {_which('a')}"),
        ("drop", rf"{_which('a')} {_BE}{_DROP.done}"),
        ("drop", rf"with {_which('a')} {_DROP.done}"),
        ("drop", rf"without {_which('a')}"),
        ("swap", rf"{_SWAP.do} (?:{_PAIR})"),
        ("swap", rf"{_SWAP.do} {_which('a')} with {_which('b')}"),
        ("swap", rf"(?:{_PAIR}) {_BE}{_SWAP.done}"),
        ("swap", rf"(?:{_PAIR}) (?:change|swap|exchange|switch) (?:places|positions|place)"),
        ("swap", rf"with (?:{_PAIR}) {_SWAP.done}"),
        ("swap", rf"{_which('a')} {_BE}{_SWAP.done} with {_which('b')}"),
        ("swap", rf"with (?:ends) {_SWAP.done}"),
        ("put", rf"{_PUT.do} {_DIGIT} (?:(?P<front>{_PUT_FRONT})|(?P<back>{_PUT_BACK})|{_BETWEEN})"),
        ("put", rf"{_DIGIT} {_BE}{_PUT.done} (?:(?P<front>{_PUT_FRONT})|(?P<back>{_PUT_BACK})|{_BETWEEN})"),
        ("put", rf"with {_DIGIT} {_PUT.done} (?:(?P<front>{_PUT_FRONT})|(?P<back>{_PUT_BACK})|{_BETWEEN})"),
        ("raise", rf"(?:increas|rais)(?:e|es|ing|ed) {each} by (?P<n>{_NUM})"),
        ("raise", rf"(?:adds?|adding|added) (?P<n>{_NUM}) to {each}"),
        ("raise", rf"{each} (?:{_BE})?(?:increased|raised) by (?P<n>{_NUM})"),
        ("raise", rf"(?P<n>{_NUM}) {_BE}added to {each}"),
        ("raise", rf"with {each} (?:increased|raised) by (?P<n>{_NUM})"),
        ("lower", rf"(?:decreas|reduc|lower)(?:e|es|ing|ed) {each} by (?P<n>{_NUM})"),
        ("lower", rf"(?:subtracts?|subtracting|takes?|taking) (?P<n>{_NUM}) from {each}"),
        ("lower", rf"{each} (?:{_BE})?(?:decreased|reduced|lowered) by (?P<n>{_NUM})"),
        ("lower", rf"(?P<n>{_NUM}) {_BE}(?:subtracted|taken) (?:away )?from {each}"),
        ("lower", rf"with {each} (?:decreased|reduced|lowered) by (?P<n>{_NUM})"),
        ("twice", rf"writ(?:e|es|ing) {_WHOLE} (?:twice(?: in row| one after other| side by side)?|next to itself|after itself|beside itself|behind itself)"),  # noqa: E501
        ("twice", rf"{_WHOLE} {_BE}written (?:twice(?: in row| one after other| side by side)?|next to itself|after itself|beside itself|behind itself)"),  # noqa: E501
        ("reverse", rf"{_SWAP.do} {_ALL}"),
        ("reverse", rf"{_ALL} {_BE}{_SWAP.done}"),
        ("reverse", rf"{_ALL} {_BE}(?:written|read|put|arranged|placed) (?:backwards?|in (?:reverse|reversed|opposite) order)"),  # noqa: E501
        ("reverse", rf"{_ALL} (?:change|swap|exchange|switch) (?:places|positions)"),
        ("reverse", rf"(?:reverse|write|read)(?:s|ing)? (?:{_WHOLE}) (?:backwards?|in (?:reverse|reversed|opposite) order)"),  # noqa: E501
        ("reverse", rf"{_WHOLE} {_BE}(?:reversed|(?:written|read) (?:backwards?|in (?:reverse|reversed|opposite) order))"),
    )  # fmt: skip
    return tuple((kind, re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")) for kind, pattern in told)


_DEEDS = _deeds()
_TRIGGERS = frozenset(
    [
        "move",
        "moves",
        "moving",
        "moved",
        "shift",
        "shifting",
        "shifted",
        "transferred",
        "transferring",
        "put",
        "puts",
        "putting",
        "place",
        "placing",
        "placed",
        "taken",
        "brought",
        "remove",
        "removes",
        "removing",
        "removed",
        "erase",
        "erasing",
        "erased",
        "delete",
        "deleting",
        "deleted",
        "drop",
        "dropping",
        "dropped",
        "omitted",
        "omitting",
        "cross",
        "crossing",
        "crossed",
        "strike",
        "striking",
        "struck",
        "left",
        "leave",
        "leaving",
        "take",
        "taking",
        "rub",
        "rubbing",
        "rubbed",
        "discarded",
        "covered",
        "chopped",
        "cut",
        "lost",
        "swap",
        "swaps",
        "swapping",
        "swapped",
        "exchange",
        "exchanging",
        "exchanged",
        "interchange",
        "interchanging",
        "interchanged",
        "switch",
        "switching",
        "switched",
        "transposed",
        "transposing",
        "write",
        "writes",
        "writing",
        "written",
        "add",
        "adding",
        "added",
        "append",
        "appended",
        "appending",
        "attach",
        "attached",
        "insert",
        "inserted",
        "inserting",
        "adjoined",
        "prefixed",
        "annexed",
        "affixed",
        "increase",
        "increasing",
        "increased",
        "raised",
        "raising",
        "decrease",
        "decreasing",
        "decreased",
        "reduced",
        "lowered",
        "subtract",
        "subtracting",
        "subtracted",
        "without",
        "with",
        "change",
        "reverse",
        "reversing",
        "reversed",
        "backwards",
        "backward",
    ]
)
_MAKES = (
    r"(?:(?:resulting|remaining|new|other) )?(?:number|value|result|one)"
    r"(?: (?:that|which))?(?: (?:is|you|we|i|one))? (?:obtained|formed|got|get|gets|made|produced|created|left|results|obtain)"
    r"(?: (?:by|when|if|after|from|on|upon))?"
)
_MADE = re.compile(rf"(?:^|(?<= )){_MAKES} (?:you |we |one |i )?$")
_COMPARED = re.compile(r"(?:^|(?<= ))(?:as|than) $")
_WITH = re.compile(r"(?:^|(?<= ))(?:same )?(?:number|it|me|i|code) $")
_OPENING = re.compile(
    r"(?:^|(?<=, )|(?<=and )|(?<=but )|(?<=that )|(?<=which )|(?<=where ))(?:then )?(?:(?:if|when|whenever|by|after|on|upon|should) )?(?:you |we |i |one |he |she |somebody |someone )?$"  # noqa: E501
)
_NEW = r"(?:new|resulting|remaining|final|changed|different|second|other|obtained|so)"
_THING = (
    rf"(?:(?:{_NEW} )*(?:\d digit )?(?:number|result|value|integer|code|year|answer)(?: (?:so |thus |thereby )?(?:obtained|formed|made|produced|created|left|which remains|that remains|that is left|which is left|remaining|resulting))?"  # noqa: E501
    r"|what (?:remains|is left)|it|i|this|that)"
)
_GET = r"(?:gets?|got|obtains?|obtained|haves?|has|is left with|are left with|end up with|will get|will have|find|make|form)"
_RESULT = re.compile(
    rf" ?(?:,? ?(?:without changing|keeping|leaving) [^,]+)?(?:,? ?(?:and |then |so )*)(?:"
    rf"(?:you|we|i|one|he|she) {_GET} "
    rf"|{_THING} (?:will |would |must )?(?P<grow>increases?|grows?|rises?|goes up|(?:gets|becomes) {_MORE}|(?:gets|becomes) {_LESS}|is increased|will be increased|decreases?|shrinks?|falls?|drops?|goes down|is decreased|is reduced) by "  # noqa: E501
    rf"|{_THING} (?P<do>doubles|triples|is doubled|is tripled|is halved|is unchanged|does not change|remains unchanged|remains same|stays same)(?= |$)"  # noqa: E501
    rf"|{_THING} (?:is|am) (?P<by>multiplied|divided) by "
    rf"|{_THING} (?:is|am|becomes?|became|equals|gives|makes|will be|would be|will become|would become|has become|turns into|is now|must be) "  # noqa: E501
    rf"|{_THING} (?P<keep>)(?=(?:exceeds|has|contains|ends|starts|begins|leaves|divides|differs|consists|can|does|is|must|will)\b)"  # noqa: E501
    r"|(?:gives?|makes?|produces?|yields?|results? in|leaves?|giving|making|leaving|producing|to (?:give|make|get|form|obtain|leave|produce))(?: (?:you|us|me))? )"  # noqa: E501
)
_BACKWARD = re.compile(
    rf"^(?P<lead>.*?(?:^|, |and |but ))?{_THING} (?:will |would )?(?:(?P<grow>increases?|grows?|rises?|goes up|is increased|decreases?|shrinks?|falls?|drops?|goes down|is decreased|is reduced) by (?P<x>.+?)"  # noqa: E501
    rf"|(?P<do>doubles|triples|is doubled|is tripled|is halved|is unchanged|does not change)"
    rf"|(?:is|am|becomes?|became|be|become|gets?) (?P<y>.+?)) ?,? (?:if|when|whenever|by|after) (?:you |we |i |one )?$"
)
_FALLING = ("decreases", "decrease", "shrinks", "shrink", "falls", "fall", "drops", "drop", "goes down", "is decreased", "is reduced")  # fmt: skip # noqa: E501
_AGAIN = r"(?:before|it was(?: before)?|(?:original|old|first|starting|initial|given)(?: (?:number|one|value))?|number|me|i was|i am|it|itself)"
_SAID = tuple(
    (re.compile(pattern), made)
    for pattern, made in (
        (
            rf"({_NUM} times|twice|half|double|triple)(?: as (?:large|big|great|much|high)(?: as)?)?(?: (?:of )?{_AGAIN})?",
            r"\1 me",
        ),  # noqa: E501
        (rf"({_NUM}) times (?:{_MORE}) than {_AGAIN}", r"\1 times me"),
        (rf"({_NUM}) times (?:{_LESS})(?: than {_AGAIN})?", r"me / \1"),
        (rf"({_NUM} (?:{_MORE}|{_LESS}))(?: than {_AGAIN})?", r"\1 than me"),
        (rf"({_NUM}) (?:%|percent|per cent) ({_MORE})(?: than {_AGAIN})?", r"( 1 + \1 / 100 ) times me"),
        (rf"({_NUM}) (?:%|percent|per cent) ({_LESS})(?: than {_AGAIN})?", r"( 1 - \1 / 100 ) times me"),
        (rf"({_MORE}|{_LESS})(?: than {_AGAIN})?", r"\1 than me"),
        (rf"({_MORE}|{_LESS}) (?:than {_AGAIN} )?by ({_NUM})", r"\2 \1 than me"),
        (rf"increased by ({_NUM})", r"\1 more than me"),
        (rf"(?:decreased|reduced) by ({_NUM})", r"\1 less than me"),
        (r"(?:exactly )?same(?: (?:number|as before|as original(?: number)?))?|unchanged|original number", "me"),
    )
)
_ONLY = re.compile(
    rf"(?: ?,? ?(?:and |then |so )*(?:(?:you|we|i|one) {_GET}|to (?:give|make|get|form|obtain|leave|produce)|giving|making|leaving) (?:another |new |different )*(?:\d digit )?number)?"
)
_STRIP = re.compile(
    rf"(?:exactly )?(?:(?:another|new|other|different) )?(?:number (?:(?:which|that) (?:is|am) |(?={_NUM} (?:{_MORE}|{_LESS})))|(?=\S))"
)


def deeds_told(words: Sequence[Word], names: Container[str]) -> list[Word]:
    """The words with each deed as the number that it makes; unchanged where none is told."""
    said = list(words)
    for _ in range(MOST_DEEDS):
        if not _TRIGGERS & {word.text for word in said} or (made := _told(said, names)) is None:
            break
        said = made
    return said


MOST_DEEDS = 3
"""Deeds that one clause may tell."""


def is_deed(words: Sequence[Word]) -> bool:
    """Whether the words tell a deed and not what comes of it: ``move its last digit to the front``."""
    line = line_of(words)
    found = _find(line) if _TRIGGERS & {word.text for word in words} else None
    return (
        found is not None
        and bool(_OPENING.search(line[: found.start]))
        and _ONLY.fullmatch(line[found.end :]) is not None
    )


def _told(words: list[Word], names: Container[str]) -> list[Word] | None:
    line = line_of(words)
    found = _find(line)
    if found is None:
        return None
    before, after = line[: found.start], line[found.end :]
    number = [*_new(words, found.start, found.end, *_number(found))]
    made = _MADE.search(before) or (_WITH.search(before) if line[found.start :].startswith("with") else None)
    if _COMPARED.search(before):
        return [*_kept(words, 0, len(before)), *number, *_kept(words, found.end, len(line))]
    if made is not None and made.group().strip():
        return [*_kept(words, 0, made.start()), *number, *_kept(words, found.end, len(line))]
    opening, result = _OPENING.search(before), _RESULT.match(after)
    if opening is not None and result is not None:
        rest = found.end + result.end()
        verb = _verb_of(result, words, rest)
        said = [*_kept(words, 0, opening.start()), *number, *verb, *_said(words, line, rest, len(line))]
        if wide := _WIDE.match(line, rest):
            width = [*number, *_new(words, rest, rest, "is"), *_kept(words, rest, wide.end(1)), *_new(words, rest, rest, "and")]
            behind = _said(words, line, wide.end(), len(line))
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
        return [*_kept(words, 0, backward.end("lead")), *number, *verb, *_said(words, line, start, end)]
    return None


_WIDE = re.compile(r"((?:another |new )?\w+ digit number) (?:which|that) (?:is|am) ")


class _Found(NamedTuple):
    change: Change
    start: int
    end: int


def _find(line: str) -> _Found | None:
    """The first deed of a line, the longest where several start at one place."""
    best: _Found | None = None
    for kind, pattern in _DEEDS:
        found = pattern.search(line)
        change = _change(kind, found) if found else None
        if found is None or change is None:
            continue
        if best is None or (found.start(), -found.end()) < (best.start, -best.end):
            best = _Found(change, *found.span())
    return best


def _number(found: _Found) -> tuple[str, ...]:
    return ("reversed", "number") if found.change.kind == "reverse" else (written(found.change),)


def _verb_of(result: re.Match[str], words: Sequence[Word], at: int) -> list[Word]:
    """*is*, and what a verb such as *increases by* adds to it."""
    said = result.groupdict()
    grow, do, by = said.get("grow"), said.get("do"), said.get("by")
    if said.get("keep") is not None:
        return []
    if grow:
        return _new(words, at, at, "is", "me", "minus" if grow in _FALLING or re.search(_LESS, grow) else "plus")
    if do:
        doing = {"doubles": "twice", "is doubled": "twice", "triples": "triple", "is tripled": "triple"}
        return _new(words, at, at, "is", *filter(None, (doing.get(do, "half" if "halved" in do else ""), "me")))
    if by:
        return _new(words, at, at, "is", "me", "times" if by == "multiplied" else "/")
    return _new(words, at, at, "is")


def _said(words: Sequence[Word], line: str, start: int, end: int) -> list[Word]:
    """What is said of the new number, with *as before* and the like spelled out."""
    text = line[start:end].rstrip()
    if head := _STRIP.match(text):
        start += head.end()
        text = text[head.end() :]
    if text.endswith(" again"):
        text = text.removesuffix(" again")
        end = start + len(text)
    for pattern, made in _SAID:
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
            return Change(kind, places[0])  # type: ignore[arg-type]
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
