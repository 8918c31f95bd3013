"""q(ξ | y) against closed forms: a linear map with Gaussian noise has a Gaussian posterior."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from oedipus.networks.tensors import load_tree
from oedipus.runtime.dream.network import Amortised, Condition, Shape
from oedipus.runtime.dream.simulate import Pool
from oedipus.runtime.dream.train import DreamError, Plan, begin, train

SIZES = {"width": 32, "depth": 1, "couplings": 2, "coupled": 16}
SIGMAS = ((0.3, 1.2),)


def matrix() -> Tensor:
    """Three numbers measured of four latents."""
    return torch.randn(3, 4, generator=torch.Generator().manual_seed(1))


def pool(rows: int = 4096) -> Pool:
    latents = torch.randn(rows, 4, generator=torch.Generator().manual_seed(2))
    return Pool(latents, (latents @ matrix().T,), (), torch.zeros(rows))


def exact(data: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """Mean and covariance of ξ given y = A ξ + σ ε."""
    covariance = torch.linalg.inv(torch.eye(4) + matrix().T @ matrix() / sigma**2)
    return covariance @ matrix().T @ data / sigma**2, covariance


@pytest.fixture(scope="module")
def dreamt(tmp_path_factory: pytest.TempPathFactory) -> Amortised:
    plan = Plan(SIGMAS, steps=400, rate=5e-3, sizes=SIZES)
    return train(pool(), plan, checkpoint=tmp_path_factory.mktemp("linear") / "c.safetensors", identity="linear").mean


@pytest.mark.parametrize("sigma", [0.4, 1.0])
def test_a_linear_gaussian_has_the_exact_posterior(dreamt: Amortised, sigma: float) -> None:
    rng = torch.Generator().manual_seed(3)
    for _ in range(3):
        truth = torch.randn(4, generator=rng)
        data = matrix() @ truth + sigma * torch.randn(3, generator=rng)
        asked = Condition((data[None],), (torch.tensor([sigma]).log(),), ())
        drawn = dreamt.push(torch.randn(20_000, 4, generator=rng), asked.repeat(20_000))
        mean, covariance = exact(data, sigma)
        widths = covariance.diagonal().sqrt()
        # A sixth of a standard deviation is what 400 small steps reach.
        assert ((drawn.mean(dim=0) - mean) / widths).abs().max() < 0.17
        assert ((drawn.T.cov() - covariance) / widths / widths[:, None]).abs().max() < 0.2


def test_its_density_is_that_of_its_samples(dreamt: Amortised) -> None:
    """∫ q = 1, and −E log q is the entropy that a Gaussian of the samples' covariance has."""
    rng = torch.Generator().manual_seed(4)
    asked = Condition((torch.tensor([[0.5, -1.0, 0.2]]),), (torch.zeros(1),), ())
    drawn = dreamt.push(torch.randn(4000, 4, generator=rng), asked.repeat(4000))
    log_q = dreamt.log_prob(drawn, asked.repeat(4000)).detach()
    wide = torch.distributions.MultivariateNormal(drawn.mean(dim=0), 1.5 * drawn.T.cov())
    points = wide.sample((20_000,))
    mass = (dreamt.log_prob(points, asked.repeat(20_000)).detach() - wide.log_prob(points)).exp().mean()
    assert mass.item() == pytest.approx(1.0, abs=0.05)
    fitted = torch.distributions.MultivariateNormal(drawn.mean(dim=0), drawn.T.cov()).entropy()
    assert -log_q.mean().item() == pytest.approx(fitted.item(), abs=0.05)


def test_the_begin_is_the_best_linear_gaussian() -> None:
    """At one σ, without any training: regression of ξ on y and the covariance that it leaves."""
    trainee = begin(pool(20_000), Plan(((0.7, 0.7),), steps=1, sizes=SIZES))
    data = torch.tensor([1.0, -0.5, 0.3])
    asked = Condition((data[None],), (torch.tensor([0.7]).log(),), ())
    drawn = trainee.network.push(torch.randn(20_000, 4, generator=torch.Generator().manual_seed(5)), asked.repeat(20_000))
    mean, covariance = exact(data, 0.7)
    torch.testing.assert_close(drawn.mean(dim=0), mean, atol=0.04, rtol=0)
    torch.testing.assert_close(drawn.T.cov(), covariance, atol=0.04, rtol=0)


def test_a_choice_weighs_and_conditions(tmp_path: Path) -> None:
    """ξ ~ N(0, 1) and P(c | ξ) ∝ exp(±ξ)², not normalised: q(ξ | c) is N(±2, 1), whatever their sum."""
    latents = torch.randn(8192, 2, generator=torch.Generator().manual_seed(6))
    options = torch.stack([2 * latents[:, 0], -2 * latents[:, 0]], dim=1) - 6
    plan = Plan((), steps=300, rate=5e-3, sizes=SIZES)
    found = train(
        Pool(latents, (), (options,), torch.zeros(8192)), plan, checkpoint=tmp_path / "c.safetensors", identity="choice"
    ).mean
    for choice, mean in ((0, 2.0), (1, -2.0)):
        asked = Condition((), (), (torch.tensor([choice]),)).repeat(10_000)
        drawn = found.push(torch.randn(10_000, 2, generator=torch.Generator().manual_seed(7)), asked)
        assert drawn[:, 0].mean().item() == pytest.approx(mean, abs=0.2)
        assert drawn[:, 0].std().item() == pytest.approx(1.0, abs=0.15)
        assert drawn[:, 1].mean().item() == pytest.approx(0.0, abs=0.2)


def test_an_interrupted_training_ends_with_the_same_bits(tmp_path: Path) -> None:
    plan = Plan(SIGMAS, steps=12, sizes=SIZES)
    whole = train(pool(512), plan, checkpoint=tmp_path / "whole.safetensors", identity="one")

    def interrupt(trainee: object) -> None:
        if getattr(trainee, "step") == 5:  # noqa: B009
            raise KeyboardInterrupt

    path = tmp_path / "cut.safetensors"
    with pytest.raises(KeyboardInterrupt):
        train(pool(512), plan, checkpoint=path, identity="one", watch=interrupt)
    assert load_tree(path)["step"] == 5
    resumed = train(pool(512), plan, checkpoint=path, identity="one")
    assert resumed.step == 12
    for name, value in whole.mean.state_dict().items():
        assert torch.equal(value, resumed.mean.state_dict()[name]), name


def test_a_checkpoint_of_another_dream_is_refused(tmp_path: Path) -> None:
    plan, path = Plan(SIGMAS, steps=2, sizes=SIZES), tmp_path / "c.safetensors"
    train(pool(256), plan, checkpoint=path, identity="one")
    with pytest.raises(DreamError, match="another riddle, other weights or other options"):
        train(pool(256), plan, checkpoint=path, identity="two")
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(DreamError, match="no checkpoint that can be read"):
        train(pool(256), plan, checkpoint=path, identity="one")


def test_data_are_strange_where_they_are_far_from_what_was_dreamt(dreamt: Amortised) -> None:
    [components] = dreamt.components
    rng = torch.Generator().manual_seed(8)
    usual = torch.randn(500, 4, generator=rng) @ matrix().T + torch.randn(500, 3, generator=rng)
    squares = components.strange(usual, torch.zeros(500))
    assert squares.mean().item() == pytest.approx(1.0, abs=0.1)
    assert components.strange(usual + 30, torch.zeros(500)).mean() > 20


def test_a_single_latent_needs_no_couplings() -> None:
    network = Amortised(Shape(1, (1,), ()), [1])
    asked = Condition((torch.zeros(3, 1),), (torch.zeros(3),), ())
    assert network.log_prob(torch.zeros(3, 1), asked).shape == (3,)
    assert network.push(torch.zeros(3, 1), asked).shape == (3, 1)
