"""A process that the server can speak to and can kill: JSON objects, a line each, on its standard streams."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from typing import Any

LONGEST = 64 << 20
"""Bytes of the longest line that is read: what a solve tells of its pictures."""


class Gone(Exception):  # noqa: N818 - an outcome; whoever asked begins another
    """The process has ended."""


class Child:
    """A running process. ``receive`` and ``send`` raise :class:`Gone` once it has ended."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self._to, self._from = process, process.stdin, process.stdout

    @classmethod
    async def begin(cls, module: str, settings: dict[str, Any]) -> "Child":
        """Start ``python -m module`` and wait until it says that it is ready. Raises :class:`Gone`."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, json.dumps(settings), stdin=PIPE, stdout=PIPE, limit=LONGEST
        )
        child = cls(process)
        try:
            await child.receive()
        except BaseException:
            child.kill()
            raise
        return child

    async def send(self, message: dict[str, Any]) -> None:
        """Hand a message over; waits while the process has no room for it."""
        if self.process.returncode is not None or self._to.is_closing():
            raise Gone
        try:
            self._to.write(json.dumps(message).encode() + b"\n")
            await self._to.drain()
        except (ConnectionError, RuntimeError) as error:
            raise Gone from error

    async def receive(self) -> dict[str, Any]:
        """The next message."""
        line = await self._from.readline()
        if not line.endswith(b"\n"):
            raise Gone
        message: dict[str, Any] = json.loads(line)
        return message

    def kill(self) -> None:
        """End the process now."""
        with suppress(ProcessLookupError):
            self.process.kill()

    async def end(self) -> None:
        """Kill it and wait until the system has let go of it."""
        self.kill()
        self._to.close()
        await self.process.wait()
