"""Core text to syntax: the words of a clause, through the tables of core.lark, to one node."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from oedipus.dsl import syntax as s
from oedipus.dsl.bounds import MOST_ALPHA
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.lettered import lettered
from oedipus.dsl.nesting import bounded
from oedipus.dsl.reader import Word
from oedipus.dsl.spans import Span
from oedipus.dsl.tables import END, Unexpected, run
from oedipus.dsl.terminals import Token
from oedipus.dsl.vocabulary import Vocabulary

KEYWORDS = frozenset(
    "alpha and by code count data evidence find for from given if iff in leading let network no not of or "
    "solution solutions solve then use with xor zeros".split()
)
SIGNS: Mapping[str, str] = {
    "=": "EQ", "==": "EQ", "!=": "NE", "<>": "NE", "≠": "NE", "<": "LT", "<=": "LE", "≤": "LE", ">": "GT", ">=": "GE",
    "≥": "GE", "+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "OVER", "//": "FLOOR", "%": "MOD", "**": "POWER",
    "^": "POWER", "±": "PM", "+-": "PM", "+/-": "PM", "(": "LPAR", ")": "RPAR", "[": "LBRACKET", "]": "RBRACKET",
    ",": "COMMA", ":": "COLON", "?": "OPEN",
}  # fmt: skip
RELATIONS = {"EQ": "=", "NE": "!=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
_SIGN_OF = {**RELATIONS, "COMMA": ",", "RPAR": ")", END: "the end"}


class NotCore(Exception):  # noqa: N818
    """The words are no core text; ``at`` is the index of the first that cannot stand where it stands."""

    def __init__(self, at: int, expected: set[str]) -> None:
        self.at, self.expected = at, expected
        super().__init__(f"word {at}")

    def signs(self) -> list[str]:
        """What could stand there, as far as it is a sign."""
        return [sign for terminal, sign in _SIGN_OF.items() if terminal in self.expected]


def read_core(
    words: Sequence[Word],
    vocabulary: Vocabulary,
    names: frozenset[str] = frozenset(),
    spells: Callable[[str], bool] = lambda _: False,
    values: frozenset[str] = frozenset(),
) -> s.Body:
    """The clause that core text says; ``names`` are those declared, ``spells`` tells the words that are made of
    one-letter names, and ``values`` are values of one letter. Raises :class:`NotCore`, :class:`Mistake`."""
    return lettered(_run(words, vocabulary, names, "clause"), words, names, spells, values)


def read_meaning(words: Sequence[Word], vocabulary: Vocabulary) -> s.Expression:
    """The meaning of a phrase, an expression or a function. Raises :class:`NotCore`."""
    return _run(words, vocabulary, frozenset(), "meaning")


def _run(words: Sequence[Word], vocabulary: Vocabulary, names: frozenset[str], start: str) -> Any:
    tokens: list[Token] = []
    for at, word in enumerate(words):
        terminal = _terminal(word, vocabulary, names)
        if terminal == "NOUN" and at == 1 and tokens[0].type == "NOUN":
            terminal = "NAME"
        if terminal is None:
            raise NotCore(at, set())
        before = words[at - 1] if at else None
        touching = before is not None and before.kind == "number" and before.end == word.start
        if touching and terminal in ("NAME", "LPAR") and word.start != word.end:
            tokens.append(Token("TIMES", "*", word.start, word.start))
        if word.text in ("²", "³"):
            tokens.append(Token("POWER", "**", word.start, word.start))
        tokens.append(Token(terminal, word, word.start, word.end))
    last = words[-1].end if words else 0
    try:
        made = run(tokens, _BUILDER, Token(END, None, last, last), start)
    except Unexpected as error:
        at = next((i for i, word in enumerate(words) if word is error.token.value), len(words))
        raise NotCore(at, error.expected) from None
    for one in s.said(made) if start == "clause" else (made,):
        bounded(one)
    return made


def _terminal(word: Word, vocabulary: Vocabulary, names: frozenset[str]) -> str | None:
    match word.kind:
        case "number":
            return "NUMBER"
        case "string":
            return "STRING"
        case "symbol":
            return "NUMBER" if word.text in ("²", "³") else SIGNS.get(word.text)
        case "word":
            if word.text in names:
                return "NAME"
            if word.text in KEYWORDS:
                return word.text.upper()
            return "NOUN" if vocabulary.kind(word.text) else "NAME"
    return None


def number_of(text: str) -> Fraction:
    """The number that a numeral tells."""
    return Fraction({"²": "2", "³": "3"}.get(text, text))


def _span(nodes: Iterable[Any]) -> Span:
    spans = [node.word.span if isinstance(node, _Leaf) else _place(node) for node in nodes]
    return Span(min(one.start for one in spans), max(one.end for one in spans))


@dataclass(frozen=True, slots=True)
class _Leaf:
    word: Word


def _place(node: Any) -> Span:
    return Span(node.start_pos, node.end_pos) if isinstance(node, Token) else node.span


def _name(token: Token) -> s.Name:
    return s.Name(token.value.text, _place(token))


def _written(token: Token) -> s.Name:
    """A name as it was written, for a declaration."""
    return s.Name(token.value.written, _place(token))


def _operation(op: str) -> Callable[[list[Any]], s.Expression]:
    def make(children: list[Any]) -> s.Expression:
        operands = tuple(one for one in children if not isinstance(one, Token))
        return s.operation(op, operands, _span(children))

    return make


def _junction(connective: str) -> Callable[[list[Any]], s.Expression]:
    def make(children: list[Any]) -> s.Expression:
        parts = tuple(one for one in children if not isinstance(one, Token))
        if len(parts) == 1:
            return parts[0]
        return s.Junction(connective, parts, _span(children))

    return make


def bound(node: s.Expression, name: str, level: int) -> s.Expression:
    """``node`` with ``name`` read as the variable of a ``for``."""
    if isinstance(node, s.Name):
        return s.Bound(level, node.span) if node.name == name else node
    return s.rebuilt(node, lambda one: bound(one, name, level))


class _Builder:
    """One method for each alternative of core.lark."""

    def statement(self, children: list[Any]) -> s.Statement:
        formula, *qualifiers = children
        told = s.Statement(formula, span=_span([formula]))
        for one in qualifiers:
            told = replace(told, **one)
        return told

    def power(self, children: list[Any]) -> dict[str, Any]:
        return {"alpha": alpha_of(children[2].value, children[2].span)}

    def judge(self, children: list[Any]) -> dict[str, Any]:
        return {"by": children[-1].value.written, "by_span": _place(children[-1])}

    def declare(self, children: list[Any]) -> s.Declare:
        names = tuple(_written(one) for one in children if one.type == "NAME")
        source = children[-1].value.written[1:-1] if children[-1].type == "STRING" else None
        return s.Declare(children[0].value.text, names, source=source, span=_span(children))

    def names(self, children: list[Any]) -> list[Token]:
        return [one for one in children if one.type == "NAME"]

    def declare_number(self, children: list[Any]) -> s.DeclareNumber:
        names = tuple(map(_written, children[1])) if isinstance(children[1], list) else ()
        count = _whole(children[-2])
        return s.DeclareNumber(tuple(range(count))[::-1], names=names, span=_span([children[0], children[-1]]))

    def declare_code(self, children: list[Any]) -> s.DeclareNumber:
        return s.DeclareNumber(tuple(range(_whole(children[2])))[::-1], code=True, span=_span(children))

    def declare_places(self, children: list[Any]) -> s.DeclareNumber:
        names = tuple(map(_written, children[1])) if isinstance(children[1], list) else ()
        flat = [one for one in children if isinstance(one, Token)]
        said = [one for one in flat if one.type == "NAME"]
        places = tuple(sorted((_power(one) for one in said), reverse=True))
        return s.DeclareNumber(places, names=names, span=_span(flat))

    def let(self, children: list[Any]) -> s.Let:
        return s.Let(_written(children[1]), children[3], span=_span(children))

    def data(self, children: list[Any]) -> s.Data:
        path = children[3].value.written[1:-1] if children[3].type == "STRING" else None
        return s.Data(_written(children[1]), path, span=_span(children))

    def use(self, children: list[Any]) -> s.Setting:
        return s.Setting("use", (children[1].value.written[1:-1],), span=_span(children))

    def given(self, children: list[Any]) -> s.Setting:
        return s.Setting("given", (children[1].value.written[1:-1],), span=_span(children))

    def evidence(self, children: list[Any]) -> s.Setting:
        said = children[1].value.text
        if said not in ("joint", "product"):
            raise Mistake("E503", _place(children[1]), f"'{said}' is no kind of evidence", "write joint or product")
        return s.Setting("evidence", (said,), span=_span(children))

    def alpha(self, children: list[Any]) -> s.Setting:
        told = _numbers(children[1:])
        values = [alpha_of(one.value, one.span) for one in told]
        for one, before, after in zip(told[1:], values, values[1:], strict=False):
            if after <= before:
                raise Mistake("E503", one.span, "a schedule of alpha increases", "write such as alpha 0.5, 1, 3, 10")
        return s.Setting("alpha", tuple(told), span=_span(children))

    def plain(self, token: Token) -> s.Number:
        return s.Number(number_of(token.value.text), _place(token))

    def solution(self, children: list[Any]) -> s.Setting:
        values = tuple(one for one in children if not isinstance(one, Token))
        return s.Setting("solution", values, span=_span(children))

    def shown(self, children: list[Any]) -> s.Expression:
        makers = {"NUMBER": self.number, "NAME": self.name, "STRING": self.text}
        return makers[children[0].type](children)

    def find(self, children: list[Any]) -> s.Setting:
        return s.Setting("find", tuple(one for one in children if not isinstance(one, Token)), span=_span(children))

    def count(self, children: list[Any]) -> s.Setting:
        return s.Setting("how many", span=_span(children))

    def leading(self, children: list[Any]) -> s.Setting:
        return s.Setting("no leading" if len(children) > 2 else "leading", span=_span(children))

    def solve(self, children: list[Any]) -> s.Setting:
        algorithm = children[2]
        options: dict[str, float | str] = {}
        places = {"": _place(algorithm)}
        said = [one for one in children[3:] if not (isinstance(one, Token) and one.type in ("COMMA", "EQ"))]
        for key, value in zip(said[::2], said[1::2], strict=False):
            name = key.value.text
            if name in options:
                raise Mistake("E503", _place(key), f"the option {name} is given twice")
            options[name] = _plain(value.value) if isinstance(value, s.Number) else value.value.text
            places |= {name: _place(key), f"{name} =": _place(value)}
        return s.Setting("solve", (algorithm.value.text,), options, _span(children), places)

    def numeral(self, children: list[Any]) -> s.Number:
        value = number_of(children[-1].value.text)
        return s.Number(-value if len(children) > 1 else value, _span(children))

    # Statements

    def if_then(self, children: list[Any]) -> s.Expression:
        return s.Junction("if", (children[1], children[3]), _span(children))

    iff = staticmethod(_junction("iff"))
    or_ = staticmethod(_junction("or"))
    xor = staticmethod(_junction("xor"))
    and_ = staticmethod(_junction("and"))

    def not_(self, children: list[Any]) -> s.Expression:
        return s.Junction("not", (children[1],), _span(children))

    def relop(self, children: list[Any]) -> Token:
        return children[0]

    def chain(self, children: list[Any]) -> s.Expression:
        ops = tuple(RELATIONS[one.type] for one in children[1::2])
        return s.Chain(tuple(children[::2]), ops, _span(children))

    def measured(self, children: list[Any]) -> s.Expression:
        if children[1].type != "EQ":
            raise Mistake("E601", _place(children[1]), "a measurement is an equation", "write '= 33 ± 1'")
        return s.Measured(children[0], children[2], children[4], _span(children))

    def among(self, children: list[Any]) -> s.Expression:
        return s.Chain((children[0], children[2]), ("in",), _span(children))

    # Numbers and groups

    plus = staticmethod(_operation("+"))
    minus = staticmethod(_operation("-"))
    times = staticmethod(_operation("*"))
    over = staticmethod(_operation("/"))
    floor = staticmethod(_operation("//"))
    mod = staticmethod(_operation("%"))
    to_power = staticmethod(_operation("**"))

    def negative(self, children: list[Any]) -> s.Expression:
        inner = children[1]
        if isinstance(inner, s.Number):
            return s.Number(-inner.value, _span(children))
        return s.Operation("neg", (inner,), _span(children))

    def number(self, children: list[Any]) -> s.Expression:
        return self.plain(children[0])

    def text(self, children: list[Any]) -> s.Expression:
        return s.Text(children[0].value.written[1:-1], _place(children[0]))

    def name(self, children: list[Any]) -> s.Expression:
        return _name(children[0])

    group = name

    def call(self, children: list[Any]) -> s.Expression:
        return s.Call(children[0].value.text, tuple(children[2]), _span([children[0], children[-1]]))

    def arguments(self, children: list[Any]) -> list[s.Expression]:
        return [one for one in children if not isinstance(one, Token)]

    def listing(self, children: list[Any]) -> s.Expression:
        return s.Listing(tuple(one for one in children if not isinstance(one, Token)), _span(children))

    def parenthesis(self, children: list[Any]) -> s.Expression:
        return children[1]

    def each(self, children: list[Any]) -> s.Expression:
        body, _, variable, _, group, *rest = children
        condition = bounded(rest[1]) if rest else None
        bounded(body)
        deep = 1 + max(s.level(body), s.level(condition) if condition else 0)
        name = variable.value.text
        made = bound(body, name, deep)
        return s.Each(made, deep, group, bound(condition, name, deep) if condition else None, _span(children))

    def lambda_(self, children: list[Any]) -> s.Expression:
        name, body = children[0].value.text, children[2]
        if isinstance(body, s.Lambda):
            return s.Lambda((name, *body.parameters), body.body, _span(children))
        return s.Lambda((name,), body, _span(children))

    def meaning(self, children: list[Any]) -> s.Expression:
        return children[0]


def _whole(token: Token) -> int:
    value = number_of(token.value.text)
    if value.denominator != 1 or not 1 <= value <= 12:
        raise Mistake("E307", _place(token), "a number has 1 to 12 digits here")
    return int(value)


def _numbers(children: Iterable[Any]) -> list[s.Number]:
    return [one for one in children if isinstance(one, s.Number)]


def _plain(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


def alpha_of(value: Fraction, span: Span) -> float:
    """A power of a likelihood. Raises :class:`Mistake` where it is none."""
    if not 0 < value <= MOST_ALPHA:
        label = "alpha is a positive number" if value <= 0 else f"alpha is at most {MOST_ALPHA:,.0f}"
        raise Mistake("E503", span, label)
    return float(value)


PLACES: Mapping[int, str] = {
    **dict(enumerate(["ones", "tens", "hundreds", "thousands", "ten_thousands", "hundred_thousands"])),
    6: "millions", 7: "ten_millions", 8: "hundred_millions", 9: "billions",
    -1: "tenths", -2: "hundredths", -3: "thousandths",
}  # fmt: skip
"""What the digit of each power of ten is called."""
_POWERS = {name: power for power, name in PLACES.items()} | {"units": 0}


def _power(token: Token) -> int:
    if token.value.text not in _POWERS:
        raise Mistake("E305", _place(token), "this is no place of a number", f"places are {', '.join(PLACES.values())}")
    return _POWERS[token.value.text]


_BUILDER = _Builder()
