"""How many a sentence says there are, beside what it says of them: *all three digits*, *both*, *the other two*.

A phrase whose words count what is spoken of means ``counted(group, 3)``, which is the group where it has so many
members and a mistake where it has not: no such word is passed over. ``counted(x, n, 2)`` is x, where n is 2.
"""

from collections.abc import Callable, Mapping
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
    match node:
        case s.Number(value):
            return int(value)
        case s.Letters(word):
            return len(word)
        case s.Bound(level):
            return known.get(level)
        case s.Name(name):
            return _named(name, declared)
        case s.Listing(items):
            return len(items)
        case s.Each(_, _, group, None):
            return size_of(group, declared, known)
        case s.Call("except", (group, left)):
            return _left(size_of(group, declared, known), left)
        case s.Call(function, parts) if function in _OF_SIZES:
            return _put_together(_OF_SIZES[function], [size_of(one, declared, known) for one in parts])
        case s.Operation(sign, parts) if sign in _OF_SIZES:
            return _put_together(_OF_SIZES[sign], [size_of(one, declared, known) for one in parts])
    return None


_OF_SIZES: Mapping[str, Callable[[list[int]], int]] = {
    "+": sum,
    "-": lambda sizes: sizes[0] - sizes[-1],
    "join": sum,
    **dict.fromkeys(("digits", "counted", "size"), lambda sizes: sizes[0]),
    **dict.fromkeys(("first", "last", "middle"), lambda sizes: sizes[-1]),
}
"""The size of what functions of groups and signs make, from the sizes of their parts."""


def _put_together(made: Callable[[list[int]], int], sizes: list[int | None]) -> int | None:
    there = [one for one in sizes if one is not None]
    return made(there) if len(there) == len(sizes) else None


def _left(size: int | None, left: s.Expression) -> int | None:
    """How many are left of so many without one, or without those listed."""
    return None if size is None else size - (len(left.items) if isinstance(left, s.Listing) else 1)


def _named(name: str, declared: Declared) -> int | None:
    """How many all digits or numbers are, the width of a number by its name."""
    one = declared.wholes[0] if len(declared.wholes) == 1 else None
    if name == "digits":
        return len(one.digits) if one else len(declared.digits)
    if name == "numbers":
        return len(declared.wholes) or len(declared.digits)
    if name in ("number", "code") and one:
        return len(one.digits)
    return next((len(one.digits) for one in declared.wholes if one.name and one.name.lower() == name), None)
