"""Sums told as a recipe: ``if you double me and add 4, you get 100`` as ``((2 * me) + 4) is 100``.

Each step works on what it names (``add 4 to the tens digit``), else on the
result so far, else on the number of the riddle.
"""

import re
from collections.abc import Container, Sequence

from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.reader import Word
from oedipus.dsl.spans import Span
from oedipus.dsl.wordlists import words_of

_WHOLE = frozenset(
    ["me", "i", "number", "myself", "itself", "original number", "whole number", "my number", "code", "number itself"]
)
_SO_FAR = frozenset(
    [
        "result",
        "answer",
        "that",
        "this",
        "it",
        "product",
        "sum",
        "total",
        "quotient",
        "difference",
        "that number",
        "new number",
    ]
)
_END = r"(?= ?(?:, |and |then |$|you |we |i |it |gives?\b|yields?\b|equals\b|makes\b|results\b|produces\b|becomes?\b|is\b|result |answer ))"  # noqa: E501
_BETWEEN = re.compile(r"(?:(?:,|and|then|if|when|you|we|i|one|to|finally|again) )*")
_PLACE = r"(?:\S+ ){0,8}?\S+"
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + _END), sign)
    for pattern, sign in (
        (rf"(?:add|adding) (?P<n>{_PLACE}) to (?P<o>{_PLACE})", "+"),
        (rf"(?:add|adding|plus) (?P<n>{_PLACE})", "+"),
        (
            rf"(?:subtract|subtracting|take away|take|taking away|taking|deduct|deducting) (?P<n>{_PLACE}) from (?P<o>{_PLACE})",  # noqa: E501
            "-",
        ),
        (rf"(?:subtract|subtracting|take away|taking away|minus) (?P<n>{_PLACE})", "-"),
        (rf"(?:multiply|multiplying|times) (?P<o>{_PLACE}) by (?P<n>{_PLACE})", "*"),
        (rf"(?:multiply|multiplying) by (?P<n>{_PLACE})", "*"),
        (rf"(?:divide|dividing) (?P<o>{_PLACE}) by (?P<n>{_PLACE})", "/"),
        (rf"(?:divide|dividing) by (?P<n>{_PLACE})", "/"),
        (rf"(?P<n>{_PLACE}) (?:is|are) added to (?P<o>{_PLACE})", "+"),
        (rf"(?P<n>{_PLACE}) (?:is|are) (?:subtracted|taken away|taken|deducted) from (?P<o>{_PLACE})", "-"),
        (rf"(?P<o>{_PLACE}) (?:is|are|am) (?:increased|raised) by (?P<n>{_PLACE})", "+"),
        (rf"(?P<o>{_PLACE}) (?:is|are|am) (?:decreased|reduced|lowered) by (?P<n>{_PLACE})", "-"),
        (rf"(?P<o>{_PLACE}) (?:is|are|am) multiplied by (?P<n>{_PLACE})", "*"),
        (rf"(?P<o>{_PLACE}) (?:is|are|am) divided by (?P<n>{_PLACE})", "/"),
        (rf"(?P<o>{_PLACE}) (?:is|are|am) doubled", "2"),
        (rf"(?P<o>{_PLACE}) (?:is|are|am) tripled", "3"),
        (rf"(?P<o>{_PLACE}) (?:is|are|am) halved", "half"),
        (rf"(?P<o>{_PLACE}) (?:is|are|am) squared", "square"),
        (r"(?:double|doubling)(?! of)(?: (?P<o>\S+(?: number)?))?", "2"),
        (r"(?:triple|tripling|treble)(?! of)(?: (?P<o>\S+(?: number)?))?", "3"),
        (r"(?:halve|halving)(?! of)(?: (?P<o>\S+(?: number)?))?", "half"),
        (r"(?:square|squaring)(?! of)(?: (?P<o>\S+(?: number)?))?", "square"),
        (
            r"(?:reverse|reversing|swap|swapping|interchange|interchanging|switch) (?:my|its|their)? ?digits(?: of (?P<o>number|me|it))?",  # noqa: E501
            "reverse",
        ),
        (r"(?:reverse|reversing) (?P<o>me|it|number)", "reverse"),
    )
)
_RESULT = re.compile(
    r"(?:(?:,|and|then) )*(?:(?:you|we|i|one|it|number|they) (?:will |would |should )?(?:get|gets|obtain|obtains|have|end up with|arrive at"  # noqa: E501
    r"|are left with|become|becomes)(?: (?=\S))|(?:i am|it is|it will be|it becomes|number is|i would be) |(?:(?:new |final )?(?:result|answer|total|sum|product|number|it|difference|quotient|outcome))"  # noqa: E501
    r" (?:obtained )?(?:is|equals|becomes|will be|would be)(?: to)? |(?:gives?|yields?|makes?|produces|results in|becomes?|equals|is)(?: you| us)? )(?:another (?=\w+ number)|(?:new |another )?number (?:that is |which is |that )?)?(?P<x>.+)$"  # noqa: E501
)
_HAVING = re.compile(
    r"(?:(?:,|and|then) )*(?:(?:new|final) )?(?:result|answer|total|sum|product|number|it|difference|quotient) "
    r"(?P<x>(?:has|ends|contains|leaves|starts|begins|exceeds) .+)$"
)
_OF_NUMBER = re.compile(r"(?:(?:,|and|then|new) )*(?:number|code|i) ")
_ONE = "say each step of its own: 'the first digit plus 1 is 4'"
_ACTIVE = words_of(
    """
    add adding decreased deduct divide dividing double doubled doubling halve halved halving increased
    multiply multiplying reverse reversing square squared squaring subtract subtracting swap swapping take
    taking triple tripled tripling
    """
)
_STARTS = _ACTIVE | words_of("begin if start when")
_DOING = _ACTIVE | words_of("added interchange multiplied subtracted taken")


def calculated(words: Sequence[Word], names: Container[str]) -> list[Word]:
    """The words with a recipe in front of a result said as arithmetic; unchanged where there is none."""
    texts = [word.text for word in words]
    if (
        not texts
        or texts[0] not in _STARTS
        or not _DOING & set(texts)
        or any(text in names for text in _DOING & set(texts))
    ):
        return list(words)
    return _Recipe(words).read()


class _Recipe:
    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.line = " ".join(word.text for word in words)
        self.places: dict[int, int] = {}
        at = 0
        for place, word in enumerate(words):
            self.places[at] = place
            at += len(word.text) + 1
        self.now: list[Word] | None = None
        self.whole = True
        """Whether the first step works on the whole number."""

    def read(self) -> list[Word]:
        """Steps from left to right, then what comes of them."""
        at, steps = 0, 0
        while True:
            start = _BETWEEN.match(self.line, at)
            begin = start.end() if start else at
            found = next((one for pattern, sign in _STEPS if (one := self._step(pattern, sign, begin))), None)
            if found is None:
                break
            at, steps = found, steps + 1
            while at < len(self.line) and self.line[at] == " ":
                at += 1
        result = _RESULT.match(self.line, at)
        having = _HAVING.match(self.line, at) if result is None else None
        told = result or having
        if not steps or told is None or self.now is None:
            return list(self.words)
        if not self.whole and _OF_NUMBER.match(told.group()):
            raise Mistake("E201", self._span(), "this changes one digit, and says nothing of the number", _ONE)
        said = self._taken(told.start("x"), told.end("x"))
        return [*self.now, *said] if having else [*self.now, self._new("is"), *said]

    def _step(self, pattern: re.Pattern[str], sign: str, at: int) -> int | None:
        found = pattern.match(self.line, at)
        if found is None:
            return None
        groups = found.groupdict()
        if self.now is None and "n" in groups and "o" not in groups:
            return None
        if groups.get("o") and groups["o"] not in _SO_FAR and self.now is not None:
            raise Mistake("E201", self._span(), "two different numbers are worked on here", _ONE)
        inner = self._operand(found, "o") if groups.get("o") else self.now or [self._new("me")]
        self.whole = self.whole and [word.text for word in inner] == ["me"] if self.now is None else self.whole
        match sign:
            case "2" | "3":
                self.now = [self._new("("), self._new(sign), self._new("*"), *inner, self._new(")")]
            case "half":
                self.now = [self._new("("), *inner, self._new("/"), self._new("2"), self._new(")")]
            case "square":
                self.now = [self._new("("), *inner, self._new("**"), self._new("2"), self._new(")")]
            case "reverse":
                self.now = [self._new("reversed"), self._new("number")]
            case _:
                other = self._operand(found, "n")
                self.now = [
                    self._new("("),
                    *inner,
                    self._new(sign),
                    self._new("("),
                    *other,
                    self._new(")"),
                    self._new(")"),
                ]
        return found.end()

    def _operand(self, found: re.Match[str], name: str) -> list[Word]:
        text = found.group(name)
        if text in _SO_FAR and self.now is not None:
            return self.now
        if text in _WHOLE or (text in _SO_FAR and text != "it"):
            return [self._new("me")]
        taken = self._taken(found.start(name), found.end(name))
        listed = (
            len(taken) > 2 and any(word.text == "and" for word in taken) and taken[0].text not in ("sum", "product")
        )
        return [self._new("sum"), self._new("of"), *taken] if listed else taken

    def _taken(self, start: int, end: int) -> list[Word]:
        return [word for at, word in zip(self.places, self.words, strict=True) if start <= at < end]

    def _span(self) -> Span:
        return self.words[0].span.to(self.words[-1].span)

    def _new(self, text: str) -> Word:
        first = self.words[0]
        kind = "number" if text.isdecimal() else "symbol" if text in "()+-*/**" else "word"
        return Word(kind, text, text, first.start, self.words[-1].end)  # type: ignore[arg-type]
