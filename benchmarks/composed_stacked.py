"""Constructions inside each other: groups in conditions, shared complements, *so do*, *both* as an object."""

import numpy as np
from composed_speaker import Speaker
from composed_words import Claim, Truths


def conditions_of_groups(speaker: Speaker) -> Claim:
    """*both*, *neither* and counts behind *if*, *unless*, *only if*, *exactly when*."""
    rng = speaker.rng
    x, y, z = rng.sample(speaker.every(), 3)
    one, two, three = (rng.choice(speaker.bare(each.value)) for each in (x, z, z))
    a, b, c = one.truth(x.value), one.truth(y.value), two.truth(z.value)
    p, q, r, s, t, u = one.text, two.text, three.text, x.text, y.text, z.text
    kinds: list[tuple[str, Truths]] = [
        (f"if neither {s} nor {t} is {p}, then {u} is {q}", a | b | c),
        (f"if both {s} and {t} are {p}, {u} is {q}", ~(a & b) | c),
        (f"if {s} and {t} are both {p}, then {u} is not {q}" if q[:2] != "at" else f"if {s} is {p}, then {u} is {q}",
         ~(a & b) | ~c if q[:2] != "at" else ~a | c),
        (f"unless both {s} and {t} are {p}, {u} is {q}", a & b | c),
        (f"{u} is {q} unless neither {s} nor {t} is {p}", c | ~(a | b)),
        (f"{u} is {q} only if neither {s} nor {t} is {p}", ~c | ~(a | b)),
        (f"{u} is {q} only if both {s} and {t} are {p}", ~c | (a & b)),
        (f"{u} is {q} exactly when exactly one of {s} and {t} is {p}", c == (a ^ b)),
        (f"{u} is {q} if and only if at least one of {s} and {t} is {p}", c == (a | b)),
        (f"if exactly one of {s} and {t} is {p}, then {u} is {q}", ~(a ^ b) | c),
        (f"if {s} or {t} is {p}, then {u} is {q}", ~(a | b) | c),
        (f"if {s} is {p}, {u} is {q}, and if {s} is not {p}, {u} is {r}", (~a | c) & (a | three.truth(z.value))),
        (f"if {s} is {p} but {t} is not, then {u} is {q}", ~(a & ~b) | c),
        (f"if {s} is {p} and so is {t}, then {u} is {q}", ~(a & b) | c),
        (f"at least one of {s} and {t} is {p}, and {u} is {q}", (a | b) & c),
        (f"neither {s} nor {t} is {p}, but {u} is", ~a & ~b & one.truth(z.value)),
        (f"both {s} and {t} are {p}, but {u} is not", a & b & ~one.truth(z.value)),
        (f"{s} is {p}, and {t} is too", a & b),
        (f"{s} is {p}, and {t} is as well", a & b),
        (f"{s} is {p}, while {u} is {q}", a & c),
        (f"{s} is {p}, whereas {u} is {q}", a & c),
    ]  # fmt: skip
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


def complements(speaker: Speaker) -> Claim:
    """Several things behind one preposition, verb or comparison."""
    rng = speaker.rng
    x, y, z = rng.sample(speaker.every(), 3)
    whole = speaker.whole() or x
    u, v, w, s, t, r = x.value, y.value, z.value, x.text, y.text, z.text
    n, value, (low, high) = whole.text, whole.value, sorted(rng.sample(range(2, 8), 2))
    c, product = speaker.near(u + v), u * v
    kinds: list[tuple[str, Truths]] = [
        (f"{n} is divisible by 2 but not by 3", (value % 2 == 0) & (value % 3 != 0)),
        (f"{n} is divisible by both 2 and 3", value % 6 == 0),
        (f"{n} is divisible by 2 and by 3", value % 6 == 0),
        (f"{n} is divisible by 2 or by 5", (value % 2 == 0) | (value % 5 == 0)),
        (f"{n} is divisible by neither 2 nor 5", (value % 2 != 0) & (value % 5 != 0)),
        (f"{s} is greater than both {t} and {r}", (u > v) & (u > w)),
        (f"{s} is less than both {t} and {r}", (u < v) & (u < w)),
        (f"{s} is equal to neither {t} nor {r}", (u != v) & (u != w)),
        (f"{s} differs from both {t} and {r}", (u != v) & (u != w)),
        (f"{s} is the largest of {s}, {t} and {r}", (u >= v) & (u >= w)),
        (f"{s} is {low} more than {t} but {high} less than {r}", (u == v + low) & (u == w - high)),
        (f"{s} is either {low} or {high}, but {t} is neither {low} nor {high}",
         np.isin(u, (low, high)) & ~np.isin(v, (low, high))),
        (f"{s} and {t} add up to {c}, and so do {t} and {r}", (u + v == c) & (v + w == c)),
        (f"the sum of {s} and {t} is odd, but their product is greater than {c}",
         ((u + v) % 2 == 1) & (product > c)),
        (f"the sum of {s} and {t} is {c} and their product is even", (u + v == c) & (product % 2 == 0)),
        (f"the product of {s} and {t} is greater than their sum", product > u + v),
        (f"the product of {s} and {t} is twice their sum", product == 2 * (u + v)),
        (f"{s} is even, and {t} is twice as large", (u % 2 == 0) & (v == 2 * u)),
        (f"{t} is less than {r}, and {s} is between {t} and {r}", (v < w) & (u >= v) & (u <= w)),
        (f"{s} is greater than {t}, {t} is greater than {r}, and {r} is not {low}", (u > v) & (v > w) & (w != low)),
        (f"{s} plus {t} is greater than {r} plus {c}", u + v > w + c),
        (f"{s} is greater than {t} by {low}", u == v + low),
        (f"{s} is {low} if {t} is, and {high} otherwise", np.where(v == low, u == low, u == high)),
    ]  # fmt: skip
    # Which of p and its digit "the first digit of p, which is odd" speaks of, nobody knows.
    if " of " not in t:
        kinds.append((f"{s} is twice {t}, which is odd", (u == 2 * v) & (v % 2 == 1)))
    text, truth = rng.choice(kinds)
    return Claim(text, truth)
