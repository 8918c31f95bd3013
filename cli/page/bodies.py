"""What requests have in common: bodies of a bounded size, and what is answered where one makes no sense."""

import json
from contextlib import suppress
from typing import Any

from starlette.requests import Request


class Failure(Exception):  # noqa: N818 - an answer
    """What is answered instead: a status and what to say."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def sentence(words: object) -> str:
    """Words with a capital at their beginning."""
    text = str(words)
    return f"{text[:1].upper()}{text[1:]}"


async def body_of(request: Request, limit: int, message: str) -> bytes:
    """The body, of which never more is read than ``limit`` bytes. Raises :class:`Failure`."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > limit:
            raise Failure(413, message)
    return bytes(content)


async def object_of(request: Request, limit: int, message: str) -> dict[str, Any]:
    """The JSON object in a body, an empty one where there is none. Raises :class:`Failure` for one too large."""
    content = await body_of(request, limit, message)
    with suppress(ValueError, RecursionError):
        given = json.loads(content)
        if isinstance(given, dict):
            return given
    return {}
