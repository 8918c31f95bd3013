"""Language servers for many editors in one process, ``python -m oedipus.page.language_worker``.

Each editor has a server of its own, as in :mod:`oedipus.editor.server`, which reads as the page reads
(:mod:`oedipus.page.riddles`). Messages come from the page's server, which lets only some through.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from pygls.workspace import TextDocument

from oedipus.editor.server import RiddleServer, register
from oedipus.page.riddles import Files, read
from oedipus.page.worker import bound, streams
from oedipus.service.reading import Reading

P = ParamSpec("P")
T = TypeVar("T")
WAITING = 8
"""Texts that wait to be compiled and decided; where there are more, it is not done: a later text will be."""


class Shared:
    """One thread that compiles for all editors of a process, and how many wait for it."""

    def __init__(self) -> None:
        self.thread, self.waiting = ThreadPoolExecutor(max_workers=1), 0


class PageServer(RiddleServer):
    """A language server that shares the time to compile with those of other editors."""

    def __init__(self, understand: Callable[[TextDocument], Reading], shared: Shared) -> None:
        super().__init__(understand, shared.thread)
        self.shared = shared

    async def beside(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """As :meth:`RiddleServer.beside`, unless too many wait."""
        if self.shared.waiting >= WAITING:
            return None
        self.shared.waiting += 1
        try:
            return await super().beside(work, *arguments, **named)
        finally:
            self.shared.waiting -= 1

    def again(self) -> None:
        """Read every open document anew: other pictures are there."""
        for uri in list(self.workspace.text_documents):
            self.forget(uri)
            self.publish(uri)


class Writer:
    """Where a server's messages go: to its editor, by the number of the connection."""

    def __init__(self, connection: int, tell: Callable[[dict[str, Any]], None]) -> None:
        self.connection, self.tell = connection, tell

    def write(self, data: bytes) -> None:
        """One message, without headers."""
        self.tell({"to": self.connection, "message": data.decode()})

    def close(self) -> None:
        """Nothing is held."""


class Editors:
    """The servers of all editors, by the number of their connection."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self.tell = tell
        self.servers: dict[int, PageServer] = {}
        self.files: dict[int, Files] = {}
        self.shared = Shared()

    def take(self, told: dict[str, Any]) -> None:
        """Act on a message of the page's server."""
        match told:
            case {"open": int(connection)}:
                self.files[connection] = Files.of(told)
                if connection in self.servers:
                    self.servers[connection].again()
                else:
                    self.servers[connection] = self._server(connection)
            case {"close": int(connection)}:
                self.servers.pop(connection, None)
                self.files.pop(connection, None)
            case {"from": int(connection), "message": str(message)} if connection in self.servers:
                protocol = self.servers[connection].protocol
                protocol.handle_message(json.loads(message, object_hook=protocol.structure_message))
            case {"ping": int(number)}:
                self.tell({"pong": number})

    def _server(self, connection: int) -> PageServer:
        def understand(document: TextDocument) -> Reading:
            return read(document.source, self.files[connection])

        server = PageServer(understand, self.shared)
        register(server)
        server.protocol.set_writer(Writer(connection, self.tell), include_headers=False)
        return server


async def serve(memory: int) -> None:
    """Serve until the page's server is gone."""
    source, sink = streams()
    loop = asyncio.get_running_loop()

    def tell(told: dict[str, Any]) -> None:
        sink.write(json.dumps(told).encode() + b"\n")
        sink.flush()

    editors = Editors(tell)
    if memory:
        bound(memory)
    tell({"event": "ready"})
    while line := await loop.run_in_executor(None, source.readline):
        try:
            editors.take(json.loads(line))
        except Exception:
            logging.exception("a message could not be handled")
    os._exit(0)


def main(settings: Any) -> None:
    """Serve one group of editors."""
    logging.basicConfig(level=logging.ERROR)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(serve(settings["memory"]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
