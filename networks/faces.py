"""UTKFace crops, 64 × 64 RGB (Zhang, Song and Qi 2017): for non-commercial research only, never redistributed here."""

import io
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from oedipus.networks.files import GIGA, open_regular
from oedipus.networks.mnist import DataError

SOURCE = "UTKFace, 20,313 aligned face crops at 64 × 64 (Zhang, Song and Qi 2017; non-commercial research only)"
SIDE = 64
LIMIT = 16 * GIGA
_NAME = re.compile(r"_age(?P<age>\d+)_female(?P<female>[01])\.jpe?g$")


@dataclass(frozen=True, slots=True)
class Faces:
    """``pictures`` [n, 3, 64, 64] as bytes; ``ages`` [n] in years; ``female`` [n], 0 or 1."""

    pictures: Tensor
    ages: Tensor
    female: Tensor


def load(directory: Path | None, part: str) -> Faces:
    """The faces of ``part`` ("train" or "test"), from ``directory/PART.tar``.

    Raises :class:`DataError` where the archive is missing or holds other files.
    """
    if directory is None:
        raise DataError(
            f"the faces cannot be fetched (their licence asks for a request): name a folder with {part}.tar by --data"
        )
    path = directory / f"{part}.tar"
    pictures, ages, female = [], [], []
    try:
        with open_regular(path, LIMIT) as file, tarfile.open(fileobj=file) as archive:
            for member in archive:
                name = _NAME.search(member.name)
                content = archive.extractfile(member)
                if name is None or content is None:
                    continue
                pictures.append(decode(content.read()))
                ages.append(float(name["age"]))
                female.append(int(name["female"]))
    except (OSError, tarfile.TarError) as error:
        raise DataError(f"cannot read {path}: put {part}.tar of the aligned UTKFace crops there ({error})") from error
    if not pictures:
        raise DataError(f"{path} holds no pictures named …_ageA_femaleF.jpg")
    return Faces(torch.from_numpy(np.stack(pictures)), torch.tensor(ages), torch.tensor(female))


def decode(content: bytes) -> np.ndarray:
    """A picture file's bytes as ``[3, 64, 64]`` bytes. Raises :class:`DataError` at another size."""
    with Image.open(io.BytesIO(content)) as image:
        array = np.asarray(image.convert("RGB"))
    if array.shape != (SIDE, SIDE, 3):
        raise DataError(f"a face is {array.shape[1]} × {array.shape[0]} pixels, not {SIDE} × {SIDE}")
    return array.transpose(2, 0, 1)


def unit(pictures: Tensor) -> Tensor:
    """Bytes to numbers in 0..1."""
    return pictures.float() / 255
