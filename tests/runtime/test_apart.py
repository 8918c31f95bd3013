"""Where chains disagree: which latents, and whether what they draw does."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.algorithms.base import Draws
from oedipus.runtime.diagnostics import diagnose, of_pictures
from oedipus.runtime.outputs import summary
from oedipus.runtime.posterior import Posterior, load_posterior
from oedipus.runtime.solve import Request, Result, solve
from oedipus.shell.solve_text import trust

DRAWS, CHAINS = 40, 4


@pytest.fixture(scope="module")
def two(cards: Mapping[str, Card]) -> Posterior:
    return load_posterior(compile_text("digits a, b\na is odd\nb is odd\n", cards), cards)


@pytest.fixture(scope="module")
def solved(two: Posterior) -> Result:
    return solve(two, Request(algorithm="bank", options={"trajectories": 0}, samples=4))


def told(posterior: Posterior, solved: Result, latents: Tensor) -> tuple[Result, Tensor]:
    """A result of HMC whose chains are ``latents`` ``[draws, chains, dim]``."""
    request = Request(algorithm="hmc", options={"draws": DRAWS})
    return replace(solved, request=request, columns={"latents": latents}, inferred=Draws(latents)), latents


def noise(dim: int) -> Tensor:
    return torch.randn(DRAWS, CHAINS, dim, generator=torch.Generator().manual_seed(0))


def test_latents_that_disagree_are_named_and_pictures_that_do_too(two: Posterior, solved: Result) -> None:
    latents = noise(two.dim)
    width = two.widths[0]
    # One chain keeps to another place, in many latents of b.
    latents[:, 2, width + 3 : width + 40] += 1.5
    latents[:, 2, width + 7] += 20
    result, _ = told(two, solved, latents)
    found = diagnose(two, result)
    (apart,) = found.apart
    assert (apart.variable, apart.latents) == ("b", 37)
    assert apart.worst[0][0] == 7, "counted among its own"
    assert [rhat for _, rhat in apart.worst] == sorted((rhat for _, rhat in apart.worst), reverse=True)
    assert apart.pictures is not None
    assert apart.pictures > 1.1
    text = "\n".join(trust(found))
    assert "37 latents of b, most of all 7 (" in text
    assert "what they draw differs, too" in text
    assert summary(result, two, found)["apart"] == [
        {"variable": "b", "latents": 37, "worst": [list(one) for one in apart.worst], "pictures": apart.pictures}
    ]


def test_latents_that_nobody_sees_may_disagree(two: Posterior, solved: Result) -> None:
    """What hardly changes the picture: the direction of a's latents in which its generator is flattest."""
    latents = noise(two.dim)
    network = two.networks["digit"]
    point = torch.zeros(two.widths[0])
    slope = torch.autograd.functional.jacobian(lambda at: network(at[None]).flatten(), point)
    _, _, directions = torch.linalg.svd(slope, full_matrices=False)
    latents *= 0.02
    latents[:, 1, : two.widths[0]] += 0.1 * directions[-1]
    result, _ = told(two, solved, latents)
    found = diagnose(two, result)
    (apart,) = found.apart
    assert apart.variable == "a"
    assert apart.pictures is not None
    assert apart.pictures <= 1.1
    text = "\n".join(trust(found))
    assert "their pictures do" in text
    assert "how likely that is" not in text


def test_too_many_pictures_are_not_drawn_again(two: Posterior) -> None:
    assert of_pictures(two, torch.zeros(300, 4, two.dim)) is None


def test_a_picture_that_never_changes_has_no_rhat(two: Posterior) -> None:
    latents = noise(two.dim)
    latents[:, :, : two.widths[0]] = 0
    found = of_pictures(two, latents)
    assert found is not None
    assert found[0] is None
    assert found[1] is not None
