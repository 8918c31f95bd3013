"""Conditions, and what English leaves out."""

from composed_clauses import claim, deniable, say, subjects
from composed_groups import counts
from composed_speaker import Speaker
from composed_words import Claim, is_prime

# Conditions ---------------------------------------------------------------


def condition(speaker: Speaker) -> Claim:
    """What can stand behind *if*."""
    draw = speaker.rng.random()
    if draw < 0.5:
        return claim(speaker)
    if draw < 0.65:
        return subjects(speaker)
    if draw < 0.75 and speaker.world.all_digits and (counted := counts(speaker)) is not None:
        return counted
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
    pred = rng.choice(deniable(speaker, s) + [
        one for one in speaker.related(u) if not one.text.startswith("at ")])  # fmt: skip
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
    text, truth = rng.choice([one for one in kinds if len({n, m, k}) == 3]) if len({n, m, k}) == 3 else kinds[0]
    return Claim(text, truth)
