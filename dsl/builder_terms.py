"""Trees to syntax nodes: terms."""

from fractions import Fraction

from oedipus.dsl import syntax as s
from oedipus.dsl.reductions import (
    Children,
    count_of,
    is_a,
    items_of,
    nodes_of,
    number_of,
    own,
    owner_in,
    owner_of,
    span,
    values,
)
from oedipus.dsl.terminals import span_of


class TermBuilder:
    """One method for each alternative of a term in grammar.lark."""

    def listing(self, c: Children) -> s.Listing:
        return s.Listing(tuple(nodes_of(c)), span(c))

    def one_item(self, c: Children) -> s.Expression:
        return c[0]

    def plus(self, c: Children) -> s.Operation:
        return _flat("+", c)

    def times(self, c: Children) -> s.Operation:
        return _flat("*", c)

    def minus(self, c: Children) -> s.Operation:
        return s.Operation("-", (c[0], c[2]), span(c))

    def over(self, c: Children) -> s.Operation:
        return s.Operation(c[1].value, (c[0], c[2]), span(c))

    def power(self, c: Children) -> s.Operation:
        return s.Operation("**", (c[0], c[2]), span(c))

    def squared(self, c: Children) -> s.Operation:
        return s.Operation("**", (c[0], s.Number(Fraction(c[1].value), span_of(c[1]))), span(c))

    def negative(self, c: Children) -> s.Expression:
        if isinstance(c[1], s.Number):
            return s.Number(-c[1].value, span(c))
        return s.Operation("neg", (c[1],), span(c))

    def multiple(self, c: Children) -> s.Operation:
        factor = Fraction(c[0].value)
        if factor.numerator == 1 and factor.denominator > 1:
            return s.Operation("/", (c[1], s.Number(Fraction(factor.denominator), span_of(c[0]))), span(c))
        return s.Operation("*", (s.Number(factor, span_of(c[0])), c[1]), span(c))

    def fold(self, c: Children) -> s.Call:
        function = "number" if c[0].type == "FORMED" else c[0].value
        return s.Call(function, items_of(c[1]), span(c))

    def difference(self, c: Children) -> s.Call:
        return s.Call("difference", (c[1], c[3]), span(c))

    def call(self, c: Children) -> s.Call:
        return s.Call(c[0].value, items_of(c[2]), span(c))

    def call_one(self, c: Children) -> s.Call:
        return s.Call(c[0].value, (c[1],), span(c))

    def own_unary(self, c: Children) -> s.Call:
        return s.Call(c[1].value, (owner_of(c[0]),), span(c))

    def reversed(self, c: Children) -> s.Call | s.Changed:
        nodes = nodes_of(c)
        owner = nodes[0] if nodes else own(c) or s.Pronoun("whole", span(c))
        change = next(one.value for one in c if is_a(one, "REVERSED"))
        return s.Changed(change, owner, span(c)) if change else s.Call("reverse", (owner,), span(c))

    def powers(self, c: Children) -> s.Call:
        return s.Call("squares" if c[0].value == 2 else "cubes", tuple(nodes_of(c)), span(c))

    def digit_sum(self, c: Children) -> s.Call:
        nodes = nodes_of(c)
        function = next(one.value for one in c if is_a(one, "DIGIT_SUM"))
        return s.Call(function, (s.Digits(nodes[0] if nodes else own(c), span(c)),), span(c))

    def tally(self, c: Children) -> s.Tally:
        return s.Tally(c[1], span(c))

    def tally_all(self, c: Children) -> s.Tally:
        every = s.Related(">=", s.Number(Fraction(0)), span=span(c))
        return s.Tally(s.Described(every, own(c), span(c)), span(c))

    def remainder(self, c: Children) -> s.Operation:
        return s.Operation("%", (c[1], c[3]), span(c))

    def parenthesis(self, c: Children) -> s.Expression:
        return c[1]

    def all_but(self, c: Children) -> s.Digits:
        return s.Digits(None, span(c), besides=c[-1])

    def all_digits(self, c: Children) -> s.Digits:
        nodes = nodes_of(c)
        return s.Digits(nodes[0] if nodes else own(c), span(c))

    def number(self, c: Children) -> s.Number:
        written = str(c[0].value)
        zeros = len(written) - len(str(int(written))) if written.isdecimal() else 0
        return s.Number(number_of(c[0]), span_of(c[0]), zeros)

    def letters(self, c: Children) -> s.Letters:
        return s.Letters(c[0].value, span_of(c[0]))

    def text(self, c: Children) -> s.Text:
        return s.Text(c[0].value, span_of(c[0]))

    def name(self, c: Children) -> s.Name:
        return s.Name(c[0].value, span_of(c[0]))

    def ordinal(self, c: Children) -> s.Ordinal:
        return s.Ordinal(int(values(c, "ORD")[0]), owner_in(c), span(c))

    def place(self, c: Children) -> s.Place:
        return s.Place(values(c, "PLACE")[0], owner_in(c), span(c))

    def slice(self, c: Children) -> s.Slice:
        at = next(one for one in c if is_a(one, "SLICE"))
        start, count = at.value
        return s.Slice(start, count_of(count, at), owner_in(c), span(c))

    def owner(self, c: Children) -> s.Expression:
        return owner_of(c[0])

    def that(self, c: Children) -> s.Pronoun:
        return s.Pronoun("that", span(c))

    def neighbour(self, c: Children) -> s.Relative:
        match c[0].value:
            case -2:
                return s.Relative("two before", span(c))
            case -1:
                return s.Relative("before", span(c))
        return s.Relative("behind", span(c))

    def another(self, c: Children) -> s.Relative:
        return s.Relative("another", span(c))

    def others(self, c: Children) -> s.Relative:
        return s.Relative("others", span(c))

    def whole(self, c: Children) -> s.Pronoun:
        return s.Pronoun("whole", span(c))

    def it(self, c: Children) -> s.Pronoun:
        return s.Pronoun("it", span(c), plural=c[0].value == "they")


def _flat(op: str, c: Children) -> s.Operation:
    """``a + b + c`` as one sum; a sum in parentheses keeps its own node where it stands to the right."""
    left = c[0].operands if isinstance(c[0], s.Operation) and c[0].op == op else (c[0],)
    return s.Operation(op, (*left, c[2]), span(c))
