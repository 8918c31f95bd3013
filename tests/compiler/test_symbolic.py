import numpy as np
from hypothesis import given, settings

from oedipus.compiler import checked as c
from oedipus.compiler.logic.symbolic import Parts, Symbolic, supported
from oedipus.compiler.verdict.decide import verdict
from oedipus.networks.cards import read_cards
from oedipus.testing import riddles, solutions

from .conftest import digits

CARDS = read_cards()


@settings(deadline=None, max_examples=30)
@given(riddles(CARDS, digits=2, clauses=3))
def test_verdict_count_and_brute_force_agree(riddle: c.Riddle) -> None:
    bodies = [clause.body for clause in riddle.clauses]
    expected = solutions(riddle, CARDS)
    symbolic = Symbolic(riddle, CARDS)
    assert symbolic.count(bodies) == len(expected)  # type: ignore[arg-type]
    possible = symbolic.possible(bodies)  # type: ignore[arg-type]
    assert {name: set(values) for name, values in possible.items()} == {
        variable.name: {one[variable.name] for one in expected} for variable in riddle.variables
    }
    found = verdict(riddle, CARDS, limit=2)
    if found.kind == "multiple":
        assert found.count == len(expected)
        assert all(dict(one) in expected for one in found.solutions)
        assert {name: set(values) for name, values in found.free.items()} == {
            name: set(values) for name, values in possible.items() if len(values) > 1
        }


def test_digits_that_no_clause_mentions_are_free() -> None:
    riddle = c.Riddle(digits(*"abcdefghij"), (c.Clause("I", c.Compare("=", c.Value("a"), c.Value("b"))),))
    found = verdict(riddle, CARDS, limit=3)
    assert (found.kind, found.count, len(found.solutions)) == ("multiple", 10**9, 3)
    assert found.free["j"] == tuple(range(10))


def test_unknown_truth_is_not_counted() -> None:
    blind = {name: card for name, card in CARDS.items() if name != "odd"}
    riddle = c.Riddle(digits("a"), (c.Clause("I", c.Seen("a", "odd", 1)),))
    symbolic = Symbolic(riddle, blind)
    assert symbolic.count([c.Seen("a", "odd", 1)]) is None
    assert symbolic.possible([c.Seen("a", "odd", 1)]) == {}


def test_supported_classes() -> None:
    riddle = c.Riddle(digits("a", "b"), ())
    parts = Parts(Symbolic(riddle, CARDS), [c.Compare("<", c.Value("a"), c.Value("b"))])
    whole = parts.together([0])
    assert whole is not None
    allowed = [np.arange(10) > 4, np.arange(10) < 7]
    by_name = dict(
        zip(parts.names, supported(whole.layers, [allowed["ab".index(name)] for name in parts.names]), strict=True)
    )
    assert np.flatnonzero(by_name["a"]).tolist() == [5]
    assert np.flatnonzero(by_name["b"]).tolist() == [6]
