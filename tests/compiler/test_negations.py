# ruff: noqa: ARG005
"""How far ``not`` and ``only`` reach, and what is left out: against a Python function of the digits."""

from itertools import product

import pytest

from oedipus.compiler.frontend import check_text
from oedipus.dsl.diagnostics import RiddleError
from tests.compiler.test_sentences import CARDS, Meaning, satisfying

ABC = "digits a, b, c"
CODE = "There is a code of three digits."
NUMBER = "I am a three-digit number."
SENTENCES: list[tuple[str, str, Meaning]] = [
    (ABC, "a is not greater than b or c.", lambda a, b, c: a <= b and a <= c),
    (ABC, "a is not divisible by 2 or 3.", lambda a, b, c: a % 2 and a % 3),
    (ABC, "a is not odd or prime.", lambda a, b, c: a in (0, 4, 6, 8)),
    (ABC, "a is not odd or is prime.", lambda a, b, c: a % 2 == 0 or a in (2, 3, 5, 7)),
    (ABC, "a is not equal to b or c.", lambda a, b, c: a not in (b, c)),
    (ABC, "a does not equal b or c.", lambda a, b, c: a not in (b, c)),
    (ABC, "a is not less than 3 or greater than 6.", lambda a, b, c: 3 <= a <= 6),
    (CODE, "The first digit is not smaller than the second or the third.", lambda a, b, c: a >= max(b, c)),
    (ABC, "a is odd and so is b.", lambda a, b, c: a % 2 and b % 2),
    (ABC, "a is odd and so are b and c.", lambda a, b, c: a % 2 and b % 2 and c % 2),
    (ABC, "a is odd and b too.", lambda a, b, c: a % 2 and b % 2),
    (ABC, "If a is odd, then so is b.", lambda a, b, c: a % 2 <= b % 2),
    (ABC, "a and b are not both odd.", lambda a, b, c: not (a % 2 and b % 2)),
    (ABC, "If c is odd, then a and b are not both odd.", lambda a, b, c: not (a % 2 and b % 2 and c % 2)),
    (ABC, "a is not both odd and prime.", lambda a, b, c: a not in (3, 5, 7)),
    (ABC, "No two digits are both odd.", lambda a, b, c: a % 2 + b % 2 + c % 2 < 2),
    (ABC, "No two neighbouring digits are both 2.", lambda a, b, c: (a, b) != (2, 2) and (b, c) != (2, 2)),
    (ABC, "It is not the case that a is odd and b is even.", lambda a, b, c: not (a % 2 and b % 2 == 0)),
    (ABC, "a is odd only if b is even.", lambda a, b, c: a % 2 == 0 or b % 2 == 0),
    (ABC, "a is odd if and only if b is even.", lambda a, b, c: a % 2 != b % 2),
    (ABC, "a is not as large as b.", lambda a, b, c: a < b),
    (NUMBER, "I leave a remainder of 2 when divided by 3 and by 5.", lambda a, b, c: (100 * a + 10 * b + c) % 15 == 2),
    (NUMBER, "I leave a remainder of 1 when divided by 2, 3 and 5.", lambda a, b, c: (100 * a + 10 * b + c) % 30 == 1),
    (ABC, "Two digits are odd and one is even.", lambda a, b, c: a % 2 + b % 2 + c % 2 == 2),
    (ABC, "One digit is 5, one is 6 and one is 7.", lambda a, b, c: {a, b, c} == {5, 6, 7}),
    (ABC, "a and b are 3 or 4.", lambda a, b, c: {a, b} <= {3, 4}),
    (ABC, "a differs from both b and c.", lambda a, b, c: a not in (b, c)),
    (ABC, "a is 3 bigger than b or c.", lambda a, b, c: a in (b + 3, c + 3)),
    (ABC, "a is as large as b and c together.", lambda a, b, c: a == b + c),
    (ABC, "a and b together are 10.", lambda a, b, c: a + b == 10),
    (CODE, "123 has no digit in the right place.", lambda a, b, c: a != 1 and b != 2 and c != 3),
    (NUMBER, "Its tens digit is 4. It is less than 200.", lambda a, b, c: a == 1 and b == 4),
    (NUMBER, "My first two digits are odd.", lambda a, b, c: a % 2 and b % 2),
    (ABC, "The three digits add up to 6.", lambda a, b, c: a + b + c == 6),
    (ABC, "All three numbers are different.", lambda a, b, c: len({a, b, c}) == 3),
    (ABC, "None of the numbers is zero.", lambda a, b, c: 0 not in (a, b, c)),
    (ABC, "At least two of them are greater than 6.", lambda a, b, c: (a > 6) + (b > 6) + (c > 6) >= 2),
    (ABC, "Either a is even or b is even, but not both.", lambda a, b, c: a % 2 != b % 2),
    (ABC, "Either a or b is odd, but not both.", lambda a, b, c: a % 2 != b % 2),
    (ABC, "The sum of a and b and c is 12.", lambda a, b, c: a + b + c == 12),
    (ABC, "Their product is 24.", lambda a, b, c: a * b * c == 24),
    (NUMBER, "I do not contain the digit 0.", lambda a, b, c: 0 not in (a, b, c)),
    (NUMBER, "When you divide me by 7, the remainder is 3.", lambda a, b, c: (100 * a + 10 * b + c) % 7 == 3),
    (NUMBER, "The first two digits are not prime.", lambda a, b, c: not {a, b} & {2, 3, 5, 7}),
]


@pytest.mark.parametrize(("declaration", "sentence", "meaning"), SENTENCES, ids=[row[1] for row in SENTENCES])
def test_a_sentence_means_what_it_says(declaration: str, sentence: str, meaning: Meaning) -> None:
    lowest = 1 if declaration == NUMBER else 0
    expected = {digits for digits in product(range(10), repeat=3) if digits[0] >= lowest and meaning(*digits)}
    assert satisfying(f"{declaration}\n{sentence}\n") == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "a is odd, b is even and so is c or c is 2.",
        "a is odd or b is even and so is c.",
        "c has a hole or 3.",
    ],
)
def test_what_is_not_clear_is_refused(sentence: str) -> None:
    with pytest.raises(RiddleError) as caught:
        check_text(f"{ABC}\n{sentence}\n", CARDS)
    assert caught.value.diagnostics
