"""Syntax formulas to checked formulas."""

import itertools
import math
from dataclasses import replace
from typing import cast

from oedipus.compiler.arithmetic import bounds, is_term, minus
from oedipus.compiler.checked import (
    Absolute,
    Compare,
    CompareOp,
    ExactlyOne,
    Extreme,
    Formula,
    Iff,
    Implies,
    Not,
    Product,
    Sum,
    Term,
    Value,
)
from oedipus.compiler.code_hints import hint
from oedipus.compiler.collective import distinct, some_of
from oedipus.compiler.connectives import both, either, negate, quantify
from oedipus.compiler.continuation import RELATIVES, Continuation, is_formula, mentions, of_the_rest
from oedipus.compiler.evaluate import subformulas
from oedipus.compiler.numerals import Numeral
from oedipus.compiler.resolve_predicates import Predicates
from oedipus.compiler.resolve_terms import Terms
from oedipus.compiler.scope import Scope, Subject, decimal
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake


def speaks_of_it(node: object) -> bool:
    """Whether a term speaks of ``it``."""
    match node:
        case s.Pronoun(who):
            return who == "it"
        case s.Operation(_, operands):
            return any(speaks_of_it(one) for one in operands)
    return False


def _mine(owner: s.Expression | None) -> bool:
    return isinstance(owner, s.Pronoun) and owner.mine


def _is_it(owner: s.Expression | None) -> bool:
    return isinstance(owner, s.Pronoun) and owner.who == "it"


def quantifier_is(quantifier: s.Quantifier, low: int, high: int) -> bool:
    """Whether it is a plain count between ``low`` and ``high``."""
    return quantifier.op == "=" and low <= quantifier.count < high


MOST_CHOICES = 1000
"""Ways to choose the digits that a sentence counts, where it goes on to speak of the others."""


class Formulas:
    """Resolves the statement of one clause. What it speaks of first is kept for ``it``."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.terms = Terms(scope, self)
        self.predicates = Predicates(scope, self.terms)
        self.continuation = Continuation(scope, self.predicates.is_collective)
        self.first: Subject | None = None
        self.subject: Subject | None = None
        self.op = "="
        self.mentioned: list[Term] = []
        scope.rest = ()
        scope.earlier, scope.pair = None, ()
        scope.relatives = {}

    def formula(self, node: s.Expression) -> Formula:
        """The formula of ``node``. Raises :class:`Mistake` where it is a term alone."""
        match node:
            case s.Junction():
                return self._junction(node)
            case s.Claim():
                return self._claim(node)
            case s.Chain():
                return self._chain(node)
            case s.Only():
                return self._only(node)
            case s.Quantified():
                made = self._quantified(node)
                self.scope.vague = _counted(node.quantifier) if node.predicate is not None else 0
                return made
            case s.Exists(quantifier, counted):
                self.scope.vague = _counted(quantifier)
                if self.predicates.is_collective(counted.predicate):
                    group = self.terms.group(s.Digits(counted.owner, node.span))
                    return self.predicates.having(quantifier, counted, Subject(group, True, span=node.span))
                return quantify(quantifier, self.described(counted))
            case s.Neighbours():
                return self._neighbours(node)
            case s.Hint():
                return hint(node, self._guessed(node))
            case s.Name(name) if name in self.scope.lets and not is_term(self.scope.lets[name]):
                return cast(Formula, self.scope.lets[name])
        return self._bare(node)

    def described(self, counted: s.Described) -> tuple[Formula, ...]:
        """For each digit, that it is as described."""
        group = self.terms.group(s.Digits(counted.owner, counted.span))
        return tuple(self.predicates.apply(counted.predicate, Subject((term,), span=counted.span)) for term in group)

    def distinct(self, counted: s.Described) -> tuple[Formula, ...]:
        """For each value, that a digit has it."""
        return tuple(distinct(self.terms.group(s.Digits(counted.owner, counted.span))))

    def _everything(self, node: s.Expression) -> Subject:
        return Subject(self.terms.group(s.Digits(None, node.span)), True, span=node.span)

    def is_formula(self, node: s.Expression) -> bool:
        """Whether a node states something."""
        return is_formula(node, self.scope)

    def _junction(self, node: s.Junction) -> Formula:
        node = self.continuation.regrouped(node)
        shared = self.continuation.shared(node)
        if node.connective == "and" and of_the_rest(shared):
            return both([*self._and_the_rest(*shared[:2]), *map(self.formula, shared[2:])])
        parts = [self.formula(part) for part in shared]
        match node.connective:
            case "and":
                return both(parts)
            case "or":
                return either(parts)
            case "xor":
                return ExactlyOne(tuple(parts))
            case "nor":
                return both([negate(part) for part in parts])
            case "not":
                return negate(parts[0])
            case "if":
                return Implies(parts[0], parts[1])
            case "iff":
                result = parts[0]
                for part in parts[1:]:
                    result = Iff(result, part)
                return result
        raise AssertionError(f"no such connective: {node.connective}")

    def _bare(self, node: s.Expression) -> Formula:
        """A term where a statement should be: ``… is 3 or 4`` reads it against the subject before."""
        term = self.terms.term(node)
        if self.subject is None:
            help_ = "say something about it: 'is odd', '= 3', 'is larger than …'"
            raise Mistake("E401", node.span, "this is a number; nothing is said about it", help_)
        return both([Compare(cast(CompareOp, self.op), one, term) for one in self.subject.terms])

    def _claim(self, node: s.Claim) -> Formula:
        if node.subject is None:
            subject = self.subject or self._implied(node)
            if len(subject.members) < 2 and self.predicates.is_collective(node.predicate) and self.scope.digits:
                subject = self._everything(node)
        elif self.is_formula(node.subject):
            raise Mistake(
                "E402", node.subject.span, "this is a statement; only numbers and digits can be said to be something"
            )
        elif isinstance(node.subject, s.Described):
            return self._of_described(node.subject, node.predicate)
        else:
            subject = self._fitting(self.terms.subject(node.subject), node)
        match node:
            case s.Claim(s.Number(), s.Related(term=s.Number())):
                help_ = "say which digit: 'the first digit is 7'"
                raise Mistake("E401", node.span, "this says nothing of a digit", help_)
        self.scope.vague = 0
        before = self.scope.current
        owner = self._owner_of(node.subject)
        self.first = self.first or owner
        self._note(subject, node.predicate)
        earlier = before or self.scope.last
        self.scope.current = self._subject_behind(node.subject, subject, owner)
        single = len(subject.terms) == 1 and isinstance(subject.terms[0], Value)
        self.scope.earlier = earlier if single or self._is_another(subject, earlier, node.predicate) else None
        made = self._said(node, subject)
        self.scope.earlier = None
        self._spoken_of(node.subject, subject)
        named = () if isinstance(node.predicate, s.Standing) else subformulas(made)
        self.scope.pair = tuple(dict.fromkeys(one for one in named if isinstance(one, Value)))
        self._left(subject)
        return made

    def _fitting(self, subject: Subject, node: s.Claim) -> Subject:
        """What ``it`` is: the number where the clause says of it what no digit can be."""
        said = node.predicate
        single = len(subject.members) == 1 and len(self.scope.wholes) == 1
        if not single or not isinstance(node.subject, s.Pronoun) or node.subject.who != "it":
            return subject
        whole = self.scope.wholes[0]
        if not isinstance(subject.terms[0], Value) and self.scope.settled and self.scope.current is None:
            related = said.term if isinstance(said, s.Related) else None
            small = related is not None and bounds(self.terms.term(related))[1] < 10 ** (len(whole.digits) - 1)
            equated = small and not isinstance(related, s.Number)
            return subject if equated else self.scope.number(whole, subject.span)
        if not isinstance(subject.terms[0], Value):
            return subject
        compared = {"term": None, "low": None, "by": None} | {
            name: getattr(said, name) for name in ("term", "low") if hasattr(said, name)
        }
        if any(isinstance(one, s.Number) and one.value > 9 for one in compared.values()):
            return self.scope.number(self.scope.wholes[0], subject.span)
        return subject

    def _subject_behind(self, node: s.Expression | None, subject: Subject, owner: Subject | None) -> Subject:
        """What *it* means behind a subject: the number whose reverse or tens digit that was, else the subject."""
        match node:
            case s.Call("reverse", (number,)) | s.Changed(_, number):
                return owner or self.terms.subject(number)
            case s.Call() | s.Operation():
                return subject
        return owner or subject

    def _spoken_of(self, node: s.Expression | None, subject: Subject) -> None:
        """Note what *they* can mean from here on."""
        listed = isinstance(node, s.Listing) or not subject.several
        if listed and all(isinstance(one, Value) for one in subject.terms):
            self.scope.singly = tuple(dict.fromkeys((*self.scope.singly, *subject.terms)))
        self.scope.together = subject if subject.several else self.scope.together

    def _is_another(self, subject: Subject, earlier: Subject | None, predicate: s.Predicate) -> bool:
        """``q is its reverse``, where p was spoken of before: no number is said to equal itself."""
        whole = earlier.whole if earlier is not None else None
        equated = isinstance(predicate, s.Related) and predicate.op == "=" and not isinstance(predicate.term, s.Number)
        return equated and subject.whole is not None and whole is not None and whole != subject.whole

    def _said(self, node: s.Claim, subject: Subject) -> Formula:
        if mentions(node.predicate, *RELATIVES) and not subject.several:
            declared = subject.whole is not None or isinstance(subject.terms[0], Value | Extreme)
            if declared or mentions(node.predicate, *RELATIVES[:-1]):
                return self._seen_from(node, subject.terms[0])
            spoken = set(subformulas(subject.terms[0]))
            self.scope.rest = tuple(Value(name) for name in self.scope.digits if Value(name) not in spoken)
        return self.predicates.apply(node.predicate, subject)

    def _left(self, subject: Subject) -> None:
        """Behind a claim: what ``that`` means, and who the others are."""
        if not subject.several:
            self.scope.spoken = subject.terms[0]
        digits = tuple(Value(name) for name in self.scope.digits)
        self.mentioned += [one for one in subject.terms if one in digits]
        self.scope.rest = tuple(one for one in digits if one not in self.mentioned)
        self.scope.mentioned.update(one for one in subject.terms if one in digits)

    def _of_described(self, described: s.Described, predicate: s.Predicate) -> Formula:
        """``the odd digits add up to 8``, ``the odd digits are less than 7``: of those digits alone."""
        group = self.terms.group(s.Digits(described.owner, described.span))
        which = self.described(described)
        if isinstance(predicate, s.Folded):
            terms = self.terms.chosen(group, which, 0 if predicate.op == "+" else 1)
            return self.predicates.apply(predicate, Subject(terms, True, span=described.span))
        if self.predicates.is_collective(predicate):
            raise Mistake("E403", predicate.span, "this cannot be said of some of several only")
        found = self._each(predicate, Subject(group, True, span=described.span))
        return both([Implies(one, said) for one, said in zip(which, found, strict=True)])

    def _only(self, node: s.Only) -> Formula:
        """``only a is odd``: a is, the other digits are not."""
        subject = self.terms.subject(node.subject)
        self._note(subject, node.predicate)
        rest = [one for one in self.terms.group(s.Digits(None, node.span)) if one not in subject.terms]
        if not rest or self.predicates.is_collective(node.predicate):
            raise Mistake("E306", node.span, "there is no other digit that this would deny")
        others = [self.predicates.apply(node.predicate, Subject((one,), span=node.span)) for one in rest]
        return both([self.predicates.apply(node.predicate, subject), *(negate(one) for one in others)])

    def _owner_of(self, subject: s.Expression | None) -> Subject | None:
        """What ``its`` in ``its tens digit``, ``their`` in ``their sum`` points at: ``it`` goes on meaning that."""
        last = self.scope.last
        spoken = last if last is not None and (last.whole is not None or last.several) else None
        match subject:
            case s.Place(owner=owner) | s.Ordinal(owner=owner) | s.Slice(owner=owner) | s.Digits(owner=owner):
                return spoken if spoken is not None and spoken.whole is not None and _is_it(owner) else None
            case s.Call(arguments=(s.Digits(owner=owner),)) if _is_it(owner):
                return spoken
            case s.Call(arguments=(s.Digits(owner=owner),)) if len(self.scope.wholes) == 1 and not _mine(owner):
                return self.scope.number(self.scope.whole(owner, subject.span), subject.span)
            case s.Call(arguments=(s.Pronoun("whole"),)) if len(self.scope.wholes) == 1:
                return self.scope.number(self.scope.wholes[0], subject.span)
            case s.Operation() if speaks_of_it(subject):
                return spoken
        return None

    def _seen_from(self, node: s.Claim, term: Term) -> Formula:
        """``the last digit is the sum of the others``: said of one digit, seen from it."""
        group = self.terms.group(s.Digits(None, node.span))
        numbers = tuple(whole.term for whole in self.scope.wholes)
        if term in numbers and len(numbers) > 1:
            group = numbers
        subject = Subject(group, True, span=node.span)
        if isinstance(term, Extreme) and set(term.terms) <= set(group):
            found = self._each(node.predicate, subject)
            return either([both([Compare("=", one, term), said]) for one, said in zip(group, found, strict=True)])
        if term not in group:
            raise Mistake("E306", node.span, "this can be said of a single digit only", "name the other digits")
        found = self._each(node.predicate, subject, only=term)
        if not found:
            raise Mistake("E305", node.span, "there is no digit on that side")
        return found[0]

    def _implied(self, node: s.Claim) -> Subject:
        """What a clause without a subject speaks of: the number, or all digits."""
        if len(self.scope.wholes) == 1:
            return self.scope.number(self.scope.wholes[0], node.span)
        if self.predicates.is_collective(node.predicate) and self.scope.digits:
            return self._everything(node)
        raise Mistake(
            "E306", node.span, "nothing is named that this could be said of", "name the digit: 'the first is …'"
        )

    def _note(self, subject: Subject, predicate: s.Predicate) -> None:
        """Keep what is spoken of, for pronouns behind it."""
        self.subject, self.op = subject, "="
        self.scope.current = subject
        self.first = self.first or subject
        if isinstance(predicate, s.Combined) and predicate.connective == "not":
            predicate = predicate.parts[0]
        if isinstance(predicate, s.Related):
            self.op = self.predicates.related_op(predicate)

    def _chain(self, node: s.Chain) -> Formula:
        if any(self.is_formula(term) for term in node.terms):
            return self._equivalence(node)
        if mentions(node.terms, *RELATIVES):
            self._look_from(node)
        terms: list[Term] = [self.terms.term(term) for term in node.terms]
        self.scope.relatives = {}
        self.subject, self.op = Subject((terms[0],), span=node.terms[0].span), node.ops[-1]
        subject = self.terms.subject(node.terms[0])
        self.first, self.scope.current = self.first or subject, subject
        parts = [Compare(cast(CompareOp, op), a, b) for op, a, b in zip(node.ops, terms, terms[1:], strict=False)]
        return both(parts)

    def _look_from(self, node: s.Chain) -> None:
        """The others, where a relation speaks of them: all digits but those of its first side."""
        group = self.terms.group(s.Digits(None, node.span))
        own = [one for one in subformulas(self.terms.term(node.terms[0])) if isinstance(one, Value)]
        rest = tuple(one for one in group if one not in own)
        self.scope.relatives = {"others": rest}

    def _equivalence(self, node: s.Chain) -> Formula:
        """``(F) = (G)``: both hold or neither does."""
        wrong = next((term for term in node.terms if not self.is_formula(term)), None)
        if wrong is not None:
            raise Mistake(
                "E403",
                wrong.span,
                "a statement cannot be compared with a number",
                "compare numbers, or join statements",
            )
        if len(node.terms) > 2 or node.ops[0] not in ("=", "!="):
            raise Mistake("E403", node.span, "statements can only be '=' or '!='", "use 'if and only if'")
        made = Iff(self.formula(node.terms[0]), self.formula(node.terms[1]))
        return made if node.ops[0] == "=" else Not(made)

    def _quantified(self, node: s.Quantified) -> Formula:
        if node.predicate is None:
            items = node.group.items if isinstance(node.group, s.Listing) else (node.group,)
            return quantify(node.quantifier, [self._apart(item) for item in items])
        if isinstance(node.group, s.Described):
            return self._quantified_described(node.quantifier, node.group, node.predicate)
        if isinstance(node.group, s.Digits) and isinstance(found := self.terms.owned(node.group.owner), Numeral):
            written = [both([fits, self._of_each(node, digits)]) for fits, digits in found.forms()]
            return either(written)
        members = self.terms.group(node.group)
        if node.quantifier.op == "all" and isinstance(node.group, s.Slice | s.Listing):
            self.scope.singly = tuple(dict.fromkeys((*self.scope.singly, *members)))
        return self._of_each(node, members)

    def _of_each(self, node: s.Quantified, members: tuple[Term, ...]) -> Formula:
        """A quantified predicate of some terms."""
        assert node.predicate is not None
        assert node.group is not None
        subject = Subject(members, True, span=node.group.span)
        self.first = self.first or subject
        self.subject = self.subject or subject
        self.scope.current = subject
        if self.predicates.is_collective(node.predicate) and not isinstance(node.predicate, s.Having):
            return self._collective(node, subject)
        quantifier, formulas = node.quantifier, self._each(node.predicate, subject)
        if mentions(node.predicate, "another", "others") and (quantifier.op, quantifier.count) == ("=", 1):
            quantifier = replace(quantifier, op="some")
        return quantify(quantifier, formulas)

    def _and_the_rest(self, node: s.Expression, rest: s.Expression) -> list[Formula]:
        """``One digit is 7 and the other two are equal``: some as many are, and the digits beside them."""
        assert isinstance(node, s.Quantified)
        assert isinstance(rest, s.Claim)
        said = self.formula(node)
        terms = self.terms.group(node.group)
        said_of = Subject(terms, True, span=node.group.span)
        together = self.predicates.is_collective(cast(s.Predicate, node.predicate))
        which = [] if together else self._each(cast(s.Predicate, node.predicate), said_of)
        count = max(1, node.quantifier.count)
        if math.comb(len(terms), count) > MOST_CHOICES:
            raise Mistake("E106", node.span, f"{count} of {len(terms)} digits are too many ways to choose", "name them")
        chosen = itertools.combinations(range(len(terms)), count)
        found = []
        for places in chosen:
            others = tuple(term for place, term in enumerate(terms) if place not in places)
            if not others:
                raise Mistake("E306", rest.span, "there are no others", "name the digits")
            beside = Subject(others, len(others) > 1, span=rest.span)
            stated = [which[place] for place in places] if which else [self._of_chosen(node, terms, places)]
            found.append(both([*stated, self.predicates.apply(rest.predicate, beside)]))
        return [said, either(found)]

    def _of_chosen(self, node: s.Quantified, terms: tuple[Term, ...], places: tuple[int, ...]) -> Formula:
        """What is said of some digits together: ``two of the digits add up to 9``."""
        chosen = tuple(terms[place] for place in places)
        return self.predicates.apply(cast(s.Predicate, node.predicate), Subject(chosen, True, span=node.span))

    def _apart(self, node: s.Expression) -> Formula:
        """A statement in which ``it`` is not what its neighbours in a list speak of."""
        self.scope.current = None
        return self.formula(node)

    def _quantified_described(
        self, quantifier: s.Quantifier, described: s.Described, predicate: s.Predicate
    ) -> Formula:
        """``every odd digit is greater than 4``, ``two prime digits are odd``."""
        if quantifier.op == "all":
            return self._of_described(described, predicate)
        group = self.terms.group(s.Digits(described.owner, described.span))
        found = self._each(predicate, Subject(group, True, span=described.span))
        return quantify(quantifier, [both(pair) for pair in zip(self.described(described), found, strict=True)])

    def _each(self, predicate: s.Predicate, subject: Subject, only: Term | None = None) -> list[Formula]:
        """The predicate of each term, seen from it: the digit before it, another, the others."""
        terms, scope = subject.terms, self.scope
        found: list[Formula] = []
        for place, term in enumerate(terms):
            rest = terms[:place] + terms[place + 1 :]
            before, behind = terms[max(0, place - 1) : place], terms[place + 1 : place + 2]
            if only is not None and term != only:
                continue
            beside = {"before": before, "two before": _two_before(terms, place), "behind": behind}
            if any(not there and mentions(predicate, which) for which, there in beside.items()):
                continue
            scope.relatives = {**beside, "others": rest}
            one = Subject((term,), span=subject.span)
            choices = rest if mentions(predicate, "another") else (term,)
            made = []
            for other in choices:
                scope.relatives["another"] = (other,)
                made.append(self.predicates.apply(predicate, one))
            found.append(either(made))
        scope.relatives = {}
        return found

    def _collective(self, node: s.Quantified, subject: Subject) -> Formula:
        """``two of the digits are the same``, ``no digit is repeated``."""
        predicate = node.predicate
        assert predicate is not None
        if isinstance(predicate, s.Folded | s.Differing) and (node.quantifier.op, node.quantifier.count) == ("<", 2):
            pairs = itertools.combinations(subject.terms, 2)
            return both([negate(self.predicates.apply(predicate, Subject(one, True, span=node.span))) for one in pairs])
        if isinstance(predicate, s.Folded | s.Differing) and quantifier_is(node.quantifier, 2, len(subject.terms)):
            groups = itertools.combinations(subject.terms, node.quantifier.count)
            found = [self.predicates.apply(predicate, Subject(one, True, span=node.span)) for one in groups]
            return either(found)
        if quantifier_is(node.quantifier, len(subject.terms), len(subject.terms) + 1) and len(subject.terms) > 2:
            return self.predicates.apply(predicate, subject)
        if isinstance(predicate, s.Combined) and predicate.connective == "and" and node.quantifier.count > 1:
            groups = itertools.combinations(subject.terms, node.quantifier.count)
            some = [self.predicates.apply(predicate, Subject(one, True, span=node.span)) for one in groups]
            return both([self._collective(replace(node, predicate=predicate.parts[0]), subject), either(some)])
        negated = isinstance(predicate, s.Combined) and predicate.connective == "not"
        inner = predicate.parts[0] if isinstance(predicate, s.Combined) else predicate
        word = inner.words[0] if isinstance(inner, s.Adjectives) else ""
        quantifier = node.quantifier
        if (
            quantifier.op == "all"
            and isinstance(inner, s.Adjectives | s.Folded | s.Arranged | s.Differing)
            and word != "repeated"
        ):
            return self.predicates.apply(predicate, subject)
        if negated:
            raise Mistake("E403", node.span, "this cannot be said of some of several only")
        return some_of(word, quantifier, subject.terms, node.span)

    def _neighbours(self, node: s.Neighbours) -> Formula:
        terms = self.terms.group(s.Digits(node.owner, node.span))
        if len(terms) < 2:
            raise Mistake("E306", node.span, "there are no two neighbouring digits")
        if node.pairs is not None:
            pairs = [Subject(one, True, span=node.span) for one in itertools.combinations(terms, 2)]
            exactly = s.Quantifier("=", node.pairs)
            return quantify(exactly, [self.predicates.apply(node.predicate, one) for one in pairs])
        found = []
        for a, b in itertools.pairwise(terms):
            match node.fold:
                case "difference":
                    pair = Subject((Absolute(minus(a, b)),), span=node.span)
                case "sum":
                    pair = Subject((Sum((a, b)),), span=node.span)
                case "product":
                    pair = Subject((Product((a, b)),), span=node.span)
                case "number":
                    pair = Subject((decimal((a, b)),), span=node.span, parts=(a, b))
                case _:
                    pair = Subject((a, b), True, span=node.span)
            self.subject = self.first = pair
            found.append(self.predicates.apply(node.predicate, pair))
        return both(found)

    def _guessed(self, node: s.Hint) -> tuple[Term, ...]:
        """The digits that a guess is about: of the code, where there is one."""
        if len(self.scope.wholes) == 1:
            return tuple(Value(name) for name in self.scope.wholes[0].digits)
        return self.terms.group(s.Digits(None, node.span))


def _counted(quantifier: s.Quantifier) -> int:
    """How many things it counts without telling which; 0 where it speaks of all or none."""
    return 0 if quantifier.op in ("all", "none") else max(1, quantifier.count)


def _two_before(terms: tuple[Term, ...], place: int) -> tuple[Term, ...]:
    """The sum of the two terms before a place, nothing where there are not two."""
    return (Sum(terms[place - 2 : place]),) if place > 1 else ()
