"""HMC against closed forms; the integrator against its laws."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import Linear, linear
from torch import Tensor

from oedipus.runtime.algorithms.hamiltonian import Target, energy
from oedipus.runtime.algorithms.hmc import HMC
from oedipus.runtime.density import Evaluation
from oedipus.runtime.run import run


def test_moments_of_a_correlated_gaussian() -> None:
    problem = linear()
    algorithm = HMC(schedule=(1.0,), chains=64, draws=250, warmup=200)
    draws = run(algorithm, problem, torch.Generator().manual_seed(0)).posterior.latents.flatten(0, 1)
    mean, precision = problem.moments(1.0)
    covariance = torch.linalg.inv(precision)
    # 16,000 draws: even at an autocorrelation time of ten the mean is known to 2 % of a width.
    width = covariance.diagonal().sqrt()
    assert ((draws.mean(dim=0) - mean).abs() < 0.08 * width).all()
    torch.testing.assert_close(draws.T.cov(), covariance, atol=0.06, rtol=0.06)


def test_acceptance_is_tuned_to_its_target() -> None:
    # In few dimensions acceptance falls off a cliff at the stability limit; in many it falls smoothly.
    rng = torch.Generator().manual_seed(1)
    problem = Linear(torch.randn(30, 30, generator=rng) / 2, torch.randn(30, generator=rng))
    algorithm = HMC(schedule=(1.0,), chains=16, draws=100, warmup=300, acceptance=0.7)
    state = algorithm.init(problem, rng)
    rates = []
    for _ in range(algorithm.iterations):
        state, _ = algorithm.step(problem, state, rng)
        rates.append(state.accepted)
    assert sum(rates[-100:]) / 100 == pytest.approx(0.7, abs=0.12)
    assert state.divergent == 0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), length=st.floats(0.01, 0.2), leapfrog=st.integers(1, 12))
def test_trajectories_are_reversible(seed: int, length: float, leapfrog: int) -> None:
    problem, rng = linear(seed=seed), torch.Generator().manual_seed(seed)
    algorithm = HMC(schedule=(1.0,), chains=3, leapfrog=leapfrog)
    point = algorithm.init(problem, rng).point
    momentum, mass = torch.randn(3, problem.dim, generator=rng), torch.rand(problem.dim, generator=rng) + 0.5
    target = Target(problem, 1.0)
    end, turned = target.trajectory(point, momentum, length=length, leapfrog=leapfrog, inverse_mass=mass)
    back, again = target.trajectory(end, -turned, length=length, leapfrog=leapfrog, inverse_mass=mass)
    torch.testing.assert_close(back.position, point.position, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(-again, momentum, atol=1e-3, rtol=1e-3)


def test_trajectories_preserve_volume() -> None:
    problem = linear(dim=2)
    target = Target(problem, 1.0)
    mass = torch.tensor([0.7, 1.4])
    still = torch.stack([torch.ones(2), torch.zeros(2)])

    def flow(phase: Tensor) -> Tensor:
        # The gradient is written out so that it can be differentiated once more.
        position, momentum = phase.chunk(2)
        for _ in range(5):
            momentum = momentum + 0.05 * slope(position)
            # The prior's motion by its generator: dξ/dt = p / M, dp/dt = -ξ.
            turn = torch.linalg.matrix_exp(0.1 * torch.stack([torch.stack([0 * mass, mass]), -still]).permute(2, 0, 1))
            position, momentum = (turn @ torch.stack([position, momentum]).T[:, :, None]).squeeze(2).T
            momentum = momentum + 0.05 * slope(position)
        return torch.cat([position, momentum])

    def slope(position: Tensor) -> Tensor:
        return (problem.data - position @ problem.matrix.T) @ problem.matrix

    phase = torch.tensor([0.3, -1.0, 0.5, 0.2])
    point = target.at(phase[None, :2])
    end, turned = target.trajectory(point, phase[None, 2:], length=0.1, leapfrog=5, inverse_mass=mass)
    torch.testing.assert_close(torch.cat([end.position[0], turned[0]]), flow(phase), atol=1e-5, rtol=1e-4)
    jacobian = torch.autograd.functional.jacobian(flow, phase)
    assert torch.linalg.det(jacobian).item() == pytest.approx(1.0, abs=1e-4)


def test_the_prior_alone_is_followed_exactly_whatever_the_step() -> None:
    flat, rng = Linear(torch.zeros(1, 5), torch.zeros(1)), torch.Generator().manual_seed(0)
    target = Target(flat, 1.0)
    start, momentum, mass = (
        target.at(torch.randn(4, 5, generator=rng)),
        torch.randn(4, 5, generator=rng),
        torch.ones(5) / 2,
    )
    end, turned = target.trajectory(start, momentum, length=1.3, leapfrog=7, inverse_mass=mass)
    torch.testing.assert_close(energy(end, turned, mass), energy(start, momentum, mass), atol=1e-4, rtol=1e-4)
    assert (end.position - start.position).abs().max() > 0.1


def test_the_energy_error_falls_with_the_square_of_the_step() -> None:
    problem, rng = linear(seed=3), torch.Generator().manual_seed(3)
    algorithm = HMC(schedule=(1.0,), chains=200)
    start = algorithm.init(problem, rng).point
    momentum, mass = torch.randn(200, problem.dim, generator=rng), torch.ones(problem.dim)
    errors = []
    for leapfrog, length in ((8, 0.08), (16, 0.04)):
        target = Target(problem, 1.0)
        end, turned = target.trajectory(start, momentum, length=length, leapfrog=leapfrog, inverse_mass=mass)
        errors.append((energy(end, turned, mass) - energy(start, momentum, mass)).abs().mean().item())
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.4)


class Cliff:
    """A flat density with a region in which it is not a number."""

    dim = 2

    def evaluate(self, latents: Tensor, alpha: float) -> Evaluation:
        return Evaluation(torch.where(latents[:, 0] > 1, torch.nan, 0.0) * alpha + 0 * latents.sum(dim=1))


def test_densities_that_are_no_number_are_rejected_steps() -> None:
    algorithm, rng = HMC(schedule=(1.0,), chains=32, draws=50, warmup=50), torch.Generator().manual_seed(0)
    state = algorithm.init(Cliff(), rng, None)
    inside = torch.where(state.point.position > 1, 0.0, state.point.position)
    state = replace(state, point=Target(Cliff(), 1.0).at(inside))
    for _ in range(algorithm.iterations):
        state, _ = algorithm.step(Cliff(), state, rng)
    draws = algorithm.result(state).latents
    assert draws.isfinite().all()
    assert draws[..., 0].max() <= 1
    assert state.divergent > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chains": 0}, "chains: must be at least 1"),
        ({"draws": 0}, "draws"),
        ({"acceptance": 1.0}, "acceptance"),
        ({"schedule": ()}, "alpha"),
    ],
)
def test_arguments_that_make_no_sense_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HMC(**options)  # type: ignore[arg-type]
