"""A word taught on the page: drawn, picked, learned, known to its visitor alone, and forgotten."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from oedipus.page.app import build
from oedipus.page.lessons import SHEET, SHEETS
from oedipus.page.limits import Limits

ADDRESS = "http://localhost:8088"
TEXT = "digit x\nx is bold"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    limits = Limits(solvers=1, readers=1, words=1, seconds=600, answer_seconds=120)
    with TestClient(build(limits), base_url=ADDRESS) as there:
        there.get("/")
        yield there


def ink(picture: str) -> float:
    """Mean brightness of a picture in a data URI."""
    return float(np.asarray(Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2])))).mean() / 255)


def taught(client: TestClient, **given: Any) -> dict[str, Any]:
    """The last thing that is told of a lesson."""
    answer = client.post("/api/words", json=given)
    assert answer.status_code == 202, answer.text
    with client.stream("GET", f"/api/solves/{answer.json()['key']}/events") as stream:
        *before, last = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]
    assert {one["event"] for one in before} <= {"waiting", "begun", "learning"}
    return last


def test_a_word_is_learned_known_and_forgotten(client: TestClient) -> None:
    stranger = TestClient(client.app, base_url=ADDRESS)
    stranger.portal = client.portal
    stranger.get("/")
    drawn = client.get("/api/drawn/digit/0").json()["pictures"]
    assert len(drawn) == SHEET
    order = np.argsort([ink(one) for one in drawn]).tolist()
    picked = {"yes": order[-20:], "no": order[:20]}
    assert "in the language already" in taught(client, word="odd", kind="digit", **picked)["message"]
    told = taught(client, word="bold", kind="digit", **picked)
    assert (told["event"], told["name"], told["words"]) == ("taught", "bold", ["bold"])
    assert told["figures"]["accuracy"] > 0.85
    assert [one["name"] for one in client.get("/api/about").json()["words"]] == ["bold"]
    said = client.post("/api/ask/explain", json={"text": TEXT}).json()
    assert said["core"] == "digit x\nbold(x)\n"
    assert stranger.post("/api/ask/explain", json={"text": TEXT}).json()["event"] == "wrong"
    assert stranger.get("/api/words/bold.zip").status_code == 404
    refused = client.post("/api/words", json={"word": "faint", "kind": "digit", **picked})
    assert "forget one first" in refused.json()["message"], "one word of each visitor, as the limit says"
    packed = zipfile.ZipFile(io.BytesIO(client.get("/api/words/bold.zip").content))
    assert set(packed.namelist()) == {"taught/bold.toml", "taught/bold.safetensors"}
    assert "page-" not in packed.read("taught/bold.toml").decode(), "no path of the server"
    assert client.delete("/api/words/bold").json() == {"words": []}
    assert client.post("/api/ask/explain", json={"text": TEXT}).json()["event"] == "wrong"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"word": " ", "kind": "digit"}, "The word is missing"),
        ({"word": "w" * 41, "kind": "digit"}, "more than 40 letters"),
        ({"word": "bold", "kind": "horse"}, "Words can be taught of digit"),
        ({"word": "bold", "kind": "digit", "yes": [1, 1], "no": [2]}, "each once"),
        ({"word": "bold", "kind": "digit", "yes": [1], "no": [1]}, "one or the other"),
        ({"word": "bold", "kind": "digit", "yes": [SHEET * SHEETS], "no": [1]}, "each once"),
        ({"word": "bold", "kind": "digit", "yes": ["1"], "no": [1]}, "each once"),
    ],
)
def test_lessons_that_make_no_sense(client: TestClient, given: dict[str, Any], message: str) -> None:
    answer = client.post("/api/words", json=given)
    assert answer.status_code == 422
    assert message in answer.json()["message"]
    assert client.get(f"/api/drawn/digit/{SHEETS}").status_code == 404
    assert client.get("/api/drawn/horse/0").status_code == 404
    assert client.delete("/api/words/none").status_code == 404
