"""A real scheduler and two workers on loopback: each task once, whoever is killed, bit for bit what solve gives."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cloudpickle
import numpy as np
import pytest
from distributed import get_client
from pyarrow import parquet

import oedipus
from oedipus.sweep.journal import Journal, Row
from oedipus.sweep.spread import AHEAD, Crew, CrewError, Task, spread

RIDDLE = "digits a, b\na = b + 7\nb is odd\n"


@dataclass
class Cluster:
    folder: Path
    address: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def hire(self) -> None:
        command = [sys.executable, "-m", "distributed.cli.dask_worker", self.address, "--nthreads", "1", "--no-nanny"]
        options = ["--no-dashboard", "--local-directory", str(self.folder / f"worker-{len(self.workers)}")]
        self.workers.append(started([*command, *options]))


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "oedipus", *arguments], capture_output=True, text=True, timeout=300)


def started(command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    module = "distributed.cli.dask_scheduler"
    options = ["--port", "0", "--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", str(file)]
    scheduler = started([sys.executable, "-m", module, *options])
    found = Cluster(folder, "")
    try:
        for _ in range(300):
            if file.exists() and file.stat().st_size:
                break
            time.sleep(0.1)
        found.address = json.loads(file.read_text())["address"]
        found.hire()
        found.hire()
        yield found
    finally:
        for process in [*found.workers, scheduler]:
            process.kill()
            process.wait()


@pytest.fixture(autouse=True, scope="module")
def by_value() -> Iterator[None]:
    # Workers cannot import a test.
    module = sys.modules[__name__]
    cloudpickle.register_pickle_by_value(module)
    yield
    cloudpickle.unregister_pickle_by_value(module)


def slowly(task: Task) -> Row:
    time.sleep(0.05)
    with Path(task["log"]).open("a") as file:
        file.write(f"{task['id']} {os.getpid()}\n")
    if task["id"] == "13":
        raise ValueError("unlucky")
    return {"square": int(task["id"]) ** 2, "worker": os.getpid()}


def test_a_killed_worker_loses_and_doubles_nothing(cluster: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "log"
    tasks = [{"id": str(number), "log": str(log)} for number in range(80)]
    journal = Journal(tmp_path / "rows.jsonl")
    victim = cluster.workers[0]
    told = []

    def kill(at: object) -> None:
        told.append(at)
        if (
            len(journal.rows) >= 15
            and victim.poll() is None
            and len({r.get("worker") for r in journal.rows.values()}) > 1
        ):
            os.kill(victim.pid, signal.SIGKILL)
            cluster.hire()

    rows = spread(tasks, slowly, journal, Crew(cluster.address), watch=kill)
    assert victim.poll() is not None, "nobody was killed, so nothing was shown"
    assert [row["id"] for row in rows] == [str(number) for number in range(80)]
    assert [row.get("square") for row in rows] == [None if one == 13 else one**2 for one in range(80)]
    assert rows[13]["error"] == "ValueError: unlucky"
    lines = (tmp_path / "rows.jsonl").read_text().splitlines()
    assert len(lines) == 80
    assert len({json.loads(line)["id"] for line in lines}) == 80
    assert victim.pid in {row.get("worker") for row in rows}
    # What is done stays done; what failed is tried again.
    attempts = len(log.read_text().splitlines())
    again = spread(tasks, slowly, Journal(tmp_path / "rows.jsonl"), Crew(cluster.address))
    assert [row.get("square") for row in again] == [row.get("square") for row in rows]
    assert len(log.read_text().splitlines()) == attempts + 1


def deadly(task: Task) -> Row:
    if task["id"] == "bad":
        os.kill(os.getpid(), signal.SIGKILL)
    return {"fine": True}


def test_a_task_that_kills_its_workers_is_given_up_and_the_others_are_done(tmp_path: Path) -> None:
    tasks = [{"id": name} for name in ("a", "bad", "b", "c")]
    # With one worker b and c wait where the bad one kills it, each time.
    rows = spread(tasks, deadly, Journal(tmp_path / "rows.jsonl"), Crew(workers=1))
    assert [row.get("fine") for row in rows] == [True, None, True, True]
    assert "workers died over it" in rows[1]["error"]


def test_a_crew_that_is_gone_is_hired_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nannies and all: nothing that was done is done again, and nobody waits for ever."""
    monkeypatch.setattr("oedipus.sweep.spread.GONE", 1.0)
    log = tmp_path / "log"
    tasks = [{"id": str(number), "log": str(log)} for number in range(20)]
    journal, dismissed = Journal(tmp_path / "rows.jsonl"), []

    def dismiss(_: object) -> None:
        if len(journal.rows) == 5 and not dismissed:
            dismissed.append(True)
            get_client().cluster.scale(0)

    rows = spread(tasks, slowly, journal, Crew(workers=1), watch=dismiss)
    assert [row.get("square") for row in rows] == [None if one == 13 else one**2 for one in range(20)]
    assert len({row["worker"] for row in rows if "worker" in row}) == 2
    assert len(log.read_text().splitlines()) <= 20 + AHEAD


def test_a_sweep_gives_what_solve_gives_bit_for_bit(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "r.riddle").write_text(RIDDLE)
    flags = ["--seeds", "5:6", "--grid", "alpha=10,100", "--grid", "members=256", "--cluster", cluster.address]
    done = run("sweep", str(tmp_path / "r.riddle"), *flags, "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "a 8, b 1; in 100.0% of 1 solves" in done.stdout
    rows = parquet.read_table(tmp_path / "out" / "results.parquet").to_pylist()
    assert [(row["grid.alpha"], row["seed"]) for row in rows] == [(10, 5), (100, 5)]
    assert (tmp_path / "out" / "summary.png").stat().st_size > 5000
    for row in rows:
        result = oedipus.solve(RIDDLE, alpha=row["grid.alpha"], seed=row["seed"], members=256)
        digest = hashlib.sha256()
        latents = np.concatenate([result.latents[name].numpy() for name in ("a", "b")], axis=1)
        for array in (latents, result.pictures["a"].numpy(), result.pictures["b"].numpy()):
            digest.update(np.ascontiguousarray(array).tobytes())
        assert row["digest"] == digest.hexdigest()
        assert json.loads(row["answer"]) == dict(result.answer)
        assert row["probability"] == result.probability


def test_without_workers_it_says_how_to_start_some() -> None:
    with pytest.raises(CrewError, match="`dask scheduler` starts one"):
        spread([{"id": "a"}], slowly, Journal(Path("/nonexistent/rows.jsonl")), Crew("tcp://127.0.0.1:9", patience=1))
