"""Measured pictures from files: PNG, JPEG or NPY, as ``[channels, rows, columns]``."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_VALUES = 1 << 26
FORMATS = ("PNG", "JPEG")


class PictureError(Exception):
    """A file that gives no picture; the message says why, the file's name to be put in front."""


def read_picture(path: Path, *, white: float = 1.0) -> NDArray[np.float32]:
    """The picture in a file: NPY values as they are, those of an image with black as 0 and white as ``white``.

    NPY holds ``[rows, columns]`` or ``[channels, rows, columns]``. Raises :class:`PictureError`.
    """
    try:
        if not path.is_file():
            raise PictureError("does not exist")
        array = _numbers(path) if path.suffix.lower() == ".npy" else _image(path) * np.float32(white)
    except PictureError:
        raise
    except Exception as error:  # readers of damaged files raise whatever their parsers stumble over
        # They put the whole path into their messages, or several lines.
        reason = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
        raise PictureError(f"is no readable picture; PNG, JPEG and NPY are{reason}") from error
    with np.errstate(over="ignore"):
        return np.array(array, dtype=np.float32, order="C")


def _numbers(path: Path) -> NDArray[Any]:
    # A mapping reads the header alone, so a giant array is refused before it is in memory.
    array: NDArray[Any] = np.lib.format.open_memmap(path, mode="r")
    if array.dtype.kind not in "buif":
        raise PictureError(f"holds {array.dtype}, not numbers")
    if array.ndim not in (2, 3):
        raise PictureError(f"has {array.ndim} dimensions; a picture has channels, rows and columns")
    if array.size > MOST_VALUES:
        raise PictureError(f"holds {array.size:,} values; the limit is {MOST_VALUES:,}")
    return array if array.ndim == 3 else array[np.newaxis]


def _image(path: Path) -> NDArray[np.float32]:
    from PIL import Image

    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            opened = Image.open(path, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise PictureError("is too large") from error
    with opened as image:
        if image.width * image.height * 3 > MOST_VALUES:
            raise PictureError(f"has {image.width} × {image.height} pixels, which is too large")
        if image.mode.startswith("I"):
            return np.asarray(image, dtype=np.float32)[np.newaxis] / np.float32(65535)
        gray = image.mode in ("1", "L", "LA")
        array = np.asarray(image.convert("L" if gray else "RGB"), dtype=np.float32) / np.float32(255)
    return array[np.newaxis] if gray else array.transpose(2, 0, 1)


def fitted(array: NDArray[np.float32], channels: int) -> NDArray[np.float32]:
    """A gray picture that was stored in colour is one channel where one is wanted."""
    if channels == 1 and len(array) == 3 and (array == array[:1]).all():
        return array[:1]
    return array
