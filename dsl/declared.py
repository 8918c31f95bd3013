"""What a riddle declares: the names of its pictures, numbers, definitions and data."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from oedipus.dsl import syntax as s
from oedipus.dsl.core import PLACES
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.printer import PLAIN
from oedipus.dsl.spans import NOWHERE, Span

MOST_VARIABLES = 60


@dataclass(frozen=True, slots=True)
class Variable:
    """One picture: its name as written, its kind, the generator asked for."""

    name: str
    kind: str
    source: str | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Whole:
    """A number or code made of digit variables; ``powers[i]`` is the place of ``digits[i]``."""

    name: str
    digits: tuple[str, ...]
    powers: tuple[int, ...]
    code: bool = False


@dataclass(slots=True)
class Declared:
    """Everything declared so far; all keys are in lower case."""

    variables: dict[str, Variable] = field(default_factory=dict)
    wholes: list[Whole] = field(default_factory=list)
    lets: dict[str, s.Expression] = field(default_factory=dict)
    data: dict[str, str | None] = field(default_factory=dict)
    """Paths of measured pictures; None for what is left open."""
    valued: frozenset[str] = frozenset(["digit"])
    """The kinds whose pictures show a value."""
    named: frozenset[str] = frozenset()
    """The kinds of these whose values are names, not numbers."""
    reserved: frozenset[str] = frozenset()
    """Words of the language that nothing can be called."""
    letters: frozenset[str] = frozenset()
    """Values of one letter, of the kinds that are declared: *A*, which nothing can be called that is written so."""

    @property
    def digits(self) -> list[str]:
        """Names of all variables that show a number; where none does, of those that show another value."""
        found = [one.name for one in self.variables.values() if one.kind in self.valued - self.named]
        return found or self.shown

    @property
    def shown(self) -> list[str]:
        """Names of all variables that show a value, be it a number or a name."""
        return [one.name for one in self.variables.values() if one.kind in self.valued]

    @property
    def group(self) -> str:
        """What all of them are called in core text: the digits, or what else the riddle is about."""
        kinds = {one.kind for one in self.variables.values() if one.kind in self.valued}
        return f"{next(iter(kinds))}s" if len(kinds) == 1 and kinds <= self.named else "digits"

    def names(self) -> frozenset[str]:
        """All names, in lower case."""
        wholes = {whole.name.lower() for whole in self.wholes if whole.name}
        return frozenset({*self.variables, *self.lets, *self.data, *wholes})

    def spells(self, word: str) -> bool:
        """Whether a word is made of declared one-letter names and numerals."""
        return len(word) > 1 and any(map(str.isalpha, word)) and all(
            char.isdecimal() or char in self.variables for char in word.lower()
        )  # fmt: skip

    def add(self, body: s.Body) -> None:
        """Take in what a clause declares. Raises :class:`Mistake` for a name that is taken, a count that is not met."""
        for place, name in enumerate(_named(body)):
            self._available(name, len(self.digits) + place if isinstance(body, s.Declare) else -1)
        match body:
            case s.Declare():
                self._declare(body)
            case s.DeclareNumber():
                self._number(body)
            case s.Data(name, path):
                self._free(name)
                self.data[name.name.lower()] = path
            case s.Let(name, value):
                self._free(name)
                self.lets[name.name.lower()] = value

    def _available(self, name: s.Name, place: int) -> None:
        """Raise :class:`Mistake` for a word of the language, and an ordinal that is not the name's own place."""
        key, help_ = name.name.lower(), f"call it something else, such as '{name.name}_1'"
        if key in self.reserved:
            raise Mistake("E303", name.span, f"'{name.name}' is a word of the language", help_)
        if name.name in self.letters:
            raise self.no_name(name.name, name.span)
        if key in PLAIN and PLAIN.index(key) != place:
            raise Mistake("E303", name.span, f"'{name.name}' would not be the {key}", help_)

    def no_name(self, name: str, span: Span) -> Mistake:
        """What is told of something that is called as a value is."""
        return Mistake("E303", span, f"'{name}' is a value here", f"call it something else, such as '{name.lower()}'")

    def _free(self, name: s.Name) -> None:
        if name.name.lower() in self.names():
            raise Mistake("E302", name.span, f"'{name.name}' is declared already")

    def _variable(self, name: str, kind: str, source: str | None, span: Span) -> None:
        self._free(s.Name(name, span))
        self.variables[name.lower()] = Variable(name, kind, source, span)
        if len(self.variables) > MOST_VARIABLES:
            raise Mistake("E307", span, f"a riddle has at most {MOST_VARIABLES} pictures")

    def _declare(self, body: s.Declare) -> None:
        _counted(body.count, body.names, body.span)
        for name in body.names or _plain(body.count or 1, body.span):
            self._variable(name.name, body.kind, body.source, name.span)

    def _number(self, body: s.DeclareNumber) -> None:
        _counted(body.count, body.names, body.span)
        if not body.places or len(body.places) > 12 or (not body.code and max(body.places) not in PLACES):
            raise Mistake("E307", body.span, "a number has 1 to 10 digits here, a code up to 12")
        several = len(body.names) > 1 or (body.count or 1) > 1
        names = [*body.names] or (list(_plain(body.count or 1, body.span)) if several else [s.Name("", body.span)])
        plain = PLAIN[: len(body.places)] if body.code else [PLACES[power] for power in body.places]
        for name in names:
            if name.name:
                self._free(name)
            digits = tuple(f"{name.name}_{digit}" if name.name else digit for digit in plain)
            for digit in digits:
                self._variable(digit, "digit", None, body.span)
            self.wholes.append(Whole(name.name, digits, body.places, body.code))


def _named(body: s.Body) -> tuple[s.Name, ...]:
    """The names that a declaration gives, not those that follow from it."""
    match body:
        case s.Declare() | s.DeclareNumber():
            return body.names
        case s.Data(name, _) | s.Let(name, _):
            return (name,)
    return ()


def _counted(count: int | None, names: Sequence[s.Name], span: Span) -> None:
    if count is not None and names and count != len(names):
        raise Mistake("E304", span, f"{count} are announced and {len(names)} named")


def _plain(count: int, span: Span) -> tuple[s.Name, ...]:
    if count > len(PLAIN):
        raise Mistake("E307", span, f"at most {len(PLAIN)} can go without names", "name them: digits a, b, …")
    return tuple(s.Name(one, span) for one in PLAIN[:count])


def pick_at(index: int, count: int, span: Span, names: Sequence[str] = ()) -> int:
    """The place, from 0, of ordinal ``index``: from 1, negative from the end, 0 the middle. Raises :class:`Mistake`."""
    if index == 0 and count % 2 == 0:
        raise Mistake("E305", span, f"there is no middle one among {count}", "only an odd count has a middle")
    place = count // 2 if index == 0 else index - 1 if index > 0 else count + index
    if not 0 <= place < count:
        help_ = "declare more, or name one of those: " + ", ".join(names) if names else ""
        raise Mistake("E305", span, f"only {count} are declared" if count else "nothing is declared", help_)
    return place
