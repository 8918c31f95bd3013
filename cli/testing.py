"""Hypothesis strategies and a brute-force evaluator, to property-test logic tensors of your own.

>>> from hypothesis import given
>>> from oedipus.testing import brute_force_tensor, formulas
>>> @given(formulas(("a", "b")))
... def test_my_compiler(formula):
...     assert (my_compiler(formula) == brute_force_tensor(formula, ("a", "b"))).all()
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import get_args

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from oedipus.compiler import checked as c
from oedipus.compiler.logic.evaluate import holds
from oedipus.networks.cards import Card, read_cards, truths, value_cards

PROPERTIES = ("odd", "even", "prime", "square", "power of two")
CIRCLES = (1, 0, 0, 0, 0, 0, 1, 0, 2, 1)

Key = tuple[str, str]
"""A readout: (variable, network)."""


# Strategies ---------------------------------------------------------------


def terms(variables: Sequence[str], depth: int = 2) -> st.SearchStrategy[c.Term]:
    """Terms over digit variables: every kind of arithmetic, defined or not."""
    leaves = st.one_of(
        st.sampled_from(variables).map(c.Value),
        st.integers(-12, 30).map(lambda number: c.Constant(Fraction(number))),
        st.sampled_from((Fraction(1, 2), Fraction(1, 10))).map(c.Constant),
    )
    if depth == 0:
        return leaves
    inner = terms(variables, depth - 1)
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        leaves,
        several.map(c.Sum),
        several.map(c.Product),
        st.builds(c.Arithmetic, st.sampled_from(get_args(c.ArithmeticOp)), inner, inner),
        inner.map(c.Absolute),
        st.builds(c.Extreme, st.sampled_from(("min", "max")), several),
        st.builds(c.Lookup, st.just("circles"), inner, st.just(CIRCLES)),
        st.lists(formulas(variables, depth=depth - 1), max_size=3).map(lambda some: c.Count(tuple(some))),
    )


def formulas(
    variables: Sequence[str], networks: Mapping[str, int] | None = None, depth: int = 2
) -> st.SearchStrategy[c.Formula]:
    """Formulas over digit variables; ``networks`` gives the class counts of those that may be asked."""
    inner_terms = terms(variables, min(depth, 2))
    leaves: list[st.SearchStrategy[c.Formula]] = [
        st.builds(c.Compare, st.sampled_from(get_args(c.CompareOp)), inner_terms, inner_terms),
        st.builds(c.Property, st.sampled_from(PROPERTIES), inner_terms),
        st.lists(inner_terms, max_size=4).map(lambda some: c.AllDifferent(tuple(some))),
        st.booleans().map(c.Truth),
    ]
    for network, classes in (networks or {}).items():
        labels = st.integers(0, classes - 1)
        leaves.append(st.builds(c.Seen, st.sampled_from(variables), st.just(network), labels))
    if depth == 0:
        return st.one_of(leaves)
    inner = formulas(variables, networks, depth - 1)
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        *leaves,
        inner.map(c.Not),
        several.map(c.And),
        several.map(c.Or),
        several.map(c.ExactlyOne),
        st.builds(c.Implies, inner, inner),
        st.builds(c.Iff, inner, inner),
    )


@st.composite
def riddles(draw: st.DrawFn, cards: Mapping[str, Card] | None = None, digits: int = 3, clauses: int = 4) -> c.Riddle:
    """Checked riddles of 1 to ``digits`` digits and up to ``clauses`` clauses over the cards' networks."""
    library = read_cards() if cards is None else cards
    names = tuple("abcdefghij"[: draw(st.integers(1, digits))])
    generator = next(card.name for card in library.values() if card.role == "generator" and card.kind == "digit")
    networks = {card.name: len(card.classes) for card in library.values() if reads_digits(card)}
    bodies = draw(st.lists(formulas(names, networks, depth=1), max_size=clauses))
    return c.Riddle(
        tuple(c.Variable(name, "digit", generator) for name in names),
        tuple(c.Clause(f"line {line}", body, line=line) for line, body in enumerate(bodies, 1)),
    )


def reads_digits(card: Card) -> bool:
    """Whether a card is a classifier of digits that clauses may ask and whose truth is declared."""
    return card.role == "classifier" and card.kind == "digit" and card.table is not None


def readouts(classes: Sequence[int]) -> st.SearchStrategy[list[NDArray[np.float64]]]:
    """Class probabilities of several readouts, zeros and near-certainties among them."""
    weights = st.one_of(st.just(0.0), st.floats(1e-6, 1.0), st.just(1e6))
    return st.tuples(
        *(st.lists(weights, min_size=count, max_size=count).filter(any).map(_normalised) for count in classes)
    ).map(list)


def _normalised(weights: list[float]) -> NDArray[np.float64]:
    array = np.array(weights, dtype=np.float64)
    array /= array.sum()
    return array


# The brute-force evaluator ------------------------------------------------


def brute_force_tensor(
    formula: c.Formula, variables: Sequence[str], seen: Sequence[tuple[Key, int]] = ()
) -> NDArray[np.bool_]:
    """The logic tensor of a formula by trying every joint class with the reference semantics.

    One dimension of ten for each of ``variables``, then one for each ``((variable,
    network), classes)`` of ``seen``.
    """
    shape = [10] * len(variables) + [classes for _, classes in seen]
    values = np.zeros(shape, dtype=np.bool_)
    for place in product(*map(range, shape)):
        digits = dict(zip(variables, place, strict=False))
        labels = {key: label for (key, _), label in zip(seen, place[len(variables) :], strict=True)}
        values[place] = holds(formula, digits, labels)
    return values


def brute_force_probability(values: NDArray[np.bool_], probabilities: Sequence[NDArray[np.float64]]) -> float:
    """Σ over satisfying joint classes of the product of the class probabilities (paper, section 5.2)."""
    total = 0.0
    for place in np.argwhere(values):
        total += float(np.prod([one[label] for one, label in zip(probabilities, place, strict=True)]))
    return total


def solutions(riddle: c.Riddle, cards: Mapping[str, Card]) -> list[dict[str, int]]:
    """Every assignment of values that fulfils all logic clauses, networks judged by their cards' tables."""
    readers, tables = value_cards(cards.values()), truths(cards.values())
    shown = {one.name: readers[one.kind].values for one in riddle.variables if one.kind in readers}
    judges = [(one.name, name) for one in riddle.variables for name in tables if cards[name].kind == one.kind]
    bodies = [clause.body for clause in riddle.clauses if not isinstance(clause.body, c.Measurement)]
    found = []
    for place in product(*map(sorted, shown.values())):
        values = dict(zip(shown, place, strict=True))
        seen = {(name, network): tables[network][values[name]] for name, network in judges if name in values}
        if all(holds(body, values, seen) for body in bodies):
            found.append(values)
    return found
