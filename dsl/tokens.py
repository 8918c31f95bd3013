"""Words of one clause to terminals of the grammar.

The grammar is LALR and reads one terminal ahead; English is not. So what needs
a longer look is decided here, by rules that depend on the clause's words only:

1. fillers go, declared names and letter words are recognised (names first);
2. the longest phrase of the :class:`Lexicon` wins at each place;
3. counts become quantifiers (``exactly two of``), ``the number`` a whole value;
4. each comma and ``and`` is told apart (:mod:`separators`): between items of a
   list, or between statements.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from oedipus.dsl import phrases
from oedipus.dsl.changes import read_change
from oedipus.dsl.counts import AMONG, quantify
from oedipus.dsl.declarations import Declared
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.ellipsis import written_out
from oedipus.dsl.hints import hint
from oedipus.dsl.lexicon import Lexicon, simplify
from oedipus.dsl.openings import declaration, setting
from oedipus.dsl.parentheses import check_parentheses, closed, computed_owners, nested_folds
from oedipus.dsl.phrases import NUMBER_NOUNS
from oedipus.dsl.reader import RawClause, Word
from oedipus.dsl.reductions import NUMBERS
from oedipus.dsl.rewrites import rewrite
from oedipus.dsl.separators import separate
from oedipus.dsl.stories import plain_story, widened
from oedipus.dsl.terminals import Token, token
from oedipus.dsl.unknown import CALLS, Unknown
from oedipus.dsl.wordlists import words_of

SYMBOLS = {"(": "LPAR", ")": "RPAR", ",": "COMMA", ":": "COLON", "'s": "OWNS"}
_AFTER_ARTICLE = words_of(
    "ADJ NOUN NUM DIVISIBLE FEATURE POWER_OF PLACE DIGITS REMAINDER "
    "SUM_OF UNARY MULT DIFFERENCE DIGIT_SUM COUNT_OF FORMED REVERSED CORRECT"
)


class Tokeniser:
    """Turns raw clauses into terminals; one for each file."""

    def __init__(self, lexicon: Lexicon, declared: Declared) -> None:
        self.lexicon = lexicon
        self.declared = declared
        self.names = declared.names
        self.letters = {name for name in declared.variables if len(name) == 1}
        self.mistakes: list[Mistake] = []
        self.indefinite: set[int] = set()
        self.both = False
        self.unknown = Unknown(lexicon, self.names)

    def tokens(self, clause: RawClause, *, declares: bool) -> list[Token]:
        """The terminals of a clause. Raises :class:`Mistake`; further ones go to ``mistakes``."""
        self.mistakes = []
        words = self._words(replace(clause, words=tuple(widened(clause.words))) if declares else clause)
        found = setting(words) or hint(words, self.lexicon)
        if not found:
            head, tail = declaration(words, self.lexicon.vocabulary, self.lexicon) if declares else ([], words)
            found = self._question(words, clause) if not head else []
            found = found or head + self._statement(tail[1:] if tail and tail[0].text in (",", ":") else tail)
        check_parentheses(found)
        if any(one.diagnostic.code in ("E101", "E102") for one in self.mistakes):
            self.mistakes = [one for one in self.mistakes if one.diagnostic.code != "E201"]
        if self.mistakes:
            self.mistakes = self.unknown.story(self.mistakes)
            raise self.mistakes[0]
        return found

    def _statement(self, words: list[Word]) -> list[Token]:
        if not words:
            return []
        tokens = _repeated_features(nested_folds(quantify(computed_owners(self._terms(words)))))
        return separate(closed(self._each_of(tokens)), set(self.declared.others))

    def _each_of(self, tokens: list[Token]) -> list[Token]:
        """``my first two digits are odd`` speaks of each of them, not of the number they spell."""
        kinds = [one.type for one in tokens]
        start = int(kinds[:1] == ["POSS"])
        verb = start + 1 + (kinds[start + 1 : start + 2] in (["DIGITS"], ["NOUN"]))
        said = verb + 1 + (kinds[verb + 1 : verb + 2] in (["NOT"], ["ALL"]))
        plural = kinds[verb : verb + 1] == ["IS"] and tokens[verb].end_pos - tokens[verb].start_pos == len("are")
        each = self.both or kinds[said : said + 1] == ["ADJ"] or _is_small(tokens[said:])
        if kinds[start : start + 1] != ["SLICE"] or not plural or not each:
            return tokens
        if said >= len(tokens) or tokens[said].start_pos in self.indefinite or tokens[said].value in AMONG:
            return tokens
        at = tokens[0].start_pos
        denied = kinds[verb + 1] == "NOT"
        rest = [one for place, one in enumerate(tokens) if not (place == verb + 1 and said > verb + 1)]
        return [token("QUANT", "none" if denied else "all", at, at), token("OF", "of", at, at), *rest[start:]]

    def _question(self, words: list[Word], clause: RawClause) -> list[Token]:
        """``What is the third number?``, ``How many solutions are there?``, ``find a, b``, else nothing."""
        texts = [word.text for word in words]
        if texts[0] not in QUESTIONS or (texts[0] not in ("find", "determine", "what", "how") and not clause.asked):
            return []
        _nothing_stated(words)
        head = token("HOW_MANY" if texts[:2] == ["how", "many"] else "FIND", texts[0], words[0].start, words[0].end)
        if head.type == "HOW_MANY":
            _nothing_but_how_many(words)
            return [head]
        found = [
            one for one in self._terms(words[1:], asking=clause.asked or texts[0] != "find") if one.type in _ASKED_FOR
        ]
        out = [head]
        for one in found:
            out += [one] if len(out) == 1 else [token("LISTED", ",", one.start_pos, one.start_pos), one]
        return out

    # 1: words

    def _words(self, clause: RawClause) -> list[Word]:
        joined = self._numerals(clause.words)
        words = written_out(plain_story(simplify(joined, self.names), self.names), self.names)
        kept: list[Word] = []
        self.indefinite, self.both = set(), False
        for place, word in enumerate(words):
            if word.text == "both" and _means_all(words, place):
                kept.append(word._replace(text="all"))
                continue
            spelled = word.written.isupper() and self._is_letters(word)
            if word.text == "both" and _both_are(words, place):
                kept.append(word._replace(text="they"))
                continue
            self.both = self.both or (word.text == "both" and place > 0 and words[place - 1].text == "are")
            if word.text in phrases.FILLERS and not spelled and not self._is_name(words, place):
                if word.text in ("a", "an") and place + 1 < len(words):
                    self.indefinite.add(words[place + 1].start)
                continue
            kept.append(word)
        return rewrite(kept, self.names) or words

    def _numerals(self, words: Sequence[Word]) -> list[Word]:
        """``3A5B`` as one word of digits, some of them letters; ``2a`` stays a product."""
        out: list[Word] = []
        woven = any(word.kind == "word" and any(map(str.isdecimal, word.text)) for word in words)
        for word in words:
            before = out[-1] if out else None
            touching = before is not None and before.end == word.start and before.kind == "number"
            made = f"{before.text}{word.text}" if before is not None and touching else word.text
            mixed = word.kind == "word" and any(char.isdecimal() for char in made)
            mixed = mixed and (woven or word.text not in self.names)
            letters = {char for char in made if not char.isdecimal()}
            told = len(out) > touching and out[-1 - touching].text in ("number", "integer", "numbers")
            long = len(made) > 2 or told
            if mixed and long and letters and letters <= self.letters and made.isalnum():
                start = before.start if before is not None and touching else word.start
                out = out[:-1] if touching else out
                out.append(Word("word", made, made.upper(), start, word.end))
            else:
                out.append(word)
        return out

    def _is_name(self, words: Sequence[Word], place: int) -> bool:
        """Whether a declared name stands here, not an article or pronoun of the same spelling."""
        word = words[place]
        if word.text not in self.names or word.kind != "word":
            return False
        if word.text in ("a", "an"):
            return self.lexicon.terminal(words, place + 1) not in _AFTER_ARTICLE
        if word.text == "i":
            return not (place + 1 < len(words) and words[place + 1].text in ("am", "have"))
        if word.text in phrases.ORDINALS:
            return self.lexicon.terminal(words, place + 1) != "NUM"
        return True

    def _is_letters(self, word: Word) -> bool:
        text = word.text
        return (
            len(text) > 1
            and word.kind == "word"
            and text not in self.names
            and {char for char in text if not char.isdecimal()} <= self.letters
            and (word.written.isupper() or text not in self.lexicon._longest)
        )

    # 2: phrases

    def _terms(self, words: list[Word], *, asking: bool = False) -> list[Token]:
        out: list[Token] = []
        place = 0
        while place < len(words):
            taken = self._one(words, place, out, asking)
            place += taken
        return out

    def _one(self, words: list[Word], place: int, out: list[Token], asking: bool) -> int:
        word = words[place]
        start, end = word.start, word.end
        if self._named(words, place, out):
            return 1
        if change := read_change(word.text):
            out.append(token("REVERSED", change, start, end))
            return 1
        match word.kind:
            case "number":
                return self._number(words, place, out)
            case "fraction":
                out.append(token("MULT", word.text, start, end))
                return 1 + (place + 1 < len(words) and words[place + 1].text == "of")
            case "ordinal":
                out.append(token("ORD", int(word.text[:-2]), start, end))
                return 1
            case "string":
                out.append(token("STRING", word.written[1:-1], start, end))
                return 1
        if word.text in SYMBOLS:
            if word.text == "(" and out and out[-1].type in ("NUM", "NAME", "RPAR") and out[-1].end_pos == start:
                out.append(token("TIMES", "*", start, start))
            out.append(token(SYMBOLS[word.text], word.text, start, end))
            return 1
        return self._phrase(words, place, out, asking)

    def _named(self, words: list[Word], place: int, out: list[Token]) -> bool:
        """Take a declared name or a word spelled from letters; a noun before it adds nothing."""
        word = words[place]
        if self._is_letters(word):
            while out and out[-1].type in ("NDIGIT", "NOUN", "WHOLE", "DIGITS"):
                out.pop()
            out.append(token("LETTERS", word.written, word.start, word.end))
            return True
        side = word.text in _SIDES and any(one.type == "FUNC" for one in out)
        if not side and not self._is_name(words, place):
            return False
        if out and out[-1].type == "NUM" and out[-1].end_pos == word.start:
            out.append(token("TIMES", "*", word.start, word.start))
        while out and out[-1].type in ("NOUN", "WHOLE", "DIGITS"):
            if out.pop().type == "DIGITS" and out and out[-1].type in ("NUM", "ALL"):
                out.pop()
        out.append(token("NAME", word.text, word.start, word.end))
        return True

    def _number(self, words: list[Word], place: int, out: list[Token]) -> int:
        word = words[place]
        after = self.lexicon.terminal(words, place + 1)
        following = words[place + 1] if place + 1 < len(words) else None
        if (
            out
            and out[-1].type in ("WHOLE", "NOUN")
            and following
            and following.start == word.end
            and following.text in self.names
        ):
            out.pop()
        if (
            out
            and out[-1].type in ("NOUN", "WHOLE")
            and word.text.isdecimal()
            and after not in ("COMPARE", "TIMES", "AS")
        ):
            out[-1] = token("ORD", int(word.text), out[-1].start_pos, word.end)
            return 1
        if self.lexicon.terminal(words, place) == "NUM" and not word.text[0].isdecimal():
            value: Any = phrases.NUMBER_WORDS[word.text]
        else:
            value = word.text
        return self._after_number(words, place, value, out)

    def _after_number(self, words: list[Word], place: int, value: Any, out: list[Token]) -> int:
        """A number, with ``-digit`` or ``hundred`` behind it."""
        word, following = words[place], [one.text for one in words[place + 1 : place + 3]]
        if (
            following[:1] == ["digit"]
            and following[1:]
            and str(value).isdecimal()
            and (following[1] in NUMBER_NOUNS or self.lexicon.terminal(words, place + 2) == "ADJ")
        ):
            out.append(token("NDIGIT", int(value), word.start, words[place + 1].end))
            return 2
        if following[:1] == ["digits"] and out and out[-1].type == "WITH_DIGITS":
            out.append(token("NUM", int(value), word.start, word.end))
            return 1
        if following[:1] in (["hundred"], ["thousand"]) and str(value).isdecimal():
            scale = phrases.NUMBER_WORDS[following[0]]
            out.append(token("NUM", int(value) * scale, word.start, words[place + 1].end))
            return 2
        out.append(token("NUM", value, word.start, word.end))
        return 1

    def _phrase(self, words: list[Word], place: int, out: list[Token], asking: bool) -> int:
        word = words[place]
        found = self.lexicon.match(words, place)
        if found is None and "_" in word.text:
            parts = [word._replace(text=part) for part in word.text.split("_") if part]
            words[place : place + 1] = parts or [word]
            found = self.lexicon.match(words, place) if parts else None
        if found is None:
            return self._unknown(words, place, out, asking)
        length, (terminal, value) = found
        if terminal == "NUM":
            return self._after_number(words, place, value, out)
        end = words[place + length - 1].end
        if terminal == "COMPARE" and word.text == "not" and out and out[-1].type == "IS":
            terminal, value = self._not_compared(value, word, out)
        if (len(self.declared.numbers) > 1 or self.declared.several) and self._of_numbers(words, place, out):
            out.append(token("POSS" if word.text == "their" else "DIGITS", NUMBERS, word.start, end))
            return length
        if self.declared.several and word.text == "number" and out and out[-1].type == "ORD" and out[-1].value > 0:
            ordinal = list(phrases.ORDINALS)[out[-1].value - 1]
            out[-1] = token("NAME", ordinal, out[-1].start_pos, end)
            return length
        if word.text == "numbers" and terminal == "NOUN" and not (self.declared.several or self.declared.numbers):
            terminal = "DIGITS"
        made = self._in_context(terminal, value, words, place, length, out)
        if made is not None:
            out.append(token(*made, word.start, end))
        return length

    def _in_context(  # noqa: C901 - a table of words and what stands before them
        self, terminal: str, value: Any, words: list[Word], place: int, length: int, out: list[Token]
    ) -> tuple[str, Any] | None:
        """What a phrase means after what stands before it; None drops it."""
        before = out[-1].type if out else ""
        after = words[place + length].text if place + length < len(words) else ""
        text = words[place].text
        if after == "(" and length == 1 and text in CALLS and terminal in _CALLABLE:
            return "FUNC", text
        match terminal:
            case "NOUN" if text in NUMBER_NOUNS and self._is_whole(before, words, place):
                return "WHOLE", text
            case "ADJ" if value in ("square", "cube") and before == "POSS":
                return "OWN_UNARY", value
            case "ONE_OF" if text == "one" and (
                after == "them"
                or before not in ("IS", "NOT", "EITHER", "OR", "AND", "COMMA")
                or (before in ("AND", "OR", "COMMA") and _one_of_the_digits(words[place + length :]))
            ):
                out.append(token("QUANT", ("=", 1), words[place].start, words[place].end))
                return "OF", "of"
            case "CLAIM" if before in ("AND", "COMMA") and text in _WHOLE_CLAIMS:
                out.append(token("DIGITS", "digit", words[place].start, words[place].start))
                return terminal, value
            case "QUANT" if text == "not" and after in _ENDS:
                out.append(token("NOT", "not", words[place].start, words[place].end))
                return "NUM", 1
            case "OR_COMPARE":
                out.append(token("OR", "or", words[place].start, words[place].start))
                return "COMPARE", value
            case "PLACE" if before == "COUNT_OF" and length == 1 and text == "ones":
                return "NUM", 1
            case "POSS" if value == "i" and after in ("sum",):
                return None
            case "RELOP" if text == "equal" and length == 1 and before in ("IS", "NOT", "ALL"):
                return "ADJ", "equal"
            case "SUM_OF" if (before == "POSS" and length == 1) or (value in ("min", "max") and after in _ENDS):
                return "DIGIT_SUM", value
            case "DIFFERENCE" if before == "POSS" and after not in ("between", "of"):
                return "DIGIT_SUM", "difference"
            case "AS" if before == "MULT" and len(out) > 1 and out[-2].type == "COMPARE":
                return None
            case "STANDS" | "STANDS_BETWEEN" if before not in ("IS", "NOT", "AND", "OR", "COMMA", ""):
                out.append(token("IS", "is", words[place].start, words[place].start))
            case "RELOP" if value == "=" and before == "IS":
                return None
            case "THEN" if not any(one.type == "IF" for one in out) and text == "then":
                return None
        return terminal, value

    def _of_numbers(self, words: list[Word], place: int, out: list[Token]) -> bool:
        """Whether all the declared numbers are spoken of together: ``both numbers``, ``their sum``."""
        after = words[place + 1].text if place + 1 < len(words) else ""
        if words[place].text == "their":
            apart = after in ("sum", "product", "difference", "total")
            return apart and not any(one.type in ("DIGITS", "CLAIM") for one in out)
        if words[place].text == "number" and len(self.declared.numbers) > 1:
            return bool(out) and (out[-1].type in ("QUANT", "NO", "ANY") or (out[-1].type, out[-1].value) == ("NUM", 1))
        return words[place].text == "numbers" and (
            not out or out[-1].type in ("ALL", "QUANT", "NO", "OF", "NUM", "SUM_OF", "DIFFERENCE", "AND", "COMMA")
        )

    def _not_compared(self, value: str, word: Word, out: list[Token]) -> tuple[str, Any]:
        """``is not less than`` as a denial, which goes on behind ``or``."""
        out.append(token("NOT", "not", word.start, word.end))
        return "COMPARE", {">=": "<", "<=": ">"}[value]

    def _is_whole(self, before: str, words: list[Word], place: int) -> bool:
        if not (self.declared.whole or self.declared.numbers) or words[place].start in self.indefinite:
            return False
        raw_number = place + 1 < len(words) and words[place + 1].kind == "number"
        return before not in _NOUN_AFTER and not raw_number

    def _unknown(self, words: list[Word], place: int, out: list[Token], asking: bool) -> int:
        word = words[place]
        after = words[place + 1].text if place + 1 < len(words) else ""
        if word.kind == "word" and after == "(" and word.text in self.lexicon.vocabulary.functions | CALLS:
            out.append(token("FUNC", word.text, word.start, word.end))
            return 1
        if out and out[-1].type == "BY" and word.text == "network" and place + 1 < len(words):
            name = words[place + 1]
            out[-1] = token("BY_NETWORK", name.written, name.start, name.end)
            return 2
        if word.text == "x" and out and out[-1].type in ("NUM", "NAME", "LETTERS", "RPAR"):
            out.append(token("TIMES", "*", word.start, word.end))
            return 1
        if word.text in _COMPARATIVES and out and out[-1].type == "NUM" and place + 1 == len(words):
            out += [
                token("COMPARE", _COMPARATIVES[word.text], word.start, word.end),
                token("I", "i", word.end, word.end),
            ]
            return 1
        if word.text in _HARMLESS or asking:
            return 1
        self.mistakes.append(self.unknown.word(words, place))
        out.append(token("NAME", word.text, word.start, word.end))
        return 1


def _repeated_features(tokens: list[Token]) -> list[Token]:
    """``a has no closed circle, but b has one``: what *one* and *none* are."""
    feature: Token | None = None
    out: list[Token] = []
    for place, one in enumerate(tokens):
        after = tokens[place + 1].type if place + 1 < len(tokens) else ""
        ends = after in ("", "AND", "OR", "COMMA", "THEN") and bool(out) and out[-1].type in ("HAS", "HASNT")
        if one.type == "FEATURE":
            feature = one
        if feature is not None and ends and (one.value == 1 or one.value == "none"):
            if one.value == "none":
                out.append(token("NO", "no", one.start_pos, one.start_pos))
            one = token("FEATURE", feature.value, one.start_pos, one.end_pos)
        out.append(one)
    return out


_WHOLE_CLAIMS = frozenset(["no", "there", "each", "every"])
"""First words of claims that are sentences of their own: ``no digit is repeated``."""


def _is_small(tokens: Sequence[Token]) -> bool:
    """``less than 5``: what single digits are compared with."""
    kinds = [one.type for one in tokens[:3]]
    if kinds[:2] in (["COMPARE", "ORD"], ["COMPARE", "PLACE"]) or kinds in (
        ["NUM", "COMPARE", "ORD"],
        ["NUM", "COMPARE", "PLACE"],
    ):
        return True
    return (
        [one.type for one in tokens[:2]] == ["COMPARE", "NUM"]
        and str(tokens[1].value).isdecimal()
        and int(tokens[1].value) < 10
    )


def _one_of_the_digits(words: Sequence[Word]) -> bool:
    """``digits is zero`` behind *one of*: a subject of its own, not what something before is."""
    texts = [word.text for word in words[:3] if word.text not in ("my", "its", "their", "the")]
    return texts[:1] == ["digits"] and texts[1:2] in (["is"], ["has"], ["equals"], ["must"], ["was"], ["exceeds"])


def _nothing_stated(words: Sequence[Word]) -> None:
    """Raise for a question that also states something, as only what it asks for is read."""
    for word in words:
        if (word.kind == "symbol" and word.text in _RELATIONS) or word.text in ("if", "given", "provided"):
            raise Mistake("E201", word.span, "this is inside a question", "state it in a sentence of its own")


def _nothing_but_how_many(words: Sequence[Word]) -> None:
    """Raise for a condition behind *how many*, as it would be left out."""
    for word in words:
        if word.text in ("which", "whose", "where", "such", "with"):
            raise Mistake("E201", word.span, "this is inside a question", "state it in a sentence of its own")


_RELATIONS = frozenset(["=", "==", "<", ">", "<=", ">=", "≤", "≥", "≠", "!="])


def _means_all(words: Sequence[Word], place: int) -> bool:
    """``both of them``, ``both digits``, ``both my digits``; not ``both my tens and my ones digit``."""
    behind = [word.text for word in words[place + 1 : place + 3]]
    if behind[:1] in (["my"], ["its"], ["their"]):
        return behind[1:] in (["digits"], ["numbers"])
    return bool(behind) and behind[0] in _BOTH


def _both_are(words: Sequence[Word], place: int) -> bool:
    """``…, and both are odd``: what was spoken of, two things."""
    before = words[place - 1].text if place else ","
    after = words[place + 1].text if place + 1 < len(words) else ""
    return before in (",", "and", "but", "then") and after in ("are", "have", "contain")


_BOTH = frozenset(["of", "digits", "numbers", "my", "its", "their"])
_COMPARATIVES = {one: sign for sign, said in phrases.COMPARATIVES.items() for one in said.split("/")}
_SIDES = frozenset(["left", "right", "top", "bottom", "upper", "lower"])
_CALLABLE = frozenset(["NOUN", "DIGITS", "ADJ", "FEATURE", "SUM_OF", "UNARY", "MULT", "DIGIT_SUM"])
_ENDS = frozenset(["", ",", "and", "but", "or"])
_NOUN_AFTER = frozenset(
    {"ORD", "NAME", "ADJ", "QUANT", "NO", "ALL", "NDIGIT", "ANY", "LIMIT", "EXISTS", "THERE", "NUM", "PLACE"}
)
_HARMLESS = words_of("respectively altogether so hence therefore thus moreover furthermore indeed finally value valued")
_ASKED_FOR = frozenset({"NAME", "ORD", "PLACE", "LETTERS", "SLICE"})
QUESTIONS = frozenset(["what", "which", "who", "whose", "how", "find", "determine", "can", "could", "name", "do"])
