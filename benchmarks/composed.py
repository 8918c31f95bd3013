"""Composed English: sentences put together from templates, each with its truth, against what the reader makes of them.

    python benchmarks/composed.py --count 5000 --seed 0
    python benchmarks/composed.py --show misread
    python benchmarks/composed.py --triples 1000

The truth of a sentence is a column over all readings of its setting's digits,
made where its words are made; neither the grammar nor the lexicon of the reader
has a part in it. Sentence number i of a seed is the same on every machine.
``--triples`` says one thing in three wordings, which must have the same solutions.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random

import numpy as np
from composed_sentences import FAMILIES, draw
from composed_triples import PARAPHRASES, triple
from composed_truth import Columns, Truths
from composed_words import World

from oedipus.compiler import checked as c
from oedipus.compiler.frontend import understand
from oedipus.compiler.logic.evaluate import holds
from oedipus.dsl.diagnostics import RiddleError
from oedipus.dsl.printer import core_text
from oedipus.networks.cards import Card, read_cards

KINDS = ("right", "refused", "ambiguous", "misread", "failed")
CHECKED = 3
"""Readings in which the reference semantics is asked about a sentence held to be misread."""


@cache
def cards() -> Mapping[str, Card]:
    return read_cards()


@lru_cache(maxsize=20)
def columns_of(variables: tuple[str, ...]) -> Columns:
    every = np.indices((10,) * len(variables)).reshape(len(variables), -1).astype(np.int64)
    return Columns(dict(zip(variables, every, strict=True)), cards())


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a text: its kind, its core text or diagnostics, where it holds."""

    kind: str
    told: str
    truth: Truths | None = None
    bodies: tuple[c.Formula, ...] = ()


def read(world: World, sentence: str) -> Reading:
    """What the reader makes of a sentence in its setting."""
    try:
        found = understand(f"{world.setting}\n{sentence}", cards())
    except RiddleError as error:
        return Reading("refused", str(error))
    except Exception as error:
        return Reading("failed", f"{type(error).__name__}: {error}")
    errors = [one for one in found.diagnostics if one.severity == "error"]
    core = "; ".join(core_text(body) for clause in found.clauses[1:] for body in clause.bodies)
    if errors:
        kind = "ambiguous" if any(one.code == "E203" for one in errors) else "refused"
        return Reading(kind, "; ".join(f"{one.code} {one.message} {one.help}".strip() for one in errors))
    bodies = tuple(one.body for one in found.riddle.clauses if not isinstance(one.body, c.Measurement))
    try:
        truth = columns_of(world.variables).holds(c.And(bodies))
    except KeyError as missing:
        return Reading("misread", f"{core} (another variable: {missing})")
    return Reading("read", core, truth, bodies)


def judge(world: World, sentence: str, right: Truths) -> Reading:
    """Whether the reader's truth is that of the sentence, which is told over the readings without leading zeros."""
    found = read(world, sentence)
    if found.truth is None:
        return found
    wanted = np.zeros(len(world.every[0]), dtype=bool)
    kept = np.all([world.every[place] != 0 for place in world.leading], axis=0) if world.leading else ~wanted
    wanted[kept] = right
    wrong = np.flatnonzero(wanted != found.truth)
    if not len(wrong):
        return Reading("right", found.told)
    some = wrong[:: max(1, len(wrong) // CHECKED)][:CHECKED]
    shown = []
    for row in some:
        digits = {name: int(column[row]) for name, column in zip(world.variables, world.every, strict=True)}
        assert _reference(found.bodies, digits) == found.truth[row], (sentence, digits)
        shown.append(f"{''.join(map(str, digits.values()))} should {'hold' if wanted[row] else 'not hold'}")
    return Reading("misread", f"{found.told}   [{len(wrong)} readings differ: {', '.join(shown)}]")


def _reference(bodies: tuple[c.Formula, ...], digits: Mapping[str, int]) -> bool:
    tables = {name: card.table for name, card in cards().items() if card.table is not None}
    seen = {(name, network): table[digit] for name, digit in digits.items() for network, table in tables.items()}
    return all(holds(one, digits, seen) for one in bodies)


def sentences(count: int, seed: int, only: str | None) -> Iterator[tuple[str, World, str, Reading]]:
    """Family, setting, sentence and its fate, one after the other."""
    chosen = [one for one in FAMILIES if only is None or one.__name__ == only]
    for number in range(count):
        rng = Random(f"{seed}/{number}")
        world, claim = draw(rng, rng.choice(chosen))
        yield claim.family, world, claim.text, judge(world, claim.text, claim.truth)


def show_table(tally: Mapping[str, Counter[str]], kinds: tuple[str, ...]) -> None:
    """Counts by family as Markdown."""
    print(f"| family | sentences | {' | '.join(kinds)} |")
    print("|---" * (len(kinds) + 2) + "|")
    total: Counter[str] = Counter()
    for family, counted in tally.items():
        total += counted
        print(f"| {family} | {counted.total()} | {' | '.join(str(counted[kind]) for kind in kinds)} |")
    print(f"| all | {total.total()} | {' | '.join(str(total[kind]) for kind in kinds)} |")


def run_sentences(count: int, seed: int, shown: str | None, only: str | None) -> None:
    tally = {one.__name__: Counter[str]() for one in FAMILIES if only in (None, one.__name__)}
    for family, world, text, found in sentences(count, seed, only):
        tally[family][found.kind] += 1
        if shown in (found.kind, "all") and found.kind != "right":
            print(f"{found.kind}\t{family}\t{world.setting}\t{text}\t{found.told}")
    show_table(tally, KINDS)


def triples(count: int, seed: int) -> Iterator[tuple[str, str, World, list[str], list[Reading]]]:
    """Paraphrase, whether its three wordings are the same, refused in one of them or different, and what was read."""
    for number in range(count):
        rng = Random(f"{seed}/{number}")
        name = list(PARAPHRASES)[number % len(PARAPHRASES)]
        world, wordings = triple(rng, name)
        found = [read(world, one) for one in wordings]
        truths = [one.truth for one in found if one.truth is not None]
        if any(not np.array_equal(one, truths[0]) for one in truths):
            kind = "different"
        else:
            kind = "same" if len(truths) == len(wordings) else "refused"
        yield name, kind, world, wordings, found


def run_triples(count: int, seed: int, shown: str | None) -> None:
    tally = {name: Counter[str]() for name in PARAPHRASES}
    for name, kind, world, wordings, found in triples(count, seed):
        tally[name][kind] += 1
        if kind == shown:
            for text, one in zip(wordings, found, strict=True):
                print(f"{name}\t{world.setting}\t{text}\t{one.told}")
    show_table(tally, ("same", "refused", "different"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--family", choices=[one.__name__ for one in FAMILIES])
    parser.add_argument("--show", choices=(*KINDS, "different", "all"))
    parser.add_argument("--triples", type=int, metavar="COUNT")
    asked = parser.parse_args()
    begun = time.perf_counter()
    if asked.triples is not None:
        run_triples(asked.triples, asked.seed, asked.show)
    else:
        run_sentences(asked.count, asked.seed, asked.show, asked.family)
    print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
