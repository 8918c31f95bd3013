from collections.abc import Mapping
from fractions import Fraction

import pytest

from oedipus.compiler import checked as c
from oedipus.networks.cards import Card, read_cards


@pytest.fixture(scope="session")
def cards() -> Mapping[str, Card]:
    return read_cards()


def digits(*names: str) -> tuple[c.Variable, ...]:
    return tuple(c.Variable(name, "digit", "digit") for name in names)


@pytest.fixture(scope="session")
def three_numbers() -> c.Riddle:
    """Table 1 of the paper."""
    first, second, third = map(c.Value, ("first", "second", "third"))
    bodies = {
        "I": c.Seen("first", "odd", 1),
        "II": c.Compare("=", second, c.Sum((first, c.Constant(Fraction(2))))),
        "III": c.Compare("=", c.Sum((first, second)), third),
        "IV": c.Compare("!=", third, c.Constant(Fraction(7))),
        "V": c.Not(c.Seen("third", "circle", 1)),
    }
    clauses = tuple(c.Clause(name, body, line=line) for line, (name, body) in enumerate(bodies.items(), 1))
    return c.Riddle(digits("first", "second", "third"), clauses)
