"""A kind by cards only, solved to pictures: its values are told by name wherever a result is told."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from toy_kind import COLOURS, write_flags

from oedipus.compiler.frontend import check_text
from oedipus.compiler.pipeline import compile_text
from oedipus.compiler.verdict.decide import verdict
from oedipus.networks.cards import Card, read_cards
from oedipus.report.html import Solved, page
from oedipus.runtime.diagnostics import Diagnostics
from oedipus.runtime.outputs import summary, write_result
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.refine import Insight, insights, with_insights
from oedipus.runtime.solve import Result, judge, request_for, solve
from oedipus.shell.solve_text import text_of

ALONE = """There are three flags.
the first flag is warm
exactly one of the flags is red
the second comes two after the first in the rainbow
the third is neither green nor blue. it is cold
the first is not amber
"""
MIXED = """flags a, b
digits x
a is dark grey
x is the number of warm flags
b comes before a. b is warm
b is not red
solution dark_grey amber 1
"""


@pytest.fixture(scope="module")
def flags(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Card]:
    return read_cards([write_flags(tmp_path_factory.mktemp("flags"))])


def solved(text: str, cards: Mapping[str, Card], **request: object) -> tuple[Posterior, Result]:
    program = compile_text(text, cards)
    posterior = load_posterior(program, cards)
    return posterior, solve(posterior, request_for(program, samples=40, **request))


def test_flags_alone(flags: Mapping[str, Card]) -> None:
    _, result = solved(ALONE, flags)
    assert verdict(check_text(ALONE, flags), flags).count == 1
    assert dict(result.answer) == {"first": "red", "second": "green", "third": "dark grey"}
    assert result.satisfied
    assert result.probability > 0.9
    assert result.judged is not None
    assert result.judged > 0.8
    assert result.pictures[0].shape == (40, 1, 28, 28)
    bright = torch.stack([one.mean(dim=(0, 1, 3)) for one in result.pictures]).argmax(dim=1) // 5
    assert [COLOURS[at] for at in bright.tolist()] == ["red", "green", "dark grey"]


def test_flags_beside_digits(flags: Mapping[str, Card], tmp_path: Path) -> None:
    posterior, result = solved(MIXED, flags, members=1000)
    assert dict(result.answer) == {"a": "dark grey", "b": "amber", "x": 1}
    assert result.answers[0].classes == (4, 1, 1)
    assert result.satisfied
    assert result.accuracy is not None
    assert result.accuracy > 0.8
    told = summary(result, posterior)
    assert told["answer"] == {"a": "dark grey", "b": "amber", "x": 1}
    assert told["readings"][0]["reading"] == ["dark grey", "amber", 1]
    assert "a = dark grey\nb = amber\nx = 1\n" in text_of(result, Diagnostics(), None)
    riddle = check_text(MIXED, flags)
    html = page(Solved(MIXED, "mixed.riddle", riddle, flags, posterior, result, Diagnostics(), "oedipus solve"))
    assert "dark grey" in html
    assert "amber" in html
    write_result(result, posterior, tmp_path / "run")
    stored = json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))
    assert stored["answer"] == {"a": "dark grey", "b": "amber", "x": 1}
    assert "dark_grey amber 1" in (tmp_path / "run" / "trace.csv").read_text(encoding="utf-8")


def test_gradients_pass_kinds_of_several_sizes(flags: Mapping[str, Card]) -> None:
    text = "flag a\ndigit x\na is blue\nx = rank(a) + 1"
    options = {"algorithm": "meanfield", "steps": 8, "restarts": 4, "screened": 2, "members": 500, "polish": 0}
    _, result = solved(text, flags, **options)
    assert dict(result.answer) == {"a": "blue", "x": 5}
    assert result.elbo is not None


def test_a_judge_is_asked_by_name(flags: Mapping[str, Card]) -> None:
    """Its classes may stand in another order than the values."""
    card = flags["colour_judge"]
    turned = replace(card, classes=tuple(reversed(COLOURS)))
    posterior, result = solved("flag a\na is red", flags)
    right = judge(posterior, list(result.pictures), result.answer)
    other = judge(replace(posterior, cards={**flags, card.name: turned}), list(result.pictures), result.answer)
    assert right is not None
    assert right > 0.8
    assert other == 0.0


def test_a_wrong_answer_is_learned_by_name(flags: Mapping[str, Card]) -> None:
    posterior, result = solved("flag a\ndigit x\nx = rank(a) + 1\na is warm", flags)
    wrong = replace(result, answer={"a": "green", "x": 4}, violated=("line 4",))
    (learned,) = insights(posterior, wrong)
    assert learned == Insight(("a",), ("green",), ("colour",), "that breaks line 4")
    wrong = replace(result, answer={"a": "amber", "x": 7}, violated=("line 3",))
    (learned,) = insights(posterior, wrong)
    assert learned.text() == "not together: x as 7, a as amber (that breaks line 3)"
    grown = with_insights(posterior, (learned,)).program
    assert list(grown.violated({"a": 1, "x": 7})) == ["line 3", "insight 1"]
    assert list(grown.violated({"a": 1, "x": 3})) == []
