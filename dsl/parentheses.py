"""Parentheses that a clause has, and those that a comma means."""

from collections.abc import Sequence

from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.reader import DEEPEST
from oedipus.dsl.separators import VERBS
from oedipus.dsl.terminals import Token, span_of, token

_SUBJECTS = frozenset({"NAME", "PLACE", "ORD", "POSS", "DIGITS", "QUANT", "IT", "I", "WHOLE"})
_NESTING = frozenset({"NOT", "POWER", "OVER", "MINUS", "MULT", "LPAR", "UNARY"})


def closed(tokens: list[Token]) -> list[Token]:
    """``a is odd or prime, and b is zero``: the comma closes the alternatives."""
    kinds = [one.type for one in tokens]
    place = next((place for place in range(len(kinds) - 2) if kinds[place : place + 2] == ["COMMA", "AND"]), 0)
    before, behind = kinds[:place], kinds[place + 2 :]
    joins = [at for at, kind in enumerate(before) if kind in ("OR", "NOR")]
    if not joins or {"IF", "THEN", "IFF", "LPAR", "COMMA", "WHICH"} & set(before):
        return tokens
    verb = next((at for at, kind in enumerate(before) if kind in VERBS), len(before))
    own = bool(behind) and behind[0] in _SUBJECTS and VERBS & set(behind)
    if verb > joins[0] or not own or any(one.type.startswith("DECLARE") for one in tokens):
        return tokens
    first, comma = tokens[0], tokens[place]
    opened = token("LPAR", "(", first.start_pos, first.start_pos)
    closed = token("RPAR", ")", comma.start_pos, comma.start_pos)
    return [opened, *tokens[:place], closed, *tokens[place + 1 :]]


def check_parentheses(tokens: Sequence[Token]) -> None:
    """Raise for an unmatched parenthesis, and for nesting that no riddle needs."""
    stack: list[Token] = []
    nested = 0
    for one in tokens:
        nested += one.type in _NESTING
        if one.type == "LPAR":
            stack.append(one)
        elif one.type == "RPAR":
            if not stack:
                raise Mistake(
                    "E104", span_of(one), "nothing is open here to be closed", "delete it, or open one before"
                )
            stack.pop()
    if stack:
        raise Mistake("E104", span_of(stack[-1]), "this is never closed", "add ')'")
    if nested > DEEPEST:
        span = span_of(tokens[0]).to(span_of(tokens[-1]))
        raise Mistake(
            "E106",
            span,
            f"{nested} nested operators; a clause has at most {DEEPEST}",
            "split it, or name parts with let",
        )
