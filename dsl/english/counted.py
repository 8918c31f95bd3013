"""How many a sentence says there are, beside what it says of them: *all three digits*, *both*, *the other two*.

A phrase whose words count what is spoken of means ``counted(group, 3)``, which is the group where it has so many
members and a mistake where it has not: no such word is passed over. ``counted(x, n, 2)`` is x, where n is 2.
"""

from collections.abc import Mapping
from types import MappingProxyType

from oedipus.dsl import syntax as s
from oedipus.dsl.declared import Declared
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.english.templates import Function




def agreed(node: s.Expression, declared: Declared, known: Mapping[int, int] = MappingProxyType({})) -> s.Expression:
    """``node`` with all that is counted in it as what it is; ``known`` are the sizes of the groups that *for* goes
    through, by level. Raises :class:`Mistake` for another number of them."""
    inner = known
    if isinstance(node, s.Each) and (size := _of_each(node.group)) is not None:
        inner = {**known, node.level: size}
    node = s.rebuilt(node, lambda one: agreed(one, declared, inner))
    match node:
        case s.Call("counted", (s.Name("among"), _)):
            return node  # the statements behind the sentence, or before it, are counted when they are known
        case s.Call("counted", (what, *between, wanted), span):
            said, there = size_of(wanted, declared, known), size_of((between or [what])[0], declared, known)
            if there is None:
                help_ = "say it without the number of them"
                raise Mistake("E308", span, f"{said} are spoken of, and nobody knows how many there are", help_)
            if there != said:
                raise Mistake("E308", span, f"{said} are spoken of, and there are {there}", "name those that are meant")
            return what
    return node


def _of_each(group: s.Expression) -> int | None:
    """How many each member of a group of groups has."""
    match group:
        case s.Call("pairs" | "ordered_pairs", _) | s.Call("neighbours", (_,)):
            return 2
        case s.Call("neighbours" | "choices", (_, s.Number(value))):
            return int(value)
    return None


def uncounted(meaning: object) -> object:
    """A meaning without the counts in it, which were looked at."""
    if isinstance(meaning, Function):
        return Function(meaning.arity, lambda *given: uncounted(meaning(*given)))  # type: ignore[arg-type]
    if meaning is None:
        return None
    node = s.rebuilt(meaning, uncounted)  # type: ignore[arg-type]
    return node.arguments[0] if isinstance(node, s.Call) and node.function == "counted" else node


def size_of(node: s.Expression, declared: Declared, known: Mapping[int, int] = MappingProxyType({})) -> int | None:
    """How many a group has, which width a number, which value a plain one; None where that is not known."""
    sizes = None
    if isinstance(node, s.Call | s.Operation):
        parts = node.arguments if isinstance(node, s.Call) else node.operands
        sizes = [size_of(one, declared, known) for one in parts]
        if None in sizes and not (isinstance(node, s.Call) and node.function == "except"):
            return None
    match node:
        case s.Number(value):
            return int(value)
        case s.Bound(level):
            return known.get(level)
        case s.Letters(word):
            return len(word)
        case s.Name("digits"):
            return len(declared.wholes[0].digits) if len(declared.wholes) == 1 else len(declared.digits)
        case s.Name("numbers"):
            return len(declared.wholes) or len(declared.digits)
        case s.Name(name):
            return _width(name, declared)
        case s.Listing(items):
            return len(items)
        case s.Each(_, _, group, None):
            return size_of(group, declared, known)
        case s.Operation("+", _):
            return sum(sizes)  # type: ignore[arg-type]
        case s.Operation("-", _):
            return sizes[0] - sizes[1]  # type: ignore[index, operator]
        case s.Call("digits" | "counted" | "size", _):
            return sizes[0]  # type: ignore[index]
        case s.Call("first" | "last" | "middle", _):
            return sizes[-1]  # type: ignore[index]
        case s.Call("join", _):
            return sum(sizes)  # type: ignore[arg-type]
        case s.Call("except", (group, left)):
            return _left(size_of(group, declared, known), left)
    return None


def _left(size: int | None, left: s.Expression) -> int | None:
    """How many are left of so many without one, or without those listed."""
    return None if size is None else size - (len(left.items) if isinstance(left, s.Listing) else 1)


def _width(name: str, declared: Declared) -> int | None:
    """The digits of a number by its name."""
    if name in ("number", "code") and len(declared.wholes) == 1:
        return len(declared.wholes[0].digits)
    return next((len(one.digits) for one in declared.wholes if one.name and one.name.lower() == name), None)
