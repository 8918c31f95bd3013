"""``given "run/posterior.safetensors"``: an earlier posterior as the prior, by re-parametrisation.

A Gaussian posterior is a map ξ = m + L ξ' of standard normal noise. Everything is
inferred in ξ', whose prior is N(0, 1) again, so every algorithm works as it is:
p(ξ' | y) ∝ L(m + L ξ') N(ξ' | 0, 1).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from oedipus.compiler.program import Program, Variable
from oedipus.networks.cards import Card
from oedipus.runtime.affine import Affine, affine
from oedipus.runtime.saved import SavedError, fits, read_saved


def given_prior(path: Path, program: Program, cards: Mapping[str, Card]) -> Affine:
    """The prior of all of the program's latents: the file's for variables that it names, else N(0, 1).

    Variables of the file that the program does not have are integrated out.
    Raises :class:`SavedError` where the file has none of them, or for another generator.
    """
    saved = read_saved(path)
    places = {origin.name: place for place, origin in enumerate(saved.origins)}
    common = [variable for variable in program.variables if variable.name in places]
    if not common:
        raise SavedError(
            f"{path}: it is of {', '.join(places)}, and this riddle of "
            f"{', '.join(variable.name for variable in program.variables)}; a prior needs names in common"
        )
    for variable in common:
        origin = saved.origins[places[variable.name]]
        if origin.generator != variable.generator:
            raise SavedError(
                f"{path}: '{variable.name}' was drawn by '{origin.generator}' there, and by '{variable.generator}' here"
            )
    fits(path, [saved.origins[places[variable.name]] for variable in common], cards)
    theirs = _latents(saved.widths, [places[variable.name] for variable in common])
    ours = _latents([cards[one.generator].latents for one in program.variables], _at(program.variables, common))
    try:
        known = affine(saved.distribution).marginal(theirs)
    except (ValueError, RuntimeError) as error:
        raise SavedError(f"{path}: no Gaussian prior can be made of it ({error})") from error
    return spread(known, ours, sum(cards[one.generator].latents for one in program.variables))


def spread(known: Affine, places: Tensor, dim: int) -> Affine:
    """``known`` at ``places``, which increase, of ``dim`` latents; N(0, 1) everywhere else."""
    mean = torch.zeros(dim, dtype=known.mean.dtype)
    mean[places] = known.mean
    if known.diagonal:
        scale = torch.ones(dim, dtype=mean.dtype)
        scale[places] = known.scale
    else:
        scale = torch.eye(dim, dtype=mean.dtype)
        scale[places[:, None], places] = known.scale
    return Affine(mean, scale)


def _at(variables: Sequence[Variable], chosen: Sequence[Variable]) -> list[int]:
    return [place for place, variable in enumerate(variables) if variable in chosen]


def _latents(widths: Sequence[int], chosen: Sequence[int]) -> Tensor:
    """Where the latents of the ``chosen`` variables lie among all."""
    parts = torch.arange(sum(widths)).split(list(widths))
    return torch.cat([parts[place] for place in chosen])
