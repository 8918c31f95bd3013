"""What *it*, *its*, *they*, *that*, *the others* and *so* mean: a few rules over what was spoken of.

- *it* in front of a clause is the subject of the clause before; what a clause before set equal to a plain number is
  spent, so that *it* is the whole number again. Behind a subject *it* is the number that the clause compared that
  with, else the subject of the clause before: *it* is never its own subject.
- *its* belongs to the subject of the same clause, else to that of the clause before.
- *they* are the several things spoken of last as one subject, else those spoken of one by one, at least two.
- *that* (and *which*) is the number named last.
- *the others* are the digits that the sentence, or else all sentences before, did not name.
- *so* is the predicate said last.

Where these rules find nothing the sentence is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from oedipus.dsl import syntax as s
from oedipus.dsl.declared import Declared
from oedipus.dsl.english.chart import Mention, Reading
from oedipus.dsl.english.names import placed
from oedipus.dsl.english.templates import Function

_GROUPS = frozenset(["digits", "first", "last", "middle", "except", "join", "reverse_group", "range"])
MOST = 40


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that was understood: what it mentions, pronouns bound, and what it states."""

    mentions: tuple[Mention, ...]
    formula: s.Expression | None = None
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class Story:
    """The sentences before."""

    declared: Declared
    told: list[Told] = field(default_factory=list)
    doubts: dict[s.Pronoun, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Pronouns that were taken for a digit where others would fit: which, and the others."""

    def bound(self, reading: Reading, words: Sequence[str] = ()) -> list[tuple[s.Expression, tuple[Mention, ...]]]:
        """The meanings of a reading with its pronouns bound; none where one has nothing to mean."""
        if self._counted(reading):
            return []
        waiting = [(reading.meaning, reading.mentions)]
        found: list[tuple[s.Expression, tuple[Mention, ...]]] = []
        while waiting and len(found) + len(waiting) <= MOST:
            meaning, mentions = waiting.pop()
            pronoun = next(_pronouns(meaning), None)
            if pronoun is None:
                found.append((meaning, mentions))
                continue
            if self.vague(pronoun, mentions):
                continue
            waiting += [
                (_put(meaning, pronoun, value), tuple(_bound(one, pronoun, value) for one in mentions))
                for value in self.antecedents(pronoun, mentions, meaning, words)
            ]
        return found

    def _counted(self, reading: Reading) -> bool:
        """Whether *the third* could be the one left over by a count of digits, such as *two digits are odd*."""
        bare = {
            int(one.value)
            for call in _calls(reading.meaning, "bare")
            for one in call.arguments[:1]
            if isinstance(one, s.Number)
        }
        if not bare:
            return False
        said = [reading.meaning, *(told.formula for told in self.told[-1:])]
        counted = {count for one in said for count in _counts(one) if count > 1}
        return any(count + 1 in bare for count in counted)

    def vague(self, pronoun: s.Pronoun, mentions: Sequence[Mention]) -> bool:
        """Whether the clause before only counted what *it* or *they* would be: *exactly one digit is odd*."""
        if pronoun.who not in ("it", "they"):
            return False
        claims = [one for one in mentions if one.category == "claim" and one.end <= pronoun.at]
        before = [one.meaning for one in claims if one.end == max(two.end for two in claims)]
        spoken = [one for two in claims[-1:] for one in mentions if two.start <= one.start and one.end <= two.end]
        if not before:
            before = [told.formula for told in self.told[-1:]]
            spoken = [one for told in self.told[-1:] for one in told.mentions]
        if pronoun.who == "it" and _single(_things(spoken)):
            return False
        plural = pronoun.who == "they"
        return any(count > 1 if plural else count == 1 for one in before for count in _counts(one))

    def antecedents(
        self, pronoun: s.Pronoun, mentions: Sequence[Mention], meaning: s.Expression, words: Sequence[str]
    ) -> list[object]:
        """What a pronoun can mean in a sentence of ``words``."""
        return getattr(_Antecedents(self, pronoun, mentions, meaning, words), pronoun.who)()


def _calls(node: object, *names: str) -> Iterator[s.Call]:
    """The calls of certain functions in a meaning."""
    if isinstance(node, Function) or node is None:
        return
    if isinstance(node, s.Call) and node.function in names and node.arguments != (s.Number(Fraction(1)),):
        yield node
    for one in s.children(node):  # type: ignore[arg-type]
        yield from _calls(one, *names)


def _counts(node: object) -> Iterator[int]:
    """How many things a statement counts without naming them."""
    match node:
        case s.Chain((s.Call("count", (s.Each(_, _, group, _),)), s.Number(value)), (op,)) if op in ("=", ">=", ">"):
            if isinstance(group, s.Name | s.Call):
                yield int(value) + (op == ">")
        case s.Call("some", (s.Each(_, _, s.Name("digits"), _),)):
            yield 1
        case s.Junction("and" | "not", parts):
            for part in parts:
                yield from _counts(part)


def _pronouns(node: object) -> Iterator[s.Pronoun]:
    if isinstance(node, s.Pronoun):
        yield node
    elif isinstance(node, s.Call) and node.function.startswith("<so"):
        yield s.Pronoun("so", int(node.function[3:-1]), node.span)
    elif not isinstance(node, Function) and node is not None:
        for one in s.children(node):  # type: ignore[arg-type]
            yield from _pronouns(one)


def _put(node: s.Expression, pronoun: s.Pronoun, value: object) -> s.Expression:
    if node == pronoun:
        return value  # type: ignore[return-value]
    if isinstance(node, s.Call) and node.function == f"<so{pronoun.at}>" and pronoun.who == "so":
        assert isinstance(value, Function)
        return value(*(_put(one, pronoun, value) for one in node.arguments))  # type: ignore[return-value]
    return s.rebuilt(node, lambda one: _put(one, pronoun, value))


def _bound(mention: Mention, pronoun: s.Pronoun, value: object) -> Mention:
    if isinstance(mention.meaning, Function):
        function = mention.meaning
        made = Function(function.arity, lambda *given: _put(function(*given), pronoun, value))  # type: ignore[arg-type]
        return mention._replace(meaning=made)
    return mention._replace(meaning=_put(mention.meaning, pronoun, value))


def is_group(meaning: object) -> bool:
    """Whether a meaning is several numbers."""
    match meaning:
        case s.Listing() | s.Each():
            return True
        case s.Name("digits" | "numbers"):
            return True
        case s.Call("counted", (inner, *_)):
            return is_group(inner)
        case s.Call(function):
            return function in _GROUPS
        case s.Pronoun(who):
            return who in ("they", "others")
    return False


def _top(mentions: Sequence[Mention]) -> list[Mention]:
    """Those not inside others, in the order of the text."""
    out: list[Mention] = []
    end = -1
    for one in sorted(mentions, key=lambda one: (one.start, -one.end)):
        if one.start >= end:
            out.append(one)
            end = one.end
    return out


_THINGS = frozenset(["q", "t", "u", "uu", "thing", "digit", "group"])


def _things(mentions: Sequence[Mention]) -> list[Mention]:
    """What is spoken of, each place once, plain numbers and names of values apart."""
    found: dict[tuple[int, int], Mention] = {}
    for one in mentions:
        if one.category in _THINGS and not isinstance(one.meaning, s.Number | s.Text):
            found.setdefault((one.start, one.end), one)
    return list(found.values())


def _single(mentions: Sequence[Mention]) -> list[Mention]:
    return [one for one in mentions if not is_group(one.meaning)]


def _reversed(node: object, at: int) -> bool:
    """Whether the pronoun said at a place is turned round: ``reverse(its)``."""
    if isinstance(node, s.Call) and node.function == "reverse" and len(node.arguments) == 1:
        inner = node.arguments[0]
        return isinstance(inner, s.Pronoun) and inner.at == at
    if isinstance(node, Function) or node is None:
        return False
    return any(_reversed(one, at) for one in s.children(node))  # type: ignore[arg-type]


class _Antecedents:
    """The rules, a method for each pronoun."""

    def __init__(
        self,
        story: Story,
        pronoun: s.Pronoun,
        mentions: Sequence[Mention],
        meaning: s.Expression,
        words: Sequence[str],
    ) -> None:
        self.story, self.at, self.meaning, self.words = story, pronoun.at, meaning, words
        self.pronoun = pronoun
        self.things = [one for one in _things(mentions) if pronoun not in list(_pronouns(one.meaning))]
        begins = sorted({one.start for one in mentions if one.category in ("claim", "clause")} | {0})
        self.begin = max(one for one in begins if one <= pronoun.at)
        self.here = [one for one in self.things if self.begin <= one.start and one.end <= pronoun.at]
        ends = zip(begins, [*begins[1:], 10**6], strict=True)
        earlier = [[one for one in self.things if a <= one.start < b] for a, b in ends if a < self.begin]
        self.past = [_things(told.mentions) for told in story.told] + [one for one in earlier if one]
        self.within = bool(earlier and any(earlier))
        self.verbs = [one for told in story.told for one in told.mentions if one.category == "vp"]
        self.verbs += [one for one in mentions if one.category == "vp" and one.end <= pronoun.at]

    @property
    def whole(self) -> bool:
        """Whether there is one number that the riddle is about."""
        return len(self.story.declared.wholes) == 1

    def before(self, rank: int = 0) -> list[object]:
        """The subject of the nearest clause that has one."""
        number = s.Name("number")
        for place, told in enumerate(reversed(self.past)):
            found = _single(_top(told))
            if len(found) > rank:
                value = found[rank].meaning
                self._doubt(told, value)
                spent = self.whole and not self.within and place == 0 and self._spent(value)
                owned = self.whole and place == 0 and self._owned(found[rank])
                return self._of_spent(value) if spent else [value, number] if owned and value != number else [value]
        if rank or any(self.past):
            return [number] if self.whole and rank == 0 else []
        variables = list(self.story.declared.variables)
        return [number] if self.whole else [s.Name(variables[0])] if len(variables) == 1 else []

    def _spent(self, value: object) -> bool:
        """Whether the sentence before told which plain number a computed subject is."""
        said = placed(value, self.story.declared)  # type: ignore[arg-type]
        if isinstance(said, s.Name | s.Number) or not self.story.told:
            return False
        match self.story.told[-1].formula:
            case s.Chain((left, s.Number()), ("=",)):
                return left == said
        return False

    def _doubt(self, told: Sequence[Mention], value: object) -> None:
        """Note the other digits that were spoken of where a pronoun is taken for one."""
        taken = placed(value, self.story.declared)  # type: ignore[arg-type]
        names = {name.lower(): name for name in self.story.declared.digits}
        if not isinstance(taken, s.Name) or taken.name not in names:
            return
        others: dict[str, None] = {}
        for one in told:
            said = placed(one.meaning, self.story.declared)
            if isinstance(said, s.Name) and said.name in names and said != taken:
                others.setdefault(names[said.name])
        if others:
            self.story.doubts[self.pronoun] = (names[taken.name], tuple(others))

    def _owned(self, mention: Mention) -> bool:
        """Whether *its* stood in what was spoken of, so that *it* may still be the number."""
        words = self.words if self.within else self.story.told[-1].words if self.story.told else ()
        return "its" in words[mention.start : mention.end]

    def _of_spent(self, value: object) -> list[object]:
        """Behind *the sum of my digits is 9* it is the number; behind what was told of some digits only, who knows."""
        whole = isinstance(value, s.Call) and value.arguments in ((s.Name("digits"),), (s.Name("number"),))
        return [s.Name("number")] if whole else [s.Name("number"), value]

    def it(self) -> list[object]:
        here = _top(self.here)
        if not here:
            return self.before()
        subject = here[0]
        objects = [one for one in _single(self.here) if one.meaning != subject.meaning and one.start >= subject.end]
        if objects:
            return [objects[0].meaning]
        return [one for one in self.before() if one != subject.meaning]

    def its(self) -> list[object]:
        if self.at > 1 and tuple(self.words[self.at - 1 : self.at]) == ("and",):
            # What is joined to by *and its* owns it: *the sum of q and its reverse*.
            joined = [
                one for one in self.things if one.end == self.at - 1 and "its" not in self.words[one.start : one.end]
            ]
            if joined:
                owner = max(joined, key=lambda one: one.start)
                return [] if is_group(owner.meaning) else [owner.meaning]
        own = _single(_top(self.here))
        if self.whole:
            return [s.Name("number")]
        earlier = self.before()
        if own and earlier and _reversed(self.meaning, self.at):
            # No number is said to be its own reverse: that is a palindrome.
            return [one for one in earlier if one != own[0].meaning] or [own[0].meaning]
        return [own[0].meaning] if own else earlier

    def that(self) -> list[object]:
        found = _single(self.here)
        return [max(found, key=lambda one: (one.end, one.start)).meaning] if found else self.before()

    def they(self) -> list[object]:
        found = self._several(self.here)
        if found:
            return found
        singles: list[object] = []
        for told in reversed(self.past):
            found = self._several(told)
            if found and not singles:
                return found
            names = [
                one.meaning
                for one in sorted(told, key=lambda one: one.start)
                if isinstance(one.meaning, s.Name | s.Call)
            ]
            names = [one for one in names if self._digit(one)]
            singles = list(dict.fromkeys([*names, *singles]))
            if len(singles) > 1:
                return [s.Listing(tuple(singles))]  # type: ignore[arg-type]
        if len(self.story.declared.wholes) > 1:
            return [s.Name("numbers")]
        return [s.Name(self.story.declared.group)] if not singles else []

    def _digit(self, node: object) -> bool:
        match node:
            case s.Name(name):
                return name not in ("digits", "numbers", "number", "true")
            case s.Call("at" | "bare", _):
                return True
            case s.Call("digit", (s.Name(), _)):
                return True
        return False

    def _several(self, mentions: Sequence[Mention]) -> list[object]:
        found = [one for one in _top(mentions) if is_group(one.meaning)] or [
            one for one in mentions if is_group(one.meaning)
        ]
        return [found[0].meaning] if found else []

    def others(self) -> list[object]:
        names = [one.lower() for one in self.story.declared.digits]

        def said(node: object) -> list[str]:
            if isinstance(node, s.Name):
                return [node.name] if node.name in names else []
            if isinstance(node, Function) or node is None:
                return []
            return [name for one in s.children(node) for name in said(one)]  # type: ignore[arg-type]

        spoken = said(placed(self.meaning, self.story.declared))
        if not spoken and not self.things:
            for told in self.story.told:
                spoken += said(told.formula)
        rest = [s.Name(one) for one in names if one not in spoken]
        return [s.Listing(tuple(rest))] if rest and spoken else []

    def so(self) -> list[object]:
        return [self.verbs[-1].meaning] if self.verbs else []
