"""The page's server as a browser meets it: solving, asking, uploading, refusing, and the editor's websocket."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from oedipus.page.app import build
from oedipus.page.language import URI, admitted
from oedipus.page.language import Refused as RefusedMessage
from oedipus.page.limits import Limits

TINY = "digits a, b\na = b + 7\nb is odd"
LONG = "digits a, b, c\na + b = c\nsolve by hmc, draws 100000"
OPTIONS = {"tabSize": 4, "insertSpaces": True}
LIMITS = Limits(solvers=1, waiting=1, own=2, readers=1, text=2_000, uploads=2, upload_megabytes=1, editors=2)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(build(LIMITS), base_url="http://localhost:8088") as there:
        there.get("/")
        yield there


@pytest.fixture
def stranger(client: TestClient) -> TestClient:
    """Another browser at the same server."""
    other = TestClient(client.app, base_url="http://localhost:8088")
    other.portal = client.portal
    other.get("/")
    return other


def begin(client: TestClient, text: str, **more: Any) -> str:
    answer = client.post("/api/solves", json={"text": text, **more})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["key"])


def events(client: TestClient, key: str, after: int = 0) -> Iterator[dict[str, Any]]:
    headers = {"last-event-id": str(after)}
    with client.stream("GET", f"/api/solves/{key}/events", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def test_a_tiny_solve(client: TestClient, stranger: TestClient) -> None:
    key = begin(client, TINY)
    told = list(events(client, key))
    names = [one["event"] for one in told]
    assert names[0] == "waiting"
    assert names[-2:] == ["result", "stored"]
    assert names.count("progress") >= 1
    result = told[-2]
    assert result["answer"] == {"a": 8, "b": 1}
    assert result["satisfied"] is True
    drawn = [one for one in told if one["event"] == "progress" and one.get("pictures")]
    assert drawn[-1]["pictures"][0]["samples"][0].startswith("data:image/png;base64,")
    assert list(events(client, key, after=told[-2]["number"])) == told[-1:], "what was missed, and no more"
    packed = zipfile.ZipFile(io.BytesIO(client.get(f"/api/solves/{key}/oedipus.zip").content))
    assert {"oedipus/result.json", "oedipus/solution.png", "oedipus/report.html"} <= set(packed.namelist())
    assert packed.read("oedipus/riddle.riddle").decode() == TINY
    report = client.get(f"/api/solves/{key}/report.html")
    assert "sandbox" in report.headers["content-security-policy"]
    for path in ("events", "oedipus.zip", "report.html"):
        assert stranger.get(f"/api/solves/{key}/{path}").status_code == 404, "results are their owner's"
    assert stranger.delete(f"/api/solves/{key}").status_code == 404


def test_cancel_ends_within_a_second_and_bounds_hold(client: TestClient, stranger: TestClient) -> None:
    key = begin(client, LONG)
    listening = events(client, key)
    assert any(one["event"] == "progress" for one in listening)
    waits = begin(client, TINY)
    third = client.post("/api/solves", json={"text": TINY})
    assert third.status_code == 503, "two of one visitor's"
    assert "cancel one" in third.json()["message"]
    full = stranger.post("/api/solves", json={"text": TINY})
    assert full.status_code == 503, "the queue holds one"
    assert "retry-after" in full.headers
    assert client.delete(f"/api/solves/{waits}").status_code == 202
    assert [one["event"] for one in events(client, waits)][-1] == "cancelled"
    began = time.monotonic()
    assert client.delete(f"/api/solves/{key}").status_code == 202
    assert [one["event"] for one in events(client, key)][-1] == "cancelled"
    assert time.monotonic() - began < 1
    assert client.get(f"/api/solves/{key}/oedipus.zip").status_code == 404


def test_what_cannot_be_solved_says_so(client: TestClient) -> None:
    *_, last = events(client, begin(client, "digits a, b\nI. a = b + 7\nII. b > 5"))
    assert last["event"] == "unsatisfiable"
    assert {one["clause"] for one in last["core"]} == {"I", "II"}
    *_, last = events(client, begin(client, 'digit a\nuse "/etc"\na is odd'))
    assert last["event"] == "wrong"
    assert last["diagnostics"][0]["code"] == "E507"


@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("verdict", TINY, {"verdict": "unique", "solutions": [{"a": 8, "b": 1}]}),
        ("why", TINY, {"end": "So a = 8, b = 1."}),
        ("explain", TINY, {"core": "digits a, b\na = b + 7\nodd(b)\n"}),
    ],
)
def test_questions(client: TestClient, what: str, text: str, expected: dict[str, Any]) -> None:
    said = client.post(f"/api/ask/{what}", json={"text": text}).json()
    assert {name: said[name] for name in expected} == expected


def test_bodies_are_bounded_and_looked_at(client: TestClient) -> None:
    for body, status in (
        (b"{", 422), (b"[1]", 422), (b'{"text": 1}', 422), (b'{"text": "\\ud800"}', 422),
        (json.dumps({"text": "a" * 2_001}).encode(), 413), (b" " * (LIMITS.message_bytes + 1), 413),
        (b'{"text": "digit a", "seed": -1}', 422), (b'{"text": "digit a", "seed": true}', 422),
    ):  # fmt: skip
        answer = client.post("/api/solves", content=body)
        assert answer.status_code == status, body[:40]
        assert answer.json()["message"]
    assert client.post("/api/ask/anything", json={"text": TINY}).status_code == 404
    assert client.get("/static/../app.py").status_code == 404


def test_who_has_not_seen_the_page_gets_nothing(client: TestClient) -> None:
    nobody = TestClient(client.app, base_url="http://localhost:8088")
    assert nobody.get("/api/gallery").status_code == 401
    assert nobody.post("/api/solves", json={"text": TINY}).status_code == 401


def test_the_gallery_is_of_digits(client: TestClient) -> None:
    riddles = {one["name"]: one for one in client.get("/api/gallery").json()["riddles"]}
    assert "three_numbers" in riddles
    assert "portrait" not in riddles
    far = riddles["far_away"]["text"]
    assert client.post("/api/ask/explain", json={"text": far}).json()["event"] == "explanation"


def test_uploads(client: TestClient, stranger: TestClient, tmp_path: Path) -> None:
    np.save(tmp_path / "seen.npy", np.zeros((28, 28), dtype=np.float32))
    content = (tmp_path / "seen.npy").read_bytes()
    text = 'digit x\ndata y = "seen.npy"\nx = y ± 0.3'
    ask = "/api/ask/explain"
    assert client.post(ask, json={"text": text}).json()["event"] == "wrong"
    taken = client.put("/api/uploads/seen.npy", content=content)
    assert taken.json()["uploads"] == [{"name": "seen.npy", "shape": [1, 28, 28]}]
    assert client.post(ask, json={"text": text}).json()["event"] == "explanation"
    assert stranger.post(ask, json={"text": text}).json()["event"] == "wrong", "uploads are their owner's"
    for name, body, status in (
        ("bad.npy", b"nothing", 422), ("bad.png", content, 422), ("seen.txt", content, 422), (".npy", content, 422),
        ("..%2Fseen.npy", content, 404), ("a\"b.npy", content, 422), ("big.npy", b"\0" * ((1 << 20) + 1), 413),
    ):  # fmt: skip
        assert client.put(f"/api/uploads/{name}", content=body).status_code == status, name
    assert client.put("/api/uploads/second.npy", content=content).status_code == 201
    assert "remove one" in client.put("/api/uploads/third.npy", content=content).json()["message"]
    assert client.delete("/api/uploads/seen.npy").status_code == 200
    assert client.post(ask, json={"text": text}).json()["event"] == "wrong"


class Editor:
    """The client's side of the language server protocol."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.last = socket, 0
        self.notes: list[dict[str, Any]] = []

    def notify(self, method: str, **params: Any) -> None:
        self.socket.send_text(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    def ask(self, method: str, **params: Any) -> Any:
        self.last += 1
        message = {"jsonrpc": "2.0", "id": self.last, "method": method, "params": params}
        self.socket.send_text(json.dumps(message))
        while "id" not in (said := self.socket.receive_json()):
            self.notes.append(said)
        return said["result"]

    def open(self, text: str) -> list[dict[str, Any]]:
        self.ask("initialize", processId=1, rootUri="file:///", capabilities={})
        self.notify("initialized")
        document = {"uri": URI, "languageId": "riddle", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        while (said := self.socket.receive_json()).get("method") != "textDocument/publishDiagnostics":
            pass
        found: list[dict[str, Any]] = said["params"]["diagnostics"]
        return found


def test_the_editor_has_the_language_server(client: TestClient) -> None:
    with client.websocket_connect("ws://localhost:8088/language") as socket:
        editor = Editor(socket)
        (found,) = editor.open("digits a, b\na is ood\n")
        assert found["range"]["start"] == {"line": 1, "character": 5}
        assert found["data"] == "odd"
        document = {"uri": URI}
        position = {"line": 1, "character": 0}
        items = editor.ask("textDocument/completion", textDocument=document, position=position)
        assert "odd" in {one["label"] for one in items}
        change = [{"text": "digits a,b\na is odd\n"}]
        editor.notify("textDocument/didChange", textDocument={"uri": URI, "version": 2}, contentChanges=change)
        (edit,) = editor.ask("textDocument/formatting", textDocument=document, options=OPTIONS)
        assert edit["newText"] == "digits a, b\na is odd\n"
        said = editor.ask("textDocument/hover", textDocument=document, position=position)
        assert "a is odd" in said["contents"]["value"]


def test_two_editors_do_not_see_each_other(client: TestClient) -> None:
    with (
        client.websocket_connect("ws://localhost:8088/language") as one,
        client.websocket_connect("ws://localhost:8088/language") as two,
    ):
        assert Editor(one).open("digits a, b\na is odd\n") == []
        assert len(Editor(two).open("digits a, b\nc is odd\n")) == 1
        with (
            pytest.raises(WebSocketDisconnect) as ended,
            client.websocket_connect("ws://localhost:8088/language") as three,
        ):
            three.receive_text()
        assert ended.value.code == 1013, "two editors of one visitor"


def about(uri: str, method: str = "textDocument/hover") -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"textDocument": {"uri": uri}}})


@pytest.mark.parametrize(
    "message",
    [
        about("file:///etc/passwd"), about("", "textDocument/formatting"), about(URI, "exit"),
        about(URI, "workspace/executeCommand"), about(URI, "textDocument/definition"), "[]", "{", "[" * 100_000,
        '{"jsonrpc": "2.0", "method": "textDocument/didOpen"}', "x" * (LIMITS.message_bytes + 1),
        json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen",
                    "params": {"textDocument": {"uri": URI, "text": "a" * 2_001}}}),
        json.dumps({"jsonrpc": "2.0", "method": "textDocument/didChange",
                    "params": {"textDocument": {"uri": URI}, "contentChanges": [{"text": "a" * 2_001}]}}),
    ],
)  # fmt: skip
def test_messages_that_are_not_handed_on(message: str) -> None:
    with pytest.raises(RefusedMessage):
        admitted(message, LIMITS)


def test_a_refused_message_ends_its_connection_and_no_other(client: TestClient) -> None:
    with client.websocket_connect("ws://localhost:8088/language") as good:
        editor = Editor(good)
        editor.open("digits a, b\na is odd\n")
        with client.websocket_connect("ws://localhost:8088/language") as bad:
            bad.send_text(about(URI, "exit"))
            with pytest.raises(WebSocketDisconnect) as ended:
                bad.receive_text()
            assert ended.value.code == 1008
        position = {"line": 1, "character": 0}
        assert editor.ask("textDocument/hover", textDocument={"uri": URI}, position=position)


def test_workspaces_are_not_handed_on() -> None:
    given = {"processId": 1, "rootUri": "file:///etc", "workspaceFolders": [{"uri": "file:///etc", "name": "etc"}]}
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": given})
    assert "etc" not in (admitted(message, LIMITS) or "")
