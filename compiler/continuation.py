"""What a sentence goes on to say of the subject before: ``a is odd and larger than b``, ``… is 3, 4 or prime``.

All on the syntax: a part that has no subject of its own becomes one predicate with the part before.
"""

import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from oedipus.compiler.arithmetic import is_term
from oedipus.compiler.scope import Scope
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake

PREDICATES = typing.get_args(s.Predicate)
RELATIVES = ("before", "two before", "behind", "another", "others")


def mentions(node: object, *which: str) -> bool:
    """Whether a predicate speaks of the digit before, of another, and so on."""
    match node:
        case s.Relative(found):
            return found in which
        case tuple():
            return any(mentions(one, *which) for one in node)
        case str() | int() | None:
            return False
    return any(mentions(getattr(node, name), *which) for name in getattr(node, "__slots__", ()) if name != "span")


def is_formula(node: s.Expression, scope: Scope) -> bool:
    """Whether a node states something, as a formula does, and is no number."""
    match node:
        case s.Name(name):
            return name in scope.lets and not is_term(scope.lets[name])
        case s.Junction() | s.Claim() | s.Only() | s.Chain() | s.Quantified() | s.Exists() | s.Neighbours() | s.Hint():
            return True
    return False


def of_the_rest(parts: Sequence[s.Expression]) -> bool:
    """``two digits are odd and the others …``: whether what follows is said of those that were not counted."""
    match parts:
        case [
            s.Quantified(quantifier, s.Digits(besides=None), predicate),
            s.Claim(s.Relative("others" | "another"), said),
            *_,
        ]:
            plain = predicate is not None and not mentions(predicate, *RELATIVES) and not mentions(said, *RELATIVES)
            return plain and quantifier.op in ("=", "some")
    return False


def _or(parts: Sequence[s.Expression]) -> s.Expression:
    return parts[0] if len(parts) == 1 else s.Junction("or", tuple(parts), parts[0].span.to(parts[-1].span))


def _denied(said: s.Predicate) -> bool:
    return isinstance(said, s.Combined) and said.connective == "not"


def _both_denied(before: s.Predicate | None, said: s.Predicate) -> s.Predicate:
    """``is not divisible by 2 and 3``: not by both; ``is not 2 and 3``: neither."""
    assert isinstance(before, s.Combined)
    inner = before.parts[0]
    plain = isinstance(inner, s.Related) and inner.op == "=" and inner.by is None and inner.factor is None
    span = before.span.to(said.span)
    return s.Combined("not", (s.Combined("or" if plain else "and", (inner, said), span),), span)


def _joined(connective: str, before: s.Predicate | None, said: s.Predicate, verbal: bool) -> s.Predicate:
    """One predicate of two; ``is not 3 or 4`` denies both, ``is not 3 or is 4`` the first."""
    assert before is not None
    span = before.span.to(said.span)
    if (
        isinstance(before, s.Combined)
        and before.connective == "not"
        and connective == "or"
        and not verbal
        and not _denied(said)
    ):
        return s.Combined("not", (_joined("or", before.parts[0], said, verbal),), span)
    if isinstance(before, s.Combined) and before.connective == connective:
        return s.Combined(connective, (*before.parts, said), span)
    return s.Combined(connective, (before, said), span)


@dataclass(frozen=True, slots=True)
class Continuation:
    """Joins the parts of a junction; ``collective`` tells predicates of several things together."""

    scope: Scope
    collective: Callable[[s.Predicate], bool]

    def is_formula(self, node: s.Expression) -> bool:
        """Whether a node states something."""
        return is_formula(node, self.scope)

    def regrouped(self, node: s.Junction) -> s.Junction:
        """``a is 3 or 4 and b is 5 or 6``: alternatives without a verb of their own belong together."""
        if node.connective != "or":
            return node
        groups: list[s.Expression] = []
        alternatives: list[s.Expression] = []
        for part in node.parts:
            first, *rest = part.parts if isinstance(part, s.Junction) and part.connective == "and" else (part,)
            bare = bool(alternatives) and bool(rest) and not self.is_formula(first)
            if not (bare and all(self._has_verb(one) for one in rest)):
                alternatives.append(part)
                continue
            groups += [_or([*alternatives, first]), *rest[:-1]]
            alternatives = [rest[-1]]
        return s.Junction("and", (*groups, _or(alternatives)), node.span) if groups else node

    def _has_verb(self, part: s.Expression) -> bool:
        """Whether a part is a statement, or goes on with a verb: ``… and ends in 5``."""
        return self.is_formula(part) and not (isinstance(part, s.Claim) and part.subject is None and not part.verbal)

    def shared(self, node: s.Junction) -> list[s.Expression]:
        """The parts, with ``… is 3, 4 or odd`` folded into one predicate of its subject."""
        parts: list[s.Expression] = [node.parts[0]]
        for part in node.parts[1:]:
            if node.connective == "or" and self._goes_on(parts[-1], part):
                conjunction = cast(s.Junction, parts[-1])
                open_ = conjunction.parts[-1]
                alternatives = open_.parts if isinstance(open_, s.Junction) else (open_,)
                last = s.Junction("or", (*alternatives, part), part.span)
                parts[-1] = replace(conjunction, parts=(*conjunction.parts[:-1], last))
                continue
            if node.connective == "and" and (claim := self._of_alternatives(parts[-1], part)) is not None:
                parts.append(claim)
                continue
            before = parts[-1] = self._as_claim(parts[-1], part)
            verbal = isinstance(part, s.Claim) and part.verbal
            said = self._continued(before, part) if node.connective in ("and", "or", "xor") else None
            if said is not None and isinstance(before, s.Claim | s.Only | s.Quantified | s.Neighbours):
                if (
                    node.connective == "and"
                    and not self.is_formula(part)
                    and _denied(cast(s.Predicate, before.predicate))
                ):
                    parts[-1] = replace(before, predicate=_both_denied(before.predicate, said))
                    continue
                parts[-1] = replace(before, predicate=_joined(node.connective, before.predicate, said, verbal))
            else:
                parts.append(part)
        return parts

    def _of_alternatives(self, before: s.Expression, part: s.Expression) -> s.Expression | None:
        """``(a is odd or a square) but not 9``: what goes on with alternatives is said of their subject."""
        first = before.parts[0] if isinstance(before, s.Junction) and before.connective == "or" else None
        if not isinstance(first, s.Claim | s.Quantified) or not isinstance(first.predicate, PREDICATES):
            return None
        if any(self._has_verb(one) for one in cast(s.Junction, before).parts[1:]):
            return None
        said = self._continued(first, part)
        return None if said is None else replace(first, predicate=said)

    def _goes_on(self, before: s.Expression, part: s.Expression) -> bool:
        """``a is odd and b is 3 or 4``: what has no subject of its own belongs to the claim before it alone."""
        if not isinstance(before, s.Junction) or before.connective != "and":
            return False
        last = before.parts[-1]
        if isinstance(last, s.Junction) and last.connective == "or":
            last = last.parts[0]
        own = isinstance(last, s.Chain | s.Quantified) or (isinstance(last, s.Claim) and last.subject is not None)
        elided = isinstance(part, s.Claim) and part.subject is None and not part.verbal
        return own and (elided or not self.is_formula(part))

    def _as_claim(self, before: s.Expression, part: s.Expression) -> s.Expression:
        """``a != b`` as a denial, where ``or c`` goes on with it."""
        if not isinstance(before, s.Chain) or before.ops != ("!=",) or self.is_formula(part):
            return before
        if self.is_formula(before.terms[0]) or mentions(before.terms, *RELATIVES):
            return before
        equal = s.Related("=", before.terms[1], span=before.terms[1].span)
        return s.Claim(before.terms[0], s.Combined("not", (equal,), before.span), before.span)

    def _continued(self, before: s.Expression, part: s.Expression) -> s.Predicate | None:
        """What ``part`` says of the subject before it, None where it has a subject of its own."""
        if not isinstance(before, s.Claim | s.Only | s.Quantified | s.Neighbours) or not isinstance(
            before.predicate, PREDICATES
        ):
            return None
        if isinstance(part, s.Claim) and part.subject is None and isinstance(part.predicate, PREDICATES):
            single = isinstance(before, s.Claim) and isinstance(before.subject, s.Name | s.Place | s.Ordinal)
            if single and isinstance(part.predicate, s.Adjectives) and self.collective(part.predicate):
                return None
            return cast(s.Predicate, part.predicate)
        if isinstance(part, s.Junction) and part.connective == "not":
            inner = self._continued(before, part.parts[0])
            last = before.predicate
            while isinstance(last, s.Combined):
                last = last.parts[-1]
            if isinstance(last, s.Related) and last.op not in ("=", "!=") and not self.is_formula(part.parts[0]):
                inner = s.Related("=", part.parts[0], span=part.span)
            return s.Combined("not", (inner,), part.span) if inner is not None else None
        if self.is_formula(part):
            return None
        last = before.predicate
        while isinstance(last, s.Combined):
            last = last.parts[-1]
        return self._varied(last, part)

    def _varied(self, last: s.Predicate, part: s.Expression) -> s.Predicate:
        """The predicate before, of another number: ``divisible by 2 or 3``, ``larger than b and c``."""
        match last:
            case s.Divisible() | s.Related():
                return replace(last, term=part, span=part.span)
            case s.Ending() | s.Folded():
                return replace(last, said=s.Related("=", part, span=part.span), span=part.span)
            case s.Shifted(predicate=inner):
                return replace(last, predicate=self._varied(inner, part), span=part.span)
            case s.Remainder(said_last="remainder"):
                return replace(last, remainder=part, span=part.span)
            case s.Remainder():
                return replace(last, divisor=part, span=part.span)
            case s.Differing(_, by) if by is not None:
                return replace(last, by=part, span=part.span)
            case s.Differing(other) if other is not None:
                return replace(last, other=part, span=part.span)
            case s.Having(_, s.Described(s.Related() as counted)):
                described = s.Described(replace(counted, term=part), span=part.span)
                return replace(last, counted=described, span=part.span)
            case s.Adjectives() | s.Between() | s.OneOf() | s.PowerOf() | s.Wide():
                return s.Related("=", part, span=part.span)
        raise Mistake("E401", part.span, "nothing is said about this number", "say it in full, with a verb")
