"""What names, ordinals, places and pronouns stand for while a riddle is resolved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from oedipus.compiler.checked import Constant, Formula, Product, Sum, Term, Value, Variable
from oedipus.compiler.vocabulary import Words
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Diagnostic, Mistake
from oedipus.dsl.phrases import ORDINALS, PLACE_NAMES
from oedipus.dsl.spans import NOWHERE, Span

Item = TypeVar("Item")
ORDINAL_NAMES = list(ORDINALS)[:12]


@dataclass(frozen=True, slots=True)
class Whole:
    """A number or code made of digit variables; ``powers[i]`` is the place of ``digits[i]``."""

    name: str
    digits: tuple[str, ...]
    powers: tuple[int, ...]
    code: bool = False

    @property
    def term(self) -> Term:
        """Its value."""
        return weighted([Value(name) for name in self.digits], self.powers)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a predicate is said of: one term, or several; ``whole`` where they are a number's digits."""

    terms: tuple[Term, ...]
    several: bool = False
    whole: Whole | None = None
    span: Span = NOWHERE
    named: bool = False
    """Whether the terms are named one by one, so that their order is known."""
    parts: tuple[Term, ...] = ()
    """The digits of a number that is no declared one: a word, the first two digits."""
    computed: bool = False
    """Whether the digits of its term, a computed number, are spoken of."""

    @property
    def members(self) -> tuple[Term, ...]:
        """The terms a collective predicate speaks of: a number's digits, else the terms."""
        return tuple(Value(name) for name in self.whole.digits) if self.whole else self.parts or self.terms


def weighted(digits: Sequence[Term], powers: Sequence[int]) -> Term:
    """Σ 10**power · digit."""
    from fractions import Fraction

    parts = [
        digit if power == 0 else Product((Constant(Fraction(10) ** power), digit))
        for digit, power in zip(digits, powers, strict=True)
    ]
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def decimal(digits: Sequence[Term]) -> Term:
    """The number that digits spell."""
    return weighted(digits, range(len(digits) - 1, -1, -1))


@dataclass(slots=True)
class Scope:
    """Everything declared so far, and what the last clauses spoke of."""

    words: Words
    folder: Path | None = None
    """Where the paths of measured pictures begin; None where they are not to be read."""
    variables: dict[str, Variable] = field(default_factory=dict)
    wholes: list[Whole] = field(default_factory=list)
    lets: dict[str, Term | Formula] = field(default_factory=dict)
    spelled: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    last: Subject | None = None
    settled: bool = False
    """Whether the last clause said which number its subject is, so that nothing else need be said of that."""
    current: Subject | None = None
    """The subject of the clause at hand, once it is known."""
    singly: tuple[Term, ...] = ()
    """The digits that the clause at hand has made statements about, one by one."""
    recent: tuple[Term, ...] = ()
    """The same of the clause before; of the two before, where each spoke of one."""
    together: Subject | None = None
    """The several digits that the clause at hand has spoken of as one subject."""
    vague: int = 0
    """How many digits the clause has just spoken of without telling which."""
    counted: int = 0
    """The same of the clause before."""
    others: tuple[str, ...] = ()
    """Further variables that the clause before mentioned: what ``it`` might mean as well."""
    earlier: Subject | None = None
    """While a single digit is said to be something: what *it* is in there, as no digit is compared with itself."""
    spoken_of: tuple[Term, ...] = ()
    """The digits that the last clause spoke of: what *their* means in the next."""
    pair: tuple[Term, ...] = ()
    """The digits that the last claim of the clause spoke of: what *their* means behind it."""
    relatives: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    """While each digit of a group is looked at: the one before, behind, another, the others."""
    rest: tuple[Term, ...] = ()
    """All digits but those spoken of so far in the clause: what ``the others`` are where it names no one."""
    mentioned: set[Term] = field(default_factory=set)
    """Digits that some clause so far has said something of."""
    spoken: Term | None = None
    """What was said something of last: what ``that`` means."""
    at: s.Clause | None = None
    """The clause at hand."""
    words_spelled: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    """Words of letters that stand for numbers, and their digits."""
    spelling: s.Clause | None = None
    """The first clause with such a word."""
    leading: bool = True
    """Whether such numbers may not begin with 0."""
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def digits(self) -> list[str]:
        """Names of all variables whose kind shows a number."""
        return [one.name for one in self.variables.values() if one.kind in self.words.readers]

    def add(self, variable: Variable, key: str) -> None:
        """Declare a variable. Raises :class:`Mistake` for a second one of the name."""
        if key in self.variables or key in self.lets or key in self.data:
            raise Mistake("E302", variable.span, f"'{variable.name}' is declared already")
        self.variables[key] = variable

    def variable(self, node: s.Expression) -> Variable | None:
        """The variable that a name, an ordinal, a place or a pronoun stands for, else None."""
        match node:
            case s.Name(name):
                return self.variables.get(name)
            case s.Ordinal():
                return self.variables[self.ordinal(node).lower()]
            case s.Place():
                return self.variables[self.place(node).lower()]
            case s.Pronoun("it"):
                subject = self.it(node)
                if not subject.several and isinstance(subject.terms[0], Value):
                    return self.variables[subject.terms[0].variable.lower()]
        return None

    def whole(self, node: s.Expression | None, span: Span) -> Whole:
        """The number that ``node`` names, or the only one there is."""
        if isinstance(node, s.Name):
            found = next((one for one in self.wholes if one.name.lower() == node.name), None)
            if found is None:
                raise Mistake("E306", node.span, f"'{node.name}' is not a number with digits of its own")
            return found
        one = not (isinstance(node, s.Pronoun) and node.plural and len(self.wholes) > 1)
        if (
            node is not None
            and isinstance(node, s.Pronoun)
            and node.who == "it"
            and self.last
            and self.last.whole
            and one
        ):
            return self.last.whole
        if len(self.wholes) > 1:
            names = ", ".join(one.name for one in self.wholes)
            raise Mistake("E306", span, "this could belong to several numbers", f"say which: {names}")
        if not self.wholes:
            raise Mistake("E306", span, "no number is declared", "write 'There is a three-digit number.' first")
        return self.wholes[0]

    def it(self, node: s.Pronoun) -> Subject:
        """The subject of the clause before, with a warning where another one fits as well."""
        if self.earlier is not None and not node.plural:
            return self.earlier
        self.certain(node.span, plural=node.plural, before=node.plural or not self.wholes)
        spoken = self.current or self.last
        if node.plural and (them := self._they(node, spoken)) is not None:
            return them
        if spoken is not None and spoken.several and not node.plural and len(self.wholes) == 1:
            return self.number(self.wholes[0], node.span)
        alone = self.current is not None and not self.current.several and self.current.whole is None
        if node.plural and alone and len(self.pair) > 1:
            return Subject(self.pair, True, span=node.span)
        if self.current is not None:
            return self.together if node.plural and self.together is not None else self.current
        single = self.last is None or (node.plural and not self.last.several and self.last.whole is None)
        if self.last is None or (single and len(self.digits) > 1):
            found = self.pair if self.current is not None else self.spoken_of
            if node.plural and len(found) > 1:
                return Subject(found, True, span=node.span)
            if len(self.wholes) == 1:
                return self.number(self.wholes[0], node.span)
            if node.plural and len(self.digits) > 1:
                return Subject(tuple(Value(name) for name in self.digits), True, span=node.span)
            raise Mistake("E306", node.span, "there is no clause before that 'it' could refer to", "name the digit")
        if self.others and not self.last.several and isinstance(self.last.terms[0], Value):
            taken = self.last.terms[0].variable
            rest = " or ".join(f"'{name}'" for name in self.others)
            message = f"read as '{taken}', the subject of the clause before; {rest} would fit too"
            warning = Diagnostic("W701", node.span, message, "write the name to be sure")
            if warning not in self.diagnostics:
                self.diagnostics.append(warning)
        return self.last

    def _they(self, node: s.Pronoun, spoken: Subject | None) -> Subject | None:
        """The digits spoken of one by one, or the numbers declared; None where neither is meant."""
        if len(found := self.several()) > 1:
            return Subject(found, True, span=node.span)
        if len(self.wholes) > 1 and not (spoken is not None and spoken.several):
            return Subject(tuple(one.term for one in self.wholes), True, span=node.span)
        return None

    def turn(self) -> None:
        """Begin a new clause."""
        self.counted, self.vague = self.vague, 0
        self.together = None
        before = self.recent if len(self.recent) == 1 and len(self.singly) == 1 else ()
        self.recent, self.singly = tuple(dict.fromkeys((*before, *self.singly))), ()

    def several(self) -> tuple[Term, ...]:
        """The digits spoken of one by one that *they* means; none where others were spoken of since."""
        if len(self.singly) > 1:
            return self.singly
        spoken = self.current
        apart = spoken is None or (spoken.whole is None and not {*spoken.terms} & {*self.recent})
        return self.recent if not self.singly and apart and len(self.spoken_of) < 2 else ()

    def certain(self, span: Span, *, plural: bool, before: bool) -> None:
        """Raise where a pronoun could mean digits that were only counted, in the clause ``before`` too."""
        count = self.vague or (self.counted if before and self.current is None else 0)
        if count and (count > 1) is plural:
            help_ = "say it in one: 'exactly one digit is odd and larger than 5'"
            raise Mistake("E306", span, "it is not clear which digits this means", help_)

    def number(self, whole: Whole, span: Span) -> Subject:
        """A whole number as a subject."""
        return Subject((whole.term,), False, whole, span)

    def ordinal(self, node: s.Ordinal) -> str:
        """Name of the variable at an ordinal place."""
        if node.owner is not None or len(self.wholes) > 1:
            names: Sequence[str] = self.whole(node.owner, node.span).digits
        else:
            names = self.digits or [one.name for one in self.variables.values()]
        return pick(names, node.index, node.span)

    def place(self, node: s.Place) -> str:
        """Name of the variable at a decimal place."""
        whole = self.whole(node.owner, node.span)
        if node.power in whole.powers:
            return whole.digits[whole.powers.index(node.power)]
        there = ", ".join(PLACE_NAMES[power] for power in whole.powers)
        raise Mistake(
            "E305", node.span, f"the number has no {PLACE_NAMES[node.power]} digit", f"its places are {there}"
        )

    def named(self, node: s.Slice) -> tuple[str, ...]:
        """Names of the digits of which a slice takes some."""
        if node.owner is not None or len(self.wholes) > 1:
            return self.whole(node.owner, node.span).digits
        return tuple(self.digits)

    def part(self, node: s.Slice) -> tuple[str, ...]:
        """Names of the first or last few digits."""
        return self.sliced(node, self.named(node))

    def sliced(self, node: s.Slice, digits: tuple[Item, ...]) -> tuple[Item, ...]:
        """The first, last or middle few of some digits."""
        if node.count > len(digits) or node.count < 1:
            raise Mistake("E305", node.span, f"there are only {len(digits)} digits")
        if node.start == 0:
            if (len(digits) - node.count) % 2:
                raise Mistake("E305", node.span, f"{len(digits)} digits have no {node.count} in the middle")
            first = (len(digits) - node.count) // 2
            return digits[first : first + node.count]
        return digits[-node.count :] if node.start < 0 else digits[: node.count]


def pick(names: Sequence[Item], index: int, span: Span) -> Item:
    """The one at ordinal ``index``: from 1, negative from the end, 0 the middle."""
    count = len(names)
    if index == 0 and count % 2 == 0:
        raise Mistake("E305", span, f"there is no middle one among {count}", "only an odd count has a middle")
    place = count // 2 if index == 0 else index - 1 if index > 0 else count + index
    if not 0 <= place < count:
        there = f"only {count} are declared" if count else "nothing is declared"
        raise Mistake(
            "E305",
            span,
            there,
            "declare more, or name one of those: " + ", ".join(map(_called, names)) if count else "",
        )
    return names[place]


def _called(one: object) -> str:
    return one.variable if isinstance(one, Value) else str(one)
