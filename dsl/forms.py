"""The documented form that is most like a clause which was not understood, as help for whoever wrote it."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from oedipus.dsl import phrases
from oedipus.dsl.reader import Word

GENERAL = "a clause is such as 'a = b + 2', 'the first digit is odd', 'a, b and c are all different'"
DOCUMENTED = tuple(
    line
    for line in """
There is a three-digit number.
There is a code of three digits.
There are two two-digit numbers: p and q.
My tens digit is twice my ones digit.
The digit in the hundreds place is 4.
The last two digits are divisible by 3.
The sum of the first two digits is 8.
Each digit is one more than the previous digit.
One of my digits is the sum of the other two.
One digit is twice another digit.
the sum of a, b and c is 12
the product of a and b is at least c
the difference between a and b is 2
twice a is the sum of b and three times c
a is half of b or b is a third of c
a squared plus the square of b equals c ** 2
the average of a and b is c
the largest digit is the sum of the smallest digit and 4
the number formed by a and b is 25
the number of odd digits is greater than the number of even digits
the remainder when a is divided by 3 is 2
the sum of the squares of the digits is 14
a is the same as b
a is two larger than b
a is twice as large as b
a is four times smaller than b
a is at least 3 and at most 5
a is between 2 and 5
a is one of 1, 3, b
a and b differ by 3
the digits add up to 12
a and b multiply to 12
a, b and c are 1, 2 and 3 in some order
a is at least 3 more than b
the digits add up to a prime number
a is a perfect square or a perfect cube
a + b is divisible by 3 and 5
a is a factor of 12
a has a closed circle
a is an odd number bigger than 3 but smaller than 7
a is neither odd nor zero
a leaves a remainder of 2 when divided by 3
It is a palindrome.
The number ends in 5 and starts with 5.
It contains a 7.
It has exactly two odd digits.
The number is a multiple of 5 between 500 and 600.
If a is 3, b is 4.
a is odd if and only if b is even
either a is 3 or b is 4
neither a nor b is prime
a is odd, but b is not
Only a is odd
all different
p: no digit is repeated
two of the digits are the same
every digit is between 1 and 3
there are no zeros
none of the digits is nine
there are exactly two prime digits
exactly two of a, b and c are odd
the digits are in increasing order
the digits are consecutive
odd and even digits alternate
the sum of any two neighbouring digits is 9 or 10
any two neighbouring digits differ by at least 2
no two adjacent digits are equal
a is odd and the others are even
every odd digit is greater than 4
the sum of the odd digits is 10
there are more odd than even digits
the digits increase by 2
a and b have the same parity
The number is made of exactly two different digits.
Each digit after the second is the sum of the two preceding digits.
The last digit is larger than every other digit.
If you double me and add 10, you get 310.
When my digits are reversed, I am decreased by 99.
If the first digit is moved to the end, the new number is greater than 300.
If the last digit is removed, the remaining number is 42.
If a 1 is written in front of the number, the result is nine times the original number.
If 1 is added to each of its digits, the result is a perfect square.
The last two digits of the square of the number are 25.
The digit sum of twice the number is 9.
Three times the number has the same digits as the number.
Exactly one of them is lying.
I become 99 smaller if my first and last digits are swapped.
It is 430 when rounded to the nearest ten.
If the number is divided by the sum of its digits, the quotient is 47 and the remainder is 2.
My square ends in 25.
The 1 is to the left of the 3.
The 2 is not next to the 1.
There is exactly one digit between the 2 and the 3.
Anna's digit is twice Ben's digit.
Exactly two of the following statements are true:
682 has one correct digit in the right place
614: one digit is correct but in the wrong place
738: nothing is correct
""".strip().splitlines()
)
"""Forms of docs/language.md, where a test looks for each."""
LEAST = 1.3
"""How much a form has to have in common with a clause to be named."""


def nearest(words: Sequence[Word]) -> str:
    """Help that names the documented form with most in common, or forms in general where none is near."""
    said = _stems(word.text for word in words)
    weights, stems = _catalogue()
    best, most = "", LEAST
    for form, known in zip(DOCUMENTED, stems, strict=True):
        shared = said & known
        score = sum(weights[stem] for stem in shared) / math.sqrt(max(1, len(known)))
        if score > most and len(shared) > 1:
            best, most = form, score
    return f"a form that is understood: '{best}'" if best else GENERAL


@cache
def _catalogue() -> tuple[dict[str, float], tuple[frozenset[str], ...]]:
    """The weight of each stem, larger for rarer ones, and the stems of each form."""
    stems = tuple(_stems(form.lower().replace(",", " ").replace(":", " ").rstrip(".").split()) for form in DOCUMENTED)
    counts = Counter(stem for form in stems for stem in form)
    return {stem: math.log(len(stems) / count) for stem, count in counts.items()}, stems


def _stems(words: Iterable[str]) -> frozenset[str]:
    """Words that tell what a clause is about, without their endings: no names, numbers or fillers."""
    return frozenset(
        word[:5].rstrip("s")
        for word in words
        if len(word) > 2
        and word.isalpha()
        and word not in phrases.NUMBER_WORDS
        and word not in phrases.ORDINALS
        and word not in _COMMON
    )


_COMMON = frozenset(["the", "is", "are", "and", "digit", "digits", "number", "its", "you", "number's", "can"])
