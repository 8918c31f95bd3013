"""Banks: conditionals between members against the clauses evaluated directly."""

from collections.abc import Mapping

import torch

from oedipus.compiler.pipeline import compile_text
from oedipus.networks.cards import Card
from oedipus.runtime.bank import Bank, modes
from oedipus.runtime.posterior import Posterior, load_posterior


def test_conditionals_are_the_likelihood_of_each_member(posterior: Posterior) -> None:
    bank = Bank(posterior, torch.Generator().manual_seed(0), members=12)
    chosen = torch.tensor([[0, 1, 2], [3, 4, 5]])
    for variable in range(3):
        got = bank.conditional(chosen, variable, alpha=2.0)
        for chain in range(2):
            for member in range(12):
                joint = chosen[chain].clone()
                joint[variable] = member
                latents = torch.cat([bank.latents[at][joint[at]] for at in range(3)])[None]
                clauses = posterior.evaluate(latents, 2.0).details["clauses"][0]
                concerned = [number for number, asked in enumerate(posterior.asks(variable)) if asked]
                expected = 2.0 * clauses[concerned].sum()
                torch.testing.assert_close(got[chain, member], expected, rtol=2e-3, atol=5e-3)


def test_conditionals_of_a_clause_that_asks_two_networks_about_one_picture(cards: Mapping[str, Card]) -> None:
    text = "digits a, b\na is odd or b is odd\na = b + 1\nevidence joint"
    posterior = load_posterior(compile_text(text, cards), cards)
    assert posterior.asks(0) == [["odd", "digit_classifier"]]
    bank = Bank(posterior, torch.Generator().manual_seed(0), members=50)
    chosen = torch.randint(50, (6, 2), generator=torch.Generator().manual_seed(1))
    for variable in range(2):
        others = chosen[:, None].repeat(1, 50, 1)
        others[:, :, variable] = torch.arange(50)
        expected = bank.clauses(others.flatten(0, 1)) @ posterior.powers(2.0)
        got = bank.conditional(chosen, variable, alpha=2.0)
        torch.testing.assert_close(got, expected.unflatten(0, (6, 50)), rtol=1e-4, atol=1e-4)


def test_modes_of_the_paper_riddle_begin_with_its_solution(posterior: Posterior) -> None:
    found = 0
    for seed in range(3):
        rng = torch.Generator().manual_seed(seed)
        means, log_sigma = modes(Bank(posterior, rng, 1024), rng, most=4, schedule=(0.5, 1.0, 3.0, 10.0))
        assert means.shape == log_sigma.shape
        assert len(means) <= 4
        read = posterior.evaluate(means, 1.0).details["values"].argmax(dim=2)
        found += any(row == [1, 3, 4] for row in read.tolist())
    assert found == 3


def test_moments_of_equal_weights_are_those_of_the_members(posterior: Posterior) -> None:
    bank = Bank(posterior, torch.Generator().manual_seed(0), members=400)
    mean, log_sigma = bank.moments(torch.full((1, 400), 1 / 400), 0)
    torch.testing.assert_close(mean[0], bank.latents[0].mean(dim=0), atol=1e-5, rtol=1e-5)
    exact = bank.latents[0].var(dim=0, correction=0)
    # Twenty members' worth of the prior's unit variance is mixed in, and no width exceeds the prior's.
    expected = ((exact * 400 + 20) / 420).clamp_max(1.0)
    torch.testing.assert_close((2 * log_sigma[0]).exp(), expected, atol=1e-4, rtol=1e-4)
