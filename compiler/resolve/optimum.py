"""The smallest or largest value of a term that a riddle's other clauses allow.

``the smallest number such that …`` speaks of all readings of the digits at once,
which no clause about one reading can; what it comes to is found beforehand.
"""

from collections.abc import Mapping
from fractions import Fraction

from oedipus.compiler.checked import Measurement, Riddle, Term
from oedipus.compiler.logic.axes import Readers
from oedipus.networks.cards import Card

SECONDS = 10.0


def optimum(riddle: Riddle, term: Term, which: str, cards: Mapping[str, Card]) -> Fraction | None:
    """The smallest (``which`` is ``least``) or largest value of ``term``; None where no reading fulfils the clauses.

    Raises :class:`TimeoutError` where ten seconds do not suffice or the solver cannot be told a clause.
    """
    import cpmpy as cp

    from oedipus.compiler.logic.constraints import Constraints, Untranslatable, bounds_of

    constraints = Constraints(riddle, Readers.of(riddle, cards))
    model = cp.Model()
    try:
        for clause in riddle.clauses:
            if not isinstance(clause.body, Measurement):
                model += constraints.formula(clause.body)
        ratio = constraints.term(term)
    except Untranslatable as error:
        raise TimeoutError from error
    if not isinstance(ratio.bottom, int):
        raise TimeoutError
    value = cp.intvar(*bounds_of(ratio.top), name="optimum")
    model += value == ratio.top
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
    if solver.status().exitstatus.name not in ("OPTIMAL", "UNSATISFIABLE"):
        raise TimeoutError
    return Fraction(int(value.value()), ratio.bottom) if found else None
