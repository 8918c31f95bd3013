"""Who is let in: hosts, origins, tokens; and what every answer tells the browser."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from oedipus.page.guard import Door, Guard, is_loopback

TOKEN = "a-token-of-enough-letters"


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


async def socket(connection: WebSocket) -> None:
    await connection.accept()
    await connection.send_text("hello")
    await connection.close()


def client(door: Door, base: str = "http://localhost:8088") -> TestClient:
    routes = [Route("/", hello, methods=["GET", "POST"]), WebSocketRoute("/socket", socket)]
    app = Starlette(routes=routes, middleware=[Middleware(Guard, door=door)])
    return TestClient(app, base_url=base, follow_redirects=False)


@pytest.mark.parametrize("host", ["localhost", "localhost:8088", "127.0.0.1:8088", "[::1]:8088", "LOCALHOST"])
def test_the_loopback_has_its_names(host: str) -> None:
    assert client(Door()).get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8088", "localhost.evil.example", "10.0.0.1", "", "a b", "localhost:99:1"]
)
def test_another_name_is_a_rebinding(host: str) -> None:
    assert client(Door()).get("/", headers={"host": host}).status_code == 421


def test_names_and_addresses_that_were_allowed() -> None:
    door = Door(frozenset({"riddles.example"}), addresses=True)
    for host, status in (("riddles.example", 200), ("10.1.2.3:80", 200), ("[fe80::1]", 200), ("other.example", 421)):
        assert client(door).get("/", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://localhost:8088", 200), ("http://evil.example", 403), ("null", 403), ("http://localhost:9", 403)],
)
def test_only_the_page_itself_may_change_something(origin: str, status: int) -> None:
    assert client(Door()).post("/", headers={"origin": origin}).status_code == status


def test_only_the_page_itself_may_open_a_socket() -> None:
    with client(Door()).websocket_connect(
        "ws://localhost:8088/socket", headers={"origin": "http://localhost:8088"}
    ) as mine:
        assert mine.receive_text() == "hello"
    for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
        with (
            pytest.raises(WebSocketDisconnect),
            client(Door()).websocket_connect("ws://localhost:8088/socket", headers=headers) as other,
        ):
            other.receive_text()


def test_a_token_is_asked_for_and_leaves_the_address() -> None:
    there = client(Door(token=TOKEN))
    assert there.get("/").status_code == 401
    assert there.get("/?token=wrong").status_code == 401
    assert there.get("/", headers={"authorization": f"Bearer {TOKEN}x"}).status_code == 401
    assert there.get("/", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    with pytest.raises(WebSocketDisconnect), there.websocket_connect("ws://localhost:8088/socket") as one:
        one.receive_text()
    moved = there.get(f"/?token={TOKEN}")
    assert (moved.status_code, moved.headers["location"]) == (303, "/")
    cookie = moved.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert there.get("/").status_code == 200
    with there.websocket_connect("ws://localhost:8088/socket") as one:
        assert one.receive_text() == "hello"


def test_every_answer_is_locked_down() -> None:
    for answer in (client(Door()).get("/"), client(Door()).get("/", headers={"host": "evil.example"})):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("host", "is_own"), [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
                         ("0.0.0.0", False), ("::", False), ("192.168.1.2", False), ("example.org", False)]
)  # fmt: skip
def test_what_needs_a_token(host: str, is_own: bool) -> None:
    assert is_loopback(host) is is_own
