"""``oedipus serve``: the page, on this machine alone unless it is told otherwise."""

import secrets
import socket
import sys
import webbrowser
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from oedipus.page.limits import Limits

if TYPE_CHECKING:
    from oedipus.page.guard import Door

PORT = 8088
MIN_TOKEN = 16
EVERYWHERE = ("0.0.0.0", "::")
_OF = Limits()


def _limit(name: str, said: str) -> Any:
    return typer.Option(f"--{name}", help=said, rich_help_panel=None, show_default=True)


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen at; others than the loopback need a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any that is free.")] = PORT,
    name: Annotated[
        Optional[list[str]], typer.Option(help="A name by which the page may be called; repeatable.")  # noqa: UP045
    ] = None,
    token: Annotated[
        Optional[str], typer.Option(envvar="OEDIPUS_TOKEN", help="What visitors have to know; random unless given.")  # noqa: UP045
    ] = None,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Show the page in a browser.")] = False,
    text: Annotated[int, _limit("text", "Characters of a riddle.")] = _OF.text,
    seconds: Annotated[float, _limit("seconds", "Seconds of a solve.")] = _OF.seconds,
    answer_seconds: Annotated[float, _limit("answer-seconds", "Seconds of a verdict.")] = _OF.answer_seconds,
    memory: Annotated[int, _limit("memory", "Megabytes of a process that solves or reads.")] = _OF.memory,
    solvers: Annotated[int, _limit("solvers", "Solves at a time.")] = _OF.solvers,
    waiting: Annotated[int, _limit("waiting", "Solves that may wait.")] = _OF.waiting,
    own: Annotated[int, _limit("own", "Solves of one visitor, running and waiting.")] = _OF.own,
    readers: Annotated[int, _limit("readers", "Processes that read while riddles are typed.")] = _OF.readers,
    connections: Annotated[int, _limit("connections", "Editors that are open.")] = _OF.connections,
    editors: Annotated[int, _limit("editors", "Editors of one visitor.")] = _OF.editors,
    uploads: Annotated[int, _limit("uploads", "Uploaded pictures of one visitor.")] = _OF.uploads,
    upload_megabytes: Annotated[int, _limit("upload-megabytes", "Megabytes of one.")] = _OF.upload_megabytes,
    disk: Annotated[int, _limit("disk", "Megabytes of all.")] = _OF.disk,
    words: Annotated[int, _limit("words", "Words that a visitor can teach.")] = _OF.words,
    kept: Annotated[int, _limit("kept", "Solves whose result can still be fetched.")] = _OF.kept,
    visitors: Annotated[int, _limit("visitors", "Visitors that are remembered.")] = _OF.visitors,
) -> None:
    """Serve the page: write riddles in a browser and see them solved (docs/page.md)."""
    from oedipus.service.doctor import EXTRA
    from oedipus.shell.common import Exit, fail

    try:
        limits = Limits(
            text=text, seconds=seconds, answer_seconds=answer_seconds, memory=memory, solvers=solvers,
            waiting=waiting, own=own, readers=readers, connections=connections, editors=editors, uploads=uploads,
            upload_megabytes=upload_megabytes, disk=disk, words=words, kept=kept, visitors=visitors,
        )  # fmt: skip
    except ValueError as error:
        fail(str(error), Exit.USAGE)
    try:
        from oedipus.page.app import build
        from oedipus.page.guard import is_loopback
        from oedipus.page.server import listening, run
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn", "websockets", "anyio", "pygls", "lsprotocol"):
            raise
        fail(f"the page needs starlette, uvicorn, websockets and pygls: {EXTRA['starlette']}", Exit.USAGE)
    if token is not None and len(token) < MIN_TOKEN:
        fail(f"token: one of fewer than {MIN_TOKEN} characters can be guessed", Exit.USAGE)
    try:
        bound = listening(host, port)
    except OSError as error:
        fail(f"cannot listen at {host} port {port}: {error.strerror or error}", Exit.USAGE)
    # A name of its own is for visitors from elsewhere, by a proxy perhaps.
    secret = token or ("" if is_loopback(host) and not name else secrets.token_urlsafe(24))
    with bound:
        run(
            build(limits, _door(host, name or [], secret)), bound, limits, lambda: _announce(bound, host, secret, open_)
        )


def _door(host: str, names: list[str], token: str) -> "Door":
    from oedipus.page.guard import Door, is_loopback

    known = frozenset(one.lower().strip("[]") for one in [*names, host, *([socket.gethostname()] if token else [])])
    return Door(known, token, addresses=not is_loopback(host))


def _announce(bound: socket.socket, host: str, token: str, open_: bool) -> None:
    """Say where the page is, once it is there."""
    port = bound.getsockname()[1]
    shown = socket.gethostname() if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}/" + (f"?token={token}" if token else "")
    print(f"The page is at {address} (Ctrl-C ends it)", flush=True)
    if token:
        print("Whoever has this address can solve riddles here; what is sent is not encrypted.", file=sys.stderr)
    if open_:
        webbrowser.open(address)
