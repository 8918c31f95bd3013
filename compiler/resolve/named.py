"""Values that are names: which of a kind's values a name means, and what can be said of them.

They are equal or different, counted and listed; where the kind's card says that they have an order, one can be less
than another. Nothing is computed with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oedipus.compiler.checked import Constant, Term
from oedipus.compiler.checked import Value as Shown
from oedipus.compiler.resolve.arithmetic import constant
from oedipus.compiler.resolve.values import Choice, Path, Spelt, Value
from oedipus.compiler.vocabulary import Words
from oedipus.dsl.declared import Declared
from oedipus.dsl.diagnostics import Mistake, closest
from oedipus.dsl.spans import Span
from oedipus.dsl.vocabulary import ident

MOST_LISTED = 30
"""Values that a message lists."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of values, and the variables that show one."""

    words: Words
    declared: Declared

    def choice(self, text: str) -> Choice | None:
        """The value that a text names, of whatever kinds have one of that name."""
        worth = self.words.values.get(ident(text))
        return Choice(text, worth) if worth else None

    def shows(self, name: str) -> Shown:
        """What a declared variable shows."""
        variable = self.declared.variables[name.lower()]
        reader = self.words.readers.get(variable.kind)
        if reader is None:
            return Shown(variable.name)
        return Shown(variable.name, min(reader.values), max(reader.values), variable.kind if reader.named else "")

    def domains(self) -> dict[str, tuple[int, ...]]:
        """The values that each declared variable can show, of those that show any."""
        kinds = {name: self.declared.variables[name.lower()].kind for name in self.declared.shown}
        return {name: tuple(sorted(self.words.readers[kind].values)) for name, kind in kinds.items()}

    def kind(self, value: Value) -> str | None:
        """The kind of a variable whose values are names; None for everything else."""
        return value.kind or None if isinstance(value, Shown) else None

    def among(self, values: Sequence[Value]) -> bool:
        """Whether one of them is the name of a value, or a variable that shows one."""
        return any(isinstance(one, Choice) or self.kind(one) for one in values)

    def no_number(self, value: Value, span: Span) -> Mistake:
        """What is told where a number is needed and a name, or a variable that shows one, stands there."""
        kind = self.kind(value)
        if isinstance(value, Choice):
            return Mistake("E414", span, f"'{value.name}' is a value of a {' or a '.join(value.worth)}, not a number")
        assert isinstance(value, Shown)
        assert kind is not None
        help_ = f"its values are {self._listed(kind)}: {self._sayable(value.variable, kind)}"
        return Mistake("E414", span, f"'{value.variable}' is a {kind}, whose values are no numbers", help_)

    def alike(self, values: Sequence[Value], spans: Sequence[Span], *, ordered: bool = False) -> tuple[Term, ...]:
        """The values of one kind as terms that can be compared. Raises :class:`Mistake` where they are of several
        kinds, or none; and, for an order, where the kind has none."""
        kinds = dict.fromkeys(kind for one in values if (kind := self.kind(one)))
        if not kinds:
            raise self._unsaid(values, spans)
        kind, *others = kinds
        if others:
            at = next(span for one, span in zip(values, spans, strict=True) if self.kind(one) == others[0])
            raise Mistake("E415", at, f"a {others[0]} has no value in common with a {kind}")
        if ordered and not self.words.ordered(kind):
            help_ = "say that they are the same or different, or which value one is"
            span = spans[0].to(spans[-1])
            raise Mistake("E416", span, f"the values of a {kind} have no order: {self._listed(kind)}", help_)
        return tuple(self._term(one, kind, span) for one, span in zip(values, spans, strict=True))

    def place(self, value: Value, span: Span) -> tuple[Term, int]:
        """A value whose kind has an order as a term, and how many values there are. Raises :class:`Mistake`."""
        kinds = list(value.worth) if isinstance(value, Choice) else [kind] if (kind := self.kind(value)) else []
        kinds = [one for one in kinds if self.words.ordered(one)]
        if len(kinds) != 1:
            raise Mistake("E416", span, "this has no place in an order", "a rank is of a value of a kind that has one")
        term = constant(value.worth[kinds[0]]) if isinstance(value, Choice) else value
        assert isinstance(term, Constant | Shown)
        return term, len(self.words.readers[kinds[0]].classes)

    def _term(self, value: Value, kind: str, span: Span) -> Term:
        if isinstance(value, Shown) and self.kind(value) == kind:
            return value
        if isinstance(value, Choice) and kind in value.worth:
            place = value.worth[kind]
            return Constant(constant(place).value, self.words.readers[kind].classes[place])
        names = self.words.readers[kind].classes
        text = value.text if isinstance(value, Path) else value.name if isinstance(value, Choice) else ""
        near = closest(text, [one.lower() for one in names]) if text else ""
        help_ = f"did you mean '{near}'?" if near else f"its values are {self._listed(kind)}"
        raise Mistake("E415", span, f"{_told(value)} is no value of a {kind}", help_, near)

    def _unsaid(self, values: Sequence[Value], spans: Sequence[Span]) -> Mistake:
        """What is told of names that are compared with no variable that could show them."""
        for one, span in zip(values, spans, strict=True):
            if isinstance(one, Choice) and not all(isinstance(other, Choice | Path) for other in values):
                return self.no_number(one, span)
        name = next((one.name for one in values if isinstance(one, Choice)), "…")
        help_ = f"say which picture shows it, as in 'a is {name}'"
        return Mistake("E401", spans[0].to(spans[-1]), "this says nothing of a picture", help_)

    def _sayable(self, name: str, kind: str) -> str:
        return f'write such as {name} = "{self.words.readers[kind].classes[0]}"'

    def _listed(self, kind: str) -> str:
        names = self.words.readers[kind].classes
        return ", ".join(names[:MOST_LISTED]) + (" …" if len(names) > MOST_LISTED else "")


def _told(value: Value) -> str:
    match value:
        case Path(text) | Choice(text, _):
            return f"'{text}'"
        case Shown(name):
            return f"what '{name}' shows"
        case Spelt() | Constant():
            return "a number"
    return "this"
