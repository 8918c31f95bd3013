"""A sentence to the clauses it can mean: words, chart, pronouns, places."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from oedipus.dsl import syntax as s
from oedipus.dsl.core import KEYWORDS
from oedipus.dsl.declared import Declared
from oedipus.dsl.diagnostics import Diagnostic, Mistake
from oedipus.dsl.english.chart import Chart, Mention, Reading, Symbol, parse
from oedipus.dsl.english.counted import agreed, uncounted
from oedipus.dsl.english.lexicon import NUMBERS, Lexicon, spelt
from oedipus.dsl.english.names import names_of, ordinals, placed, tidied
from oedipus.dsl.english.openings import bodies
from oedipus.dsl.english.phrasebook import phrasebook
from oedipus.dsl.english.pronouns import Story, Told
from oedipus.dsl.reader import Word

LONGEST = 150
"""Most words of an English sentence."""


_NO_NAMES = KEYWORDS | frozenset(
    "the an digit digits number numbers code it its they them their my me is are which whose all each every "
    "both sum product odd even prime there that two what who".split()
)
"""Words that no sentence can make a name."""


class Unread(Exception):  # noqa: N818
    """No derivation: the chart knows how far the words fit."""

    def __init__(self, chart: Chart, words: Sequence[Word]) -> None:
        self.chart, self.words = chart, words
        super().__init__("unread")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a sentence can mean."""

    bodies: tuple[s.Body, ...]
    mentions: tuple[Mention, ...] = ()
    words: tuple[str, ...] = field(default=(), compare=False)
    reading: Reading | None = field(default=None, compare=False)

    @property
    def formula(self) -> s.Expression | None:
        """What it states."""
        return next((one.formula for one in self.bodies if isinstance(one, s.Statement)), None)


class English:
    """Reads sentences one after another; :meth:`told` keeps what was understood, for the pronouns of the next."""

    def __init__(self, lexicon: Lexicon, declared: Declared) -> None:
        self.lexicon, self.declared = lexicon, declared
        self.story = Story(declared)

    def chart(
        self, words: Sequence[Word], start: str, loose: bool = False, stating: bool = False
    ) -> tuple[Chart, list[Word]]:
        """The chart of a sentence; ``loose`` takes words that nobody knows for names of digits, to ``stating`` no
        name is new that is declared."""
        names = names_of(self.declared)
        apart = spelt(words, names)
        lexed = self.lexicon.symbols(apart, names)
        known = self.lexicon.known()
        for at, word in enumerate(apart):
            here = lexed[at]
            if word.kind != "word":
                continue
            if at + 1 < len(apart) and apart[at + 1].text == "(" and apart[at + 1].start == word.end:
                here.setdefault("CALL", []).append(Symbol(at + 1, s.Name(word.text, word.span)))
            if self.declared.spells(word.text) and word.written.isupper():
                here.setdefault("LETTERS", []).append(Symbol(at + 1, s.Letters(word.written, word.span)))
            if (run := self._run(word)) is not None:
                here.setdefault("RUN", []).append(Symbol(at + 1, run))
            if stating and word.text in names:
                continue
            if word.text not in _NO_NAMES and (len(word.text) == 1 or word.text not in NUMBERS):
                here.setdefault("NEW", []).append(Symbol(at + 1, s.Name(word.written, word.span)))
                if word.text not in ("i", "a"):
                    here.setdefault("OWN", []).append(here["NEW"][-1])
                if loose and word.text not in names and word.text not in known:
                    here.setdefault("NAME", []).append(Symbol(at + 1, s.Name(word.text, word.span)))
        book = phrasebook(named=self.lexicon.named)
        return parse(book, lexed, [word.span for word in apart], start, ordinals(self.declared)), apart

    def _run(self, word: Word) -> s.Expression | None:
        """The list of pictures that a word names by one letter each: *abc*; all of them show values that are names."""
        if not self.declared.spells(word.text) or not word.text.isalpha():
            return None
        kinds = {self.declared.variables[char].kind for char in word.text}
        named = len(kinds) == 1 and kinds <= self.declared.named
        return s.Listing(tuple(s.Name(char, word.span) for char in word.text), word.span) if named else None

    def options(
        self, words: Sequence[Word], start: str = "sentence", loose: bool = False, stating: bool = False
    ) -> list[Option]:
        """What a sentence can mean. Raises :class:`Unread` where it has no derivation, :class:`Mistake`
        where what it speaks of is not there."""
        if len(words) > LONGEST:
            label = f"{len(words)} words; a sentence has at most {LONGEST}"
            raise Mistake("E106", words[0].span.to(words[-1].span), label, "split it into several sentences")
        self.story.doubts.clear()
        chart, apart = self.chart(words, start, loose, stating)
        readings = chart.readings(start)
        if not readings:
            raise Unread(chart, apart)
        if chart.overflow:
            where = words[0].span.to(words[-1].span)
            label = "this can be read in more ways than are followed"
            raise Mistake("E203", where, label, "say it in several sentences")
        found: dict[tuple[s.Body, ...], Option] = {}
        told = tuple(word.text for word in apart)
        mistakes: list[Mistake] = []
        unbound = None
        for reading in readings:
            bound = [(reading.meaning, reading.mentions)] if loose else self.story.bound(reading, told)
            unbound = unbound or (reading if not bound else None)
            for meaning, mentions in bound:
                try:
                    said = bodies(meaning if loose else self._settled(meaning))
                except Mistake as mistake:
                    mistakes.append(mistake)
                    continue
                found.setdefault(said, Option(said, mentions, told, reading))
        if not found and mistakes:
            raise mistakes[0]
        if not found:
            raise Mistake(
                "E306", words[0].span.to(words[-1].span), "it is not clear what a pronoun here means", "name it"
            )
        return list(found.values())

    def _settled(self, meaning: s.Expression) -> s.Expression:
        """A meaning with the digits that its places are, its counts looked at."""
        return tidied(placed(agreed(meaning, self.declared), self.declared))

    def doubts(self) -> list[Diagnostic]:
        """Warnings of pronouns in the last sentence that could mean something else."""
        found = [
            Diagnostic(
                "W701",
                one.span,
                f"read as '{taken}', the subject of the clause before; {' or '.join(map(repr, others))} would fit too",
                "write the name to be sure",
            )
            for one, (taken, others) in self.story.doubts.items()
        ]
        self.story.doubts.clear()
        return found

    def told(self, option: Option) -> None:
        """Note what a sentence was understood to say."""
        if option.mentions or option.formula is not None:
            mentions = tuple(one._replace(meaning=uncounted(one.meaning)) for one in option.mentions)
            self.story.told.append(Told(mentions, option.formula, option.words))
