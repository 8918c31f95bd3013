"""report.html: whole in itself, faithful to the result, safe for any text."""

import base64
import io
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from oedipus.compiler.frontend import read_text
from oedipus.compiler.pipeline import compile_riddle
from oedipus.networks.cards import Card
from oedipus.report.figures import HEIGHT, WIDTH, chart, data_uri, histogram
from oedipus.report.html import Solved, page, title
from oedipus.runtime.answers import Answer
from oedipus.runtime.diagnostics import Apart, Diagnostics, Range
from oedipus.runtime.posterior import load_posterior
from oedipus.runtime.solve import Request, solve

TEXT = "# Two digits & <more>\ndigits a, b\nparity: a is odd\nb = a + 2\n"
EMPTY = {"meta", "img", "br", "hr", "link", "input"}


class Reader(HTMLParser):
    """All text, all addresses, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "data", "action", "srcset")]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert not reader.open
    return reader


def solved(text: str, cards: Mapping[str, Card], **request: object) -> Solved:
    riddle, found = read_text(text, cards)
    assert not [one for one in found if one.severity == "error"]
    posterior = load_posterior(compile_riddle(riddle, cards), cards)
    options = {"polish": 3}
    result = solve(posterior, Request(algorithm="meanfield", options=options, samples=6, members=64, **request))  # type: ignore[arg-type]
    return Solved(
        text, "two_digits.riddle", riddle, cards, posterior, result, Diagnostics(khat=0.5), "oedipus solve 'a b'"
    )


@pytest.fixture(scope="module")
def two(cards: Mapping[str, Card]) -> Solved:
    return solved(TEXT, cards)


def test_the_page_needs_nothing_else(two: Solved) -> None:
    reader = read(page(two))
    assert reader.addresses
    assert all(address.startswith("data:image/png;base64,") for address in reader.addresses)
    assert not {"script", "link", "iframe"} & set(reader.tags)
    text = page(two)
    assert "@import" not in text
    assert "url(" not in text
    assert text.count("http") == text.count("http://www.w3.org/2000/svg")


def test_the_page_tells_the_result(two: Solved) -> None:
    reader = read(page(two))
    words = " ".join(" ".join(reader.words).split())
    assert "Two digits & <more>" in words
    for name, value in two.result.answer.items():
        assert f"{value} {name}" in words
    means = two.result.details["clauses"].exp().mean(dim=0)
    for clause, mean in zip(two.riddle.clauses, means, strict=True):
        assert clause.name in reader.words
        assert clause.text in reader.words
        assert f"{mean:.3f}" in words
    assert "b equals a + 2" in words
    assert "Pareto k-hat 0.50" in words
    assert "oedipus solve 'a b'" in words
    # One mean picture and six samples of each of two digits.
    assert len(reader.addresses) == 2 * (1 + 6)


def test_diagnostics_of_chains_are_told(two: Solved) -> None:
    flags = ("--option draws=200", "--algorithm bank")
    apart = (Apart("a", 3, ((7, 1.25), (2, 1.2), (5, 1.15)), 1.3),)
    figures = Diagnostics(Range(1.0, 1.01, 1.25), Range(5.0, 30.0, 55.0), None, 4, 100, apart=apart, advice=flags)
    words = " ".join(read(page(replace(two, diagnostics=figures))).words)
    assert "min 1.000 · mean 1.010 · max 1.250" in words
    assert "the chains do not agree yet" in words
    assert "--option draws=200, or --algorithm bank" in words
    assert "of 3 latents" in words


def test_every_solution_is_listed_and_the_rest_is_folded(two: Solved) -> None:
    answers = tuple(
        Answer({"a": at, "b": at % 7}, 1 / 300, () if at == 299 else ("parity",), (at % 10, at % 7))
        for at in range(300)
    )
    drawn = page(replace(two, result=replace(two.result, answers=answers)))
    assert drawn.count("breaks parity</td>") == 199, "the solution is among the 200 that are listed"
    assert "a 299, b 5" in drawn
    words = " ".join(" ".join(read(drawn).words).split())
    assert "192 more readings, and 100 that are not listed, 97.3 % together" in words
    few = page(replace(two, result=replace(two.result, answers=answers[:8])))
    assert "more readings" not in few


def test_charts_name_their_axes_and_long_readings_are_folded(two: Solved) -> None:
    drawn = page(two)
    for name in ("iteration", "probability"):
        assert f">{name}</text>" in drawn
    assert '<details class="reading' not in drawn
    long = " or ".join(f"(a is {digit} and b is {digit})" for digit in range(10))
    riddle, _ = read_text(f"digits a, b\nparity: a is odd\nline: {long}\n", two.cards)
    clauses = tuple(replace(one, name="line 4" if one.name != "parity" else one.name) for one in riddle.clauses)
    assert '<details class="reading' in page(replace(two, riddle=replace(two.riddle, clauses=clauses)))
    assert ">age, years</text>" in histogram(torch.tensor([3.0, 4.0]), across="age, years")


def test_pictures_without_values_have_no_readings(cards: Mapping[str, Card]) -> None:
    blind = {**cards, "digit_classifier": replace(cards["digit_classifier"], language={})}
    words = read(page(solved("digit a\na is odd\n", blind))).words
    assert "6 posterior samples." in words
    assert not any("classifier reads" in one for one in words)


def test_clauses_joined_as_evidence_are_one_row(cards: Mapping[str, Card]) -> None:
    words = read(page(solved(TEXT + "evidence joint\n", cards))).words
    assert "parity, line 4" in words
    assert any("b equals a + 2" in one for one in words)


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_survive_the_page(channels: int) -> None:
    picture = torch.rand(channels, 5, 7, generator=torch.Generator().manual_seed(channels))
    stored = base64.b64decode(data_uri(picture).removeprefix("data:image/png;base64,"))
    pixels = np.atleast_3d(np.asarray(Image.open(io.BytesIO(stored)), dtype=float)) / 255
    np.testing.assert_allclose(pixels.transpose(2, 0, 1), picture.numpy(), atol=1 / 500)


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=1500))
def test_charts_stay_inside_and_are_drawn(line: list[float | None]) -> None:
    drawn = chart([line])
    if all(value is None for value in line):
        assert drawn == ""
        return
    points = drawn.split("points='")[1].split("'")[0].split()
    assert len(points) <= 900
    for point in points:
        x, y = map(float, point.split(","))
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        ("# A code\ndigit a\n", "x.riddle", "A code"),
        ("\ufeff\n#  A code #\n", "x.riddle", "A code"),
        ("digit a\n", "folder/three_numbers.riddle", "Three numbers"),
        ("#\ndigit a\n", "-", "A riddle"),
    ],
)
def test_titles(text: str, file: str, expected: str) -> None:
    assert title(text, file) == expected
