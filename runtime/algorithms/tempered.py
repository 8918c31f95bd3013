"""Chains between the readings of a measured picture: replica exchange with a mixture of Gaussians.

q(ξ) has a Gaussian for every plausible reading of what was measured, and the prior for all other pictures
(:mod:`oedipus.runtime.algorithms.mixture`). With r the components that a point is counted to,

    π_β(ξ, r) = w_r N_r(ξ) (p(ξ) / q(ξ))^β

is the mixture at β = 0 and, whatever r, the posterior p at β = 1. Of each chain there are replicas at several β. At
β = 0 they are drawn anew every time; elsewhere r is drawn given ξ, and a Hamiltonian trajectory moves what was
measured in the coordinates of its own Gaussian, which serves as a dense mass matrix; other pictures take a step and
jump to draws of their prior (:mod:`oedipus.runtime.algorithms.jumps`). Then neighbours offer each other their places,
the even pairs and the odd ones in turn, with probability min(1, exp((β − β′)(ℓ′ − ℓ))), ℓ = log p / q (Swendsen and
Wang 1986; Okabe et al. 2001). So a chain at β = 1 is in each reading as often as the evidence says. In warm-up the
powers between are set, and others put between them, so that all offers are refused alike and not too often (Syed et
al. 2022, with a reference that is fitted: Surjanovic et al. 2022).

Where there is one reading, p is near q, and chains at β = 1 alone are enough.
"""

import math
from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from oedipus.runtime.algorithms.base import Approximation, Begin, Draws, FullRank, Info
from oedipus.runtime.algorithms.hamiltonian import Target
from oedipus.runtime.algorithms.jumps import jump
from oedipus.runtime.algorithms.mixture import Mixed, Mixture, ratio
from oedipus.runtime.algorithms.modes import Climbed, Component, averaged, climbs, fit, part_of
from oedipus.runtime.algorithms.options import alphas, count, positive, share, validate
from oedipus.runtime.density import Density
from oedipus.runtime.posterior import Posterior

STAGES = 1000
FIRST_STEP, JITTER = 0.1, 0.2
TURN = 2.2
"""Mean angle of a trajectory, in radians. Beyond a quarter turn draws lie opposite those before them, so that means
are known better; half a turn would leave squares as they were."""
LONGEST = math.pi / 2
GAIN, FORGET = 0.7, 0.6
RESPACED = 20
"""Steps of warm-up after which the powers are set again; after the first, a Gaussian alone in its block is, too."""
TRAIL, STRIDE, METRICS = 12, 4, 8
"""Positions that it is fitted to, the steps between them, and of how many the metric is taken."""
BORDER = 0.3
"""Acceptance of a step of pictures that networks alone hold: they are flat inside and steep at the border."""
FIRST_JUMPS = 96
"""Proposals from the prior before the first trajectory."""
REFUSED, MOST_LEVELS = 0.6, 9
"""The share of offers that neighbours refuse at most, as far as so many levels go: chains at β = 1 hear of another
reading only through all of them."""
RARE = 0.02
"""The least weight of a component in q."""


@dataclass(frozen=True, slots=True)
class Replicas:
    """``position`` ``[levels · chains, dim]``, level by level; ``betas`` of the levels, the last of them 1;
    ``log_step`` ``[2, levels]`` of what is fitted and of the rest, and its mean ``settled``; ``refused``
    ``[levels − 1]``, offers between neighbours that were not taken, of ``offered``; ``gained`` ``[levels − 1]``, log of
    the sum over draws of (p / q)^Δβ in nats; ``trail`` ``[positions, dim]``, where chains at β = 1 were of late;
    ``tuned``: steps since the coordinates are what they are."""

    position: Tensor
    betas: Tensor
    log_step: Tensor
    settled: Tensor
    refused: Tensor
    offered: Tensor
    gained: Tensor
    trail: Tensor
    steps: int = 0
    tuned: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """Climbs that are still ``pending``, what is ``fitted`` of each block, and in the end the ``replicas`` between the
    components ``kept``, their log-weights beside them."""

    pending: tuple[Climbed, ...]
    fitted: tuple[tuple[int, Component], ...] = ()
    widths: tuple[int, ...] = ()
    kept: tuple[tuple[FullRank, ...], ...] = ()
    log_weights: tuple[tuple[float, ...], ...] = ()
    replicas: Replicas | None = None
    iteration: int = 0

    @property
    def mixture(self) -> Mixture:
        """q."""
        return Mixture(self.widths, self.kept, self.log_weights)


@dataclass(frozen=True, slots=True)
class Tempered:
    """Hyper-parameters.

    ``modes``: readings of a picture at most, none of which lies ``window`` nats below the best; ``levels`` of β at
    least, where there is more than one reading; ``chains`` at each, of which after ``warmup`` trajectories ``draws``
    are kept at β = 1; ``leapfrog``: steps of a trajectory at most, as long as has ``acceptance``; ``jumps`` of a
    picture that was not measured after each. The last α of ``schedule`` is sampled at. Raises ``ValueError`` naming the
    argument that makes no sense.
    """

    schedule: tuple[float, ...] = alphas(10.0)
    modes: int = count(4)
    window: float = positive(12.0)
    levels: int = count(4, 2)
    chains: int = count(4)
    draws: int = count(200)
    warmup: int = count(50)
    leapfrog: int = count(30)
    acceptance: float = share(0.8)
    jumps: int = count(16, 0)
    name: str = field(default="tempered", init=False)
    begins: Begin = field(default="prior", init=False)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def iterations(self) -> int:
        """At most; a run ends when its draws are done."""
        return STAGES + self.warmup + self.draws

    def init(self, density: Density, rng: Generator, start: Approximation | None = None) -> State:  # noqa: ARG002
        """The climbs; a start would be one of several."""
        return State(climbs(density, rng, most=self.modes, window=2 * self.window))

    def step(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        """One Gaussian fitted, or one trajectory of every replica with its jumps and offers."""
        state = replace(state, iteration=state.iteration + 1)
        if state.pending:
            first, *rest = state.pending
            found = (first.block, fit(density, first, self.schedule[-1], rng))
            state = replace(state, pending=tuple(rest), fitted=(*state.fitted, found))
            return state, self._told(density, state, rng)
        if state.replicas is None:
            state = self._begun(density, state, rng)
        return self._moved(density, state, rng)

    def result(self, state: State) -> Draws:
        """Where the chains at β = 1 are; before there are any, draws of what is fitted."""
        if state.replicas is None:
            means = [one.gaussian.mean for _, one in state.fitted] or [one.latents for one in state.pending]
            return Draws(means[0][None, None])
        found = state.replicas
        drawn = found.steps - self.warmup
        known = len(found.betas) > 1 and drawn == self.draws
        evidence = (found.gained - math.log(max(drawn, 1) * self.chains)).sum().item() if known else None
        return Draws(found.position[-self.chains :][None], evidence)

    def _told(self, density: Density, state: State, rng: Generator) -> Info:
        """What draws of the components that are fitted so far show."""
        drawn, _ = self._mixture(density, state).draw(self.chains, rng)
        with torch.no_grad():
            seen = density.evaluate(drawn, self.schedule[-1])
        return Info(state.iteration, self.schedule[-1], None, dict(seen.details))

    def _mixture(self, density: Density, state: State) -> Mixture:
        return Mixture.of(density, state.fitted, window=self.window, least=RARE)

    def _begun(self, density: Density, state: State, rng: Generator) -> State:
        """The replicas where walkers of the components are."""
        mixture = self._mixture(density, state)
        levels = 1 if mixture.single else self.levels
        position = mixture.start(levels * self.chains, rng)
        betas = torch.linspace(0, 1, levels, device=position.device) if levels > 1 else torch.ones(1).to(position)
        steps, gaps = torch.full((2, levels), math.log(FIRST_STEP)).to(betas), torch.zeros_like(betas[1:])
        # A picture that nobody measured must suit the others from the start: chains do not leave a reading together.
        position, _, _ = self._jumped(density, mixture, position, betas, rng, number=FIRST_JUMPS)
        replicas = Replicas(position, betas, steps, steps, gaps, gaps, torch.full_like(gaps, -math.inf), position[:0])
        blocks, weights = mixture.blocks, mixture.log_weights
        return replace(state, widths=mixture.widths, kept=blocks, log_weights=weights, replicas=replicas)

    def _moved(self, density: Density, state: State, rng: Generator) -> tuple[State, Info]:
        found, mixture = state.replicas, state.mixture
        assert found is not None
        warming = found.steps < self.warmup
        position = found.position
        if len(found.betas) > 1:
            fresh, _ = mixture.draw(self.chains, rng)
            position = torch.cat([fresh, position[self.chains :]])
        moves = [self._move(density, mixture, position, found, rng, fitted=True)] if any(mixture.blocks) else []
        position = moves[0].position if moves else position
        if not all(mixture.blocks):
            moves.append(self._move(density, mixture, position, found, rng, fitted=False))
            position = moves[-1].position
        position, landed, lost = self._jumped(density, mixture, position, found.betas, rng)
        with torch.no_grad():
            seen = ratio(density, mixture, position, self.schedule[-1])
        position, taken, found = self._exchanged(position, seen.log_likelihood, found, rng, keeps=not warming)
        found = replace(found, position=position, steps=found.steps + 1, tuned=found.tuned + 1)
        for move in moves if warming else ():
            found = self._tuned(found, move)
        if warming and mixture.single:
            found, state = self._recoordinated(density, found, state)
        top, last = taken[-self.chains :], moves[0].chance[-self.chains :]
        details = {name: value[top] for name, value in seen.details.items()}
        missed = torch.stack([move.lost for move in moves]).any(dim=0).float()
        missed = torch.zeros_like(missed) if warming else missed
        info = Info(
            state.iteration, self.schedule[-1], None, details, rejected=int(missed.sum()) + lost,
            ahead=self.warmup + self.draws - found.steps,
        )  # fmt: skip
        if not warming:
            lp = seen.log_likelihood[top] + mixture.log_prob(position[-self.chains :])
            stats = {
                "lp": lp, "acceptance_rate": last, "jump_rate": landed, "diverging": missed[-self.chains :],
                "step_size": torch.full_like(lp, moves[0].length),
            }  # fmt: skip
            if len(found.betas) > 1:
                stats["exchange_rate"] = torch.full_like(lp, 1 - _share(found.refused, found.offered).mean().item())
            info = replace(info, draws=position[-self.chains :], stats=stats)
        return replace(state, replicas=found), info

    def _move(
        self, density: Density, mixture: Mixture, position: Tensor, found: Replicas, rng: Generator, *, fitted: bool
    ) -> "Move":
        """Trajectories of the latents that have components, or a step of all others, which networks hold inside
        steep borders; at β = 0, where draws are fresh, there are none."""
        first = self.chains if len(found.betas) > 1 else 0
        own = position[first:]
        which = mixture.component(own, rng)
        columns = mixture.columns.to(own.device)
        mixed = Mixed(density, mixture, which, mixture.noise(own, which), columns if fitted else ~columns)
        log_step = (found.log_step if found.steps < self.warmup else found.settled)[int(not fitted)]
        number, length = self._lengths(log_step, rng, found.steps) if fitted else (1, log_step.exp())
        target = Target(mixed, self.schedule[-1], found.betas.repeat_interleave(self.chains)[first:])
        moved = target.transition(
            target.at(mixed.held), rng, length=length.repeat_interleave(self.chains)[first:, None], leapfrog=number,
            inverse_mass=torch.ones_like(own[0]),
        )  # fmt: skip
        reached = torch.cat([position[:first], mixed.push(moved.point.position)])
        return Move(reached, moved.chance, moved.lost, length[-1].item(), fitted)

    def _lengths(self, log_step: Tensor, rng: Generator, steps: int) -> tuple[int, Tensor]:
        """How many steps every trajectory has, half as many at the beginning of warm-up, and how long they are at each
        level."""
        most = self.leapfrog if steps > self.warmup // 2 else max(1, self.leapfrog // 2)
        jitter = 1 + JITTER * (2 * torch.rand(1, generator=rng).item() - 1)
        angle = TURN * (0.8 + 0.4 * torch.rand(1, generator=rng).item())
        longest = log_step.exp() * jitter
        number = max(1, min(most, round(angle / longest[-1].item())))
        return number, longest.clamp(max=angle / number)

    def _jumped(
        self,
        density: Density,
        mixture: Mixture,
        position: Tensor,
        betas: Tensor,
        rng: Generator,
        *,
        number: int | None = None,
    ) -> tuple[Tensor, Tensor, int]:
        """Pictures without components after ``number`` proposals from their prior, by default ``jumps``, level by
        level; the share that was taken at the last ``[chains]``, and how many had no density."""
        number = self.jumps if number is None else number
        free = [at for at, own in enumerate(mixture.blocks) if not own]
        landed, lost = torch.zeros_like(position[: self.chains, 0]), 0
        if not (free and number and isinstance(density, Posterior)):
            return position, landed, lost
        parts = list(position.split(self.chains))
        for level, beta in enumerate(betas.tolist()):
            if beta > 0:
                # Only clauses of logic concern such a picture, and they are all tempered by α.
                alpha = beta * self.schedule[-1]
                jumped = jump(density, alpha, parts[level], rng, number=number, blocks=free)
                parts[level], lost = jumped.position, lost + jumped.lost
                landed = jumped.accepted.sum(dim=1) / (number * len(free))
        return torch.cat(parts), landed, lost

    def _exchanged(
        self, position: Tensor, ratio: Tensor, found: Replicas, rng: Generator, *, keeps: bool
    ) -> tuple[Tensor, Tensor, Replicas]:
        """Positions after neighbours were offered each other's places; which row ``[rows]`` each place got."""
        taken = torch.arange(len(position), device=position.device)
        if len(found.betas) == 1:
            return position, taken, found
        ratio = torch.nan_to_num(ratio, nan=-1e30, posinf=-1e30, neginf=-1e30).reshape(-1, self.chains)
        gaps = found.betas.diff()
        if keeps:
            weighed = (gaps[:, None] * ratio[:-1]).logsumexp(dim=1)
            found = replace(found, gained=torch.logaddexp(found.gained, weighed))
        refused, offered = found.refused.clone(), found.offered.clone()
        rows = taken.reshape(-1, self.chains).clone()
        chance = (gaps[:, None] * (ratio[:-1] - ratio[1:])).clamp(max=0).exp()
        for lower in range(found.steps % 2, len(gaps), 2):
            swap = torch.rand(self.chains, generator=rng).to(chance.device) < chance[lower]
            below, above = rows[lower].clone(), rows[lower + 1].clone()
            rows[lower], rows[lower + 1] = torch.where(swap, above, below), torch.where(swap, below, above)
            refused[lower] += (1 - chance[lower]).sum()
            offered[lower] += self.chains
        taken = rows.flatten()
        return position[taken], taken, replace(found, refused=refused, offered=offered)

    def _recoordinated(self, density: Density, found: Replicas, state: State) -> tuple[Replicas, State]:
        """Once in warm-up the Gaussian of a block that has one is fitted to where the chains are by now: its precision
        becomes the mean of the metric there."""
        if found.steps % STRIDE == 0:
            found = replace(found, trail=torch.cat([found.trail, found.position[-self.chains :]])[-TRAIL:])
        if found.steps != RESPACED:
            return found, state
        parts = found.trail.split(state.widths, dim=1)
        kept = tuple(
            tuple(averaged(part_of(density, at), parts[at], self.schedule[-1], metrics=METRICS) for _ in own)
            for at, own in enumerate(state.kept)
        )
        return replace(found, tuned=0), replace(state, kept=kept)

    def _tuned(self, found: Replicas, move: "Move") -> Replicas:
        """log ε of each level after a move, and now and then the powers, so that all offers are refused alike."""
        wanted, row = self.acceptance if move.fitted else BORDER, int(not move.fitted)
        error = torch.zeros_like(found.betas)
        reached = move.chance.reshape(-1, self.chains).mean(dim=1)
        error[-len(reached) :] = reached - wanted
        gain = GAIN / (1 + found.tuned / 4) ** FORGET
        log_step, settled = found.log_step.clone(), found.settled.clone()
        log_step[row] = (log_step[row] + gain * error).clamp(max=math.log(LONGEST))
        counted = max(1, found.tuned - RESPACED // 2 + 1)
        settled[row] += (log_step[row] - settled[row]) / counted
        found = replace(found, log_step=log_step, settled=settled)
        if found.steps % RESPACED == 0 or found.steps == self.warmup:
            grows = found.steps < self.warmup
            found = respaced(found, self.chains, most=MOST_LEVELS if grows else len(found.betas))
        return found


@dataclass(frozen=True, slots=True)
class Move:
    """``position`` ``[rows, dim]`` after trajectories, their ``chance`` and ``lost`` ``[rows that moved]``, the
    ``length`` of a step at β = 1, and whether it moved what is ``fitted``."""

    position: Tensor
    chance: Tensor
    lost: Tensor
    length: float
    fitted: bool


def _share(refused: Tensor, offered: Tensor) -> Tensor:
    return refused / offered.clamp_min(1)


def respaced(found: Replicas, chains: int, *, most: int) -> Replicas:
    """Powers between which the share of offers refused, added up from β = 0, rises by equal steps: as many as keep
    that step below :data:`REFUSED`, but at most ``most``, and at least as many as there are. Replicas at a new power
    begin where those at the nearest old one are."""
    if len(found.betas) < 2 or not found.offered.all():
        return found
    barrier = torch.cat([torch.zeros_like(found.betas[:1]), _share(found.refused, found.offered).clamp_min(1e-3)])
    heights = barrier.cumsum(dim=0)
    levels = max(len(found.betas), min(most, 1 + math.ceil(heights[-1].item() / REFUSED)))
    wanted = torch.linspace(0, heights[-1].item(), levels, device=heights.device)[1:-1]
    above = torch.searchsorted(heights, wanted).clamp(1, len(heights) - 1)
    along = (wanted - heights[above - 1]) / (heights[above] - heights[above - 1])
    inner = found.betas[above - 1] + along * (found.betas[above] - found.betas[above - 1])
    betas = torch.cat([found.betas[:1], inner, found.betas[-1:]])
    blank = torch.zeros_like(betas[1:])
    found = replace(found, betas=betas, refused=blank, offered=blank)
    if levels == len(barrier):
        return found
    last = len(barrier) - 1
    places = torch.cat([above.new_zeros(1), above - (along < 0.5).long(), above.new_full((1,), last)])
    return replace(
        found, position=found.position.unflatten(0, (-1, chains))[places].flatten(0, 1),
        log_step=found.log_step[:, places], settled=found.settled[:, places],
        gained=torch.full_like(blank, -math.inf),
    )  # fmt: skip


ALGORITHM = Tempered
