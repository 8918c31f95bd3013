"""The page over HTTP: uvicorn on a socket that is open already."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from oedipus.page.limits import Limits

PATIENCE = 2
"""Seconds that open connections have to end when the server does."""
SPARE = 256
"""Connections beside those of the editors."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.announce()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises ``OSError``."""
    family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, number)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except BaseException:
        bound.close()
        raise
    return bound


def run(app: Starlette, bound: socket.socket, limits: Limits, announce: Callable[[], None]) -> None:
    """Serve until Ctrl-C; ``announce`` once requests are answered."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, ws="websockets-sansio",
        ws_max_size=limits.message_bytes, limit_concurrency=limits.connections + SPARE, timeout_keep_alive=20,
        timeout_graceful_shutdown=PATIENCE,
    )  # fmt: skip
    _Server(config, announce).run(sockets=[bound])
