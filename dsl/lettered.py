"""Words of core text that are more than names: those made of one-letter names, and values of one letter."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from oedipus.dsl import syntax as s
from oedipus.dsl.reader import Word


def lettered(
    body: s.Body,
    words: Sequence[Word],
    names: frozenset[str],
    spells: Callable[[str], bool],
    values: frozenset[str],
) -> s.Body:
    """``body`` with the capitals that ``spells`` knows as :class:`oedipus.dsl.syntax.Letters` (*SEND*), and words that
    are written as one of ``values`` as texts; ``names`` are those declared, which are neither."""
    written = {word.start: word.written for word in words if word.kind == "word" and word.text not in names}
    spelled = {at: said for at, said in written.items() if said.isupper() and spells(said.lower())}
    meant = {at: said for at, said in written.items() if said in values}
    if not spelled and not meant:
        return body

    def put(node: s.Expression) -> s.Expression:
        if not isinstance(node, s.Name):
            return s.rebuilt(node, put)
        at = node.span.start
        if at in meant:
            return s.Text(meant[at], node.span)
        return s.Letters(spelled[at], node.span) if at in spelled else node

    match body:
        case s.Statement(formula):
            return replace(body, formula=put(formula))
        case s.Let(_, value):
            return replace(body, body=put(value))
        case s.Setting("find" | "solution", said):
            return replace(body, values=tuple(one if isinstance(one, str) else put(one) for one in said))
    return body
