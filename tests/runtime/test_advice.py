"""What is advised after a solve works for that riddle: every flag is taken by the program that it is told for."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch

from oedipus import riddles
from oedipus.compiler.pipeline import compile_text
from oedipus.compiler.suited import choose
from oedipus.networks.cards import Card
from oedipus.runtime.advice import followed, for_chains
from oedipus.runtime.algorithms import create
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import Request, checked

FOLDER = Path(riddles.__file__).parent
MEASURED = {"blind_spot", "far_away", "half_hidden", "keyhole", "out_of_focus", "portrait", "torn", "two_photos"}


def posterior_of(name: str, cards: Mapping[str, Card]) -> Posterior:
    return load_posterior(compile_text(riddles.text_of(name), cards, FOLDER), cards, folder=FOLDER)


@pytest.mark.parametrize("name", riddles.names())
def test_flags_are_taken(name: str, cards: Mapping[str, Card]) -> None:
    try:
        posterior = posterior_of(name, cards)
    except ValueError:  # a riddle that no digits fulfil
        return
    chosen, _ = choose(posterior.offers, {}, start="bank")
    for algorithm in (chosen, "hmc"):
        flags = for_chains(posterior, Request(algorithm=algorithm))
        assert any(flag.startswith("--algorithm") for flag in flags)
        for flag in flags:
            request = checked(followed(Request(algorithm=algorithm), flag))
            create(request.algorithm, request.options)
            assert ("bank" in flag) <= (name not in MEASURED)


@pytest.mark.parametrize("name", ["half_hidden", "two_photos", "parity_dance"])
def test_algorithms_that_are_advised_begin(name: str, cards: Mapping[str, Card]) -> None:
    posterior = posterior_of(name, cards)
    for flag in for_chains(posterior, Request(algorithm="hmc")):
        request = followed(Request(algorithm="hmc"), flag)
        if request.algorithm in ("bank", "smc"):
            small = {"particles": 4} | ({"pool": 32} if request.algorithm == "bank" else {})
            algorithm = create(request.algorithm, small, {"schedule": (10.0,)})
            algorithm.init(posterior, torch.Generator().manual_seed(0))


def test_what_is_chosen_for_measured_pictures(cards: Mapping[str, Card]) -> None:
    assert choose(posterior_of("keyhole", cards).offers, {}, start="bank")[0] == "tempered"
    assert choose(posterior_of("portrait", cards).offers, {}, start="bank")[0] == "mgvi"
    assert choose(posterior_of("keyhole", cards).offers, {"rounds": 3}, start="bank")[0] == "mgvi"
