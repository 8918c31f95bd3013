"""The powers of tempered chains: offers between neighbours are refused alike, and seldom enough where levels allow."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from oedipus.runtime.algorithms.tempered import REFUSED, Replicas, respaced

CHAINS = 2


def replicas(betas: list[float], refused: list[float]) -> Replicas:
    levels = len(betas)
    position = torch.arange(levels).repeat_interleave(CHAINS)[:, None].float()
    steps = torch.arange(2.0 * levels).reshape(2, levels)
    offered = torch.full((levels - 1,), 100.0)
    return Replicas(
        position, torch.tensor(betas), steps, steps + 100, offered * torch.tensor(refused), offered,
        torch.zeros(levels - 1), position[:0],
    )  # fmt: skip


@given(
    inner=st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4, unique_by=lambda one: round(one, 2)),
    seed=st.integers(0, 1000),
    most=st.integers(2, 12),
)
def test_offers_are_refused_alike(inner: list[float], seed: int, most: int) -> None:
    betas = [0.0, *sorted(inner), 1.0]
    refused = np.random.default_rng(seed).uniform(0.05, 1.0, len(betas) - 1)
    old = replicas(betas, refused.tolist())
    new = respaced(old, CHAINS, most=most)
    heights = np.concatenate([[0.0], refused.cumsum()])
    reached = np.interp(new.betas.numpy(), betas, heights)
    np.testing.assert_allclose(np.diff(reached), heights[-1] / (len(new.betas) - 1), rtol=1e-3)
    # As many as it takes, but never fewer than there were, whose chains would be lost.
    assert len(new.betas) >= len(betas)
    assert len(new.betas) <= max(most, len(betas))
    if len(new.betas) < most:
        assert heights[-1] / (len(new.betas) - 1) <= REFUSED + 1e-6
    assert new.refused.shape == new.offered.shape == new.gained.shape == (len(new.betas) - 1,)
    assert not new.offered.any()


def test_replicas_at_a_new_power_begin_at_the_nearest_old_one() -> None:
    new = respaced(replicas([0.0, 0.5, 1.0], [0.9, 0.9]), CHAINS, most=8)
    torch.testing.assert_close(new.betas, torch.tensor([0.0, 1 / 3, 2 / 3, 1.0]))
    assert new.position.flatten().tolist() == [0, 0, 1, 1, 1, 1, 2, 2]
    assert new.log_step.tolist() == [[0, 1, 1, 2], [3, 4, 4, 5]]
    assert new.settled.tolist() == [[100, 101, 101, 102], [103, 104, 104, 105]]


def test_levels_that_nobody_offered_anything_stay() -> None:
    old = replicas([0.0, 0.3, 1.0], [0.5, 0.5])
    blank = Replicas(
        old.position, old.betas, old.log_step, old.settled, old.refused, old.offered * 0, old.gained, old.trail
    )
    assert respaced(blank, CHAINS, most=8) is blank
