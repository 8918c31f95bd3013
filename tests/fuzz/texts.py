"""Texts to throw at the reader and the compiler: likely riddles, damaged riddles, noise.

Everything is drawn from one ``random.Random``, so that hypothesis can drive and
shrink the same generator that a long run drives by seed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from oedipus import riddles
from oedipus.dsl.english import lexicon

DEPTH = 3
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Cast:
    """A declaration, and how a riddle can speak of what it declares."""

    opening: str
    one: tuple[str, ...]
    group: str = "all digits"


CASTS = (
    Cast("digits a, b, c", ("a", "b", "c", "it", "number(a, b, c)", "abc"), "a, b and c"),
    Cast("There are three digits: a, b and c.", ("a", "the digit b", "c", "the last", "the middle digit")),
    Cast("There are three numbers:", ("The first number", "the second", "third", "digit 2", "the 3rd number", "it")),
    Cast("digits A, I", ("A", "I", "it", "AI"), "A and I"),
    Cast(
        "I am a three-digit number.", ("my tens digit", "my hundreds digit", "I", "the number", "my ones"), "my digits"
    ),
    Cast("There is a four-digit number.", ("the thousands digit", "its units", "the number", "the last digit")),
    Cast("There is a number with tens, ones and tenths.", ("the tenths digit", "the tens", "the number", "it")),
    Cast("There is a code of four digits.", ("the first", "the last digit", "the code", "digit 3", "the 2nd")),
    Cast("There are two two-digit numbers: p and q.", ("p", "q", "the tens digit of p", "the reverse of q"), "p and q"),
    Cast("digits S, E, N, D, M, O, R, Y", ("S", "SEND", "MORE", "MONEY", "M", "E", "Y")),
    Cast("digits " + ", ".join("abcdefghij"), tuple("abcdefghij"), "all digits"),
    Cast("face portrait\ndigit a", ("portrait", "a", "age(portrait)", "it")),
    Cast('There is a face: p.\ndata y = "photo.png"', ("p", "y", "mask(coarsen(gray(p), 4), left)", "it")),
    Cast("", ("x", "it", "the first number", "7")),
)

RULES: dict[str, tuple[str, ...]] = {
    "clause": (
        "{formula}", "{formula}", "{formula}", "{formula}", "{formula}",
        "{label} {formula}", "{formula} with alpha {number}", "{formula} by logic",
        "{formula} by network odd",
        "{setting}", "let n = {term}", "let f = ({formula})", "{hint}", "# {formula}",
    ),
    "formula": (
        "{one} is {predicate}", "{term} {relation} {term}", "{one} has {feature}", "{group} are {shared}", "{claim}",
        "{formula} and {formula}", "{formula} or {formula}", "either {formula} or {formula}", "not {formula}",
        "neither {one} nor {one} is {predicate}", "if {formula} then {formula}", "{formula} if and only if {formula}",
        "({formula})", "{count} of {group} are {predicate}", "{count} of ({formula}), ({formula}), ({formula})",
        "{one} is {predicate} and {predicate} but not {predicate}", "{one} {relation} {term} and {relation} {term}",
    ),
    "term": (
        "{one}", "{number}", "{one}", "{term} + {term}", "{term} - {term}", "{term} * {term}", "{term} / {term}",
        "{term} // {number}", "{term} mod {number}", "{term} ** {number}", "-{term}", "({term})", "abs({term})",
        "the sum of {one}, {one} and {one}", "the product of {group}", "the difference between {one} and {one}",
        "twice {one}", "three times {term}", "half of {term}", "a third of {one}", "{term} squared",
        "the square of {one}", "the smallest of {group}", "the largest digit", "circles({one})",
        "the number of odd digits", "the number of zeros", "the number of digits equal to {number}",
        "the sum of the first two digits", "the reverse of the number",
        "the remainder when {term} is divided by {number}",
    ),
    "predicate": (
        "odd", "even", "prime", "square", "zero", "a seven", "divisible by {number}", "a multiple of {term}",
        "a power of two", "not {predicate}", "{number}", "one of 1, 3 and {one}", "between {number} and {number}",
        "two larger than {term}", "larger than {term}", "at least {number}", "four times smaller than {one}",
        "either {predicate} or {predicate}", "an odd number bigger than {number} but smaller than {number}",
    ),
    "relation": ("=", "!=", "<", "<=", ">", ">=", "is", "equals", "is not", "is the same as", "differs from", "≠", "≤"),
    "feature": ("a closed circle", "no closed circle", "a loop", "no hole", "no", "two closed circles"),
    "shared": ("all different", "odd", "equal", "{predicate}", "1, 2 and 3 in some order", "in increasing order"),
    "claim": (
        "all different", "no digit is repeated", "every digit is {predicate}", "no digit is {predicate}",
        "some digit is {predicate}", "only one digit is {predicate}", "there are exactly two prime digits",
        "the digits are in decreasing order", "odd and even digits alternate", "the digits add up to {number}",
        "the sum of any two neighbouring digits is {number} or {number}", "there are no zeros", "all equal",
        "none of the digits is {predicate}", "two of the digits are the same",
    ),
    "count": ("exactly two", "at least one", "at most {number}", "two", "none", "all", "exactly {number}"),
    "hint": (
        "682 has one correct digit in the right place", "614 has one correct digit in the wrong place",
        "206 has two correct digits, both in the wrong places", "738 has no correct digit",
        "{number} has {number} correct digits", "age({one}) = 33 ± {number}", "the portrait is 33 ± 1 years old",
        "{term} = y ± {number}",
    ),
    "setting": (
        "find {one}", "What is {one}?", "How many solutions are there?", "solution 1 3 4", "alpha 0.5, 1, 3, {number}",
        "evidence joint", "evidence product", "solve by meanfield, pairs 5, steps {number}",
        'given "run/p.safetensors"', 'use "library"', 'data z = "z.npy"', 'digit w from "some/generator"',
    ),
    "label": ("I.", "IV)", "2.", "(c)", "1)", "parity:", "Clue 1:", "II."),
    "number": (
        "0", "1", "2", "3", "7", "9", "10", "12", "100", "seven", "twenty", "0.5", "999", "1000000",
        "999999999999999", "9999999999999999999999", "-1", "1/3",
    ),
}  # fmt: skip


def text(random: Random) -> str:
    """One input: of every ten, about three riddles as generated, five damaged, two no riddles at all."""
    make = random.choices((grown, damaged, shipped, salad, noise, extreme), weights=(28, 18, 30, 12, 10, 2))[0]
    return make(random)


def grown(random: Random) -> str:
    """A riddle from the rules above: most are well formed, few make sense."""
    cast = random.choice(CASTS)
    lines = [cast.opening] + [_expand("{clause}", cast, random, DEPTH) for _ in range(random.randint(1, 6))]
    end = random.choice(("\n", "\n", "\n", ".\n", ";\n", ". ", "\r\n"))
    return end.join(lines)


def damaged(random: Random) -> str:
    """A generated riddle with a few accidents."""
    return _accidents(grown(random), random)


def shipped(random: Random) -> str:
    """A riddle of the library with a few accidents."""
    return _accidents(random.choice(_library()), random)


def salad(random: Random) -> str:
    """Words and phrases of the language in any order."""
    cast = random.choice(CASTS)
    words = [*_vocabulary(), *cast.one]
    lines = [" ".join(random.choice(words) for _ in range(random.randint(1, 14))) for _ in range(random.randint(1, 5))]
    return "\n".join([cast.opening, *lines])


def noise(random: Random) -> str:
    """Any characters at all."""
    ranges = random.choice(((1, 127), (32, 126), (0x20, 0x2FFF), (0, 0xD7FF), (0x1F300, 0x1FAFF)))
    return "".join(chr(random.randint(*ranges)) for _ in range(random.randint(0, 300)))


def extreme(random: Random) -> str:
    """Deep, long, or large: what exhausts stacks, memory and patience."""
    times = random.choice((10, 10, 50, 50, 300, 300, 3000))
    cast = random.choice(CASTS)
    clause, term = (_expand(slot, cast, random, DEPTH) for slot in ("{formula}", "{term}"))
    body = random.choice(
        (
            "(" * times + clause + ")" * times,
            "not " * times + clause,
            " and ".join([clause] * times),
            " or ".join([f"({clause})"] * times),
            " + ".join([term] * times) + " = 7",
            "-" * times + f"{term} = 1",
            " ** ".join([term] * min(times, 60)) + " = 1",
            "if " * times + clause,
            "the sum of " * times + f"{term} is 3",
            f"{term} = {'9' * times}",
            f"{term} = {'9' * min(times, 15)} ** {'9' * min(times, 4)}",
            "\n".join([clause] * times),
            "".join(f"let n{i} = n{i - 1} * n{i - 1}\n" for i in range(1, min(times, 60))),
            f"digits {', '.join(f'x{i}' for i in range(times))}\nall different",
            f"There is a {times}-digit number.\nthe digits add up to {times}",
            f"There are {times} numbers.\nall different",
            "x" * times * 10,
            "# " + "x" * times * 10,
            '"' + "y" * times + '"',
            "a " * times + "= 1",
            "\n".join("".join(random.choices("abcdefghij", k=4)) for _ in range(times)),
            " ".join("".join(random.choices("abcdefghij", k=4)) for _ in range(times)),
            f"exactly {times} of {', '.join([f'({clause})'] * times)}",
            f"{cast.one[0]} is one of {', '.join(map(str, range(times)))}",
        )
    )
    return f"{cast.opening}\n{body}"


def octets(random: Random) -> bytes:
    """The bytes of a file: mostly a riddle's, with some of them wrong."""
    data = bytearray(text(random).encode("utf-8", errors="replace"))
    for _ in range(random.randint(0, 3) if data else 0):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


def _expand(pattern: str, cast: Cast, random: Random, depth: int) -> str:
    def fill(slot: re.Match[str]) -> str:
        match slot.group(1):
            case "one":
                return random.choice(cast.one)
            case "group":
                return cast.group
            case rule:
                choices = RULES[rule]
                if depth <= 0:
                    # Only what does not name the rule itself again, so that growth ends.
                    choices = tuple(one for one in choices if not _grows(one)) or choices[:1]
                return _expand(random.choice(choices), cast, random, depth - 1)

    return _SLOT.sub(fill, pattern)


def _grows(pattern: str) -> bool:
    return any(slot in ("formula", "term", "predicate", "hint") for slot in _SLOT.findall(pattern))


@cache
def _library() -> tuple[str, ...]:
    return tuple(riddles.text_of(name) for name in riddles.names())


@cache
def _vocabulary() -> tuple[str, ...]:
    """One spelling of every phrase of the language, with numbers and punctuation."""
    phrases = {said for _, said, _ in lexicon.shipped()}
    return (*sorted(phrases), *("0", "7", "12", ",", ",", "(", ")", ":", ".", "?", "'s", "the", "a", "digits", "digit"))


Accident = Callable[[str, Random], str]


def _accidents(text: str, random: Random) -> str:
    for _ in range(random.randint(1, 4)):
        text = random.choice(ACCIDENTS)(text, random)
    return text


def _words(text: str) -> list[str]:
    return re.split(r"(\s+)", text)


def _place(words: list[str], random: Random) -> int:
    return random.randrange(0, len(words), 2)


def delete_word(text: str, random: Random) -> str:
    words = _words(text)
    words[_place(words, random)] = ""
    return "".join(words)


def double_word(text: str, random: Random) -> str:
    words = _words(text)
    place = _place(words, random)
    words[place] = " ".join([words[place]] * random.choice((2, 2, 3, 40)))
    return "".join(words)


def swap_words(text: str, random: Random) -> str:
    words = _words(text)
    first, second = _place(words, random), _place(words, random)
    words[first], words[second] = words[second], words[first]
    return "".join(words)


def replace_word(text: str, random: Random) -> str:
    words = _words(text)
    words[_place(words, random)] = random.choice(_vocabulary())
    return "".join(words)


def insert_phrase(text: str, random: Random) -> str:
    words = _words(text)
    words[_place(words, random)] += " " + random.choice(_vocabulary())
    return "".join(words)


def misspell(text: str, random: Random) -> str:
    place = random.randint(0, len(text))
    return text[:place] + random.choice("aeioust,.()-'") + text[place + random.randint(0, 2) :]


def insert_unicode(text: str, random: Random) -> str:
    place = random.randint(0, len(text))
    char = random.choice(
        ("😀", "é", "٣", "²", "\u200b", "\ufeff", "\u2028", "ß", "İ", "\x00", "\x85", "”", "½", "\U0010ffff")
    )
    return text[:place] + char + text[place:]


def truncate(text: str, random: Random) -> str:
    return text[: random.randint(0, len(text))]


def nest(text: str, random: Random) -> str:
    words = _words(text)
    place, times = _place(words, random), random.choice((1, 3, 60, 500))
    words[place] = "(" * times + words[place] + ")" * random.choice((times, times, times - 1))
    return "".join(words)


def join_lines(text: str, random: Random) -> str:
    return text.replace("\n", random.choice((" ", " and ", ", ", ". ", "; ")))


def respace(text: str, random: Random) -> str:
    return text.replace(
        *random.choice((("\n", "\r\n"), (" ", "\t"), (" ", ""), (" ", "\xa0"), ("\n", "\r"), (".", "")))
    )


def splice(text: str, random: Random) -> str:
    other = random.choice(_library())
    return text[: random.randint(0, len(text))] + other[random.randint(0, len(other)) :]


def repeat_line(text: str, random: Random) -> str:
    lines = text.split("\n")
    place = random.randrange(len(lines))
    lines[place] = "\n".join([lines[place]] * random.choice((2, 3, 30)))
    return "\n".join(lines)


def shout(text: str, random: Random) -> str:
    return text.upper() if random.random() < 0.5 else text.title()


ACCIDENTS: tuple[Accident, ...] = (
    delete_word, double_word, swap_words, replace_word, insert_phrase, misspell, insert_unicode, truncate, nest,
    join_lines, respace, splice, repeat_line, shout,
)  # fmt: skip
