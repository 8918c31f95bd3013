"""The fixed English of the language, as data: phrases and the terminals they become.

A phrase is words after fillers (``the a an`` …) are dropped; ``x/y`` are
alternatives at one place and a ``?`` marks an optional word. Words that name
kinds, predicates and functions are not here: they come from the vocabulary.
"""

import itertools
from typing import Any, TypeAlias

Entry: TypeAlias = tuple[str, Any]
"""A terminal of the grammar and what the phrase means there."""

FILLERS = frozenset(["the", "a", "an", "also", "both", "too", "itself", "please", "simply", "always", "again", "still"])
NUMBER_NOUNS = frozenset(
    [
        "number",
        "numbers",
        "integer",
        "integers",
        "numeral",
        "numerals",
        "code",
        "codes",
        "combination",
        "pin",
        "password",
        "year",
    ]
)
"""Nouns of what has several digits."""
UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
NUMBER_WORDS: dict[str, int] = {
    "zero": 0,
    "nought": 0,
    "hundred": 100,
    "thousand": 1000,
    **{word: number for number, word in enumerate(UNITS, 1)},
    **{word: number for number, word in enumerate(TEENS, 10)},
    **{word: 10 * number for number, word in enumerate(TENS, 2)},
    **{
        f"{ten}{sep}{unit}": 10 * t + u
        for t, ten in enumerate(TENS, 2)
        for u, unit in enumerate(UNITS, 1)
        for sep in "- "
    },
}
PLURAL_NUMBERS: dict[str, int] = {
    "zeros": 0, "zeroes": 0, "ones": 1, "twos": 2, "threes": 3, "fours": 4, "fives": 5, "sixes": 6,
    "sevens": 7, "eights": 8, "nines": 9,
}  # fmt: skip
ORDINALS: dict[str, int] = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        1,
    )
} | {
    "last": -1,
    "final": -1,
    "rightmost": -1,
    "leftmost": 1,
    "leading": 1,
    "initial": 1,
    "starting": 1,
    "middle": 0,
    "central": 0,
    "centre": 0,
    "center": 0,
}
PLACES: dict[str, int] = {
    "unit": 0, "units": 0, "ones": 0, "ten": 1, "tens": 1, "hundred": 2, "hundreds": 2, "thousand": 3, "thousands": 3,
    "ten thousands": 4, "ten thousand": 4, "hundred thousands": 5, "hundred thousand": 5, "million": 6, "millions": 6,
    "ten millions": 7, "hundred millions": 8, "billions": 9,
    "tenths": -1, "hundredths": -2, "thousandths": -3,
}  # fmt: skip
PLACE_NAMES = {
    0: "ones", 1: "tens", 2: "hundreds", 3: "thousands", 4: "ten_thousands", 5: "hundred_thousands", 6: "millions",
    7: "ten_millions", 8: "hundred_millions", 9: "billions", -1: "tenths", -2: "hundredths", -3: "thousandths",
}  # fmt: skip
CONTRACTIONS = {
    "isn't": "is not", "aren't": "are not", "doesn't": "does not", "don't": "do not", "i'm": "i am", "it's": "it is",
    "hasn't": "has not", "haven't": "have not", "can't": "can not", "cannot": "can not", "wasn't": "is not",
    "weren't": "are not", "won't": "will not", "mustn't": "must not", "you've": "you have", "i've": "i have",
    "shouldn't": "should not", "it'd": "it would", "he's": "he is", "she's": "she is", "who's": "who is",
    "you're": "you are",
    "what's": "what is", "there's": "there is", "that's": "that is", "they're": "they are",
}  # fmt: skip

COMPARATIVES = {">": "larger/greater/more/bigger/higher/older", "<": "less/smaller/lower/fewer/younger"}
_DO_NOT = "does/do not"

PHRASES: tuple[tuple[str, Any, str], ...] = (
    # verbs
    ("IS", "is", "is/was/be|must/should be|has to be|can/will be"),
    ("IS", "are", "are/am/were|must all be|form/forms number?"),
    ("NOT", "not", "not/never|it is not case that|it is not true that"),
    (
        "RELOP", "=",
        "=|==|equals/equal|equals to|is/are equal to|is/are same as|is/are identical to|"
        "is/are equivalent to",
    ),
    ("RELOP", "=", "makes/make|gives/give|comes to|amounts to|yields/yield|results in|matches/match"),
    ("RELOP", "=", "is same digit as|is as large/big/great/much as|is/are no different from"),
    ("RELOP", "!=", "!=|<>|≠|is/are not equal to|is/are not same as|is/are not identical to|is not same digit as"),
    (
        "RELOP", "!=",
        f"{_DO_NOT} equal|{_DO_NOT} match",
    ),
    ("RELOP", "anagram", "has/have same digits as|is/are rearrangement of|is/are anagram of"),
    ("RELOP", "<", "<"),
    ("RELOP", "<=", "<=|≤"),
    ("RELOP", ">", ">"),
    ("RELOP", ">=", ">=|≥"),
    ("EQUAL_TO", "=", "equal to|identical to|same as"),
    ("EQUAL_TO", "!=", "different from/to|distinct from|unequal to|other than"),
    ("DIFFERS", False, "differs/differ from?|is/are different from/than|is distinct from"),
    ("EXCEEDS", ">", "exceeds/exceed"),
    ("EXCEEDS", "<=", f"{_DO_NOT} exceed"),
    (
        "ADDS", "+",
        "adds/add up? to|added up to|sums/sum up? to|totals/total|have/has sum of?|"
        "have/has total of?|have/has digit/digital sum of?|"
        "adds/add up|"
        "total to?",
    ),
    ("ADDS", "*", "multiplies/multiply to|multiplies/multiply together to|have/has digit? product of?"),
    ("HAS", "has", "has/have/contains/contain/includes/include/holds/hold"),
    ("HASNT", "not", f"has/have not|{_DO_NOT} have/contain/include/hold/use|can not have/contain"),
    # comparisons
    (
        "COMPARE", ">",
        "larger/greater/more/bigger/higher/older than|above/over/after/past|larger/greater/higher/bigger compared to",
    ),
    ("COMPARE", "<", "less/smaller/lower/fewer/younger than|below/under/before|smaller compared to"),
    ("COMPARE", ">=", "at least|no/not less/smaller/lower/fewer than|greater/larger/more than or equal to|no under"),
    ("COMPARE", "<=", "at most|no/not more/greater/larger/bigger/higher than|less/smaller than or equal to|up to"),
    ("STANDS", "before", "somewhere? to? left of|to? left of somewhere|stands/comes/appears/occurs/goes/sits before"),
    ("STANDS", "before", "stands/comes/appears/occurs/goes/sits somewhere? to? left of"),
    ("STANDS", "before", "stands/comes/appears in front of"),
    ("STANDS", "after", "somewhere? to? right of|stands/comes/appears/occurs/goes/sits after"),
    ("STANDS", "after", "stands/comes/appears/occurs/goes/sits somewhere? to? right of|stands/comes/appears behind"),
    (
        "STANDS", "just before",
        "immediately/directly/right/just to? left of|immediately/directly/right/just before|immediately? followed by|"
        "followed immediately/directly by|immediately/directly in front of",
    ),
    (
        "STANDS", "just after",
        "immediately/directly/right/just to? right of|immediately/directly/right/just after|immediately? preceded by|"
        "preceded immediately/directly by|immediately/directly behind",
    ),
    ("STANDS", "beside", "immediately/directly/right? next to|adjacent to|neighbour/neighbor of|stands/sits next to"),
    ("APART", None, "places apart from"),
    ("STANDS_BETWEEN", None, "stands/sits/appears between|somewhere between"),
    ("OR_MORE", ">=", "or more/greater/larger/higher/bigger/above/over"),
    ("OR_MORE", "<=", "or less/smaller/lower/fewer/below/under"),
    ("OR_COMPARE", ">", "or more/greater/larger/higher/bigger than"),
    ("OR_COMPARE", "<", "or less/smaller/lower/fewer than"),
    ("AS", "as", "as large/big/great/much/many/high/old as|size of|value of|amount of"),
    ("BY", "by", "by"),
    ("BETWEEN", True, "between|in range"),
    ("BETWEEN", False, "strictly between"),
    ("FROM", "from", "from"),
    ("TO", "to", "to/through"),
    ("ONE_OF", "one of", "one of|among|either of"),
    (
        "IN_ANY_ORDER", None,
        "in some/any order|not necessarily in that/this order|in some arrangement|in unknown order",
    ),
    ("RESPECTIVELY", None, "respectively|in that/this order|in order"),
    # predicates of integers
    ("ADJ", "prime", "prime/primes"),
    ("ADJ", "composite", "composite"),
    ("ADJ", "square", "square number/numbers|squared number|perfect square/squares|square/squares"),
    ("ADJ", "cube", "perfect? cube"),
    ("ADJ", "palindrome", "palindrome/palindromic"),
    ("ADJ", "positive", "positive"),
    ("ADJ", "negative", "negative"),
    ("ADJ", "nonzero", "nonzero|non zero"),
    ("ADJ", "power", "power of two/2"),
    ("POWER_OF", None, "power of"),
    ("DIVISIBLE", "by", "divisible by|multiple/multiples of|evenly divisible by|exactly divisible by"),
    ("DIVISIBLE", "divides", "factor/factors of|divisor/divisors of"),
    ("DIVIDES", None, "divides/divide evenly?"),
    ("ADJ", "different", "different|distinct|unique|different from each other|pairwise different/distinct|unequal"),
    ("ADJ", "equal", "equal|same|identical|alike|same digit|same number|equal to each other|same as each other"),
    ("ADJ", "repeated", "repeated|repeating|used more than once|used twice|repeat/repeats|same as another"),
    ("ADJ", "consecutive", "consecutive/successive|consecutive/successive numbers/digits/integers/order?"),
    ("ADJ", "in a row", "consecutiveinanyorder"),
    ("ADJ", "arithmetic", "in? arithmetic progression/sequence"),
    ("ADJ", "geometric", "in? geometric progression/sequence"),
    ("ADJ", "increasing", "in? strictly? increasing/ascending order?|in order from smallest to largest"),
    ("ADJ", "decreasing", "in? strictly? decreasing/descending order?|in order from largest to smallest"),
    ("ADJ", "non-decreasing", "in? non decreasing order?"),
    ("ADJ", "non-increasing", "in? non increasing order?"),
    ("VERB", "increasing", "increase/ascend from? left? to? right?|grow from? left? to? right?"),
    ("VERB", "decreasing", "decrease/descend from? left? to? right?"),
    (
        "VERB", "repeated",
        "repeats/repeat|appears/appear more than once|occurs/occur more than once|appear/appears twice",
    ),
    ("VERB", "different", f"{_DO_NOT} repeat|differ from each other"),
    (
        "VERB", "alternating",
        "alternate/alternates|alternates/alternate between odd and even|alternate parity|"
        "alternate in parity",
    ),
    (
        "CLAIM", "different",
        "all different/distinct|no two digits/numbers are? same/equal/alike/identical|all distinct",
    ),
    (
        "CLAIM", "different",
        "no digit/digits/number/numbers is/are repeated|no digit/digits/number/numbers repeat/repeats",
    ),
    ("CLAIM", "different", "no digit/number appears/occurs twice|no digit/number appears/occurs more than once"),
    (
        "CLAIM", "different",
        "no repeated digits|no repeats|each/every digit is different|there are no repeated digits",
    ),
    ("CLAIM", "different", "each/every digit is used once|each/every letter is/represents/stands different digit"),
    (
        "CLAIM", "different",
        "different letters stand for different digits|each/every letter stands for different digit",
    ),
    (
        "CLAIM", "different",
        "each/every letter represents different digit|different letters are/represent different digits",
    ),
    (
        "CLAIM", "different",
        "there is no repeated digit|no two are same/equal/alike|each/every digit is unique/distinct",
    ),
    ("CLAIM", "leading", "noleadingzero"),
    ("CLAIM", "allowed", "leadingzerosallowed"),
    ("CLAIM", "least", "smallest/least/lowest possible|smallest such number|smallest of all numbers"),
    ("CLAIM", "greatest", "largest/greatest/biggest/highest possible|largest such number|largest of all numbers"),
    ("ADJ", "parity", "same parity"),
    ("ADJ", "opposite", "opposite parity"),
    ("CLAIM", "equal", "all equal|all same|all identical"),
    ("CLAIM", "alternating", "odd and even digits/numbers alternate|digits alternate between odd and even"),
    ("CLAIM", "alternating", "even and odd digits/numbers alternate"),
    # connectives
    ("AND", "and", "and|but|while|whereas|and yet|yet|as well as|although|though|however"),
    ("OR", "or", "or|or else"),
    ("EITHER", None, "either"),
    ("NEITHER", None, "neither"),
    ("NOR", None, "nor"),
    ("IF", None, "if|when|whenever|provided"),
    ("IFF", None, "if and only if|iff|exactly if|exactly when|just when|precisely if/when"),
    ("THEN", None, "then|implies|=>"),
    ("WHICH", None, "with/having/which/that/who|such that|in which|where|for which|so that|whose|where in"),
    # quantifiers
    ("QUANT", "all", "every/each|every one|each one"),
    ("ALL", "all", "all"),
    ("QUANT", "some", "some|at least one"),
    ("ANY", "any", "any"),
    ("NO", "no", "no"),
    ("QUANT", "none", "none|no one|not one"),
    ("LIMIT", "=", "exactly/precisely/only/just"),
    ("EXISTS", None, "there is/are/exists/exist|there must be|it/i has/have/contain/contains there"),
    ("OF", "of", "of|in|among|for|inside|within"),
    # terms
    ("PLUS", "+", "+|plus|added to|increased by"),
    ("MINUS", "-", "-|minus|decreased by|reduced by"),
    ("TIMES", "*", "*|times|multiplied by|time"),
    ("OVER", "/", "/|divided by|over"),
    ("OVER", "//", "//"),
    ("OVER", "%", "%|mod|modulo"),
    ("POWER", "**", "**|^|to power of?|raised to power of?|raised to"),
    ("SQUARED", 2, "squared|²"),
    ("SQUARED", 3, "cubed|³"),
    ("SUM_OF", "sum", "sum/total of|sum"),
    ("SUM_OF", "product", "product of|product"),
    ("SUM_OF", "min", "smallest/lowest/minimum/least of|smaller/lesser of|smallest/lowest/minimum"),
    (
        "SUM_OF", "max",
        "largest/highest/maximum/greatest/biggest of|larger/greater/bigger/higher of|"
        "largest/highest/greatest/biggest",
    ),
    ("SUM_OF", "average", "average/mean of"),
    ("DIFFERENCE", "difference", "difference/distance between/of|difference"),
    ("POWERS_OF", 2, "squares of"),
    ("POWERS_OF", 3, "cubes of"),
    (
        "REVERSED", None,
        "number/result formed/obtained/made by reversing/swapping digits|number digits reversed|"
        "reversed number|number reversed"
        "|number obtained when digits are reversed|number formed when digits are reversed|"
        "reversed digits|number in reverse order",
    ),
    ("UNARY", "square", "square of"),
    ("UNARY", "cube", "cube of"),
    ("UNARY", "sqrt", "sqrt of|square root of|root of"),
    ("UNARY", "triple", "triple of"),
    ("UNARY", "reverse", "reverse/reversal of|mirror image of"),
    ("UNARY", "abs", "absolute value of"),
    ("UNARY", "double", "double of"),
    ("OWN_UNARY", "reverse", "reverse/reversal"),
    ("DIGIT_SUM", "sum", "digit sum|sum of digits|digital sum|cross sum"),
    ("DIGIT_SUM", "max", "largest/highest/greatest/biggest/maximum digit/number|largest of digits"),
    ("DIGIT_SUM", "min", "smallest/lowest/least/minimum digit/number|smallest of digits"),
    ("DIGIT_SUM", "product", "digit product|product of digits"),
    ("MULT", "2", "twice/double|two times|double of"),
    ("MULT", "3", "triple/thrice"),
    ("MULT", "4", "quadruple"),
    ("MULT", "1/2", "half of?|one half of?"),
    ("COUNT_OF", None, "number of|count of|amount of|how many"),
    ("FORMED", None, "number formed by/from|number made by/of/from|number formed/made by/from/with|number given by"),
    ("REMAINDER", None, "remainder of|remainder when|remainder"),
    ("WHEN_DIVIDED", None, "when divided by|is/am/are divided by|divided by|on division by|after division by"),
    ("LEAVES", None, "leaves remainder of?|has remainder of?|gives remainder of?|leaving remainder of?"),
    ("SOME_PAIRS", None, "pairsofdigits"),
    ("PAIRS", None, "any/every/each two neighbouring/neighboring/adjacent/consecutive digits/numbers"),
    ("PAIRS", None, "any/every/each pair of neighbouring/neighboring/adjacent/consecutive digits/numbers"),
    (
        "PAIRS", None,
        "neighbouring/neighboring/adjacent digits/numbers|each digit and next one?|"
        "two neighbouring/adjacent digits",
    ),
    ("NO_PAIRS", None, "no two neighbouring/neighboring/adjacent/consecutive digits/numbers"),
    ("PREVIOUS", -2, "sumoftwobefore"),
    ("PREVIOUS", -1, "previous digit/one/number?|preceding digit/one|digit/one before it?|digit/one to its left"),
    ("PREVIOUS", 1, "next digit/one/number?|following digit/one|digit/one after it?|digit/one to its right"),
    ("ANOTHER", None, "another digit/one?|another of digits|one of others|other digit/one"),
    ("OTHERS", None, "other two/three/four/digits|others|other two/three/four digits|rest of digits?|rest"),
    ("OTHERS", None, "remaining two/three/four? digits/digit/numbers/number|remaining two/one"),
    ("OTHERS", None, "all other digits|all others"),
    ("EXCEPT", None, "except for?|apart from|besides|excluding"),
    ("THAT", None, "thereof"),
    ("ENDSNT", -1, f"{_DO_NOT} end in/with"),
    ("ENDSNT", 1, f"{_DO_NOT} start/begin with"),
    ("ENDS", -1, "ends/ending in/with"),
    ("ENDS", 1, "starts/starting with|begins/beginning with"),
    ("ENDS", -2, "end in/with"),
    ("ENDS", 2, "start/begin with"),
    # pronouns
    ("IT", None, "it/this|this/that one|this digit"),
    ("IT", "they", "they/them|they all"),
    (
        "I", None,
        "i/me|my number|this number|whole number|number itself|entire number|mystery number|"
        "secret number|unknown number",
    ),
    ("POSS", "it", "its|it 's"),
    ("POSS", "they", "their"),
    ("POSS", "i", "my/mine/your"),
    # Mastermind
    (
        "CORRECT", None,
        "correct digit/digits/number/numbers|digit/digits/number/numbers is/are correct/right|"
        "correct/right",
    ),
    ("CORRECT", None, "right digit/digits|of digits is/are correct|digit/digits correct/right"),
    ("NOTHING", None, "nothing|all digits/numbers are wrong/incorrect|all wrong/incorrect"),
    ("NOTHING", None, "all of digits/numbers are wrong"),
    (
        "PLACED", True,
        "and? in? right/correct place/places/position/positions/spot/spots|"
        "and? well/correctly/rightly placed/positioned",
    ),
    ("PLACED", True, "and? in its/their place/places/position/positions|and? in? proper place/position"),
    ("PLACED", True, "and? in its/their right/correct place/places/position/positions"),
    (
        "PLACED", False,
        "and/but? in? wrong/incorrect/other/different place/places/position/positions/spot/spots|"
        "and/but? wrongly/incorrectly/badly/wrong placed/positioned",
    ),
    (
        "PLACED", False,
        "and/but? not in right/correct place/places/position/positions|"
        "in its/their wrong place/places/position",
    ),
    (
        "PLACED", False,
        "and/but? out of place/position|misplaced|but? in? wrong ones?|and? all in wrong places|"
        "and? in wrong place",
    ),
    # certainty, measurement
    ("WITH_ALPHA", None, "with alpha =?|with power|with certainty"),
    ("BY_LOGIC", None, "by logic"),
    ("PM", None, "±|+-|+/-|plus or minus|give or take"),
)  # fmt: skip


def expand(pattern: str) -> list[tuple[str, ...]]:
    """All word sequences of ``a/b c? d|e``."""
    found: list[tuple[str, ...]] = []
    for phrase in pattern.split("|"):
        options: list[list[str]] = []
        for word in phrase.split():
            if set(word) <= set("/*+-%=<>"):
                options.append([word])
                continue
            choices = word.removesuffix("?").split("/")
            options.append([*choices, ""] if word.endswith("?") else choices)
        found += [tuple(word for word in row if word) for row in itertools.product(*options)]
    return [row for row in found if row]
