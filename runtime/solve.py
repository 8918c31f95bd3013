"""A program solved: starts, algorithm, samples, answer, certainty."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import torch
from torch import Tensor, nn

from oedipus.compiler.options import AUTO, MOST_SEED, RUN, fault
from oedipus.compiler.program import Program
from oedipus.compiler.suited import choose, unsuited
from oedipus.networks.cards import Card
from oedipus.networks.library import load_network
from oedipus.runtime.algorithms import create
from oedipus.runtime.algorithms.base import Approximation, Draws, FullRank, Info
from oedipus.runtime.algorithms.base import Posterior as Inferred
from oedipus.runtime.algorithms.dense import Dense
from oedipus.runtime.algorithms.elbo import divergence
from oedipus.runtime.algorithms.hmc import HMC
from oedipus.runtime.algorithms.mending import mend
from oedipus.runtime.algorithms.mgvi import EXPLICIT
from oedipus.runtime.algorithms.options import count, option
from oedipus.runtime.answers import Answer, answers_of
from oedipus.runtime.dream import library
from oedipus.runtime.metrics import Metrics, digits_of, measure, shown
from oedipus.runtime.posterior import Posterior
from oedipus.runtime.record import READING, Record
from oedipus.runtime.room import refuse
from oedipus.runtime.run import Outcome, run
from oedipus.runtime.standard import standardised
from oedipus.runtime.starts import readable, starts

SETTLING = "settling"
SHORT = {"leapfrog": 1, "acceptance": 0.3}
"""HMC's trajectories where pictures jump: long ones end at the steep border of what networks are sure of."""
LONG = {"leapfrog": 20, "acceptance": 0.8}
"""HMC's trajectories where pictures are measured: about a quarter turn in the coordinates of the fitted Gaussian."""


@dataclass(frozen=True, slots=True)
class Request:
    """How to solve; every option has a documented default.

    ``algorithm``: a name, or "auto" to have one chosen. ``start``: "bank" (modes found
    among ``members`` prior draws, then the search at the final α) or "prior" (the paper's:
    the search anneals from the prior). ``mend``: proposals for each picture of a Gaussian's samples
    at the end (:mod:`oedipus.runtime.algorithms.mending`), where networks read every clause; 0 leaves them as
    they are. ``options`` are the algorithm's hyper-parameters.
    """

    algorithm: str = AUTO
    seed: int = option(0, least=0, most=MOST_SEED)
    samples: int = count(100)
    restarts: int = count(4)
    start: str = option("bank", words=("bank", "prior"))
    members: int = count(4096, 2)
    mend: int = count(2, 0)
    options: Mapping[str, Any] = field(default_factory=dict)


def request_for(program: Program, **given: Any) -> Request:
    """The request of a run: what is given, then what the file asks for, then the defaults.

    Names that are no field of :class:`Request` are the algorithm's. None stands for not given.
    """
    wanted = {"algorithm": program.algorithm, **program.options}
    wanted |= {name: value for name, value in given.items() if value is not None}
    own = {one.name for one in fields(Request)} - {"options"}
    options = {name: value for name, value in wanted.items() if name not in own}
    return Request(options=options, **{name: wanted[name] for name in own if wanted.get(name) is not None})


@dataclass(frozen=True, slots=True)
class Result:
    """The answer and all that supports it.

    ``answers`` are the joint readings of all draws that were kept (else of the samples), the most frequent first;
    ``counted``, of how many. ``answer`` is the first of them, a number or a name for each variable that shows a value,
    and ``probability`` its share; ``violated`` names the clauses that it breaks by the tables; ``elbo`` is in nats, on
    fresh samples, None where draws are the posterior's
    own; ``latents`` [samples, dim], ``pictures`` one [samples, channels, height, width] a variable, in 0..1;
    ``columns`` of every draw that was kept, as in :class:`oedipus.runtime.run.Outcome`; ``details`` of the
    samples, as in :class:`oedipus.runtime.density.Evaluation`. ``why`` this
    algorithm; ``log_evidence`` in nats where it estimates one;
    ``mended``: the share of proposals that were taken when a Gaussian's samples were mended;
    ``insights`` of :func:`oedipus.runtime.refine.refine`, clauses learned from wrong answers.
    """

    request: Request
    answer: Mapping[str, int | str]
    probability: float
    violated: tuple[str, ...]
    elbo: float | None
    score: float
    accuracy: float | None
    judged: float | None
    seconds: float
    interrupted: bool
    inferred: Inferred
    latents: Tensor
    pictures: tuple[Tensor, ...]
    trace: tuple[Metrics, ...]
    columns: Mapping[str, Tensor] = field(default_factory=dict)
    details: Mapping[str, Tensor] = field(default_factory=dict)
    why: str = ""
    log_evidence: float | None = None
    answers: tuple[Answer, ...] = ()
    counted: int = 0
    insights: tuple[str, ...] = ()
    mended: float | None = None

    @property
    def rejected(self) -> int:
        """Densities that were not finite, each of them a step not taken."""
        return sum(row.rejected for row in self.trace)

    @property
    def satisfied(self) -> bool:
        """Whether there is an answer and it fulfils every clause symbolically."""
        return bool(self.answer) and not self.violated


def checked(request: Request) -> Request:
    """The request with numbers of the right types. Raises ``ValueError`` naming an option that makes no sense."""
    own = {name: getattr(request, name) for name in RUN}
    wrong = fault(request.algorithm, own | dict(request.options))
    if wrong is not None:
        raise ValueError(wrong.message)
    return replace(request, **{name: RUN[name].made(value) for name, value in own.items()})


@standardised
def solve(
    posterior: Posterior,
    request: Request,
    *,
    watch: Callable[[Metrics], None] = lambda _: None,
    record: Record | None = None,
) -> Result:
    """Solve the posterior's program; the same seed gives the same result on the same machine.

    ``record`` keeps draws and checkpoints, and resumes from one. Raises ``ValueError``
    naming an option that makes no sense.
    """
    request = checked(request)
    record = Record() if record is None else record
    request, why = _settled(posterior, request)
    rng = torch.Generator().manual_seed(request.seed)
    banked = request.start == "bank"
    defaults: dict[str, Any] = {
        "schedule": posterior.schedule, "restarts": request.restarts, "samples": request.samples,
    }  # fmt: skip
    if banked:
        # Among a bank's modes the annealing is done by the time the search begins.
        defaults |= {"schedule": posterior.schedule[-1:], "steps": 0}
    dense = banked and request.algorithm == "hmc" and bool(posterior.measurements) and posterior.dim <= EXPLICIT
    if request.algorithm == "hmc" and not {"leapfrog", "acceptance"} & set(request.options):
        defaults |= SHORT if readable(posterior) else LONG if dense else {}
    algorithm = create(request.algorithm, request.options, defaults)
    refuse(
        posterior, algorithm, samples=request.samples, members=request.members if banked else 0,
        directory=record.directory,
    )  # fmt: skip

    def note(info: Info) -> None:
        record.trace.append(measure(posterior, info))
        watch(record.trace[-1])

    start, outcome = None, None
    if banked and algorithm.begins != "prior" and record.resumed is None:
        start = starts(posterior, rng, members=request.members, most=request.restarts)
    if banked and algorithm.begins == "mode" and (dense or readable(posterior)) and not record.past(SETTLING):
        # The best of the modes with a Gaussian fitted to it: what begins there need not search.
        fit = create("mgvi", {"trajectories": 0}, defaults) if dense else create("meanfield", {}, defaults)
        outcome = run(fit, posterior, rng, start=start, watch=note, record=record, stage=SETTLING)
        start = outcome.posterior if isinstance(outcome.posterior, Approximation) else start
    if dense:
        assert isinstance(algorithm, HMC)
        found = outcome.posterior if outcome is not None else None
        algorithm = Dense(algorithm, found if isinstance(found, FullRank) else None)
    if outcome is None or not outcome.interrupted:
        outcome = run(algorithm, posterior, rng, start=start, watch=note, record=record)
    drawn = outcome.posterior.draw(request.samples, rng).to(posterior.device)
    outcome, latents, mended = _mended(posterior, request, outcome, drawn, rng)
    result = _read(posterior, request, why, outcome, latents, record)
    return replace(result, elbo=_bound(posterior, outcome.posterior, drawn, result), mended=mended)


def _mended(
    posterior: Posterior, request: Request, outcome: Outcome, drawn: Tensor, rng: torch.Generator
) -> tuple[Outcome, Tensor, float | None]:
    """A Gaussian's samples ``drawn`` after they were mended, and how many proposals were taken; as they are where
    there is nothing to mend, or no time left."""
    inferred = outcome.posterior
    if not request.mend or isinstance(inferred, Draws) or outcome.interrupted or not readable(posterior):
        return outcome, drawn, None
    try:
        return outcome, *mend(posterior, posterior.alpha, inferred, drawn, rng, proposals=request.mend)
    except KeyboardInterrupt:
        return replace(outcome, interrupted=True), drawn, None


def _settled(posterior: Posterior, request: Request) -> tuple[Request, str]:
    """The request with its algorithm named, and why it is this one. Raises ``ValueError`` where it does not suit."""
    offered = posterior.offers
    own = {name: getattr(request, name) for name in RUN}
    wrong = unsuited(offered, request.algorithm, request.options, own)
    if wrong is not None:
        raise ValueError(wrong.message)
    if request.algorithm != AUTO:
        return request, "it was asked for"
    known = library.find(posterior) if request.start == "bank" and not request.options else None
    if known is not None:
        return replace(request, algorithm="forward", options=library.options(known, request.samples)), library.why(
            known
        )
    name, why = choose(offered, request.options, start=request.start)
    return replace(request, algorithm=name), why


@torch.no_grad()
def _read(
    posterior: Posterior, request: Request, why: str, outcome: Outcome, latents: Tensor, record: Record
) -> Result:
    """What the samples say."""
    inferred = outcome.posterior
    held = posterior.hold(latents, range(len(posterior.widths)))
    pictures = [held.pictures[at] for at in range(len(posterior.widths))]
    evaluation = posterior.evaluate(latents, posterior.alpha, held)
    answer: dict[str, int | str] = {}
    probability, accuracy, judged = 1.0, None, None
    answers: tuple[Answer, ...] = ()
    counted = 0
    if "values" in evaluation.details:
        values = evaluation.details["values"]
        readings = values.argmax(dim=2)
        if READING in outcome.columns:
            readings = outcome.columns[READING].flatten(0, 1).long()
        answers, counted = answers_of(posterior, readings), len(readings)
        answer, probability = dict(answers[0].reading), answers[0].share
        solution = posterior.program.solution
        expected = digits_of(posterior, solution) if solution else torch.tensor(answers[0].classes).to(values.device)
        accuracy = shown(values, expected).mean().item()
    seconds = record.seconds
    if answer:
        judged = judge(posterior, pictures, answer)
    return Result(
        request=request,
        answer=answer,
        probability=probability,
        violated=answers[0].violated if answers else (),
        elbo=None,
        score=posterior.score(evaluation.details["clauses"]),
        accuracy=accuracy,
        judged=judged,
        seconds=seconds,
        interrupted=outcome.interrupted,
        inferred=inferred,
        latents=latents,
        pictures=tuple(pictures),
        trace=tuple(record.trace),
        columns=outcome.columns,
        details=dict(evaluation.details),
        why=why,
        log_evidence=inferred.log_evidence if isinstance(inferred, Draws) else None,
        answers=answers,
        counted=counted,
    )


@torch.no_grad()
def _bound(posterior: Posterior, inferred: Inferred, drawn: Tensor, result: Result) -> float | None:
    """The ELBO in nats on q's own draws; None where draws are the posterior's own."""
    if isinstance(inferred, Draws):
        return None
    if drawn is result.latents:
        likelihood = result.details["clauses"] @ posterior.powers(posterior.alpha)
    else:
        likelihood = posterior.evaluate(drawn, posterior.alpha).log_likelihood
    if isinstance(inferred, Approximation):
        cost = divergence(inferred.mean[:1], inferred.log_sigma[:1])[0]
        return (likelihood.mean() - cost).item()
    prior = -(drawn.square() + math.log(2 * math.pi)).sum(dim=1) / 2
    return (likelihood + prior - inferred.log_prob(drawn)).mean().item()


def judge(posterior: Posterior, pictures: list[Tensor], answer: Mapping[str, int | str]) -> float | None:
    """Share of samples that a network kept out of all inference reads as ``answer``; None without one."""
    right = torch.ones(len(pictures[0]), dtype=torch.bool, device=posterior.device)
    judges: dict[str, nn.Module] = {}
    for variable, batch in zip(posterior.program.variables, pictures, strict=True):
        card = judge_of(posterior.cards, variable.kind)
        if card is None:
            return None
        if variable.name in answer:
            if card.name not in judges:
                judges[card.name] = load_network(card, posterior.device)
            shown = torch.tensor([card.shows(place) == answer[variable.name] for place in range(len(card.classes))])
            right &= shown.to(posterior.device)[judges[card.name](batch).argmax(dim=1)]
    return right.float().mean().item()


def judge_of(cards: Mapping[str, Card], kind: str) -> Card | None:
    """The judge of a kind, if the library has one."""
    return next((card for card in cards.values() if card.role == "judge" and card.kind == kind), None)
