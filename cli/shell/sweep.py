"""``oedipus sweep``: riddles over seeds and options, on the cores of this machine or on a cluster."""

import glob
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from oedipus.shell.flags import Json, Use

if TYPE_CHECKING:
    from oedipus.service.reading import Reading
    from oedipus.sweep.spread import Crew, Tally
    from oedipus.sweep.sweep import Sweep, Swept

EXTRA = "sweep"
EVERY = 10.0
"""Seconds between lines where there is no terminal."""


def sweep(
    files: Annotated[list[str], typer.Argument(metavar="RIDDLE...", help="Riddle files.")],
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Directory of the results; what is in it is not done again.")
    ],
    seeds: Annotated[str, typer.Option(help="Such as 0:400 (400 is not one of them), 7, or 0:10,50.")] = "0:10",
    grid: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            metavar="NAME=VALUE,...",
            help="Values of an option, such as alpha=10,100 or algorithm=bank,hmc; repeatable. A schedule: 0.5/1/3/10.",
        ),
    ] = None,
    data: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(metavar="NAME=FILES", help="A solve for each file that matches, as the riddle's data NAME."),
    ] = None,
    workers: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, max=1024, help="Processes on this machine, by default one for each core."),
    ] = None,
    cluster: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.1:8786, whose workers solve."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep samples, posterior and picture of every solve.")] = False,
    pool: Annotated[
        bool,
        typer.Option("--pool", help="The seeds are chains of one posterior: one posterior.nc, and R-hat over all."),
    ] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Also riddles that no digits can fulfil.")] = False,
    use: Use = None,
    json: Json = False,
) -> None:
    """Solve riddles with many seeds and options, and write one table of it."""
    from oedipus.shell.common import Exit, emit, fail

    asked = _asked(files, out, seeds, grid or (), data or (), use=use, keep=keep, pool=pool, as_events=json)
    swept = _swept(asked, _crew(workers, cluster), anyway=anyway, as_events=json)
    if json:
        for group in swept.groups:
            emit({"event": "group", **group.figures})
        pooled = {name: {"chains": one.chains, "rhat": one.rhat, "ess": one.ess} for name, one in swept.pooled.items()}
        emit({"event": "result", "rows": len(swept.rows), "failed": swept.failed, "pooled": pooled, "out": str(out)})
    else:
        print(told(swept, out))
    if swept.failed:
        wrong = next(row for row in swept.rows if row.get("error"))
        fail(f"{swept.failed} of {len(swept.rows)} solves failed, such as seed {wrong['seed']} of {wrong['riddle']}: "
             f"{wrong['error']}; the same command tries them again", Exit.UNSOLVED)  # fmt: skip


def _asked(
    files: Sequence[str], out: Path, seeds: str, grid: Sequence[str], data: Sequence[str], *,
    use: Sequence[Path] | None, keep: bool, pool: bool, as_events: bool,
) -> "Sweep":  # fmt: skip
    from oedipus.compiler.options import MOST_SEED
    from oedipus.shell.common import Exit, fail, read_riddle
    from oedipus.sweep.plan import grid_of, seeds_of
    from oedipus.sweep.sweep import Sweep, SweepError

    try:
        chosen, points = seeds_of(seeds, MOST_SEED), grid_of(grid)
        given = dict(_files(one) for one in data)
        if len(given) > 1:
            raise ValueError("data: one NAME=FILES; what else a riddle measures stands in it")
        readings: list[tuple[str, str, Reading]] = []
        for file in files:
            source = read_riddle(file, as_events=as_events, use=use)
            readings += _with(source.reading, file, given, use or ())
    except (ValueError, SweepError) as error:
        fail(str(error), Exit.USAGE)
    return Sweep(tuple(readings), chosen, points, out, keep=keep, pool=pool)


def _files(flag: str) -> tuple[str, list[Path]]:
    name, equals, pattern = flag.partition("=")
    if not (equals and name.strip() and pattern):
        raise ValueError(f"data: '{flag}' is not of the form NAME=FILES, such as y='measured/*.npy'")
    found = [Path(one) for one in sorted(glob.glob(os.path.expanduser(pattern)))]
    if not found:
        raise ValueError(f"data: no file matches {pattern}")
    return name.strip(), found


def _with(
    reading: "Reading", file: str, given: dict[str, list[Path]], use: Sequence[Path]
) -> "Iterator[tuple[str, str, Reading]]":
    from oedipus.shell.common import Exit, show
    from oedipus.sweep.sweep import with_data

    if not given:
        yield file, "", reading
    for name, places in given.items():
        for place, one in zip(places, with_data(reading, name, places, use), strict=True):
            if not one.sound:
                show(one.diagnostics, one.text, one.name, as_events=False)
                raise typer.Exit(Exit.WRONG_FILE)
            yield file, place.name, one


def _crew(workers: int | None, cluster: str | None) -> "Crew":
    from oedipus.shell.common import Exit, fail

    try:
        import pyarrow  # noqa: F401

        from oedipus.sweep.spread import Crew
    except ModuleNotFoundError as error:
        fail(f"a sweep needs {error.name}: pip install 'oedipus[{EXTRA}]', in the clone '.[{EXTRA}]'", Exit.USAGE)
    if cluster is not None and workers is not None:
        fail("workers: those of a cluster are its own; --workers is for this machine", Exit.USAGE)
    return Crew(cluster, workers or os.cpu_count() or 1)


def _swept(asked: "Sweep", crew: "Crew", *, anyway: bool, as_events: bool) -> "Swept":
    from oedipus.dsl.diagnostics import RiddleError
    from oedipus.networks.library import WeightsError
    from oedipus.runtime.directory import TakenError
    from oedipus.runtime.saved import SavedError
    from oedipus.service.reading import Unsatisfiable
    from oedipus.shell.common import Exit, fail
    from oedipus.shell.solve import terminable
    from oedipus.sweep.pooled import PoolError
    from oedipus.sweep.spread import CrewError
    from oedipus.sweep.sweep import SweepError
    from oedipus.sweep.sweep import sweep as swept

    try:
        with terminable(), _progress(as_events=as_events) as watch:
            return swept(asked, crew, anyway=anyway, watch=watch)
    except Unsatisfiable as error:
        fail(f"{error.name}: no digits fulfil every clause; in conflict: {', '.join(error.conflict)}; "
             f"--anyway solves it all the same", Exit.UNSATISFIABLE)  # fmt: skip
    except (RiddleError, WeightsError, SavedError) as error:
        fail(str(error), Exit.WRONG_FILE)
    except (SweepError, CrewError, TakenError, PoolError) as error:
        fail(str(error), Exit.USAGE)
    except KeyboardInterrupt:
        fail(f"interrupted; what was solved is in {asked.out}, and the same command goes on", Exit.INTERRUPTED)
    except OSError as error:
        fail(f"cannot write to {asked.out}: {error.strerror or error}", Exit.USAGE)


def told(swept: "Swept", out: Path) -> str:
    """A line for each riddle and point of the grid."""
    lines = []
    for one in swept.groups:
        answer = ", ".join(f"{name} {value}" for name, value in one.answer.items()) or "no value to read"
        parts = [answer]
        if one.share is not None and one.interval is not None:
            low, high = one.interval
            parts.append(f"in {one.share:.1%} of {one.solves - one.failed} solves ({low:.1%} to {high:.1%})")
        if one.satisfied is not None:
            parts.append(f"{one.satisfied:.1%} fulfil every clause")
        if one.judged is not None:
            parts.append(f"judge {one.judged:.1%}")
        if one.seconds is not None:
            parts.append(f"{one.seconds:.2f} s of processor")
        if one.failed:
            parts.append(f"{one.failed} failed")
        lines.append(f"{one.name}: {'; '.join(parts)}")
    for name, chains in swept.pooled.items():
        lines.append(
            f"pooled/{name}: {chains.chains} chains of {chains.draws} draws, R-hat {chains.rhat:.3f} at most, "
            f"effective sample size {chains.ess:.0f} at least"
        )
    return "\n".join([*lines, f"{len(swept.rows):,} rows in {out / 'results.parquet'}, plot in {out / 'summary.png'}"])


@contextmanager
def _progress(*, as_events: bool) -> "Iterator[Callable[[Tally], None]]":
    """A bar on a terminal's stderr; elsewhere a line every few seconds; a JSON object for every solve."""
    from oedipus.shell.common import emit

    if as_events:

        def each(at: "Tally") -> None:
            for row in at.rows:
                emit({"event": "solved", "done": at.done, "total": at.total, "left": at.left, **row})

        yield each
        return
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("solving"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[said]}"), refresh_per_second=4) as bars:
        bar = bars.add_task("", total=None, said="")

        def watch(at: "Tally") -> None:
            failed = f", {at.failed} failed" if at.failed else ""
            bars.update(bar, completed=at.done, total=at.total, said=f"on {at.threads} workers{failed}")

        yield watch


class Lines:
    """A line of progress every few seconds."""

    def __init__(self) -> None:
        self.last = time.monotonic() - EVERY

    def __call__(self, at: "Tally") -> None:
        """Print it, if it is due."""
        from oedipus.service.progress import duration

        if time.monotonic() - self.last < EVERY and at.done < at.total:
            return
        self.last = time.monotonic()
        left = "" if at.left is None else f", about {duration(at.left)} left"
        failed = f", {at.failed} failed" if at.failed else ""
        print(
            f"oedipus: {at.done:,} of {at.total:,} solved on {at.threads} workers{failed}{left}",
            file=sys.stderr,
            flush=True,
        )
