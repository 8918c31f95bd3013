"""Parentheses that a clause has, and those that a comma means."""

from collections.abc import Sequence

from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.reader import DEEPEST
from oedipus.dsl.separators import VERBS
from oedipus.dsl.terminals import Token, span_of, token

_SUBJECTS = frozenset({"NAME", "PLACE", "ORD", "POSS", "DIGITS", "QUANT", "IT", "I", "WHOLE"})
_GOING_ON = frozenset({"NOT", "ADJ", "COMPARE", "DIVISIBLE", "BETWEEN", "HAS", "ENDS", "IS", "HASNT", "NO"})
_NESTING = frozenset({"NOT", "POWER", "OVER", "MINUS", "MULT", "LPAR", "UNARY"})


def closed(tokens: list[Token]) -> list[Token]:
    """``a is odd or prime, and b is zero``: the comma closes the alternatives."""
    kinds = [one.type for one in tokens]
    cuts = [place for place in range(len(kinds) - 2) if kinds[place : place + 2] == ["COMMA", "AND"]]
    if not cuts or any(one.type.startswith("DECLARE") for one in tokens):
        return tokens
    out: list[Token] = []
    start, wrapped = 0, False
    for cut in cuts:
        closing = _closes(kinds[start:cut], kinds[cut + 2 :])
        wrapped = wrapped or closing
        if not closing:
            out += tokens[start : cut + 2]
        else:
            first, comma = tokens[start], tokens[cut]
            opened = token("LPAR", "(", first.start_pos, first.start_pos)
            end = token("RPAR", ")", comma.start_pos, comma.start_pos)
            out += [opened, *tokens[start:cut], end, tokens[cut + 1]]
        start = cut + 2
    return [*out, *tokens[start:]] if wrapped else tokens


def _closes(before: Sequence[str], behind: Sequence[str]) -> bool:
    """Whether a comma with *and* between these terminals closes alternatives."""
    joins = [at for at, kind in enumerate(before) if kind in ("OR", "NOR")]
    if not joins or {"IF", "THEN", "IFF", "LPAR", "COMMA", "WHICH"} & set(before):
        return False
    verb = next((at for at, kind in enumerate(before) if kind in VERBS), len(before))
    own = bool(behind) and (behind[0] in _GOING_ON or (behind[0] in _SUBJECTS and bool(VERBS & set(behind))))
    return verb <= joins[0] and own


def computed_owners(tokens: list[Token]) -> list[Token]:
    """``the last digit of (the square of the number)``: what is computed of a number is one owner of digits."""
    out: list[Token] = []
    place = 0
    while place < len(tokens):
        one = tokens[place]
        out.append(one)
        place += 1
        if one.type != "OF" or len(out) < 2 or not _has_digits(out):
            continue
        stop = _computed_until(tokens, place)
        if stop > place:
            start, end = tokens[place].start_pos, tokens[stop - 1].end_pos
            inner = computed_owners(tokens[place:stop])
            out += [token("LPAR", "(", start, start), *inner, token("RPAR", ")", end, end)]
            place = stop
    return out


def nested_folds(tokens: list[Token]) -> list[Token]:
    """``the product of the number and (the sum of its digits)``: a sum of digits inside a list."""
    out: list[Token] = []
    place, inside = 0, False
    while place < len(tokens):
        kinds = [one.type for one in tokens[place : place + 5]]
        length = _fold_length(kinds) if inside else 0
        if length:
            start, end = tokens[place].start_pos, tokens[place + length - 1].end_pos
            out += [token("LPAR", "(", start, start), *tokens[place : place + length], token("RPAR", ")", end, end)]
            place += length
            continue
        if inside and kinds[:2] == ["FORMED", "SLICE"]:
            place += 1
            continue
        inside = (inside or kinds[0] in ("SUM_OF", "DIFFERENCE")) and kinds[0] not in VERBS
        out.append(tokens[place])
        place += 1
    return out


def _fold_length(kinds: Sequence[str]) -> int:
    """How many terminals ``the sum of its digits`` takes here, 0 where nothing of the kind stands here."""
    match list(kinds):
        case ["SUM_OF", "POSS", "DIGITS", *_]:
            return 3
        case ["SUM_OF", "DIGITS", "OF", "NAME" | "WHOLE" | "I" | "IT", *_]:
            return 4
        case ["SUM_OF", "DIGITS", *_]:
            return 2
    return 0


def _has_digits(out: Sequence[Token]) -> bool:
    """Whether an owner of digits comes behind the last of these terminals, an *of*."""
    before = out[-2].type
    unit = before in ("DIGITS", "NOUN") and len(out) > 2
    return before in ("DIGITS", "DIGIT_SUM", "ORD", "SLICE", "PLACE") or (
        unit and out[-3].type in ("ORD", "SLICE", "PLACE")
    )


def _computed_until(tokens: Sequence[Token], start: int) -> int:
    """The place behind the computed number that starts here; ``start`` itself where none does."""
    kinds = [one.type for one in tokens]
    first = kinds[start : start + 2]
    if first[:1] in (["SUM_OF"], ["DIFFERENCE"], ["FORMED"]) or first in (["DIGIT_SUM", "OF"],):
        stop = start + 1
        while stop < len(kinds) and kinds[stop] not in _ENDING:
            stop += 1
        return stop
    place = start
    while place < len(kinds) and kinds[place] in ("MULT", "UNARY"):
        place += 1
    if kinds[place : place + 2] == ["NUM", "TIMES"]:
        place += 2
    stop = place + _operand(kinds[place:])
    powered = kinds[stop : stop + 1]
    if powered == ["SQUARED"]:
        return stop + 1
    if powered == ["POWER"]:
        return min(stop + 2, len(kinds))
    return stop if stop > place > start or (stop > place and kinds[place] in ("POSS", "REVERSED")) else start


def _operand(kinds: Sequence[str]) -> int:
    """How many terminals a plain operand takes: a name, the number, ``its square``, the reverse of it."""
    match list(kinds):
        case ["POSS", "OWN_UNARY" | "REVERSED", *_]:
            return 2
        case ["REVERSED", "OF", "NAME" | "WHOLE" | "I" | "IT", *_]:
            return 3
        case ["DIGIT_SUM" | "SUM_OF", *_]:
            return 0
        case ["NAME" | "WHOLE" | "I" | "IT" | "REVERSED" | "LETTERS" | "NUM", *_]:
            return 1
    return 0


_ENDING = frozenset({*VERBS, "RELOP", "COMPARE", "EQUAL_TO", "COMMA", "THEN", "IF", "RPAR", "OR", "WHICH", "BY"})


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
