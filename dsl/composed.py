"""Letters in their composed form (Unicode's NFC), with the places that they had."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Composed:
    """A text in NFC; character ``i`` of it was ``starts[i]`` to ``ends[i]`` of the text as given."""

    text: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece that is not empty stood in the text as given."""
        return self.starts[start], self.ends[end - 1]


def composed(text: str) -> Composed:
    """The text in NFC, each letter together with the marks behind it."""
    size = len(text)
    if unicodedata.is_normalized("NFC", text):
        return Composed(text, range(size), range(1, size + 1))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    begin = 0
    while begin < size:
        end = begin + 1
        while end < size and _belongs(text[end - 1], text[end]):
            end += 1
        made = unicodedata.normalize("NFC", text[begin:end])
        letters.append(made)
        for place, _ in enumerate(made):
            # Marks that do not go into the letter keep places of their own, as far as there are any.
            starts.append(min(begin + place, end - 1))
            ends.append(end if place == len(made) - 1 else min(begin + place + 1, end))
        begin = end
    return Composed("".join(letters), tuple(starts), tuple(ends))


def _belongs(before: str, char: str) -> bool:
    """Whether a character goes into the letter before it: a combining mark, a vowel or final of Hangul."""
    return bool(unicodedata.combining(char)) or (
        "\u1161" <= char <= "\u11ff" and ("\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3")
    )
