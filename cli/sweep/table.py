"""The rows of a sweep as Parquet, a summary by riddle and point of the grid, and a plot of it."""

import json
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from oedipus.sweep.journal import Row
from oedipus.sweep.plan import Point
from oedipus.sweep.spread import Task

GRID = "grid."
"""Before the name of an option in a column."""
Interval = tuple[float, float]


def flat(task: Task, row: Row) -> dict[str, Any]:
    """A task and what it gave as one row of plain values; an option's column is called ``grid.NAME``."""
    point = {f"{GRID}{name}": value for name, value in task["point"].items()}
    named = {name: task[name] for name in ("riddle", "data", "seed")}
    return named | point | {name: value for name, value in row.items() if name != "id"} | {"id": task["id"]}


def write_parquet(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write rows, whole or not at all; values of an option that are of several types become words.

    Raises ``OSError``.
    """
    import pyarrow as pa
    from pyarrow import parquet

    columns = dict.fromkeys(name for row in rows for name in row)
    arrays = {name: _column([row.get(name) for row in rows]) for name in columns}
    partial = path.with_name(f".partial-{path.name}")
    try:
        parquet.write_table(pa.table(arrays), partial, compression="zstd")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _column(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and float in kinds:
        return [None if value is None else float(value) for value in values]
    if len(kinds) > 1:
        return [None if value is None else str(value) for value in values]
    return values


@dataclass(frozen=True, slots=True)
class Group:
    """All seeds of a riddle at a point of the grid.

    ``share``: of the solves, those with the most frequent ``answer``, with its 95 % Wilson interval; ``satisfied`` the
    share whose answer fulfils every clause. Seconds are of the processor and medians, ``slowest`` the greatest.
    """

    riddle: str
    data: str
    point: Point
    solves: int
    failed: int
    answer: Mapping[str, Any]
    share: float | None
    interval: Interval | None
    satisfied: float | None
    probability: float | None
    judged: float | None
    seconds: float | None
    slowest: float | None

    @property
    def name(self) -> str:
        """For people."""
        options = ", ".join(f"{name} = {value}" for name, value in self.point.items())
        return "  ".join(part for part in (self.riddle, self.data, options) if part)

    @property
    def figures(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def wilson(right: int, of: int) -> Interval:
    """The 95 % interval of a share (Wilson 1927)."""
    from scipy.stats import binomtest

    found = binomtest(right, of).proportion_ci(method="wilson")
    return found.low, found.high


def groups_of(tasks: Iterable[Task], rows: Mapping[str, Row]) -> list[Group]:
    """A group for each riddle, set of data and point, in the order of the tasks; tasks without a row are left out."""
    found: dict[str, tuple[Task, list[Row]]] = {}
    for task in tasks:
        key = json.dumps([task["parcel"], task["point"]], sort_keys=True)
        _, own = found.setdefault(key, (task, []))
        if task["id"] in rows:
            own.append(rows[task["id"]])
    return [_group(task, own) for task, own in found.values() if own]


def _group(task: Task, rows: Sequence[Row]) -> Group:
    good = [row for row in rows if "error" not in row]
    answers = Counter(row["answer"] for row in good)
    answer, number = answers.most_common(1)[0] if answers else ("{}", 0)
    decided = [row["satisfied"] for row in good if row["satisfied"] is not None]
    judged = [row["judged"] for row in good if row["judged"] is not None]
    seconds = [row["processor_seconds"] for row in good]
    return Group(
        riddle=task["riddle"],
        data=task["data"],
        point=task["point"],
        solves=len(rows),
        failed=len(rows) - len(good),
        answer=json.loads(answer),
        share=number / len(good) if good else None,
        interval=wilson(number, len(good)) if good else None,
        satisfied=statistics.mean(decided) if decided else None,
        probability=statistics.mean(row["probability"] for row in good) if good else None,
        judged=statistics.mean(judged) if judged else None,
        seconds=statistics.median(seconds) if seconds else None,
        slowest=max(seconds, default=None),
    )


def draw(groups: Sequence[Group], rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """For each group the share of its answer with the interval, and the seconds of every solve. Raises ``OSError``."""
    from matplotlib.figure import Figure

    shown = groups[:40]
    figure = Figure(figsize=(10, 1.4 + 0.4 * len(shown)), dpi=110, layout="constrained")
    shares, times = figure.subplots(1, 2, sharey=True)
    for place, group in enumerate(shown):
        if group.share is not None and group.interval is not None:
            low, high = group.interval
            shares.plot([low, high], [place, place], color="C0", alpha=0.5)
            shares.plot(group.share, place, "o", color="C0")
        if group.judged is not None:
            shares.plot(group.judged, place, "x", color="C1")
        own = [row["processor_seconds"] for row in rows if _of(row, group) and row.get("processor_seconds") is not None]
        times.plot(own, [place] * len(own), "|", color="C0", alpha=0.6)
    shares.set(xlabel="● solves with the most frequent answer\n× samples that the judge reads so", xlim=(-0.03, 1.03))
    shares.set_yticks(range(len(shown)), [group.name for group in shown], fontsize=8)
    shares.invert_yaxis()
    times.set(xlabel="processor seconds of a solve", xlim=(0, None))
    for axis in (shares, times):
        axis.grid(alpha=0.3)
    if len(groups) > len(shown):
        figure.suptitle(f"the first {len(shown)} of {len(groups)}", fontsize=9)
    partial = path.with_name(f".partial-{path.name}")
    try:
        figure.savefig(partial, format="png", metadata={"Software": "oedipus"})
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _of(row: Mapping[str, Any], group: Group) -> bool:
    point = {name.removeprefix(GRID): value for name, value in row.items() if name.startswith(GRID)}
    return row["riddle"] == group.riddle and row["data"] == group.data and point == dict(group.point)
