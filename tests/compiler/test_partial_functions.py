"""What has no value, and what a relation about it says: docs/language.md's table, over all readings of the digits."""

import itertools
from collections.abc import Callable
from fractions import Fraction
from math import isqrt

import pytest

from oedipus.compiler.frontend import check_text, understand
from oedipus.compiler.pipeline import compile_text
from oedipus.compiler.verdict.decide import verdict
from oedipus.dsl.diagnostics import RiddleError
from oedipus.networks.cards import read_cards

CARDS = read_cards()
Law = Callable[..., bool]


def root(number: int) -> int | None:
    return isqrt(number) if number >= 0 and isqrt(number) ** 2 == number else None


# ruff: noqa: ARG005
LAWS: list[tuple[str, Law]] = [
    ("a / b = 2", lambda a, b: b != 0 and a == 2 * b),
    ("a / b != 2", lambda a, b: b != 0 and a != 2 * b),
    ("not a / b = 2", lambda a, b: b == 0 or a != 2 * b),
    ("not a / b != 2", lambda a, b: b == 0 or a == 2 * b),
    ("count(a / b = 2, a / b != 2) = 0", lambda a, b: b == 0),
    ("a // (b - 4) = -2", lambda a, b: b != 4 and a // (b - 4) == -2),
    ("a % (b - 4) = -1", lambda a, b: b != 4 and a % (b - 4) == -1),
    ("(a - 7) % 3 = 2", lambda a, b: (a - 7) % 3 == 2),
    ("a ** b = 1", lambda a, b: a**b == 1),
    ("a ** -1 = 1 / 2", lambda a, b: a == 2),
    ("not a ** -1 > 0", lambda a, b: a == 0),
    ("(a - b) ** -2 = 1 / 4", lambda a, b: abs(a - b) == 2),
    ("a ** (b - 3) = 1 / a", lambda a, b: a != 0 and Fraction(a) ** (b - 3) == Fraction(1, a)),
    ("a ** (1 / 2) = b", lambda a, b: root(a) == b),
    ("(a - b) ** (1 / 2) >= 0", lambda a, b: root(a - b) is not None),
    ("(a / 4) ** (1 / 2) = b / 2", lambda a, b: root(a) == b),
    ("a ** (3 / 2) = 8 * b", lambda a, b: root(a) is not None and (root(a) or 0) ** 3 == 8 * b),
    ("sqrt(a * b) < 3", lambda a, b: root(a * b) in (0, 1, 2)),
    ("sqrt(a * 1000000 + b) = 2000 + b", lambda a, b: root(a * 10**6 + b) == 2000 + b),
    ("cube_root(a - b) = -2", lambda a, b: a - b == -8),
    ("cube_root(a * 10 ** 12) = 20000", lambda a, b: a == 8),
    ("perfect_cube(a * 10 ** 12)", lambda a, b: a in (0, 1, 8)),
    ("min(x for x in [a, b] if x > 7) = 8", lambda a, b: 8 in (a, b)),
    ("not average(x for x in [a, b] if x > 4) > 0", lambda a, b: max(a, b) <= 4),
    ("digit_sum(a * b / 2) = 3", lambda a, b: a * b % 2 == 0 and sum(map(int, str(a * b // 2))) == 3),
    ("width(a - b) = 1", lambda a, b: a >= b),
    ("width(a / 2) = 1", lambda a, b: a % 2 == 0),
    ("odd(a / 2)", lambda a, b: a % 4 == 2),
    ("a = 9 and 9 ** (9990 + b) > 5", lambda a, b: a == 9),
    ("9 ** (10 ** a) > b", lambda a, b: a > 0 or b < 9),
    ("3 ** (b ** a) = 3", lambda a, b: b**a == 1),
    ("2 ** (b ** a) < 5", lambda a, b: b**a <= 2),
    ("a = 7 ** 2023 % 10", lambda a, b: a == pow(7, 2023, 10)),
    ("distinct(a / 2, b / 2) = 1", lambda a, b: a == b),
    ("distinct(a * 1000, b * 1000) = 1", lambda a, b: a == b),
]  # fmt: skip


@pytest.mark.parametrize(("said", "law"), LAWS, ids=[said for said, _ in LAWS])
def test_law(said: str, law: Law) -> None:
    text = f"digits a, b\n{said}\na + b >= 0"
    expected = {(a, b) for a, b in itertools.product(range(10), repeat=2) if law(a, b)}
    program = compile_text(text, CARDS)
    names = ["a", "b"]
    kept = {
        pair
        for pair in itertools.product(range(10), repeat=2)
        if not list(program.violated(dict(zip(names, pair, strict=True))))
    }
    assert kept == expected
    riddle = check_text(text, CARDS)
    found = verdict(riddle, CARDS, limit=100, by="diagrams")
    assert {(one["a"], one["b"]) for one in found.solutions} == expected
    found = verdict(riddle, CARDS, limit=3, by="solver")
    if found.kind != "unknown":
        assert found.count == len(expected)
        assert {(one["a"], one["b"]) for one in found.solutions} <= expected


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ("a ** b ** c % 10 = 3", "E405", "binary digits"),
        ("a < 10 ** 16", "E405", "numbers go up to"),
        ("a = 0 ** -1", "E404", "no negative powers"),
        ("a = 2 ** (1 / 2)", "E404", "fraction"),
        ("a + b = 7,5", "E107", "one number or two"),
        ("a is 7,5", "E107", "one number or two"),
        ("a is 3,4 or 5", "E107", "one number or two"),
        ("digit_sum(a - b) = 3", "E407", "negative"),
    ],
)
def test_refused(said: str, code: str, told: str) -> None:
    with pytest.raises(RiddleError) as caught:
        compile_text(f"digits a, b, c\n{said}", CARDS)
    assert [one.code for one in caught.value.diagnostics] == [code]
    assert told in caught.value.diagnostics[0].label


@pytest.mark.parametrize(
    "said", ["a + b < 1,150", "max(a,7,5) = 7", "a in [1,2]", "a is one of 1,3,5", "a is 7, 5 or 3"]
)
def test_commas_that_are_clear(said: str) -> None:
    assert not [one for one in understand(f"digits a, b\n{said}", CARDS).diagnostics if one.severity == "error"]


def test_both_ways_to_write_a_comma() -> None:
    (one,) = understand("digits a, b\na + b = 7,5", CARDS).diagnostics
    assert "7.5" in one.help
    assert "7, 5" in one.help


@pytest.mark.parametrize(
    ("said", "zeros"),
    [("AB % 3 = 0", True), ("AB > 30 or AB = 7", True), ("AB + BA = CAC", False)],
)
def test_only_letter_sums_have_no_leading_zeros(said: str, zeros: bool) -> None:
    riddle = check_text(f"digits A, B, C\n{said}", CARDS)
    assert len(riddle.clauses) == (1 if zeros else 2)


def test_a_riddle_of_ten_letters_keeps_its_solution() -> None:
    words = ["AB", "CD", "EF", "GH", "IJ"]
    text = "digits A, B, C, D, E, F, G, H, I, J\nall different\n" + "\n".join(f"{one} % 3 = 0" for one in words)
    riddle = check_text(text, CARDS)
    assert not any("not begin with 0" in one.text for one in riddle.clauses)
