"""One real digit, a 4 at α = 100, against a run of 8 × 10,000 draws of HMC (`python benchmarks/figure1.py`)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open
from torch import Generator, Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import Request, solve

STORED = Path(__file__).parents[1] / "data" / "four.safetensors"


@pytest.fixture(scope="module")
def four(cards: Mapping[str, Card]) -> Posterior:
    return load_posterior(compile_text("digit x\nx is a four with alpha 100", cards), cards)


@pytest.fixture(scope="module")
def reference() -> tuple[Tensor, Tensor]:
    """Mean and variance ``[128]`` of the long run."""
    with safe_open(STORED, framework="pt") as stored:
        about = stored.metadata()
        assert float(about["rhat_max"]) <= 1.01
        assert int(about["ess_min"]) >= 8000
        return stored.get_tensor("mean"), stored.get_tensor("variance")


def compared(latents: Tensor, reference: tuple[Tensor, Tensor]) -> tuple[float, float]:
    """Root mean square over the latents of the means' error in widths, and the mean ratio of the variances."""
    mean, variance = reference
    error = (latents.mean(dim=0) - mean) / variance.sqrt()
    return error.square().mean().sqrt().item(), (latents.var(dim=0) / variance).mean().item()


@pytest.mark.parametrize(
    ("name", "options", "samples"),
    [("bank", {"particles": 1000}, 1000), ("hmc", {"draws": 150, "warmup": 60}, 100)],
)
def test_draws_have_the_moments_of_the_long_run(
    name: str, options: dict[str, Any], samples: int, four: Posterior, reference: tuple[Tensor, Tensor]
) -> None:
    result = solve(four, Request(algorithm=name, seed=3, samples=samples, options=options))
    assert isinstance(result.inferred, Draws)
    error, ratio = compared(result.inferred.latents.flatten(0, 1), reference)
    # 350 members of the bank are clear fours, and the chains are worth about 400 draws: 0.05 each.
    assert error < 0.1
    assert ratio == pytest.approx(1.0, abs=0.06)
    assert result.probability > 0.998


@pytest.mark.parametrize("name", ["meanfield", "fullrank"])
def test_a_gaussians_loss_is_as_known(name: str, four: Posterior, reference: tuple[Tensor, Tensor]) -> None:
    """The posterior is no Gaussian: one that is fitted sits to a side and is narrower, by as much as is said here."""
    result = solve(four, Request(algorithm=name, seed=3, samples=400))
    assert not isinstance(result.inferred, Draws)
    error, ratio = compared(result.inferred.draw(10_000, Generator().manual_seed(0)), reference)
    assert 0.15 < error < 0.5
    assert 0.75 < ratio < 0.97
    mended, wider = compared(result.latents, reference)
    assert mended < error
    assert wider < 1.1
    assert result.probability > 0.99
