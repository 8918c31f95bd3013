"""``oedipus dream``: a module that answers a family of riddles at once, learned from simulated pictures."""

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oedipus.compiler.options import MOST_SEED
from oedipus.service.limits import MOST_THREADS
from oedipus.shell.flags import Json, Use

if TYPE_CHECKING:
    from oedipus.runtime.dream.dream import Progress
    from oedipus.runtime.dream.module import Module

EVERY = 10.0
"""Seconds between lines where there is no terminal."""


def dream(
    file: Annotated[str, typer.Argument(help="A riddle with data left open (data y = ?), or - for standard input.")],
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Directory of the module; a dream that was interrupted there goes on.")
    ],
    rows: Annotated[int, typer.Option(min=256, max=10_000_000, help="Pictures to simulate.")] = 49_152,
    slopes: Annotated[
        int, typer.Option(min=0, max=10_000_000, help="Of how many of them the slopes of measured numbers are taken.")
    ] = 16_384,
    steps: Annotated[int, typer.Option(min=10, max=10_000_000, help="Steps of training.")] = 6_000,
    width: Annotated[
        int, typer.Option(min=8, max=8192, help="Width of the network that learns what would be measured.")
    ] = 384,
    spread: Annotated[
        float, typer.Option(min=1.0, max=100.0, help="σ is learned from the riddle's divided by this to times this.")
    ] = 2.0,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED >> 42, help="Seed of all randomness.")] = 0,
    cases: Annotated[int, typer.Option(min=1, max=100_000, help="Held-out draws to check calibration on.")] = 200,
    keep: Annotated[bool, typer.Option("--keep", help="Keep simulated pictures and checkpoint.")] = False,
    use: Use = None,
    json: Json = False,
    threads: Annotated[int, typer.Option(min=1, max=MOST_THREADS, help="Processor threads.")] = 1,
) -> None:
    """Learn to answer a riddle whatever its data will be: simulate, train, check calibration, write a module."""
    from oedipus.shell.common import Exit, emit, fail, read_riddle

    source = read_riddle(file, as_events=json, use=use)
    program = source.program(left_open=True)
    import torch

    from oedipus.networks.library import WeightsError
    from oedipus.runtime.directory import TakenError, claimed
    from oedipus.runtime.dream.dream import Dream
    from oedipus.runtime.dream.dream import dream as dreamt
    from oedipus.runtime.dream.module import ModuleError
    from oedipus.runtime.dream.train import DreamError
    from oedipus.shell.solve import terminable

    torch.set_num_threads(threads)
    asked = Dream(rows, min(slopes, rows), steps, spread=spread, seed=seed, sizes={"width": width}, cases=cases)
    given = f"--rows {rows} --slopes {slopes} --steps {steps} --width {width} --spread {spread:g} --seed {seed}"
    command = f"oedipus dream {shlex.quote(file)} {given}"
    try:
        with terminable(), claimed(out), _progress(as_events=json) as watch:
            made = dreamt(program, source.cards, out, asked, keep=keep, command=command, watch=watch)
    except KeyboardInterrupt:
        fail(f"interrupted; the same command goes on from {out}", Exit.INTERRUPTED)
    except WeightsError as error:
        fail(str(error), Exit.WRONG_FILE)
    except (DreamError, ModuleError, TakenError, ValueError) as error:
        fail(str(error), Exit.USAGE)
    except OSError as error:
        fail(f"cannot write to {out}: {error.strerror or error}", Exit.USAGE)
    if json:
        emit({"event": "result", "module": str(out), **made.card.figures, "seconds": made.card.training["seconds"]})
    else:
        print(told(made, out))


def told(made: "Module", out: Path) -> str:
    """What a module is like, for a person."""
    figures = made.card.figures
    good = figures["ks_random_least"] > 0.01 / 20 and figures["ks_informed_least"] > 0.01 / 20
    return "\n".join(
        [
            f"calibration on {figures['cases']:.0f} held-out draws: {figures['inside_90']:.1%} of pixels lie in the "
            f"90 % band; ranks are {'uniform' if good else 'not uniform'} (least p {figures['ks_random_least']:.3f} of "
            f"20 random projections, {figures['ks_informed_least']:.3f} of the 20 that the data tell most of)",
            f"Pareto k-hat of held-out draws: {figures['khat_median']:.2f} in the median, "
            f"{figures['khat_greatest']:.2f} at most ({_covering(figures['khat_median'])})",
            f"trained in {made.card.training['seconds']} s; held-out −log q {figures['held_out_nats']:.2f} nats",
            f"use it: oedipus solve FILE --algorithm forward --from {shlex.quote(str(out))}",
        ]
    )


def _covering(khat: float) -> str:
    from oedipus.runtime.dream.library import COVERS

    if khat <= COVERS:
        return "the module covers the posterior, and auto takes it in a library"
    return f"above {COVERS} the module's samples are a start for --polish, and auto does not take it"


@contextmanager
def _progress(*, as_events: bool) -> "Iterator[Callable[[Progress], None]]":
    """A bar for each stage on a terminal's stderr; elsewhere a line, or a JSON object, every few seconds."""
    if as_events or not sys.stderr.isatty():
        yield _lines(as_events=as_events)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, TimeRemainingColumn(), TextColumn("{task.fields[held]}"), refresh_per_second=2) as bars:
        tasks = {}

        def watch(at: "Progress") -> None:
            if at.stage not in tasks:
                tasks[at.stage] = bars.add_task(at.stage, total=at.total, held="")
            held = "" if at.held is None or at.held != at.held else f"held-out −log q {at.held:.2f} nats"
            bars.update(tasks[at.stage], completed=at.done, held=held)

        yield watch


def _lines(*, as_events: bool) -> "Callable[[Progress], None]":
    from oedipus.shell.common import emit

    began = time.perf_counter()
    last: dict[str, float] = {}

    def watch(at: "Progress") -> None:
        now = time.perf_counter()
        if now - last.get(at.stage, -EVERY) < EVERY and at.done < at.total:
            return
        last[at.stage] = now
        held = None if at.held is None or at.held != at.held else round(at.held, 3)
        if as_events:
            seconds = round(now - began, 1)
            emit({"event": at.stage, "done": at.done, "total": at.total, "held_out_nats": held, "seconds": seconds})
        else:
            known = "" if held is None else f", held-out −log q {held:.2f} nats"
            print(f"{at.stage} {at.done:,} of {at.total:,}{known}, {now - began:.0f} s", file=sys.stderr, flush=True)

    return watch
