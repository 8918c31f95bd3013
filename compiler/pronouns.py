"""Whose digits *its*, *their* and *the others* are."""

from oedipus.compiler.checked import Term, Value
from oedipus.compiler.scope import Scope
from oedipus.dsl import syntax as s
from oedipus.dsl.diagnostics import Mistake


def others(scope: Scope, node: s.Relative) -> tuple[Term, ...]:
    """``the others``: the digits that the clause, or else all clauses before, said nothing of."""
    digits = tuple(Value(name) for name in scope.digits)
    found = scope.rest or tuple(one for one in digits if one not in scope.mentioned)
    if not found or len(found) == len(digits):
        raise Mistake("E306", node.span, "it is not clear which digits the others are", "name them")
    return found


def of_it(scope: Scope, node: s.Digits, owner: s.Pronoun) -> tuple[Term, ...]:
    """``its digits``, ``none of them``: of the subject where it has several, else of the number; none if of all."""
    if owner.plural:
        scope.certain(node.span, plural=True, before=True)
        if len(found := scope.several()) > 1:
            return found
    current, last = scope.current, scope.last
    if owner.plural and len(scope.wholes) > 1 and not (current is not None and current.several):
        return tuple(Value(name) for whole in scope.wholes for name in whole.digits)
    alone = current is not None and not current.several and current.whole is None and not current.parts
    if owner.plural and alone and len(scope.pair) > 1:
        return scope.pair
    for subject in (current, last):
        many = subject is not None and (subject.several or subject.whole is not None or bool(subject.parts))
        some = subject is not None and subject.several and not owner.plural and len(scope.wholes) == 1
        if subject is not None and many and not some and not (owner.plural and len(subject.members) < 2):
            return subject.members
    if owner.plural and last is not None and len(scope.spoken_of) > 1:
        return scope.spoken_of
    if owner.plural and last is not None and isinstance(last.terms[0], Value) and scope.others:
        return (*last.terms, *(Value(name) for name in scope.others))
    if scope.wholes:
        return tuple(Value(name) for name in scope.whole(owner, node.span).digits)
    return ()
