"""What a wrong answer teaches: weakened networks mislead a plain run, and refinement finds its way out."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from oedipus.compiler.pipeline import compile_text
from oedipus.compiler.program import holds
from oedipus.networks.cards import Card
from oedipus.networks.library import load_network, save_weights
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.refine import Insight, refine, unlike, with_insight
from oedipus.runtime.solve import request_for, solve


def weakened(card: Card, folder: Path, bias: list[float]) -> Card:
    """The same network with its last layer's bias moved: it nearly always says one class."""
    network = load_network(card)
    last = [module for module in network.modules() if isinstance(module, torch.nn.Linear)][-1]
    with torch.no_grad():
        last.bias += torch.tensor(bias)
    made = replace(card, directory=folder)
    return replace(made, sha256=save_weights(network, made.weights))


def misled(text: str, cards: Mapping[str, Card], folder: Path, bias: list[float]) -> Posterior:
    library = {**cards, "circle": weakened(cards["circle"], folder, bias)}
    return load_posterior(compile_text(text, library), library)


def test_refinement_solves_what_weak_networks_get_wrong(cards: Mapping[str, Card], tmp_path: Path) -> None:
    """A circle network that hardly ever sees a circle lets 6, 8 and 9 pass beside 7; only 7 is right."""
    closed = cards["circle"].classes.index(cards["circle"].language["features"]["closed circle"])
    bias = [40.0, 40.0]
    bias[closed] = -40.0
    text = "digits x, y\nI. x is larger than 5\nII. x has no closed circle\nIII. y = x - 5"
    posterior = misled(text, cards, tmp_path, bias)
    failed = 0
    for seed in range(3):
        request = request_for(posterior.program, seed=seed, samples=30)
        plain = solve(posterior, request)
        refined, grown, learned = refine(posterior, request, plain)
        assert refined.answer == {"x": 7, "y": 2}
        assert refined.satisfied
        if not plain.satisfied:
            failed += 1
            assert plain.violated == ("II",)
            assert all(one.reason == "that breaks II" for one in learned)
            assert {one.values for one in learned} <= {(6,), (8,), (9,)}
            assert len(grown.program.factors) == len(posterior.program.factors) + len(learned)
            assert refined.insights[0].startswith("x is not read as ")
    assert failed >= 1


def test_a_right_answer_teaches_nothing(posterior: Posterior) -> None:
    request = request_for(posterior.program, samples=20)
    result = solve(posterior, request)
    refined, same, learned = refine(posterior, request, result)
    assert learned == ()
    assert same is posterior
    assert refined.answer == result.answer


def test_a_second_network_can_doubt_what_the_first_reads(cards: Mapping[str, Card], tmp_path: Path) -> None:
    """A digit classifier that calls a 7 a 1 is found out by the judge, and the 7s are excluded."""
    card = cards["digit_classifier"]
    network = load_network(card)
    last = [module for module in network.modules() if isinstance(module, torch.nn.Linear)][-1]
    with torch.no_grad():
        last.weight[[1, 7]], last.bias[[1, 7]] = last.weight[[7, 1]].clone(), last.bias[[7, 1]].clone()
    made = replace(card, directory=tmp_path)
    library = {**cards, card.name: replace(made, sha256=save_weights(network, made.weights))}
    posterior = load_posterior(compile_text("digit x\nx < 3\nx > 0\nx is odd", library), library)
    request = request_for(posterior.program, samples=30)
    plain = solve(posterior, request)
    assert plain.answer == {"x": 1}
    assert plain.judged is not None
    assert plain.judged < 0.1
    _, grown, learned = refine(posterior, request, plain, rounds=1)
    assert learned == (Insight(("x",), (7,), ("digit_judge",), "digit_judge sees it in most pictures"),)
    assert ("x", "digit_judge") in {(one.variable, one.network) for one in grown.program.readouts}


@given(digits=st.lists(st.integers(0, 9), min_size=1, max_size=3))
def test_unlike_is_true_of_every_other_reading(digits: list[int]) -> None:
    body = unlike(digits, [10] * len(digits))
    for reading in product(range(10), repeat=len(digits)):
        assert holds(body, list(reading)) == (list(reading) != digits)


def test_an_insight_is_a_clause_by_the_tables(posterior: Posterior) -> None:
    insight = Insight(("first", "third"), (1, 4), ("digit_classifier",) * 2, "for the test")
    program = with_insight(posterior.program, insight, "insight 1", posterior.cards)
    assert "insight 1" in list(program.violated({"first": 1, "second": 3, "third": 4}))
    assert "insight 1" not in list(program.violated({"first": 1, "second": 3, "third": 5}))


@pytest.mark.parametrize("names", [("x",), ("x", "y")])
def test_insights_are_told_in_words(names: tuple[str, ...]) -> None:
    text = Insight(names, (8, 3)[: len(names)], ("digit_classifier",) * len(names), "that breaks V").text()
    assert text == (
        "x is not read as 8 (that breaks V)" if len(names) == 1 else "not together: x as 8, y as 3 (that breaks V)"
    )
