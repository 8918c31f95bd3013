"""Words to symbols: what each word of a sentence can be, by words.txt, the cards and the names declared."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from oedipus.dsl import syntax as s
from oedipus.dsl.english.chart import Symbol
from oedipus.dsl.english.phrasebook import PhrasebookError, phrasebook, read_lines
from oedipus.dsl.english.templates import Made, template
from oedipus.dsl.reader import Word
from oedipus.dsl.spans import NOWHERE, Span

WORDS = Path(__file__).parent / "words.txt"
CONTRACTIONS = {
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "i'm": "i am",
    "it'd": "it would",
} | {f"{word}n't": f"{word} not" for word in "is are was were do does did has have had must should would could".split()}
_SHORT = {"'s": "is", "'re": "are", "'ve": "have", "'ll": "will"}
_PRONOUNS = frozenset(["it", "he", "she", "who", "what", "there", "that", "they", "you", "we", "i"])
_THINGS = frozenset(["HOLDER", "CUP", "CUPS", "HOUSE"])
"""Classes of words for things, which say nothing by themselves."""
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBERS: Mapping[str, int] = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **{f"{ten}{gap}{unit}": 10 * value + number
       for value, ten in enumerate(_TENS, 2) for number, unit in enumerate(_UNITS[1:10], 1) for gap in (" ", "-")},
}  # fmt: skip
"""Number words from zero to ninety-nine."""


@dataclass(slots=True)
class Entries:
    """Words that belong together, as a trie: ``classes`` are those that end here, each with its meaning."""

    follow: dict[str, "Entries"] = field(default_factory=dict)
    classes: list[tuple[str, Any]] = field(default_factory=list)

    def add(self, name: str, said: str, meaning: Any) -> None:
        """Make the words ``said`` one of the class ``name``."""
        node = self
        for word in said.split():
            node = node.follow.setdefault(word, Entries())
        node.classes.append((name, meaning))


@cache
def _literals(*, named: bool = False) -> frozenset[str]:
    """The words that patterns name themselves."""
    return frozenset(word for node in phrasebook(named=named).nodes() for word in node.words if not word.isupper())


class _Later:
    """A meaning in core text, read when first needed."""

    __slots__ = ("made", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.made: Made | None = None

    def __call__(self, span: Span = NOWHERE, at: int = 0) -> Any:
        if self.made is None:
            self.made = template(self.text, {})
        return self.made((), {}, span, at)


def entries(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, Any]]:
    """Class, words and meaning: of ``CLASS: a, b c`` each is its own, ``CLASS a|b c -> meaning`` tells one."""
    for place, line in lines:
        if match := re.fullmatch(r"([A-Z]\w*): (.*)", line):
            for said in match.group(2).split(","):
                yield match.group(1), said.strip(), None
        elif match := re.fullmatch(r"([A-Z]\w*) (.*?)(?: -> (.*))?", line):
            for said in match.group(2).split("|"):
                yield match.group(1), said.strip(), _Later(match.group(3)) if match.group(3) else None
        else:
            raise PhrasebookError(f"{place}: neither 'CLASS: words, words' nor 'CLASS words|words -> meaning': {line}")


@cache
def shipped() -> tuple[tuple[str, str, Any], ...]:
    """The entries of words.txt."""
    return tuple(entries(read_lines(WORDS)))


class Lexicon:
    """The words of the language: those of words.txt, and ``more`` (class, words, core text) that cards bring."""

    def __init__(self, more: Iterable[tuple[str, str, str]] = ()) -> None:
        self.root = Entries()
        self._known: set[str] = set()
        for name, said, meaning in shipped():
            self.root.add(name, said, meaning)
        self.brought: set[str] = set()
        self.classes: set[str] = set()
        for name, said, text in more:
            self.root.add(name, said, _Later(text))
            self.classes.add(name)
            self.brought |= set(said.split())
        self.named = "VALUE" in self.classes
        """Whether there are values that are names."""
        self._literals = _literals(named=self.named)

    def known(self) -> set[str]:
        """Every single word that some entry of the language or pattern has."""
        if not self._known:
            self._known |= self._literals
            for _, said, _ in shipped():
                self._known |= set(said.split())
            self._known |= {word for word in NUMBERS if " " not in word}
        return self._known

    def telling(self, word: str) -> bool:
        """Whether a word alone is an entry or stands in a pattern, so that it can carry meaning."""
        node = self.root.follow.get(word)
        told = [name for name, _ in node.classes if name not in _THINGS] if node else []
        return bool(told) or word in self._literals or word in NUMBERS

    def all_words(self) -> set[str]:
        """The same and the words of the cards."""
        return self.known() | self.brought

    def symbols(
        self, words: Sequence[Word], names: Mapping[str, tuple[str, s.Expression]]
    ) -> list[dict[str, list[Symbol]]]:
        """For each word what it can be; ``names`` gives class and meaning of those declared."""
        found: list[dict[str, list[Symbol]]] = []
        for at, word in enumerate(words):
            here: dict[str, list[Symbol]] = {word.text: [Symbol(at + 1, None)]}
            self._own(here, word, at)
            if word.text in names:
                name, meaning = names[word.text]
                here.setdefault(name, []).append(Symbol(at + 1, _placed(meaning, word)))
            node: Entries | None = self.root
            place = at
            while place < len(words):
                node = node.follow.get(words[place].text) if node else None
                if node is None:
                    break
                place += 1
                for name, meaning in node.classes:
                    if name == "VALUE" and len(word.text) == 1 and not word.written.isupper():
                        continue  # a letter of its own is a name, or an article
                    span = word.span.to(words[place - 1].span)
                    told = meaning(span, at) if isinstance(meaning, _Later) else meaning
                    here.setdefault(name, []).append(Symbol(place, told))
            found.append(here)
        self._guesses(found, words)
        return found

    def _guesses(self, found: list[dict[str, list[Symbol]]], words: Sequence[Word]) -> None:
        """A guess written digit by digit: ``6 8 2``."""
        at = 0
        while at < len(words):
            end = at
            while end < len(words) and words[end].kind == "number" and len(words[end].text) == 1:
                end += 1
            if end - at > 2:
                text = "".join(word.text for word in words[at:end])
                span = words[at].span.to(words[end - 1].span)
                found[at].setdefault("GUESS", []).append(Symbol(end, s.Text(text, span)))
            at = max(end, at + 1)

    def _own(self, here: dict[str, list[Symbol]], word: Word, at: int) -> None:
        """What a word is by its form: a number, an ordinal, a path."""
        text, end = word.text, at + 1
        match word.kind:
            case "number" if word.written.endswith("s"):
                here["NUMS"] = [Symbol(end, s.Number(Fraction(text), word.span))]
            case "number" if text.startswith("0") and len(text) > 1:
                here["GUESS"] = [Symbol(end, s.Text(text, word.span))]
            case "number":
                here["NUM"] = [Symbol(end, s.Number(Fraction(text), word.span))]
                here["NUMERAL"] = here["NUM"]
                if (text.isdecimal() and len(text) > 1) or word.written.startswith(("[", "(")):
                    here["GUESS"] = [Symbol(end, s.Text(text, word.span))]
            case "ordinal":
                here["ORD"] = [Symbol(end, s.Number(Fraction(re.sub(r"\D", "", text)), word.span))]
            case "string":
                here["STRING"] = [Symbol(end, s.Text(word.written.strip('"'), word.span))]
            case "word" if text in NUMBERS:
                here["NUM"] = [Symbol(end, s.Number(Fraction(NUMBERS[text]), word.span))]


def _placed(meaning: s.Expression, word: Word) -> s.Expression:
    return s.Name(meaning.name, word.span) if isinstance(meaning, s.Name) else meaning


def spelt(words: Sequence[Word], names: Mapping[str, Any]) -> list[Word]:
    """The words with contractions spelt out and possessives apart: ``isn't``, ``Anna's``."""
    out: list[Word] = []
    for word in words:
        text = word.text
        if word.kind != "word" or "'" not in text:
            out += _parts(word, CONTRACTIONS[text].split()) if text in CONTRACTIONS else [word]
            continue
        base, _, tail = text.rpartition("'")
        tail = f"'{tail}"
        if text in CONTRACTIONS:
            out += _parts(word, CONTRACTIONS[text].split())
        elif tail in _SHORT and (base in _PRONOUNS or tail != "'s") and base not in names:
            out += _parts(word, [base, _SHORT[tail]])
        elif tail == "'s":
            out += [word._replace(text=base, written=word.written[: len(base)], end=word.end - 2),
                    word._replace(text="'s", written="'s", start=word.end - 2)]  # fmt: skip
        else:
            out.append(word)
    return out


def _parts(word: Word, texts: Sequence[str]) -> list[Word]:
    return [word._replace(text=text, written=text) for text in texts]
