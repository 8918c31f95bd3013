"""Prior draws with their readouts, stored once: over its members a posterior is discrete.

Whatever member stands for a variable, its networks have already read it, so
conditional probabilities between members cost no network at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor

from oedipus.runtime.blocks import Block, blocks_of
from oedipus.runtime.density import stacked
from oedipus.runtime.pool import Pool, cached_pool, draw_pool

if TYPE_CHECKING:
    from oedipus.runtime.held import Readings
    from oedipus.runtime.posterior import Posterior
    from oedipus.runtime.source import Source

IMPOSSIBLE = -1e4
NARROW = 0.45
TINY = 1e-38


class Bank:
    """``members`` prior draws of each generator and what every network reads in them.

    ``latents[v]``: [members, latents of variable v]; variables with the same
    source share their members.
    """

    def __init__(
        self, posterior: Posterior, rng: Generator, members: int, *, pools: dict[Source, Pool] | None = None
    ) -> None:
        self.posterior, self.members = posterior, members
        if pools is None:
            wanted = posterior.readers_by_source()
            pools = {source: draw_pool(posterior, source, wanted[source], members, rng) for source in wanted}
        self.latents = [pools[source].latents for source in posterior.sources]
        self.readings: Readings = {
            (network, at): pools[posterior.sources[at]].readings[network]
            for network, places in posterior.readers.items()
            for at in places
        }

    @classmethod
    def stored(cls, posterior: Posterior, members: int) -> Bank:
        """The bank of these networks, from the user's cache or built and put there; the same for every seed."""
        wanted = posterior.readers_by_source()
        pools = {source: cached_pool(posterior, source, wanted[source], members) for source in wanted}
        return cls(posterior, Generator(), members, pools=pools)

    def clauses(self, chosen: Tensor) -> Tensor:
        """log P_c ``[chains, clauses]`` in nats of the members ``chosen`` ``[chains, variables]``."""
        return self.posterior.clauses(self._gather(chosen), chosen)

    def some_clauses(self, chosen: Tensor, numbers: Sequence[int]) -> Tensor:
        """The same of a few clauses, ``[chains, numbers]``."""
        wanted = {key for number in numbers for key in self.posterior.asked_by(number)}
        readings = {key: self.readings[key][chosen[:, key[1]]] for key in wanted}
        return torch.stack([self.posterior.clause(number, readings) for number in numbers], dim=1)

    def details(self, chosen: Tensor) -> dict[str, Tensor]:
        """What an evaluation of these members would say, as in :class:`oedipus.runtime.density.Evaluation`."""
        values = [
            self.readings[name, at][chosen[:, at]] for at, name in enumerate(self.posterior.value_networks) if name
        ]
        return {"clauses": self.clauses(chosen)} | ({"values": stacked(values)} if values else {})

    @cached_property
    def blocks(self) -> list[Block]:
        """The clauses that can propose members for several variables at once."""
        return blocks_of(self)

    def gather(self, chosen: Tensor) -> Tensor:
        """Latents ``[chains, dim]`` of the members ``chosen`` ``[chains, variables]``."""
        return torch.cat([self.latents[at][chosen[:, at]] for at in range(len(self.latents))], dim=1)

    def conditional(self, chosen: Tensor, variable: int, alpha: float) -> Tensor:
        """log-likelihood ``[chains, members]`` in nats of every member as ``variable``.

        ``chosen`` [chains, variables] are the members that stand for the others.
        A clause is evaluated once for each joint class of the networks it asks about the
        variable and not for each member: Σ_classes p(class | member) P(clause | class).
        """
        powers = self.posterior.powers(alpha)
        total = self.alone(variable, alpha).expand(len(chosen), -1).clone()
        for clause, networks in enumerate(self.posterior.asks(variable)):
            if networks and clause not in self._own[variable][0]:
                total += powers[clause] * self._by_class(chosen, variable, clause, networks)
        return total

    def alone(self, variable: int, alpha: float) -> Tensor:
        """Tempered log-likelihood ``[members]`` of the clauses that concern ``variable`` and no other."""
        clauses, log_true = self._own[variable]
        return log_true @ self.posterior.powers(alpha)[clauses]

    @cached_property
    def _own(self) -> list[tuple[list[int], Tensor]]:
        """For each variable the clauses that concern it alone, and their log-probabilities [members, clauses]."""
        posterior, found = self.posterior, []
        asked = [{posterior.program.readouts[at].variable for at in one.readouts} for one in posterior.program.factors]
        for variable in range(len(self.latents)):
            name = posterior.program.variables[variable].name
            clauses = [clause for clause, names in enumerate(asked) if names == {name}]
            readings = {key: reading for key, reading in self.readings.items() if key[1] == variable}
            columns = [posterior.clause(clause, readings) for clause in clauses]
            blank = torch.zeros(self.members, 0, device=posterior.device)
            found.append((clauses, torch.stack(columns, dim=1) if columns else blank))
        return found

    def _by_class(self, chosen: Tensor, variable: int, clause: int, networks: Sequence[str]) -> Tensor:
        """log Σ_classes p(class | member) P(clause | class), ``[chains, members]``, of one clause.

        With a reading that is 1 for every class the clause's value is Σ_c P(clause | c), and its
        gradient the share of each c: one contraction for all classes of the network with most. The
        classes of further networks that it asks are tried one by one.
        """
        networks = sorted(networks, key=lambda network: -self.readings[network, variable].shape[1])
        own = [self.readings[network, variable] for network in networks]
        others = list(product(*(range(one.shape[1]) for one in own[1:])))
        rows, count = len(chosen), len(others)
        gathered = self._gather(chosen.repeat(count, 1))
        for network, reading, classes in zip(networks[1:], own[1:], zip(*others, strict=True), strict=True):
            certain = torch.full((count, reading.shape[1]), IMPOSSIBLE, device=reading.device)
            certain[range(count), classes] = 0.0
            gathered[network, variable] = certain.repeat_interleave(rows, dim=0)
        with torch.enable_grad():
            any_class = own[0].new_zeros(rows * count, own[0].shape[1]).requires_grad_()
            gathered[networks[0], variable] = any_class
            value = self.posterior.clause(clause, gathered)
            (share,) = torch.autograd.grad(value.sum(), any_class)
        by_class = value.detach().clamp_min(IMPOSSIBLE)[:, None] + share.clamp_min(TINY).log()
        by_class = by_class.unflatten(0, (count, rows)).transpose(0, 1).flatten(1)
        chance = torch.cat([(own[0] + self._joint(own[1:], classes)).exp() for classes in others], dim=1)
        highest = by_class.amax(dim=1, keepdim=True)
        return ((by_class - highest).exp() @ chance.T).clamp_min(TINY).log() + highest

    def _joint(self, readings: Sequence[Tensor], classes: Sequence[int]) -> Tensor:
        """log-probability ``[members, 1]`` that these networks read these classes."""
        columns = [one[:, at] for one, at in zip(readings, classes, strict=True)]
        return torch.stack([torch.zeros(self.members, device=self.posterior.device), *columns]).sum(dim=0)[:, None]

    def _gather(self, chosen: Tensor) -> Readings:
        return {key: reading[chosen[:, key[1]]] for key, reading in self.readings.items()}

    def reading(self, chosen: Tensor) -> tuple[int, ...]:
        """What the chosen members [variables] are read as, over all networks."""
        return tuple(int(reading[chosen[at]].argmax()) for (_, at), reading in self.readings.items())

    def moments(self, weight: Tensor, variable: int) -> tuple[Tensor, Tensor]:
        """Mean and log standard deviation ``[modes, latents]`` under member weights ``[modes, members]``.

        A few effective members say little of the widths, so these shrink to the prior's.
        """
        latents = self.latents[variable]
        mean = weight @ latents
        effective = 1 / weight.square().sum(dim=1, keepdim=True)
        trust = effective / (effective + 20)
        variance = (weight @ latents.square() - mean.square()) * trust + (1 - trust)
        return mean, variance.clamp(0.04, 1.0).log() / 2


@torch.no_grad()
def modes(
    bank: Bank, rng: Generator, *, most: int, schedule: Sequence[float], chains: int = 48, sweeps: int = 2
) -> tuple[Tensor, Tensor]:
    """Means and log-widths ``[modes, dim]`` of the modes that annealed Gibbs chains end in, best first.

    Each α of the schedule is given ``sweeps`` sweeps. Modes are told apart by what
    their pictures are read as, and ranked by their mass over the members.
    """
    posterior, variables = bank.posterior, len(bank.latents)
    chosen = torch.randint(bank.members, (chains, variables), generator=rng).to(posterior.device)
    for alpha in (alpha for alpha in schedule for _ in range(sweeps)):
        for variable in torch.randperm(variables, generator=rng).tolist():
            chance = bank.conditional(chosen, variable, alpha).softmax(dim=1).cpu()
            chosen[:, variable] = torch.multinomial(chance, 1, generator=rng).squeeze(1).to(chosen.device)
    conditionals = [bank.conditional(chosen, variable, posterior.alpha) for variable in range(variables)]
    mass = torch.stack([one.logsumexp(dim=1) for one in conditionals]).sum(dim=0)
    best: dict[tuple[int, ...], int] = {}
    for chain in mass.argsort(descending=True).tolist():
        best.setdefault(bank.reading(chosen[chain]), chain)
    picked = list(best.values())[:most]
    moments = [bank.moments(one[picked].softmax(dim=1), at) for at, one in enumerate(conditionals)]
    means, widths = zip(*moments, strict=True)
    # As wide as the members lie, the Gaussian spills into other readings and a search drifts out of its mode.
    return torch.cat(means, dim=1), torch.cat(widths, dim=1) + math.log(NARROW)
