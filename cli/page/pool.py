"""Worker processes that do one task at a time each; a task that outstays its time, or is not wanted, is ended."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

from oedipus.page.child import Child, Gone

Told: TypeAlias = dict[str, Any]
Tell: TypeAlias = Callable[[Told], None]
WORKER = "oedipus.page.worker"
POLITE = 0.4
"""Seconds that a cancelled task has to end by itself, so that its process, with its networks, can be kept."""
GRACE = 10.0
"""Seconds that a stopped task has to tell what it found until then."""
TROUBLE = 5.0
"""Seconds until a process that could not be started is tried again."""


class Busy(Exception):  # noqa: N818 - an outcome, told with status 503
    """As many tasks wait as may."""


class Ticket:
    """A task in a pool: waiting until ``worker`` is set, ended when ``ended`` holds what it ended with."""

    def __init__(self, message: Told, tell: Tell, seconds: float) -> None:
        self.message, self.tell, self.seconds = message, tell, seconds
        self.ended: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self.cancelled = asyncio.Event()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.ended.done()

    def end(self, told: Told) -> None:
        """Note what it ended with, once."""
        if not self.ended.done():
            self.ended.set_result(told)


class Pool:
    """``size`` processes and a queue of at most ``waiting`` tasks before them."""

    def __init__(self, size: int, waiting: int, *, memory: int, torch: bool) -> None:
        self.size, self.waiting = size, waiting
        self.settings = {"memory": memory, "torch": torch}
        self.queue: list[Ticket] = []
        self.running: set[Ticket] = set()
        self._more = asyncio.Condition()
        self._loops: list[asyncio.Task[None]] = []
        self.ready = asyncio.Event()

    def begin(self) -> None:
        """Start the processes; tasks may be submitted at once."""
        self._loops = [asyncio.create_task(self._serve()) for _ in range(self.size)]

    async def close(self) -> None:
        """End everything."""
        for ticket in [*self.queue, *self.running]:
            ticket.end({"event": "cancelled"})
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)

    async def submit(self, message: Told, tell: Tell, seconds: float) -> Ticket:
        """Queue a task that may run for ``seconds``. Raises :class:`Busy`."""
        if len(self.queue) >= self.waiting:
            raise Busy
        ticket = Ticket(message, tell, seconds)
        async with self._more:
            self.queue.append(ticket)
            self._tell_places()
            self._more.notify()
        return ticket

    async def ask(self, message: Told, seconds: float) -> Told:
        """What a task ends with. Raises :class:`Busy`."""
        ticket = await self.submit(message, lambda _: None, seconds)
        try:
            return await asyncio.shield(ticket.ended)
        except asyncio.CancelledError:
            self.cancel(ticket)
            raise

    def cancel(self, ticket: Ticket) -> None:
        """End a task: at once while it waits, within about half a second while it runs."""
        if ticket in self.queue:
            self.queue.remove(ticket)
            ticket.end({"event": "cancelled"})
            self._tell_places()
        ticket.cancelled.set()

    def _tell_places(self) -> None:
        for place, ticket in enumerate(self.queue, 1):
            ticket.tell({"event": "waiting", "place": place})

    async def _next(self) -> Ticket:
        async with self._more:
            await self._more.wait_for(lambda: self.queue)
            ticket = self.queue.pop(0)
            self.running.add(ticket)
            self._tell_places()
            return ticket

    async def _serve(self) -> None:
        """One process after the other, each for as many tasks as it lives."""
        while True:
            try:
                child = await Child.begin(WORKER, self.settings)
            except Gone:
                await asyncio.sleep(TROUBLE)
                continue
            self.ready.set()
            try:
                while await self._do(child, await self._next()):
                    pass
            finally:
                await child.end()

    async def _do(self, child: Child, ticket: Ticket) -> bool:
        """Let a process do a task; whether it can do another one."""
        work = asyncio.create_task(self._listen(child, ticket))
        unwanted = asyncio.create_task(ticket.cancelled.wait())
        try:
            await child.send(ticket.message)
            await asyncio.wait({work, unwanted}, timeout=ticket.seconds, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                await self._ended(child, ticket, work)
            if not work.done():
                told = {"event": "failed", "message": f"this was not done within {ticket.seconds:g} seconds"}
                ticket.end({"event": "cancelled"} if ticket.cancelled.is_set() else told)
                return False
            work.result()
            return True
        except Gone:
            ticket.end({"event": "failed", "message": "the process ended; perhaps it needed more memory than it had"})
            return False
        finally:
            self.running.discard(ticket)
            for one in (work, unwanted):
                one.cancel()
                with suppress(asyncio.CancelledError, Gone):
                    await one

    async def _ended(self, child: Child, ticket: Ticket, work: "asyncio.Task[None]") -> None:
        """Ask a task to end, and give it a moment to do so."""
        if not ticket.cancelled.is_set():
            await child.send({"do": "stop"})
            unwanted = asyncio.create_task(ticket.cancelled.wait())
            await asyncio.wait({work, unwanted}, timeout=GRACE, return_when=asyncio.FIRST_COMPLETED)
            unwanted.cancel()
        if ticket.cancelled.is_set() and not work.done():
            await child.send({"do": "cancel"})
            await asyncio.wait({work}, timeout=POLITE)

    async def _listen(self, child: Child, ticket: Ticket) -> None:
        while True:
            told = await child.receive()
            if told.pop("last", False):
                ticket.end(told)
                return
            ticket.tell(told)
