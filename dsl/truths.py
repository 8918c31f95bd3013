"""Statements of which only some are true: ``Exactly two of the following are true:``."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from oedipus.dsl.clauses import count_of, line_of, made_word
from oedipus.dsl.ellipsis import written_out
from oedipus.dsl.lexicon import simplify
from oedipus.dsl.phrases import NUMBER_WORDS
from oedipus.dsl.reader import RawClause, Word
from oedipus.dsl.wordlists import JUDGING

_COUNTS = "|".join(word for word, number in NUMBER_WORDS.items() if number < 11)
_NOUNS = "statements?|sentences|claims|facts|clues|hints"
_TOLD = re.compile(
    rf"(?:of (?:the|these|those|my) (?:following )?(?:{_COUNTS}|\d+)? ?(?:{_NOUNS}) ?,? )?"
    rf"(?:(?P<limit>exactly|precisely|only|just|at least|at most) )?(?P<count>{_COUNTS}|\d+|none|all|both)"
    rf"(?: of(?: (?:the|these|those|my))?(?: following)?(?: (?:{_COUNTS}|\d+))?"
    rf"(?: (?:{_NOUNS}|things|conditions))?(?: (?:below|here|about [^:]*?))?)?"
    r" (?:is|are) (?P<truth>true|correct|right|false|wrong|untrue|a lie|lies|not true)"
    r"(?: ,? ?(?:and|but|while) (?:the )?(?:others?|rest|remaining one|last one|other one)"
    r" (?:is|are) (?:false|wrong|true|untrue|a lie|lies))?(?: :)?(?P<rest> .*)?"
)
_PEOPLE = (
    "(?:people|friends|children|boys|girls|men|women|students|pupils|players|suspects|brothers|sisters"
    "|persons?|of them)"
)
_WHO = (
    rf"(?:them|the (?:{_COUNTS}|\d+)(?: {_PEOPLE})?|these(?: {_PEOPLE})?|the {_PEOPLE}|us"
    r"|(?:\w+ , )*\w+(?: ,)? and \w+)"
)
_HONEST = "(?:telling|speaking) the truth|truthful|right|correct|honest|truth tellers?|true"
_DISHONEST = "lying|liars?|telling (?:a lie|lies)|wrong|mistaken|false"
_LYING = re.compile(
    rf"(?P<limit>exactly |precisely |only |just |at least |at most )?(?P<count>{_COUNTS}|\d+|none|all|both)"
    rf"(?: of {_WHO}| {_PEOPLE})? (?:(?:is|are|was|were) (?:a )?(?P<is>{_DISHONEST}|{_HONEST})"
    r"|(?P<does>lies|lie|lied|(?:tells?|told|speaks?|spoke) the truth|makes? a (?:false|true) statement))"
    r"(?: ,? ?(?:and|but|while) (?:the )?(?:others?|rest|remaining one|other (?:one|two|three)) .*)?"
)
_FALSE = ("lying", "liar", "liars", "lie", "lies", "lied", "wrong", "mistaken", "false")
_SAYS = re.compile(
    r"\w+ (?:says|said|claims|claimed|states|stated|tells us|told us|thinks|believes)(?: that)?(?: ,| :)?"
)
_JUDGED = JUDGING | {"correct", "right", "wrong", "mistaken", "honest"}
_ALREADY = re.compile(rf"(?:{_NOUNS}|following)\b")


def counted(clauses: list[RawClause]) -> list[RawClause]:
    """Each such sentence and the statements it counts as one clause."""
    out: list[RawClause] = []
    place = 0
    while place < len(clauses):
        clause = clauses[place]
        judged = any(word.text in _JUDGED for word in clause.words)
        words = simplify(clause.words, {}) if judged else []
        lying = _LYING.fullmatch(line_of(words)) if judged else None
        run, said = _said(clauses, place) if lying else (range(0), [])
        if lying and said:
            if run.start < place:
                out = out[: len(out) - len(run)]
            out.append(replace(clause, words=tuple(_junction(words[0], *_count(lying, len(said)), said))))
            place = max(place + 1, run.stop)
            continue
        told = _TOLD.fullmatch(line_of(words)) if judged else None
        if told is None or not (_ALREADY.search(line_of(words)) or (told.group("rest") or "").count("(") > 1):
            out.append(clause)
            place += 1
            continue
        behind = _behind(words, told)
        stated = list(_parts(behind)) if behind else [list(one.words) for one in _following(clauses, place)]
        if not stated and len(before := _preceding(out)) > 1:
            stated = [list(one.words) for one in before]
            out[-len(before) :] = [
                replace(clause, words=tuple(_junction(words[0], *_judged(told, len(stated)), stated)))
            ]
            place += 1
            continue
        if len(stated) < 2:
            out.append(clause)
            place += 1
            continue
        out.append(replace(clause, words=tuple(_junction(words[0], *_judged(told, len(stated)), stated))))
        place += 1 + (0 if behind else len(stated))
    return out


def _behind(words: Sequence[Word], told: re.Match[str]) -> list[Word]:
    """The words of the statements that stand in the same sentence."""
    count = len((told.group("rest") or "").split())
    return list(words[len(words) - count :]) if count else []


def _parts(words: Sequence[Word]) -> Iterator[list[Word]]:
    part: list[Word] = []
    depth = 0
    for word in words:
        depth += (word.text == "(") - (word.text == ")")
        if depth or word.text not in (",", "and", ":"):
            part.append(word)
        elif part:
            yield _open(part)
            part = []
    if part:
        yield _open(part)


def _open(words: list[Word]) -> list[Word]:
    """The words without parentheses around all of them."""
    return words[1:-1] if len(words) > 2 and (words[0].text, words[-1].text) == ("(", ")") else words


def _following(clauses: Sequence[RawClause], place: int) -> list[RawClause]:
    """The clauses with labels behind; where there are none, all up to a question."""
    labelled: list[RawClause] = []
    for one in clauses[place + 1 :]:
        if not one.label:
            break
        labelled.append(one)
    if labelled:
        return labelled
    pointing = any(word.text in ("these", "those", "clues", "hints") for word in clauses[place].words)
    if pointing and _preceding(clauses[:place]):
        return []
    rest = clauses[place + 1 :]
    stop = next((at for at, one in enumerate(rest) if one.asked), len(rest))
    return list(rest[:stop])


def _preceding(clauses: Sequence[RawClause]) -> list[RawClause]:
    """The clauses with labels just before."""
    first = next((at + 1 for at in range(len(clauses) - 1, -1, -1) if not clauses[at].label), 0)
    return list(clauses[first:])


def _said(clauses: Sequence[RawClause], place: int) -> tuple[range, list[list[Word]]]:
    """The run of statements that persons make, just before or behind: its places and their words."""
    for step in (-1, 1):
        at, found = place + step, []
        while 0 <= at < len(clauses) and (words := _spoken(clauses[at])):
            found.append(words)
            at += step
        if len(found) > 1:
            return (range(at + 1, place), found[::-1]) if step < 0 else (range(place + 1, at), found)
    return range(0), []


def _spoken(clause: RawClause) -> list[Word]:
    """What a person says in a clause: ``Ben: it is odd``, ``Ben says that it is odd``; nothing in other clauses."""
    words = simplify(clause.words, {})
    said = _SAYS.match(line_of(words))
    if said is not None and words[0].written[:1].isupper():
        return words[len(said.group().split()) :]
    named = clause.label.isalpha() and len(clause.label) > 1 and clause.label[0].isupper()
    return words if named and not re.fullmatch("[ivxlcIVXLC]+", clause.label) else []


def _count(told: re.Match[str], many: int) -> tuple[str, int]:
    """How many of the statements hold: the limit and the number."""
    limit, count = (told.group("limit") or "exactly").strip(), told.group("count")
    number = {"none": 0, "all": many, "both": many}.get(count, count_of(count) or 0)
    if set((told.group("is") or told.group("does")).split()) & set(_FALSE):
        number = many - number
        limit = {"at least": "at most", "at most": "at least"}.get(limit, limit)
    return ("exactly" if limit in ("only", "just", "precisely") else limit), number


def _judged(told: re.Match[str], stated: int) -> tuple[str, int]:
    """How many of the statements hold; what is said to be false is counted as not true."""
    false = told.group("truth") not in ("true", "correct", "right")
    limit, count = told.group("limit") or "exactly", told.group("count")
    many = {"none": 0, "all": stated, "both": stated}.get(count, count_of(count) or 0)
    if false:
        many = stated - many
        limit = {"at least": "at most", "at most": "at least"}.get(limit, limit)
    return limit, many


def _junction(at: Word, limit: str, many: int, stated: Sequence[Sequence[Word]]) -> Iterator[Word]:
    """``exactly two of (F1), (F2)``."""
    for text in (*limit.split(), str(many), "of"):
        yield made_word(text, at.start)
    for number, part in enumerate(stated):
        if number:
            yield made_word(",", part[0].start)
        yield Word("symbol", "(", "(", part[0].start, part[0].start)
        yield from written_out(simplify(part, {}), {})
        yield Word("symbol", ")", ")", part[-1].end, part[-1].end)
