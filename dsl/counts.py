"""Numbers that count: ``exactly two of``, ``my three digits``, ``only a is odd``, as quantifiers or nothing at all."""

from collections.abc import Sequence

from oedipus.dsl.separators import VERBS
from oedipus.dsl.terminals import Token, token


def quantify(tokens: list[Token]) -> list[Token]:  # noqa: C901 - one pass, a branch for each form
    """Join limits and numbers into quantifiers where something is counted."""
    out: list[Token] = []
    place = 0
    while place < len(tokens):
        one = tokens[place]
        after = tokens[place + 1].type if place + 1 < len(tokens) else ""
        then = tokens[place + 2].type if place + 2 < len(tokens) else ""
        before = out[-1].type if out else ""
        if (
            one.type in ("LIMIT", "COMPARE")
            and after == "NUM"
            and then in _COUNTED
            and before not in ("IS", "NOT", "NUM")
        ):
            op = one.value
            out.append(token("QUANT", (op, tokens[place + 1].value), one.start_pos, tokens[place + 1].end_pos))
            place += 2
            continue
        if one.type in ("LIMIT", "COMPARE") and after == "QUANT" and isinstance(tokens[place + 1].value, tuple):
            value = (one.value, tokens[place + 1].value[1])
            out.append(token("QUANT", value, one.start_pos, tokens[place + 1].end_pos))
            place += 2
            continue
        if one.type == "NUM" and (counted := _elided(one, after, out, tokens)):
            out += counted
            place += 1
            continue
        if _alone(one, after, out):
            out.append(token("ONLY", "only", one.start_pos, one.end_pos))
            place += 1
            continue
        if one.type == "ADJ" and _described(before, tokens[place:]):
            out.append(token("SUCH", "such", one.start_pos, one.start_pos))
        dropped = one.type == "LIMIT" or (one.type == "NUM" and _superfluous(before, after))
        if dropped or (one.type == "NDIGIT" and after in ("FORMED", "REVERSED")):
            place += 1
            continue
        if before == "EXISTS" and (one.type == "ADJ" or (one.type == "NUM" and after not in _COUNTED)):
            out.append(token("QUANT", "some", one.start_pos, one.start_pos))
        elif one.type == "NUM" and (_counts(before, after) or before == "EXISTS"):
            one = token("QUANT", ("=", one.value), one.start_pos, one.end_pos)
        if one.type == "ORD" and after == "NUM" and then not in ("COMPARE", "TIMES", "AS"):
            following = tokens[place + 1]
            if following.value in (1, "1") and then != "DIGITS":
                tokens[place + 1 : place + 2] = []
            else:
                value = (one.value, following.value)
                one = token("SLICE", value, one.start_pos, following.end_pos)
                place += 1
        if one.type in ("COMPARE", "BETWEEN") and before == "NUM" and len(out) > 1 and out[-2].type == "DIVISIBLE":
            out.append(token("AND", "and", one.start_pos, one.start_pos))
        out.append(one)
        place += 1
    return out


_COUNTED = frozenset({"OF", "ADJ", "NOUN", "DIGITS", "LPAR", "NUM"})
_FRESH = frozenset({"", "AND", "OR", "IF", "THEN", "IFF", "COMMA", "EITHER", "NOT", "LPAR", "WHICH", "XOR"})


def _alone(one: Token, after: str, out: list[Token]) -> bool:
    """``only a is odd``: said of one digit, and denied of all others."""
    fresh = not out or out[-1].type in ("AND", "COMMA", "IF", "THEN")
    return one.type == "LIMIT" and fresh and after in ("NAME", "PLACE", "ORD", "POSS", "SLICE")


def _described(before: str, rest: Sequence[Token]) -> bool:
    """``every odd digit is …``, ``the odd digits add up to …``: the adjective only tells which digits are meant."""
    place = next((place for place, one in enumerate(rest) if one.type != "ADJ"), len(rest))
    kinds = [one.type for one in rest[place : place + 2]]
    if len(kinds) < 2 or kinds[1] not in VERBS or any(one.value in AMONG for one in rest[:place]):
        return False
    return (kinds[0] == "DIGITS" and (before in _FRESH or before in _QUANTIFYING)) or (
        kinds[0] == "NOUN"
        and (
            before in _QUANTIFYING or (before in _FRESH and rest[place].end_pos - rest[place].start_pos == len("digit"))
        )
    )


_QUANTIFYING = frozenset({"QUANT", "ALL", "NO", "ANY"})


def _elided(one: Token, after: str, out: list[Token], tokens: Sequence[Token]) -> list[Token]:
    """``no two digits are odd`` as fewer than two; ``and one is even`` as one of the digits."""
    before = out[-1].type if out else ""
    if before == "ALL" and isinstance(one.value, int) and after in ("IS", "HAS", "ADDS", "DIFFERS"):
        return [token("DIGITS", "digit", one.start_pos, one.end_pos)]
    if before == "NO" and one.value == 2 and after in ("DIGITS", "OF") and not _alike(tokens):
        return [token("QUANT", ("<", 2), out.pop().start_pos, one.end_pos)]
    if isinstance(one.value, int) and one.value < 10 and before in _FRESH and after == "IS":
        digits = token("DIGITS", "digit", one.end_pos, one.end_pos)
        return [token("QUANT", ("=", one.value), one.start_pos, one.end_pos), digits]
    return []


def _alike(tokens: Sequence[Token]) -> bool:
    """Whether a comparison of the digits with each other is made, as in ``no two digits are equal``."""
    return any(one.type in ("VERB", "CLAIM") or one.value in AMONG for one in tokens)


AMONG = frozenset(["equal", "different", "repeated", "consecutive", "increasing", "decreasing"])


def _superfluous(before: str, after: str) -> bool:
    """``all three digits``, ``my three digits``, ``no two of``, ``are three consecutive numbers``."""
    if before in ("ALL", "NO"):
        return after in ("DIGITS", "OF")
    return (before in ("POSS", "SUM_OF", "OF") and after == "DIGITS") or (before == "IS" and after == "ADJ")


def _counts(before: str, after: str) -> bool:
    if after == "OF":
        return before in _FRESH or before == "DIVISIBLE"
    if before == "HAS":
        return after in ("ADJ", "DIGITS", "NUM")
    return before in _FRESH and after in ("DIGITS", "NOUN", "ADJ")
