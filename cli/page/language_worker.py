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
from pathlib import Path
from typing import Any

from pygls.workspace import TextDocument

from oedipus.editor.features import Reading
from oedipus.editor.server import RiddleServer, build
from oedipus.page.riddles import Files, read
from oedipus.page.worker import bound, streams


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
        self.servers: dict[int, RiddleServer] = {}
        self.files: dict[int, Files] = {}
        self.compiler = ThreadPoolExecutor(max_workers=1)

    def take(self, told: dict[str, Any]) -> None:
        """Act on a message of the page's server."""
        match told:
            case {"open": int(connection), "folder": str(folder), "names": list(names)}:
                self.files[connection] = Files(Path(folder), frozenset(names))
                if connection not in self.servers:
                    self.servers[connection] = self._server(connection)
            case {"close": int(connection)}:
                self.servers.pop(connection, None)
                self.files.pop(connection, None)
            case {"from": int(connection), "message": str(message)} if connection in self.servers:
                protocol = self.servers[connection].protocol
                protocol.handle_message(json.loads(message, object_hook=protocol.structure_message))
            case {"ping": int(number)}:
                self.tell({"pong": number})

    def _server(self, connection: int) -> RiddleServer:
        def understand(document: TextDocument) -> Reading:
            return read(document.source, self.files[connection])

        server = build(understand, self.compiler)
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
