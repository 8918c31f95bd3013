"""Sentences that name the number of digits amid a story: ``a four-digit code``, ``has three digits``."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from oedipus.dsl.clauses import count_of, made_word
from oedipus.dsl.content import has_content
from oedipus.dsl.declarations import Declared
from oedipus.dsl.diagnostics import Diagnostic
from oedipus.dsl.lexicon import Vocabulary, simplify
from oedipus.dsl.phrases import NUMBER_NOUNS
from oedipus.dsl.reader import RawClause, Word
from oedipus.dsl.wordlists import ANY_ONE, CODES, KNOWN_OPENING, LINKS, LOCKS, OPERATED, PREDICATE_VERBS, QUALIFYING

_SPEAKING = frozenset(["if", "when", "adding", "subtracting", "doubling", "multiplying", "dividing", "reversing"])
"""First words of a sentence that does something with the number it names."""


def told_away(clauses: Sequence[RawClause], declared: Declared) -> list[RawClause]:
    """Openings such as ``The code for the treasure chest is a three-digit number``, without their story."""
    out: list[RawClause] = []
    nothing = Declared()
    for place, clause in enumerate(clauses):
        words = simplify(clause.words, {}) if place in declared.declaring else []
        at = next((one for one in range(1, len(words)) if _is_width(words, one)), 0)
        before, rest = words[: max(0, at - 1)], words[at + 1 :]
        noun = next((word.text for word in rest[:3] if word.text in NUMBER_NOUNS), "")
        while rest and (rest[0].text in NUMBER_NOUNS or rest[0].text in QUALIFYING):
            rest = rest[1:]
        conditional = bool(before) and before[0].text in _SPEAKING
        if at and (
            conditional or (len(before) < 2 and [word.text for word in rest[:2]] in ([",", "its"], [",", "the"]))
        ):
            out += _within(clause, words, at) or [clause]
            continue
        odd_head = any(word.text not in KNOWN_OPENING for word in before)
        odd_tail = bool(rest) and not has_content(rest, nothing, Vocabulary()) and rest[0].text not in (":", "called")
        odd_tail = (odd_tail and (len(rest[0].text) > 1 or rest[0].kind == "symbol")) or (
            bool(rest) and rest[0].text in OPERATED - {","}
        )
        if at and has_content(before, nothing, Vocabulary()):
            out += _within(clause, words, at) or [clause]
            continue
        if not at or not (odd_head or odd_tail):
            out.append(clause)
            continue
        told = next((word.text for word in before if word.text in CODES), "")
        told = told or ("code" if LOCKS & {word.text for word in words} else "")
        out += _split_width(clause, words, at, noun or told or "number")
    return out


def wide(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:  # noqa: ARG001
    """Some sentence names the number of digits: a story around ``a four-digit code``, ``has three digits``."""
    nothing = Declared()
    for place, clause in enumerate(clauses):
        words = simplify(clause.words, {})
        at = next((one for one in range(1, len(words)) if _is_width(words, one)), 0)
        if not at:
            continue
        before, rest = words[: at - 1], words[at + 1 :]
        if has_content(before, nothing, Vocabulary()) or (bool(before) and before[0].text in _SPEAKING):
            within = _within(clause, words, at)
            if within:
                return [*clauses[:place], *within, *clauses[place + 1 :]]
            continue
        noun = next((word.text for word in rest[:3] if word.text in NUMBER_NOUNS), "")
        noun = noun or next((word.text for word in before if word.text in NUMBER_NOUNS), "")
        noun = noun or ("code" if LOCKS & {word.text for word in words} else "number")
        return [*clauses[:place], *_split_width(clause, words, at, noun), *clauses[place + 1 :]]
    return None


def _within(clause: RawClause, words: list[Word], at: int) -> list[RawClause]:
    """``If a two-digit number is doubled, …``: there is one, and the sentence speaks of it."""
    start = at - 2 if words[at - 2].text in ("a", "an") else at - 3
    if start < 0 or words[start].text not in ("a", "an") or (start == at - 3 and words[at - 2].text not in ANY_ONE):
        return []
    stop = at + 1
    found = []
    while stop < len(words) and (words[stop].text in NUMBER_NOUNS or words[stop].text in QUALIFYING):
        found += [words[stop]] if words[stop].text in QUALIFYING else []
        stop += 1
    if stop == at + 1 or words[stop - 1].text not in NUMBER_NOUNS or found:
        return []
    at_start = words[start].start
    said = [made_word(text, at_start) for text in ("there", "is", "a")]
    noun = words[stop - 1]
    number = [made_word("the", at_start), noun._replace(text="code" if noun.text in CODES else "number")]
    return [
        replace(clause, words=(*said, words[at - 1], words[at]._replace(text="digit"), noun)),
        replace(clause, words=(*words[:start], *number, *words[stop:])),
    ]


def _is_width(words: Sequence[Word], at: int) -> bool:
    """Whether ``three-digit`` or ``three digits`` ends here."""
    if words[at].text not in ("digit", "digits", "figure", "figures") or count_of(words[at - 1].text) is None:
        return False
    before = words[at - 2].text if at > 1 else ""
    if words[at].text in ("digits", "figures"):
        return before in ("has", "have", "with", "of", "is", "exactly", "had", "requires", "needs")
    spelled = words[at + 2] if at + 2 < len(words) else None
    if spelled is not None and spelled.written.isupper() and len(spelled.text) > 1:
        return False
    return not (at + 1 < len(words) and words[at + 1].text in ("is", "has", "are"))


def _split_width(clause: RawClause, words: list[Word], at: int, noun: str) -> Iterator[RawClause]:
    """``There is a four-digit code.``, and what else the sentence says of it."""
    nothing = Declared()
    article = [
        made_word("there", clause.words[0].start),
        made_word("is", clause.words[0].start),
        made_word("a", clause.words[0].start),
    ]
    digit = words[at]._replace(text="digit")
    rest = words[at + 1 :]
    kept: list[Word] = []
    while rest and (rest[0].text in NUMBER_NOUNS or rest[0].text in QUALIFYING):
        kept += [rest[0]] if rest[0].text in QUALIFYING else []
        rest = rest[1:]
    yield replace(clause, words=(*article, words[at - 1], digit, made_word(noun, digit.end)))
    if kept:
        yield replace(
            clause, words=(made_word("i", clause.words[0].start), made_word("am", clause.words[0].start), *kept)
        )
    if has_content(rest, nothing, Vocabulary()):
        yield from _goes_on(clause, rest)


def _goes_on(clause: RawClause, rest: list[Word]) -> Iterator[RawClause]:
    """What follows the number in its own sentence, said of it."""
    texts = [word.text for word in rest]
    at = rest[0].start
    start = next((place for place, text in enumerate(texts) if text not in LINKS), len(rest))
    links = texts[:start]
    said = rest[start:]
    if not said:
        return
    if "whose" in links:
        yield replace(clause, words=(made_word("its", at), *said))
    elif "with" in links:
        yield replace(clause, words=(made_word("i", at), made_word("have", at), *said))
    elif said[0].text in PREDICATE_VERBS or said[0].text in OPERATED:
        yield replace(clause, words=(made_word("i", at), *said))
    else:
        yield replace(clause, words=tuple(said))
