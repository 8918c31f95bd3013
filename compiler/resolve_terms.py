"""Syntax terms to checked terms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from oedipus.compiler.arithmetic import LARGEST, constant, is_term, minus, plus, square_root
from oedipus.compiler.checked import (
    Absolute,
    Arithmetic,
    Constant,
    Count,
    Extreme,
    Formula,
    Lookup,
    Product,
    Sum,
    Term,
    Value,
)
from oedipus.compiler.numerals import Numeral, numeral
from oedipus.compiler.pronouns import of_it, others
from oedipus.compiler.rearranged import changed
from oedipus.compiler.scope import Scope, Subject, decimal, pick
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.spans import Span

if TYPE_CHECKING:
    from oedipus.compiler.resolve_formulas import Formulas

CIRCLES = (1, 0, 0, 0, 0, 0, 1, 0, 2, 1)
"""Closed circles in each digit."""
DEEPEST_COUNT = 3


class Terms:
    """Resolves terms in a scope; ``formulas`` resolves the statements that counts hold."""

    def __init__(self, scope: Scope, formulas: "Formulas") -> None:
        self.scope = scope
        self.formulas = formulas
        self.counting = 0

    def term(self, node: s.Expression) -> Term:
        """The term that ``node`` stands for. Raises :class:`Mistake` where it is none."""
        match node:
            case s.Number(value):
                return Constant(value)
            case s.Name():
                return self._name(node)
            case s.Ordinal() | s.Place():
                return self._placed(node)
            case s.Pronoun():
                return self._pronoun(node)
            case s.Letters() | s.Slice() | s.Changed():
                return self._spelt(node)
            case s.Operation(op, operands):
                return self._operation(op, operands, node.span)
            case s.Call():
                return self._call(node)
            case s.Tally(counted):
                return self._count(counted)
            case s.Relative(which):
                return self._relative(which, node.span)
            case s.Listing() | s.Digits():
                raise Mistake("E402", node.span, "one number is needed here, not a list")
        said = (
            "a path is not a number" if isinstance(node, s.Text) else "this is a statement, true or false, not a number"
        )
        raise Mistake("E402", node.span, said)

    def _count(self, counted: s.Described) -> Term:
        """How many digits are so. A count inside a count is resolved once for each digit, so few may nest."""
        if self.counting == DEEPEST_COUNT:
            raise Mistake("E106", counted.span, f"at most {DEEPEST_COUNT} counts may nest", "name parts with let")
        if isinstance(counted.predicate, s.Adjectives) and counted.predicate.words == ("different",):
            return Count(self.formulas.distinct(counted))
        self.counting += 1
        try:
            return Count(self.formulas.described(counted))
        finally:
            self.counting -= 1

    def subject(self, node: s.Expression) -> Subject:
        """What a predicate is said of."""
        match node:
            case s.Listing(items):
                return Subject(tuple(self.term(item) for item in items), True, span=node.span, named=True)
            case s.Digits(owner=owner) if isinstance(found := self.owned(owner), Numeral):
                return Subject((found.term,), True, span=node.span, computed=True)
            case s.Digits() | s.Relative("others"):
                return Subject(self.group(node), True, span=node.span)
            case s.Ordinal(owner=owner) | s.Place(owner=owner) if self.owned(owner) is not None:
                return Subject((self.term(node),), span=node.span)
            case s.Slice(owner=owner) if isinstance(self.owned(owner), Numeral):
                return Subject((self.term(node),), span=node.span)
            case s.Slice() | s.Letters():
                return Subject((self.term(node),), span=node.span, parts=self.digits(node) or ())
            case s.Pronoun("whole"):
                return self.scope.number(self.scope.whole(None, node.span), node.span)
            case s.Pronoun("it"):
                return self.scope.it(node)
            case s.Name(name) if whole := next((one for one in self.scope.wholes if one.name.lower() == name), None):
                return self.scope.number(whole, node.span)
        variable = self.scope.variable(node)
        return Subject((Value(variable.name) if variable else self.term(node),), span=node.span)

    def group(self, node: s.Expression) -> tuple[Term, ...]:
        """The terms of a list, of all digits, or of a number."""
        match node:
            case s.Listing(items):
                return tuple(self.term(item) for item in items)
            case s.Digits(besides=besides) if besides is not None:
                left_out = self.group(besides)
                return tuple(one for one in self.group(s.Digits(node.owner, node.span)) if one not in left_out)
            case s.Digits(None):
                names = self.scope.digits
                if not names:
                    raise Mistake("E306", node.span, "no digits are declared", "declare them first: digits a, b")
                return tuple(Value(name) for name in names)
            case s.Digits(s.Pronoun("them") as owner) if len(self.scope.wholes) > 1:
                return self.scope.it(replace(owner, who="it")).terms
            case s.Digits(s.Pronoun("it" | "them") as owner):
                return of_it(self.scope, node, owner) or self.group(s.Digits(None, node.span))
            case s.Relative("others") if not self.scope.relatives:
                return others(self.scope, node)
            case s.Digits(s.Pronoun("numbers")):
                return tuple(whole.term for whole in self.scope.wholes)
            case s.Relative():
                return self.scope.relatives.get(node.which) or (self._relative(node.which, node.span),)
            case s.Digits(owner):
                found = self.owned(owner)
                if isinstance(found, Numeral):
                    told = "how many digits this has is not known beforehand"
                    raise Mistake("E407", node.span, told, "say it of all: 'the digits of … are odd'")
                return found or tuple(Value(name) for name in self.scope.whole(owner, node.span).digits)
        return self.digits(node) or (self.term(node),)

    def digits(self, node: s.Expression) -> tuple[Term, ...] | None:
        """The decimal digits of a number that is made of some, else None."""
        match node:
            case s.Slice(owner=owner):
                owned = self.owned(owner)
                if isinstance(owned, Numeral):
                    return None
                return self.scope.sliced(node, owned or tuple(Value(name) for name in self.scope.named(node)))
            case s.Letters(word):
                return self._word(word, node.span)
            case s.Pronoun("whole"):
                return self.scope.number(self.scope.whole(None, node.span), node.span).members
            case s.Pronoun("it"):
                found = self.scope.it(node)
                only = self.scope.wholes[0] if len(self.scope.wholes) == 1 else None
                return found.members if found.whole or only is None else tuple(Value(name) for name in only.digits)
            case s.Name(name):
                whole = next((one for one in self.scope.wholes if one.name.lower() == name), None)
                return tuple(Value(one) for one in whole.digits) if whole else self.scope.spelled.get(name)
            case s.Call("number", arguments):
                return self._spelled(arguments)
            case s.Call("reverse", (inner,)):
                return (self.digits(inner) or ())[::-1] or None
            case s.Changed(change, inner):
                found_digits = self.digits(inner)
                return changed(change, found_digits, node.span) if found_digits else None
            case s.Digits():
                return self.group(node)
        return None

    def chosen(self, group: Sequence[Term], which: Sequence[Formula], otherwise: int) -> tuple[Term, ...]:
        """Each term where its formula holds, else 0 or 1, which add or multiply nothing."""
        out: list[Term] = []
        for term, formula in zip(group, which, strict=True):
            part: Term = Product((Count((formula,)), term))
            out.append(part if not otherwise else Sum((part, minus(constant(1), Count((formula,))))))
        return tuple(out)

    def _relative(self, which: str, span: Span) -> Term:
        found = self.scope.relatives.get(which, ())
        if len(found) != 1:
            raise Mistake(
                "E306", span, "this is said of each of several digits", "write 'each digit is …' or 'one digit is …'"
            )
        return found[0]

    def _word(self, word: str, span: Span) -> tuple[Term, ...]:
        """The digits of a word; a numeral in it stands for itself."""
        digits: tuple[Term, ...] = tuple(
            constant(int(letter)) if letter.isdecimal() else Value(self._letter(letter, span))
            for letter in word.lower()
        )
        if isinstance(digits[0], Value):
            self.scope.words_spelled.setdefault(word, digits)
            self.scope.spelling = self.scope.spelling or self.scope.at
        return digits

    def _letter(self, letter: str, span: Span) -> str:
        if letter not in self.scope.variables:
            raise Mistake("E101", span, f"no digit is called '{letter}'", f"declare it: digits {letter}")
        return self.scope.variables[letter].name

    def _name(self, node: s.Name) -> Term:
        if node.name in self.scope.variables:
            return self._digit(node)
        if node.name in self.scope.lets:
            found = self.scope.lets[node.name]
            if not is_term(found):
                raise Mistake("E402", node.span, f"'{node.name}' names a statement, not a number")
            return found
        if node.name in self.scope.data:
            raise Mistake("E402", node.span, f"'{node.name}' is measured data, not a number")
        whole = next((one for one in self.scope.wholes if one.name.lower() == node.name), None)
        if whole is None:
            raise Mistake(
                "E101", node.span, f"'{node.name}' is declared further down only", "declare it before its first use"
            )
        return whole.term

    def owned(self, owner: s.Expression | None) -> tuple[Term, ...] | Numeral | None:
        """The digits of a number that is not declared but spelled or computed; None for a declared one."""
        match owner:
            case None | s.Pronoun():
                return None
            case s.Name(name) if name in self.scope.variables or any(
                one.name.lower() == name for one in self.scope.wholes
            ):
                return None
        return self.digits(owner) or numeral(self.term(owner), owner.span)

    def _spelt(self, node: s.Letters | s.Slice | s.Changed) -> Term:
        """The number that some digits spell: a word, a few of a number's digits, or all after a deed."""
        match node:
            case s.Changed(change, number):
                return decimal(changed(change, self._written((number,)), node.span))
            case s.Slice():
                return self._slice(node)
        return decimal(self.digits(node) or ())

    def _slice(self, node: s.Slice) -> Term:
        found = self.owned(node.owner)
        if not isinstance(found, Numeral):
            return decimal(self.digits(node) or ())
        if node.start == 0:
            raise Mistake(
                "E407", node.span, "a computed number has no known middle", "speak of its first or last digits"
            )
        return found.last(node.count) if node.start < 0 else found.first(0, node.count)

    def _placed(self, node: s.Ordinal | s.Place) -> Term:
        found = self.owned(node.owner)
        if isinstance(found, Numeral):
            if isinstance(node, s.Place):
                return found.last(1, node.power)
            if node.index == 0:
                raise Mistake(
                    "E407", node.span, "a computed number has no known middle", "count from its first or last"
                )
            return found.first(node.index - 1, 1) if node.index > 0 else found.last(1, -1 - node.index)
        if found is not None:
            return pick(found, node.index if isinstance(node, s.Ordinal) else -1 - node.power, node.span)
        return self._digit(node)

    def _digit(self, node: s.Expression) -> Term:
        variable = self.scope.variable(node)
        if variable is None or variable.kind not in self.scope.words.readers:
            name, kind = (variable.name, variable.kind) if variable else ("it", "thing")
            raise Mistake("E406", node.span, f"'{name}' is a {kind}: it shows no number")
        return Value(variable.name)

    def _pronoun(self, node: s.Pronoun) -> Term:
        if node.who == "that":
            self.scope.certain(node.span, plural=False, before=True)
            if self.scope.spoken is None:
                raise Mistake(
                    "E306", node.span, "nothing was spoken of before that 'that' could mean", "name the digit"
                )
            return self._shown(self.scope.spoken, node.span)
        if node.who == "whole":
            return self.scope.whole(None, node.span).term
        subject = self.scope.it(node)
        if subject.several:
            raise Mistake("E306", node.span, "'it' could be several things here", "name the one you mean")
        return self._shown(subject.terms[0], node.span)

    def _shown(self, term: Term, span: Span) -> Term:
        """The term, unless it is a picture of something that shows no number."""
        variable = self.scope.variables[term.variable.lower()] if isinstance(term, Value) else None
        if variable is not None and variable.kind not in self.scope.words.readers:
            raise Mistake("E406", span, f"'{variable.name}' is a {variable.kind}: it shows no number")
        return term

    def _operation(self, op: str, operands: Sequence[s.Expression], span: Span) -> Term:
        terms = [self.term(one) for one in operands]
        match op:
            case "+":
                return Sum(tuple(terms))
            case "*":
                return Product(tuple(terms))
            case "neg":
                return Product((constant(-1), terms[0]))
            case "-" | "/" | "//" | "%" | "**":
                if op in ("/", "//", "%") and terms[1] == constant(0):
                    raise Mistake("E404", operands[1].span, "nothing can be divided by 0")
                if op == "**" and isinstance(terms[0], Constant) and isinstance(terms[1], Constant):
                    self._small_power(terms[0].value, terms[1].value, span)
                return Arithmetic(op, terms[0], terms[1])
        raise AssertionError(f"no such operation: {op}")

    def _small_power(self, base: Fraction, exponent: Fraction, span: Span) -> None:
        size = abs(base)
        if exponent > 60 or (size > 1 and exponent > 0 and float(size) ** float(exponent) > LARGEST):
            raise Mistake("E405", span, f"numbers go up to {LARGEST:,}".replace(",", " "))

    def _call(self, node: s.Call) -> Term:
        if node.function in FUNCTIONS:
            lowest, build = FUNCTIONS[node.function]
            terms = self._spread(node) if node.function in _SPREAD else [self.term(one) for one in node.arguments]
            most = 99 if node.function in _SPREAD and node.function != "difference" else lowest
            if not lowest <= len(terms) <= most:
                raise Mistake(
                    "E410",
                    node.span,
                    f"{node.function} takes {lowest} number{'s' * (lowest > 1)}, here are {len(terms)}",
                )
            return build(terms)
        match node.function:
            case "number":
                return decimal(self._spelled(node.arguments))
            case "reverse" if len(node.arguments) == 1 and not self.digits(node.arguments[0]):
                found = numeral(self.term(node.arguments[0]), node.span).forms()
                return Sum(tuple(Product((Count((fits,)), decimal(digits[::-1]))) for fits, digits in found))
            case "reverse":
                return decimal(self._written(node.arguments)[::-1])
            case "circles":
                return Lookup("circles", self._one_digit(node), CIRCLES)
        raise Mistake(
            "E402", node.span, f"{node.function} of a picture is no whole number", "measure it: age(x) = 33 ± 1"
        )

    def _spread(self, node: s.Call) -> list[Term]:
        if len(node.arguments) == 1:
            inner = node.arguments[0]
            if isinstance(inner, s.Digits) and node.function in ("sum", "max"):
                found = self.owned(inner.owner)
                if isinstance(found, Numeral):
                    return list(found.padded)
            if isinstance(inner, s.Call) and inner.function in ("squares", "cubes"):
                power = constant(2 if inner.function == "squares" else 3)
                return [Arithmetic("**", one, power) for one in self._spread(inner)]
            if isinstance(inner, s.Described):
                return self._of_described(node.function, inner)
            return list(self.group(node.arguments[0]))
        return [self.term(one) for one in node.arguments]

    def _of_described(self, function: str, described: s.Described) -> list[Term]:
        """``the sum of the odd digits``."""
        if function not in ("sum", "product"):
            raise Mistake("E402", described.span, "of some of the digits there is a sum or a product only")
        group = self.group(s.Digits(described.owner, described.span))
        return list(self.chosen(group, self.formulas.described(described), int(function == "product")))

    def _spelled(self, arguments: Sequence[s.Expression]) -> tuple[Term, ...]:
        found: list[Term] = []
        for one in arguments:
            terms = self.group(one) if isinstance(one, s.Digits | s.Slice) else (self.term(one),)
            for term in terms:
                digit = isinstance(term, Constant) and term.value in range(10)
                if not (digit or isinstance(term, Value | Lookup)):
                    raise Mistake("E407", one.span, "a number is written with single digits here")
            found += terms
        return tuple(found)

    def _written(self, number: Sequence[s.Expression]) -> tuple[Term, ...]:
        digits = self.digits(number[0]) if len(number) == 1 else self._spelled(number)
        if not digits:
            told = "only a number written with digits can be rearranged"
            raise Mistake("E407", number[0].span, told, "use number(a, b, c)")
        return digits

    def _one_digit(self, node: s.Call) -> Term:
        term = self.term(node.arguments[0])
        if len(node.arguments) != 1 or not isinstance(term, Value):
            raise Mistake("E407", node.span, f"{node.function} reads one digit")
        return term


_SPREAD = frozenset({"difference", "sum", "product", "min", "max", "average"})
FUNCTIONS: Mapping[str, tuple[int, Callable[[list[Term]], Term]]] = {
    "sum": (1, lambda terms: plus(*terms)),
    "product": (1, lambda terms: terms[0] if len(terms) == 1 else Product(tuple(terms))),
    "min": (1, lambda terms: Extreme("min", tuple(terms))),
    "max": (1, lambda terms: Extreme("max", tuple(terms))),
    "average": (1, lambda terms: Arithmetic("/", plus(*terms), constant(len(terms)))),
    "abs": (1, lambda terms: Absolute(terms[0])),
    "difference": (2, lambda terms: Absolute(minus(terms[0], terms[1]))),
    "square": (1, lambda terms: Arithmetic("**", terms[0], constant(2))),
    "cube": (1, lambda terms: Arithmetic("**", terms[0], constant(3))),
    "sqrt": (1, lambda terms: square_root(terms[0])),
    "triple": (1, lambda terms: Product((constant(3), terms[0]))),
    "double": (1, lambda terms: Product((constant(2), terms[0]))),
}
