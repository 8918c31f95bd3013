"""Tasks over the workers of dask.distributed: each is done once, whatever happens to the workers, and told at once.

A task is a JSON object with an ``id``; its result is one, too. What is done is in the journal, so whoever asks for
the same tasks again goes on. A task whose worker dies goes to another one. Results come back in any order.
"""

import contextlib
import logging
import queue
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, WorkerPlugin, get_worker

from oedipus.sweep.journal import Journal, Row
from oedipus.sweep.parcel import Files, put

if TYPE_CHECKING:
    from distributed import Worker

Task: TypeAlias = Mapping[str, Any]
Work: TypeAlias = Callable[[Task], Row]
Made = TypeVar("Made")

WAITING = 60.0
"""Seconds that a cluster is given for its first worker to come."""
BATCH_SECONDS, MOST_BATCHED = 1.0, 256
"""Short tasks travel together until they take so long: a scheduler handles some hundred batches a second."""
REMEMBERED = 4
ENVIRONMENT = {"OMP_NUM_THREADS": 1, "MKL_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1}
"""Of worker processes. Dask's own adds MALLOC_TRIM_THRESHOLD_, by which every batch of pictures is memory that is taken
from the system anew: a solve then takes twice as long."""
GONE, HIRED = 15.0, 3
"""Seconds without any worker after which new ones of this machine are hired, and how often in a row that is done for
nothing."""
AHEAD = 3
"""Batches for each thread of the workers that are under way, so that none waits for the next."""


class CrewError(Exception):
    """No workers can be had; the message says how to mend it."""


class Deserted(Exception):  # noqa: N818 - nobody's error: a new crew goes on
    """All workers of a crew are gone."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works: the cluster whose scheduler is at ``address``, else ``workers`` processes of this machine.

    ``patience``: seconds until a scheduler that does not answer is given up.
    """

    address: str | None = None
    workers: int = 1
    patience: float = 10.0


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a spread is: ``done`` of ``total``, ``failed`` of them, ``left`` seconds once a task is done."""

    done: int
    total: int
    failed: int
    threads: int
    left: float | None
    rows: Sequence[Row] = ()


class Deliver(WorkerPlugin):
    """Brings files to every worker, those that come later, too."""

    name = "oedipus-files"

    def __init__(self, files: Files) -> None:
        self.files = files

    def setup(self, worker: "Worker") -> None:
        """Store them beside the worker's own."""
        put(Path(worker.local_directory), self.files)


_made: dict[str, Any] = {}


def remembered(key: str, make: Callable[[], Made]) -> Made:
    """What ``make`` gives, made once in this process for all tasks that follow each other; the last few are kept."""
    if key not in _made:
        while len(_made) >= REMEMBERED:
            del _made[next(iter(_made))]
        _made[key] = make()
    found: Made = _made[key]
    return found


def store() -> Path:
    """Where the files lie, on a worker."""
    return Path(get_worker().local_directory)


@contextlib.contextmanager
def hired(crew: Crew) -> Iterator[Client]:
    """A client of the crew, whose own workers end with it. Raises :class:`CrewError`."""
    with contextlib.ExitStack() as held:
        held.callback(logging.getLogger("distributed").setLevel, logging.getLogger("distributed").level)
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        if crew.address is None:
            held.enter_context(dask.config.set({"distributed.nanny.pre-spawn-environ": ENVIRONMENT}))
            folder = held.enter_context(tempfile.TemporaryDirectory(prefix="oedipus-", ignore_cleanup_errors=True))
            # Memory is for the system to watch: Dask would kill a worker that has enough of it.
            cluster = held.enter_context(
                LocalCluster(
                    n_workers=crew.workers, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0",
                    worker_dashboard_address="127.0.0.1:0", memory_limit=0, silence_logs=logging.CRITICAL,
                    local_directory=folder,
                )
            )  # fmt: skip
            yield held.enter_context(Client(cluster))
            return
        try:
            client = held.enter_context(Client(crew.address, timeout=crew.patience))
        except (OSError, ValueError) as error:
            raise CrewError(
                f"cluster: no scheduler answers at {crew.address} ({str(error).splitlines()[0]}); "
                f"`dask scheduler` starts one and says its address"
            ) from error
        try:
            client.wait_for_workers(1, timeout=WAITING)
        except TimeoutError as error:
            raise CrewError(
                f"cluster: the scheduler at {crew.address} has no workers; `dask worker {crew.address}` starts one"
            ) from error
        yield client


@dataclass(slots=True)
class Spread:
    """Drives tasks over a client's workers into a journal."""

    client: Client
    work: Work
    journal: Journal
    watch: Callable[[Tally], None] = lambda _: None
    settle: Callable[[Row], Row] = lambda row: row
    _suspects: deque[Task] = field(init=False, default_factory=deque)
    _alone: bool = field(init=False, default=False)
    _going: "dict[Future[Any], list[Task]]" = field(init=False, default_factory=dict)
    _seconds: float = field(init=False, default=BATCH_SECONDS)
    _begun: float = field(init=False, default_factory=time.perf_counter)
    _done: int = field(init=False, default=0)
    _failed: int = field(init=False, default=0)
    _threads: int = field(init=False, default=1)
    _looked: float = field(init=False, default=0.0)
    _finished: "queue.SimpleQueue[Future[Any]]" = field(init=False, default_factory=queue.SimpleQueue)

    def run(self, tasks: Sequence[Task], files: Files) -> None:
        """Do all that are not done. Raises ``OSError`` where the journal cannot be written, :class:`Deserted`."""
        todo = deque(one for one in tasks if not self.journal.done(one["id"]))
        total = len(todo)
        if files:
            self.client.register_plugin(Deliver(files))
        self._tell(total)
        while todo or self._suspects or self._going:
            while todo and len(self._going) < AHEAD * self._crowd():
                self._send(self._batch(todo))
            if not self._going:
                self._alone = True
                self._send([self._suspects.popleft()])
            self._take(self._next(), total)

    def _send(self, batch: list[Task]) -> None:
        key = f"oedipus-{uuid.uuid4().hex}"
        future = self.client.submit(_batched, self.work, batch, key=key, pure=False, retries=0)
        self._going[future] = batch
        future.add_done_callback(self._finished.put)

    def _next(self) -> "Future[Any]":
        """The next batch that is done. A worker of this machine that died is replaced by its nanny, unless that dies or
        gives up, too; a cluster's own may come back whenever they like."""
        seen = time.monotonic()
        while True:
            with contextlib.suppress(queue.Empty):
                return self._finished.get(timeout=1.0)
            if self.client.cluster is None or self.client.nthreads():
                seen = time.monotonic()
            elif time.monotonic() > seen + GONE:
                raise Deserted

    def _batch(self, todo: deque[Task]) -> list[Task]:
        """The next few: more of short ones, and near the end one each, so that nobody waits for the last batch."""
        fair = len(todo) // (AHEAD * self._crowd())
        number = min(int(BATCH_SECONDS / max(self._seconds, 1e-3)), MOST_BATCHED, fair)
        return [todo.popleft() for _ in range(min(max(number, 1), len(todo)))]

    def _crowd(self) -> int:
        """Threads of all workers, asked for now and then: workers come and go."""
        now = time.monotonic()
        if now - self._looked > 2.0:
            self._threads, self._looked = max(sum(self.client.nthreads().values()), 1), now
        return self._threads

    def _take(self, future: "Future[Any]", total: int) -> None:
        batch = self._going.pop(future)
        try:
            rows, seconds = future.result()
        except KilledWorker as error:
            if not self._alone:  # Dask blames all that waited at those workers: who dies alone is to blame
                self._suspects.extend(batch)
                return
            dead = f"{error.allowed_failures + 1} workers died over it, one after another"
            rows, seconds = [{"id": batch[0]["id"], "error": dead}], 0.0
        finally:
            future.release()
        self._seconds += 0.2 * (seconds / len(batch) - self._seconds)
        rows = self.journal.add([self.settle(row) for row in rows])
        self._done += len(rows)
        self._failed += sum("error" in row for row in rows)
        self._tell(total, rows)

    def _tell(self, total: int, rows: Sequence[Row] = ()) -> None:
        each = (time.perf_counter() - self._begun) / self._done if self._done else None
        left = None if each is None else each * (total - self._done)
        self.watch(Tally(self._done, total, self._failed, self._crowd(), left, rows))


def spread(
    tasks: Sequence[Task],
    work: Work,
    journal: Journal,
    crew: Crew,
    *,
    files: Files | None = None,
    watch: Callable[[Tally], None] = lambda _: None,
    settle: Callable[[Row], Row] = lambda row: row,
) -> list[Row]:
    """Do every task that the journal does not have yet; the rows of all, in their order.

    ``work`` is imported by the workers under its name; what it raises is its row's ``error``, and such a task is tried
    again the next time. ``files``, by their sha256, are brought to every worker (:func:`store`). ``settle`` has what
    else a row brings written before the row is, and leaves it out. Raises
    :class:`CrewError`, ``OSError`` where the journal cannot be written, ``KeyboardInterrupt`` with all that is done in
    the journal.
    """
    idle = 0
    while not all(journal.done(one["id"]) for one in tasks):
        before = len(journal.rows)
        try:
            with hired(crew) as client:
                Spread(client, work, journal, watch, settle).run(tasks, files or {})
            break
        except Deserted:
            idle = 0 if len(journal.rows) > before else idle + 1
            if idle == HIRED:
                raise CrewError(
                    f"workers: all of them ended, {HIRED} times, before anything was done; --workers 1 needs the least "
                    "memory, and what is done is kept"
                ) from None
    return [journal.rows[one["id"]] for one in tasks if one["id"] in journal.rows]


def _batched(work: Work, tasks: Sequence[Task]) -> tuple[list[Row], float]:
    """The rows of some tasks, and the seconds that all took."""
    begun = time.perf_counter()
    rows = []
    for task in tasks:
        try:
            row = work(task)
        except Exception as error:  # a task fails with whatever it stumbles over, and the others go on
            reason = str(error).strip() or type(error).__name__
            row = {"error": f"{type(error).__name__}: {reason}"}
        rows.append({"id": task["id"], **row})
    return rows, time.perf_counter() - begun
