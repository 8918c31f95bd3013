import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from hypothesis import settings
from safetensors.torch import load_file
from torch import Tensor

from oedipus.compiler.program import Program
from oedipus.networks.cards import Card, read_cards
from oedipus.runtime.posterior import PAPER, Posterior, load_posterior

pytest_plugins = ["refusals"]
TESTS = Path(__file__).parent
# Machines are noisy, so no example has a deadline; in CI the examples are the same at every run.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
torch.set_num_threads(1)
# Banks of one test run serve its other tests, and never come from, or go to, the user's own cache.
os.environ.setdefault("OEDIPUS_CACHE", str(Path(tempfile.gettempdir()) / f"oedipus-tests-{os.getuid()}"))
# Nor do networks that the user has added take part.
os.environ["OEDIPUS_LIBRARY"] = str(Path(tempfile.gettempdir()) / "oedipus-tests-no-library")


@pytest.fixture(scope="session")
def cards() -> Mapping[str, Card]:
    return read_cards()


@pytest.fixture(scope="session")
def digits() -> tuple[Tensor, Tensor]:
    """Pictures [400, 1, 28, 28] in 0..1 and labels [400] of MNIST test digits."""
    stored = load_file(TESTS / "data" / "digits.safetensors")
    return stored["pictures"].float() / 255, stored["labels"].long()


@pytest.fixture(scope="session")
def three_numbers(cards: Mapping[str, Card]) -> Program:
    """The paper's riddle (Table 1), compiled."""
    from oedipus.compiler.pipeline import compile_text

    riddle = TESTS.parent / "riddles" / "three_numbers.riddle"
    return compile_text(riddle.read_text(encoding="utf-8"), cards)


@pytest.fixture(scope="session")
def posterior(three_numbers: Program, cards: Mapping[str, Card]) -> Posterior:
    return load_posterior(three_numbers, cards, schedule=PAPER)
