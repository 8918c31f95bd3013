"""What a cluster adds to the solves: simulated workers with tasks of fixed length, and the cost of 10⁶ solves.

    python benchmarks/cluster.py --seconds 1.0 0.1 --each 40

A task sleeps, so that clusters of 1, 2, 4 and 8 worker processes fit on a machine of two cores; everything
else is real: the scheduler, the workers, the journal on disk. Efficiency is the time that the tasks take over that
of the workers. The rate at which one scheduler handles batches bounds the model of docs/sweeps.md. Writes
benchmarks/results/cluster.json and its section of docs/benchmarks.md.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from report import machine, table, write

from oedipus.sweep.journal import Journal, Row
from oedipus.sweep.spread import BATCH_SECONDS, Crew, Spread, Task, hired

WORKERS = (1, 2, 4, 8)


def sleep(task: Task) -> Row:
    """A solve that takes as long as it says, and no processor."""
    time.sleep(task["seconds"])
    return {"slept": task["seconds"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, nargs="+", default=[1.0, 0.1], help="that a task takes")
    parser.add_argument("--each", type=float, default=40.0, help="seconds of tasks for each worker")
    parser.add_argument("--empty", type=int, default=20_000, help="tasks that take no time, for the scheduler's rate")
    asked = parser.parse_args()
    runs = []
    for workers in WORKERS:
        for seconds in asked.seconds:
            runs.append(one(workers, seconds, int(asked.each / seconds) * workers))
            print(runs[-1], flush=True)
    rate = unbatched(asked.empty)
    print(rate)
    figures = {"machine": machine(), "runs": runs, "scheduler": rate, "each": asked.each}
    write("cluster", figures, section(figures))


def one(workers: int, seconds: float, number: int) -> dict[str, Any]:
    """Tasks of equal length over so many workers."""
    tasks = [{"id": str(place), "seconds": seconds} for place in range(number)]
    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        with hired(Crew(workers=workers)) as client:
            client.wait_for_workers(workers)
            hiring = time.perf_counter() - before
            journal = Journal(Path(folder) / "rows.jsonl")
            begun = time.perf_counter()
            Spread(client, sleep, journal).run(tasks, {})
            took = time.perf_counter() - begun
        assert len(journal.rows) == number
    return {
        "workers": workers, "seconds": seconds, "tasks": number, "took": round(took, 2), "hiring": round(hiring, 2),
        "efficiency": round(number * seconds / workers / took, 4),
    }  # fmt: skip


def unbatched(number: int) -> dict[str, Any]:
    """Batches that one scheduler handles in a second: tasks that take no time, one in a batch."""
    found = []
    with tempfile.TemporaryDirectory() as folder, hired(Crew(workers=2)) as client:
        client.wait_for_workers(2)
        for turn in range(3):
            begun = time.perf_counter()
            futures = client.map(abs, range(turn * number, (turn + 1) * number), pure=False)
            client.gather(futures)
            found.append(number / (time.perf_counter() - begun))
        journal = Journal(Path(folder) / "rows.jsonl")
        begun = time.perf_counter()
        Spread(client, sleep, journal).run([{"id": str(one), "seconds": 0.0} for one in range(number)], {})
        through = number / (time.perf_counter() - begun)
    return {"batches_a_second": round(statistics.median(found)), "empty_tasks_a_second": round(through)}


def hours(solves: int, seconds: float, workers: int, rate: float) -> float:
    """Hours of so many solves by the model: the slower of workers and scheduler, and a last batch."""
    batches = solves * seconds / max(BATCH_SECONDS, seconds)
    return (max(solves * seconds / workers, batches / rate) + max(BATCH_SECONDS, seconds)) / 3600


def section(figures: dict[str, Any]) -> str:
    rows = [
        [
            str(run["workers"]), f"{run['seconds']:g} s", f"{run['tasks']:,}", f"{run['took']:.1f} s",
            f"{run['efficiency']:.3f}",
        ]
        for run in figures["runs"]
    ]  # fmt: skip
    rate = figures["scheduler"]["batches_a_second"]
    model = [
        [str(workers), *(f"{hours(1_000_000, seconds, workers, rate):,.1f} h" for seconds in (0.3, 3.0, 60.0))]
        for workers in (2, 32, 256, 1024)
    ]
    where = figures["machine"]
    return "\n\n".join(
        [
            "## Many machines",
            f"`python benchmarks/cluster.py --each {figures['each']:g}`: {where['cores']} cores, load "
            f"{where['load_average']}; tasks sleep, everything else is real. Efficiency is the tasks' time over that "
            f"of the workers; hiring them (some seconds, once) is not in it.",
            table(["workers", "a task", "tasks", "took", "efficiency"], rows),
            f"One scheduler handled {rate:,} batches a second and {figures['scheduler']['empty_tasks_a_second']:,} "
            f"tasks that take no time. By the model of [sweeps.md](sweeps.md), 10⁶ solves take:",
            table(["workers", "0.3 s a solve", "3 s", "60 s"], model),
        ]
    )


if __name__ == "__main__":
    main()
