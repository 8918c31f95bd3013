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
from functools import cache

from oedipus.dsl import phrases
from oedipus.dsl.declarations import CODES, Declared, scan
from oedipus.dsl.diagnostics import Diagnostic, closest
from oedipus.dsl.lexicon import Vocabulary, simplify
from oedipus.dsl.openings import KNOWN_OPENING
from oedipus.dsl.patterns import apply, rules, sentences
from oedipus.dsl.phrases import NUMBER_NOUNS, NUMBER_WORDS, PLACE_NAMES, PLACES
from oedipus.dsl.reader import RawClause, Word, read

_PLAIN = rules(
    r"""
consisting consists composed made comprises :: (?:that |which )?(?:consisting|consists|is composed|composed|is made up|made up|is made|comprised|is comprised) of (?:exactly )?(#num) ((?:different |distinct |unique |single )?)digits -> has \1 \2 digits
contains containing comprises :: (?:contains|containing|comprises) (?:exactly )?(#num) ((?:different |distinct |unique )?)digits(?=$| ,) -> has \1 \2 digits
there :: there (?:are|is) (?:exactly |only )?(#num) digits? (?:in|of|to) (?:#det )?(?:secret |mystery )?(#number) -> the \2 has \1 digits
digits :: (?:am|is) (#num) digits? long -> has \1 digits
digits :: digits (?:whose|and (?:the|their)|with(?: a)?) (sum|product|total)(?: is| of) (#num) -> digits ¶ the \1 of the digits is \2
whole natural positive mystery secret counting unknown certain particular special magic favourite favorite lucky licence license registration plate :: (?:whole|natural|positive|mystery|secret|counting|unknown|certain|particular|special|magic|favourite|favorite|lucky|licence|license|house|registration|plate) (?=(?:positive |mystery |secret |plate )?(?:#number|#num digit)(?: |$)) ->
smallest lowest least largest biggest greatest highest :: (?:what is |find |i am |which is |give |determine )?the (smallest|lowest|least|largest|biggest|greatest|highest) (?:possible )?((?:#adj )?)(#num) digit ((?:#adj )?)(?=number|multiple|code|integer|palindrome|prime|square|perfect)(.*)$ -> find the \3 digit \2 \4 \5 ¶ the number is \1 possible
smallest lowest least largest biggest greatest highest :: ^(?:find|what is|determine|give) the (smallest|lowest|least|largest|biggest|greatest|highest) (?:possible )?value (?:possible )?of (\w+)$ -> \2 is \1 possible
smallest lowest least largest biggest greatest highest :: ^(?:i am|it is|find|what is|determine) the (smallest|lowest|least|largest|biggest|greatest|highest) (?:possible |such )?(number|code)(?: possible)?$ -> the number is \1 possible
pin :: pin (?:code|number) -> pin
passcode keycode pass access door security secret lock entry :: (?:passcode|keycode|(?:pass|access|door|security|secret|lock|entry) code) -> code
these those following properties clues :: (?:which |that )?(?:has|have|with|fits|fit|matches|match|satisfies|satisfy|meets|meet|fulfils|fulfills) (?:all )?(?:of )?(?:the following|the|these|those|all|all these)(?: #num)?(?: \w+)? (?:properties|property|conditions|clues|features|characteristics|facts|rules|hints|requirements|criteria|statements)(?: below)? ->
such :: (?:is|are) such that -> such that
digits figures :: (?:with|has|have|is) (?:exactly )?(#num) ((?:different |distinct |unique )?)(?:digits|figures)(?: long)? (?:, and|,|and|but|, but) (?:it |i |that |which |the number )?(?!\d|#num) -> has \1 \2 digits ¶ i
digits :: ¶ i (all|no|none|each|every|its|my|their|they|the|digits|it|in|when|if) -> ¶ \1
none :: none of (?:them|which|these) (zero|0|zeros|odd|even|prime|repeated) -> none of them is \1
none :: none of which (?:is|are) -> none of them is
all :: all of them (different|distinct|unique|odd|even|prime|the same) -> all digits are \1
whose :: (?:, and|,|and) whose -> ¶ its
property :: ^(?:the )?(?:\w+ digit )?(?:number|integer) \w+ (?:has|have) (?:the )?property that ->
property :: (?:has|have) (?:the )?(?:property|feature|characteristic) that -> ¶
answers solutions possibilities answer solution :: ^there (?:is|are) (?:only |exactly |more than )?(?:#num|several|many) (?:possible )?(?:answers?|solutions?|possibilities)$ ->
satisfies fulfils meets following these :: ^(?:the |this |my |a )?(?:code|number|it|combination) (?:satisfies|fulfils|meets|obeys|follows|has)(?: all)?(?: the| these| of the)?(?: following)?(?: \w+)?$ ->
row line :: (#num) digits in a (?:row|line) -> \1 digits
if :: ^what (?:is|are) (?:the )?(?:possible )?(?:values? of |values? )?(?:\w+ )?(?:, )?if (?=[a-z] =|[a-z] is|the |my |its ) ->
says said tells writes notice saying :: ^[^:,]*(?:says|said|tells|writes|wrote|notice|found a note|says that|reads|saying)(?: \w+)? ?: (?=\S) ->
numbers :: ^how many (#num) digit ((?:#adj )?)(?:positive )?(?:numbers|integers|codes) (?:are there|exist|there are)? ?whose -> find a \1 digit \2 number ¶ how many solutions are there ¶ its
numbers :: ^how many (#num) digit ((?:#adj )?)(?:positive )?(?:numbers|integers|codes) (?:are there )?(?:exist )?(?:that |which |such that |in which |with )?(?=have|has|are|is|the|digits|contain|their|all) -> find a \1 digit \2 number which ¶ how many solutions are there ¶ i
digits :: (?:i )?(?:has|have) digits (?:that|which) -> its digits
digits :: (?:^|¶ )i (?:the|their|its|all) -> its
digits :: (?:has|have|with) two (?:equal|identical|same) digits -> two of the digits are the same
between :: ^(?:what|which|find|find the|find a|find an|an?|think of a|the)(?: is the)? ((?:odd |even |prime |square |whole )?)(?:number|year|integer) between (\d+) and (\d+) (?:that |which |whose )?(?=\S) -> i am between \2 and \3 ¶ i am a \1 number ¶ i
and :: ^i am a number$ ->
and :: , and ([a-z]) and ([a-z]) are digits -> ¶ \1 and \2 are digits
stand stands row line :: ^(?:there are )?(#num) digits (?:stand |are written |are standing |sit |are |stand side by side )?in a (?:row|line) -> there are \1 digits
wheels dials rings rotors tumblers reels :: ^[^,]*(?:has|with) (#num) (?:wheels|dials|rings|rotors|tumblers|reels)(?: ,? ?(?:each )?(?:with|showing|numbered|from)(?: the)?(?: digits| numbers)?(?: from)? 0 (?:to|through|-) 9)?$ -> there is a \1 digit code
letters letter :: ^letters stand for digits : (?=\S) ->
letters letter :: ^each letter (?:is|stands for|represents) a digit$ ->
letters letter :: (?:each|every) letter (?:has|gets|stands for|represents) (?:its|a) (?:own|unique|single different) digit -> each letter is a different digit
letters letter :: ^(?:different|distinct) letters (?:, |are |mean |represent |stand for )?(?:different|distinct) digits$ -> each letter is a different digit
letter letters same :: (?:, and |, |and )?(?:the )?same letters? (?:always )?(?:stands?|represents?|means?|has|have|,)? ?(?:for )?(?:always )?the same digit(?: everywhere| throughout)?$ ->
use using arrange place put write :: ^(?:use|using|arrange|place|put|write|rearrange) (?:all )?(?:of )?(?:each of )?the digits (.+?)(?: ,)?(?: exactly| only| just)?(?: once each| one each| once| each once| each exactly once| each)? (?:to make|to form|to create|to write|to get|make|form|and form|in the boxes|into the boxes|in the letters|so as to make|write) -> ¶ the digits are \1 in some order ¶ find
has have :: (?:has|have) (#num) (?:different|distinct|unique) digits -> has \1 digits ¶ all different
digits :: ^i (all|no|none|each|its|my|their|whose) -> \1
remembers remembered remember knows know recalls noticed notices told known given :: ^(?:but |so |luckily |all )*(?:he|she|they|you|we|i|it|\w+) (?:only |also |still |do |does |did |is |are |was )*(?:remembers|remember|remembered|knows|know|recalls|noticed|notices|told|known|given)(?: also| only)? that (?=\S) ->
below following above :: ^in (?:the|this) (?:\w+ )?(?:addition|sum|multiplication|problem|equation|puzzle|calculation|subtraction|cryptarithm|alphametic|product|division)(?: problem| sum| puzzle)?(?: below| above| shown)?(?: here)?(?: ,| :)? (?=\S) ->
in :: ^in (?:the|this) (?:\w+ )?(?:addition|sum|multiplication|problem|equation|puzzle|calculation|subtraction|cryptarithm|alphametic)(?: problem| sum| puzzle)? (?=\w+ [+*-]) ->
digits :: ((?:are|be) (?:different |distinct |nonzero |non zero |single |non-zero )*digits) (?:such that|so that|for which|where|satisfying|and|,|with) (?!\d) -> \1 ¶
letters letter :: (?:different letters|each letter|letters|every letter) (?:stand|stands|represent|represents) (?:for )?(?:different|distinct|a different|unique) digits? : (.*) -> digits \1 ¶ all different
replace substitute replacing :: (?:replace|substitute|replacing) (?:each|every|the) letters? (?:by|with|for) (?:a )?(?:different|distinct|unique|its own) digits?(?: from 0 to 9)?(?: so that| to make| such that| in order to)?(?: the| this)?(?: following)?(?: sum| addition| equation| calculation)?(?: correct| true| work| below| is correct| is true| is right)*(?: :)? -> each letter is a different digit ¶
where with :: (?:,|, and) (?:where|with|if|and|given that) (?=(?:each|every|different|all|no two|distinct|the) (?:\w+ )?letters?) -> ¶
if :: ^find (.*? number),? if (?=the|its|my) -> find \1 ¶
suppose :: ^suppose (?:that )?(?=[a-z] ,|[a-z] and) -> let
reversed formed obtained interchanging :: (?:the )?number (?:formed|obtained) (?:by|when|if) (?:interchanging|reversing|swapping|exchanging) (?:the|its) (?:two )?digits -> the reversed number
if what find :: ^if (.*?) ,? (?:then )?(?:find|determine|calculate|what (?:is|are|was)|which (?:number|digit|code)|who (?:am|is)|how many)(?= |$)[^,]*$ -> \1
find determine :: ,? (?:and )?(?:then )?(?:find|determine|what is|what are|calculate) (?:the |my )?(?:\w+ )?(?:number|code|value|numbers|digits|combination|pin)(?: of \w+)?$ ->
called named :: (?:called|named) ([a-z])(?= ) -> \1
find list give name write which what :: ^(?:find|list|give|name|write|which|what)(?: down)?(?: all| every)?(?: of)?(?: the)? (#num) digit (#adj )?numbers -> find a \1 digit \2 number
"""  # noqa: E501
)
_WIDE = re.compile(rf"(?:^|(?<= ))({'|'.join([*NUMBER_WORDS, 'single'])}|\d+) digits?(?: |$)")
_LETTERED = re.compile(r"[A-Z]+\Z")
_FUNCTION_WORDS = frozenset(
    [
        "is",
        "are",
        "am",
        "be",
        "was",
        "has",
        "have",
        "had",
        "of",
        "in",
        "the",
        "a",
        "an",
        "to",
        "and",
        "or",
        "with",
        "by",
        "from",
        "that",
        "which",
        "who",
        "it",
        "its",
        "my",
        "i",
        "me",
        "this",
        "they",
        "them",
        "their",
        "there",
        "for",
        "on",
        "at",
        "as",
        "all",
        "each",
        "every",
        "some",
        "any",
        "not",
        "if",
        "when",
        "then",
        "do",
        "does",
        "can",
        "will",
        "you",
        "your",
        "we",
        "he",
        "she",
        "his",
        "her",
        "him",
        "how",
        "what",
        "where",
        "so",
        "but",
        "while",
        "also",
        "both",
        "only",
        "just",
        "these",
        "those",
        "number",
        "numbers",
        "code",
        "codes",
        "combination",
        "pin",
        "password",
        "integer",
        "value",
        "letter",
        "who's",
        "what's",
        "i'm",
        "it's",
        "there's",
        "must",
        "should",
        "than",
        "up",
        "over",
        "under",
        "above",
        "below",
        "order",
        "may",
        "such",
        "only",
        "get",
        "exactly",
        "just",
        "right",
        "make",
        "makes",
        "made",
        "give",
        "gives",
        "left",
        "here",
        "well",
        "out",
        "take",
        "start",
        "end",
        "match",
    ]
)
_CONTENTFUL = frozenset(
    [
        "ADJ",
        "COMPARE",
        "OR_MORE",
        "RELOP",
        "DIVISIBLE",
        "DIVIDES",
        "ADDS",
        "DIFFERS",
        "EXCEEDS",
        "PLUS",
        "MINUS",
        "TIMES",
        "OVER",
        "SUM_OF",
        "MULT",
        "SQUARED",
        "NO",
        "QUANT",
        "BETWEEN",
        "ENDS",
        "REMAINDER",
        "DIFFERENCE",
        "REVERSED",
        "UNARY",
        "DIGIT_SUM",
        "VERB",
        "CLAIM",
        "ONE_OF",
        "CORRECT",
        "PLACED",
        "NOTHING",
        "POWER",
        "NEITHER",
        "COUNT_OF",
        "LEAVES",
        "PAIRS",
        "AS",
    ]
)
_IMPERATIVES = frozenset(
    [
        "crack",
        "solve",
        "find",
        "guess",
        "help",
        "open",
        "unlock",
        "figure",
        "work",
        "use",
        "try",
        "look",
        "read",
        "name",
        "tell",
        "give",
        "write",
        "explain",
        "good",
        "enjoy",
        "here",
        "can",
        "could",
        "do",
        "think",
        "consider",
        "ready",
        "hint",
        "hints",
        "clue",
        "clues",
        "answer",
        "question",
        "problem",
        "puzzle",
        "riddle",
        "note",
        "remember",
        "what",
        "who",
        "which",
        "identify",
        "determine",
        "discover",
        "decode",
        "break",
        "deduce",
        "calculate",
        "follow",
        "see",
        "let",
    ]
)
_REFERENTS = frozenset(
    [
        "i",
        "me",
        "it",
        "its",
        "my",
        "they",
        "their",
        "them",
        "this",
        "that",
        "is",
        "are",
        "am",
        "has",
        "have",
        "digit",
        "digits",
        "number",
        "numbers",
        "code",
        "codes",
        "letter",
        "letters",
        "figure",
        "figures",
        "combination",
        "pin",
        "password",
        "value",
        "and",
        "or",
        "not",
        "if",
        "then",
        "neither",
        "either",
        "none",
        "all",
        "each",
    ]
)


def introduced(clauses: Sequence[RawClause], vocabulary: Vocabulary) -> tuple[list[RawClause], list[Diagnostic]]:
    """The clauses with their introduction in plain form, and warnings about what was guessed."""
    found = [one for clause in _summed(list(_quoted(clauses))) for one in _plainly(clause)]
    declared = scan(found, vocabulary)
    notes: list[Diagnostic] = []
    if not declared.declaring:
        found = _declared(found, notes)
        declared = scan(found, vocabulary)
    elif declared.whole and not declared.variables:
        found = _told_away(found, declared)
        declared = scan(found, vocabulary)
    if declared.whole:
        found = [_called(one) for one in found]
    kept = [one for one in found if not _is_story(one, declared, vocabulary, notes)]
    return kept, notes


# Sentences


def _plainly(clause: RawClause) -> Iterator[RawClause]:
    """The clause as one or more sentences in plain form."""
    texts = {word.text for word in clause.words}
    if not any(rule.trigger & texts for rule in _PLAIN):
        yield clause
        return
    opened = simplify(clause.words, {})
    words = apply(opened, _PLAIN)
    if words == opened:
        yield clause
        return
    for part in sentences(words):
        yield replace(clause, words=tuple(part))


def _said(clause: RawClause, *texts: str | Word) -> RawClause:
    """A clause of new words at the place of the old one."""
    at = clause.words[0]
    words = [one if isinstance(one, Word) else _word(one, at.start) for one in texts]
    return replace(clause, words=tuple(words))


def _word(text: str, at: int) -> Word:
    kind = "number" if text.isdecimal() else "symbol" if text in ",:=+-*" else "word"
    return Word(kind, text.lower(), text, at, at)  # type: ignore[arg-type]


def _called(clause: RawClause) -> RawClause:
    """``my bus number`` as ``my number``: what kind of number it is says nothing of its digits."""
    words = clause.words
    out = [
        word
        for place, word in enumerate(words)
        if not (
            0 < place < len(words) - 1
            and (place == 1 or words[place - 2].text == "of")
            and words[place + 1].text.removesuffix("'s") in ("number", "code", "pin", "combination")
            and words[place - 1].text in ("my", "the", "your", "his", "her", "our", "this")
            and word.kind == "word"
            and len(word.text) > 1
            and not (word.text in _FUNCTION_WORDS or word.text in _content_words() or word.text in _NUMBERED)
        )
    ]
    return replace(clause, words=tuple(out))


_NUMBERED = frozenset(
    ["original", "new", "reversed", "resulting", "whole", "mystery", "secret", "entire", "correct", "obtained"]
)


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


# Stories


@cache
def _content_words() -> frozenset[str]:
    """Words that state something of digits."""
    said = {
        word
        for terminal, _, pattern in phrases.PHRASES
        if terminal in _CONTENTFUL
        for phrase in phrases.expand(pattern)
        for word in phrase
    }
    counted = {*NUMBER_WORDS, *phrases.PLURAL_NUMBERS, *phrases.ORDINALS}
    places = {word for name in PLACES for word in name.split()}
    return frozenset((said | counted | places | {"digit", "digits", "letters"}) - _FUNCTION_WORDS - _ASIDE)


_ASIDE = frozenset(
    [
        "old",
        "older",
        "past",
        "high",
        "many",
        "image",
        "result",
        "results",
        "range",
        "comes",
        "next",
        "mean",
        "matches",
        "count",
        "center",
        "central",
    ]
)


def has_content(words: Sequence[Word], declared: Declared, vocabulary: Vocabulary) -> bool:
    """Whether the words could state something of a digit."""
    counted = {place for place in range(len(words) - 1) if _counts_people(words, place)}
    words = [word for place, word in enumerate(words) if place not in counted]
    known = _content_words()
    own = {
        phrase.split()[-1]
        for phrase in (*vocabulary.adjectives, *vocabulary.features)
        if phrase.split()[0] not in ("a", "an")
    }
    names = declared.names
    return any(
        word.kind not in ("word", "symbol")
        or (word.kind == "symbol" and word.text not in (",", ":", "-", "'", "'s"))
        or word.text in known
        or word.text in own
        or (word.text in vocabulary.nouns and word.text not in NUMBER_NOUNS)
        or (word.text in names and word.text not in ("a", "i"))
        or (word.kind == "word" and word.text not in ("a", "i") and len(word.text) == 1)
        for word in words
    )


def _counts_people(words: Sequence[Word], place: int) -> bool:
    """``five clues``, ``three students``: what is counted is no part of the language."""
    counted = words[place + 1].text
    return (
        words[place].text in NUMBER_WORDS
        and words[place + 1].kind == "word"
        and (counted in _STORIES or not (counted in _FUNCTION_WORDS or counted in _content_words()))
        and counted not in NUMBER_NOUNS
        and counted != "letters"
        and len(counted) > 3
    )


_STORIES = frozenset(
    ["clues", "hints", "guesses", "tries", "attempts", "statements", "facts", "rules", "times", "people"]
)


_HEADINGS_ALONE = frozenset(
    [
        "hints",
        "hint",
        "clues",
        "clue",
        "rules",
        "facts",
        "the",
        "and",
        "number",
        "is",
        "answer",
        "logic",
        "lock",
        "code",
        "here",
    ]
)


def _is_story(clause: RawClause, declared: Declared, vocabulary: Vocabulary, notes: list[Diagnostic]) -> bool:
    """Whether a sentence only tells a story: it says nothing of digits, nor of the number itself."""
    words = simplify(clause.words, {})
    if not words or has_content(words, declared, vocabulary) or (declared.whole and _WIDE.search(_line(words))):
        return False
    if [word.text for word in words if word.text not in _HEADINGS_ALONE] == []:
        return True
    texts = [word.text for word in words if word.text not in ("the", "a", "an", ",", "so", "and", "now", "please")]
    if not texts or texts[0] in ("let", "alpha", "evidence", "data", "given", "solve") or words[0].kind == "string":
        return False
    if any(word.kind == "string" for word in words):
        return False
    if _BARE_NUMBER.fullmatch(_line(words)):
        return True
    if clause.asked or (texts[0] in _IMPERATIVES and len(texts) > 1):
        return not (texts[0] in ("find", "what", "which", "determine") and len(texts) < 4 and not clause.asked)
    if texts[0] in _REFERENTS or len(texts) < 3:
        return False
    known = _content_words()
    if len(texts) < 6 and any(
        len(text) > 3 and text not in _FUNCTION_WORDS and closest(text, known, cutoff=0.85) for text in texts
    ):
        return False
    notes.append(
        Diagnostic(
            "W702", clause.span, "taken as part of the story: it says nothing of the digits", "", "", clause.label
        )
    )
    return True


_BARE_NUMBER = re.compile(
    r"(?:(?:i|we|you) (?:am|are|have|was|'ve|pick|picked|chose|think|thought)? ?)?(?:thinking |think |thought |guess )?(?:of )?"  # noqa: E501
    r"(?:a|an|the|this|some|my) (?:\w+ )?(?:number|code)"
)


def _line(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


# What is declared without being said


def _declared(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause]:
    """The clauses of a file that declares nothing in a known form, with a declaration."""
    for step in (_letters, _named, _wide, _guessed, _placed, _bounded, _ordinals):
        found = step(clauses, notes)
        if found is not None:
            return found
    return clauses


def _letters(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:
    """``SEND + MORE = MONEY`` alone: its letters are digits, different ones if nothing is said of letters."""
    letters: list[str] = []
    first = -1
    for place, clause in enumerate(clauses):
        spelled = _capitals(clause)
        first = place if spelled and first < 0 else first
        letters += [letter for letter in dict.fromkeys("".join(spelled)) if letter not in letters]
    if first < 0 or len(letters) > 10:
        return None
    listed = [part for letter in letters for part in (",", letter)][1:]
    out = [_said(clauses[first], "digits", *listed)]
    said = {word.text for clause in clauses for word in clause.words}
    if not said & {"letter", "letters", "different", "distinct", "unique", "digit", "digits"} or said & {
        "cryptarithm",
        "alphametic",
        "cryptarithms",
        "alphametics",
        "cryptarithmetic",
    }:
        out.append(_said(clauses[first], "all", "different"))
        label = "different letters are read as different digits"
        notes.append(Diagnostic("W703", clauses[first].span, label, "say so: 'all different'"))
    return [*clauses[:first], *out, *clauses[first:]]


def _capitals(clause: RawClause) -> list[str]:
    """Words in capitals that stand in an equation, or behind *number*."""
    words = clause.words
    equation = any(word.kind == "symbol" and word.text == "=" for word in words)
    caps = [bool(_LETTERED.match(word.written)) and word.kind == "word" for word in words]
    long = [place for place, one in enumerate(caps) if one and len(words[place].text) > 1]
    if equation and long:
        return [words[place].written for place, one in enumerate(caps) if one and words[place].text != "x"]
    return [
        words[place].written
        for place in long
        if place and words[place - 1].text in ("number", "integer", "numbers") and words[place].text not in NUMBER_NOUNS
    ]


_NAMED = rules(
    r"""
is :: ^([a-z]) is an? (#num) digit ((?:#adj )?)number -> there is a \2 digit number \1 ¶ \1 is a \3 number
let suppose say :: ^(?:let|suppose|say) ([a-z]) (?:be|is) an? (#num) digit ((?:#adj )?)number(?: such that)? -> there is a \2 digit number \1 ¶ \1 is a \3 number ¶
are be :: ^(?:let )?([a-z]) and ([a-z]) (?:are|be) (?:two )?(?:different )?(#num) digit numbers -> there are two \3 digit numbers : \1 and \2
with has :: ^there is a number ([a-z]) (?:with|that has|having) (#num) digits -> there is a \2 digit number \1
there :: ^there is an? (#num) digit number ([a-z]) and an? (#num) digit number ([a-z]) -> there is a \1 digit number : \2 ¶ there is a \3 digit number : \4
"""  # noqa: E501
)
_EMPTY = (re.compile(r"[a-z] is a number"),)


def _named(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:  # noqa: ARG001
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
            if not any(empty.fullmatch(_line(part)) for empty in _EMPTY)
        ]
    return out if changed else None


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() else 1 if text == "single" else NUMBER_WORDS.get(text)


def _told_away(clauses: Sequence[RawClause], declared: Declared) -> list[RawClause]:
    """Openings such as ``The code for the treasure chest is a three-digit number``, without their story."""
    out: list[RawClause] = []
    nothing = Declared()
    for place, clause in enumerate(clauses):
        words = simplify(clause.words, {}) if place in declared.declaring else []
        at = next((one for one in range(1, len(words)) if _is_width(words, one)), 0)
        before, rest = words[: max(0, at - 1)], words[at + 1 :]
        noun = next((word.text for word in rest[:3] if word.text in NUMBER_NOUNS), "")
        while rest and (rest[0].text in NUMBER_NOUNS or rest[0].text in _QUALIFYING):
            rest = rest[1:]
        if at and len(before) < 2 and [word.text for word in rest[:2]] in ([",", "its"], [",", "the"]):
            out += _within(clause, words, at) or [clause]
            continue
        odd_head = any(word.text not in KNOWN_OPENING for word in before)
        odd_tail = bool(rest) and not has_content(rest, nothing, Vocabulary()) and rest[0].text not in (":", "called")
        odd_tail = (odd_tail and (len(rest[0].text) > 1 or rest[0].kind == "symbol")) or (
            bool(rest) and rest[0].text in _OPERATED - {","}
        )
        if not at or has_content(before, nothing, Vocabulary()) or not (odd_head or odd_tail):
            out.append(clause)
            continue
        told = next((word.text for word in before if word.text in CODES), "")
        told = told or ("code" if _LOCKS & {word.text for word in words} else "")
        out += _split_width(clause, words, at, noun or told or "number")
    return out


def _wide(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:  # noqa: ARG001
    """Some sentence names the number of digits: a story around ``a four-digit code``, ``has three digits``."""
    nothing = Declared()
    for place, clause in enumerate(clauses):
        words = simplify(clause.words, {})
        at = next((one for one in range(1, len(words)) if _is_width(words, one)), 0)
        if not at:
            continue
        before, rest = words[: at - 1], words[at + 1 :]
        if has_content(before, nothing, Vocabulary()):
            within = _within(clause, words, at)
            if within:
                return [*clauses[:place], *within, *clauses[place + 1 :]]
            continue
        noun = next((word.text for word in rest[:3] if word.text in NUMBER_NOUNS), "")
        noun = noun or next((word.text for word in before if word.text in NUMBER_NOUNS), "")
        noun = noun or ("code" if _LOCKS & {word.text for word in words} else "number")
        return [*clauses[:place], *_split_width(clause, words, at, noun), *clauses[place + 1 :]]
    return None


_LOCKS = frozenset(["lock", "padlock", "safe", "vault", "keypad", "key", "locker"])


def _within(clause: RawClause, words: list[Word], at: int) -> list[RawClause]:
    """``If a two-digit number is doubled, …``: there is one, and the sentence speaks of it."""
    start = at - 2 if words[at - 2].text in ("a", "an") else at - 3
    if start < 0 or words[start].text not in ("a", "an") or (start == at - 3 and words[at - 2].text not in _ANY_ONE):
        return []
    stop = at + 1
    found = []
    while stop < len(words) and (words[stop].text in NUMBER_NOUNS or words[stop].text in _QUALIFYING):
        found += [words[stop]] if words[stop].text in _QUALIFYING else []
        stop += 1
    if stop == at + 1 or words[stop - 1].text not in NUMBER_NOUNS or found:
        return []
    at_start = words[start].start
    said = [_word(text, at_start) for text in ("there", "is", "a")]
    noun = words[stop - 1]
    number = [_word("the", at_start), noun._replace(text="code" if noun.text in CODES else "number")]
    return [
        replace(clause, words=(*said, words[at - 1], words[at]._replace(text="digit"), noun)),
        replace(clause, words=(*words[:start], *number, *words[stop:])),
    ]


_ANY_ONE = frozenset(["certain", "particular", "given", "secret", "special"])


def _is_width(words: Sequence[Word], at: int) -> bool:
    """Whether ``three-digit`` or ``three digits`` ends here."""
    if words[at].text not in ("digit", "digits", "figure", "figures") or _count(words[at - 1].text) is None:
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
        _word("there", clause.words[0].start),
        _word("is", clause.words[0].start),
        _word("a", clause.words[0].start),
    ]
    digit = words[at]._replace(text="digit")
    rest = words[at + 1 :]
    kept: list[Word] = []
    while rest and (rest[0].text in NUMBER_NOUNS or rest[0].text in _QUALIFYING):
        kept += [rest[0]] if rest[0].text in _QUALIFYING else []
        rest = rest[1:]
    yield replace(clause, words=(*article, words[at - 1], digit, _word(noun, digit.end)))
    if kept:
        yield replace(clause, words=(_word("i", clause.words[0].start), _word("am", clause.words[0].start), *kept))
    if has_content(rest, nothing, Vocabulary()):
        yield from _goes_on(clause, rest)


_QUALIFYING = frozenset(["odd", "even", "prime", "palindrome", "palindromic", "composite"])
_LINKS = frozenset(
    [",", ":", "and", "that", "which", "who", "such", "so", "but", "if", "where", "in", "for", "whose", "with"]
)


def _goes_on(clause: RawClause, rest: list[Word]) -> Iterator[RawClause]:
    """What follows the number in its own sentence, said of it."""
    texts = [word.text for word in rest]
    at = rest[0].start
    start = next((place for place, text in enumerate(texts) if text not in _LINKS), len(rest))
    links = texts[:start]
    said = rest[start:]
    if not said:
        return
    if "whose" in links:
        yield replace(clause, words=(_word("its", at), *said))
    elif "with" in links:
        yield replace(clause, words=(_word("i", at), _word("have", at), *said))
    elif said[0].text in _VERBS or said[0].text in _OPERATED:
        yield replace(clause, words=(_word("i", at), *said))
    else:
        yield replace(clause, words=tuple(said))


_VERBS = frozenset(
    [
        "is",
        "am",
        "has",
        "have",
        "are",
        "equals",
        "contains",
        "ends",
        "starts",
        "begins",
        "leaves",
        "exceeds",
        "reads",
        "can",
        "does",
        "adds",
        "becomes",
    ]
)


def _guessed(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:  # noqa: ARG001
    """``Crack the code: 682 …``: the guesses have as many digits as the code."""
    widths = set()
    first = -1
    for place, clause in enumerate(clauses):
        digits = 0
        while (
            digits < len(clause.words)
            and clause.words[digits].kind == "number"
            and clause.words[digits].text.isdecimal()
        ):
            digits += 1
        width = digits if digits > 1 else len(clause.words[0].text) if digits else 0
        if width > 1 and _TELLING & {word.text for word in clause.words}:
            widths.add(width)
            first = place if first < 0 else first
    if len(widths) != 1:
        return None
    said = _said(clauses[first], "there", "is", "a", str(*widths), "digit", "code")
    return [*clauses[:first], replace(said, label=""), *clauses[first:]]


_TELLING = frozenset(["correct", "right", "wrong", "placed", "nothing", "misplaced", "incorrect"])
_OPERATED = frozenset(
    ["multiplied", "divided", "plus", "minus", "times", "increased", "decreased", "becomes", ",", "when"]
)
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


def _bounded(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:
    """``I am greater than 40 but less than 50``: the bounds tell the number of digits."""
    low = high = 0
    first = -1
    for place, clause in enumerate(clauses):
        line = _line(simplify(clause.words, {}))
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
        line = _line(simplify(clause.words, {}))
        found = _DECIMALS.search(line)
        decimals = _count((found.group(1) or found.group(2)) if found else "") or 0
        if found and 0 < decimals < 4 and set(line.split()) <= {*_ONLY_PLACES, *found.group().split()}:
            names = [PLACE_NAMES[power] for power in range(len(str(low)) - 1, -decimals - 1, -1)]
            said = _said(clause, *["there", "is", "a", "number", "with"], *" , ".join(names).split())
            return [*clauses[:place], said, *clauses[place + 1 :]]
    return _with_width(clauses, first, len(str(low)), "its bounds", notes)


def _with_width(clauses: list[RawClause], first: int, width: int, why: str, notes: list[Diagnostic]) -> list[RawClause]:
    label = f"read as a number of {width} digits, after {why}"
    notes.append(Diagnostic("W703", clauses[first].span, label, f"say so: 'I am a {width}-digit number'"))
    return [*clauses[:first], _said(clauses[first], "i", "am", "a", str(width), "digit", "number"), *clauses[first:]]


_DECIMALS = re.compile(
    r"(?:with|has|have) (\w+) decimal (?:place|digit)s?|(\w+) (?:digits|places) after the (?:decimal )?point"
)
_AT_PLACE = re.compile(
    r"\b((?:ten |hundred )?(?:thousand|million)s?|hundreds?|tens?|ones|units?|tenths?|hundredths?|thousandths?)'?s?"
    r"(?: (?:digit|place|column|position)|(?= than| as| and|$| ,))"
)
_ONLY_PLACES = frozenset(
    [
        "i",
        "am",
        "have",
        "has",
        "it",
        "is",
        "there",
        "a",
        "an",
        "the",
        "and",
        "with",
        "number",
        "decimal",
        "mystery",
        "digit",
        "digits",
        "place",
        "places",
        ",",
        ":",
        "called",
        "my",
        "of",
        "in",
        "made",
        "up",
        "whole",
        "single",
        "only",
        "just",
        "which",
        "that",
    ]
)


def _placed(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:
    """``My tens digit is 4. My ones digit is 2.``: the places spoken of tell which there are."""
    powers: set[int] = set()
    first, announced = -1, -1
    for place, clause in enumerate(clauses):
        line = _line(simplify(clause.words, {}))
        found = {PLACES[one.group(1)] for one in _AT_PLACE.finditer(line) if one.group(1) in PLACES}
        powers |= found
        first = place if first < 0 and found else first
        if _DECIMALS.search(line) and set(line.split()) <= {*_ONLY_PLACES, *_DECIMALS.search(line).group().split()}:  # type: ignore[union-attr]
            announced = place
        places = {word for one in _AT_PLACE.finditer(line) for word in one.group().split()}
        if found and announced < 0 and set(line.split()) <= places | _ONLY_PLACES:
            announced = place
    if first < 0 or max(powers) < 0 or (min(powers) > 0 and announced < 0):
        return None
    names = [PLACE_NAMES[power].replace("_", " ") for power in range(max(powers), min(powers) - 1, -1)]
    if len(names) < 2 or len(names) > 10:
        return None
    if announced < 0:
        label = f"read as a number with {', '.join(names)}: the places spoken of"
        notes.append(Diagnostic("W703", clauses[first].span, label, "say so first: 'There is a number with …'"))
    at = announced if announced >= 0 else first
    said = _said(clauses[at], *["there", "is", "a", "number", "with"], *" , ".join(names).split())
    return [*clauses[:at], said, *clauses[at + (announced >= 0) :]]


_AT_ORDINAL = re.compile(rf"\b({'|'.join(list(phrases.ORDINALS)[:12])}|\d+(?:st|nd|rd|th))\b")


def _ordinals(clauses: list[RawClause], notes: list[Diagnostic]) -> list[RawClause] | None:
    """``The fifth number is …`` of a code: the highest ordinal tells how many digits it has."""
    highest, first = 0, -1
    words = {word.text for clause in clauses for word in clause.words}
    for place, clause in enumerate(clauses):
        for one in _AT_ORDINAL.findall(_line(clause.words)):
            highest = max(highest, int(one[:-2]) if one[0].isdecimal() else phrases.ORDINALS[one])
            first = place if first < 0 else first
    if first < 0 or not 2 <= highest <= 10 or not words & {*CODES, "lock", "safe", "digit", "digits"}:
        return None
    code = bool(words & {*CODES, "lock", "safe"})
    label = f"read as {'a code' if code else 'a number'} of {highest} digits, after its highest ordinal"
    notes.append(Diagnostic("W703", clauses[first].span, label, "say so first: 'There is a code of … digits'"))
    said = _said(clauses[first], "there", "is", "a", str(highest), "digit", "code" if code else "number")
    return [*clauses[:first], said, *clauses[first:]]


# Sums written one below the other


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
            added = [word for one in out[start:] for word in one.words]
            out[start:] = [replace(out[start], words=(*added, _word("=", words[0].start)))]
            below = True
        elif below:
            before = out.pop()
            out.append(replace(before, words=(*before.words, *words)))
            below = False
        else:
            out.append(clause)
    return out
