"""Prior draws with their readouts, stored once: over its members a posterior is discrete.

Whatever member stands for a variable, its networks have already read it, so
conditional probabilities between members cost no network at all.
"""

import math
from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from oedipus.runtime.posterior import Posterior, Readings

IMPOSSIBLE = -1e4
NARROW = 0.45


class Bank:
    """``members`` prior draws of each generator and what every network reads in them.

    ``latents[v]``: [members, latents of variable v]; variables with the same
    generator share their members.
    """

    @torch.no_grad()
    def __init__(self, posterior: Posterior, rng: Generator, members: int) -> None:
        self.posterior, self.members = posterior, members
        drawn: dict[str, Tensor] = {}
        seen: dict[tuple[str, str], Tensor] = {}
        for generator, networks in posterior.readers_by_generator().items():
            latents = torch.randn(members, posterior.cards[generator].latents, generator=rng).to(posterior.device)
            drawn[generator] = latents
            pictures = posterior.networks[generator](latents)
            seen |= {(network, generator): posterior.log_classes(network, pictures) for network in networks}
        self.latents = [drawn[variable.generator] for variable in posterior.program.variables]
        self.readings: Readings = {
            (network, at): seen[network, posterior.program.variables[at].generator]
            for network, places in posterior.readers.items()
            for at in places
        }

    def conditional(self, chosen: Tensor, variable: int, alpha: float) -> Tensor:
        """log-likelihood ``[chains, members]`` in nats of every member as ``variable``.

        ``chosen`` [chains, variables] are the members that stand for the others.
        A clause that asks one network about the variable is evaluated once for
        each class and not for each member: Σ_classes p(class | member) P(clause | class).
        """
        total = torch.zeros(len(chosen), self.members, device=self.posterior.device)
        powers = self.posterior.powers(alpha)
        for clause, networks in enumerate(self.posterior.asks(variable)):
            if len(networks) == 1:
                total += powers[clause] * self._by_class(chosen, variable, clause, networks[0])
            elif networks:
                total += powers[clause] * self._by_member(chosen, variable, clause)
        return total

    def _by_class(self, chosen: Tensor, variable: int, clause: int, network: str) -> Tensor:
        own = self.readings[network, variable]
        classes = own.shape[1]
        gathered = self._gather(chosen.repeat_interleave(classes, dim=0))
        certain = torch.full((classes, classes), IMPOSSIBLE, device=own.device).fill_diagonal_(0.0)
        gathered[network, variable] = certain.repeat(len(chosen), 1)
        by_class = self.posterior.clause(clause, gathered).unflatten(0, (len(chosen), classes))
        highest = by_class.amax(dim=1, keepdim=True)
        return ((by_class - highest).exp() @ own.exp().T).clamp_min(1e-38).log() + highest

    def _by_member(self, chosen: Tensor, variable: int, clause: int) -> Tensor:
        joint = chosen.repeat_interleave(self.members, dim=0)
        joint[:, variable] = torch.arange(self.members, device=joint.device).repeat(len(chosen))
        return self.posterior.clause(clause, self._gather(joint)).unflatten(0, (len(chosen), self.members))

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
