"""LALR tables: made of core.lark by lark, kept beside it as core.json, run by a plain shift-reduce loop.

Building the tables takes lark half a second, reading them a few milliseconds.
The file holds the grammar's hash; tables that do not fit it are built anew.
``python -m oedipus.dsl.tables`` writes the file, and a test compares the two.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from oedipus.dsl.terminals import Token

GRAMMAR = Path(__file__).parent / "core.lark"
STORED = Path(__file__).parent / "core.json"
END = "$END"
STARTS = ("clause", "meaning")


class Unexpected(Exception):  # noqa: N818
    """A terminal that cannot stand where it stands, and those that could."""

    def __init__(self, token: Token, expected: set[str]) -> None:
        self.token, self.expected = token, expected
        super().__init__(f"unexpected {token!r}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One reduction: the non-terminal it makes, the builder's method, and how its children are taken.

    ``inlined`` are the places of children whose own children take their place;
    without a ``method`` the children themselves are passed on.
    """

    origin: str
    method: str
    length: int
    single: bool
    inlined: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """``actions[state][terminal]``: the next state, or −1 − rule for a reduction."""

    rules: tuple[Rule, ...]
    actions: tuple[dict[str, int], ...]
    start: tuple[int, ...]
    end: tuple[int, ...]


def build() -> dict[str, Any]:
    """The tables as plain data, made by lark in strict mode from core.lark."""
    from lark import Lark
    from lark.lexer import Lexer

    class Given(Lexer):
        def __init__(self, _: Any) -> None:
            pass

        def lex(self, *_: Any) -> Any:
            raise NotImplementedError

    text = GRAMMAR.read_text(encoding="utf-8")
    made = Lark(text, parser="lalr", lexer=Given, maybe_placeholders=False, strict=True, start=list(STARTS))
    table = made.parser.parser._parse_table
    number = _numbered(table.states, [table.start_states[start] for start in STARTS])
    places = {rule: place for place, rule in enumerate(made.parser.parser_conf.rules)}
    rules = [
        [
            rule.origin.name,
            rule.alias or rule.origin.name,
            len(rule.expansion),
            bool(rule.options.expand1 and not rule.alias),
            [i for i, one in enumerate(rule.expansion) if not one.is_term and one.name.startswith("_")],
        ]
        for rule in places
    ]
    actions: list[dict[str, int]] = [{} for _ in number]
    for state, row in table.states.items():
        for symbol, (action, target) in sorted(row.items()):
            shifts = type(action).__name__ == "str" or action.name == "Shift"
            actions[number[state]][symbol] = number[target] if shifts else -1 - places[target]
    return {
        "grammar": _hash(text),
        "rules": rules,
        "actions": actions,
        "start": [number[table.start_states[start]] for start in STARTS],
        "end": [number[table.end_states[start]] for start in STARTS],
    }


def _numbered(states: dict[Any, dict[str, tuple[Any, Any]]], starts: list[Any]) -> dict[Any, int]:
    """States in the order in which they are reached by sorted symbols: the same in every run."""
    order = {start: place for place, start in enumerate(starts)}
    waiting = list(starts)
    for state in waiting:
        for _, target in (states[state][symbol] for symbol in sorted(states[state])):
            if target in states and target not in order:
                order[target] = len(order)
                waiting.append(target)
    return order


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def tables() -> Tables:
    """The tables of the grammar as it is now."""
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    if stored.get("grammar") != _hash(GRAMMAR.read_text(encoding="utf-8")):
        stored = build()
    rules = tuple(
        Rule(origin, method, n, single, tuple(inlined)) for origin, method, n, single, inlined in stored["rules"]
    )
    return Tables(rules, tuple(stored["actions"]), tuple(stored["start"]), tuple(stored["end"]))


def run(tokens: Iterable[Token], builder: object, end: Token, start: str = "clause") -> Any:
    """Parse terminals, calling the builder's method of each reduction. Raises :class:`Unexpected`."""
    which = STARTS.index(start)
    grammar = tables()
    actions, rules = grammar.actions, _bound(builder)
    states, values = [grammar.start[which]], [None]
    for one in (*tokens, end):
        while True:
            action = actions[states[-1]].get(one.type)
            if action is None:
                raise Unexpected(one, {symbol for symbol in actions[states[-1]] if symbol.isupper() or symbol == END})
            if action >= 0:
                states.append(action)
                values.append(one)  # type: ignore[arg-type]
                break
            origin, length, make = rules[-1 - action]
            children = values[len(values) - length :]
            del states[len(states) - length :], values[len(values) - length :]
            values.append(make(children))
            states.append(actions[states[-1]][origin])
            if states[-1] == grammar.end[which]:
                return values[-1]
    raise AssertionError("the end of a clause is always a terminal")


_BOUND: dict[int, list[tuple[str, int, Callable[[list[Any]], Any]]]] = {}


def _bound(builder: object) -> list[tuple[str, int, Callable[[list[Any]], Any]]]:
    """For each rule what it makes, how many children it takes, and the function that makes it."""
    key = id(type(builder))
    if key not in _BOUND:
        _BOUND[key] = [(rule.origin, rule.length, _maker(rule, builder)) for rule in tables().rules]
    return _BOUND[key]


def _maker(rule: Rule, builder: object) -> Callable[[list[Any]], Any]:
    method = (lambda children: children) if rule.origin.startswith("_") else getattr(builder, rule.method, None)
    if not rule.inlined and rule.single and rule.length == 1:
        return lambda children: children[0]
    if method is None:
        raise AssertionError(f"the builder has no method '{rule.method}'")
    if not rule.inlined:
        return method
    places = set(rule.inlined)

    def flat(children: list[Any]) -> Any:
        out: list[Any] = []
        for place, child in enumerate(children):
            if place in places:
                out += child
            else:
                out.append(child)
        return out[0] if rule.single and len(out) == 1 else method(out)

    return flat


def write() -> None:
    """Write the tables of core.lark beside it."""
    STORED.write_text(json.dumps(build(), separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
