"""Counts and groups of digits, *the others*."""

from itertools import pairwise

import numpy as np
from composed_speaker import Speaker
from composed_words import Claim, Truths, is_prime, is_square, listed


def counts(speaker: Speaker) -> Claim | None:
    """How many of several digits."""
    rng, all_digits = speaker.rng, speaker.world.all_digits
    every = speaker.every()
    parts = speaker.digits(rng.choice((2, 3, 3))) if rng.random() < 0.5 or not all_digits else every
    n = rng.randrange(1, len(parts))
    pred = rng.choice(speaker.bare(parts[0].value))
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
    pred = rng.choice(speaker.bare(parts[0].value))
    adjective = rng.choice(("odd", "even", "prime"))
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
    kinds: list[tuple[str, Truths]] = [
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
    steps = [two - one for one, two in pairwise(values)]
    different = np.all(np.diff(ordered, axis=0) > 0, axis=0)
    c = speaker.near(total)
    kinds: list[tuple[str, Truths]] = [
        (f"{of} are all different" if len(parts) > 2 else f"{of} are different", different),
        (f"{of} add up to {c}", total == c),
        (f"{of} add up to more than {c}", total > c),
        (f"{of} add up to a prime number", is_prime(total)),
        (f"{of} add up to a perfect square", is_square(total)),
        (f"{of} are equal", np.all([one == 0 for one in steps], axis=0)),
        (
            f"{of} are not all equal" if len(parts) > 2 else f"{of} are not equal",
            np.any([x != 0 for x in steps], axis=0),
        ),
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
    p, q = rng.choice(speaker.bare(s.value)), rng.choice(speaker.bare(s.value))
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
         np.all([y.value > x.value for x, y in pairwise(every)], axis=0)),
        (f"each {one} except {s.text} is {q.text}", all_q),
        (f"all {one}s except {s.text} are {q.text}", all_q),
    ]  # fmt: skip
    text, truth = rng.choice(kinds)
    return Claim(text, truth)
