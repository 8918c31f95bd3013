"""A result that was saved, read back."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oedipus.networks.files import GIGA, MEGA, read_json, read_regular
from oedipus.result import Reading, Result

if TYPE_CHECKING:
    from oedipus.networks.cards import Card
    from oedipus.runtime.measured import Findings
    from oedipus.runtime.saved import Saved

FILES = (
    "result.json", "samples.safetensors", "posterior.safetensors", "posterior.nc", "trace.csv", "solution.png",
    "report.html",
)  # fmt: skip
LIMIT = 8 * GIGA


@dataclass(frozen=True)
class Stored:
    """A result that lies in a directory."""

    directory: Path

    def write(self, directory: Path) -> tuple[str, ...]:
        """Copy every file that there is."""
        from oedipus.runtime.directory import whole

        if directory.resolve() == self.directory.resolve():
            return ()
        with whole(directory) as staged:
            for name in FILES:
                if (self.directory / name).exists():
                    shutil.copyfile(self.directory / name, staged / name)
        return ()

    def netcdf(self, path: Path) -> None:
        """Copy posterior.nc."""
        shutil.copyfile(self.directory / "posterior.nc", path)

    def found(self) -> "Findings":
        """Nothing: what was observed is the riddle's, and is not stored."""
        from oedipus.runtime.measured import Findings

        return Findings()

    def posterior(self) -> "tuple[Saved, Path]":
        """The distribution that was saved. Raises ``SavedError``."""
        from oedipus.service.sampling import stored

        return stored(self.directory)

    @property
    def cards(self) -> "Mapping[str, Card]":
        """None beyond the shipped ones: where others lay is not stored."""
        return {}


def load(directory: Path) -> Result:
    """The result in a directory that a solve has written.

    Raises ``OSError`` where its files cannot be read, ``ValueError`` where they are no result.
    """
    from safetensors import SafetensorError

    from oedipus.networks.stored import StoredError
    from oedipus.networks.tensors import load_tensors

    if not directory.is_dir():
        raise FileNotFoundError(f"directory: there is no directory '{directory}'")
    try:
        figures = read_json(read_regular(directory / "result.json", 64 * MEGA))
        tensors, _ = load_tensors(directory / "samples.safetensors", LIMIT)
        return _result(directory, figures, tensors)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"directory: {directory} has no {Path(str(error.filename)).name}, so it holds no result of a solve"
        ) from None
    except (LookupError, TypeError, AttributeError, ValueError, SafetensorError, StoredError) as error:
        raise ValueError(f"directory: {directory} holds a damaged result ({type(error).__name__}: {error})") from error


def _value(stored: Any) -> int | str:
    """A value as it is told: a number, or its name."""
    return stored if isinstance(stored, str) else int(stored)


def _result(directory: Path, figures: dict[str, Any], tensors: dict[str, Any]) -> Result:
    names = [name.removeprefix("images/") for name in tensors if name.startswith("images/")]
    answer = {str(name): _value(value) for name, value in figures["answer"].items()}
    readings = tuple(
        Reading(
            dict(zip(answer, map(_value, one["reading"]), strict=True)),
            float(one["share"]),
            bool(one.get("satisfied", True)),
        )
        for one in figures["readings"]
    )
    order = [*answer, *sorted(set(names) - set(answer))]
    if not names or set(order) != set(names):
        raise ValueError("samples and answer are of other variables")
    return Result(
        answer=answer,
        probability=float(figures["probability"]),
        violated=tuple(map(str, figures["violated"])),
        readings=readings,
        pictures={name: tensors[f"images/{name}"] for name in order},
        latents={name: tensors[f"latents/{name}"] for name in order},
        figures=figures,
        origin=Stored(directory),
    )
