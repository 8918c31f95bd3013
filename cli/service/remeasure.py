"""A card's figures measured again, on the data that its recipe reads, or on pictures in a folder for each class."""

from importlib import import_module, util
from pathlib import Path

import torch
from torch import nn

from oedipus.compiler.resolve.pictures import PictureError, read_picture
from oedipus.networks.cards import Card
from oedipus.networks.mnist import DataError

PICTURES = (".png", ".jpg", ".jpeg", ".npy")


def measured(card: Card, network: nn.Module, data: Path) -> dict[str, float]:
    """By the recipe of the network's name where there is one; else ``accuracy`` of a classifier.

    Raises ``DataError`` where the data are not there.
    """
    path = f"oedipus.networks.recipes.{card.name}"
    if util.find_spec(path) is not None and not _folders(card, data):
        found: dict[str, float] = import_module(path).recipe(data).figures(network)
        return found
    if card.role != "classifier":
        return {}
    folders = _folders(card, data)
    if not folders:
        raise DataError(
            f"{data}: no folders called {', '.join(card.classes[:10])}, one for each class of '{card.name}'"
        )
    return {"accuracy": accuracy(card, network, folders)}


def _folders(card: Card, data: Path) -> dict[int, Path]:
    return {place: data / name for place, name in enumerate(card.classes) if (data / name).is_dir()}


@torch.no_grad()
def accuracy(card: Card, network: nn.Module, folders: dict[int, Path]) -> float:
    """The share of the pictures in the ``folders`` of classes that are read as their class. Raises ``DataError``."""
    right = total = 0
    for place, folder in folders.items():
        for path in sorted(one for one in folder.iterdir() if one.suffix.lower() in PICTURES):
            try:
                picture = torch.from_numpy(read_picture(path))
            except PictureError as error:
                raise DataError(f"{path} {error}") from error
            right += int(network(picture[None]).argmax(dim=1).item() == place)
            total += 1
    if not total:
        raise DataError(f"no pictures ({', '.join(PICTURES)}) in the folders of the classes of '{card.name}'")
    return right / total
