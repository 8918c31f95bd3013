"""The log density: rows are independent, parts agree with the networks asked one by one."""

from dataclasses import replace

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from oedipus.runtime.posterior import Posterior


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31), rows=st.integers(2, 5))
def test_rows_do_not_depend_on_each_other(posterior: Posterior, seed: int, rows: int) -> None:
    latents = torch.randn(rows, posterior.dim, generator=torch.Generator().manual_seed(seed))
    together = posterior.log_prob(latents)
    alone = torch.cat([posterior.log_prob(row[None]) for row in latents])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-3)
    changed = latents.clone()
    changed[0] += 1
    torch.testing.assert_close(posterior.log_prob(changed)[1:], together[1:], rtol=1e-4, atol=1e-3)


def test_the_paper_riddle_by_hand(posterior: Posterior) -> None:
    """Equation 7 assembled from the five networks' probabilities without any of the compiler's tensors."""
    latents = torch.randn(4, 384, generator=torch.Generator().manual_seed(3))
    pictures = [posterior.networks["digit"](part) for part in latents.split(128, dim=1)]
    first, second, third = (posterior.networks["digit_classifier"](one).softmax(dim=1).double() for one in pictures)
    odd = posterior.networks["odd"](pictures[0]).softmax(dim=1).double()[:, 1]
    no_circle = posterior.networks["circle"](pictures[2]).softmax(dim=1).double()[:, 0]
    larger = sum(first[:, digit] * second[:, digit + 2] for digit in range(8))
    adds = sum(first[:, a] * second[:, b] * third[:, a + b] for a in range(10) for b in range(10 - a))
    expected = (
        10 * sum(p.log() for p in (odd, larger, adds, 1 - third[:, 7], no_circle)) - latents.square().sum(dim=1) / 2
    )
    torch.testing.assert_close(posterior.log_prob(latents).double(), expected, rtol=1e-3, atol=1e-2)


def test_a_clause_with_its_own_power_is_annealed_in_proportion(posterior: Posterior) -> None:
    factors = posterior.program.factors
    changed = replace(
        posterior, program=replace(posterior.program, factors=(replace(factors[0], alpha=3.0), *factors[1:]))
    )
    np.testing.assert_allclose(changed.powers(10.0), [3, 10, 10, 10, 10])
    np.testing.assert_allclose(changed.powers(1.0), [0.3, 1, 1, 1, 1])
