"""The language server as an editor meets it: a process, spoken to over its standard input and output."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oedipus.editor.features import Positions, hover, proposals
from oedipus.networks.cards import read_cards
from oedipus.service.reading import read

pytest.importorskip("pygls", reason="the extra 'editor' is not installed")

URI = "file:///nowhere/riddle.riddle"
SECONDS = 60


class Editor:
    """The client's side of the protocol, written from its specification: headers, JSON, ids."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "oedipus", "language-server"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        self.notes: queue.Queue[dict[str, Any]] = queue.Queue()
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self.last = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        while header := self.process.stdout.readline():
            length = int(header.removeprefix(b"Content-Length:"))
            while self.process.stdout.readline().strip():
                pass
            message = json.loads(self.process.stdout.read(length))
            (self.notes if "method" in message else self.answers).put(message)

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self.process.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        """The result of a request."""
        self.last += 1
        self._send({"id": self.last, "method": method, "params": params})
        answer = self.answers.get(timeout=SECONDS)
        assert answer["id"] == self.last
        assert "error" not in answer, answer
        return answer["result"]

    def start(self, **capabilities: Any) -> dict[str, Any]:
        result: dict[str, Any] = self.ask("initialize", processId=None, rootUri=None, capabilities=capabilities)
        self.notify("initialized")
        return result["capabilities"]

    def open(self, text: str) -> list[dict[str, Any]]:
        """Open a document; its diagnostics."""
        document = {"uri": URI, "languageId": "riddle", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return self.diagnostics()

    def change(self, text: str, version: int) -> None:
        document = {"uri": URI, "version": version}
        self.notify("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])

    def diagnostics(self) -> list[dict[str, Any]]:
        """The next ones that the server publishes."""
        while (note := self.notes.get(timeout=SECONDS))["method"] != "textDocument/publishDiagnostics":
            pass
        found: list[dict[str, Any]] = note["params"]["diagnostics"]
        return found

    def at(self, feature: str, line: int, character: int) -> Any:
        position = {"line": line, "character": character}
        return self.ask(f"textDocument/{feature}", textDocument={"uri": URI}, position=position)

    def format(self) -> Any:
        options = {"tabSize": 4, "insertSpaces": True}
        return self.ask("textDocument/formatting", textDocument={"uri": URI}, options=options)

    def leave(self) -> int:
        """Exit status after an orderly end."""
        self.ask("shutdown")
        self.notify("exit")
        return self.process.wait(timeout=SECONDS)


@pytest.fixture
def editor() -> Iterator[Editor]:
    client = Editor()
    yield client
    client.process.kill()
    client.process.communicate()


def spanned(text: str, place: Mapping[str, Any]) -> str:
    """What a range of the protocol covers, counted in UTF-16 units by the codec itself."""
    ends = []
    for end in ("start", "end"):
        line = text.replace("\r\n", "\n").split("\n")[place[end]["line"]]
        units = line.encode("utf-16-le")[: 2 * place[end]["character"]]
        ends.append((place[end]["line"], units.decode("utf-16-le")))
    (first, before), (last, until) = ends
    assert first == last
    return until.removeprefix(before)


def test_a_session(editor: Editor) -> None:
    offered = editor.start()
    assert offered["positionEncoding"] == "utf-16"
    assert {"hoverProvider", "completionProvider", "documentFormattingProvider", "codeActionProvider"} <= set(offered)

    text = "digits first,second\nI.   first is odd\nsecond = first+2\nsecond has no closed circel\n"
    (mistake,) = editor.open(text)
    assert (mistake["code"], mistake["severity"], mistake["source"]) == ("E102", 1, "oedipus")
    assert spanned(text, mistake["range"]) == "circel"
    assert "circle" in mistake["message"]

    action = {"textDocument": {"uri": URI}, "range": mistake["range"], "context": {"diagnostics": [mistake]}}
    (mend,) = editor.ask("textDocument/codeAction", **action)
    assert mend["edit"]["changes"][URI] == [{"range": mistake["range"], "newText": "circle"}]
    assert editor.format() is None

    text = text.replace("circel", "circle")
    editor.change(text, 2)
    assert editor.diagnostics() == []

    said = editor.at("hover", 1, 8)
    assert spanned(text, said["range"]) == "first is odd"
    markdown = said["contents"]["value"]
    assert markdown.startswith("**I**: first is odd")
    assert "odd(first)" in markdown
    assert markdown.endswith("| first | even | odd |\n| --- | :-: | :-: |\n|  | · | ● |")
    table = editor.at("hover", 2, 3)["contents"]["value"].split("\n")[-12:]
    assert table[0].startswith("| second \\ first | 0 | 1 |")
    cells = [line.split(" | ")[1:] for line in table[2:]]
    held = {(row, column) for row, line in enumerate(cells) for column, mark in enumerate(line) if "●" in mark}
    assert held == {(first + 2, first) for first in range(8)}

    proposed = {one["label"]: one for one in editor.at("completion", 3, 7)}
    assert proposed["second"]["kind"] == 6
    assert "circle" in proposed["closed circle"]["detail"]
    assert {"odd", "all different", "is", "evidence joint"} <= set(proposed)
    assert proposed["first"]["sortText"] < proposed["odd"]["sortText"] < proposed["is"]["sortText"]

    (edit,) = editor.format()
    assert edit["range"] == {"start": {"line": 0, "character": 0}, "end": {"line": 4, "character": 0}}
    assert edit["newText"].split("\n")[:3] == ["digits first, second", "I. first is odd", "second = first + 2"]
    editor.change(edit["newText"], 3)
    assert editor.diagnostics() == []
    assert editor.format() == []
    assert editor.leave() == 0


def test_positions_are_utf_16_units_behind_emoji_and_carriage_returns(editor: Editor) -> None:
    editor.start()
    text = '# 😀😀 smile\r\ndigits a, b\r\n"😀" 😀 a is odd\r\na is odd and b = zork\r\n'
    found = editor.open(text)
    covered = {one["code"]: spanned(text, one["range"]) for one in found}
    assert covered["E103"] in ("😀", "😀 ")
    assert "zork" in covered.values()
    (place,) = {one["range"]["start"]["character"] for one in found if one["code"] == "E103"}
    assert place == len('"😀" '.encode("utf-16-le")) // 2


def test_a_client_may_count_characters(editor: Editor) -> None:
    assert editor.start(general={"positionEncodings": ["utf-32", "utf-16"]})["positionEncoding"] == "utf-32"
    found = editor.open("digits a\n😀 a is odd")
    assert [one["range"]["start"] for one in found if one["code"] == "E103"] == [{"line": 1, "character": 0}]
    assert [one["range"]["end"] for one in found if one["code"] == "E103"] == [{"line": 1, "character": 1}]


def test_typing_is_followed_and_a_closed_document_is_cleared(editor: Editor) -> None:
    editor.start()
    assert editor.open("digits a\na is odd") == []
    for version, text in enumerate(("digits a\na is od", "digits a\na is o", "", "digits a\na is zork"), 2):
        editor.change(text, version)
    # Only the text at rest is looked at: the last of a quick row.
    assert [one["range"]["start"] for one in editor.diagnostics()] == [{"line": 1, "character": 5}]
    editor.notify("textDocument/didClose", textDocument={"uri": URI})
    assert editor.diagnostics() == []
    assert editor.leave() == 0


def test_noise_does_not_end_the_server(editor: Editor) -> None:
    editor.start()
    assert [one["code"] for one in editor.open("")] == ["E004"]
    editor.change("\x00\u2028\x85(((((\ud7ff\U0010ffff é\r\r\n", 2)
    assert editor.diagnostics()
    assert editor.at("hover", 7, 9) is None
    assert editor.at("completion", 99, 99)
    editor.change("digits a\na is odd", 3)
    assert editor.diagnostics() == []
    assert editor.at("hover", 1, 0)["contents"]["value"].startswith("**line 2**")


def test_a_contradiction_is_told_when_the_text_rests(editor: Editor) -> None:
    editor.start()
    text = "digits a, b\np: a is odd\nb > a\nq: a = 2\n"
    assert editor.open(text) == []
    found = editor.diagnostics()
    assert [(one["code"], spanned(text, one["range"])) for one in found] == [("E506", "a is odd"), ("E506", "a = 2")]
    assert "together with q" in found[0]["message"]
    editor.change(text.replace("= 2", "= 3"), 2)
    assert editor.diagnostics() == []
    editor.change(text, 3)
    assert editor.diagnostics() == []
    assert [one["code"] for one in editor.diagnostics()] == ["E506", "E506"]
    assert editor.leave() == 0


# Features without a process ------------------------------------------------


@given(text=st.text(alphabet=st.sampled_from("ab \r\n😀é\u2028"), max_size=30), data=st.data())
def test_positions_and_offsets_are_inverse(text: str, data: st.DataObject) -> None:
    positions = Positions(text)
    offset = data.draw(st.integers(0, len(text)))
    line, character = positions.of(offset)
    if text[offset - 1 : offset + 1] != "\r\n":
        assert positions.offset(line, character) == offset
    assert line == len(text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1 - (
        text[offset - 1 : offset + 1] == "\r\n"
    )


def test_hover_names_the_classes_of_a_network() -> None:
    text = "digits a, b\na is odd\na + b = 2\na + b + a*b = 5"
    reading = read(text)
    said = hover(reading, text.index("odd"))
    assert said is not None
    assert all(name in said[0] for name in read_cards()["odd"].classes)
    wide = hover(reading, text.index("a*b"))
    assert wide is not None
    assert text[wide[1].start : wide[1].end] == "a + b + a*b = 5"


def test_libraries_are_found_beside_the_riddle(tmp_path: Path) -> None:
    text = 'use "nets"\ndigits a\na is slanted'
    missing = read(text, tmp_path)
    assert any(text[one.span.start : one.span.end] == '"nets"' for one in missing.diagnostics)
    card = read_cards()["odd"].text().replace('name = "odd"', 'name = "slant"')
    card = card.replace("odd = ", "slanted = ", 1) if "odd = " in card else card
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "slant.toml").write_text(card)
    there = read(text, tmp_path)
    assert there.sound, there.diagnostics
    assert "slanted" in {one.text for one in proposals(there)}


def test_every_proposal_is_offered_once() -> None:
    labels = [one.text.lower() for one in proposals(read("digits a, b\na is odd"))]
    assert len(labels) == len(set(labels))
    assert labels[:2] == ["a", "b"]


def test_words_of_other_kinds_are_not_offered() -> None:
    """The cards say which words go with which kind; nouns stay, as they declare more."""
    cards = read_cards().values()
    own = {
        kind: {
            phrase
            for card in cards
            if card.kind == kind and card.role != "judge"
            for group in ("adjectives", "features", "functions", "units")
            for phrase in card.language.get(group, ())
        }
        for kind in ("digit", "face")
    }
    assert all(own.values())
    nouns = {noun for card in cards if card.role == "generator" for noun in card.language.get("nouns", ())}
    for text, kinds in (("digits a", {"digit"}), ("face a", {"face"}), ("digit a\nface b", {"digit", "face"})):
        offered = {one.text for one in proposals(read(text)) if one.sort in ("predicate", "function", "unit", "noun")}
        spoken = {one for kind in kinds for one in own[kind]}
        assert spoken | nouns <= offered
        assert not {one for kind in own.keys() - kinds for one in own[kind]} & (offered - spoken - set_of_core())


@pytest.mark.parametrize(
    ("text", "offered"), [("digit a", True), ("face a", False), ("digit a\nface b", True), ("", False)]
)
def test_phrases_about_digits_come_with_digits(text: str, offered: bool) -> None:
    phrases = {one.text for one in proposals(read(text)) if one.sort == "phrase"}
    about = {one for one in phrases if {"digits", "odd", "circles", "number"} & set(one.split())}
    assert bool(about) == offered
    assert {"is not", "larger than"} <= phrases or {"not", "larger"} <= phrases


def set_of_core() -> set[str]:
    from oedipus.compiler.resolve.functions import FUNCTIONS

    return set(FUNCTIONS)
