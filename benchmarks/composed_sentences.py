"""Families of composed sentences, each drawn with its truth.

A family is a function of a speaker that gives a claim, or None where its setting
has no such sentence. Where English itself could mean two things (*a is odd and b
is even or c is 3* without a comma) nothing is drawn.
"""

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from random import Random

import numpy as np
from composed_words import (
    WORLDS,
    Claim,
    Num,
    Pred,
    Speaker,
    Truths,
    World,
    backwards,
    digit_sum,
    is_prime,
    is_square,
    listed,
)

Family = Callable[[Speaker], Claim | None]
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
        return say(subject, speaker.rng.choice(_deniable(speaker, subject)), True)
    if draw < 0.24:
        return _verb(speaker, subject)
    return say(subject, speaker.pred(subject, light))


def _deniable(speaker: Speaker, subject: Num) -> list[Pred]:
    return [one for one in speaker._bare(subject.value) + speaker._nouns(subject.value)
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
    one = rng.choice([each for each in speaker._bare(subject.value)[:4]])
    bounds = speaker._bare(subject.value)[3:]
    if len(subject.places) < len(speaker.world.variables):
        related = speaker._related(speaker.other(subject.places), subject.value)
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
    found = speaker._bare(parts[0].value)
    free = speaker.digits(1, places)
    if free:
        found += [one for one in speaker._related(free[0], parts[0].value) if one.text.startswith(("greater", "less"))]
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


# Conditions ---------------------------------------------------------------


def condition(speaker: Speaker) -> Claim:
    """What can stand behind *if*."""
    draw = speaker.rng.random()
    if draw < 0.5:
        return claim(speaker)
    if draw < 0.65:
        return subjects(speaker)
    if draw < 0.75 and speaker.world.all_digits:
        return counts(speaker)
    one, two = claim(speaker), claim(speaker)
    if one.heavy or two.heavy:
        return two if one.heavy else one
    if speaker.rng.random() < 0.5:
        return Claim(f"{one.text} and {two.text}", one.truth & two.truth)
    return Claim(f"{one.text} or {two.text}", one.truth | two.truth)


def conditionals(speaker: Speaker) -> Claim:
    rng = speaker.rng
    cond, one, two = condition(speaker), claim(speaker), claim(speaker)
    a, b, c = cond.truth, one.truth, two.truth
    kinds = [
        (f"if {cond.text}, then {one.text}", ~a | b),
        (f"{one.text} if {cond.text}", ~a | b),
        (f"whenever {cond.text}, {one.text}", ~a | b),
        (f"if {cond.text}, then {one.text}, otherwise {two.text}", a & b | ~a & c),
        (f"if {cond.text}, then {one.text}; otherwise {two.text}", a & b | ~a & c),
        (f"{one.text} only if {cond.text}", ~b | a),
        (f"{one.text} exactly when {cond.text}", a == b),
        (f"{one.text} if and only if {cond.text}", a == b),
    ]
    if "," not in cond.text:
        kinds += 3 * [(f"if {cond.text}, {one.text}", ~a | b)]
        kinds += [(f"if {cond.text}, {one.text}, otherwise {two.text}", a & b | ~a & c)]
        kinds += [(f"when {cond.text}, {one.text}", ~a | b)]
    if not cond.heavy and not one.heavy and not two.heavy:
        kinds += [(f"if {cond.text} then {one.text}", ~a | b)]
        kinds += 2 * [(f"if {cond.text}, then {one.text} and {two.text}", ~a | b & c)]
        kinds += [(f"if {cond.text}, then {one.text} or {two.text}", ~a | b | c)]
    text, truth = rng.choice([one for one in kinds if ";" not in one[0]])
    return Claim(text, truth)


def unless(speaker: Speaker) -> Claim:
    """*unless* means *if not*."""
    rng = speaker.rng
    one, cond = claim(speaker), condition(speaker)
    truth = cond.truth | one.truth
    if rng.random() < 0.3 and "," not in cond.text:
        return Claim(f"unless {cond.text}, {one.text}", truth)
    return Claim(f"{one.text}{rng.choice(('', ','))} unless {cond.text}", truth)


def comma_before_computed(speaker: Speaker) -> Claim:
    """A comma and then a computed subject, which a reader may take for a list."""
    rng = speaker.rng
    one, number = claim(speaker), speaker.computed()
    two = say(number, speaker.pred(number, True))
    a, b = one.truth, two.truth
    kinds = [
        (f"if {one.text}, {two.text}", ~a | b),
        (f"either {one.text}, or {two.text}", a ^ b),
        (f"{one.text}, and {two.text}", a & b),
        (f"{one.text}, but {two.text}", a & b),
        (f"unless {one.text}, {two.text}", a | b),
        (f"whenever {one.text}, {two.text}", ~a | b),
    ]
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


# What is left out ---------------------------------------------------------


def ellipsis(speaker: Speaker) -> Claim | None:
    """What English does not say twice."""
    rng = speaker.rng
    parts = speaker.digits(3)
    rng.shuffle(parts)
    s, t, u = parts
    pred = rng.choice(_deniable(speaker, s) + [
        one for one in speaker._related(u, s.value) if not one.text.startswith("at ")])  # fmt: skip
    if len(speaker.world.variables) == 3 and u.text in pred.text and rng.random() < 0.5:
        pred = speaker.fixed(s)
    p, a, b, c = pred.text, *(pred.truth(one.value) for one in (s, t, u))
    kinds = [
        (f"{s.text} is {p}, but {t.text} is not", a & ~b),
        (f"{s.text} is {p}, and {t.text} is not", a & ~b),
        (f"{s.text} is {p} and so is {t.text}", a & b),
        (f"{s.text} is {p}, and so is {t.text}", a & b),
        (f"{s.text} is not {p}, and neither is {t.text}", ~a & ~b),
        (f"{s.text} is not {p}, but {t.text} is", ~a & b),
        (f"if {s.text} is {p}, so is {t.text}", ~a | b),
        (f"if {s.text} is {p}, then {t.text} is not", ~a | ~b),
        (f"{s.text} is {p} if {t.text} is", ~b | a),
        (f"{s.text} is {p} if and only if {t.text} is", a == b),
        (f"{s.text} is {p} unless {t.text} is", a | b),
    ]
    if pred.text not in ("not",) and u.text not in p:
        kinds += [
            (f"{s.text} is {p}, but neither {t.text} nor {u.text} is", a & ~b & ~c),
            (f"{s.text} is {p}, but {t.text} and {u.text} are not", a & ~b & ~c),
            (f"{s.text} is {p}, and so are {t.text} and {u.text}", a & b & c),
        ]
    if p.startswith("not "):
        return None
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


def gapping(speaker: Speaker) -> Claim:
    """The verb is said once: *a is twice b and c three times b*."""
    rng = speaker.rng
    parts = speaker.digits(3)
    rng.shuffle(parts)
    s, t, u = parts
    n, m, k = (rng.randrange(10) for _ in range(3))
    x, y, z = s.value, t.value, u.value
    small = speaker.small
    kinds = [
        (f"{s.text} is twice {t.text} and {u.text} three times {t.text}", (x == 2 * y) & (z == 3 * y)),
        (f"{s.text} is odd and {t.text} even", (x % 2 == 1) & (y % 2 == 0)),
        (f"{s.text} is {small(n)} and {t.text} {small(m)}", (x == n) & (y == m)),
        (f"{s.text} is {n}, {t.text} {m} and {u.text} {k}", (x == n) & (y == m) & (z == k)),
        (f"{s.text} is divisible by 3 and {t.text} by 2", (x % 3 == 0) & (y % 2 == 0)),
        (f"{s.text} is greater than {t.text} and {t.text} greater than {u.text}", (x > y) & (y > z)),
        (f"{s.text} is greater than {n} and {t.text} less than {m}", (x > n) & (y < m)),
        (f"{s.text} is one more than {t.text}, and {u.text} two more than {t.text}", (x == y + 1) & (z == y + 2)),
        (f"{s.text} is either {n} or {m}, and {t.text} either {m} or {k}",
         ((x == n) | (x == m)) & ((y == m) | (y == k))),
        (f"{s.text} is prime, {t.text} even and {u.text} less than {k}", is_prime(x) & (y % 2 == 0) & (z < k)),
        (f"{s.text} is odd, {t.text} is even and {u.text} is {k}", (x % 2 == 1) & (y % 2 == 0) & (z == k)),
        (f"{s.text} is odd, but {t.text} even", (x % 2 == 1) & (y % 2 == 0)),
        (f"{s.text} is greater than {t.text} but less than {u.text}", (x > y) & (x < z)),
        (f"{s.text} is two more than {t.text} and one less than {u.text}", (x == y + 2) & (x == z - 1)),
    ]  # fmt: skip
    text, truth = rng.choice([one for one in kinds if len({n, m, k}) == 3])if len({n, m, k}) == 3 else kinds[0]
    return Claim(text, truth)


# Counts and groups --------------------------------------------------------


def counts(speaker: Speaker) -> Claim | None:
    """How many of several digits."""
    rng, all_digits = speaker.rng, speaker.world.all_digits
    every = speaker.every()
    parts = speaker.digits(rng.choice((2, 3, 3))) if rng.random() < 0.5 or not all_digits else every
    n = rng.randrange(1, len(parts))
    pred = rng.choice(speaker._bare(parts[0].value))
    number = np.sum([pred.truth(one.value) for one in parts], axis=0)
    of = listed([one.text for one in parts]) if parts is not every else all_digits
    are = "is" if n == 1 else "are"
    count, many, p = speaker.small(n) if rng.random() < 0.2 else ("one", "two", "three")[n - 1], len(parts), pred.text
    kinds = [
        (f"exactly {count} of {of} {are} {p}", number == n),
        (f"at least {count} of {of} {are} {p}", number >= n),
        (f"at most {count} of {of} {are} {p}", number <= n),
        (f"none of {of} is {p}", number == 0),
        (f"none of {of} are {p}", number == 0),
        (f"all of {of} are {p}", number == many),
        (f"not all of {of} are {p}", number < many),
        (f"only one of {of} is {p}", number == 1),
        (f"no more than {count} of {of} {are} {p}", number <= n),
    ]
    if n + 1 < many:
        kinds += [(f"more than {count} of {of} {are} {p}", number > n)]
    if n > 1:
        kinds += [(f"fewer than {count} of {of} are {p}", number < n)]
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


def counts_of_all(speaker: Speaker) -> Claim | None:
    """How many of all digits; *only*; what is said of every digit of a kind."""
    rng, world = speaker.rng, speaker.world
    if not world.all_digits:
        return None
    parts, all_digits = speaker.every(), world.all_digits
    noun = all_digits.split()[-1]
    one = noun[:-1]
    pred = rng.choice(speaker._bare(parts[0].value))
    adjective, other = rng.sample(("odd", "even", "prime"), 2)
    truth = {"odd": lambda v: v % 2 == 1, "even": lambda v: v % 2 == 0, "prime": is_prime}
    of = [truth[adjective](each.value) for each in parts]
    holds = [pred.truth(each.value) for each in parts]
    number, kind, bound = np.sum(holds, axis=0), np.sum(of, axis=0), rng.randrange(2, 8)
    n, p = rng.randrange(1, len(parts)), pred.text
    s = rng.choice(parts)
    at = min(s.places)
    alone = np.all([one if place == at else ~one for place, one in enumerate(holds)], axis=0)
    of_kind = [~a | (each.value > bound) for a, each in zip(of, parts, strict=True)]
    both = [a & (each.value > bound) for a, each in zip(of, parts, strict=True)]
    kinds = [
        (f"every {one} is {p}", number == len(parts)),
        (f"each {one} is {p}", number == len(parts)),
        (f"{all_digits} are all {p}", number == len(parts)),
        (f"no {one} is {p}", number == 0),
        (f"not every {one} is {p}", number < len(parts)),
        (f"exactly {('one', 'two', 'three')[n - 1]} {one if n == 1 else noun} {'is' if n == 1 else 'are'} {p}",
         number == n),
        (f"at least one {one} is {p}", number >= 1),
        (f"at most one {one} is {p}", number <= 1),
        (f"only {s.text} is {p}", alone),
        (f"there {'is' if n == 1 else 'are'} exactly {n} {adjective} {one if n == 1 else noun}", kind == n),
        (f"there are at least two {adjective} {noun}", kind >= 2),
        (f"every {adjective} {one} is greater than {bound}", np.all(of_kind, axis=0)),
        (f"no {adjective} {one} is greater than {bound}", ~np.any(both, axis=0)),
        (f"the sum of the odd {noun} is {bound}",
         np.sum([each.value * (each.value % 2) for each in parts], axis=0) == bound),
        (f"there are more odd {noun} than even {noun}",
         2 * np.sum([each.value % 2 for each in parts], axis=0) > len(parts)),
    ]  # fmt: skip
    text, found = rng.choice(kinds)
    return Claim(text, found)


def groups(speaker: Speaker) -> Claim | None:
    """What is said of several digits together."""
    rng, world = speaker.rng, speaker.world
    use_all = bool(world.all_digits) and rng.random() < 0.6
    parts = speaker.every() if use_all else speaker.digits(rng.choice((2, 3)))
    of = world.all_digits if use_all else listed([one.text for one in parts])
    values = [one.value for one in parts]
    total, ordered = np.sum(values, axis=0), np.sort(values, axis=0)
    steps = [two - one for one, two in zip(values, values[1:], strict=False)]
    different = (np.diff(ordered, axis=0) > 0).all(axis=0)
    c = speaker.near(total)
    kinds: list[tuple[str, Truths]] = [
        (f"{of} are all different" if len(parts) > 2 else f"{of} are different", different),
        (f"{of} add up to {c}", total == c),
        (f"{of} add up to more than {c}", total > c),
        (f"{of} add up to a prime number", is_prime(total)),
        (f"{of} add up to a perfect square", is_square(total)),
        (f"{of} are equal", np.all([one == 0 for one in steps], axis=0)),
        (f"{of} are not all equal" if len(parts) > 2 else f"{of} are not equal", np.any([x != 0 for x in steps], axis=0)),
        (f"the sum of {of} is {c}", total == c),
        (f"the product of {of} is at least {c}", np.prod(values, axis=0) >= c),
    ]
    if len(parts) > 2:
        kinds += [
            (f"{of} are in increasing order", np.all([one > 0 for one in steps], axis=0)),
            (f"{of} are in decreasing order", np.all([one < 0 for one in steps], axis=0)),
            (f"{of} are in strictly increasing order", np.all([one > 0 for one in steps], axis=0)),
            (f"{of} are consecutive digits in increasing order", np.all([one == 1 for one in steps], axis=0)),
        ]
    if use_all:
        kinds += [
            ("no two digits are equal" if "digits" in of else "no two numbers are equal", different),
            (f"{of} are all different and add up to {c}", different & (total == c)),
        ]
    else:
        d = rng.randrange(1, 5)
        kinds += 2 * [(f"{of} differ by {d}", np.abs(steps[0]) == d)] if len(parts) == 2 else []
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


def others(speaker: Speaker) -> Claim | None:
    """*the others*, *the other two*, neighbours."""
    rng, world = speaker.rng, speaker.world
    if not world.all_digits:
        return None
    every = speaker.every()
    s = rng.choice(every)
    rest = [one for one in every if one is not s]
    p, q = rng.choice(speaker._bare(s.value)), rng.choice(speaker._bare(s.value))
    total, one = np.sum([one.value for one in rest], axis=0), world.all_digits.split()[-1][:-1]
    all_q, q_of_s = np.all([q.truth(each.value) for each in rest], axis=0), p.truth(s.value)
    most = np.max([each.value for each in rest], axis=0)
    the_rest = "the other two" if len(rest) == 2 else "the other three"
    kinds: list[tuple[str, Truths]] = [
        (f"{s.text} is {p.text} and the others are {q.text}", q_of_s & all_q),
        (f"{s.text} is {p.text}, and {the_rest} are {q.text}", q_of_s & all_q),
        (f"{s.text} is {p.text}, but the others are not", q_of_s & ~np.any([p.truth(x.value) for x in rest], axis=0)),
        (f"{s.text} is greater than each of the others", s.value > most),
        (f"{s.text} is greater than {the_rest}", s.value > most),
        (f"{s.text} is the sum of the others", s.value == total),
        (f"{s.text} is the sum of {the_rest}", s.value == total),
        (f"{s.text} is {p.text} and the sum of the others is {(c := speaker.near(total))}", q_of_s & (total == c)),
        (f"each {one} is greater than the previous {one}",
         np.all([y.value > x.value for x, y in zip(every, every[1:], strict=False)], axis=0)),
        (f"each {one} except {s.text} is {q.text}", all_q),
        (f"all {one}s except {s.text} are {q.text}", all_q),
    ]  # fmt: skip
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


# Sentences that look back, digits of what is computed ----------------------


def pronouns(speaker: Speaker) -> Claim | None:
    """*it*, *they*, *so is* across sentences or within one."""
    rng = speaker.rng
    subject = speaker.whole() if rng.random() < 0.4 else speaker.digits(1)[0]
    subject = subject or speaker.digits(1)[0]
    p, q = rng.sample(speaker._bare(subject.value), 2)
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


FAMILIES: tuple[Family, ...] = (
    simple, predicates, joined, subjects, pairs, conditionals, unless, comma_before_computed, ellipsis, gapping,
    counts, counts_of_all, groups, others, pronouns, computed_digits, comparisons,
)  # fmt: skip


def draw(rng: Random, family: Family | None = None) -> tuple[World, Claim]:
    """A sentence, and the setting it stands in; one that neither always nor never holds."""
    while True:
        made = family or rng.choice(FAMILIES)
        world = rng.choice(WORLDS)
        found = made(Speaker(world, rng))
        if found is None or found.truth.all() or not found.truth.any():
            continue
        text = found.text if found.text[:2] in ("a ", "b ", "c ", "p ", "q ") else found.text[0].upper() + found.text[1:]
        return world, Claim(f"{text}.", found.truth, made.__name__)
