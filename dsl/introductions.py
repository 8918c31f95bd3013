"""How published riddles begin, said in the few forms that :mod:`declarations` knows.

A puzzle book tells a story, speaks of *a certain number consisting of three
digits*, sets a sum of words, or gives bounds only. Here the sentences of the
whole file are looked at together: stories are left out, what declares is said
plainly, and what declares without saying so (the bounds of a number, the letters
of a sum) is added as a clause of its own, with a warning where it is a guess.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from oedipus.dsl import undeclared
from oedipus.dsl.aliases import unaliased
from oedipus.dsl.carriers import carried
from oedipus.dsl.clauses import line_of, made_word
from oedipus.dsl.content import content_words, is_story
from oedipus.dsl.declarations import Declared, scan
from oedipus.dsl.diagnostics import Diagnostic
from oedipus.dsl.joins import joined
from oedipus.dsl.leadins import without_lead_in, without_tail
from oedipus.dsl.lexicon import Vocabulary, simplify
from oedipus.dsl.patterns import apply, rules, sentences, table
from oedipus.dsl.reader import RawClause, Word, read
from oedipus.dsl.truths import counted
from oedipus.dsl.widths import told_away, wide
from oedipus.dsl.wordlists import FUNCTION_WORDS, NUMBER_QUALIFIERS


def introduced(clauses: Sequence[RawClause], vocabulary: Vocabulary) -> tuple[list[RawClause], list[Diagnostic]]:
    """The clauses with their introduction in plain form, and warnings about what was guessed."""
    clauses = _different(unaliased(undeclared.in_capitals(undeclared.without_needless_word(clauses)), vocabulary))
    told = counted(carried(_summed(_unspaced(joined(list(_quoted(clauses)))))))
    found = [one for clause in _once(told) for one in _plainly(clause)]
    declared = scan(found, vocabulary)
    notes: list[Diagnostic] = []
    if not declared.declaring:
        found = _declared(found, notes)
        declared = scan(found, vocabulary)
    elif declared.whole and not declared.variables:
        found = told_away(found, declared)
        declared = scan(found, vocabulary)
    if declared.whole:
        found = [part for place, one in enumerate(found) for part in _stated(one, place in declared.declaring)]
        declared = scan(found, vocabulary)
        found = [_called(one) for one in found]
    found = _only_digit(found, declared)
    kept = [
        one if place in declared.declaring else _without_story(one, declared, vocabulary, notes)
        for place, one in enumerate(found)
        if not is_story(one, declared, vocabulary, notes, first=place == 0)
    ]
    return kept, notes


def _without_story(clause: RawClause, declared: Declared, vocabulary: Vocabulary, notes: list[Diagnostic]) -> RawClause:
    return without_tail(without_lead_in(clause, declared, vocabulary, notes), declared, vocabulary, notes)


def _once(clauses: Sequence[RawClause]) -> Iterator[RawClause]:
    """*The two-digit number*, behind a sentence that speaks of *a two-digit number*, as *the number*."""
    told = False
    for clause in clauses:
        if all(word.text not in ("digit", "digits") for word in clause.words):
            yield clause
            continue
        words = simplify(clause.words, {})
        yield replace(clause, words=tuple(apply(words, _AGAIN))) if told else clause
        told = told or bool(_FIRST.search(line_of(words)))


_SENTENCES = table("sentences")
_ASKED = table("asked")
_FIRST = re.compile(
    r"\ban? (?:\w+ )?digit (?:\w+ )?(?:number|code|combination|pin|password|integer|year)\b|\bnumber has \w+ digits\b"
)
_AGAIN = rules("digit :: (the|this|that|my|your|his|her|our) #num digit (?=#number) -> \\1")


def _plainly(clause: RawClause) -> Iterator[RawClause]:
    """The clause as one or more sentences in plain form."""
    texts = {word.text for word in clause.words}
    if not _SENTENCES.triggered(texts, 0):
        yield clause
        return
    opened = simplify(clause.words, {})
    words = apply(opened, _SENTENCES)
    if words == opened:
        yield clause
        return
    for part in sentences(words):
        yield replace(clause, words=tuple(part))


def _stated(clause: RawClause, declares: bool) -> Iterator[RawClause]:
    """``Which number ends in 5?``, where there is a number already, says that it does."""
    words = [] if declares else simplify(clause.words, {})
    said = apply(words, _ASKED) if words and words[0].text in ("what", "which", "find") else words
    if said == words:
        yield clause
        return
    for part in sentences(said):
        yield replace(clause, words=tuple(part), asked=False)


def _different(clauses: Sequence[RawClause]) -> Sequence[RawClause]:
    """``It has two different digits``, behind a sentence that tells how many digits there are."""
    told = False
    out: list[RawClause] = []
    for clause in clauses:
        words = simplify(clause.words, {}) if told and any(word.text in _ALL_DIFFERENT for word in clause.words) else []
        out.append(replace(clause, words=tuple(apply(words, _VALUES))) if words else clause)
        told = told or bool(_TOLD_WIDTH.search(line_of(clause.words)))
    return out


_ALL_DIFFERENT = frozenset(["different", "distinct", "unique"])
_TOLD_WIDTH = re.compile(
    r"\b(?:\w+)[ -]digit (?:\w+ )?(?:number|code|combination|pin|password|integer|year)\b|^digits [a-z]"
)
_VALUES = rules(
    "different distinct unique :: ^((?:i|it|the number|the code|my number|the pin|they|this number)) "
    "(?:have|has|contains?|uses?|(?:is|am) (?:written|made up|made) (?:with|of|from)) (?:only |exactly |just )?(#num) "
    "(?:different|distinct|unique) digits(?=$| and| but) -> \\1 has exactly \\2 different digits"
)


def _called(clause: RawClause) -> RawClause:
    """``my bus number`` as ``my number``: what kind of number it is says nothing of its digits."""
    words = clause.words
    out = [
        word
        for place, word in enumerate(words)
        if not (
            0 < place < len(words) - 1
            and (place == 1 or words[place - 2].text in ("of", "in", "than", "from", "to", "if"))
            and words[place + 1].text.removesuffix("'s") in ("number", "code", "pin", "combination")
            and words[place - 1].text in ("my", "the", "your", "his", "her", "our", "this")
            and word.kind == "word"
            and len(word.text) > 1
            and not (word.text in FUNCTION_WORDS or word.text in content_words() or word.text in NUMBER_QUALIFIERS)
        )
    ]
    return replace(clause, words=tuple(out))


def _only_digit(clauses: list[RawClause], declared: Declared) -> list[RawClause]:
    """``The digit is odd`` where there is one only."""
    name = next(iter(declared.variables.values()), "") if len(declared.variables) == 1 else ""
    single = declared.whole and any(
        _SINGLE.search(line_of(simplify(clauses[place].words, {}))) for place in declared.declaring
    )
    if not (name or single) or (name and declared.whole):
        return clauses
    return [
        replace(
            clause,
            words=(made_word(name or "number", clause.words[0].start), *clause.words[2:])
            if [word.text for word in clause.words[:2]] == ["the", "digit"]
            and clause.words[2:3]
            and clause.words[2].text in ("is", "has", "was", "=", "isn't")
            else clause.words,
        )
        for clause in clauses
    ]


_SINGLE = re.compile(r"\b(?:single|one|1) digit (?:number|code|integer)\b")


def _quoted(clauses: Sequence[RawClause]) -> Iterator[RawClause]:
    """Sentences in quotation marks as sentences: a note, what somebody says."""
    for clause in clauses:
        place = next((place for place, word in enumerate(clause.words) if word.kind == "string"), -1)
        first = clause.words[0].text
        if place < 0 or first in ("use", "given", "data") or len(clause.words[place].text.split()) < 3:
            yield clause
            continue
        if place:
            yield replace(clause, words=clause.words[:place])
        quoted = clause.words[place]
        for inner in read(quoted.written[1:-1])[0]:
            shift = quoted.start + 1
            words = tuple(word._replace(start=word.start + shift, end=word.end + shift) for word in inner.words)
            yield replace(clause, words=words, asked=inner.asked)
        if clause.words[place + 1 :]:
            yield replace(clause, words=clause.words[place + 1 :])


def _declared(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause]:
    """The clauses of a file that declares nothing in a known form, with a declaration."""
    for step in (
        undeclared.grid,
        undeclared.letters,
        undeclared.singles,
        undeclared.named,
        undeclared.announced,
        wide,
        undeclared.guessed,
        undeclared.placed,
        undeclared.bounded,
        undeclared.ordinals,
    ):
        found = step(clauses, notes)
        if found is not None:
            return found
    return clauses


def _is_sum(clause: RawClause) -> bool:
    """Whether a line holds nothing but words of capitals and signs."""
    return all(word.written.isupper() or word.text in ("+", "-", "*") for word in clause.words)


def _unspaced(clauses: Sequence[RawClause]) -> list[RawClause]:
    """``S E N D`` in a sum as ``SEND``."""
    return [replace(one, words=tuple(_closed_up(one.words))) if _is_spaced(one) else one for one in clauses]


def _is_spaced(clause: RawClause) -> bool:
    """Whether a line holds nothing but single capitals and signs, and two capitals side by side."""
    capital = [len(word.text) == 1 and word.written.isupper() for word in clause.words]
    signs = all(one or word.text in ("+", "-", "*", "=") for one, word in zip(capital, clause.words, strict=True))
    return signs and any(a and b for a, b in pairwise(capital))


def _closed_up(words: Sequence[Word]) -> Iterator[Word]:
    for is_letter, group in groupby(words, key=lambda word: word.written.isupper()):
        run = list(group)
        if is_letter:
            text = "".join(word.written for word in run)
            yield run[0]._replace(text=text.lower(), written=text, end=run[-1].end)
        else:
            yield from run


def _is_word(clause: RawClause) -> bool:
    """Whether a line is nothing but a word of capitals."""
    return len(clause.words) == 1 and clause.words[0].written.isupper() and clause.words[0].written.isalpha()


def _summed(clauses: Sequence[RawClause]) -> list[RawClause]:
    """A sum of words with a line drawn below it, as one equation."""
    out: list[RawClause] = []
    below = False
    for clause in clauses:
        words = clause.words
        ruled = len(words) > 1 and all(word.text in ("-", "=", "--", "**", "//") for word in words)
        ruled = ruled or (len(words) == 1 and set(words[0].text) == {"_"})
        if ruled and out:
            start = len(out) - 1
            while start > 0 and out[start].words[0].text in ("+", "-", "*", "x") and not out[start].label:
                start -= 1
            while out[-1].words[0].text == "+" and start > 0 and _is_word(out[start]) and _is_word(out[start - 1]):
                out[start] = replace(out[start], words=(made_word("+", out[start].words[0].start), *out[start].words))
                start -= 1
            added = [word for one in out[start:] for word in one.words]
            out[start:] = [replace(out[start], words=(*added, made_word("=", words[0].start)))]
            below = True
        elif words[0].text == "=" and out and _is_sum(out[-1]):
            start = len(out) - 1
            while start > 0 and out[start].words[0].text in ("+", "-", "*"):
                start -= 1
            added = [word for one in out[start:] for word in one.words]
            out[start:] = [replace(out[start], words=(*added, *words))]
        elif below:
            before = out.pop()
            out.append(replace(before, words=(*before.words, *words)))
            below = False
        else:
            out.append(clause)
    return out
