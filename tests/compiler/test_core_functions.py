"""The functions of the core language against plain Python, on random digits."""

import itertools
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from oedipus.compiler.frontend import check_text
from oedipus.compiler.logic.evaluate import holds
from oedipus.networks.cards import read_cards

CARDS = read_cards()
Digits = Sequence[int]
pairs = itertools.pairwise


def num(digits: Digits) -> int:
    return int("".join(map(str, digits)))


def steps(d: Digits, step: int = 1) -> bool:
    return any(all(b - a == by for a, b in pairs(d)) for by in (step, -step))


def total(d: Digits) -> int:
    return num(d[:2]) + num(d[2:])


CASES: dict[str, Callable[[Digits], object]] = {
    "sum(digits) = 12": lambda d: sum(d) == 12,
    "product(digits) < 20": lambda d: math.prod(d) < 20,
    "max(digits) - min(digits) = 5": lambda d: max(d) - min(d) == 5,
    "average(digits) >= 5": lambda d: sum(d) / 4 >= 5,
    "sum(k for k in digits if odd(k)) = 8": lambda d: sum(k for k in d if k % 2) == 8,
    "product(k for k in digits if k > 4) = 30": lambda d: math.prod(k for k in d if k > 4) == 30,
    "max(k for k in digits if even(k)) = 4": lambda d: max([k for k in d if k % 2 == 0], default=None) == 4,
    "min(k for k in digits if odd(k)) = 3": lambda d: min([k for k in d if k % 2], default=None) == 3,
    "count(k > 4 for k in digits) = 2": lambda d: sum(k > 4 for k in d) == 2,
    "all(k < 8 for k in digits if odd(k))": lambda d: all(k < 8 for k in d if k % 2),
    "some(k = 6 for k in digits)": lambda d: 6 in d,
    "all(some(j = k + 1 for j in digits) for k in digits if k < 3)": lambda d: all(k + 1 in d for k in d if k < 3),
    "size(k for k in digits if prime(k)) = 2": lambda d: sum(k in (2, 3, 5, 7) for k in d) == 2,
    "distinct(digits) = 3": lambda d: len(set(d)) == 3,
    "most(digits) = 2": lambda d: max(Counter(d).values()) == 2,
    "different(digits)": lambda d: len(set(d)) == 4,
    "equal(first(digits, 2))": lambda d: d[0] == d[1],
    "increasing(digits)": lambda d: d[0] < d[1] < d[2] < d[3],
    "non_increasing(digits)": lambda d: d[0] >= d[1] >= d[2] >= d[3],
    "consecutive(last(digits, 3))": lambda d: steps(d[1:]),
    "consecutive(digits, 2)": lambda d: steps(d, 2),
    "in_a_row(digits)": lambda d: len(set(d)) == 4 and max(d) - min(d) == 3,
    "arithmetic(digits)": lambda d: len({b - a for a, b in pairs(d)}) == 1,
    "geometric(first(digits, 3))": lambda d: d[1] ** 2 == d[0] * d[2],
    "same_parity(digits)": lambda d: len({k % 2 for k in d}) == 1,
    "alternating(digits)": lambda d: all(a % 2 != b % 2 for a, b in pairs(d)),
    "permutation(digits, [1, 2, 2, 7])": lambda d: sorted(d) == [1, 2, 2, 7],
    "permutation(first(digits, 2), last(digits, 2))": lambda d: sorted(d[:2]) == sorted(d[2:]),
    "digits = [1, 2, 3, 4]": lambda d: list(d) == [1, 2, 3, 4],
    "number(digits) % 7 = 3": lambda d: num(d) % 7 == 3,
    "reverse(code) > code": lambda d: num(d[::-1]) > num(d),
    "palindrome(code)": lambda d: list(d) == list(d[::-1]),
    "decimal(swap(digits, 1, -1)) < code": lambda d: num([d[3], d[1], d[2], d[0]]) < num(d),
    "decimal(drop(digits, 2)) > 300": lambda d: num([d[0], *d[2:]]) > 300,
    "decimal(move_front(digits, -1)) > 4000": lambda d: num([d[3], *d[:3]]) > 4000,
    "decimal(move_back(digits, 1)) > 4000": lambda d: num([*d[1:], d[0]]) > 4000,
    "decimal(insert(digits, 7)) % 3 = 1": lambda d: num([*d[:2], 7, *d[2:]]) % 3 == 1,
    "decimal(insert(digits, 7, 1)) % 3 = 1": lambda d: num([d[0], 7, *d[1:]]) % 3 == 1,
    "decimal(k + 1 for k in digits) > 5000": lambda d: num(d) + 1111 > 5000,
    "sum(except(digits, first)) = 9": lambda d: sum(d[1:]) == 9,
    "some(sum(k) = 15 for k in pairs(digits))": lambda d: any(a + b == 15 for a, b in itertools.combinations(d, 2)),
    "all(difference(k) < 4 for k in neighbours(digits))": lambda d: all(abs(a - b) < 4 for a, b in pairs(d)),
    "some(digit(k, 1) = 3 * digit(k, 2) for k in ordered_pairs(digits))": lambda d: any(
        a == 3 * b for a, b in itertools.permutations(d, 2)
    ),
    "count(equal(k) for k in choices(digits, 2)) = 1": lambda d: (
        sum(a == b for a, b in itertools.combinations(d, 2)) == 1
    ),
    "digit_sum(code * 3) = 18": lambda d: sum(map(int, str(3 * num(d)))) == 18,
    "digit(square(number(first, second)), 1) = 4": lambda d: str(num(d[:2]) ** 2)[0] == "4",
    "digit(square(number(first, second)), -1) = 4": lambda d: str(num(d[:2]) ** 2)[-1] == "4",
    "all(odd(k) for k in digits(number(first, second) + number(third, fourth)))": lambda d: all(
        int(k) % 2 for k in str(total(d))
    ),
    "palindrome(number(first, second) + number(third, fourth))": lambda d: str(total(d)) == str(total(d))[::-1],
    'ends(square(number(first, second)), "01")': lambda d: f"{num(d[:2]) ** 2:02}"[-2:] == "01",
    "starts(number(first, second) * 3, 1)": lambda d: str(num(d[:2]) * 3)[0] == "1",
    "width(code) = 3": lambda d: len(str(num(d))) == 3,
    "rounded(code, 100) = 1200": lambda d: 1150 <= num(d) < 1250,
    "sqrt(first) = 2": lambda d: d[0] == 4,
    "cube_root(number(first, second)) = 3": lambda d: num(d[:2]) == 27,
    "perfect_cube(number(first, second))": lambda d: num(d[:2]) in (0, 1, 8, 27, 64),
    "composite(first) and not divides(second, 12)": lambda d: d[0] in (4, 6, 8, 9) and d[1] not in (1, 2, 3, 4, 6),
    "power_of(number(first, second), 3)": lambda d: num(d[:2]) in (1, 3, 9, 27, 81),
    "circles(code) = 3": lambda d: sum((1, 0, 0, 0, 0, 0, 1, 0, 2, 1)[k] for k in d) == 3,
    "first in [1, 3, second]": lambda d: d[0] in (1, 3, d[1]),
    "odd(first) xor even(second)": lambda d: (d[0] % 2 == 1) != (d[1] % 2 == 0),
    "odd(first) iff third < fourth": lambda d: (d[0] % 2 == 1) == (d[2] < d[3]),
    "if first > second then third = 2": lambda d: d[0] <= d[1] or d[2] == 2,
    "first < second <= third": lambda d: d[0] < d[1] <= d[2],
}


@pytest.mark.parametrize("said", CASES)
def test_means_what_python_says(said: str) -> None:
    body = check_text(f"code of 4 digits\n{said} by logic\n", CARDS).clauses[0].body
    rng = random.Random(said)
    names = ("first", "second", "third", "fourth")
    truths = set()
    for _ in range(1500):
        digits = [rng.randrange(10) for _ in names]
        right = bool(CASES[said](digits))
        truths.add(right)
        assert holds(body, dict(zip(names, digits, strict=True)), {}) is right, digits  # type: ignore[arg-type]
    assert False in truths
