"""Syntax to core text: what ``explain`` shows of each clause, and what reads back as the same."""

from collections.abc import Iterable
from fractions import Fraction

from oedipus.dsl import syntax as s
from oedipus.dsl.core import KEYWORDS, PLACES

_ITEM = -1
_LEVELS = {"if": 0, "iff": 1, "or": 2, "xor": 3, "and": 4, "not": 5}
_CHAIN, _SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = 6, 7, 8, 9, 10, 11
_OPERATIONS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT}
_LETTERS = ("k", "j", "i", "m", "h", "each", "one", "other")


def core_text(body: s.Body, names: Iterable[str] = ()) -> str:
    """The clause as core text; ``names`` are those declared, which no variable of a ``for`` takes."""
    printer = _Printer(names)
    match body:
        case s.Statement(formula, alpha, by):
            power = "" if alpha is None else f" with alpha {alpha:g}"
            judge = "" if by is None else " by logic" if by == "logic" else f" by network {by}"
            return printer.text(formula) + power + judge
        case s.Declare():
            said = _names(body.names) if body.names else ", ".join(PLAIN[: body.count or 1])
            source = f' from "{body.source}"' if body.source else ""
            several = len(body.names) > 1 or (not body.names and (body.count or 1) > 1)
            return f"{body.kind}{'s' * several} {said}{source}"
        case s.DeclareNumber():
            return _number(body)
        case s.Let(name, value):
            return f"let {name.name} = {printer.text(value)}"
        case s.Data(name, path):
            return f"data {name.name} = ?" if path is None else f'data {name.name} = "{path}"'
        case s.Setting():
            return _setting(body, printer)


PLAIN = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
"""What digits that are only counted are called."""


def _names(names: Iterable[s.Name]) -> str:
    return ", ".join(one.name for one in names)


def _number(body: s.DeclareNumber) -> str:
    if body.code:
        return f"code of {len(body.places)} digits"
    plain = PLAIN[: body.count or 0] if (body.count or 1) > 1 else []
    names = [one.name for one in body.names] or plain
    noun = f"number{'s' * (len(names) > 1)} {', '.join(names)}".strip()
    whole = body.places == tuple(range(len(body.places)))[::-1]
    said = f"{len(body.places)} digits" if whole else ", ".join(PLACES[power] for power in body.places)
    return f"{noun} of {said}"


def _setting(body: s.Setting, printer: "_Printer") -> str:
    said = [one if isinstance(one, str) else printer.text(one) for one in body.values]
    match body.name:
        case "use" | "given":
            return f'{body.name} "{said[0]}"'
        case "how many":
            return "count solutions"
        case "leading":
            return "leading zeros"
        case "no leading":
            return "no leading zeros"
        case "solve":
            options = [
                f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}"
                for key, value in body.options.items()
            ]
            return ", ".join([f"solve by {said[0]}", *options])
        case "solution":
            return f"solution {' '.join(said)}"
    return f"{body.name} {', '.join(said)}"


class _Printer:
    def __init__(self, names: Iterable[str]) -> None:
        taken = {one.lower() for one in names} | KEYWORDS
        free = [one for one in _LETTERS if one not in taken]
        self.bound = [*free, *(f"each{place}" for place in range(2, 40))]

    def text(self, node: s.Expression, level: int = 0) -> str:
        own, said = self._of(node)
        return f"({said})" if own < level else said

    def _of(self, node: s.Expression) -> tuple[int, str]:  # noqa: C901 - one line for each node
        match node:
            case s.Number(value):
                return (_ATOM, _plain(value)) if value >= 0 else (_SIGNED, _plain(value))
            case s.Name(name):
                return _ATOM, name
            case s.Letters(word):
                return _ATOM, word
            case s.Text(text):
                return _ATOM, f'"{text}"'
            case s.Bound(level):
                return _ATOM, self.bound[level - 1]
            case s.Pronoun(who):
                return _ATOM, f"<{who}>"
            case s.Listing(items):
                return _ATOM, f"[{self._items(items)}]"
            case s.Call(function, arguments):
                return _ATOM, f"{function}({self._items(arguments)})"
            case s.Each():
                return _ITEM, self._each(node)
            case s.Operation("neg", (inner,)):
                return _SIGNED, f"-{self.text(inner, _SIGNED)}"
            case s.Operation("**", (base, exponent)):
                return _POWER, f"{self.text(base, _ATOM)} ** {self.text(exponent, _SIGNED)}"
            case s.Operation(op, (first, *more)):
                own = _OPERATIONS[op]
                signed = op == "+" and len(more) > 1
                return own, self.text(first, own) + "".join(self._term(op, one, own + 1, signed) for one in more)
            case s.Chain(terms, ops):
                parts = [self.text(one, _SUM) for one in terms]
                return _CHAIN, parts[0] + "".join(f" {op} {one}" for op, one in zip(ops, parts[1:], strict=True))
            case s.Junction():
                return _LEVELS[node.connective], self._junction(node)
            case s.Measured(picture, data, sigma):
                return _CHAIN, f"{self.text(picture, _SUM)} = {self.text(data, _SUM)} ± {self.text(sigma, _SUM)}"
            case s.Lambda(parameters, body):
                return _ITEM, f"{': '.join(parameters)}: {self.text(body, _ITEM)}"
        raise AssertionError(f"no core text for {node}")

    def _term(self, op: str, node: s.Expression, level: int, signed: bool) -> str:
        """One more term behind its sign, which is the term's own where it is ``signed``."""
        match node:
            case s.Number(value) if signed and value < 0:
                return f" - {self.text(s.Number(-value), level)}"
            case s.Operation("neg", (inner,)) if signed:
                return f" - {self.text(inner, level)}"
        return f" {op} {self.text(node, level)}"

    def _items(self, items: tuple[s.Expression, ...]) -> str:
        return ", ".join(self.text(one, _ITEM) for one in items)

    def _each(self, node: s.Each) -> str:
        condition = f" if {self.text(node.condition)}" if node.condition is not None else ""
        return f"{self.text(node.body)} for {self.bound[node.level - 1]} in {self.text(node.group, _SUM)}{condition}"

    def _junction(self, node: s.Junction) -> str:
        own = _LEVELS[node.connective]
        match node:
            case s.Junction("not", (inner,)):
                return f"not {self.text(inner, own)}"
            case s.Junction("if", (condition, consequence)):
                return f"if {self.text(condition, 1)} then {self.text(consequence)}"
        return f" {node.connective} ".join(self.text(part, own + 1) for part in node.parts)


def _plain(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    # What has no finite decimal form is written by the expression that makes it.
    return str(float(value)) if rest == 1 else f"({value.numerator} / {value.denominator})"
