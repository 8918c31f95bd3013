"""Solves and lessons: their queue, what is told to whoever listens, and results until they are forgotten."""

import asyncio
import secrets
import shutil
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from oedipus.page.limits import Limits
from oedipus.page.pool import Busy, Pool, Ticket
from oedipus.page.visitors import Visitor

LEFT_ALONE = 20.0
"""Seconds without a listener after which a solve is cancelled: its page was closed."""
PULSE = 15.0
"""Seconds without news after which a listener hears that there are none, so that proxies keep the connection."""
LISTENERS = 4
"""Listeners of one solve at most."""
ENDS = {"stored", "taught", "unsatisfiable", "wrong", "failed", "cancelled"}


@dataclass(eq=False)
class Job:
    """A solve or a lesson of a visitor: its events, the last of which is one of ``ENDS``, and where its files go."""

    key: str
    owner: str
    out: Path
    ticket: Ticket | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    listeners: int = 0
    over: bool = False

    def tell(self, told: dict[str, Any]) -> None:
        """Note an event. Places in the queue and pictures on the way are of interest only until the next."""
        if self.events and told["event"] == self.events[-1]["event"] == "waiting":
            self.events.pop()
        elif told["event"] == "progress":
            for before in self.events[-2:]:
                before.pop("pictures", None)
        self.events.append(told | {"number": self.events[-1]["number"] + 1 if self.events else 1})
        self.over = told["event"] in ENDS
        self.changed.set()
        self.changed = asyncio.Event()


Learned: TypeAlias = Callable[[Job, dict[str, Any]], Awaitable[dict[str, Any]]]
"""What becomes of a word that was learned; what is told of it."""


class Jobs:
    """The solves of all visitors. Results of the oldest are forgotten first."""

    def __init__(self, root: Path, limits: Limits, learned: "Learned") -> None:
        self.root, self.limits, self.learned = root, limits, learned
        self.pool = Pool(limits.solvers, limits.waiting, memory=limits.memory, torch=True)
        self.known: OrderedDict[str, Job] = OrderedDict()
        self._watching: set[asyncio.Task[None]] = set()

    def find(self, key: str, visitor: Visitor) -> Job | None:
        """A visitor's solve; nobody finds another's."""
        job = self.known.get(key)
        return job if job is not None and job.owner == visitor.key else None

    async def begin(self, visitor: Visitor, do: str, text: str, options: dict[str, Any]) -> Job:
        """Queue a solve, or a lesson. Raises :class:`Busy`."""
        if sum(one.owner == visitor.key and not one.over for one in self.known.values()) >= self.limits.own:
            raise Busy(f"{self.limits.own} of your solves are not over yet; cancel one, or wait")
        self._forget()
        key = secrets.token_urlsafe(18)
        job = Job(key, visitor.key, self.root / key)
        job.out.mkdir(parents=True)
        message = {"do": do, "text": text, **visitor.files.message, "out": str(job.out), "options": options}
        try:
            job.ticket = await self.pool.submit(message, job.tell, self.limits.seconds)
        except Busy:
            job.out.rmdir()
            raise Busy("many riddles wait to be solved here; try again in a minute") from None
        self.known[key] = job
        for work in (self._end(job, job.ticket), self._look_after(job)):
            task = asyncio.create_task(work)
            self._watching.add(task)
            task.add_done_callback(self._watching.discard)
        return job

    def cancel(self, job: Job) -> None:
        """End a solve."""
        if job.ticket is not None:
            self.pool.cancel(job.ticket)

    async def listen(self, job: Job, after: int) -> AsyncIterator[dict[str, Any] | None]:
        """The events with numbers above ``after``, to the last one; None where nothing happened for a while."""
        job.listeners += 1
        try:
            while True:
                changed = job.changed
                for told in [one for one in job.events if one["number"] > after]:
                    after = told["number"]
                    yield told
                if job.over:
                    return
                if job.changed is changed:
                    try:
                        await asyncio.wait_for(changed.wait(), PULSE)
                    except TimeoutError:
                        yield None
        finally:
            job.listeners -= 1

    async def close(self) -> None:
        """End every solve."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        await self.pool.close()

    async def _end(self, job: Job, ticket: Ticket) -> None:
        told = await ticket.ended
        if told["event"] == "taught":
            told = await self.learned(job, told)
        if told["event"] != "stored":
            shutil.rmtree(job.out, ignore_errors=True)
        job.tell(told)

    async def _look_after(self, job: Job) -> None:
        """Cancel a solve that nobody listens to."""
        alone = 0.0
        while not job.over and alone < LEFT_ALONE:
            changed = job.changed
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), 1.0)
                await asyncio.sleep(1.0)
            alone = 0.0 if job.listeners else alone + 1.0
        if not job.over:
            self.cancel(job)

    def _forget(self) -> None:
        over = [key for key, job in self.known.items() if job.over]
        for key in over[: max(0, len(over) - self.limits.kept + 1)]:
            shutil.rmtree(self.known.pop(key).out, ignore_errors=True)
