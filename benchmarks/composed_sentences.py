"""Families of composed sentences, each drawn with its truth.

A family is a function of a speaker that gives a claim, or None where its setting
has no such sentence. Where English itself could mean two things (*a is odd and b
is even or c is 3* without a comma) nothing is drawn.
"""

from collections.abc import Callable
from random import Random

from composed_clauses import joined, pairs, predicates, simple, subjects
from composed_conditions import comma_before_computed, conditionals, ellipsis, gapping, unless
from composed_groups import counts, counts_of_all, groups, others
from composed_looking_back import comparisons, computed_digits, pronouns
from composed_openings import adjectives, emphatic, openings, reflexives, standing
from composed_speaker import Speaker
from composed_stacked import complements, conditions_of_groups
from composed_words import WORLDS, Claim, World

Family = Callable[[Speaker], Claim | None]
FAMILIES: tuple[Family, ...] = (
    simple, predicates, joined, subjects, pairs, conditionals, unless, comma_before_computed, ellipsis, gapping,
    counts, counts_of_all, groups, others, pronouns, computed_digits, comparisons,
    conditions_of_groups, complements,
    openings, adjectives, reflexives, standing, emphatic,
)  # fmt: skip


def draw(rng: Random, family: Family | None = None) -> tuple[World, Claim]:
    """A sentence, and the setting it stands in; one that neither always nor never holds."""
    while True:
        made = family or rng.choice(FAMILIES)
        world = rng.choice(WORLDS)
        found = made(Speaker(world, rng))
        world = (found and found.world) or world
        if found is None or found.truth.all() or not found.truth.any():
            continue
        named = len(found.text.split()[0].rstrip(",")) == 1
        text = found.text if named else found.text[0].upper() + found.text[1:]
        return world, Claim(f"{text}.", found.truth, made.__name__)
