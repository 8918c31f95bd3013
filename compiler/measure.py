"""Measurements: ``age(portrait) = 33 ± 1`` to a Gaussian likelihood."""

from fractions import Fraction
from typing import TypeAlias

from oedipus.compiler.checked import Measurement
from oedipus.compiler.resolve_terms import Terms
from oedipus.compiler.scope import Scope
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake

OPERATORS = frozenset(["gray", "grey", "coarsen", "mask", "blur", "downsample", "crop"])
SIDES = frozenset(["left", "right", "top", "bottom", "upper", "lower"])
Argument: TypeAlias = int | float | str
Operators: TypeAlias = tuple[tuple[str, tuple[Argument, ...]], ...]


def measurement(node: s.Expression, scope: Scope, terms: Terms) -> Measurement | None:
    """The measurement that a clause states, None where it states none."""
    if not (isinstance(node, s.Claim) and isinstance(node.predicate, s.Within) and node.subject is not None):
        _refuse_plain(node, scope)
        return None
    within = node.predicate
    variable, operators = _operators(node.subject, scope, terms)
    if within.unit is not None:
        operators = (*operators, (within.unit, ()))
    data, sigma = _data(within.data, scope), _number(within.sigma)
    if sigma <= 0:
        raise Mistake("E601", within.sigma.span, "± is one standard deviation, a positive number")
    if not operators and not isinstance(data, str):
        raise Mistake("E601", node.subject.span, "a picture is measured through a function, such as age(x)")
    _check_functions(operators, variable, scope, node.subject)
    return Measurement(variable, operators, data, float(sigma))


def _refuse_plain(node: s.Expression, scope: Scope) -> None:
    """A function of a picture without ± is no statement about whole numbers."""
    if isinstance(node, s.Chain) and any(
        isinstance(term, s.Call) and (term.function in scope.words.functions or term.function in OPERATORS)
        for term in node.terms
    ):
        raise Mistake("E601", node.span, "a measurement needs its standard deviation", "write '= 33 ± 1'")


def _operators(node: s.Expression, scope: Scope, terms: Terms) -> tuple[str, Operators]:
    if isinstance(node, s.Call):
        if not node.arguments:
            raise Mistake("E410", node.span, f"{node.function} takes a picture")
        variable, inner = _operators(node.arguments[0], scope, terms)
        own = (node.function, tuple(_argument(one) for one in node.arguments[1:]))
        return variable, (*inner, own)
    found = scope.variable(node)
    if found is None:
        raise Mistake("E601", node.span, "a measurement is of a picture", "write age(portrait) = 33 ± 1")
    return found.name, ()


def _argument(node: s.Expression) -> Argument:
    match node:
        case s.Number(value):
            return int(value) if value.denominator == 1 else float(value)
        case s.Name(name):
            return name
        case s.Text(text):
            return text
    raise Mistake("E601", node.span, "only plain numbers and words can stand here")


def _data(node: s.Expression, scope: Scope) -> float | str:
    if isinstance(node, s.Name) and node.name in scope.data:
        return scope.data[node.name]
    if isinstance(node, s.Text):
        return node.text
    return float(_number(node))


def _number(node: s.Expression) -> Fraction:
    if not isinstance(node, s.Number):
        raise Mistake("E601", node.span, "a plain number is needed here")
    return node.value


def _check_functions(operators: Operators, variable: str, scope: Scope, node: s.Expression) -> None:
    kind = scope.variables[variable.lower()].kind
    for name, _ in operators:
        if name not in OPERATORS and kind not in scope.words.functions.get(name, {}):
            raise Mistake("E411", node.span, f"no network measures the {name} of a {kind}")
