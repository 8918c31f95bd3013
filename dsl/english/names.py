"""Names, ordinals and places of a sentence: what the declared things are called, and which digit a place means."""

from collections.abc import Mapping

from oedipus.dsl import syntax as s
from oedipus.dsl.core import PLACES
from oedipus.dsl.declared import Declared, Whole, pick_at
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.printer import PLAIN
from oedipus.dsl.spans import Span


def names_of(declared: Declared) -> Mapping[str, tuple[str, s.Expression]]:
    """For each declared name, in lower case, its class in the phrasebook and what it means."""
    found: dict[str, tuple[str, s.Expression]] = {}
    for key, variable in declared.variables.items():
        found[key] = ("NAME" if variable.kind in declared.valued else "PICTURE", s.Name(key))
    found |= {key: ("LET", s.Name(key)) for key in declared.lets}
    found |= {key: ("DATA", s.Name(key)) for key in declared.data}
    found |= {whole.name.lower(): ("NAMED", s.Name(whole.name.lower())) for whole in declared.wholes if whole.name}
    return found


def ordinals(declared: Declared) -> Mapping[int, str]:
    """The places, from 1, of digits that are called first, second and so on."""
    if len(declared.wholes) > 1:
        return {}
    digits = declared.wholes[0].digits if declared.wholes else declared.digits
    return {at: plain for at, (name, plain) in enumerate(zip(digits, PLAIN, strict=False), 1) if name.lower() == plain}


def placed(node: s.Expression, declared: Declared) -> s.Expression:
    """``node`` with each place of a declared number as the name of its digit. Raises :class:`Mistake`."""
    node = s.rebuilt(node, lambda one: placed(one, declared))
    match node:
        case s.Call("at" | "bare", (place,), span):
            return _of_all(place, declared, span)
        case s.Call("digits", (s.Name("number"),), span) if len(declared.wholes) == 1:
            own = len(declared.wholes[0].digits) == len(declared.digits)
            return s.Name("digits", span) if own else node
        case s.Call("digit", (s.Name() as owner, place), span):
            whole = _whole(owner, declared)
            if whole is not None:
                return s.Name(_digit(whole, place, span).lower(), span)
            if owner.name == "digits":
                return _of_all(place, declared, span)
    return node


def _whole(owner: s.Name, declared: Declared) -> Whole | None:
    """The number that a name means, if it is one."""
    if owner.name in ("number", "code") and len(declared.wholes) == 1:
        return declared.wholes[0]
    return next((one for one in declared.wholes if one.name and one.name.lower() == owner.name), None)


def _of_all(place: s.Expression, declared: Declared, span: Span) -> s.Expression:
    """The digit at a place of the only number, or of all that is declared."""
    if len(declared.wholes) == 1:
        return s.Name(_digit(declared.wholes[0], place, span).lower(), span)
    if isinstance(place, s.Call) and not declared.wholes:
        help_ = "write 'There is a three-digit number.' first"
        raise Mistake("E306", span, "no number is declared that has such a place", help_)
    if len(declared.wholes) > 1:
        names = [one.name for one in declared.wholes]
        if not isinstance(place, s.Call) and all(names):
            return s.Name(names[pick_at(_index(place), len(names), span, names)].lower(), span)
        raise Mistake("E306", span, "this could belong to several numbers", f"say which: {', '.join(names)}")
    names = declared.digits or [one.name for one in declared.variables.values()]
    return s.Name(names[pick_at(_index(place), len(names), span, names)].lower(), span)


def _digit(whole: Whole, place: s.Expression, span: Span) -> str:
    match place:
        case s.Call("power", (s.Number(value),)):
            power = int(value)
            if power in whole.powers:
                return whole.digits[whole.powers.index(power)]
            there = ", ".join(PLACES[one] for one in whole.powers)
            raise Mistake("E305", span, f"the number has no {PLACES[power]} digit", f"its places are {there}")
    return whole.digits[pick_at(_index(place), len(whole.digits), span, whole.digits)]


def _index(place: s.Expression) -> int:
    match place:
        case s.Number(value):
            return int(value)
        case s.Operation("neg", (s.Number(value),)):
            return -int(value)
    raise Mistake("E402", place.span, "a plain whole number is needed here")


def tidied(node: s.Expression) -> s.Expression:
    """The same meaning in fewer words: counts of all or none as ``all`` and ``some``."""
    node = s.rebuilt(node, tidied)
    match node:
        case s.Chain((s.Call("count", (s.Each(_, _, group, None),) as counted), s.Call("size", (same,))), ("=",), span):
            return s.Call("all", counted, span) if group == same else node
        case s.Chain((s.Call("count", counted), s.Number(0)), ("=",), span):
            return s.Junction("not", (s.Call("some", counted, span),), span)
        case s.Chain((s.Call("count", counted), s.Number(1)), (">=",), span):
            return s.Call("some", counted, span)
        case s.Call("join", (s.Name() as one,)):
            return one
        case s.Junction("not", (s.Junction("not", (inner,)),)):
            return inner
        case s.Junction("not", (s.Chain((left, right), ("=",), inner),)):
            return s.Chain((left, right), ("!=",), inner) if _total(left) and _total(right) else node
    return node


def _total(node: s.Expression) -> bool:
    """Whether a number has a value whatever the digits are, so that not equal is different."""
    match node:
        case s.Operation("+" | "-" | "*" | "neg", operands):
            return all(map(_total, operands))
        case s.Name() | s.Number() | s.Text() | s.Bound():
            return True
        case s.Call("sum" | "product", arguments):
            return all(_total(one) for one in arguments)
    return False
