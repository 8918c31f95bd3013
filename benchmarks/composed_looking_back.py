"""Sentences that look back at what was spoken of; computed numbers: their digits, and two beside each other."""

import numpy as np
from composed_clauses import say
from composed_speaker import Speaker
from composed_words import Claim, Num, Truths, backwards, digit_sum


def pronouns(speaker: Speaker) -> Claim | None:
    """*it*, *they*, *so is* across sentences or within one."""
    rng = speaker.rng
    subject = speaker.whole() if rng.random() < 0.4 else speaker.digits(1)[0]
    subject = subject or speaker.digits(1)[0]
    p, q = rng.sample(speaker.bare(subject.value), 2)
    a, b, s = p.truth(subject.value), q.truth(subject.value), subject.text
    x, y = speaker.digits(2)
    both, total = p.truth(x.value) & p.truth(y.value), x.value + y.value
    c = speaker.near(total)
    kinds: list[tuple[str, Truths]] = [
        (f"{s} is {p.text}. It is {q.text}", a & b),
        (f"{s} is {p.text}. It is not {q.text}" if not q.text.startswith("at") else f"{s} is {p.text}. It is {q.text}",
         a & (b if q.text.startswith("at") else ~b)),
        (f"{s} is {p.text}. It is also {q.text}", a & b),
        (f"{s} is {p.text}, and it is {q.text}", a & b),
        (f"if {s} is {p.text}, then it is {q.text}", ~a | b),
        (f"if {s} is {p.text}, it is also {q.text}", ~a | b),
        (f"{x.text} and {y.text} are {p.text}. They add up to {c}", both & (total == c)),
        (f"{x.text} and {y.text} are {p.text}, and they add up to {c}", both & (total == c)),
        (f"{x.text} and {y.text} are {p.text}, and their sum is {c}", both & (total == c)),
        (f"{x.text} and {y.text} are {p.text}. Their sum is {c}", both & (total == c)),
        (f"{x.text} and {y.text} are {p.text}. Their product is {q.text}", both & q.truth(x.value * y.value)),
        (f"{x.text} is {p.text}. So is {y.text}", both),
        (f"the sum of {x.text} and {y.text} is {q.text}. It is also odd", q.truth(total) & (total % 2 == 1)),
    ]  # fmt: skip
    if subject.whole:
        last, reverse = Num("its last digit", subject.value % 10), backwards(subject.value)
        r = speaker.fixed(last)
        digits = digit_sum(subject.value)
        d = speaker.near(digits)
        kinds += 2 * [
            (f"{s} is {p.text} and its last digit is {r.text}", a & r.truth(last.value)),
            (f"{s} is {p.text}. Its last digit is {r.text}", a & r.truth(last.value)),
            (f"{s} is {p.text}, and the sum of its digits is {d}", a & (digits == d)),
            (f"{s} is {p.text} and its digits add up to {d}", a & (digits == d)),
            (f"{s} is {p.text}, but its reverse is not", a & ~p.truth(reverse)),
            (f"{s} is greater than its reverse", subject.value > reverse),
            (f"{s} is divisible by the sum of its digits", subject.value % np.maximum(digits, 1) == 0),
        ]
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


def computed_digits(speaker: Speaker) -> Claim | None:
    """Digits of squares, multiples, sums."""
    rng, one = speaker.rng, speaker.whole()
    x, y = speaker.digits(2)
    if one is None:
        number = rng.choice([
            Num(f"the product of {x.text} and {y.text}", x.value * y.value),
            Num(f"the square of {x.text}", x.value**2),
            Num(f"the sum of {x.text} and {y.text}", x.value + y.value),
            Num(f"three times {x.text}", 3 * x.value),
        ])  # fmt: skip
    else:
        number = rng.choice([
            Num(f"twice {one.text}", 2 * one.value),
            Num(f"three times {one.text}", 3 * one.value),
            Num(f"the square of {one.text}", one.value**2),
            Num(f"the sum of {one.text} and its reverse", one.value + backwards(one.value)),
            Num(f"the product of {x.text} and {y.text}", x.value * y.value),
        ])  # fmt: skip
        if speaker.world.name == "pair":
            (p, q) = speaker.wholes()
            number = rng.choice([number, Num("the sum of p and q", p.value + q.value),
                                 Num("the product of p and q", p.value * q.value)])  # fmt: skip
    total, last = Num(f"the digit sum of {number.text}", digit_sum(number.value)), number.value % 10
    again = Num(f"the sum of the digits of {number.text}", total.value)
    ones = Num(f"the {rng.choice(('last', 'ones'))} digit of {number.text}", last)
    d = rng.randrange(10)
    made = [say(each, speaker.fixed(each)) for each in (total, again, ones)]
    made += [say(each, speaker.pred(each, True)) for each in (total, ones)]
    made.append(Claim(f"the digits of {number.text} add up to {(c := speaker.near(total.value))}", total.value == c))
    made.append(Claim(f"{number.text} ends in {d}", last == d))
    made.append(Claim(f"{ones.text} is {x.text}", last == x.value))
    if one is not None:
        made.append(Claim(f"{one.text} is divisible by 3 and the last digit of its square is {d}",
                          (one.value % 3 == 0) & (one.value**2 % 10 == d)))  # fmt: skip
        made.append(Claim(f"the digit sum of {one.text} is {x.text} plus {d}", digit_sum(one.value) == x.value + d))
    return rng.choice(made)


def comparisons(speaker: Speaker) -> Claim | None:
    """Two computed numbers beside each other."""
    rng = speaker.rng
    one, two = speaker.computed(), speaker.computed()
    by, k, n = rng.choice((1, 2, 3, 5)), rng.choice((2, 3)), speaker.small
    x, y, s, t = one.value, two.value, one.text, two.text
    kinds = [
        (f"{s} is {t}", x == y),
        (f"{s} is greater than {t}", x > y),
        (f"{s} equals {t}", x == y),
        (f"{s} is at most {t}", x <= y),
        (f"{s} is {n(by)} more than {t}", x == y + by),
        (f"{s} is {n(by)} less than {t}", x == y - by),
        (f"{s} is at least {('twice', 'three times')[k - 2]} {t}", x >= k * y),
        (f"{s} exceeds {t} by {n(by)}", x == y + by),
        (f"{s} is the same as {t}", x == y),
        (f"{s} is not {t}", x != y),
        (f"{s} is at least {n(by)} more than {t}", x >= y + by),
    ]
    # What twice a plus b doubles is a matter of taste.
    text, truth = rng.choice([one for one in kinds if not (" plus " in t and "at least t" in one[0])])
    return Claim(text, truth) if s != t else None
