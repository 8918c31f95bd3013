"""A recipe run to its end: weights and card, ready to ship."""

import platform
from dataclasses import replace
from importlib import import_module, util
from pathlib import Path

import torch

from oedipus.networks.cards import Card
from oedipus.networks.library import save_weights
from oedipus.networks.recipes.loop import train


def make(
    card: Card,
    *,
    data: Path | None,
    out: Path,
    checkpoint: Path | None = None,
    seed: int = 0,
    steps: int | None = None,
    threads: int | None = None,
) -> Card:
    """Train the card's network by its recipe, write weights and card into ``out``, return the card.

    Training resumes from ``checkpoint`` (by default beside the weights). Raises
    ``LookupError`` where there is no recipe, ``DataError`` where data is missing.
    """
    path = f"oedipus.networks.recipes.{card.name}"
    if util.find_spec(path) is None:
        raise LookupError(f"there is no recipe for network '{card.name}'")
    if threads:
        torch.set_num_threads(threads)
    module = import_module(path)
    recipe = module.recipe(data)
    if steps:
        recipe.steps = steps
    out.mkdir(parents=True, exist_ok=True)
    kept = checkpoint or out / f"{card.name}.checkpoint.safetensors"
    training = train(recipe, checkpoint=kept, seed=seed)
    network = recipe.finish(training)
    command = f"oedipus networks train {card.name} --data DIR --seed {seed}" + (f" --steps {steps}" if steps else "")
    if getattr(module, "HALF", False):
        network = network.half().float()
    made = replace(
        card,
        sha256=save_weights(network, out / f"{card.name}.safetensors", half=getattr(module, "HALF", False)),
        figures=recipe.figures(network),
        training={
            "data": module.DATA,
            "method": module.METHOD,
            "seed": seed,
            "steps": training.step,
            "seconds": round(training.seconds),
            "machine": f"{platform.machine()}, {torch.get_num_threads()} thread(s), torch {torch.__version__}",
            "command": command,
        },
        directory=out,
    )
    made.write(out)
    return made
