"""The log density: rows are independent, parts agree with the networks asked one by one."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.posterior import Posterior, load_posterior


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


def test_no_clause_takes_a_network_at_its_word_beyond_the_power_of_its_card(posterior: Posterior) -> None:
    doubted = replace(posterior, cards={**posterior.cards, "odd": replace(posterior.cards["odd"], alpha=4.0)})
    np.testing.assert_allclose(doubted.powers(10.0), [4, 10, 10, 10, 10])
    np.testing.assert_allclose(doubted.powers(5.0), [2, 5, 5, 5, 5])
    lower = replace(doubted, schedule=(2.0,))
    np.testing.assert_allclose(lower.powers(2.0), [2, 2, 2, 2, 2])
    factors = posterior.program.factors
    said = replace(doubted, program=replace(doubted.program, factors=(replace(factors[0], alpha=7.0), *factors[1:])))
    np.testing.assert_allclose(said.powers(10.0), [7, 10, 10, 10, 10])


@pytest.mark.parametrize("places", [(), (1,), (0, 2), (0, 1, 2)])
def test_pictures_that_are_held_change_nothing_but_the_work(posterior: Posterior, places: tuple[int, ...]) -> None:
    latents = torch.randn(3, posterior.dim, generator=torch.Generator().manual_seed(0)).requires_grad_()
    held = posterior.hold(latents.detach(), places)
    whole, part = posterior.evaluate(latents, 10.0), posterior.evaluate(latents, 10.0, held)
    torch.testing.assert_close(part.log_likelihood, whole.log_likelihood, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(part.details["values"], whole.details["values"], rtol=1e-4, atol=1e-4)
    if len(places) == 3:
        assert not part.log_likelihood.requires_grad
        return
    slopes = [torch.autograd.grad(one.log_likelihood.sum(), latents)[0].split(128, dim=1) for one in (whole, part)]
    for at in range(3):
        wanted = torch.zeros(3, 128) if at in places else slopes[0][at]
        torch.testing.assert_close(slopes[1][at], wanted, rtol=1e-3, atol=1e-2)


def test_what_no_clause_asks_is_read_where_it_is_looked_at(cards: Mapping[str, Card]) -> None:
    alone = load_posterior(compile_text("digits a, b\na is odd\n", cards), cards)
    calls = []
    alone.networks["digit_classifier"].register_forward_hook(lambda *_: calls.append(1))
    latents = torch.randn(2, alone.dim, generator=torch.Generator().manual_seed(0))
    try:
        found = alone.evaluate(latents, 1.0)
        assert not calls
        assert set(found.details) == {"clauses", "values"}
        shown = found.details["values"]
        assert len(calls) == 1
        assert found.details["values"] is shown
    finally:
        alone.networks["digit_classifier"]._forward_hooks.clear()
    pictures = alone.pictures(latents)
    expected = torch.stack([alone.log_classes("digit_classifier", one) for one in pictures], dim=1)
    torch.testing.assert_close(shown, expected, rtol=1e-4, atol=1e-4)
