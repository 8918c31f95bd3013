"""What is declared without being said: the letters of a sum, the bounds of a number, its places.

Each function gives the clauses with a declaration added, or None where it sees
none; what is a guess is told as a warning.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from oedipus.dsl import phrases
from oedipus.dsl.clauses import count_of, line_of, said_at
from oedipus.dsl.diagnostics import Diagnostic
from oedipus.dsl.lexicon import simplify
from oedipus.dsl.patterns import apply, sentences, table
from oedipus.dsl.phrases import NUMBER_NOUNS, PLACE_NAMES, PLACES
from oedipus.dsl.reader import RawClause, Word
from oedipus.dsl.wordlists import CODES, PLACE_ANNOUNCERS, TELLING

_WOVEN = re.compile(r"[a-z]{1,4}\d+[a-z\d]*\Z")
"""Letters among the digits of a numeral, such as the end of ``2a3``."""
_NAMED = table("named")
_LETTERED = re.compile(r"[A-Z]+\Z")


def letters(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:
    """``SEND + MORE = MONEY`` alone: its letters are digits, different ones if nothing is said of letters."""
    known: list[str] = []
    first = -1
    for place, clause in enumerate(clauses):
        spelled = _capitals(clause)
        first = place if spelled and first < 0 else first
        known += [letter for letter in dict.fromkeys("".join(spelled)) if letter not in known]
    if first < 0:
        return None
    known += [letter for letter in _beside(clauses, known) if letter not in known]
    if len(known) > 10:
        return None
    listed = [part for letter in known for part in (",", letter)][1:]
    out = [said_at(clauses[first], "digits", *listed)]
    said = {word.text for clause in clauses for word in clause.words}
    if not said & {"letter", "letters", "different", "distinct", "unique", "digit", "digits"} or said & {
        "cryptarithm",
        "alphametic",
        "cryptarithms",
        "alphametics",
        "cryptarithmetic",
    }:
        out.append(said_at(clauses[first], "all", "different"))
        label = "different letters are read as different digits"
        notes.append(Diagnostic("W703", clauses[first].span, label, "say so: 'all different'"))
    told = [one for clause in clauses[first:] for one in (_spelled_out(clause) if _is_wide_word(clause) else [clause])]
    return [*clauses[:first], *out, *told]


def _beside(clauses: Sequence[RawClause], known: Sequence[str]) -> list[str]:
    """Letters of words that a sum does not have, but a clause about such words: ``SEVEN is divisible by 7``."""
    words = [clause.words[0].written for clause in clauses if len(clause.words) > 1 and clause.words[1].text == "is"]
    spelled = [word for word in words if _LETTERED.match(word) and len(word) > 1 and len(set(word) & set(known)) > 1]
    return list(dict.fromkeys("".join(spelled)))


def _is_wide_word(clause: RawClause) -> bool:
    """``ABC is a three-digit number``."""
    words = clause.words
    return (
        len(words) > 5
        and words[0].written.isupper()
        and 1 < len(words[0].text) < 11
        and [word.text for word in words[1:3]] == ["is", "a"]
        and count_of(words[3].text) == len(words[0].text)
        and words[4].text == "digit"
        and words[5].text in NUMBER_NOUNS
    )


def _spelled_out(clause: RawClause) -> list[RawClause]:
    """What such a sentence states: its first letter is not 0, and whatever follows."""
    rest = clause.words[6 + (clause.words[6:7] != () and clause.words[6].text == ",") :]
    rest = rest[1 + (rest[0].text == "in") :] if rest and rest[0].text in ("where", "in", "and", "with") else rest
    first = said_at(clause, clause.words[0]._replace(text=clause.words[0].text[0]), "is", "not", "0")
    return [first, *([replace(clause, words=tuple(rest))] if rest else [])]


def _capitals(clause: RawClause) -> list[str]:
    """Words in capitals that stand in an equation, or behind *number*."""
    words = clause.words
    equation = any(word.kind == "symbol" and word.text == "=" for word in words)
    woven = [word.text for word in words if word.kind == "word" and _WOVEN.match(word.text)]
    if woven and (equation or any(word.text in NUMBER_NOUNS for word in words)):
        return ["".join(filter(str.isalpha, text)).upper() for text in woven]
    caps = [bool(_LETTERED.match(word.written)) and word.kind == "word" for word in words]
    long = [place for place, one in enumerate(caps) if one and len(words[place].text) > 1]
    if equation and long:
        return [words[place].written for place, one in enumerate(caps) if one and words[place].text != "x"]
    if _is_wide_word(clause):
        return [words[0].written]
    return [
        words[place].written
        for place in long
        if place and words[place - 1].text in ("number", "integer", "numbers") and words[place].text not in NUMBER_NOUNS
    ]


def without_needless_word(clauses: Sequence[RawClause]) -> Sequence[RawClause]:
    """``a four-digit number ABCD`` without the word, where no other sentence has it or one of its letters."""
    for place, clause in enumerate(clauses):
        word = clause.words[-1]
        before = [one.text for one in clause.words[-4:-1] if one.text != "-"]
        width = count_of(before[0]) if before and before[1:] == ["digit", "number"] else None
        if width != len(word.text) or width == 1 or not _LETTERED.match(word.written):
            continue
        others = [one for other in clauses if other is not clause for one in other.words if one.text not in ("a", "i")]
        if not any(one.kind == "word" and set(one.text) <= set(word.text) for one in others):
            return [*clauses[:place], replace(clause, words=clause.words[:-1]), *clauses[place + 1 :]]
    return clauses


def in_capitals(clauses: Sequence[RawClause]) -> Sequence[RawClause]:
    """``the four-digit number aabb`` as ``AABB``, wherever the word stands."""
    small = {
        word.text
        for clause in clauses
        for place, word in enumerate(clause.words)
        if word.kind == "word" and _is_lettered(clause.words, place)
    }
    if not small:
        return clauses
    return [
        replace(
            clause,
            words=tuple(
                word._replace(written=word.text.upper()) if word.text in small else word for word in clause.words
            ),
        )
        for clause in clauses
    ]


_SMALL = re.compile(r"(?:[a-g]{2,6}|[x-z]{2,4}|[p-t]{2,5}|[m-p]{2,4})\Z")


def _is_lettered(words: Sequence[Word], place: int) -> bool:
    """``a four-digit number aabb``: small letters that stand for as many digits."""
    before = [word.text for word in words[max(0, place - 4) : place] if word.text != "-"][-3:]
    return (
        len(before) == 3
        and count_of(before[0]) == len(words[place].text)
        and before[1] == "digit"
        and before[2] in NUMBER_NOUNS
        and bool(_SMALL.match(words[place].text))
    )


def singles(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:  # noqa: ARG001
    """``A + B = CD``, ``A > B`` under a sentence that says what letters are: a digit for each letter."""
    if not any(word.text in ("letter", "letters") for clause in clauses for word in clause.words):
        return None
    found = dict.fromkeys(
        letter
        for clause in clauses
        if any(word.kind == "symbol" and word.text in _RELATING for word in clause.words)
        for word in clause.words
        if word.kind == "word" and _LETTERED.match(word.written) and len(word.written) < MOST_LETTERS
        for letter in word.written
    )
    if not 1 < len(found) <= MOST_LETTERS:
        return None
    listed = [part for letter in found for part in (",", letter)][1:]
    return [said_at(clauses[0], "digits", *listed), *clauses]


MOST_LETTERS = 10
_RELATING = frozenset(["=", "<", ">", "+", "*", "<=", ">=", "!="])
_EMPTY = (re.compile(r"[a-z] is a number"),)


def named(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:  # noqa: ARG001
    """``n is a three-digit number``: a number with a name."""
    out: list[RawClause] = []
    changed = False
    for clause in clauses:
        words = simplify(clause.words, {})
        made = apply(words, _NAMED)
        if made == words:
            out.append(clause)
            continue
        changed = True
        out += [
            replace(clause, words=tuple(part))
            for part in sentences(made)
            if not any(empty.fullmatch(line_of(part)) for empty in _EMPTY)
        ]
    return out if changed else None


def guessed(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:  # noqa: ARG001
    """``Crack the code: 682 …``: the guesses have as many digits as the code."""
    widths = set()
    first = -1
    for place, clause in enumerate(clauses):
        skipped = clause.words[0].text in ("code", "guess", "number", "combination", "try") and len(clause.words) > 3
        words = clause.words[skipped:]
        digits = 0
        while digits < len(words) and words[digits].kind == "number" and words[digits].text.isdecimal():
            digits += 1
        width = digits if digits > 1 else len(words[0].text) if digits else 0
        if width > 1 and TELLING & {word.text for word in clause.words}:
            widths.add(width)
            first = place if first < 0 else first
    if len(widths) != 1:
        return None
    said = said_at(clauses[first], "there", "is", "a", str(*widths), "digit", "code")
    return [*clauses[:first], replace(said, label=""), *clauses[first:]]


_BOUNDS = (
    re.compile(r"between (\d+) and (\d+)"),
    re.compile(r"from (\d+) to (\d+)"),
    re.compile(
        r"(?:greater|larger|more|bigger|higher) than (\d+) (?:and|but|, but) (?:also )?(?:less|smaller|lower|fewer) than (\d+)"  # noqa: E501
    ),
)

_ABOVE = re.compile(r"(?:greater|larger|more|bigger|higher) than (\d+)|above (\d+)|over (\d+)")

_BELOW = re.compile(r"(?:less|smaller|lower|fewer) than (\d+)|below (\d+)|under (\d+)")

_OF_NUMBER = re.compile(r"(?:i|it|my number|the number|this number|the mystery number|the code)(?: |$)|.*\bnumbers?\b")


def bounded(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:
    """``I am greater than 40 but less than 50``: the bounds tell the number of digits."""
    low = high = 0
    first = -1
    for place, clause in enumerate(clauses):
        line = line_of(simplify(clause.words, {}))
        if not _OF_NUMBER.match(line) or "digit" in line:
            continue
        found = next((one for pattern in _BOUNDS if (one := pattern.search(line))), None)
        above, below = _ABOVE.search(line), _BELOW.search(line)
        if found:
            low, high = int(found.group(1)), int(found.group(2))
        else:
            low = int(above.group(above.lastindex or 0)) if above else low
            high = int(below.group(below.lastindex or 0)) if below else high
        first = place if first < 0 and (found or above or below) else first
    if not 0 < low < high or len(str(low)) != len(str(high - 1)) or first < 0:
        return None
    for place, clause in enumerate(clauses):
        line = line_of(simplify(clause.words, {}))
        found = _DECIMALS.search(line)
        decimals = count_of((found.group(1) or found.group(2)) if found else "") or 0
        if found and 0 < decimals < 4 and set(line.split()) <= {*PLACE_ANNOUNCERS, *found.group().split()}:
            names = [PLACE_NAMES[power] for power in range(len(str(low)) - 1, -decimals - 1, -1)]
            said = said_at(clause, *["there", "is", "a", "number", "with"], *" , ".join(names).split())
            return [*clauses[:place], said, *clauses[place + 1 :]]
    return _with_width(clauses, first, len(str(low)), "its bounds", notes)


def _with_width(clauses: list[RawClause], first: int, width: int, why: str, notes: list[Diagnostic]) -> list[RawClause]:
    label = f"read as a number of {width} digits, after {why}"
    notes.append(Diagnostic("W703", clauses[first].span, label, f"say so: 'I am a {width}-digit number'"))
    return [*clauses[:first], said_at(clauses[first], "i", "am", "a", str(width), "digit", "number"), *clauses[first:]]


_DECIMALS = re.compile(
    r"(?:with|has|have) (\w+) decimal (?:place|digit)s?|(\w+) (?:digits|places) after the (?:decimal )?point"
)

_AT_PLACE = re.compile(
    r"\b((?:ten |hundred )?(?:thousand|million)s?|hundreds?|tens?|ones|units?|tenths?|hundredths?|thousandths?)'?s?"
    r"(?: (?:digit|place|column|position)|(?= than| as| and|$| ,))"
)


def announced(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:
    """``I have three digits: ones, tenths and hundredths``: a sentence that only tells the places."""
    for clause in clauses:
        line = _uncounted(line_of(simplify(clause.words, {})))
        places = {word for one in _AT_PLACE.finditer(line) for word in one.group().split()}
        if len(places) > 1 and set(line.split()) <= places | PLACE_ANNOUNCERS:
            return placed(clauses, notes)
    return None


def _uncounted(line: str) -> str:
    """Without *three digits* or *two decimal places*."""
    return re.sub(rf"\b(?:{'|'.join(phrases.NUMBER_WORDS)}|\d+) (?=digits|places|decimal)", "", line)


def placed(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:
    """``My tens digit is 4. My ones digit is 2.``: the places spoken of tell which there are."""
    powers: set[int] = set()
    first, told = -1, -1
    for place, clause in enumerate(clauses):
        line = _uncounted(line_of(simplify(clause.words, {})))
        found = {PLACES[one.group(1)] for one in _AT_PLACE.finditer(line) if one.group(1) in PLACES}
        powers |= found
        first = place if first < 0 and found else first
        if _DECIMALS.search(line) and set(line.split()) <= {*PLACE_ANNOUNCERS, *_DECIMALS.search(line).group().split()}:  # type: ignore[union-attr]
            told = place
        places = {word for one in _AT_PLACE.finditer(line) for word in one.group().split()}
        if found and told < 0 and set(line.split()) <= places | PLACE_ANNOUNCERS:
            told = place
    if first < 0 or max(powers) < 0 or (min(powers) > 0 and told < 0):
        return None
    names = [PLACE_NAMES[power].replace("_", " ") for power in range(max(powers), min(powers) - 1, -1)]
    if len(names) < 2 or len(names) > 10:
        return None
    if told < 0:
        label = f"read as a number with {', '.join(names)}: the places spoken of"
        notes.append(Diagnostic("W703", clauses[first].span, label, "say so first: 'There is a number with …'"))
    at = told if told >= 0 else first
    said = said_at(clauses[at], *["there", "is", "a", "number", "with"], *" , ".join(names).split())
    return [*clauses[:at], said, *clauses[at + (told >= 0) :]]


_AT_ORDINAL = re.compile(rf"\b({'|'.join(list(phrases.ORDINALS)[:12])}|\d+(?:st|nd|rd|th))\b")


def ordinals(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:
    """``The fifth number is …`` of a code: the highest ordinal tells how many digits it has."""
    highest, first = 0, -1
    words = {word.text for clause in clauses for word in clause.words}
    for place, clause in enumerate(clauses):
        for one in _AT_ORDINAL.findall(line_of(clause.words)):
            highest = max(highest, int(one[:-2]) if one[0].isdecimal() else phrases.ORDINALS[one])
            first = place if first < 0 else first
    if first < 0 or not 2 <= highest <= 10 or not words & {*CODES, "lock", "safe", "digit", "digits"}:
        return None
    code = bool(words & {*CODES, "lock", "safe"})
    label = f"read as {'a code' if code else 'a number'} of {highest} digits, after its highest ordinal"
    notes.append(Diagnostic("W703", clauses[first].span, label, "say so first: 'There is a code of … digits'"))
    said = said_at(clauses[first], "there", "is", "a", str(highest), "digit", "code" if code else "number")
    return [*clauses[:first], said, *clauses[first:]]


def grid(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:  # noqa: ARG001
    """Rows of single letters, as of a magic square: a digit for each."""
    rows = [place for place, clause in enumerate(clauses) if _is_row(clause)]
    if len(rows) < 2:
        return None
    letters_ = [word for place in rows for word in clauses[place].words]
    listed = [part for word in letters_ for part in (",", word)][1:]
    rest = [clause for place, clause in enumerate(clauses) if place not in rows]
    first = clauses[rows[0]]
    return [*rest[: rows[0]], replace(said_at(first, "digits", *listed), label=""), *rest[rows[0] :]]


def _is_row(clause: RawClause) -> bool:
    texts = [word.text for word in clause.words]
    return len(texts) > 1 and len(set(texts)) == len(texts) and all(len(one) == 1 and one.isalpha() for one in texts)
