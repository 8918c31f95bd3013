# ruff: noqa: ARG005
"""Letters, a kind by cards only: what is said in several ways, against brute force over 26^n."""

from collections.abc import Callable
from itertools import product
from string import ascii_uppercase

import pytest

from oedipus.compiler.frontend import check_text, read_text
from oedipus.compiler.logic.axes import Readers
from oedipus.compiler.show.explain import core_riddle
from oedipus.compiler.verdict.decide import verdict
from oedipus.networks.cards import read_cards
from oedipus.testing import solutions

CARDS = read_cards()
ALPHABET = ascii_uppercase
PLACE = {letter: place for place, letter in enumerate(ALPHABET, 1)}
CLOSED, MIRRORED, VOWELS = set("ABDOPQR"), set("AHIMOTUVWXY"), set("AEIOU")
LISTED = 700
"""Most solutions that a verdict is asked to list."""

Holds = Callable[..., object]
SAID: list[tuple[str, tuple[str, ...], Holds]] = [
    ("ab", ("a is a vowel", "vowel(a)", "a is not a consonant"), lambda a, b: a in VOWELS),
    ("ab", ("b comes two after a in the alphabet", "rank(b) = rank(a) + 2"), lambda a, b: PLACE[b] == PLACE[a] + 2),
    ("ab", ("b comes right after a", "b is the letter after a"), lambda a, b: PLACE[b] == PLACE[a] + 1),
    ("ab", ("a comes before b", "a < b", "b comes after a in the alphabet"), lambda a, b: a < b),
    ("ab", ("a has a closed counter", "a has a hole", "a contains a closed loop"), lambda a, b: a in CLOSED),
    ("ab", ("b is symmetric", "b is not asymmetric"), lambda a, b: b in MIRRORED),
    ("ab", ("there is one vowel", "exactly one of the letters is a vowel"),
     lambda a, b: (a in VOWELS) != (b in VOWELS)),
    ("ab", ('a is "B"', 'a = "B"'), lambda a, b: a == "B"),
    ("ab", ("a is K or L", 'a is one of "K" and "L"', "a in [K, L]"), lambda a, b: a in "KL"),
    ("ab", ('ab spells "NO"', 'a and b spell "NO"', 'the word is "NO"'), lambda a, b: a + b == "NO"),
    ("ab", ('the word is one of "NO", "ON", "OX"', 'the word is either "NO" or "ON" or the word is "OX"'),
     lambda a, b: a + b in ("NO", "ON", "OX")),
    ("ab", ("the letters are in alphabetical order", "a comes before b"), lambda a, b: a < b),
    ("ab", ("the word contains Q", "Q is in the word", '"Q" in letters'), lambda a, b: "Q" in a + b),
    ("ab", ("Q and J are not in the word", "the word does not contain Q or J", "neither Q nor J is in the word"),
     lambda a, b: not set("QJ") & {a, b}),
    ("abc", ('in "CAR", C is in the right place and A is elsewhere',
             'in_place("CAR", "C") and out_of_place("CAR", "A")'),
     lambda a, b, c: a == "C" and b != "A" and c == "A"),
    ("abc", ('"CAT": two letters are correct and in the right place', 'found("CAT") = 2 and placed("CAT") = 2'),
     lambda a, b, c: (a == "C") + (b == "A") + (c == "T") == 2 == len(set("CAT") & {a, b, c})),
    ("abc", ('the word is an anagram of "TOO"', 'permutation(letters, ["T", "O", "O"])'),
     lambda a, b, c: sorted(a + b + c) == ["O", "O", "T"]),
]  # fmt: skip


def found(text: str) -> list[str]:
    """The solutions that the verdict lists, as words."""
    riddle = check_text(text, CARDS)
    said = verdict(riddle, CARDS, limit=LISTED)
    assert said.count == len(said.solutions)
    readers = Readers.of(riddle, CARDS)
    return sorted("".join(map(str, readers.all_told(one).values())) for one in said.solutions)


@pytest.mark.parametrize(("names", "ways", "holds"), SAID, ids=[ways[0] for _, ways, _ in SAID])
def test_one_meaning_in_several_wordings(names: str, ways: tuple[str, ...], holds: Holds) -> None:
    expected = sorted("".join(one) for one in product(ALPHABET, repeat=len(names)) if holds(*one))
    for said in ways:
        text = f"letters {', '.join(names)}\n{said}\n"
        assert found(text) == expected, said
        riddle = check_text(text, CARDS)
        again = check_text(core_riddle(riddle), CARDS)
        assert [one.body for one in again.clauses] == [one.body for one in riddle.clauses]


@pytest.mark.parametrize(
    ("ways", "core"),
    [
        (("There is a two-letter word.", "There are two letters.", "letters first, second"), "letters first, second"),
        (('The word is "NO".', 'The letters spell "NO".', 'letters = spelling("NO")'), 'letters = spelling("NO")'),
        (("x is the number of vowels", "x is as many as there are vowels", "x = count(vowel(k) for k in letters)"),
         "x = count(vowel(k) for k in letters)"),
        (("a comes two after b", "a comes two after b in the alphabet", "rank(a) = rank(b) + 2"),
         "rank(a) = rank(b) + 2"),
    ],
)  # fmt: skip
def test_the_same_core(ways: tuple[str, ...], core: str) -> None:
    for said in ways:
        head = "" if "letters first" in core else "letters a, b\ndigit x\n"
        told = core_riddle(check_text(f"{head}{said}\n", CARDS)).strip().splitlines()
        assert told[-1] == core, said


def test_every_reading_of_two_letters() -> None:
    """The reference semantics, which looks up what the cards' tables say, agrees with brute force."""
    riddle = check_text("letters a, b\na is a vowel iff b is symmetric\na comes before b\n", CARDS)
    readers = Readers.of(riddle, CARDS)
    told = sorted("".join(map(str, readers.all_told(one).values())) for one in solutions(riddle, CARDS))
    pairs = product(ALPHABET, repeat=2)
    assert told == sorted(a + b for a, b in pairs if (a in VOWELS) == (b in MIRRORED) and a < b)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("letters a, b\na is B", "E203"),
        ("letters a, b\na = B", "E203"),
        ("letters a, b\nB comes after a", "E203"),
        ("letters A, b", "E303"),
        ("letters a\ndigit C", "E303"),
        ("digit C\nletters a", "E303"),
        ("letters a, b\na = d", "E101"),
        ("digits a, b\na = d", "E101"),
        ('letters a, b, c\nthe word is "HOUSE"', "E304"),
        ('letters a, b, c\nin "CAT", Q is in the right place', "E305"),
        ('letters a, b\nin "CAT", C is in the right place', "E304"),
        ("letters a\ndigit x\na = x", "E415"),
        ("letters a\na is a hole", "E"),
    ],
)
def test_refusals(text: str, code: str) -> None:
    codes = [one.code for one in read_text(text, CARDS)[1] if one.severity == "error"]
    assert codes
    assert codes[0].startswith(code)


def test_digits_called_by_capitals_are_read_as_ever() -> None:
    """Letters bring no word into a riddle that declares none."""
    for said in ("A is B + 1", "A = B", "different letters stand for different digits", "A is odd and B is even"):
        assert not read_text(f"digits A, B\n{said}", CARDS)[1], said
