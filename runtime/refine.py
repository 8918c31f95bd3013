"""Learning from a wrong answer (end of paper section 5.2): what a wrong mode teaches becomes a clause.

A mode is wrong where its reading breaks a clause by the tables (an 8 drawn open is read
as an 8 by one network and as open by another), or where a second network, kept out of the
inference until now, reads other digits in the samples. The insight is a clause like
any other: these variables do not show these digits. The program with it is solved again.

Nothing but the wrong answer itself is learned from the tables, and no solution of
the riddle is used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from oedipus.compiler.program import Diagram, Factor, Program, Readout
from oedipus.networks.cards import Card, value_cards
from oedipus.networks.library import load_network
from oedipus.runtime.metrics import Metrics, shares
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.record import Record
from oedipus.runtime.solve import Request, Result, judge_of, solve

ROUNDS = 10
DOUBT = 0.5
"""The share of samples below which the second network's disagreement calls a mode wrong."""


@dataclass(frozen=True, slots=True)
class Insight:
    """``values`` that ``variables`` do not show together, each by the reading of its network; ``reason``, the clause
    or network that said so."""

    variables: tuple[str, ...]
    values: tuple[int | str, ...]
    networks: tuple[str, ...]
    reason: str

    def text(self) -> str:
        """In words."""
        if len(self.variables) == 1:
            return f"{self.variables[0]} is not read as {self.values[0]} ({self.reason})"
        shown = (f"{name} as {value}" for name, value in zip(self.variables, self.values, strict=True))
        return f"not together: {', '.join(shown)} ({self.reason})"


def refine(
    posterior: Posterior,
    request: Request,
    result: Result | None = None,
    *,
    watch: Callable[[Metrics], None] = lambda _: None,
    record: Record | None = None,
    rounds: int = ROUNDS,
) -> tuple[Result, Posterior, tuple[Insight, ...]]:
    """Solve, from ``result`` on where it is at hand, with every insight until the answer holds, or ``rounds`` are over.

    Every round has the ``record`` of the one before: its checkpoints hold the insights, and one of them is resumed
    in its own round. Returns the last result, its posterior (with the insights as clauses named
    ``insight 1`` …) and the insights. Raises what :func:`solve` does.
    """
    record = Record() if record is None else record
    learned: tuple[Insight, ...] = record.learned or ()
    record.learned = learned
    taught = with_insights(posterior, learned)
    result = solve(taught, request, watch=watch, record=record) if result is None else result
    while len(learned) < rounds and not result.interrupted:
        found = [one for one in insights(taught, result) if one not in learned]
        if not found:
            break
        learned = (*learned, *found)
        taught, record = with_insights(posterior, learned), record.after(learned)
        result = solve(taught, request, watch=watch, record=record)
    return replace(result, insights=tuple(one.text() for one in learned)), taught, learned


def with_insights(posterior: Posterior, learned: Sequence[Insight]) -> Posterior:
    """The posterior of the program with all that was ``learned`` as clauses; itself where that is nothing."""
    if not learned:
        return posterior
    program = posterior.program
    for number, one in enumerate(learned, start=1):
        program = with_insight(program, one, f"insight {number}", posterior.cards)
    new = {one.network for one in program.readouts} - set(posterior.networks)
    networks = {name: load_network(posterior.cards[name], posterior.device) for name in sorted(new)}
    return replace(posterior, program=program, networks={**posterior.networks, **networks})


def insights(posterior: Posterior, result: Result) -> list[Insight]:
    """What is wrong with a result's mode, if anything: broken clauses first, else the second network's doubt."""
    found = []
    for factor in posterior.program.factors:
        if factor.name in result.violated and factor.readouts:
            asked = [posterior.program.readouts[at].variable for at in factor.readouts]
            names = tuple(dict.fromkeys(name for name in asked if name in result.answer))
            values = tuple(result.answer[name] for name in names)
            networks = tuple(posterior.value_cards[name].name for name in names)
            if names:
                found.append(Insight(names, values, networks, f"that breaks {factor.name}"))
    return found or _doubts(posterior, result)


@torch.no_grad()
def _doubts(posterior: Posterior, result: Result) -> list[Insight]:
    """Variables that most samples show otherwise to a network which took no part in finding them."""
    found = []
    for variable, pictures in zip(posterior.program.variables, result.pictures, strict=True):
        card = judge_of(posterior.cards, variable.kind)
        if card is None or variable.name not in result.answer:
            continue
        readings = load_network(card, posterior.device)(pictures).argmax(dim=1, keepdim=True)
        (place,), share = shares(readings)[0]
        value = card.shows(place)
        if value != result.answer[variable.name] and share > DOUBT:
            found.append(Insight((variable.name,), (value,), (card.name,), f"{card.name} sees it in most pictures"))
    return found


def with_insight(program: Program, insight: Insight, name: str, cards: Mapping[str, Card]) -> Program:
    """The program with one more clause: not all of these variables show these values."""
    readouts = list(program.readouts)
    kinds = {one.name: one.kind for one in program.variables}
    readers = value_cards(cards.values())
    places, classes = [], []
    for variable, value, network in zip(insight.variables, insight.values, insight.networks, strict=True):
        places.append(_place(readouts, variable, cards[network], readers[kinds[variable]]))
        classes.append(_shown(cards[network]).index(value))
    clause = Factor(name, tuple(places), unlike(classes, [readouts[at].classes for at in places]), text=insight.text())
    return replace(program, readouts=tuple(readouts), factors=(*program.factors, clause))


def unlike(classes: Sequence[int], sizes: Sequence[int]) -> Diagram:
    """True of every joint reading but ``classes``: state 0 while all agree so far, 1 from the first that differs.
    ``sizes`` are the numbers of classes of the readouts."""
    layers = []
    for at, (place, size) in enumerate(zip(classes, sizes, strict=True)):
        other = np.ones(size, dtype=np.int32)
        agrees = other.copy()
        agrees[place] = 0
        layers.append(agrees[None] if at == 0 else np.stack([agrees, other]))
    return Diagram(tuple(layers))


def _shown(card: Card) -> list[int | str]:
    """What each class of a network that reads values shows."""
    return [card.shows(place) for place in range(len(card.classes))]


def _place(readouts: list[Readout], variable: str, card: Card, reader: Card) -> int:
    """Where the readout of a network that reads the values which ``reader`` does is, added if it is new."""
    shown = _shown(card)
    wanted = Readout(variable, card.name, len(shown), tuple(map(shown.index, _shown(reader))))
    if wanted not in readouts:
        readouts.append(wanted)
    return readouts.index(wanted)
