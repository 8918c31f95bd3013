"""A checked riddle and what is asked of it → solved, written, with progress on the way and an end from outside."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oedipus.service.progress import Cancel, Clock, Watch
from oedipus.service.reading import Reading
from oedipus.version import VERSION

if TYPE_CHECKING:
    from oedipus.report.html import Solved
    from oedipus.runtime.checkpoint import Checkpoint
    from oedipus.runtime.metrics import Metrics
    from oedipus.runtime.posterior import Posterior
    from oedipus.runtime.solve import Request, Result

VERDICT_SECONDS = 10.0
"""How long a solve tries beforehand to find that there is no solution."""


class OrderError(ValueError):
    """An order that makes no sense; the message names the option."""


class Cancelled(Exception):  # noqa: N818 - an outcome
    """A solve was ended from outside before it had found anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A riddle that was read, and everything that is said about solving it.

    ``options``: fields of :class:`oedipus.runtime.solve.Request` and the algorithm's own, None for not given;
    ``schedule``: of α. With ``out`` everything is written there, and checkpoints at least every ``interval``
    seconds, from which ``resume`` goes on. ``anyway`` solves what has no solution; ``refine`` learns from wrong
    answers. ``command`` is what would solve it again.
    """

    reading: Reading
    options: Mapping[str, Any] = field(default_factory=dict)
    schedule: tuple[float, ...] | None = None
    out: Path | None = None
    resume: bool = False
    interval: float = 30.0
    device: str = "cpu"
    threads: int = 1
    anyway: bool = False
    refine: bool = False
    command: str = ""


@dataclass(frozen=True)
class Outcome:
    """``lost`` are the files that could not be drawn, with the reason; the numbers are there."""

    solved: "Solved"
    lost: tuple[str, ...] = ()


def _nobody(_: object) -> None:
    """Watches nothing."""


def _same(posterior: "Posterior") -> "Posterior":
    return posterior


def solve(
    order: Order,
    *,
    watch: Watch = _nobody,
    cancel: Cancel | None = None,
    found: "Callable[[Solved], object]" = _nobody,
    through: "Callable[[Posterior], Posterior]" = _same,
) -> Outcome:
    """Solve, and write what was asked for.

    ``found`` is told of the result before it is written; ``through`` may put a posterior that is looked at in the
    place of the one that is solved. ``watch`` sees every iteration. Once ``cancel`` is set the iteration it falls
    into is given up, at the next picture that is drawn or read; what was found until then is the result, marked as
    interrupted. Ctrl-C does the same.

    Raises :class:`oedipus.service.reading.Unsatisfiable` and ``RiddleError``; :class:`OrderError`, and ``TakenError``
    for a directory in which another run is at work; ``WeightsError`` and ``SavedError`` for files that cannot be
    used; :class:`Cancelled`, or after Ctrl-C ``KeyboardInterrupt``, where nothing was found yet; ``OSError`` where
    ``out`` cannot be written.
    """
    _ = order.reading.program
    if not order.anyway:
        order.reading.satisfiable(seconds=VERDICT_SECONDS)
    from oedipus.runtime.directory import claimed
    from oedipus.runtime.standard import standard

    with ExitStack() as held:
        if order.out is not None:
            held.enter_context(claimed(order.out))
        held.enter_context(threads(order.threads))
        held.enter_context(standard())
        _stop(cancel)
        try:
            result, posterior = _run(order, watch, cancel, through)
        except KeyboardInterrupt:
            _stop(cancel)
            raise
        solved = _diagnosed(order, result, posterior)
        found(solved)
        return Outcome(solved, () if order.out is None else write(solved, order.out))


def write(solved: "Solved", out: Path) -> tuple[str, ...]:
    """The numbers, then what is drawn of them; what could not be drawn, and why.

    Raises ``OSError`` where there is no room for the numbers.
    """
    from oedipus.report.html import write_report
    from oedipus.runtime.checkpoint import remove_checkpoint
    from oedipus.runtime.outputs import write_picture, write_result

    attributes = {"riddle": solved.text, "command": solved.command, "oedipus_version": VERSION}
    result, posterior = solved.result, solved.posterior
    write_result(result, posterior, out, diagnostics=solved.diagnostics, attributes=attributes)
    drawings: tuple[tuple[str, Callable[[], None]], ...] = (
        ("solution.png", lambda: write_picture(result, posterior, out)),
        ("report.html", lambda: write_report(solved, out)),
    )
    lost = []
    for name, draw in drawings:
        try:
            draw()
        except Exception as error:  # whatever a drawing fails with, the numbers are there
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            lost.append(f"{name} is missing, everything else is in {out}: {type(error).__name__}: {reason}")
    if not result.interrupted:
        remove_checkpoint(out)
    return tuple(lost)


def _run(
    order: Order, watch: Watch, cancel: Cancel | None, through: "Callable[[Posterior], Posterior]"
) -> "tuple[Result, Posterior]":
    from oedipus.runtime.identity import identity_of
    from oedipus.runtime.posterior import load_posterior
    from oedipus.runtime.record import Record
    from oedipus.runtime.refine import refine
    from oedipus.runtime.saved import SavedError
    from oedipus.runtime.solve import solve

    reading = order.reading
    try:
        found = checkpoint_in(order.out, resume=order.resume, device=order.device)
        request, schedule = _requested(order, found)
        posterior = load_posterior(
            reading.program, reading.cards, schedule=schedule, device=order.device, folder=reading.folder
        )
        posterior = through(posterior)
        clock = Clock(tuple(posterior.valued), posterior.told, posterior.alpha)
        record = Record(order.out, identity_of(posterior, request), order.interval, found, announce=clock.begin)

        def note(row: "Metrics") -> None:
            if cancel is not None and cancel.is_set():
                raise KeyboardInterrupt
            watch(clock.tick(row))

        with _heard(cancel, posterior):
            # A run that learned goes on learning, whether or not it is asked to again.
            if order.refine or record.learned is not None:
                result, posterior, _ = refine(posterior, request, watch=note, record=record)
                return result, posterior
            return solve(posterior, request, watch=note, record=record), posterior
    except SavedError:
        raise
    except ValueError as error:
        raise OrderError(str(error)) from error


@contextmanager
def _heard(cancel: Cancel | None, posterior: "Posterior") -> Iterator[None]:
    """Every network asks before it works whether the run has been ended: an iteration may take minutes."""
    if cancel is None:
        yield
        return

    def silence() -> None:
        for one in hooks:
            one.remove()

    def ask(*_: object) -> None:
        if cancel.is_set():
            silence()  # what was found is still drawn and read
            raise KeyboardInterrupt

    hooks = [one.register_forward_pre_hook(ask) for one in posterior.networks.values()]
    try:
        yield
    finally:
        silence()


def _diagnosed(order: Order, result: "Result", posterior: "Posterior") -> "Solved":
    from oedipus.report.html import Solved
    from oedipus.runtime.diagnostics import Diagnostics, diagnose

    try:
        diagnostics = diagnose(posterior, result, weigh=order.out is not None)
    except KeyboardInterrupt:
        result, diagnostics = replace(result, interrupted=True), Diagnostics()
    reading = order.reading
    return Solved(
        reading.text, reading.name, reading.riddle, reading.cards, posterior, result, diagnostics, order.command
    )


def _stop(cancel: Cancel | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled("cancelled before anything was found")


@contextmanager
def threads(number: int) -> Iterator[None]:
    """So many threads for torch's own operations; the caller's number afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _requested(order: Order, checkpoint: "Checkpoint | None") -> "tuple[Request, tuple[float, ...] | None]":
    """The request and the schedule to solve by; a checkpoint's own, where there is one.

    Raises ``ValueError`` naming the option that makes no sense, or is another than the checkpoint's.
    """
    from oedipus.runtime.solve import Request, request_for

    given = {name: value for name, value in order.options.items() if value is not None}
    if checkpoint is None:
        return request_for(order.reading.program, **given), order.schedule
    checkpoint.agrees(given | ({} if order.schedule is None else {"alpha": order.schedule}))
    stored = dict(checkpoint.identity.request)
    return Request(**{name: value for name, value in stored.items() if name != "alpha"}), tuple(stored["alpha"])


def checkpoint_in(out: Path | None, *, resume: bool, device: str) -> "Checkpoint | None":
    """The checkpoint to go on from. Raises ``ValueError`` where there is one and nobody said what to do with it."""
    from oedipus.runtime.checkpoint import FILE, read_checkpoint

    if out is None:
        if resume:
            raise ValueError("resume: goes on from a checkpoint in the directory of --out, which is missing")
        return None
    if not resume:
        if resumable(out):
            raise ValueError(
                f"out: {out} holds a run that was cut short; --resume goes on with it, "
                f"and without {FILE} it would begin anew"
            )
        return None
    return read_checkpoint(out, device)


def resumable(out: Path | None) -> bool:
    """Whether a directory has a checkpoint to go on from."""
    from oedipus.runtime.checkpoint import FILE

    return out is not None and (out / FILE).exists()
