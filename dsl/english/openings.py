"""What a sentence declares, asks or sets, beside what it states: meanings that are clauses of the core language."""

from dataclasses import replace

from oedipus.dsl import syntax as s
from oedipus.dsl.core import PLACES
from oedipus.dsl.diagnostics import Mistake


def bodies(meaning: s.Expression) -> tuple[s.Body, ...]:
    """The clauses that the meaning of a sentence is. Raises :class:`Mistake`."""
    match meaning:
        case s.Call("both", parts):
            return _merged([body for part in parts for body in bodies(part)])
        case (
            s.Call("declare", _) | s.Call("declare_number", _) | s.Call("declare_code", _) | s.Call("declare_places", _)
        ):
            return (_declaration(meaning),)
        case s.Call("named", (inner, s.Name() as name)):
            return tuple(
                replace(one, names=(name,)) if isinstance(one, s.DeclareNumber) else one for one in bodies(inner)
            )
        case s.Call("ask", arguments, span):
            return (s.Setting("find", arguments, span=span),)
        case s.Call("count_solutions", _, span):
            return (s.Setting("how many", span=span),)
        case s.Call("no_leading_zeros", _, span):
            return (s.Setting("no leading", span=span),)
        case s.Call("leading_zeros", _, span):
            return (s.Setting("leading", span=span),)
        case s.Name("true"):
            return ()
    if isinstance(meaning, s.Junction) and meaning.connective == "and":
        parts = tuple(one for one in meaning.parts if one != s.Name("true"))
        if not parts:
            return ()
        meaning = parts[0] if len(parts) == 1 else replace(meaning, parts=parts)
    return (s.Statement(meaning, span=meaning.span),)


def _merged(found: list[s.Body]) -> tuple[s.Body, ...]:
    """The clauses with all that is stated in one, behind what is declared; what is optimal stays apart."""
    stated = [one for one in found if isinstance(one, s.Statement) and not optimal(one.formula)]
    if len(stated) < 2:
        return tuple(found)
    parts = [
        part
        for one in stated
        for part in (
            one.formula.parts
            if isinstance(one.formula, s.Junction) and one.formula.connective == "and"
            else (one.formula,)
        )
    ]
    joined = s.Statement(s.Junction("and", tuple(parts), stated[0].span), span=stated[0].span)
    at = found.index(stated[0])
    return (*(one for one in found[:at]), joined, *(one for one in found[at:] if one not in stated))


def optimal(node: s.Expression) -> bool:
    """Whether what is stated is that something is as small or as large as can be."""
    return isinstance(node, s.Call) and node.function in ("least", "greatest")


def _declaration(node: s.Call) -> s.Declare | s.DeclareNumber:
    span = node.span
    names = tuple(one for part in node.arguments for one in _names(part))
    counts = [int(one.value) for one in node.arguments if isinstance(one, s.Number)]
    match node.function:
        case "declare":
            kind = node.arguments[0]
            assert isinstance(kind, s.Name)
            return s.Declare(
                kind.name, tuple(one for one in names if one is not kind), counts[0] if counts else None, span=span
            )
        case "declare_places":
            listed = [
                one for part in node.arguments for one in (part.items if isinstance(part, s.Listing) else (part,))
            ]
            powers = [_power(one) for one in listed if isinstance(one, s.Call)]
            return s.DeclareNumber(tuple(sorted(powers, reverse=True)), span=span)
    if not 1 <= counts[0] <= 12:
        raise Mistake("E307", span, "a number has 1 to 12 digits here")
    places = tuple(range(counts[0]))[::-1]
    count = counts[1] if len(counts) > 1 else None
    return s.DeclareNumber(places, node.function == "declare_code", names, count, span=span)


def _names(node: s.Expression) -> tuple[s.Name, ...]:
    match node:
        case s.Name():
            return (node,)
        case s.Listing(items):
            return tuple(one for one in items if isinstance(one, s.Name))
    return ()


def _power(node: s.Call) -> int:
    match node:
        case s.Call("power", (s.Number(value),)) if int(value) in PLACES:
            return int(value)
    raise Mistake("E305", node.span, "this is no place of a number", f"places are {', '.join(PLACES.values())}")
