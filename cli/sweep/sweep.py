"""Riddles, seeds and a grid → every solve on some crew, its rows as Parquet, a summary and a plot."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oedipus.service.reading import Reading, read
from oedipus.sweep.journal import Journal, Row
from oedipus.sweep.parcel import pack
from oedipus.sweep.plan import Entry, Plan, Point, schedule_of
from oedipus.sweep.table import Group, draw, flat, groups_of, write_parquet

if TYPE_CHECKING:
    from oedipus.sweep.pooled import Pooled
    from oedipus.sweep.spread import Crew, Tally

ROWS, RESULTS, PLOT, RUNS, POOLED = "rows.jsonl", "results.parquet", "summary.png", "runs", "pooled"
VERDICT_SECONDS = 10.0


class SweepError(ValueError):
    """A sweep that makes no sense; the message names the flag."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """``readings`` by the names that rows call them, with the file of data that each has (empty for none)."""

    readings: tuple[tuple[str, str, Reading], ...]
    seeds: tuple[int, ...]
    grid: tuple[Point, ...]
    out: Path
    keep: bool = False
    pool: bool = False


@dataclass(frozen=True, slots=True)
class Swept:
    """``rows`` as in the Parquet; ``pooled`` by the name of its file under ``pooled/``."""

    rows: Sequence[Mapping[str, Any]]
    groups: Sequence[Group]
    pooled: Mapping[str, "Pooled"]

    @property
    def failed(self) -> int:
        """Solves that gave no result."""
        return sum(one.failed for one in self.groups)


def with_data(reading: Reading, name: str, files: Iterable[Path], use: Sequence[Path] = ()) -> list[Reading]:
    """The riddle once for each file, as its ``data NAME``. Raises :class:`SweepError`; a file that does not fit is in
    the diagnostics of its reading."""
    declared = re.compile(rf"(^[ \t]*data[ \t]+{re.escape(name)}[ \t]*=[ \t]*)(\?|\"[^\"\n]*\")", re.MULTILINE | re.I)
    if not declared.search(reading.text):
        raise SweepError(f'data: {reading.name} has no line `data {name} = ?` or `data {name} = "file"`')
    found = []
    for file in files:
        place = str(file.resolve())
        if '"' in place or "\n" in place:
            raise SweepError(f"data: {place!r} cannot stand between quotation marks in a riddle; rename it")
        text = declared.sub(lambda match, place=place: f'{match[1]}"{place}"', reading.text, count=1)  # type: ignore[misc]
        found.append(read(text, reading.folder, name=f"{reading.name} with {file}", use=use, weights=True))
    return found


def validate(reading: Reading, grid: Sequence[Point]) -> None:
    """Raise :class:`SweepError` for a point of the grid that no solve of this riddle would take."""
    from oedipus.compiler.options import RUN
    from oedipus.compiler.suited import unsuited
    from oedipus.runtime.algorithms.base import validate_schedule
    from oedipus.runtime.posterior import load_posterior
    from oedipus.runtime.solve import checked, request_for

    posterior = load_posterior(reading.program, reading.cards, folder=reading.folder)
    for point in grid:
        options = dict(point)
        alpha = options.pop("alpha", None)
        try:
            if alpha is not None:
                validate_schedule(schedule_of(alpha))
            request = checked(request_for(reading.program, **options))
        except ValueError as error:
            raise SweepError(f"{error}") from error
        own = {name: getattr(request, name) for name in RUN}
        wrong = unsuited(posterior.offers, request.algorithm, request.options, own)
        if wrong is not None:
            raise SweepError(f"{reading.name}: {wrong.message}")


def prepared(asked: Sweep, *, anyway: bool = False) -> tuple[Plan, dict[str, bytes]]:
    """The plan, and every file that workers need, by its sha256.

    Raises ``RiddleError``, ``Unsatisfiable``, :class:`SweepError`, ``WeightsError``, ``SavedError``, ``OSError``.
    """
    entries: list[Entry] = []
    files: dict[str, bytes] = {}
    validated: set[str] = set()
    for name, data, reading in asked.readings:
        _ = reading.program
        if not anyway:
            reading.satisfiable(seconds=VERDICT_SECONDS)
        if name not in validated:  # its options are the same whatever the data are
            validate(reading, asked.grid)
            validated.add(name)
        parcel, contents = pack(reading)
        text = parcel.text.encode()
        entries.append(Entry(name, hashlib.sha256(text).hexdigest(), data))
        files |= contents | {entries[-1].digest: text}
    return Plan(tuple(entries), asked.seeds, asked.grid, keep=asked.keep or asked.pool), files


def sweep(
    asked: Sweep,
    crew: "Crew",
    *,
    anyway: bool = False,
    watch: "Callable[[Tally], None]" = lambda _: None,
) -> Swept:
    """Solve everything that the directory ``out`` does not have yet, and write what is known.

    Raises what :func:`prepared` does; ``CrewError``; ``TakenError`` for a directory in which another sweep is at work;
    ``KeyboardInterrupt`` with every finished solve kept.
    """
    from oedipus.runtime.directory import claimed
    from oedipus.sweep.spread import spread
    from oedipus.sweep.work import solve_task

    plan, files = prepared(asked, anyway=anyway)
    tasks = list(plan.tasks())
    with claimed(asked.out):
        journal = Journal(asked.out / ROWS)

        def settle(row: Row) -> Row:
            return _kept(row, asked.out / RUNS)

        try:
            spread(tasks, solve_task, journal, crew, files=files, watch=watch, settle=settle)
        finally:
            found = written(tasks, journal, asked)
    return found


def written(tasks: Sequence[Mapping[str, Any]], journal: Journal, asked: Sweep) -> Swept:
    """Parquet, plot and pooled chains of what the journal has of these tasks. Raises ``OSError``, ``PoolError``."""
    rows = [flat(task, journal.rows[task["id"]]) for task in tasks if task["id"] in journal.rows]
    groups = groups_of(tasks, journal.rows)
    if rows:
        write_parquet(rows, asked.out / RESULTS)
        draw(groups, rows, asked.out / PLOT)
    complete = all(journal.done(task["id"]) for task in tasks)
    return Swept(rows, groups, _pools(tasks, asked.out) if asked.pool and complete else {})


def _kept(row: Row, runs: Path) -> Row:
    """The row without its files, which are written first."""
    from oedipus.runtime.directory import whole
    from oedipus.sweep.work import FILES

    files = row.pop(FILES, None)
    if files is not None:
        runs.mkdir(exist_ok=True)
        with whole(runs / row["id"]) as staged:
            for name, content in files.items():
                (staged / Path(name).name).write_bytes(content)
    return row


def _pools(tasks: Sequence[Mapping[str, Any]], out: Path) -> dict[str, "Pooled"]:
    from oedipus.sweep.pooled import pool

    (out / POOLED).mkdir(exist_ok=True)
    chosen: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for task in tasks:
        chosen.setdefault((task["parcel"], repr(task["point"])), []).append(task)
    found = {}
    for number, own in enumerate(chosen.values()):
        stem = (
            Path(own[0]["riddle"]).stem
            if number == 0 or len(chosen) == 1
            else f"{Path(own[0]['riddle']).stem}-{number}"
        )
        files = [out / RUNS / task["id"] / "posterior.nc" for task in own]
        found[f"{stem}.nc"] = pool(files, out / POOLED / f"{stem}.nc")
    return found
