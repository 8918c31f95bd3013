"""Program to log density: log p(ξ | y) = Σ_c α_c log P_c(G(ξ)) − ½‖ξ‖² + const (paper eq. 7)."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from oedipus.compiler.program import Factor, Gaussian, Program
from oedipus.compiler.suited import offers
from oedipus.networks.cards import Card, value_cards
from oedipus.networks.library import hold_together, load_network
from oedipus.runtime.affine import Affine
from oedipus.runtime.algorithms.base import validate_schedule
from oedipus.runtime.density import Details, Evaluation, stacked
from oedipus.runtime.factors import LogFactor, bind, gaussian
from oedipus.runtime.given import given_prior
from oedipus.runtime.held import Held, Readings
from oedipus.runtime.source import Source
from oedipus.runtime.standard import find_device, standardised

if TYPE_CHECKING:
    from oedipus.runtime.bank import Bank

PAPER = (0.5, 1.0, 3.0, 10.0)
"""The paper's annealing (section 5.2)."""
SCHEDULE = (*PAPER, 30.0, 100.0, 300.0)
"""The default: at 10 a picture in a hundred is one that convinces the networks of the clauses and no other."""
ALMOST_SURE = -1e-6  # where a single precision probability can still be told from 1


@dataclass(frozen=True)
class Posterior:
    """The posterior of a program over the flat latents of all its variables.

    Each picture is drawn once and read once by each network that any clause
    asks, however many clauses use the reading. ``schedule`` holds the α of the
    annealing, the last of which is the posterior's own. ``prior`` maps the latents that
    are inferred, which are N(0, 1) always, to the generators' own.
    """

    program: Program
    cards: Mapping[str, Card]
    networks: Mapping[str, nn.Module]
    schedule: tuple[float, ...]
    device: torch.device
    prior: Affine | None = None

    @property
    def alpha(self) -> float:
        """The final α."""
        return self.schedule[-1]

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Latents of each variable, in the program's order."""
        return tuple(self.cards[variable.generator].latents for variable in self.program.variables)

    @property
    def dim(self) -> int:
        """Latents of all variables together."""
        return sum(self.widths)

    @cached_property
    def value_networks(self) -> tuple[str | None, ...]:
        """For each variable, the classifier that reads its value, or None."""
        readers = value_cards(self.cards.values())
        found = [readers.get(variable.kind) for variable in self.program.variables]
        return tuple(card.name if card else None for card in found)

    @property
    def valued(self) -> tuple[str, ...]:
        """Names of the variables that show a value, in the order of an evaluation's ``values``."""
        pairs = zip(self.program.variables, self.value_networks, strict=True)
        return tuple(variable.name for variable, network in pairs if network)

    @cached_property
    def value_cards(self) -> dict[str, Card]:
        """For each variable that shows a value, in this order, the card of its classifier."""
        return {
            name: self.cards[network]
            for name, network in zip(self.valued, filter(None, self.value_networks), strict=True)
        }

    @cached_property
    def offers(self) -> frozenset[str]:
        """What algorithms may need of a program and this one has, of :data:`oedipus.compiler.suited.NEEDS`."""
        return offers(self.program, valued=self.valued, read=bool(self.readers), coupled=self.coupled)

    def told(self, reading: Sequence[int]) -> tuple[int | str, ...]:
        """The values that a joint reading, a class for each variable of ``valued``, shows: numbers or names."""
        return tuple(card.shows(place) for card, place in zip(self.value_cards.values(), reading, strict=False))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {variable.name: index for index, variable in enumerate(self.program.variables)}

    @cached_property
    def _bound(self) -> dict[int, LogFactor]:
        return {
            number: bind(factor.body, self.device)
            for number, factor in enumerate(self.program.factors)
            if not isinstance(factor.body, Gaussian)
        }

    @cached_property
    def measurements(self) -> dict[int, gaussian.Measurement]:
        """The Gaussian factors by their numbers. Raises ``ValueError`` where a picture was not read."""
        generators = {variable.name: variable.generator for variable in self.program.variables}
        return {
            number: gaussian.bind(body, self.cards[generators[body.variable]].shape, self.networks, self.device)
            for number, factor in enumerate(self.program.factors)
            if isinstance(body := factor.body, Gaussian)
        }

    @cached_property
    def readers(self) -> dict[str, list[int]]:
        """For each network, the places of the variables that it reads."""
        wanted = {(one.network, self._place[one.variable]) for one in self.program.readouts}
        return _by_network(wanted | {(name, index) for index, name in enumerate(self.value_networks) if name})

    @cached_property
    def _asked(self) -> dict[str, list[int]]:
        """The same of what clauses ask alone."""
        return _by_network({(one.network, self._place[one.variable]) for one in self.program.readouts})

    def powers(self, alpha: float) -> Tensor:
        """α of each clause at a run's ``alpha``, [clauses].

        A clause with a power of its own reaches it when the run reaches its
        final α and is annealed in proportion until then; so does one that asks a network whose card has a lower power
        than the run's. Gaussian likelihoods have none (paper eq. 8).
        """
        return torch.tensor(
            [
                1.0 if isinstance(factor.body, Gaussian) else alpha * self._final_power(factor) / self.alpha
                for factor in self.program.factors
            ],
            device=self.device,
        )

    def _final_power(self, factor: Factor) -> float:
        """α of a clause at the end of a run."""
        trusted = [self.cards[self.program.readouts[at].network].alpha for at in factor.readouts]
        return factor.alpha or min([self.alpha, *(one for one in trusted if one is not None)])

    def own(self, latents: Tensor) -> Tensor:
        """The generators' latents, of those that are inferred; both ``[…, dim]``."""
        return latents if self.prior is None else self.prior.push(latents)

    def pictures(self, latents: Tensor, held: Held | None = None) -> list[Tensor]:
        """Each variable's pictures ``[rows, channels, height, width]`` in 0..1; those that are ``held`` as they are."""
        parts = self.own(latents).split(self.widths, dim=1)
        drawn: dict[int, Tensor] = dict(held.pictures) if held else {}
        for generator in dict.fromkeys(variable.generator for variable in self.program.variables):
            own = [at for at, variable in enumerate(self.program.variables) if variable.generator == generator]
            places = [at for at in own if at not in drawn]
            if not places:
                continue
            batch = self.networks[generator](torch.cat([parts[at] for at in places]))
            drawn |= zip(places, batch.split(len(latents)), strict=True)
        return [drawn[at] for at in range(len(parts))]

    @torch.no_grad()
    def hold(self, latents: Tensor, places: Sequence[int]) -> Held:
        """The pictures at ``places`` of the variables, and what clauses ask of them, to be given to evaluations at
        latents that are these there."""
        if not places:
            return Held({}, {})
        pictures = self.pictures(latents)
        readings = self._read(pictures, self._asked)
        kept = {at: pictures[at] for at in places}
        return Held(kept, {key: one for key, one in readings.items() if key[1] in kept})

    def read(
        self,
        pictures: Sequence[Tensor],
        residuals: Mapping[int, Tensor] | None = None,
        held: Held | None = None,
    ) -> Readings:
        """What clauses ask of the pictures, by what is asked and the place of the variable.

        Of a network, class log-probabilities ``[rows, classes]``; of a measurement
        its log-likelihood ``[rows, 1]`` in nats, from ``residuals`` where they are known. What is ``held`` is as it was
        read.
        """
        readings = self.measured(self.residuals(pictures) if residuals is None else residuals)
        known = held.readings if held else {}
        wanted = {(name, at) for name, places in self._asked.items() for at in places}
        return readings | known | self._read(pictures, _by_network(wanted - known.keys()))

    def _read(self, pictures: Sequence[Tensor], asked: Mapping[str, Sequence[int]]) -> Readings:
        """Class log-probabilities of the pictures at the places ``asked`` of each network."""
        readings: Readings = {}
        for network, places in asked.items():
            batch = self.log_classes(network, torch.cat([pictures[at] for at in places]))
            for at, reading in zip(places, batch.split(len(pictures[0])), strict=True):
                readings[network, at] = reading
        return readings

    def residuals(self, pictures: Sequence[Tensor]) -> dict[int, Tensor]:
        """(F(x) − y) / σ ``[rows, values]`` of each measurement by its clause's number.

        Clauses that measure the same of the same picture share one prediction, and
        pictures that the same function looks at go through it in one batch.
        """
        groups: dict[object, list[int]] = {}
        for number in self.measurements:
            body = self._gaussian(number)
            shape = pictures[self._place[body.variable]].shape[1:]
            groups.setdefault((body.network, body.operators, shape), []).append(number)
        found = {}
        for numbers in groups.values():
            places = sorted({self._place[self._gaussian(number).variable] for number in numbers})
            shown = self.measurements[numbers[0]].predict(torch.cat([pictures[at] for at in places]))
            predictions = dict(zip(places, shown.split(len(pictures[0])), strict=True))
            for number in numbers:
                prediction = predictions[self._place[self._gaussian(number).variable]]
                found[number] = self.measurements[number].residual(prediction)
        return dict(sorted(found.items()))

    def measured(self, residuals: Mapping[int, Tensor]) -> Readings:
        """Log-likelihoods ``[rows, 1]`` in nats by (key, place of the variable), as :meth:`read` gives them."""
        return {self._key(number): gaussian.log_likelihood(one)[:, None] for number, one in residuals.items()}

    def _gaussian(self, number: int) -> Gaussian:
        body = self.program.factors[number].body
        assert isinstance(body, Gaussian)
        return body

    def _key(self, number: int) -> tuple[str, int]:
        # No network's name has a space in it.
        return f"clause {number}", self._place[self._gaussian(number).variable]

    def log_classes(self, network: str, pictures: Tensor) -> Tensor:
        """Class log-probabilities ``[rows, classes]`` of ``pictures`` by one network."""
        return self.networks[network](pictures).log_softmax(dim=1)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Where each variable's pictures come from."""
        if self.prior is None:
            return tuple(Source(variable.generator) for variable in self.program.variables)
        parts = zip(self.program.variables, torch.arange(self.dim).split(self.widths), strict=True)
        return tuple(Source(variable.generator, self.prior.marginal(places)) for variable, places in parts)

    @cached_property
    def coupled(self) -> bool:
        """Whether the prior correlates latents of different variables."""
        if self.prior is None or self.prior.diagonal:
            return False
        blocks = torch.block_diag(*[torch.ones(width, width) for width in self.widths]).to(self.device)
        return bool(((blocks == 0) & (self.prior.scale != 0)).any())

    def readers_by_source(self) -> dict[Source, list[str]]:
        """For each source, the networks that read any picture of it."""
        return {
            source: [name for name, places in self.readers.items() if any(self.sources[at] == source for at in places)]
            for source in self.sources
        }

    def bank(self, members: int) -> "Bank":
        """The stored bank of this size, fetched or built once."""
        from oedipus.runtime.bank import Bank

        if members not in self._banks:
            self._banks[members] = Bank.stored(self, members)
        return self._banks[members]

    @cached_property
    def _banks(self) -> "dict[int, Bank]":
        return {}

    def asks(self, variable: int) -> list[list[str]]:
        """For each clause, the networks that it asks about the variable at place ``variable``."""
        asked = [self.asked_by(number) for number in range(len(self.program.factors))]
        return [[network for network, place in keys if place == variable] for keys in asked]

    def asked_by(self, number: int) -> list[tuple[str, int]]:
        """The readings that a clause asks for, by network and place of the variable."""
        readouts = [self.program.readouts[at] for at in self.program.factors[number].readouts]
        return [(one.network, self._place[one.variable]) for one in readouts]

    def clause(self, number: int, readings: Readings) -> Tensor:
        """log P_c ``[rows]`` of one clause, before any power; of a measurement up to its constant."""
        if number in self.measurements:
            return readings[self._key(number)].squeeze(1)
        return self._bound[number]([readings[key] for key in self.asked_by(number)])

    def clauses(self, readings: Readings, rows: Tensor) -> Tensor:
        """log P_c of every clause, ``[rows, clauses]``, before any power; where there is no clause, of no column for
        each of ``rows`` ``[rows, any]``, which the readings come from."""
        if not self.program.factors:
            return rows[:, :0].float()
        return torch.stack([self.clause(number, readings) for number in range(len(self.program.factors))], dim=1)

    def score(self, clauses: Tensor) -> float:
        """Mean P_c over rows of ``clauses`` ``[rows, clauses]`` (nats) and the clauses that have a probability.

        A measurement has a density instead, whose size says nothing; it counts only where there is nothing else.
        1 where there is no clause at all.
        """
        logic = list(self._bound)
        if not self.program.factors:
            return 1.0
        return (clauses[:, logic] if logic else clauses).exp().mean().item()

    def evaluate(self, latents: Tensor, alpha: float, held: Held | None = None) -> Evaluation:
        """Tempered log-likelihood of each row; details as in :class:`Evaluation`. What is ``held`` is not drawn and
        read again."""
        pictures = self.pictures(latents, held)
        readings = self.read(pictures, held=held)
        clauses = self.clauses(readings, latents)
        details = {"clauses": clauses.detach()}
        if self.measurements:
            # −½ Σ r² is at hand; the mean of r² is what a person can read.
            counts = [len(one.data) for one in self.measurements.values()]
            squares = -2 * clauses[:, list(self.measurements)].detach()
            details["reduced_chi2"] = squares / torch.tensor(counts, device=squares.device)
        later = {"values": self._values(pictures, readings)} if any(self.value_networks) else {}
        return Evaluation(clauses @ self.powers(alpha), Details(details, later))

    def _values(self, pictures: Sequence[Tensor], readings: Readings) -> Callable[[], Tensor]:
        """Log-probabilities ``[rows, variables, classes]`` of what ``pictures`` show; read for it is only what clauses
        have not asked."""
        shown = [one.detach() for one in pictures]
        known = {key: one.detach() for key, one in readings.items()}

        def values() -> Tensor:
            wanted = [(name, at) for at, name in enumerate(self.value_networks) if name]
            found = known | self._read(shown, _by_network(set(wanted) - known.keys()))
            return stacked([found[key] for key in wanted])

        return values

    def coordinates(self, latents: Tensor, alpha: float) -> Tensor:
        """What the tempered likelihood sees, ``[rows, coordinates]``, in units of its own noise.

        In these coordinates the likelihood's Fisher metric is the identity, so in
        latents it is JᵀJ of their Jacobian (Frank, Leike and Enßlin 2021, section 3):
        for a clause that holds with probability P, 2 √α arcsin √P; for a measurement its residual.
        """
        pictures = self.pictures(latents)
        residuals = self.residuals(pictures)
        logic = list(self._bound)
        log_true = self.clauses(self.read(pictures, residuals), latents)[:, logic].clamp_max(ALMOST_SURE)
        log_false = (-log_true.expm1()).log()
        angles = 2 * self.powers(alpha)[logic].sqrt() * ((log_true - log_false) / 2).exp().atan()
        return torch.cat([angles, *residuals.values()], dim=1)

    def log_prob(self, latents: Tensor, alpha: float | None = None) -> Tensor:
        """log p(ξ | y) + const of each row of ``latents`` ``[rows, dim]``, in nats."""
        likelihood = self.evaluate(latents, self.alpha if alpha is None else alpha).log_likelihood
        return likelihood - latents.square().sum(dim=1) / 2


def _by_network(wanted: Set[tuple[str, int]]) -> dict[str, list[int]]:
    """For each network, the places at which it is wanted."""
    return {name: sorted(at for other, at in wanted if other == name) for name, _ in sorted(wanted)}


def _reads(card: Card, kind: str) -> bool:
    return card.kind == kind and card.role in ("classifier", "regressor")


@standardised
def load_posterior(
    program: Program,
    cards: Mapping[str, Card],
    *,
    schedule: Sequence[float] | None = None,
    device: torch.device | str = "cpu",
    folder: Path | None = None,
) -> Posterior:
    """Load every network the program needs, and the prior that it names, its path seen from ``folder``.

    ``schedule`` wins over the program's own, which wins over ``SCHEDULE``.
    Raises ``WeightsError`` for networks, ``ValueError`` for a schedule that does not increase,
    ``SavedError`` for an earlier posterior that cannot be the prior.
    """
    alphas = tuple(schedule or program.schedule or SCHEDULE)
    validate_schedule(alphas)
    where = find_device(device)
    names = {variable.generator for variable in program.variables} | {one.network for one in program.readouts}
    names |= {one.body.network for one in program.factors if isinstance(one.body, Gaussian) and one.body.network}
    kinds = {variable.kind for variable in program.variables}
    names |= {card.name for kind, card in value_cards(cards.values()).items() if kind in kinds}
    networks = {name: load_network(cards[name], where) for name in sorted(names)}
    for generator in sorted({variable.generator for variable in program.variables}):
        kind = cards[generator].kind
        hold_together(cards[generator], [cards[one] for one in sorted(names) if _reads(cards[one], kind)], networks)
    prior = None
    if program.given is not None:
        prior = given_prior((folder or Path()) / program.given, program, cards).to(where)
    return Posterior(program, cards, networks, alphas, where, prior)
