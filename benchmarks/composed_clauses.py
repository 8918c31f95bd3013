"""Claims of one subject and of several, and clauses joined with *and*, *or*, *but*, *either*."""

import operator
from collections.abc import Sequence
from functools import reduce

import numpy as np
from composed_speaker import Speaker
from composed_words import Claim, Num, Pred, Truths, listed

NONE: frozenset[int] = frozenset()


def say(subject: Num, pred: Pred, no: bool = False) -> Claim:
    """*a is odd*, *a is not odd*."""
    truth = pred.truth(subject.value)
    return Claim(f"{subject.text} {subject.be}{' not' * no} {pred.text}", ~truth if no else truth)


def claim(speaker: Speaker, avoid: frozenset[int] = NONE, light: bool = True) -> Claim:
    """One subject and what is said of it, sometimes with a verb of its own, sometimes denied."""
    draw = speaker.rng.random()
    subject = speaker.subject(avoid, light)
    if draw < 0.12:
        return say(subject, speaker.rng.choice(deniable(speaker, subject)), True)
    if draw < 0.24:
        return _verb(speaker, subject)
    return say(subject, speaker.pred(subject, light))


def deniable(speaker: Speaker, subject: Num) -> list[Pred]:
    return [one for one in speaker.bare(subject.value) + speaker.nouns(subject.value)
            if not one.text.startswith(("at ", "not "))]  # fmt: skip


def _verb(speaker: Speaker, subject: Num) -> Claim:
    rng, value, other = speaker.rng, subject.value, speaker.other(subject.places)
    by, near, last = rng.choice((1, 2, 3)), speaker.near(subject.value), rng.randrange(10)
    if subject.text == "I":
        return Claim(f"I am divisible by {by + 2}", value % (by + 2) == 0)
    kinds: list[tuple[str, Truths]] = [
        (f"exceeds {near}", value > near),
        (f"does not exceed {near}", value <= near),
        (f"equals {near}", value == near),
        (f"does not equal {near}", value != near),
    ]
    if not subject.places & other.places:
        kinds += [
            (f"exceeds {other.text}", value > other.value),
            (f"exceeds {other.text} by {by}", value == other.value + by),
            (f"differs from {other.text} by {by}", np.abs(value - other.value) == by),
            (f"equals {other.text} plus {by}", value == other.value + by),
        ]
    if subject.whole:
        kinds += 3 * [
            (f"ends in {last}", value % 10 == last),
            (f"does not end in {last}", value % 10 != last),
            (f"leaves a remainder of {by} when divided by {by + 3}", value % (by + 3) == by),
        ]
    text, truth = rng.choice(kinds)
    return Claim(f"{subject.text} {text}", truth)


# One subject --------------------------------------------------------------


def simple(speaker: Speaker) -> Claim:
    return claim(speaker, light=False)


def predicates(speaker: Speaker) -> Claim:
    """Several predicates of one subject."""
    rng = speaker.rng
    subject = speaker.subject()
    one = rng.choice(speaker.bare(subject.value)[:4])
    bounds = speaker.bare(subject.value)[3:]
    if len(subject.places) < len(speaker.world.variables):
        related = speaker.related(speaker.other(subject.places))
        bounds += [each for each in related if "greater" in each.text or "at least" in each.text]
    two = rng.choice([each for each in bounds if each.text != one.text])
    s, (p, q) = f"{subject.text} {subject.be}", (one.truth(subject.value), two.truth(subject.value))
    kinds = [
        (f"{s} {one.text} and {two.text}", p & q),
        (f"{s} {one.text} or {two.text}", p | q),
        (f"{s} {one.text} but not {two.text}", p & ~q),
        (f"{s} {one.text}, but not {two.text}", p & ~q),
        (f"{s} neither {one.text} nor {two.text}", ~p & ~q),
        (f"{s} either {one.text} or {two.text}", p ^ q),
        (f"{s} both {one.text} and {two.text}", p & q),
        (f"{s} either {one.text} or {two.text}, but not both", p ^ q),
        (f"{s} {one.text} or {two.text}, or both", p | q),
        (f"{s} {one.text} but {s.split()[-1]} not {two.text}", p & ~q),
    ]
    text, truth = rng.choice(kinds[:9])
    return Claim(text, truth)


# Joined clauses -----------------------------------------------------------


def joined(speaker: Speaker) -> Claim:
    """Clauses with *and*, *or*, *but*, *either … or*; a comma closes what belongs together."""
    rng = speaker.rng
    one, two, three = claim(speaker), claim(speaker), claim(speaker)
    a, b, c = one.truth, two.truth, three.truth
    plain = [
        (f"{one.text} and {two.text}", a & b),
        (f"{one.text} or {two.text}", a | b),
        (f"{one.text}, but {two.text}", a & b),
        (f"either {one.text} or {two.text}", a ^ b),
        (f"either {one.text}, or {two.text}", a ^ b),
        (f"either {one.text} or {two.text}, but not both", a ^ b),
        (f"{one.text}, and {two.text}", a & b),
        (f"{one.text}, or {two.text}", a | b),
    ]
    longer = [
        (f"{one.text}, {two.text} and {three.text}", a & b & c),
        (f"{one.text}, {two.text}, and {three.text}", a & b & c),
        (f"{one.text} and {two.text}, or {three.text}", a & b | c),
        (f"{one.text} or {two.text}, and {three.text}", (a | b) & c),
        (f"{one.text}, or {two.text} and {three.text}", a | b & c),
        (f"{one.text} or {two.text}, but {three.text}", (a | b) & c),
        (f"either {one.text} and {two.text}, or {three.text}", (a & b) ^ c),
    ]
    if one.heavy or two.heavy:
        return Claim(f"{one.text}, {rng.choice(('and', 'but'))} {two.text}", a & b)
    text, truth = rng.choice(plain + longer)
    return Claim(text, truth)


def subjects(speaker: Speaker) -> Claim:
    """Several subjects and one predicate, with *both*, *neither*, *either*."""
    rng = speaker.rng
    parts = speaker.digits(rng.choice((2, 2, 3)))
    pred = _shared(speaker, parts)
    truths = [pred.truth(one.value) for one in parts]
    every, some = reduce(operator.and_, truths), reduce(operator.or_, truths)
    texts, p = [one.text for one in parts], pred.text
    kinds = [(f"{listed(texts)} are {p}", every), (f"{listed(texts)} are all {p}", every)]
    if len(parts) == 2:
        s, t = texts
        kinds = [
            (f"{s} and {t} are {p}", every),
            (f"{s} and {t} are both {p}", every),
            (f"both {s} and {t} are {p}", every),
            (f"neither {s} nor {t} is {p}", ~some),
            (f"either {s} or {t} is {p}", truths[0] ^ truths[1]),
            (f"either {s} or {t} is {p}, but not both", truths[0] ^ truths[1]),
            (f"{s} or {t} is {p}", some),
            (f"{s} and {t} are not both {p}", ~every),
        ]
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


def _shared(speaker: Speaker, parts: Sequence[Num]) -> Pred:
    """A predicate that several subjects can share."""
    places = frozenset().union(*(one.places for one in parts))
    found = speaker.bare(parts[0].value)
    free = speaker.digits(1, places)
    if free:
        found += [one for one in speaker.related(free[0]) if one.text.startswith(("greater", "less"))]
    return speaker.rng.choice(found)


def pairs(speaker: Speaker) -> Claim | None:
    """Groups joined with each other: *both a and b are odd or both b and c are even*."""
    rng = speaker.rng
    one, two = speaker.digits(2), speaker.digits(2)
    p, q = _shared(speaker, one), _shared(speaker, two)
    (s, t), (u, v) = [one.text for one in one], [one.text for one in two]
    a, b = (reduce(operator.and_, [y.truth(x.value) for x in xs]) for xs, y in ((one, p), (two, q)))
    some_a, some_b = (reduce(operator.or_, [y.truth(x.value) for x in xs]) for xs, y in ((one, p), (two, q)))
    kinds = [
        (f"both {s} and {t} are {p.text} or both {u} and {v} are {q.text}", a | b),
        (f"either both {s} and {t} are {p.text}, or both {u} and {v} are {q.text}", a ^ b),
        (f"both {s} and {t} are {p.text}, but neither {u} nor {v} is {q.text}", a & ~some_b),
        (f"neither {s} nor {t} is {p.text}, and neither {u} nor {v} is {q.text}", ~some_a & ~some_b),
        (f"{s} and {t} are {p.text}, and {u} and {v} are {q.text}", a & b),
        (f"{s} and {t} are both {p.text}, but {u} and {v} are not both {q.text}", a & ~b),
    ]
    text, truth = rng.choice(kinds)
    return Claim(text, truth)
