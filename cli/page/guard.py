"""Who may speak to the page: the right name of the host, the page's own origin, and the token where there is one.

A page elsewhere can make a browser send requests here. It cannot make them carry this page's ``Origin``, nor, after
its own name was pointed at this address, another ``Host`` than its own. Every answer says that the browser is to load
nothing from anywhere else.
"""

import hmac
import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?")
SAFE = {"GET", "HEAD"}
SECURITY = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Headers of every answer, unless it has its own."""


def is_loopback(host: str) -> bool:
    """Whether a name or address to bind to is this machine's own and nobody else's."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in. ``names``: hosts by which the page may be called, with those of the loopback; any address in
    numbers too where ``addresses``, as no other page's name can be one. ``token``: what a visitor has to know, none
    where it is empty."""

    names: frozenset[str] = frozenset()
    token: str = ""
    addresses: bool = False

    def knows(self, host: str) -> bool:
        """Whether ``host`` is what this page is called, whatever the port."""
        found = _HOST.fullmatch(host.lower())
        if found is None:
            return False
        name = found[1].strip("[]")
        return name in LOOPBACK | self.names or (self.addresses and _numeric(name))

    def opens(self, given: Iterable[str | None]) -> bool:
        """Whether one of what was given is the token."""
        return not self.token or any(
            one is not None and hmac.compare_digest(one.encode(), self.token.encode()) for one in given
        )


def _numeric(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def cookies_of(headers: Headers) -> Mapping[str, str]:
    """The cookies of a request; none where they make no sense."""
    try:
        return {name: one.value for name, one in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def cookie_name(what: str, headers: Headers) -> str:
    """A name that pages of this machine at other ports do not share: browsers keep cookies by host alone."""
    found = _HOST.fullmatch(headers.get("host", "").lower())
    return f"oedipus_{found[2] if found and found[2] else 'page'}_{what}"


class Guard:
    """The application behind a :class:`Door`."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is refused, hand on the rest, and put the security headers on every answer."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self.refusal(scope)
        if answer is None:
            await self.app(scope, receive, secured)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008, "refused")(scope, receive, send)
        else:
            await answer(scope, receive, secured)

    def refusal(self, scope: Scope) -> Response | None:
        """What is answered instead of the page, None where it is open."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self.door.knows(host):
            return PlainTextResponse(
                "This page is not called so. Begin the server with --name, if it is to be.\n", status_code=421
            )
        changing = scope["type"] == "websocket" or scope["method"] not in SAFE
        if changing and origin is not None and origin.partition("://")[2] != host:
            return PlainTextResponse("Another page may not do this.\n", status_code=403)
        return self._locked(scope, headers)

    def _locked(self, scope: Scope, headers: Headers) -> Response | None:
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        cookie = cookies_of(headers).get(cookie_name("token", headers))
        if self.door.opens([cookie, bearer if scheme.lower() == "bearer" else None]):
            return None
        query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=16) if scope["query_string"] else {}
        if scope["type"] == "http" and scope["path"] == "/" and self.door.opens(query.get("token", [])):
            # The token leaves the address bar, and what is copied from there.
            answer = RedirectResponse("/", status_code=303)
            answer.set_cookie(
                cookie_name("token", headers), self.door.token, httponly=True, samesite="strict", path="/",
                secure=scope.get("scheme") == "https",
            )  # fmt: skip
            return answer
        return PlainTextResponse(
            "A token is needed: open the address that `oedipus serve` has printed.\n", status_code=401
        )
