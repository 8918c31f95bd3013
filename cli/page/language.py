"""Editors' websockets: one language server for each, in processes beside the page's server.

What an editor sends is looked at before it is handed on: whole JSON objects, of the methods that the page's editor
uses, about the page's one document. A server would otherwise read any file that a message names, and end its process
when it is told to exit.
"""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from oedipus.page.child import Child, Gone
from oedipus.page.limits import Limits
from oedipus.page.visitors import Visitor

URI = "riddle://page/riddle.riddle"
"""The one document there is."""
METHODS = {
    "initialize", "initialized", "shutdown", "$/cancelRequest", "textDocument/didOpen", "textDocument/didChange",
    "textDocument/didSave", "textDocument/didClose", "textDocument/hover", "textDocument/completion",
    "textDocument/formatting", "textDocument/codeAction",
}  # fmt: skip
WORKER = "oedipus.page.language_worker"
TOO_BIG, POLICY, AGAIN = 1009, 1008, 1013
"""Status codes of a websocket's end (RFC 6455): a message too big, one that is not allowed, come again later."""
PULSE, STALLED = 2.0, 12.0
"""Seconds between two questions whether a process still answers, and until one that does not is ended."""
UNREAD = 256
"""Messages that wait for a slow editor before it is let go."""


class Refused(Exception):  # noqa: N818 - an outcome; the connection ends with it
    """A message that is not handed on."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def admitted(text: str, limits: Limits) -> str | None:
    """The message as it is handed on, None for one that is left out. Raises :class:`Refused`."""
    if len(text) > limits.message_bytes:
        raise Refused(TOO_BIG, f"a riddle has at most {limits.text:,} characters here")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(POLICY, "a message is JSON") from None
    if not isinstance(message, dict) or message.get("method") not in METHODS:
        if isinstance(message, dict) and "method" not in message:
            return None  # the answer to a question, of which the server has none
        raise Refused(POLICY, "no method of this editor")
    params = message.get("params")
    if message["method"] == "initialize":
        given = params.get("capabilities", {}) if isinstance(params, dict) else {}
        return json.dumps({**message, "params": {"processId": None, "rootUri": None, "capabilities": given}})
    document = params.get("textDocument") if isinstance(params, dict) else None
    if message["method"].startswith("textDocument/"):
        if not isinstance(document, dict) or document.get("uri") != URI:
            raise Refused(POLICY, "no document of this editor")
        if max(map(len, _texts(params or {})), default=0) > limits.text:
            raise Refused(TOO_BIG, f"a riddle has at most {limits.text:,} characters here")
    return text


def _texts(params: dict[str, Any]) -> list[str]:
    changes = params.get("contentChanges")
    parts = [params.get("textDocument"), *(changes if isinstance(changes, list) else [])]
    return [one["text"] for one in parts if isinstance(one, dict) and isinstance(one.get("text"), str)]


@dataclass(eq=False)
class Reader:
    """A process with language servers, and what it has to say to each editor, None where it is over."""

    child: Child
    editors: dict[int, "asyncio.Queue[str | None]"] = field(default_factory=dict)
    heard: float = field(default_factory=time.monotonic)
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)


class Language:
    """Processes with language servers, and the editors that they serve."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.readers: list[Reader] = []
        self.connections = 0
        self._last = 0
        self._starting = asyncio.Lock()
        self._of: dict[str, set[tuple[Reader, int]]] = {}

    async def begin(self) -> None:
        """Start the processes before the first editor comes."""
        with suppress(Gone):
            await self._reader()

    async def close(self) -> None:
        """End every process."""
        for reader in list(self.readers):
            await self._end(reader)

    async def _reader(self) -> Reader:
        """The process with the fewest editors. Raises :class:`Gone` where none can be started."""
        async with self._starting:
            while len(self.readers) < self.limits.readers:
                child = await Child.begin(WORKER, {"memory": self.limits.memory})
                reader = Reader(child)
                reader.tasks = [asyncio.create_task(one) for one in (self._listen(reader), self._watch(reader))]
                self.readers.append(reader)
        return min(self.readers, key=lambda one: len(one.editors))

    async def _listen(self, reader: Reader) -> None:
        """Hand on what a process says."""
        with suppress(Gone):
            while True:
                told = await reader.child.receive()
                reader.heard = time.monotonic()
                if (queue := reader.editors.get(told.get("to", 0))) is not None:
                    _hand(queue, told["message"])
        await self._end(reader)

    async def _watch(self, reader: Reader) -> None:
        """End a process that is stuck with somebody's text: all others would wait for it too.

        One that has much to do is heard of all the while, though its answer to a ping takes long.
        """
        while time.monotonic() - reader.heard < STALLED:
            # Not awaited for long: a process that is stuck takes nothing more.
            with suppress(Gone, TimeoutError):
                await asyncio.wait_for(reader.child.send({"ping": 0}), PULSE)
            await asyncio.sleep(PULSE)
        reader.child.kill()

    async def _end(self, reader: Reader) -> None:
        if reader in self.readers:
            self.readers.remove(reader)
            for queue in reader.editors.values():
                _hand(queue, None)
            for task in reader.tasks:
                if task is not asyncio.current_task():
                    task.cancel()
            await reader.child.end()

    async def changed(self, visitor: Visitor) -> None:
        """Tell a visitor's servers of the pictures and words there are now."""
        for reader, number in list(self._of.get(visitor.key, ())):
            with suppress(Gone):
                await reader.child.send(_opening(number, visitor))

    async def serve(self, socket: WebSocket, visitor: Visitor) -> None:
        """Serve one editor until it leaves."""
        mine = self._of.setdefault(visitor.key, set())
        if self.connections >= self.limits.connections or len(mine) >= self.limits.editors:
            await socket.close(AGAIN, "too many editors are open")
            return
        self.connections += 1
        self._last += 1
        number = self._last
        place: tuple[Reader, int] | None = None
        try:
            reader = await self._reader()
            place = reader, number
            mine.add(place)
            queue = reader.editors[number] = asyncio.Queue(UNREAD)
            await reader.child.send(_opening(number, visitor))
            await self._relay(socket, reader, number, queue)
        except Gone:
            await _close(socket, AGAIN, "the language server begins anew")
        finally:
            self.connections -= 1
            if place is not None:
                mine.discard(place)
                place[0].editors.pop(number, None)
                with suppress(Gone):
                    await place[0].child.send({"close": number})
            if not mine:
                self._of.pop(visitor.key, None)

    async def _relay(self, socket: WebSocket, reader: Reader, number: int, queue: "asyncio.Queue[str | None]") -> None:
        """Messages both ways. Raises :class:`Gone`."""
        back = asyncio.create_task(_back(socket, queue))
        forth = asyncio.create_task(self._forth(socket, reader, number))
        try:
            await asyncio.wait({back, forth}, return_when=asyncio.FIRST_COMPLETED)
            for one in (forth, back):
                if one.done():
                    one.result()
        except Refused as refused:
            await _close(socket, refused.code, refused.reason)
        except WebSocketDisconnect:
            pass
        finally:
            for one in (back, forth):
                one.cancel()
                with suppress(asyncio.CancelledError, Gone, Refused, WebSocketDisconnect, RuntimeError):
                    await one

    async def _forth(self, socket: WebSocket, reader: Reader, number: int) -> None:
        while True:
            try:
                text = await socket.receive_text()
            except KeyError:
                raise Refused(POLICY, "messages are text") from None
            if (message := admitted(text, self.limits)) is not None:
                await reader.child.send({"from": number, "message": message})


async def _back(socket: WebSocket, queue: "asyncio.Queue[str | None]") -> None:
    while (message := await queue.get()) is not None:
        await socket.send_text(message)
    raise Gone


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code, reason)


def _opening(number: int, visitor: Visitor) -> dict[str, Any]:
    return {"open": number, **visitor.files.message}


def _hand(queue: "asyncio.Queue[str | None]", message: str | None) -> None:
    """Put a message into a queue; an editor that reads nothing any more loses all of them and its connection."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        message = None
    queue.put_nowait(message)
