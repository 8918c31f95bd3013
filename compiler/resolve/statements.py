"""Sentences that count statements: *exactly two of the following statements are true*, *one of them is lying*."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake
from oedipus.dsl.reader import RawClause


def counts(body: s.Body) -> s.Call | None:
    """The count that a clause makes of other statements, None for other clauses."""
    match body:
        case s.Statement(s.Call("following") as call):
            return call
    return None


def plain(body: s.Statement) -> s.Expression:
    """What is stated, whoever says it."""
    match body.formula:
        case s.Call("said", (inner,)):
            return inner
    return body.formula


def _is_statement(raw: RawClause, bodies: Sequence[s.Body]) -> bool:
    """Whether a clause is one of the statements that are counted: labelled, or said by somebody."""
    if len(bodies) != 1 or not isinstance(bodies[0], s.Statement) or counts(bodies[0]):
        return False
    match bodies[0].formula:
        case s.Call("said"):
            return True
    return bool(raw.label)


@dataclass(slots=True)
class Statements:
    """The sentence that counts, while the statements behind it are read."""

    raw: RawClause | None = None
    count: s.Call | None = None
    items: list[s.Expression] = field(default_factory=list)

    def begins(self, raw: RawClause, bodies: Sequence[s.Body]) -> bool:
        """Whether a clause counts statements."""
        found = [call for body in bodies if (call := counts(body)) is not None]
        if len(bodies) != 1 or not found:
            return False
        self.raw, self.count, self.items = raw, found[0], []
        return True

    def takes(self, raw: RawClause, bodies: Sequence[s.Body]) -> bool:
        """Whether a clause is one of the statements that are counted."""
        if self.count is None or not _is_statement(raw, bodies):
            return False
        body = bodies[0]
        assert isinstance(body, s.Statement)
        self.items.append(plain(body))
        return True

    def closed(self, before: Sequence[s.Clause]) -> tuple[RawClause, s.Statement, list[s.Clause]] | None:
        """The count as a statement, and the clauses before it that it counts where none stood behind it.

        Raises :class:`Mistake` where there are no statements to count.
        """
        if self.count is None or self.raw is None:
            return None
        raw, count, items = self.raw, self.count, self.items
        self.raw, self.count, self.items = None, None, []
        counted: list[s.Clause] = []
        if not items:
            for clause in reversed(before):
                said = len(clause.bodies) == 1 and isinstance(clause.bodies[0], s.Statement)
                if not said or not (clause.labelled or _said(clause)):
                    break
                counted.insert(0, clause)
            items = [plain(one.bodies[0]) for one in counted if isinstance(one.bodies[0], s.Statement)]
        if not items:
            help_ = "give each statement a label, such as 1. or A:"
            raise Mistake("E306", count.span, "there are no statements to count", help_)
        made, *_ = (_put(one, tuple(items)) for one in count.arguments)
        return raw, s.Statement(made, span=count.span), counted


def _said(clause: s.Clause) -> bool:
    match clause.bodies[0]:
        case s.Statement(s.Call("said")):
            return True
    return False


def _put(node: s.Expression, items: tuple[s.Expression, ...]) -> s.Expression:
    match node:
        case s.Name("held", span):
            return s.Call("count", items, span)
        case s.Name("among", span):
            return s.Number(Fraction(len(items)), span)
        case s.Call("counted", (_, s.Number(wanted)), span):
            if wanted != len(items):
                raise Mistake("E308", span, f"{wanted} are spoken of, and there are {len(items)}")
            return s.Number(wanted, span)
    return s.rebuilt(node, lambda one: _put(one, items))
