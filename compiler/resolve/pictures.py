"""Measured pictures from files: PNG, JPEG or NPY, as ``[channels, rows, columns]``."""

import io
import math
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from oedipus.networks.files import MEGA, open_regular

MOST_VALUES = 1 << 26
LIMIT = 640 * MEGA
"""Bytes of the largest file: so many values in double precision, and what stands before them."""
HEADER = 1 << 16
FORMATS = ("PNG", "JPEG")


class PictureError(Exception):
    """A file that gives no picture; the message says why, the file's name to be put in front."""


def read_picture(path: Path, *, white: float = 1.0) -> NDArray[np.float32]:
    """The picture in a file: NPY values as they are, those of an image with black as 0 and white as ``white``.

    NPY holds ``[rows, columns]`` or ``[channels, rows, columns]``. Raises :class:`PictureError`.
    """
    try:
        with open_regular(path, LIMIT) as file:
            array = _numbers(file) if path.suffix.lower() == ".npy" else _image(file) * np.float32(white)
    except PictureError:
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PictureError("does not exist") from error
    except Exception as error:  # readers of damaged files raise whatever their parsers stumble over
        # They put the whole path into their messages, or several lines.
        reason = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
        raise PictureError(f"is no readable picture; PNG, JPEG and NPY are{reason}") from error
    with np.errstate(over="ignore"):
        return np.array(array, dtype=np.float32, order="C")


def _numbers(file: BinaryIO) -> NDArray[Any]:
    # The header alone comes first, so a giant array is refused before it is in memory.
    head = file.read(HEADER)
    begin = io.BytesIO(head)
    version = np.lib.format.read_magic(begin)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_columns, dtype = read(begin)
    if any(type(one) is not int or one < 0 for one in shape):
        raise PictureError("has no shape")
    size = math.prod(shape)
    if dtype.kind not in "buif":
        raise PictureError(f"holds {dtype}, not numbers")
    if len(shape) not in (2, 3):
        raise PictureError(f"has {len(shape)} dimensions; a picture has channels, rows and columns")
    if size > MOST_VALUES:
        raise PictureError(f"holds {size:,} values; the limit is {MOST_VALUES:,}")
    raw = head[begin.tell() :] + file.read(max(0, size * dtype.itemsize - len(head) + begin.tell()))
    flat = np.frombuffer(raw, dtype=dtype, count=size)
    array: NDArray[Any] = flat.reshape(shape[::-1]).T if by_columns else flat.reshape(shape)
    return array if array.ndim == 3 else array[np.newaxis]


def _image(file: BinaryIO) -> NDArray[np.float32]:
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            opened = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise PictureError("is too large") from error
    with opened:
        if opened.width * opened.height * 3 > MOST_VALUES:
            raise PictureError(f"has {opened.width} × {opened.height} pixels, which is too large")
        # As it is looked at: cameras store how they were held.
        image: Image.Image = ImageOps.exif_transpose(opened)
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
