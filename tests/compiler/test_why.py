from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings

from oedipus.compiler import checked as c
from oedipus.compiler.logic.evaluate import holds
from oedipus.compiler.verdict.why import Step, narrate, why
from oedipus.networks.cards import read_cards
from oedipus.testing import riddles, solutions

from .conftest import digits

CARDS = read_cards()
Domains = dict[str, set[int]]


def left_by(riddle: c.Riddle, names: tuple[str, ...], domains: Domains) -> Domains:
    """By brute force: the values in assignments of allowed values that fulfil the named clauses."""
    bodies = [clause.body for clause in riddle.clauses if clause.name in names]
    found: Domains = {name: set() for name in domains}
    everything = c.Riddle(riddle.variables, ())
    for assignment in solutions(everything, CARDS):
        seen = {
            (name, card.name): card.table[value]
            for card in CARDS.values()
            if card.table
            for name, value in assignment.items()
        }
        allowed = all(value in domains[name] for name, value in assignment.items())
        if allowed and all(holds(body, assignment, seen) for body in bodies):  # type: ignore[arg-type]
            for name, value in assignment.items():
                found[name].add(value)
    return found


@settings(deadline=None, max_examples=25)
@given(riddles(CARDS, digits=2, clauses=3))
def test_every_step_is_sound_and_smallest(riddle: c.Riddle) -> None:
    explanation = why(riddle, CARDS)
    assert explanation.complete
    domains: Domains = {variable.name: set(range(10)) for variable in riddle.variables}
    names = [clause.name for clause in riddle.clauses]
    for step in explanation.steps:
        after = left_by(riddle, step.clauses, domains)
        for name, values in step.removed.items():
            assert set(values) == domains[name] - after[name]
            assert set(step.left[name]) == after[name]
        assert step.removed
        for smaller in combinations(names, len(step.clauses) - 1):
            assert left_by(riddle, smaller, domains) == domains
        domains = after
    expected = solutions(riddle, CARDS)
    assert explanation.contradiction == (not expected)
    if expected:
        for name, values in explanation.left.items():
            assert set(values) == {one[name] for one in expected}


def test_the_riddle_of_the_paper(three_numbers: c.Riddle) -> None:
    explanation = why(three_numbers, CARDS)
    assert explanation.steps[0] == Step(("I",), {"first": (0, 2, 4, 6, 8)}, {"first": (1, 3, 5, 7, 9)})
    assert all(len(step.clauses) == 1 for step in explanation.steps)
    story = narrate(explanation, {"I": "The first number is odd"})
    assert story.startswith(
        "1. By I (The first number is odd), first is 1, 3, 5, 7 or 9.\n2. By II, first is not 9 and"
    )
    assert story.endswith("So first = 1, second = 3, third = 4.\n")


def test_a_contradiction_is_told(three_numbers: c.Riddle) -> None:
    clause = c.Clause("VI", c.Compare(">", c.Value("first"), c.Constant(Fraction(5))))
    explanation = why(c.Riddle(three_numbers.variables, (*three_numbers.clauses, clause)), CARDS)
    assert explanation.contradiction
    assert narrate(explanation).endswith("contradict each other.\n")


def test_out_of_steps_the_last_one_takes_all_clauses() -> None:
    """A product of long numbers is too large for the diagrams of single steps."""
    names = "abcdefghij"
    word = lambda letters: c.Sum(  # noqa: E731
        tuple(c.Product((c.Constant(Fraction(10**k)), c.Value(letter))) for k, letter in enumerate(reversed(letters)))
    )
    bodies = (
        c.Compare("=", c.Product((word("abc"), word("de"))), word("fghij")),
        c.AllDifferent(tuple(map(c.Value, names))),
        c.Compare("=", word("abc"), c.Constant(Fraction(396))),
    )
    clauses = tuple(c.Clause(f"line {line}", body) for line, body in enumerate(bodies, 1))
    explanation = why(c.Riddle(digits(*names), clauses), CARDS)
    assert not explanation.complete
    assert explanation.steps[-1].clauses == ("line 1", "line 2", "line 3")
    assert "".join(str(values[0]) for values in explanation.left.values()) == "3964517820"


def test_no_time_is_said() -> None:
    clause = c.Clause("I", c.Compare("=", c.Value("a"), c.Value("b")))
    explanation = why(c.Riddle(digits("a", "b"), (clause,)), CARDS, seconds=0)
    assert not explanation.complete
    assert "a and b can still have several values" in narrate(explanation)


def test_riddles_without_digits() -> None:
    assert why(c.Riddle((), ()), CARDS).steps == ()
