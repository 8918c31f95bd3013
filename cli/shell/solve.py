"""``oedipus solve``: from a riddle file to answer, certainty and pictures."""

import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from oedipus import __version__
from oedipus.compiler.options import MOST_SEED

if TYPE_CHECKING:
    from oedipus.compiler.program import Program
    from oedipus.runtime.diagnostics import Diagnostics
    from oedipus.runtime.metrics import Metrics
    from oedipus.runtime.posterior import Posterior
    from oedipus.runtime.solve import Result
    from oedipus.shell.common import Source

MOST_THREADS = max(64, os.cpu_count() or 1)
"""A thread takes room of its own; where many are too many, the process dies without a word."""


def solve(
    file: Annotated[str, typer.Argument(help="A riddle file, or - for standard input.")],
    algorithm: Annotated[Optional[str], typer.Option(help="How to infer: meanfield, hmc, …")] = None,  # noqa: UP045
    alpha: Annotated[Optional[str], typer.Option(help="Annealing schedule, such as 0.5,1,3,10.")] = None,  # noqa: UP045
    pairs: Annotated[Optional[int], typer.Option(help="Antithetic sample pairs.")] = None,  # noqa: UP045
    steps: Annotated[Optional[int], typer.Option(help="Line-search iterations at each α.")] = None,  # noqa: UP045
    polish: Annotated[Optional[int], typer.Option(help="Last iterations, on fresh samples.")] = None,  # noqa: UP045
    restarts: Annotated[Optional[int], typer.Option(help="Runs screened by ELBO.")] = None,  # noqa: UP045
    start: Annotated[str | None, typer.Option(help="Begin at modes of a bank of prior draws, or at the prior.")] = None,
    seed: Annotated[Optional[int], typer.Option(min=0, max=MOST_SEED, help="Seed of all randomness.")] = None,  # noqa: UP045
    samples: Annotated[Optional[int], typer.Option(help="Posterior samples to draw at the end.")] = None,  # noqa: UP045
    option: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(metavar="NAME=VALUE", help="Any other hyper-parameter, such as draws=1000 of hmc; repeatable."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Directory for result, samples, posterior, trace, report.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint in the directory of --out.")
    ] = False,
    checkpoint_every: Annotated[
        float,
        typer.Option(min=0, metavar="SECONDS", help="A checkpoint is written there at least this often."),
    ] = 30.0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[
        int,
        typer.Option(min=1, max=MOST_THREADS, help="Processor threads; the batches are small, one is usually best."),
    ] = 1,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Solve even where no digits can fulfil every clause.")
    ] = False,
    refine: Annotated[
        bool, typer.Option("--refine", help="Learn a clause from every wrong answer and solve on.")
    ] = False,
) -> None:
    """Solve a riddle: the answer, how certain it is, and pictures of it."""
    from oedipus.shell.common import read_riddle

    given = {
        "algorithm": algorithm, "pairs": pairs, "steps": steps, "polish": polish, "restarts": restarts,
        "start": start, "seed": seed, "samples": samples,
    }  # fmt: skip
    job = Job(
        source=read_riddle(file, as_events=json), verb=f"solve {shlex.quote(file)}", given=given,
        options=tuple(option or ()), alpha=alpha, out=out, resume=resume, interval=checkpoint_every,
        device=device, threads=threads, anyway=anyway, refine=refine,
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

    @property
    def command(self) -> str:
        """The command that says this again."""
        flags = [f"--{name} {value}" for name, value in self.given.items() if value is not None]
        flags += [f"--option {shlex.quote(one)}" for one in self.options]
        flags += [] if self.alpha is None else [f"--alpha {shlex.quote(self.alpha)}"]
        flags += ["--refine"] if self.refine else []
        flags += [] if self.out is None else [f"--out {shlex.quote(str(self.out))}"]
        return " ".join(["oedipus", self.verb, *flags])

    @property
    def as_events(self) -> bool:
        """Whether everything is told as JSON."""
        return self.source.as_events


def infer(job: Job) -> int:
    """Solve, write what was asked for, tell; the exit status."""
    from oedipus.shell.common import Exit, fail

    program = job.source.program()
    if not job.anyway:
        _refuse_unsatisfiable(job.source)
    try:
        with _terminable(), _claimed(job):
            return _inferred(job, program)
    except KeyboardInterrupt:
        # A checkpoint is written where a search begins.
        onward = f"; --resume goes on from the checkpoint in {job.out}" if _resumable(job.out) else ""
        found = "" if onward else ": the search had not begun, and nothing was found yet"
        fail(f"interrupted{found}{onward}", Exit.INTERRUPTED, as_event=job.as_events)
    except BrokenPipeError:
        raise  # whoever read the output is gone, which is no trouble of the directory
    except OSError as error:
        kept = "; --resume goes on from the checkpoint there" if _resumable(job.out) else ""
        fail(f"cannot write to {job.out}: {error.strerror or error}{kept}", Exit.USAGE, as_event=job.as_events)


def _inferred(job: Job, program: "Program") -> int:
    import torch

    from oedipus.networks.library import WeightsError
    from oedipus.runtime.diagnostics import Diagnostics, diagnose
    from oedipus.runtime.outputs import summary
    from oedipus.runtime.saved import SavedError
    from oedipus.shell.common import Exit, emit, fail
    from oedipus.shell.solve_text import text_of

    torch.set_num_threads(job.threads)
    try:
        result, posterior = _run(job, program)
    except (SavedError, WeightsError) as error:
        fail(str(error), Exit.WRONG_FILE, as_event=job.as_events)
    except ValueError as error:
        fail(str(error), Exit.USAGE, as_event=job.as_events)
    try:
        diagnostics = diagnose(posterior, result, weigh=job.out is not None)
    except KeyboardInterrupt:
        result, diagnostics = replace(result, interrupted=True), Diagnostics()
    lost = [] if job.out is None else _write(job, job.out, result, posterior, diagnostics)
    if job.as_events:
        emit(summary(result, posterior, diagnostics))
    else:
        print(text_of(result, diagnostics, job.out))
    for message in lost:
        print(f"oedipus: {message}", file=sys.stderr)
    if result.interrupted:
        return Exit.INTERRUPTED
    if lost:
        return Exit.USAGE
    return Exit.UNSOLVED if result.answer and not result.satisfied else Exit.DONE


def _run(job: Job, program: "Program") -> "tuple[Result, Posterior]":
    from oedipus.runtime.identity import identity_of
    from oedipus.runtime.posterior import load_posterior
    from oedipus.runtime.record import Record
    from oedipus.runtime.refine import refine
    from oedipus.runtime.solve import solve
    from oedipus.shell.solve_options import checkpoint_in, options_of, requested, schedule_of

    found = checkpoint_in(job.out, resume=job.resume, device=job.device)
    if job.resume and found is None:
        print(f"oedipus: no checkpoint in {job.out}; this run begins at the beginning", file=sys.stderr)
    given = options_of(job.options) | {name: value for name, value in job.given.items() if value is not None}
    request, schedule = requested(program, given, schedule_of(job.alpha), found)
    posterior = load_posterior(
        program, job.source.cards, schedule=schedule, device=job.device, folder=job.source.folder
    )
    record = Record(job.out, identity_of(posterior, request), job.interval, found)
    with _progress(posterior, as_events=job.as_events) as watch:
        # A run that learned goes on learning, whether or not the flag is there again.
        if job.refine or record.learned is not None:
            result, posterior, _ = refine(posterior, request, watch=watch, record=record)
            return result, posterior
        return solve(posterior, request, watch=watch, record=record), posterior


def _write(job: Job, out: Path, result: "Result", posterior: "Posterior", diagnostics: "Diagnostics") -> list[str]:
    """The numbers, then what is drawn of them; what could not be drawn and why.

    Raises ``OSError`` where there is no room for the numbers.
    """
    from oedipus.runtime.checkpoint import remove_checkpoint
    from oedipus.runtime.outputs import write_picture, write_result

    attributes = {"riddle": job.source.text, "command": job.command, "oedipus_version": __version__}
    write_result(result, posterior, out, diagnostics=diagnostics, attributes=attributes)

    def report() -> None:
        from oedipus.report.html import Solved, write_report

        source = job.source
        write_report(
            Solved(
                source.text, source.file, source.riddle, source.cards, posterior, result, diagnostics, job.command
            ),
            out,
        )  # fmt: skip

    def picture() -> None:
        write_picture(result, posterior, out)

    lost = []
    for name, draw in (("solution.png", picture), ("report.html", report)):
        try:
            draw()
        except Exception as error:  # whatever a drawing fails with, the numbers are there
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            lost.append(f"{name} is missing, everything else is in {out}: {type(error).__name__}: {reason}")
    if not result.interrupted:
        remove_checkpoint(out)
    return lost


@contextmanager
def _claimed(job: Job) -> "Iterator[None]":
    """The directory of ``--out`` for this run alone; ends with status 2 where another has it."""
    from oedipus.runtime.directory import TakenError, claimed
    from oedipus.shell.common import Exit, fail

    with ExitStack() as held:
        try:
            if job.out is not None:
                held.enter_context(claimed(job.out))
        except TakenError as error:
            fail(str(error), Exit.USAGE, as_event=job.as_events)
        yield


def _resumable(out: Path | None) -> bool:
    from oedipus.runtime.checkpoint import FILE

    return out is not None and (out / FILE).exists()


@contextmanager
def _terminable() -> "Iterator[None]":
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


def _refuse_unsatisfiable(source: "Source") -> None:
    """End with status 4 where the tables leave no digits at all; nothing else of the verdict is used."""
    from oedipus.compiler.verdict.decide import verdict
    from oedipus.shell.common import Exit, emit

    found = verdict(source.riddle, source.cards, limit=1, seconds=10)
    if found.kind != "unsatisfiable":
        return
    if source.as_events:
        emit({"event": "result", "verdict": "unsatisfiable", "core": list(found.core), "satisfied": False})
    print(
        f"oedipus: no digits fulfil every clause; in conflict: {', '.join(found.core)} "
        f"(--anyway looks for pictures that fulfil most)",
        file=sys.stderr,
    )
    raise typer.Exit(Exit.UNSATISFIABLE)


@contextmanager
def _progress(posterior: "Posterior", *, as_events: bool) -> "Iterator[Callable[[Metrics], None]]":
    """Every iteration, as a live line on a terminal's stderr or as JSON objects on stdout."""
    from oedipus.shell.common import emit

    def announce(row: "Metrics") -> None:
        reading = dict(zip(posterior.valued, posterior.told(row.reading), strict=False))
        emit(
            {"event": "iteration", "iteration": row.iteration, "alpha": row.alpha, "elbo": row.elbo, "reading": reading}
        )

    if as_events or not sys.stderr.isatty():
        yield announce if as_events else lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("drawing from the prior") as status:

        def watch(row: "Metrics") -> None:
            bound = "" if row.elbo is None else f"   ELBO {row.elbo:9.1f}"
            told = zip(posterior.valued, posterior.told(row.reading), strict=False)
            reading = ", ".join(f"{name} {value}" for name, value in told)
            status.update(f"α {row.alpha:g}   iteration {row.iteration}{bound}   {reading}")

        yield watch
