"""What a riddle begins with, told with adjectives; several adjectives; *itself*; where digits stand."""

from collections.abc import Callable
from itertools import pairwise, permutations
from random import Random

import numpy as np
from composed_speaker import Speaker
from composed_words import WORDS, Claim, Column, Truths, World, is_prime, is_square, listed

ADJECTIVES = {
    "odd": lambda v: v % 2 == 1,
    "even": lambda v: v % 2 == 0,
    "prime": is_prime,
    "nonzero": lambda v: v != 0,
}
PLAIN = ("first", "second", "third", "fourth")


def _different(values: list[Column]) -> Truths:
    return np.all(np.diff(np.sort(values, axis=0), axis=0) != 0, axis=0)


def _all(adjective: str, values: list[Column]) -> Truths:
    return np.all([ADJECTIVES[adjective](one) for one in values], axis=0)


def _drawn_names(rng: Random, count: int) -> tuple[str, ...]:
    return tuple(sorted(rng.sample("bcdefghjkmpqrstuvwxyz", count)))


def openings(speaker: Speaker) -> Claim:
    """*There are three different odd digits: a, b and c*: the sentence is the whole riddle."""
    rng = speaker.rng
    count = rng.choice((2, 3, 3, 4))
    names = _drawn_names(rng, count)
    same = rng.choice(("different", "distinct"))
    adjective = rng.choice(tuple(ADJECTIVES))
    world = World("opening", "# a riddle of one sentence", names, tuple((one,) for one in names), {}, all_digits="")
    values = list(world.columns)
    apart, alike = _different(values), _all(adjective, values)
    said, many = listed(names), WORDS[count]
    kinds: list[tuple[str, Truths]] = [
        (f"there are {many} {same} digits: {said}", apart),
        (f"there are {count} {same} digits called {said}", apart),
        (f"there are {many} {same} digits {said}", apart),
        (f"there are {many} {same} {adjective} digits: {said}", apart & alike),
        (f"there are {many} {adjective} digits: {said}", alike),
        (f"{many} {same} digits: {said}", apart),
        (f"let {said} be {same} digits", apart),
        (f"let {said} be {adjective} digits", alike),
        (f"let {said} be {same} {adjective} digits", apart & alike),
        (f"{said} are {adjective} digits", alike),
        (f"there are {many} {same} digits: {', '.join(names)}", apart),
    ]
    if count == 2:
        return (
            _two_numbers(rng, names, same, adjective) if rng.random() < 0.7 else Claim(*rng.choice(kinds), world=world)
        )
    if rng.random() < 0.25:
        plain = World(
            "opening", world.setting, PLAIN[:count], tuple((one,) for one in PLAIN[:count]), {}, all_digits=""
        )
        kinds = [(f"there are {many} {same} digits", apart), (f"there are {many} {same} numbers", apart)]
        return Claim(*rng.choice(kinds), world=plain)
    return Claim(*rng.choice(kinds), world=world)


def _two_numbers(rng: Random, names: tuple[str, ...], same: str, adjective: str) -> Claim:
    """Two numbers of two digits."""
    p, q = names
    digits = tuple(f"{name}_{place}" for name in names for place in ("tens", "ones"))
    world = World("opening", "# a riddle of one sentence", digits, (), {p: (0, 1), q: (2, 3)}, (0, 2), "")
    values = [world.number((0, 1)), world.number((2, 3))]
    apart, alike = _different(values), _all(adjective, values)
    squares = np.all([is_square(one) for one in values], axis=0)
    kinds: list[tuple[str, Truths]] = [
        (f"there are two {same} two-digit numbers: {p} and {q}", apart),
        (f"there are two {adjective} two-digit numbers: {p} and {q}", alike),
        (f"there are two {same} {adjective} two-digit numbers: {p} and {q}", apart & alike),
        (f"let {p} and {q} be {same} two-digit numbers", apart),
        (f"there are two two-digit squares: {p} and {q}", squares),
        (f"there are two {same} two-digit primes: {p} and {q}", apart & _all("prime", values)),
    ]
    return Claim(*rng.choice(kinds), world=world)


def adjectives(speaker: Speaker) -> Claim | None:
    """*a, b and c are different odd digits*, *three consecutive even digits*."""
    rng, world = speaker.rng, speaker.world
    use_all = bool(world.all_digits) and rng.random() < 0.5
    parts = speaker.every() if use_all else speaker.digits(rng.choice((2, 3)))
    of = world.all_digits if use_all else listed([one.text for one in parts])
    values = [one.value for one in parts]
    many, same, adjective = (
        WORDS[len(parts)],
        rng.choice(("different", "distinct")),
        rng.choice(("odd", "even", "prime")),
    )
    noun = "numbers" if "numbers" in of else "digits"
    apart, alike = _different(values), _all(adjective, values)
    by_one = np.all([two - one == 1 for one, two in pairwise(values)], axis=0)
    by_two = np.any([np.all([two - one == step for one, two in pairwise(values)], axis=0) for step in (2, -2)], axis=0)
    kinds: list[tuple[str, Truths]] = [
        (f"{of} are {same} {adjective} {noun}", apart & alike),
        (f"{of} are {many} {same} {adjective} {noun}", apart & alike),
        (f"{of} are {many} {same} {noun}", apart),
        (f"{of} are {adjective} {noun}", alike),
        (f"{of} are {many} consecutive {noun} in increasing order", by_one),
        (f"{of} are {'both' if len(parts) == 2 else 'all'} {adjective}", alike),
    ]
    if adjective != "prime":
        kinds += [
            (f"{of} are consecutive {adjective} {noun}", by_two & alike),
            (f"{of} are {many} consecutive {adjective} {noun}", by_two & alike),
        ]
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


def reflexives(speaker: Speaker) -> Claim:
    """*a times itself*, *the number itself*, *than b is*."""
    rng = speaker.rng
    x, y = rng.sample(speaker.every(), 2)
    whole = speaker.whole() or x
    u, v, s, t = x.value, y.value, x.text, y.text
    n, adjective = rng.randrange(1, 5), rng.choice(tuple(ADJECTIVES))
    c, d = int(rng.choice(u * u)), int(rng.choice(u + u))
    kinds: list[tuple[str, Truths]] = [
        (f"{s} times itself is {c}", u * u == c),
        (f"{s} multiplied by itself is {c}", u * u == c),
        (f"{s} plus itself is {d}", u + u == d),
        (f"the product of {s} and itself is {c}", u * u == c),
        (f"the sum of {s} and itself is greater than {t}", u + u > v),
        (f"{whole.text} itself is {adjective}", ADJECTIVES[adjective](whole.value)),
        (f"{s} is odd, and {t} itself is {n}", (u % 2 == 1) & (v == n)),
        (f"{s} is {n} more than {t} is", u == v + n),
        (f"{s} is larger than {t} is", u > v),
        (f"{s} is twice as large as {t} is", u == 2 * v),
        (f"{t} is {n} and {s} times itself is {c}", (v == n) & (u * u == c)),
    ]
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


def standing(speaker: Speaker) -> Claim | None:
    """*The 1 is between the 4 and the 3*, *before the 4 but not next to it*."""
    rng, world = speaker.rng, speaker.world
    if not world.one_number:
        return None
    a, b, c = rng.sample(range(10), 3)
    left, right = rng.choice(("to the left of", "before")), rng.choice(("to the right of", "after", "behind"))
    kinds = [
        (f"the {a} is between the {b} and the {c}", lambda i, j, k: j < i < k or k < i < j, 3),
        (f"the {a} is {left} the {b}", lambda i, j: i < j, 2),
        (f"the {a} is somewhere {left} the {b}", lambda i, j: i < j, 2),
        (f"the {a} is {right} the {b}", lambda i, j: i > j, 2),
        (f"the {a} is next to the {b}", lambda i, j: abs(i - j) == 1, 2),
        (f"the {a} stands immediately after the {b}", lambda i, j: i == j + 1, 2),
    ]
    told, allowed, count = rng.choice(kinds)
    shown = (a, b, c)[:count]
    truth = _stand(world, shown, allowed)
    if count == 2 and left in told and rng.random() < 0.4:
        truth &= ~_stand(world, shown, lambda i, j: abs(i - j) == 1)
        told += rng.choice((", but not next to it", f", but not next to the {b}"))
    return Claim(told, truth)


def _stand(world: World, shown: tuple[int, ...], allowed: Callable[..., bool]) -> Truths:
    """Where some digits that show these values stand so."""
    columns = world.columns
    found = np.zeros(len(columns[0]), dtype=bool)
    for places in permutations(range(len(columns)), len(shown)):
        if allowed(*places):
            found |= np.all([columns[at] == one for at, one in zip(places, shown, strict=True)], axis=0)
    return found


def emphatic(speaker: Speaker) -> Claim | None:
    """Words that count what is spoken of beside: *both*, *all three*, *the other two*."""
    rng, world = speaker.rng, speaker.world
    if not world.all_digits:
        return None
    every = speaker.every()
    many, noun = WORDS[len(every)], world.all_digits.split()[-1]
    values = [one.value for one in every]
    adjective, bound = rng.choice(("odd", "even", "prime")), rng.randrange(2, 8)
    alike, apart = _all(adjective, values), _different(values)
    x, y = rng.sample(every, 2)
    kinds: list[tuple[str, Truths]] = [
        (f"all {many} {noun} are {adjective}", alike),
        (f"the {many} {noun} are all different", apart),
        (f"all {many} {noun} are greater than {bound}", np.all([one > bound for one in values], axis=0)),
        (f"both {x.text} and {y.text} are {adjective}", _all(adjective, [x.value, y.value])),
        (f"{x.text} and {y.text} are both less than {bound}", (x.value < bound) & (y.value < bound)),
        (f"exactly two of the {many} {noun} are {adjective}",
         np.sum([ADJECTIVES[adjective](one) for one in values], axis=0) == 2),
        (f"if any {noun[:-1]} is {adjective}, {x.text} is {bound}",
         ~np.any([ADJECTIVES[adjective](one) for one in values], axis=0) | (x.value == bound)),
    ]  # fmt: skip
    if len(every) == 3:
        kinds.append(
            (f"one of the {noun} is {adjective} and the other two are {bound}", _one_and(values, adjective, bound))
        )
    text, truth = rng.choice(kinds)
    return Claim(text, truth)


def _one_and(values: list[Column], adjective: str, bound: int) -> Truths:
    """Some digit is so, and all others are worth ``bound``."""
    found = np.zeros(len(values[0]), dtype=bool)
    for at, one in enumerate(values):
        rest = [other == bound for place, other in enumerate(values) if place != at]
        found |= ADJECTIVES[adjective](one) & np.all(rest, axis=0)
    return found
