"""Orders of readouts worth trying for a diagram; its size can depend on them exponentially."""

from collections import defaultdict
from collections.abc import Sequence

from oedipus.compiler import checked as c
from oedipus.compiler.budget import Effort
from oedipus.compiler.logic.axes import Axis, Tables
from oedipus.compiler.logic.simplify import Formulas
from oedipus.compiler.logic.simplify_nodes import All, Negation, Node, Relation


def orders(
    formula: c.Formula,
    axes: Sequence[Axis],
    tables: Tables | None = None,
    effort: Effort | None = None,
) -> list[tuple[int, ...]]:
    """Distinct candidate orders as places in ``axes``, the most promising first.

    By linear weight downwards (partial sums leave their bounds early) and upwards
    (carries), by closeness of the readouts in shared clauses, and as mentioned.
    """
    mentioned = tuple(range(len(axes)))
    if len(axes) < 3:
        return [mentioned]
    root = Formulas(axes, tables, effort).of(formula)
    weights: defaultdict[int, int] = defaultdict(int)
    groups: list[list[int]] = []
    for part in _parts(root):
        groups.append([axis for axis in mentioned if part.axes >> axis & 1])
        for axis, weight in _weights(part).items():
            weights[axis] = max(weights[axis], weight)
    heavy = tuple(sorted(mentioned, key=lambda axis: -weights[axis]))
    light = tuple(sorted(mentioned, key=lambda axis: weights[axis]))
    return list(dict.fromkeys([heavy, close(groups, len(axes)), light, mentioned]))


def _parts(node: Node) -> list[Node]:
    match node:
        case All(parts):
            return [one for part in parts for one in _parts(part)]
        case Negation(part):
            return _parts(part)
        case _:
            return [node]


def _weights(node: Node) -> dict[int, int]:
    if not isinstance(node, Relation):
        return {}
    return {axis: int(max(one for one in entries if one is not None)) for axis, entries in node.term.shape.tables}


def close(groups: Sequence[Sequence[int]], axes: int) -> tuple[int, ...]:
    """A greedy order that keeps few groups open: next comes the axis whose groups are nearest to complete."""
    left = set(range(axes))
    chosen: list[int] = []
    while left:
        chosen.append(min(left, key=lambda axis: (_opened(axis, groups, chosen), axis)))
        left.remove(chosen[-1])
    return tuple(chosen)


def _opened(axis: int, groups: Sequence[Sequence[int]], chosen: Sequence[int]) -> float:
    """Groups that choosing the axis would open, less the shares of open groups that it would fill."""
    score = 0.0
    for group in groups:
        if axis in group:
            known = sum(other in chosen for other in group)
            score += 1.0 if not known else -(known + 1) / len(group)
    return score
