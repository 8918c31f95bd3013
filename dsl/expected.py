"""What to say where the grammar cannot go on."""

from collections.abc import Sequence

from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.forms import nearest
from oedipus.dsl.reader import Word
from oedipus.dsl.tables import Unexpected
from oedipus.dsl.terminals import Token, span_of

_TERM_STARTS = frozenset({"NUM", "NAME", "ORD", "LPAR"})
_VERBS = frozenset({"IS", "RELOP", "HAS"})


def explain_unexpected(error: Unexpected, tokens: Sequence[Token], words: Sequence[Word]) -> Mistake:
    """The mistake for a terminal the grammar did not expect in a clause of these words."""
    clause, help_ = words[0].span.to(words[-1].span), nearest(words)
    expected = error.expected
    found: Token = error.token
    open_ = sum((one.type == "LPAR") - (one.type == "RPAR") for one in tokens[: _place(tokens, found)]) > 0
    wanted = _wanted(expected if open_ else expected - {"RPAR"})
    if found.type == "$END":
        last = span_of(tokens[-1]) if tokens else clause
        return Mistake("E202", last, f"{wanted or 'something'} is missing behind this", help_)
    would = f"; {wanted} would" if wanted else ""
    return Mistake("E201", span_of(found), f"this does not fit here{would}", help_)


def _place(tokens: Sequence[Token], found: Token) -> int:
    return next((place for place, one in enumerate(tokens) if one is found), len(tokens))


def _wanted(expected: set[str]) -> str:
    if expected >= _TERM_STARTS and "IS" in expected:
        return "a number, a digit or a verb"
    if expected >= _TERM_STARTS:
        return "a number or a digit"
    if expected & _VERBS:
        return "a verb such as 'is' or '='"
    if "RPAR" in expected:
        return "')'"
    for terminal, words in _WORDS.items():
        if terminal in expected:
            return words
    return "the end of the clause" if "$END" in expected else ""


_WORDS = {
    "STRING": "a path in quotation marks",
    "NEWNAME": "a name",
    "THEN": "'then'",
    "XOR": "'or'",
    "XOR_IS": "'or'",
    "NOR": "'nor'",
    "NOR_IS": "'nor'",
    "LISTED": "'and'",
    "ITEM": "'and'",
    "BY": "'by'",
    "IDENT": "a word",
    "NOUN": "'digit' or 'digits'",
    "DIGITS": "'digits'",
}
