"""The smallest or largest value of a term that a riddle's other clauses allow.

``the smallest number such that …`` speaks of all readings of the digits at once,
which no clause about one reading can; what it comes to is found beforehand.
"""

from collections.abc import Mapping

from oedipus.compiler.axes import Readers
from oedipus.compiler.checked import Measurement, Riddle, Term
from oedipus.networks.cards import Card

LARGEST = 10**12
SECONDS = 10.0


def optimum(riddle: Riddle, term: Term, which: str, cards: Mapping[str, Card]) -> int | None:
    """The smallest (``which`` is ``least``) or largest value of ``term``; None where no reading fulfils the clauses.

    Raises :class:`TimeoutError` where ten seconds do not suffice or the solver cannot be told a clause.
    """
    import cpmpy as cp

    from oedipus.compiler.constraints import Constraints, Untranslatable

    constraints = Constraints(riddle, Readers.of(riddle, cards))
    model = cp.Model()
    try:
        for clause in riddle.clauses:
            if not isinstance(clause.body, Measurement):
                model += constraints.formula(clause.body)
        ratio = constraints.term(term)
    except Untranslatable as error:
        raise TimeoutError from error
    value = cp.intvar(-LARGEST, LARGEST, name="optimum")
    model += value * ratio.bottom == ratio.top
    model += list(ratio.conditions)
    for digit in constraints.digits.values():
        model += digit >= digit.lb
    model += constraints.definitions
    if which == "least":
        model.minimize(value)
    else:
        model.maximize(value)
    solver = cp.SolverLookup.get("ortools", model)
    found = solver.solve(time_limit=SECONDS, num_search_workers=1)
    if found and solver.status().exitstatus.name != "OPTIMAL":
        raise TimeoutError
    return int(value.value()) if found else None
