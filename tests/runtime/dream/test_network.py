"""q(ξ | y) against closed forms: a linear map with Gaussian noise has a Gaussian posterior."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from oedipus.networks.tensors import load_tree
from oedipus.runtime.dream.network import Amortised, Local, Shape, spectrum
from oedipus.runtime.dream.simulate import Pool
from oedipus.runtime.dream.surrogate import Condition, Surrogate
from oedipus.runtime.dream.train import DreamError, Plan, begin, train

SIZES = {"width": 16, "rounds": 2, "couplings": 2, "coupled": 16, "encoded": 8}
SIGMAS = ((0.3, 1.2),)


def matrix() -> Tensor:
    """Three numbers measured of four latents."""
    return torch.randn(3, 4, generator=torch.Generator().manual_seed(1))


def pool(rows: int = 4096) -> Pool:
    latents = torch.randn(rows, 4, generator=torch.Generator().manual_seed(2))
    return Pool(latents, (latents @ matrix().T,), (), torch.zeros(rows), torch.zeros(0, 4))


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
        drawn = dreamt.push(torch.randn(20_000, 4, generator=rng), asked)
        mean, covariance = exact(data, sigma)
        widths = covariance.diagonal().sqrt()
        # A sixth of a standard deviation is what 400 small steps reach.
        assert ((drawn.mean(dim=0) - mean) / widths).abs().max() < 0.17
        assert ((drawn.T.cov() - covariance) / widths / widths[:, None]).abs().max() < 0.2


def test_its_density_is_that_of_its_samples(dreamt: Amortised) -> None:
    """∫ q = 1, and −E log q is the entropy that a Gaussian of the samples' covariance has."""
    rng = torch.Generator().manual_seed(4)
    asked = Condition((torch.tensor([[0.5, -1.0, 0.2]]),), (torch.zeros(1),), ())
    drawn = dreamt.push(torch.randn(4000, 4, generator=rng), asked)
    log_q = dreamt.log_prob(drawn, asked).detach()
    wide = torch.distributions.MultivariateNormal(drawn.mean(dim=0), 1.5 * drawn.T.cov())
    points = wide.sample((20_000,))
    mass = (dreamt.log_prob(points, asked).detach() - wide.log_prob(points)).exp().mean()
    assert mass.item() == pytest.approx(1.0, abs=0.05)
    fitted = torch.distributions.MultivariateNormal(drawn.mean(dim=0), drawn.T.cov()).entropy()
    assert -log_q.mean().item() == pytest.approx(fitted.item(), abs=0.05)


def test_the_begin_is_the_best_linear_gaussian() -> None:
    """At one σ, without any training: regression of ξ on y and the covariance that it leaves."""
    trainee = begin(pool(20_000), Plan(((0.7, 0.7),), steps=1, sizes=SIZES))
    data = torch.tensor([1.0, -0.5, 0.3])
    asked = Condition((data[None],), (torch.tensor([0.7]).log(),), ())
    drawn = trainee.network.push(torch.randn(20_000, 4, generator=torch.Generator().manual_seed(5)), asked)
    mean, covariance = exact(data, 0.7)
    torch.testing.assert_close(drawn.mean(dim=0), mean, atol=0.04, rtol=0)
    torch.testing.assert_close(drawn.T.cov(), covariance, atol=0.04, rtol=0)


def test_a_choice_weighs_and_conditions(tmp_path: Path) -> None:
    """ξ ~ N(0, 1) and P(c | ξ) ∝ exp(±ξ), not normalised: q(ξ | c) is N(±1, 1), whatever their sum."""
    latents = torch.randn(8192, 2, generator=torch.Generator().manual_seed(6))
    options = torch.stack([latents[:, 0], -latents[:, 0]], dim=1) - 5
    plan = Plan((), steps=300, rate=1e-2, sizes=SIZES)
    found = train(
        Pool(latents, (), (options,), torch.zeros(8192), torch.zeros(0, 2)),
        plan,
        checkpoint=tmp_path / "c.safetensors",
        identity="choice",
    ).mean
    for choice, mean in ((0, 1.0), (1, -1.0)):
        asked = Condition((), (), (torch.tensor([choice]),))
        drawn = found.push(torch.randn(10_000, 2, generator=torch.Generator().manual_seed(7)), asked)
        assert drawn[:, 0].mean().item() == pytest.approx(mean, abs=0.15)
        assert drawn[:, 0].std().item() == pytest.approx(1.0, abs=0.15)
        assert drawn[:, 1].mean().item() == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize("at", [5, 7, 10])
def test_an_interrupted_training_ends_with_the_same_bits(at: int, tmp_path: Path) -> None:
    plan = Plan(SIGMAS, steps=12, sizes=SIZES)  # 7 of the surrogate, 5 of the flow
    whole = train(pool(512), plan, checkpoint=tmp_path / "whole.safetensors", identity="one")

    def interrupt(trainee: object) -> None:
        if getattr(trainee, "step") == at:  # noqa: B009
            raise KeyboardInterrupt

    path = tmp_path / "cut.safetensors"
    with pytest.raises(KeyboardInterrupt):
        train(pool(512), plan, checkpoint=path, identity="one", watch=interrupt)
    assert load_tree(path)["step"] == at
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
    network = Amortised(Shape(1, (1,), (), width=8), [1])
    asked = Condition((torch.zeros(3, 1),), (torch.zeros(3),), ())
    assert network.log_prob(torch.zeros(3, 1), asked).shape == (3,)
    assert network.push(torch.zeros(3, 1), asked).shape == (3, 1)


def test_the_surrogates_jacobian_is_its_derivative() -> None:
    torch.manual_seed(9)
    surrogate = Surrogate(4, 3, 2, 16)
    torch.nn.init.normal_(surrogate.last.weight)
    points = torch.randn(2, 4)
    read, found = surrogate.jacobian(points)
    torch.testing.assert_close(read, surrogate(points))
    for row, point in enumerate(points):
        expected = torch.autograd.functional.jacobian(surrogate, point)
        torch.testing.assert_close(found[row], expected, atol=1e-5, rtol=1e-5)
    chosen = torch.tensor([[4, 0], [1, 1]])
    _, some = surrogate.jacobian(points, chosen)
    torch.testing.assert_close(some, torch.stack([found[0, [4, 0]], found[1, [1, 1]]]))


@pytest.mark.parametrize("readings", [2, 7])
def test_whitening_by_the_metric(readings: int) -> None:
    """D^(−1/2) of D = (1 + RᵀR)⁻¹ and its determinant, fewer readings than latents and more."""
    noted = torch.randn(3, readings, 5, generator=torch.Generator().manual_seed(10))
    axes, known = spectrum(noted)
    local = Local(torch.zeros(3, 5), axes, known, torch.zeros(3, 0))
    precision = torch.eye(5) + noted.mT @ noted
    torch.testing.assert_close(local.volume, torch.logdet(precision) / 2)
    offset = torch.randn(3, 5, generator=torch.Generator().manual_seed(11))
    white = local.whiten(offset)
    expected = (offset[:, None] @ precision @ offset[..., None]).flatten()
    torch.testing.assert_close(white.square().sum(dim=1), expected)
    torch.testing.assert_close(local.colour(white), offset, atol=1e-4, rtol=1e-4)


def test_slopes_teach_what_values_alone_do_not(tmp_path: Path) -> None:
    """A number that bends in 12 latents, from few draws: its surrogate misses less where slopes are known."""
    rng = torch.Generator().manual_seed(12)
    latents, turned = torch.randn(700, 12, generator=rng), torch.randn(12, generator=rng) / 2
    told, slope = (latents @ turned).sin(), (latents @ turned).cos()[:, None] * turned
    fresh = torch.randn(500, 12, generator=rng)
    missed = []
    for slopes in (slope[:0], slope):
        plan = Plan(((0.1, 0.1),), steps=330, rate=5e-3, sizes=SIZES | {"width": 32, "couplings": 0})
        bent = Pool(latents, (told[:, None],), (), torch.zeros(700), slopes)
        found = train(bent, plan, checkpoint=tmp_path / f"{len(slopes)}.safetensors", identity="slopes").mean
        read = found.surrogate(fresh)[:, 0] + found.components[0].mean
        missed.append((read - (fresh @ turned).sin()).square().mean().item())
    assert missed[1] < 0.5 * missed[0]


def test_what_is_missed_everywhere_is_taken_off() -> None:
    """Samples of a network that settled on shifted, correlated η have their mean and covariance."""
    network = Amortised(Shape(5, (3,), (), couplings=0), (3,))
    network.components[0].fit(torch.randn(50, 3, generator=torch.Generator().manual_seed(0)))  # type: ignore[operator]
    rng = torch.Generator().manual_seed(1)
    mix = torch.eye(5) + 0.4 * torch.randn(5, 5, generator=rng)
    white = torch.randn(40_000, 5, generator=rng) @ mix.T + torch.tensor([0.5, -0.2, 0.0, 0.1, 1.0])
    network.settle(white, torch.ones(len(white)))
    asked = Condition((torch.zeros(1, 3),), (torch.zeros(1),), ())
    drawn = network.look(asked).whiten(network.push(torch.randn(40_000, 5, generator=rng), asked))
    torch.testing.assert_close(drawn.mean(dim=0), white.mean(dim=0), atol=0.03, rtol=0)
    torch.testing.assert_close(drawn.T.cov(), white.T.cov(), atol=0.06, rtol=0)
