"""Random terse riddles against an evaluator of their own, written from docs/language.md alone.

    python benchmarks/torture.py --section terse --seed 0          # 500 riddles; --quick for 40

A riddle has two or three digits and one to three clauses. Every reading of the digits is tried by the evaluator
below, which knows nothing of the compiler: its trees are nested tuples, written out as text. What it finds is held
against the verdict by diagrams, the verdict by the solver where that knows an answer, and the factors of the
compiled program, multiplied out.
"""

import itertools
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from torture import Row

RIDDLES, QUICK = 500, 40
LISTED = 10
"""Solutions that the solver, which finds one at a time, is asked for."""
Tree = tuple[Any, ...]
RELATIONS = ("=", "!=", "<", "<=", ">", ">=")


class TooLargeError(Exception):
    """A power that no one should write out."""


# The evaluator -------------------------------------------------------------------


def number(tree: Tree, at: Mapping[str, int]) -> Fraction | None:
    """The value of a term, None where it has none."""
    head, *rest = tree
    match head:
        case "name":
            return Fraction(at[rest[0]])
        case "number":
            return Fraction(rest[0])
        case "count":
            return Fraction(sum(1 for one in rest if truth(one, at)))
    values = [number(one, at) for one in rest]
    if any(one is None for one in values):
        return None
    known = [one for one in values if one is not None]
    if head in SIMPLE:
        return SIMPLE[head](known)
    return power(*known) if head == "**" else divided(head, *known)


SIMPLE: Mapping[str, Callable[[list[Fraction]], Fraction]] = {
    "neg": lambda known: -known[0],
    "abs": lambda known: max(known[0], -known[0]),
    "min": min,
    "max": max,
    "+": lambda known: sum(known, Fraction(0)),
    "sum": lambda known: sum(known, Fraction(0)),
    "*": lambda known: math.prod(known, start=Fraction(1)),
    "product": lambda known: math.prod(known, start=Fraction(1)),
    "spelt": lambda known: Fraction(int("".join(map(str, known)))),
    "-": lambda known: known[0] - known[1],
}


def divided(head: str, left: Fraction, right: Fraction) -> Fraction | None:
    """Quotient, rounded quotient and remainder."""
    if right == 0:
        return None
    quotient = left / right
    if head == "/":
        return quotient
    return Fraction(math.floor(quotient)) if head == "//" else left - math.floor(quotient) * right


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """By multiplying; a fraction in the exponent asks for a root, searched among all fractions it can be."""
    if base == 0 and exponent < 0:
        return None
    if exponent.denominator > 1:
        if base < 0:
            return None
        roots = [
            Fraction(top, bottom)
            for top in range(math.isqrt(base.numerator) + 2)
            for bottom in range(1, math.isqrt(base.denominator) + 2)
            if Fraction(top, bottom) ** exponent.denominator == base
        ]
        return power(roots[0], Fraction(exponent.numerator)) if roots else None
    if abs(exponent) > 2000 and base not in (0, 1, -1):
        raise TooLargeError
    if base in (0, 1, -1):
        return Fraction(1) if exponent == 0 or base == 1 else base if base == 0 or exponent % 2 else Fraction(1)
    result = Fraction(1)
    for _ in range(abs(int(exponent))):
        result *= base
    return 1 / result if exponent < 0 else result


def truth(tree: Tree, at: Mapping[str, int]) -> bool:
    """Whether a statement holds."""
    head, *rest = tree
    match head:
        case "not":
            return not truth(rest[0], at)
        case "and":
            return all(truth(one, at) for one in rest)
        case "or":
            return any(truth(one, at) for one in rest)
        case "iff":
            return truth(rest[0], at) is truth(rest[1], at)
        case "if":
            return truth(rest[1], at) if truth(rest[0], at) else True
        case "chain":
            terms, signs = rest
            return all(
                related(sign, number(a, at), number(b, at)) for sign, a, b in zip(signs, terms, terms[1:], strict=False)
            )
    return related(head, number(rest[0], at), number(rest[1], at))


def related(sign: str, left: Fraction | None, right: Fraction | None) -> bool:
    """A relation; it does not hold of what is undefined."""
    if left is None or right is None:
        return False
    difference = left - right
    return {
        "=": difference == 0, "!=": difference != 0, "<": difference < 0, "<=": difference <= 0,
        ">": difference > 0, ">=": difference >= 0,
    }[sign]  # fmt: skip


# Trees and their text ---------------------------------------------------------------


def term(rng: Random, names: list[str], depth: int) -> Tree:
    """A random term."""
    if depth == 0 or rng.random() < 0.15:
        if rng.random() < 0.3:
            return "number", rng.choice((0, 1, 2, 3, 4, 5, 7, 9, 10, 12, 30))
        return "name", rng.choice(names)
    head = rng.choice("+ - * / // % mod ** neg abs min max sum product spelt count + - * %".split())
    match head:
        case "neg" | "abs":
            return head, term(rng, names, depth - 1)
        case "min" | "max" | "sum" | "product":
            return head, *(term(rng, names, depth - 1) for _ in range(rng.choice((2, 2, 3))))
        case "spelt":
            return head, *(("name", rng.choice(names)) for _ in range(rng.choice((2, 3))))
        case "count":
            return head, *(relation(rng, names, depth - 1) for _ in range(rng.choice((2, 3))))
        case "**":
            exponent = rng.choice(
                (("number", 2), ("number", 3), ("neg", ("number", 1)), ("/", ("number", 1), ("number", 2)))
            )
            return (
                head,
                term(rng, names, depth - 1),
                exponent if rng.random() < 0.6 else term(rng, names, min(1, depth - 1)),
            )
    return head, term(rng, names, depth - 1), term(rng, names, depth - 1)


def relation(rng: Random, names: list[str], depth: int) -> Tree:
    """A random relation, with a name on its left side more often than not."""
    if rng.random() < 0.1:
        signs = tuple(rng.choice(RELATIONS) for _ in range(2))
        return "chain", tuple(term(rng, names, min(depth, 1)) for _ in range(3)), signs
    return rng.choice((*RELATIONS, "=", "=")), term(rng, names, depth), term(rng, names, rng.randrange(depth + 1))


def statement(rng: Random, names: list[str], depth: int) -> Tree:
    """A random statement."""
    if depth == 0 or rng.random() < 0.4:
        return relation(rng, names, rng.choice((1, 2, 2, 3)))
    head = rng.choice(("not", "and", "or", "iff", "if"))
    parts = 1 if head == "not" else 2
    return head, *(statement(rng, names, depth - 1) for _ in range(parts))


def text_of(tree: Tree) -> str:
    """A tree as a terse clause, every part in parentheses."""
    head, *rest = tree
    match head:
        case "name" | "number":
            return str(rest[0])
        case "neg":
            return f"(-{text_of(rest[0])})"
        case "spelt":
            return f"number({', '.join(map(text_of, rest))})"
        case "count":
            return f"count({', '.join(map(text_of, rest))})"
        case "abs" | "min" | "max" | "sum" | "product":
            return f"{head}({', '.join(map(text_of, rest))})"
        case "not":
            return f"not ({text_of(rest[0])})"
        case "if":
            return f"if ({text_of(rest[0])}) then ({text_of(rest[1])})"
        case "and" | "or" | "iff":
            return f" {head} ".join(f"({text_of(one)})" for one in rest)
        case "chain":
            terms, signs = rest
            return "".join(f"{text_of(one)} {sign} " for one, sign in zip(terms, (*signs, ""), strict=True)).strip()
    sign = "%" if head == "mod" else head
    written = f"{text_of(rest[0])} {sign} {text_of(rest[1])}"
    return written if head in RELATIONS else f"({written})"


# One riddle ------------------------------------------------------------------------------


def program_solutions(program: Any, names: list[str]) -> set[tuple[int, ...]]:
    """The digits for which every factor of a compiled program holds."""
    import numpy as np

    from oedipus.compiler.program import Tensor

    places = {readout.variable: place for place, readout in enumerate(program.readouts)}
    found = set()
    for digits in itertools.product(range(10), repeat=len(names)):
        classes = {places[name]: digit for name, digit in zip(names, digits, strict=True) if name in places}
        holds = True
        for factor in program.factors:
            at = tuple(classes[place] for place in factor.readouts)
            if isinstance(factor.body, Tensor):
                holds &= bool(np.asarray(factor.body.values)[at])
            else:
                state = 0
                for layer, one in zip(factor.body.layers, at, strict=True):
                    state = int(layer[state][one])
                holds &= state == 1
        if holds:
            found.add(digits)
    return found


def attempt(text: str, clauses: list[Tree], names: list[str], cards: Mapping[str, Any]) -> str:
    """How the riddle fared: "", "refused …", or "wrong …"."""
    from oedipus.compiler.frontend import check_text
    from oedipus.compiler.pipeline import compile_riddle
    from oedipus.compiler.verdict.decide import verdict
    from oedipus.dsl.diagnostics import RiddleError

    try:
        riddle = check_text(text, cards)
        program = compile_riddle(riddle, cards)
    except RiddleError as error:
        return f"refused {error.diagnostics[0].code}"
    expected = set()
    try:
        for digits in itertools.product(range(10), repeat=len(names)):
            at = dict(zip(names, digits, strict=True))
            if all(truth(one, at) for one in clauses):
                expected.add(digits)
    except TooLargeError:
        return "refused by the evaluator"
    if program_solutions(program, names) != expected:
        return "wrong factors"
    kind = "unsatisfiable" if not expected else "unique" if len(expected) == 1 else "multiple"
    for engine, limit in (("diagrams", 10 ** len(names)), ("solver", LISTED)):
        found = verdict(riddle, cards, limit=limit, seconds=20, by=engine)  # type: ignore[arg-type]
        if found.kind == "unknown":
            continue
        listed = {tuple(one[name] for name in names) for one in found.solutions}
        whole = listed == expected if limit >= len(expected) and not found.reason else listed <= expected
        if found.kind != kind or not whole or found.count not in (None, len(expected)):
            return f"wrong verdict by {engine}"
    return ""


def riddles(seed: int) -> Iterator[tuple[str, list[Tree], list[str]]]:
    """Texts with their trees and names, without end."""
    rng = Random(seed)
    while True:
        names = ["a", "b", "c"][: rng.choice((2, 2, 3))]
        clauses = [statement(rng, names, rng.choice((0, 1, 2))) for _ in range(rng.choice((1, 2, 2, 3)))]
        yield "\n".join([f"digits {', '.join(names)}", *map(text_of, clauses)]), clauses, names


def run(seed: int, quick: bool) -> list[Row]:
    """One row: riddles that were accepted, and those that differ."""
    from oedipus.networks.cards import read_cards

    began, cards = time.perf_counter(), read_cards()
    tried = failed = refused = 0
    wrong: list[str] = []
    for text, clauses, names in riddles(seed):
        try:
            outcome = attempt(text, clauses, names, cards)
        except Exception as error:  # a traceback is a failure like any other
            outcome = f"wrong: {type(error).__name__}: {error}"
        if outcome.startswith("refused"):
            refused += 1
            continue
        tried += 1
        if outcome:
            failed += 1
            wrong.append(outcome)
            print(f"--- {outcome}\n{text}", file=sys.stderr, flush=True)
        if tried >= (QUICK if quick else RIDDLES):
            break
    note = "; ".join(dict.fromkeys(wrong)) or f"all solutions equal; {refused} more were refused with a diagnostic"
    return [Row("terse riddles, by an independent evaluator", tried, failed, note, time.perf_counter() - began)]
