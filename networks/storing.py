"""safetensors files, whole or absent: what is half written when a process dies lies in a directory of its own."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import save_file as write
from torch import Tensor

WORK = ".work"


def save_file(tensors: Mapping[str, Tensor], path: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Write ``tensors`` to ``path``, moved there when complete. Raises ``OSError``, for a full disk too.

    The library writes under a random name first, which a kill would leave for ever; here the next one to write
    ``path`` clears it away.
    """
    plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    work = path.with_name(f".{path.name}{WORK}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        write(plain, work / path.name, metadata=None if metadata is None else dict(metadata))
        # Readable by whom other new files are, and not by its owner alone.
        (work / path.name).chmod(work.stat().st_mode & 0o666)
        os.replace(work / path.name, path)
    except SafetensorError as error:
        # What the operating system said is in the message alone.
        number = re.search(r"os error (\d+)", str(error))
        raise (
            OSError(str(error)) if number is None else OSError(int(number[1]), os.strerror(int(number[1])))
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
