"""Words that mean nothing: what to say of them, and what may have been meant."""

from collections.abc import Mapping

from oedipus.dsl.diagnostics import Mistake, closest, likely_typo
from oedipus.dsl.forms import nearest
from oedipus.dsl.lexicon import Lexicon
from oedipus.dsl.reader import Word
from oedipus.dsl.wordlists import FUNCTION_WORDS, PRONOUNS, words_of

MOST_SUGGESTIONS = 30
MANY = 3
"""Unknown words of one clause that are told as one mistake."""
CALLS = words_of(
    "abs min max sum product number circles reverse square gray grey coarsen mask blur downsample crop digit_sum"
)
"""Functions that take parentheses."""
_OPERATORS = frozenset(["+", "-", "*", "/", "**", "//", "%", "=", "<", ">", "<=", ">=", "!=", "(", ")"])
_SETTINGS = frozenset(["alpha", "evidence", "solve", "find", "solution", "given", "use", "data", "let", "digits"])


class Unknown:
    """Diagnostics for unknown words; one for each file, as suggestions are dear."""

    def __init__(self, lexicon: Lexicon, names: Mapping[str, str]) -> None:
        self.lexicon = lexicon
        self.names = names
        self.suggestions: dict[str, str] = {}

    def word(self, words: list[Word], place: int) -> Mistake:
        """What is wrong with a word that no phrase begins with."""
        word = words[place]
        if place + 1 < len(words) and words[place + 1].text == "(" and words[place + 1].start == word.end:
            return self._call(word)
        if word.kind == "symbol":
            return Mistake("E103", word.span, f"'{word.written}' cannot stand here")
        if word.text in self.lexicon.words:
            return Mistake("E201", word.span, f"'{word.written}' does not fit here", nearest(words))
        suggestion = self._suggestion(word.text)
        written = self.names.get(suggestion, suggestion)
        hint = f"did you mean '{written}'?" if suggestion else ""
        beside = {words[one].text for one in (place - 1, place + 1) if 0 <= one < len(words)}
        english = word.text in FUNCTION_WORDS or word.text in PRONOUNS
        if not english and (len(word.text) <= 2 or (beside & _OPERATORS and not suggestion)):
            hint = hint or f"declare it first: digits {word.written}"
            return Mistake("E101", word.span, f"nothing is called '{word.written}'", hint, written)
        hint = hint or nearest(words)
        return Mistake("E102", word.span, f"'{word.written}' has no meaning here", hint, written)

    def story(self, mistakes: list[Mistake]) -> list[Mistake]:
        """Many unknown words of one clause as one mistake: most likely none of it is about digits."""
        unknown = [one for one in mistakes if one.diagnostic.code == "E102" and not one.diagnostic.suggestion]
        if len(unknown) < MANY:
            return mistakes
        first = unknown[0].diagnostic
        told = [one.diagnostic.label.split("'")[1] for one in unknown]
        named = ", ".join(f"'{word}'" for word in told[:-1]) + f" and '{told[-1]}'"
        help_ = f"if the sentence only tells a story, put # in front of it; {first.help}"
        gathered = Mistake("E102", first.span, f"{named} have no meaning here", help_)
        return [gathered, *(one for one in mistakes if one not in unknown)]

    def _call(self, word: Word) -> Mistake:
        known = sorted(self.lexicon.vocabulary.functions | CALLS - {"grey", "downsample"})
        near = closest(word.text[:40], known)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(known)}"
        return Mistake("E602", word.span, f"nothing called '{word.written[:40]}' takes parentheses", hint, near)

    def _suggestion(self, text: str) -> str:
        """The known word most like ``text``; a file of noise gets a few only, as the search is slow."""
        if len(text) > 2 and text not in self.suggestions and len(self.suggestions) < MOST_SUGGESTIONS:
            known = {*self.names, *self.lexicon.words, *_SETTINGS} - {text}
            near = closest(text[:40], (one for one in known if len(one) > 2))
            self.suggestions[text] = near if likely_typo(text, near) else ""
        return self.suggestions.get(text, "")
