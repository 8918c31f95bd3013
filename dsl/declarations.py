"""The first scan of a file: which names it declares, before any clause is parsed.

Names must be known early because a declared name beats a filler or a pronoun of
the same spelling and because letter words are spelled from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from oedipus.dsl import phrases
from oedipus.dsl.lexicon import Vocabulary, fixed_terminal, simplify
from oedipus.dsl.phrases import NUMBER_NOUNS
from oedipus.dsl.reader import RawClause, Word
from oedipus.dsl.rewrites import rewrite
from oedipus.dsl.stories import plain_story, widened
from oedipus.dsl.wordlists import CODES, NUMBER_OPENERS, QUALITIES, RESERVED, words_of

_SKIPPED = phrases.FILLERS | {
    "more",
    "further",
    "two",
    "three",
    "four",
    "five",
    "six",
    "called",
    "named",
    "written",
    "say",
    "single",
    "unknown",
}
_DIGIT_WORDS = frozenset(["digit", "digits", "number", "numbers", "letters"])
_BE = frozenset(["is", "are", "be"])


@dataclass(slots=True)
class Declared:
    """Names of digits and pictures, of whole numbers, and of ``let`` and ``data``; keys in lower case."""

    variables: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    declaring: set[int] = field(default_factory=set)
    places: bool = False
    whole: bool = False
    several: bool = False
    """Whether there are several whole numbers without names."""

    @property
    def names(self) -> dict[str, str]:
        """Every declared name, lower case to its spelling."""
        return self.variables | self.numbers | self.others


def scan(clauses: Sequence[RawClause], vocabulary: Vocabulary) -> Declared:
    """Find what the clauses declare."""
    found = Declared()
    for index, clause in enumerate(clauses):
        words = _plainly(clause.words)
        known = found.whole or found.numbers or found.variables
        if _scan_clause(words if known else widened(words), vocabulary, found):
            found.declaring.add(index)
    return found


def _plainly(words: Sequence[Word]) -> list[Word]:
    """Contractions opened, and ``the letters A and B stand for digits`` said with ``are``."""
    opened = plain_story(simplify(words, {}), ())
    stands = any(word.text in ("stand", "stands", "represent", "represents") for word in opened)
    return rewrite(opened, ()) if stands else opened


def _scan_clause(words: list[Word], vocabulary: Vocabulary, found: Declared) -> bool:
    plain = without_articles(words)
    texts = [word.text for word in plain]
    width = _width(texts)
    match texts:
        case ["let" | "define" | "data", _, "=" | "be" | "equal", *rest] if not _kind_at_end(rest, vocabulary):
            found.others[texts[1]] = plain[1].written
            return True
        case ["let", *_] | [*_, "digits" | "digit" | "letters"] if _be_place(texts) > 0 and not (
            texts[0] != "let" and set(texts) & set(found.variables)
        ):
            return _listed(plain[texts[0] in ("let", "letters") : _be_place(texts)], found.variables)
        case ["there", "is" | "are" | "exists" | "exist", *_] | ["consider" | "take" | "given", *_]:
            return _there(plain, width, vocabulary, found)
        case [first, *_] if first in _noun_forms(vocabulary) and _is_name_list(plain[1:]):
            return _listed(plain[1:], found.variables)
        case [first, second, *_] if (
            first in QUALITIES and second in _noun_forms(vocabulary) and _is_name_list(plain[2:])
        ):
            return _listed(plain[2:], found.variables)
    if _tells_width(texts) and not (found.whole or found.numbers):
        found.whole = True
        found.places = found.places or texts[0] not in CODES
        return True
    if width and _opens_number(texts) and not found.whole and not _spelled(plain):
        found.whole = found.places = True
        return True
    return False


_NOT_AFTER_ARTICLE = frozenset(["be", "is", "are", "and", "or", "equal", "from", "such", "so", "in", "which"])


def without_articles(words: Sequence[Word]) -> list[Word]:
    """The words but for fillers, a letter that may be a name kept: ``let a be a digit``."""
    kept = []
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else None
        article = (
            following is not None and following.kind in ("word", "number") and following.text not in _NOT_AFTER_ARTICLE
        )
        if not (article and word.text in phrases.FILLERS):
            kept.append(word)
    return kept


def _kind_at_end(texts: list[str], vocabulary: Vocabulary) -> bool:
    return bool(texts) and texts[-1] in _noun_forms(vocabulary) and all(text in _SKIPPED for text in texts[:-1])


def _be_place(texts: list[str]) -> int:
    """Where ``be`` or ``are`` stands in ``let a, b and c be digits``, 0 where the clause is no such list."""
    places = [place for place, text in enumerate(texts) if text in _BE]
    if len(places) != 1 or any(
        text not in (*_SKIPPED, *QUALITIES, "digits", "digit", "letters") for text in texts[places[0] + 1 :]
    ):
        return 0
    if texts[0] != "let" and (texts[places[0]] != "are" or texts[-1] not in ("digits", "letters")):
        return 0
    known = {*phrases.ORDINALS, *phrases.PLACES, "all", "they", "there", *_DIGIT_WORDS}
    head = texts[texts[0] in ("let", "letters", "letter") : places[0]]
    return (
        places[0] if head and all(text.isidentifier() or text == "," for text in head) and not known & set(head) else 0
    )


def _noun_forms(vocabulary: Vocabulary) -> set[str]:
    return {form for noun in vocabulary.nouns for form in (noun, f"{noun}s", f"{noun}es")} | {"letters", "variables"}


_VERBS = frozenset({"VERB", "ADDS", "DIFFERS", "HAS", "IS", "EXCEEDS", "RELOP"})


def _is_name_list(words: Sequence[Word]) -> bool:
    """``a, b and c``, ``x from "card"``: identifiers with separators between them, nothing else."""
    if words and words[0].text == ":":
        words = words[1:]
    if len(words) == 1 and fixed_terminal(words[0].text) in _VERBS:
        return False
    expecting = True
    for place, word in enumerate(words):
        if not expecting and word.text == "from" and place + 2 == len(words):
            return words[-1].kind in ("string", "word")
        if expecting and word.text == "and" and place and words[place - 1].text == ",":
            continue
        if expecting != (word.kind == "word" and word.text not in RESERVED):
            return False
        if not expecting and word.text not in (",", "and"):
            return False
        expecting = not expecting
    return bool(words) and not expecting


def _listed(words: Sequence[Word], into: dict[str, str]) -> bool:
    for word in words:
        if word.text in ("from", "in", "such"):
            break
        if (word.kind == "word" and word.text not in ("and", *_SKIPPED)) or (
            word.kind == "word" and len(word.text) == 1
        ):
            into.setdefault(word.text, word.written)
    return True


def _there(words: list[Word], width: bool, vocabulary: Vocabulary, found: Declared) -> bool:
    """``There are three digits: a, b and c``, ``There is a number with tens and ones``, …"""
    texts = [word.text for word in words]
    forms = _noun_forms(vocabulary) | NUMBER_NOUNS
    start = texts.index("digit") + 1 if width else 0
    noun = next(
        (
            place
            for place in range(start, len(texts))
            if texts[place] in forms and texts[place : place + 2] != ["number", "of"]
        ),
        0,
    )
    noun = noun or next((place for place, text in enumerate(texts) if text in NUMBER_NOUNS), 0)
    if not noun or any(text in _QUANTIFYING for text in texts[:noun]):
        return False
    rest = words[noun + 1 :]
    code = texts[noun] in ("code", "combination", "password", "pin") and (width or "of" in texts or "with" in texts)
    with_places = bool(rest) and rest[0].text == "with"
    if code or width or with_places:
        found.places = found.places or not code
        _whole_names(rest, found)
        before = texts[texts.index("digit") - 2] if width and texts.index("digit") > 1 else ""
        found.several = found.whole and phrases.NUMBER_WORDS.get(before, 1) > 1
        return True
    if not rest or rest[0].text in (":", ","):
        return _listed(rest, found.variables)
    return _listed(rest, found.variables) if _is_name_list(rest) else False


_QUANTIFYING = words_of("no at exactly only odd even prime repeated repeating duplicate duplicated equal pair pairs")


def _whole_names(rest: Sequence[Word], found: Declared) -> None:
    letters = all(len(word.text) == 1 or word.text == "and" for word in rest)
    if rest and rest[0].text == "," and letters and _is_name_list(rest[1:]):
        _listed(rest[1:], found.numbers)
    elif (
        rest
        and (rest[0].text == ":" or rest[0].text in ("called", "named") or _is_name_list(rest[:1]))
        and _is_name_list([word for word in rest if word.text not in (":", "called", "named")])
    ):
        _listed(rest, found.numbers)
    else:
        found.whole = True


def _tells_width(texts: Sequence[str]) -> bool:
    """``I have three digits``, ``The code is four digits long``."""
    tail = texts[:-1] if texts[-1:] == ["long"] else texts
    counted = (
        len(tail) >= 4
        and tail[-1] in ("digits", "figures")
        and (tail[-2] in phrases.NUMBER_WORDS or tail[-2].isdecimal())
    )
    return (
        counted
        and tail[-3] in ("has", "have", "is", "with")
        and set(tail[:-3]) <= {*NUMBER_NOUNS, "i", "it", "my", "this", "secret", "am", "is", "there"}
    )


def _width(texts: Sequence[str]) -> bool:
    """Whether the clause speaks of a ``three-digit number`` or code."""
    return any(
        texts[place + 1 : place + 2] == ["digit"]
        and texts[place + 2 : place + 3] not in (["is"], ["has"], ["must"])
        and (texts[place] in phrases.NUMBER_WORDS or texts[place].isdecimal() or texts[place] == "single")
        for place in range(len(texts))
    )


def _spelled(words: Sequence[Word]) -> bool:
    """Whether the number has letters for digits: ``the two-digit number AB``."""
    place = next((place for place, word in enumerate(words) if word.text == "digit"), 0)
    spelled = words[place + 2 : place + 3]
    return (
        bool(spelled)
        and (spelled[0].written.isupper() or spelled[0].kind == "number")
        and (len(spelled[0].written) > 1 or spelled[0].kind == "number")
    )


def _opens_number(texts: Sequence[str]) -> bool:
    """``I am a three-digit number``, ``Find a …``, ``Three-digit number``; not ``a + b is a two-digit number``."""
    place = next(place for place in range(len(texts)) if texts[place + 1 : place + 2] == ["digit"])
    return place == 0 or texts[0] in NUMBER_OPENERS or texts[0] == "code" or texts[place - 1 : place] == ["of"]
