"""Clauses that a first word gives away: settings and declarations, as terminals."""

from collections.abc import Sequence
from itertools import pairwise

from oedipus.dsl import phrases
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.lexicon import Lexicon, Vocabulary
from oedipus.dsl.phrases import NUMBER_NOUNS
from oedipus.dsl.reader import Word
from oedipus.dsl.spans import Span
from oedipus.dsl.terminals import Token, token
from oedipus.dsl.wordlists import CODES, DECLARING, KNOWN_OPENING, QUALITIES


def setting(words: Sequence[Word]) -> list[Token]:
    """The terminals of a setting, else nothing."""
    texts = [word.text for word in words]
    match texts:
        case ["alpha", *rest] if not rest or words[1].kind in ("number", "symbol"):
            return [_plain("ALPHA", words[0]), *_numbers(words[1:])]
        case ["evidence", *_]:
            return [_plain("EVIDENCE", words[0]), *(_plain("IDENT", word) for word in words[1:])]
        case ["solve", "by" | "with", *_]:
            return [_plain("SOLVE", words[0]), *_numbers(words[2:])]
        case ["use" | "given", *_] if (len(words) > 1 and words[1].kind == "string") or texts in (["use"], ["given"]):
            return [_plain(texts[0].upper(), words[0]), *_numbers(words[1:])]
        case ["data", _, "=", *_]:
            return [_plain("DATA", words[0]), *_numbers(words[1:])]
        case ["solution", *_]:
            return [
                _plain("SOLUTION", words[0]),
                *_numbers([word for word in words[1:] if word.text not in ("is", ":", "=", "and")]),
            ]
    return []


def _plain(terminal: str, word: Word) -> Token:
    return token(terminal, word.written, word.start, word.end)


def _numbers(words: Sequence[Word]) -> list[Token]:
    out = []
    for word in words:
        match word.kind:
            case "number":
                out.append(token("NUM", word.text, word.start, word.end))
            case "string":
                out.append(token("STRING", word.written[1:-1], word.start, word.end))
            case "word" if word.text in phrases.NUMBER_WORDS:
                out.append(token("NUM", phrases.NUMBER_WORDS[word.text], word.start, word.end))
            case "word":
                out.append(_plain("IDENT", word))
            case _ if word.text in (",", "="):
                out.append(token("COMMA" if word.text == "," else "RELOP", word.text, word.start, word.end))
            case _:
                raise Mistake("E103", word.span, f"'{word.written}' cannot stand here")
    return out


def declaration(words: Sequence[Word], vocabulary: Vocabulary, lexicon: Lexicon) -> tuple[list[Token], list[Word]]:
    """The terminals that declare, and the words that go on to state something.

    Both are as the first scan (:mod:`declarations`) found the clause to declare.
    """
    texts = [word.text for word in words]
    if texts[0] in ("let", "define") and "=" in texts[:3]:
        return [_plain("LET", words[0]), _new(words[1]), token("RELOP", "=", words[2].start, words[2].end)], list(
            words[3:]
        )
    for place, text in enumerate(texts):
        if text == "digit" and place and (number := _count(texts[place - 1])) is not None:
            return _whole(words, place, number, lexicon)
    told = texts[:-1] if texts[-1] == "long" else texts
    if (
        len(told) > 2
        and told[-1] in ("digits", "figures")
        and told[-3] in ("has", "have", "is", "with")
        and (width := _count(told[-2])) is not None
    ):
        noun = next((text for text in told if text in NUMBER_NOUNS), "number")
        return _number([], width, noun, words[0]), []
    if (at := next((place for place, text in enumerate(texts) if text in NUMBER_NOUNS), None)) is not None:
        if texts[at + 1 : at + 2] == ["with"] and lexicon.terminal(words, at + 2) == "PLACE":
            return _with_places(words, at + 2, lexicon), []
        width = next((number for one in texts[at + 1 :] if (number := _count(one)) is not None), None)
        if width is not None and texts[-1] in ("digits", "figures", "numbers"):
            _nothing_said(words, at + 1, lexicon)
            return _number(words[:at], width, texts[at], words[at]), []
    return _digits(words, vocabulary, lexicon), []


def _nothing_said(words: Sequence[Word], start: int, lexicon: Lexicon) -> None:
    """Raise for ``a code of four odd digits``, as the adjective would be left out."""
    told, _ = _adjectives(words, start, len(words), lexicon)
    if told:
        place = Span(told[0].start_pos, told[0].end_pos)
        raise Mistake(
            "E201",
            place,
            "a declaration cannot say this of the digits",
            "say it in a sentence of its own: 'every digit is odd'",
        )


def _count(text: str) -> int | None:
    if text.isdecimal() and len(text) < 4:
        return int(text)
    return 1 if text == "single" else phrases.NUMBER_WORDS.get(text)


def _new(word: Word) -> Token:
    return token("NEWNAME", word.written, word.start, word.end)


def _number(before: Sequence[Word], width: int, noun: str, at: Word) -> list[Token]:
    count = next((number for word in before if (number := _count(word.text)) is not None), None)
    first = before[0] if before else at
    out = [token("DECLARE_NUMBER", noun in CODES, first.start, at.end)]
    if count is not None:
        out.append(token("NUM", count, at.start, at.end))
    return [*out, token("NDIGIT", width, at.start, at.end)]


def _whole(words: Sequence[Word], place: int, width: int, lexicon: Lexicon) -> tuple[list[Token], list[Word]]:
    """``I am an even three-digit number p such that …``: ``place`` is where ``digit`` stands."""
    rest = place + 1
    adjectives, _ = _adjectives(words, 0, place - 1, lexicon)
    behind, rest = _adjectives(words, rest, len(words), lexicon, only=True)
    noun = words[rest].text if rest < len(words) and words[rest].text in NUMBER_NOUNS else "number"
    rest += rest < len(words) and words[rest].text in NUMBER_NOUNS
    if place > 1 and words[place - 2].text == "of" and words[0].text not in ("i", "think", "consider"):
        at = words[place]
        head = [token("DECLARE_NUMBER", noun in CODES, at.start, at.end), token("NDIGIT", width, at.start, at.end)]
        return head, [*words[: place - 1], at._replace(text="me"), *words[rest:]]
    _known_opening(words[: place - 1], lexicon)
    out = _number(words[: place - 1], width, noun, words[place])
    out[-1:-1] = adjectives + behind
    return _names_after(words, rest, out)


def _adjectives(
    words: Sequence[Word], start: int, stop: int, lexicon: Lexicon, *, only: bool = False
) -> tuple[list[Token], int]:
    """The adjectives from ``start`` on, and the place behind them; ``only`` ends at the first other word."""
    found, place = [], start
    while place < stop:
        length, (terminal, value) = lexicon.match(words, place) or (1, ("", None))
        if terminal == "ADJ" and place + length <= stop:
            found.append(token("ADJ", value, words[place].start, words[place + length - 1].end))
        elif only:
            break
        place += length if terminal == "ADJ" else 1
    return found, place


def _known_opening(words: Sequence[Word], lexicon: Lexicon) -> None:
    """Raise for a word before ``three-digit number`` that would change what is said."""
    inside = 0
    for place, word in enumerate(words):
        if place < inside:
            continue
        length, (terminal, _) = lexicon.match(words, place) or (1, ("", None))
        if terminal == "ADJ":
            inside = place + length
            continue
        known = word.text in KNOWN_OPENING or _count(word.text) is not None
        if not known:
            help_ = "a riddle speaks of one number: 'I am a three-digit number'"
            raise Mistake("E201", word.span, "this does not fit in front of a new number", help_)


def _names_after(words: Sequence[Word], rest: int, out: list[Token]) -> tuple[list[Token], list[Word]]:
    start = rest
    while rest < len(words) and words[rest].text in (":", "called", "named", ","):
        rest += 1
    bare = words[rest:]
    only_names = bool(bare) and _alternating(bare, 1 if words[start].text == "," else 12)
    one_name = len(bare) >= 1 and bare[0].kind == "word" and len(bare[0].text) == 1 and bare[0].text not in ("i",)
    if only_names and (rest > start or (one_name and all(len(word.text) == 1 or word.text == "and" for word in bare))):
        return out + [_new(word) for word in bare if word.text not in (",", "and")], []
    if one_name and rest == start:
        return [*out, _new(bare[0])], list(bare[1:])
    return out, list(words[rest:])


def _alternating(words: Sequence[Word], longest: int) -> bool:
    """Whether names and separators take turns: ``p, q and r``."""
    texts = [word.text for word in words]
    names = [word for word in words if word.text not in (",", "and")]
    split = all({one, two} & {",", "and"} for one, two in pairwise(texts))
    return (
        split
        and texts[-1] not in (",", "and")
        and all(one.kind == "word" and len(one.text) <= longest for one in names)
    )


def _with_places(words: Sequence[Word], place: int, lexicon: Lexicon) -> list[Token]:
    out = [token("DECLARE_NUMBER", False, words[0].start, words[place - 1].end)]
    while place < len(words):
        found = lexicon.match(words, place)
        if found and found[1][0] == "PLACE":
            out.append(token("PLACE", found[1][1], words[place].start, words[place + found[0] - 1].end))
        elif words[place].text not in (",", "and", "digits", "digit"):
            raise Mistake("E201", words[place].span, "a decimal place such as tens, ones or tenths goes here")
        place += found[0] if found else 1
    return out


def _digits(words: Sequence[Word], vocabulary: Vocabulary, lexicon: Lexicon) -> list[Token]:
    """``digits a, b``, ``There are three digits: a, b and c``, ``let a and b be digits``, ``x from "card"``."""
    forms = {form: kind for noun, kind in vocabulary.nouns.items() for form in (noun, f"{noun}s", f"{noun}es")}
    forms["letters"] = "digit"
    noun = next((place for place, word in enumerate(words) if word.text in forms), None)
    at = words[noun] if noun is not None else words[0]
    out = [token("DECLARE", forms.get(at.text, "digit"), words[0].start, at.end)]
    names, skip = [], 0
    for place, word in enumerate(words):
        found = lexicon.match(words, place)
        ahead = noun is not None and place < noun
        count = _count(word.text) if ahead else None
        if skip > place or word is at:
            continue
        if found and found[1][0] == "ADJ" and word.text in QUALITIES and ahead:
            out.append(token("ADJ", found[1][1], word.start, word.end))
            skip = place + found[0]
        elif count is not None:
            out.insert(1, token("NUM", count, word.start, word.end))
        elif (
            word.kind == "word"
            and word.text not in DECLARING
            and word.text not in ("digit", "digits", "letters")
            and not (word.text == "given" and place == 0)
        ):
            names.append(_new(word))
        elif word.kind == "string":
            names += [
                token("FROM", "from", word.start, word.start),
                token("STRING", word.written[1:-1], word.start, word.end),
            ]
    return out + names
