"""What is known of networks about faces, on faces that none of them was trained on."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from oedipus.networks import faces
from oedipus.networks.cards import read_cards
from oedipus.networks.library import load_network
from oedipus.networks.recipes.scores import frechet

GROUPS = ((0, 10), (10, 20), (20, 30), (30, 40), (40, 60), (60, 120))
PART = 200


def age_figures(network: nn.Module, test: faces.Faces) -> dict[str, float]:
    """Mean absolute error in years, correlation with the true age, and the error in every age group."""
    years = _over(network, test)
    error = (years - test.ages).abs()
    found = {
        "test_mae_years": error.mean(),
        "test_bias_years": (years - test.ages).mean(),
        "test_correlation": torch.corrcoef(torch.stack([years, test.ages]))[0, 1],
    }
    found |= {f"test_mae_years_{name}": error[members].mean() for name, members in _groups(test)}
    return _rounded(found)


def gender_figures(network: nn.Module, test: faces.Faces) -> dict[str, float]:
    """Share of right answers over all, of women, of men, and in every age group."""
    right = (_over(network, test).argmax(dim=1) == 1 - test.female).float()
    found = {
        "test_accuracy": right.mean(),
        "test_accuracy_women": right[test.female == 1].mean(),
        "test_accuracy_men": right[test.female == 0].mean(),
    }
    found |= {f"test_accuracy_{name}": right[members].mean() for name, members in _groups(test)}
    return _rounded(found)


@torch.no_grad()
def face_figures(network: nn.Module, latents: int, test: faces.Faces, samples: int = 2_000) -> dict[str, float]:
    """Figures of ``samples`` prior draws of a generator beside real faces, as the judges see both.

    ``age_spread_ratio``: standard deviation of the age judge's reading over samples,
    relative to that over real faces; ``women`` and ``women_real``: share that the
    gender judge calls female; ``frechet``: distance of Gaussians fitted to the age
    judge's features (Heusel et al. 2017), ``frechet_floor``: of two halves of the
    real faces.
    """
    rng = torch.Generator().manual_seed(1)
    drawn = torch.cat([network(torch.randn(PART, latents, generator=rng)) for _ in range(samples // PART)])
    real = faces.unit(test.pictures)
    cards = read_cards()
    age, gender = (load_network(cards[name]) for name in ("face_age_judge", "face_gender_judge"))
    kept, features = (_parts(age.features, one) for one in (real, drawn))  # type: ignore[arg-type]
    years, true_years = (_parts(age, one) for one in (drawn, real))
    shuffled = kept[torch.randperm(len(kept), generator=rng)]
    return _rounded(
        {
            "age_mean": years.mean(),
            "age_mean_real": true_years.mean(),
            "age_spread_ratio": years.std() / true_years.std(),
            "women": (_parts(gender, drawn).argmax(dim=1) == 0).float().mean(),
            "women_real": (_parts(gender, real).argmax(dim=1) == 0).float().mean(),
            "frechet": torch.tensor(frechet(features, kept)),
            "frechet_floor": torch.tensor(frechet(shuffled[::2], shuffled[1::2])),
        }
    )


@torch.no_grad()
def _over(network: nn.Module, test: faces.Faces) -> Tensor:
    return _parts(network, faces.unit(test.pictures))


def _parts(function: Callable[[Tensor], Tensor], pictures: Tensor) -> Tensor:
    return torch.cat([function(part) for part in pictures.split(PART)])


def _groups(test: faces.Faces) -> Iterator[tuple[str, Tensor]]:
    """Name and members of each age group that has any."""
    for first, last in GROUPS:
        members = (test.ages >= first) & (test.ages < last)
        if members.any():
            yield f"age_{first}_to_{last - 1}" if last <= 60 else f"age_{first}_up", members


def _rounded(figures: dict[str, Tensor]) -> dict[str, float]:
    return {name: round(value.item(), 4) for name, value in figures.items()}
