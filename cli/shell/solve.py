"""``oedipus solve``: from a riddle file to answer, certainty and pictures."""

import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from oedipus.shell.flags import Algorithm, Device, File, Json, Options, Out, Resume, Samples, Seed, Threads, Use

if TYPE_CHECKING:
    from oedipus.service.progress import Progress
    from oedipus.service.reading import Unsatisfiable
    from oedipus.service.solving import Order, Outcome
    from oedipus.shell.common import Source


def solve(
    file: File,
    algorithm: Algorithm = None,
    alpha: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Power of the clauses, or powers to anneal; 0.5,1,3,10 are the paper's."),
    ] = None,
    pairs: Annotated[Optional[int], typer.Option(help="Antithetic sample pairs.")] = None,  # noqa: UP045
    steps: Annotated[Optional[int], typer.Option(help="Line-search iterations at each α.")] = None,  # noqa: UP045
    polish: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(help="Last iterations, on fresh samples; of forward: trajectories from its samples."),
    ] = None,
    polisher: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Of forward: whose trajectories these are, mgvi's or hmc's."),
    ] = None,
    module: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--from",
            metavar="DIR",
            help="What oedipus dream has written, or a module's name in the library, for --algorithm forward.",
        ),
    ] = None,
    restarts: Annotated[Optional[int], typer.Option(help="Runs screened by ELBO.")] = None,  # noqa: UP045
    start: Annotated[str | None, typer.Option(help="Begin at modes of a bank of prior draws, or at the prior.")] = None,
    seed: Seed = None,
    samples: Samples = None,
    option: Options = None,
    out: Out = None,
    resume: Resume = False,
    checkpoint_every: Annotated[
        float,
        typer.Option(min=0, metavar="SECONDS", help="A checkpoint is written there at least this often."),
    ] = 30.0,
    device: Device = "cpu",
    threads: Threads = 1,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Solve even where no digits can fulfil every clause.")
    ] = False,
    refine: Annotated[
        bool, typer.Option("--refine", help="Learn a clause from every wrong answer and solve on.")
    ] = False,
    use: Use = None,
    json: Json = False,
) -> None:
    """Solve a riddle: the answer, how certain it is, and pictures of it."""
    from oedipus.shell.common import read_riddle

    given = {
        "algorithm": algorithm, "pairs": pairs, "steps": steps, "polish": polish, "polisher": polisher,
        "restarts": restarts, "start": start, "seed": seed, "samples": samples,
        "module": None if module is None else str(module),
    }  # fmt: skip
    job = Job(
        source=read_riddle(file, as_events=json, use=use), verb=f"solve {shlex.quote(file)}", given=given,
        options=tuple(option or ()), alpha=alpha, out=out, resume=resume, interval=checkpoint_every,
        device=device, threads=threads, anyway=anyway, refine=refine, use=tuple(use or ()),
    )  # fmt: skip
    raise typer.Exit(infer(job))


@dataclass(frozen=True, slots=True)
class Job:
    """A riddle that was read, and everything the command line says about solving it."""

    source: "Source"
    verb: str
    given: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    alpha: str | None = None
    out: Path | None = None
    resume: bool = False
    interval: float = 30.0
    device: str = "cpu"
    threads: int = 1
    anyway: bool = False
    refine: bool = False
    use: tuple[Path, ...] = ()

    @property
    def command(self) -> str:
        """The command that says this again."""
        given = {"from" if name == "module" else name: value for name, value in self.given.items() if value is not None}
        flags = [f"--{name} {shlex.quote(str(value))}" for name, value in given.items()]
        flags += [f"--option {shlex.quote(one)}" for one in self.options]
        flags += [] if self.alpha is None else [f"--alpha {shlex.quote(self.alpha)}"]
        flags += ["--refine"] if self.refine else []
        flags += [f"--use {shlex.quote(str(one))}" for one in self.use]
        flags += [] if self.out is None else [f"--out {shlex.quote(str(self.out))}"]
        return " ".join(["oedipus", self.verb, *flags])

    def order(self) -> "Order":
        """What is asked of the solver. Ends with status 2 for a flag that makes no sense."""
        from oedipus.service.solving import Order
        from oedipus.shell.common import Exit, fail
        from oedipus.shell.solve_options import options_of, schedule_of

        try:
            options = options_of(self.options) | {name: one for name, one in self.given.items() if one is not None}
            schedule = schedule_of(self.alpha)
        except ValueError as error:
            fail(str(error), Exit.USAGE)
        return Order(
            reading=self.source.reading, options=options, schedule=schedule, out=self.out, resume=self.resume,
            interval=self.interval, device=self.device, threads=self.threads, anyway=self.anyway, refine=self.refine,
            command=self.command,
        )  # fmt: skip


def infer(job: Job) -> int:
    """Solve, write what was asked for, tell; the exit status."""
    from oedipus.service.reading import Unsatisfiable
    from oedipus.service.solving import resumable
    from oedipus.shell.common import Exit, fail

    order = job.order()
    job.source.program()
    try:
        with terminable():
            return _told(_solved(order, as_events=job.source.as_events), order, as_events=job.source.as_events)
    except Unsatisfiable as error:
        return _unsatisfiable(error, as_events=job.source.as_events)
    except KeyboardInterrupt:
        # A checkpoint is written where a search begins.
        onward = f"; --resume goes on from the checkpoint in {job.out}" if resumable(job.out) else ""
        found = "" if onward else ": the search had not begun, and nothing was found yet"
        fail(f"interrupted{found}{onward}", Exit.INTERRUPTED)
    except BrokenPipeError:
        raise  # whoever read the output is gone, which is no trouble of the directory
    except OSError as error:
        kept = "; --resume goes on from the checkpoint there" if resumable(job.out) else ""
        fail(f"cannot write to {job.out}: {error.strerror or error}{kept}", Exit.USAGE)


def _solved(order: "Order", *, as_events: bool) -> "Outcome":
    from oedipus.networks.library import WeightsError
    from oedipus.runtime.directory import TakenError
    from oedipus.runtime.saved import SavedError
    from oedipus.service.solving import OrderError, resumable, solve
    from oedipus.shell.common import Exit, fail

    if order.resume and order.out is not None and not resumable(order.out):
        print(f"oedipus: no checkpoint in {order.out}; this run begins at the beginning", file=sys.stderr)
    try:
        with _progress(as_events=as_events) as watch:
            return solve(order, watch=watch)
    except (SavedError, WeightsError) as error:
        fail(str(error), Exit.WRONG_FILE)
    except (OrderError, TakenError) as error:
        fail(str(error), Exit.USAGE)


def _told(outcome: "Outcome", order: "Order", *, as_events: bool) -> int:
    from oedipus.runtime.outputs import summary
    from oedipus.shell.common import Exit, emit
    from oedipus.shell.solve_text import text_of

    solved, result = outcome.solved, outcome.solved.result
    if as_events:
        emit(summary(result, solved.posterior, solved.diagnostics))
    else:
        print(text_of(result, solved.diagnostics, order.out))
    for message in outcome.lost:
        print(f"oedipus: {message}", file=sys.stderr)
    if result.interrupted:
        return Exit.INTERRUPTED
    if outcome.lost:
        return Exit.USAGE
    return Exit.UNSOLVED if result.answer and not result.satisfied else Exit.DONE


def _unsatisfiable(error: "Unsatisfiable", *, as_events: bool) -> int:
    """Tell that the tables leave no digits at all; nothing else of the verdict is used."""
    from oedipus.shell.common import Exit, emit

    core = list(error.conflict)
    if as_events:
        emit({"event": "result", "verdict": "unsatisfiable", "core": core, "satisfied": False})
    print(
        f"oedipus: no digits fulfil every clause; in conflict: {', '.join(core)} "
        f"(--anyway looks for pictures that fulfil most)",
        file=sys.stderr,
    )
    return Exit.UNSATISFIABLE


@contextmanager
def terminable() -> "Iterator[None]":
    """A polite kill, or a terminal that goes away, ends a run as Ctrl-C does: with what was found and a checkpoint."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    names = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # What was told to be ignored, as by nohup, stays so.
    before = {one: signal.getsignal(one) for one in names if signal.getsignal(one) is not signal.SIG_IGN}
    for one in before:
        signal.signal(one, interrupt)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _progress(*, as_events: bool) -> "Iterator[Callable[[Progress], object]]":
    """Every iteration: a live line on a terminal's stderr, now and then a line on what is none, or JSON on stdout."""
    from oedipus.shell.common import emit

    if as_events:
        yield lambda one: emit({"event": "iteration", **one.event})
        return
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console

    with Console(stderr=True).status("drawing from the prior") as status:
        yield lambda one: status.update(one.line)


@dataclass(slots=True)
class Lines:
    """A line of progress when a second has passed, then after as long again as it took so far, at most a minute."""

    due: float = 1.0
    most: float = 60.0

    def __call__(self, one: "Progress") -> None:
        """Print the line, if it is due."""
        if one.seconds >= self.due:
            self.due = one.seconds + min(max(one.seconds, 1.0), self.most)
            print(f"oedipus: {one.line}", file=sys.stderr, flush=True)
