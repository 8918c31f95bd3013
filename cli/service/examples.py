"""Folders of pictures → what a network learns from, each mistake told with the file and the mend.

``DIRECTORY/CLASS/*.png`` are the examples of a class; JPEG and NPY are read too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oedipus.compiler.resolve.pictures import PictureError, fitted, read_picture
from oedipus.networks.cards import Card

SUFFIXES = (".png", ".jpg", ".jpeg", ".npy")
MOST_CLASSES, MOST_PICTURES, LARGEST_SIDE = 20, 20_000, 4_096
"""Classes; pictures of all of them; rows and columns of a picture that is resized."""
LEAST = 5
"""Pictures of a class at least: one for each time that a part is held out."""
FEW = 20
"""Below so many of a class the accuracy is hardly known."""
UNEVEN = 3.0
"""From this many times as many of the largest class as of the smallest one, they are called unbalanced."""

Pictures = NDArray[np.float32]


class ExamplesError(ValueError):
    """Examples that nothing can be learned from; the message says which file or folder, and how to mend it."""


@dataclass(frozen=True, eq=False)
class Examples:
    """``pictures`` ``[number, channels, rows, columns]`` in 0..1 and for each the index of its class in ``labels``."""

    classes: tuple[str, ...]
    pictures: Pictures
    labels: NDArray[np.int64]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many pictures each class has."""
        numbers = np.bincount(self.labels, minlength=len(self.classes)).tolist()
        return dict(zip(self.classes, numbers, strict=True))


def examples_of(pictures: Mapping[str, Pictures]) -> Examples:
    """Examples that are at hand, by class: ``[number, channels, rows, columns]`` in 0..1 each.

    Raises :class:`ExamplesError` for too few or too many.
    """
    _bounded({name: len(batch) for name, batch in pictures.items()})
    labels = np.repeat(np.arange(len(pictures)), [len(batch) for batch in pictures.values()])
    return Examples(tuple(pictures), np.concatenate(list(pictures.values())).astype(np.float32), labels)


def read_examples(directory: Path, generator: Card, *, resize: bool = False) -> Examples:
    """The pictures in the folders of ``directory``, which are such as ``generator`` draws, or are made so where
    ``resize``. Raises :class:`ExamplesError`."""
    folders = _folders(directory)
    files = {one.name: _files(one) for one in folders}
    _bounded({name: len(paths) for name, paths in files.items()})
    return examples_of(
        {name: np.stack([_read(path, generator, resize=resize) for path in paths]) for name, paths in files.items()}
    )


def warnings(examples: Examples) -> tuple[str, ...]:
    """What makes the examples a weak ground to learn on, a sentence each."""
    found = []
    counts = examples.counts
    few = {name: number for name, number in counts.items() if number < FEW}
    if few:
        listed = ", ".join(f"{number} of '{name}'" for name, number in few.items())
        found.append(f"few examples ({listed}): accuracy is hardly known from fewer than {FEW} of a class; add more")
    largest, smallest = max(counts, key=lambda one: counts[one]), min(counts, key=lambda one: counts[one])
    if counts[largest] >= UNEVEN * counts[smallest]:
        found.append(
            f"unbalanced classes: {counts[largest]} of '{largest}' and {counts[smallest]} of '{smallest}'; "
            f"each class weighs the same in training, but more of '{smallest}' would help most"
        )
    return (*found, *_twice(examples))


def _twice(examples: Examples) -> tuple[str, ...]:
    seen: dict[bytes, int] = {}
    crossing = 0
    for picture, label in zip(examples.pictures, examples.labels.tolist(), strict=True):
        crossing += seen.setdefault(picture.tobytes(), label) != label
    repeated = len(examples.pictures) - len(seen)
    if crossing:
        return (f"{crossing} pictures are in two classes, which no network can tell apart; remove them from one",)
    if repeated:
        return (f"{repeated} pictures are there twice, so that accuracy seems higher than it is; remove the copies",)
    return ()


def _folders(directory: Path) -> list[Path]:
    if not directory.exists():
        raise ExamplesError(f"{directory}: there is no such folder; it is to hold one of pictures for each class")
    if not directory.is_dir():
        raise ExamplesError(f"{directory}: this is a file; it is to be a folder that holds one for each class")
    try:
        found = sorted(one for one in directory.iterdir() if one.is_dir() and not one.name.startswith("."))
    except OSError as error:
        raise ExamplesError(f"{directory}: cannot be read ({error.strerror})") from error
    if len(found) < 2:
        has = f"only '{found[0].name}'" if found else "none"
        raise ExamplesError(
            f"{directory}: two or more folders are needed, each named by the class whose pictures it holds; "
            f"there is {has}"
        )
    if len(found) > MOST_CLASSES:
        raise ExamplesError(f"{directory}: {len(found)} folders; {MOST_CLASSES} classes are the most")
    return found


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(
            one for one in folder.iterdir() if one.suffix.lower() in SUFFIXES and not one.name.startswith(".")
        )
    except OSError as error:
        raise ExamplesError(f"{folder}: cannot be read ({error.strerror})") from error


def _bounded(counts: Mapping[str, int]) -> None:
    for name, number in counts.items():
        if number < LEAST:
            raise ExamplesError(
                f"'{name}' has {number} pictures (PNG, JPEG or NPY); a class needs {LEAST}, and 50 are a good number"
            )
    if sum(counts.values()) > MOST_PICTURES:
        raise ExamplesError(f"there are {sum(counts.values()):,} pictures; {MOST_PICTURES:,} are the most")


def _read(path: Path, generator: Card, *, resize: bool) -> Pictures:
    """One picture ``[channels, rows, columns]`` in 0..1."""
    try:
        picture = fitted(read_picture(path), generator.shape[0])
    except PictureError as error:
        raise ExamplesError(f"{path} {error}; remove or replace it") from error
    if not (np.isfinite(picture).all() and picture.size and picture.min() >= 0 and picture.max() <= 1):
        raise ExamplesError(f"{path}: a picture has values from 0 to 1, here are others; divide NPY of bytes by 255")
    if resize and picture.shape[1:] != generator.shape[1:]:
        picture = _resized(path, picture, generator.shape[1:])
    if picture.shape != generator.shape:
        here, wanted = (_size(one.shape) for one in (picture, generator))
        mend = "convert it" if picture.shape[1:] == generator.shape[1:] else "resize it, or add --resize"
        raise ExamplesError(f"{path} is {here}; '{generator.name}' draws {wanted}: {mend}")
    return picture


def _resized(path: Path, picture: Pictures, sides: tuple[int, ...]) -> Pictures:
    """The picture with so many rows and columns, each channel by Pillow's antialiased filter."""
    from PIL import Image

    if max(picture.shape[1:]) > LARGEST_SIDE:
        raise ExamplesError(f"{path} has more than {LARGEST_SIDE:,} rows or columns; resize it first")
    parts = [np.asarray(Image.fromarray(one).resize((sides[1], sides[0]), Image.Resampling.LANCZOS)) for one in picture]
    return np.stack(parts).clip(0, 1).astype(np.float32)


def _size(shape: tuple[int, ...]) -> str:
    colours = {1: "grey", 3: "colour"}.get(shape[0], f"{shape[0]} channels")
    return f"{shape[1]} × {shape[2]} in {colours}"
