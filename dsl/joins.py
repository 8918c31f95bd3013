"""Sentences that only complete the one before: ``So is b.``, ``The other two are equal.``, ``b is twice as large.``"""

import re
from collections.abc import Sequence
from dataclasses import replace

from oedipus.dsl.clauses import line_of, made_word
from oedipus.dsl.deeds import is_deed
from oedipus.dsl.lexicon import simplify
from oedipus.dsl.patterns import GAPS
from oedipus.dsl.phrases import FILLERS
from oedipus.dsl.reader import RawClause, Word

_SUBJECT = r"(?:the |my |its )?[a-z]+(?: (?:digit|number|one))?"
_COMPLETING = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:and )?(?:so|neither|nor) (?:is|are|does|do) .+",
        rf"{_SUBJECT}(?:(?: ,| and| , and) {_SUBJECT})* (?:is|are) not",
        r"(?:the )?others? (?:(?:one|digit|two|three|four|digits|ones) )?(?:is|are|add|adds|differ|have|has) .+",
        rf"{_SUBJECT} is (?:twice|half|(?:three|four|five|\d) times) as (?:large|big|much|great|high|small)",
        rf"{_SUBJECT} is {GAPS['num']} {GAPS['more']}",
        rf"{_SUBJECT} is {GAPS['num']} {GAPS['less']}",
    )
)
_PRONOUN = re.compile(r"(?:it|i|this|that|which|number|code)\b")


def joined(clauses: Sequence[RawClause]) -> list[RawClause]:
    """The clauses, with each that has no predicate of its own joined to the one before by *and*."""
    out: list[RawClause] = []
    for clause in clauses:
        if out and _follows(clause) and is_deed(_plain(out[-1])):
            before = out.pop()
            out.append(replace(before, words=(*before.words, made_word(",", clause.words[0].start), *clause.words)))
        elif out and (_tells_third(out[-1], clause) or _repeats(out[-1], clause)):
            before = out.pop()
            link = (made_word(",", clause.words[0].start), made_word("and", clause.words[0].start))
            out.append(replace(before, words=(*before.words, *link, *clause.words)))
        else:
            out.append(clause)
    return out


_TWO = re.compile(r"(?:two|one) (?:of (?:the |my |its )?(?:\w+ )?digits|digits?) ")


def _tells_third(before: RawClause, clause: RawClause) -> bool:
    """``The third is 4.``, behind *two of the digits …*: the one that is left."""
    third = re.match(r"the third(?: one| digit)? (?:is|are) ", line_of(clause.words))
    return bool(third and _TWO.match(line_of(before.words)))


def _repeats(before: RawClause, clause: RawClause) -> bool:
    return not clause.label and _completes(clause) and bool(_VERBS & {word.text for word in before.words})


def _plain(clause: RawClause) -> list[Word]:
    """The words as deeds are told in."""
    return [word for word in simplify(clause.words, {}) if word.text not in FILLERS]


def _follows(clause: RawClause) -> bool:
    """Whether the clause says what comes of the deed before it."""
    return bool(_NEW_NUMBER.match(line_of(clause.words[:5])))


_NEW_NUMBER = re.compile(
    r"(?:then )?(?:you |we |i )?(?:get |(?:the |this )?(?:new|resulting|remaining|changed) |the result"
    r"|what (?:remains|is left)|(?:it|the number) (?:becomes|doubles|triples|increases|decreases|grows)"
    r"|the number (?:obtained|formed))"
)


def _completes(clause: RawClause) -> bool:
    if len(clause.words) > _LONGEST or clause.asked:
        return False
    line = line_of(simplify(clause.words, {}))
    return not _PRONOUN.match(line) and any(one.fullmatch(line) for one in _COMPLETING)


_VERBS = frozenset(["is", "are", "am", "=", "has", "have", "contains"])
_LONGEST = 12
"""Words that such a sentence may have."""
