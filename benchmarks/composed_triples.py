"""Paraphrase families: one meaning in three wordings, over the settings of :mod:`composed_words`.

A slot in braces is filled alike in all wordings: ``x``, ``y``, ``z`` are different
digits, ``w`` a whole number, ``n`` a small number, ``d`` a digit, ``t`` a sum of
two digits, ``all`` the digits together, ``digit`` and ``digits`` their noun.
"""

from collections.abc import Mapping
from random import Random

from composed_speaker import Speaker
from composed_words import WORLDS, World

PARAPHRASES: Mapping[str, tuple[str, str, str]] = {
    "offset": ("{x} is {n} more than {y}", "{y} is {n} less than {x}", "{x} exceeds {y} by {n}"),
    "double": ("{x} is twice {y}", "{y} is half of {x}", "{x} is two times {y}"),
    "times": ("{x} is three times {y}", "{y} is a third of {x}", "{x} is three times as large as {y}"),
    "order": ("{x} is greater than {y}", "{y} is less than {x}", "{x} exceeds {y}"),
    "at least": ("{x} is at least {d}", "{x} is not less than {d}", "{x} is {d} or more"),
    "at most": ("{x} is at most {d}", "{x} is not greater than {d}", "{x} does not exceed {d}"),
    "sum": ("the sum of {x} and {y} is {t}", "{x} and {y} add up to {t}", "{x} plus {y} equals {t}"),
    "product": ("the product of {x} and {y} is {t}", "{x} times {y} is {t}", "{x} multiplied by {y} equals {t}"),
    "difference": (
        "{x} and {y} differ by {n}",
        "the difference between {x} and {y} is {n}",
        "{x} differs from {y} by {n}",
    ),
    "if": ("if {x} is odd, {y} is even", "{y} is even if {x} is odd", "{x} is not odd unless {y} is even"),
    "only if": (
        "{x} is prime only if {y} is odd",
        "if {x} is prime, then {y} is odd",
        "if {y} is not odd, {x} is not prime",
    ),
    "iff": (
        "{x} is odd if and only if {y} is even",
        "{x} is odd exactly when {y} is even",
        "if {x} is odd then {y} is even, and if {y} is even then {x} is odd",
    ),
    "unless": ("{x} is {d} unless {y} is prime", "if {y} is not prime, {x} is {d}", "unless {y} is prime, {x} is {d}"),
    "otherwise": (
        "if {x} is odd, {y} is {d}, otherwise {z} is {d}",
        "if {x} is odd, then {y} is {d}, but if {x} is not odd, then {z} is {d}",
        "{y} is {d} if {x} is odd, and {z} is {d} if {x} is even",
    ),
    "neither": (
        "neither {x} nor {y} is prime",
        "{x} is not prime and {y} is not prime",
        "{x} is not prime, and neither is {y}",
    ),
    "both": ("both {x} and {y} are odd", "{x} is odd and so is {y}", "{x} and {y} are both odd"),
    "not both": (
        "{x} and {y} are not both even",
        "at most one of {x} and {y} is even",
        "{x} is not even or {y} is not even",
    ),
    "or": ("{x} or {y} is prime", "at least one of {x} and {y} is prime", "{x} is prime or {y} is prime"),
    "either": (
        "either {x} or {y} is odd, but not both",
        "exactly one of {x} and {y} is odd",
        "{x} is odd or {y} is odd, but not both",
    ),
    "either clauses": (
        "either {x} is odd or {y} is {d}",
        "either {x} is odd or {y} is {d}, but not both",
        "exactly one of ({x} is odd), ({y} is {d})",
    ),
    "but not": ("{x} is odd but not prime", "{x} is odd, and it is not prime", "{x} is odd and {x} is not prime"),
    "but is not": ("{x} is prime, but {y} is not", "{x} is prime and {y} is not prime", "{x}, but not {y}, is prime"),
    "gap": (
        "{x} is twice {y} and {z} three times {y}",
        "{x} is twice {y}, and {z} is three times {y}",
        "{x} is two times {y}. {Z} is three times {y}",
    ),
    "gap values": ("{x} is odd and {y} even", "{x} is odd and {y} is even", "{x} is odd, while {y} is even"),
    "between": (
        "{x} is between {lo} and {hi}",
        "{x} is at least {lo} and at most {hi}",
        "{x} is not less than {lo} and not greater than {hi}",
    ),
    "one of": ("{x} is one of {lo}, {mid} and {hi}", "{x} is {lo}, {mid} or {hi}", "{x} is either {lo}, {mid} or {hi}"),
    "divisible": (
        "{x} is divisible by {k}",
        "{x} is a multiple of {k}",
        "the remainder when {x} is divided by {k} is 0",
    ),
    "remainder": (
        "{w} leaves a remainder of 1 when divided by {k}",
        "the remainder when {w} is divided by {k} is 1",
        "if {w} is divided by {k}, the remainder is 1",
    ),
    "ends": ("{w} ends in {d}", "the last digit of {w} is {d}", "the ones digit of {w} is {d}"),
    "square ends": (
        "the square of {w} ends in {d}",
        "the last digit of the square of {w} is {d}",
        "{w} squared ends in {d}",
    ),
    "digit sum": (
        "the digit sum of {w} is {t}",
        "the sum of the digits of {w} is {t}",
        "the digits of {w} add up to {t}",
    ),
    "digit sum of twice": (
        "the digit sum of twice {w} is {t}",
        "the sum of the digits of twice {w} is {t}",
        "the digits of twice {w} add up to {t}",
    ),
    "palindrome": ("{w} is a palindrome", "{w} equals its reverse", "{w} is the same as its reverse"),
    "reverse": (
        "{w} is less than its reverse",
        "the reverse of {w} is greater than {w}",
        "the reverse of {w} exceeds {w}",
    ),
    "computed it": (
        "{w} is odd. Its square ends in {d}",
        "{w} is odd, and its square ends in {d}",
        "{w} is odd, and the square of {w} ends in {d}",
    ),
    "different": ("{all} are all different", "no two {digits} are equal", "no {digit} is repeated"),
    "all": ("every {digit} is odd", "all {digits} are odd", "no {digit} is even"),
    "not all": ("not all {digits} are odd", "not every {digit} is odd", "at least one {digit} is even"),
    "none": ("no {digit} is prime", "none of {all} is prime", "{all} are not prime"),
    "exactly": ("exactly two {digits} are odd", "exactly two of {all} are odd", "the number of odd {digits} is 2"),
    "at least two": (
        "at least two of {all} are prime",
        "more than one of {all} is prime",
        "two or more of {all} are prime",
    ),
    "fewer": ("fewer than two of {all} are even", "at most one of {all} is even", "no more than one of {all} is even"),
    "only": ("only {x} is odd", "{x} is odd and the others are even", "{x} is odd, but none of the others is"),
    "total": ("{all} add up to {t}", "the sum of {all} is {t}", "the sum of all {digits} is {t}"),
    "increasing": (
        "{all} are in increasing order",
        "each {digit} is greater than the previous {digit}",
        "each {digit} except the first is greater than the {digit} before it",
    ),
    "largest": (
        "the largest {digit} is {d}",
        "the largest of {all} is {d}",
        "no {digit} exceeds {d} and at least one {digit} is {d}",
    ),
    "greater than others": (
        "{x} is greater than the others",
        "{x} is greater than each of the others",
        "all others are less than {x}",
    ),
    "so is": ("{x} is prime. So is {y}", "{x} is prime, and so is {y}", "{x} and {y} are prime"),
    "they": (
        "{x} and {y} are odd. They add up to {t}",
        "{x} and {y} are odd, and their sum is {t}",
        "{x} and {y} are odd, and the sum of {x} and {y} is {t}",
    ),
    "restricted": (
        "every odd {digit} is greater than {d}",
        "each odd {digit} exceeds {d}",
        "no odd {digit} is at most {d}",
    ),
    "compared sums": (
        "the sum of {x} and {y} is greater than twice {z}",
        "twice {z} is less than the sum of {x} and {y}",
        "{x} plus {y} exceeds twice {z}",
    ),
    "prime or square": (
        "{x} is a prime or a perfect square",
        "{x} is prime or {x} is a perfect square",
        "{x} is prime or a square",
    ),
    "equal": ("{x} equals {y}", "{x} and {y} are equal", "{x} is the same as {y}"),
}


def triple(rng: Random, name: str) -> tuple[World, tuple[str, ...]]:
    """A setting, and one family's three wordings in it."""
    wordings = PARAPHRASES[name]
    whole = any("{w}" in one for one in wordings)
    together = any(word in one for one in wordings for word in ("{all}", "{digit}", "{digits}", "others"))
    fits = [one for one in WORLDS if (not whole or (one.wholes and one.name != "code")) and
            (not together or one.all_digits)]  # fmt: skip
    world = rng.choice(fits)
    speaker = Speaker(world, rng)
    x, y, z = rng.sample(speaker.every(), 3)
    low, middle, high = sorted(rng.sample(range(1, 9), 3))
    number, noun = speaker.whole(), (world.all_digits or "the digits").split()[-1]
    slots = {
        "x": x.text, "y": y.text, "z": z.text, "Z": z.text[0].upper() + z.text[1:] if len(z.text) > 1 else z.text,
        "w": number.text if number else "", "n": speaker.small(rng.randrange(1, 5)), "d": rng.randrange(2, 8),
        "t": rng.randrange(5, 15), "k": rng.choice((3, 4, 5, 7)), "lo": low, "mid": middle, "hi": high,
        "all": world.all_digits, "digits": noun, "digit": noun[:-1],
    }  # fmt: skip
    return world, tuple(_sentence(one.format(**slots)) for one in wordings)


def _sentence(text: str) -> str:
    return f"{text}." if (text[1] == " " and text[0] != "a") or text[:2] == "a " else f"{text[0].upper()}{text[1:]}."
